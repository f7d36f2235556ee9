# bash completion for mmtool(1)
# shellcheck shell=bash

_mmtool_options() {
    local bytes='--type= --hex --escape'
    local data="$bytes --from= --repeat= --expect="
    local all='--journal-dir= --wait --wait= --help --access= --map= --prot= --window= --advise= --tag='
    all="$all --progress="
    local look="--ignore-journal $all"
    local change="--dry-run --undo= --flush --flush=async --new-inode --durable --no-journal"
    change="$change --verbose $all"
    case $1 in
    read) echo "$bytes --dump --lines --lines= --whole-lines --color= --radix= $look" ;;
    find | rfind)
        echo "$bytes --all --overlapping --max-count= --count --quiet --ignore-case" \
            "--regex --pattern= --range --null --radix= --threads= --line --after-context=" \
            "--before-context= --context= --json $look"
        [[ $1 == rfind ]] || echo --sorted
        ;;
    write) echo "$data --extend --fill --create $change" ;;
    move) echo "$bytes --expect= $change" ;;
    resize) echo "--create --allocate --unlink $change" ;;
    splice)
        echo "$data --pattern= --all --max-count= --regex --ignore-case --within= --pad --pad= --cstring" \
            "--delete --edits= --allow-empty $change"
        ;;
    advise) echo "--list --status --json --verbose --force $look" ;;
    flush) echo "--async --invalidate --verbose $look" ;;
    info) echo "--size --json $look" ;;
    run) echo "--command= --keep-going --atomic --anonymous= --answers --ignore-journal $change" ;;
    esac
}

_mmtool_types() {
    local number
    echo text raw escape hex utf16le utf16be
    for number in u8 i8 u16 i16 u32 i32 u64 i64 f32 f64; do
        echo "$number" "${number}le" "${number}be"
    done
}

# _mmtool_value OPTION WORD EQUALS: the value of an option, behind a blank or "=". Fails if this
# is no place for one.
_mmtool_value() {
    [[ $3 == '=' || ! $1 =~ ^--(flush|wait|pad)$ ]] || return 1
    case $1 in
    -t | --type) mapfile -t COMPREPLY < <(compgen -W "$(_mmtool_types)" -- "$2") ;;
    -f | --from | --undo | --edits) mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    --journal-dir) mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    --flush) mapfile -t COMPREPLY < <(compgen -W async -- "$2") ;;
    --access) mapfile -t COMPREPLY < <(compgen -W 'read write copy' -- "$2") ;;
    --map) mapfile -t COMPREPLY < <(compgen -W 'shared private populate noreserve' -- "$2") ;;
    --progress) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$2") ;;
    --prot) mapfile -t COMPREPLY < <(compgen -W 'read write exec' -- "$2") ;;
    --advise)
        mapfile -t COMPREPLY < <(compgen -W \
            "$(mmtool advise --list 2>/dev/null | cut -d' ' -f1)" -- "$2")
        ;;
    --radix) mapfile -t COMPREPLY < <(compgen -W '10 16 8 2' -- "$2") ;;
    -m | -p | --max-count | --pattern | --repeat | --expect | --within | --wait | --pad | --window | --tag | --anonymous)
        COMPREPLY=()
        ;;
    *) return 1 ;;
    esac
}

# How many operands stand between the subcommand and the cursor.
_mmtool_operands() {
    local i count=0
    for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -[tfmpABC] | --after-context | --before-context | --context | --threads | \
            --type | --from | --max-count | --pattern | --radix | --repeat | --expect | \
            --within | --edits | --undo | --journal-dir | --access | --map | --prot | \
            --window | --tag | --advise | --anonymous | --progress)
            i=$((i + 1))
            [[ ${COMP_WORDS[i]} != '=' ]] || i=$((i + 1))
            ;;
        '=') i=$((i + 1)) ;;
        -[!0-9]*) ;;
        *) count=$((count + 1)) ;;
        esac
    done
    echo "$count"
}

_mmtool() {
    local commands='read write find rfind move resize splice advise flush info run help'
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} equals=
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    # readline takes "=" for a word of its own
    if [[ $word == '=' ]]; then
        word='' equals='='
    elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]} equals='='
    fi
    _mmtool_value "$before" "$word" "$equals" && return
    if [[ ${COMP_WORDS[1]} == help ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_mmtool_options "${COMP_WORDS[1]}")" -- "$word")
        [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
    elif [[ $(_mmtool_operands) == 0 ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    elif [[ ${COMP_WORDS[1]} == advise && $(_mmtool_operands) == 1 ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(mmtool advise --list 2>/dev/null | cut -d' ' -f1)" \
            -- "$word")
    fi
}

complete -o filenames -F _mmtool mmtool

# bash completion for mmtool(1)
# shellcheck shell=bash

_mmtool_options() {
    local bytes='--type= --hex --escape'
    local data="$bytes --from= --repeat= --expect="
    local ways='--journal-dir= --wait --wait= --help'
    local all="$ways --access= --map= --prot= --window= --advise= --tag= --progress="
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
    recover) echo "--show --json --finish --back --accept --force $ways" ;;
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

# The words up to the cursor, into `words`: readline takes ":" and "=" for words of their own, and
# so breaks up a range or an option with its value.
_mmtool_join() {
    local i word line=${COMP_LINE:0:COMP_POINT} blanks
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        blanks=${line%%[![:blank:]]*}
        line=${line:${#blanks}}
        [[ $line == "$word"* ]] || word=$line # the cursor stands in it
        line=${line:${#word}}
        if [[ -n $blanks || $i == 0 ]]; then
            words+=("$word")
        else
            words[${#words[@]} - 1]+=$word
        fi
    done
}

# What readline will put in the place of what stands behind the last break in WORD: the replies
# lose what stands in front of it.
_mmtool_trim() {
    local i front=
    [[ $1 != *[:=]* || $COMP_WORDBREAKS != *[:=]* ]] || front=${1%"${1##*[:=]}"}
    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]=${COMPREPLY[i]#"$front"}
    done
}

_mmtool_files() {
    mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
    _mmtool_trim "$2"
    compopt -o filenames
    ((${#COMPREPLY[@]} > 0)) || compopt -o default # a word in quotes
}

_mmtool_advice() {
    mmtool advise --list 2>/dev/null | cut -d' ' -f1
}

# _mmtool_value OPTION VALUE: completes the value of an option. Fails if it takes none.
_mmtool_value() {
    local choices
    case $1 in
    -f | --from | --undo | --edits)
        _mmtool_files -f "$2"
        return
        ;;
    --journal-dir)
        _mmtool_files -d "$2"
        return
        ;;
    -t | --type) choices=$(_mmtool_types) ;;
    --flush) choices=async ;;
    --access) choices='read write copy' ;;
    --color) choices='auto always never' ;;
    --map) choices='shared private populate noreserve' ;;
    --progress) choices='auto always never' ;;
    --prot) choices='read write exec' ;;
    --advise) choices=$(_mmtool_advice) ;;
    --radix) choices='10 16 8 2' ;;
    *) _mmtool_takes_value "$1" || return 1 ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "${choices-}" -- "$2")
}

# Whether the word behind the option is its value.
_mmtool_takes_value() {
    case $1 in
    -[tfmpABCc] | --after-context | --before-context | --context | --threads | --color | \
        --type | --from | --max-count | --pattern | --radix | --repeat | --expect | \
        --within | --edits | --undo | --journal-dir | --access | --map | --prot | \
        --window | --tag | --advise | --anonymous | --progress | --command) return 0 ;;
    *) return 1 ;;
    esac
}

# How many operands stand between the subcommand and the cursor. -c is an option without a value,
# but in run.
_mmtool_operands() {
    local i count=0
    for ((i = 2; i < ${#words[@]} - 1; i++)); do
        case ${words[i]} in
        -c) [[ ${words[1]} != run ]] || i=$((i + 1)) ;;
        --) count=$((count + ${#words[@]} - 2 - i)) && break ;;
        -[!0-9]*) ! _mmtool_takes_value "${words[i]}" || i=$((i + 1)) ;;
        *) count=$((count + 1)) ;;
        esac
    done
    echo "$count"
}

_mmtool_operand() {
    local number
    number=$(_mmtool_operands)
    if [[ $number == 0 ]]; then
        _mmtool_files -f "$1"
    elif [[ ${words[1]} == advise && $number == 1 ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_mmtool_advice)" -- "$1")
    fi
}

_mmtool() {
    local commands='read write find rfind move resize splice advise flush info run recover help'
    local words word before
    COMPREPLY=()
    _mmtool_join
    word=${words[${#words[@]} - 1]}
    before=${words[${#words[@]} - 2]-}
    if ((${#words[@]} <= 2)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
    elif [[ $word == --*=* ]]; then
        _mmtool_value "${word%%=*}" "${word#*=}"
    elif _mmtool_takes_value "$before" && [[ $before != -c || ${words[1]} == run ]]; then
        _mmtool_value "$before" "$word"
    elif [[ ${words[1]} == help ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_mmtool_options "${words[1]}")" -- "$word")
        [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
    else
        _mmtool_operand "$word"
    fi
}

complete -F _mmtool mmtool

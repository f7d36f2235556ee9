# bash completion for mmtool(1)
# shellcheck shell=bash

_mmtool_options() {
    local bytes='--type= --hex --escape'
    local data="$bytes --from= --repeat= --expect="
    case $1 in
    read) echo "$bytes --dump --lines --lines= --whole-lines --radix= --help" ;;
    find | rfind)
        echo "$bytes --all --overlapping --max-count= --count --quiet --ignore-case" \
            "--pattern= --range --null --radix= --help"
        ;;
    write) echo "$data --extend --fill --create --help" ;;
    move) echo '--help' ;;
    resize) echo '--create --allocate --help' ;;
    splice) echo "$data --help" ;;
    advise) echo '--list --force --help' ;;
    flush) echo '--async --invalidate --help' ;;
    info) echo '--size --json --help' ;;
    esac
}

_mmtool_types() {
    local number
    echo text raw escape hex utf16le utf16be
    for number in u8 i8 u16 i16 u32 i32 u64 i64 f32 f64; do
        echo "$number" "${number}le" "${number}be"
    done
}

# The value of an option, given as --name VALUE or --name=VALUE. Fails if it is no such place.
_mmtool_value() {
    case $1 in
    -t | --type) mapfile -t COMPREPLY < <(compgen -W "$(_mmtool_types)" -- "$2") ;;
    -f | --from) mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    --radix) mapfile -t COMPREPLY < <(compgen -W '10 16 8 2' -- "$2") ;;
    -m | -p | --max-count | --pattern | --repeat | --expect) COMPREPLY=() ;;
    *) return 1 ;;
    esac
}

# How many operands stand between the subcommand and the cursor.
_mmtool_operands() {
    local i count=0
    for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -t | -f | -m | -p | --type | --from | --max-count | --pattern | --radix | --repeat | --expect)
            i=$((i + 1))
            [[ ${COMP_WORDS[i]} != '=' ]] || i=$((i + 1))
            ;;
        -[!0-9]*) ;;
        *) count=$((count + 1)) ;;
        esac
    done
    echo "$count"
}

_mmtool() {
    local commands='read write find rfind move resize splice advise flush info help'
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    # readline takes "=" for a word of its own
    if [[ $word == '=' ]]; then
        word=
    elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    _mmtool_value "$before" "$word" && return
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

# bash completion for mmtool(1)
# shellcheck shell=bash

# The subcommands; the topics of help; options, a row each:
#   SUBCOMMAND,...|LETTER|NAME|none, required or optional|KIND|WORDS
# and their operands, FILE being number 0:
#   SUBCOMMAND|NUMBER|KIND|WORDS
# KIND says what to offer for a value: nothing, files, directories, word (one of WORDS) or words
# (some of them, with commas between).
_mmtool_commands='' _mmtool_topics='' _mmtool_options='' _mmtool_operands=''
# DATA

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

# Fills `names` with the options of the subcommand, and `argument`, `kind` and `choices` with what
# their rows say, both by "--NAME" and by "-LETTER".
_mmtool_load_options() {
    local owners letter name takes what list key
    while IFS='|' read -r owners letter name takes what list; do
        [[ ,$owners, == *",$1,"* ]] || continue
        names+=("--$name")
        for key in "--$name" ${letter:+"-$letter"}; do
            argument[$key]=$takes kind[$key]=$what choices[$key]=$list
        done
    done <<<"$_mmtool_options"
}

# Sets `option` to the one that NAME is or abbreviates; to "" if there is none or several.
_mmtool_find_name() {
    local name
    option=''
    for name in "${names[@]}"; do
        if [[ $name == "$1" ]]; then
            option=$name
            return
        fi
    done
    for name in "${names[@]}"; do
        [[ $name == "$1"* ]] || continue
        [[ -z $option ]] || { option='' && return; }
        option=$name
    done
}

# Reads a WORD of options: `option` is the last one in it, or "". If WORD has its value, too,
# `attached` is not empty, `front` is what stands before the value, and `value` the rest.
_mmtool_read_option() {
    local letters=${1#-}
    option='' attached='' front='' value=''
    if [[ $1 == --* ]]; then
        _mmtool_find_name "${1%%=*}"
        [[ $1 != *=* ]] || attached=yes front=${1%%=*}= value=${1#*=}
        return
    fi
    while [[ -n $letters && -z $attached ]]; do
        option=-${letters:0:1} letters=${letters:1}
        case ${argument[$option]-} in
        required) [[ -z $letters ]] || attached=yes ;;
        optional) [[ $letters != [0-9]* && $letters != -[0-9]* ]] || attached=yes ;;
        none) ;;
        *) option='' && return ;;
        esac
    done
    [[ -z $attached ]] || front=${1%"$letters"} value=$letters
}

# Goes through the words before the cursor: counts the `operands`, sets `ended` if "--" stands
# there, `several` if "--files" does, and `pending` to the option whose value the cursor is at.
_mmtool_walk() {
    local i last=$((${#words[@]} - 1)) option attached front value
    operands=0 ended='' several='' pending=''
    for ((i = 2; i < last; i++)); do
        if [[ -n $ended || ${words[i]} != -[!0-9]* ]]; then
            operands=$((operands + 1))
        elif [[ ${words[i]} == -- ]]; then
            ended=yes
        else
            [[ ${words[i]} != --files ]] || several=yes
            _mmtool_read_option "${words[i]}"
            [[ -n $option && -z $attached && ${argument[$option]} == required ]] || continue
            i=$((i + 1))
            ((i < last)) || pending=$option
        fi
    done
}

# Readline replaces only what stands behind the last ":" or "=" of WORD: takes the rest away from
# the replies.
_mmtool_trim() {
    local i kept=''
    [[ $1 != *[:=]* || $COMP_WORDBREAKS != *[:=]* ]] || kept=${1%"${1##*[:=]}"}
    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]=${COMPREPLY[i]#"$kept"}
    done
}

# Whether all replies are files, not the lines of a name that has several: readline knows those.
_mmtool_are_files() {
    local name
    for name in "${COMPREPLY[@]/#~\//$HOME/}"; do
        [[ -e $name || -L $name ]] || return
    done
}

# Quotes the replies, with FRONT before each, as readline does, but leaves "=" and ":" alone.
_mmtool_quote_files() {
    local i name tilde
    for i in "${!COMPREPLY[@]}"; do
        name=${COMPREPLY[i]} tilde=''
        # shellcheck disable=SC2088 # as the user wrote it
        [[ $name != '~/'* ]] || tilde='~/'
        [[ ! -d ${name/#~\//$HOME/} ]] || { name+=/ && compopt -o nospace; }
        printf -v "COMPREPLY[i]" '%s%s%q' "$1" "$tilde" "${name#"$tilde"}"
    done
}

# _mmtool_offer_files ACTION FRONT VALUE: the files that begin with VALUE, in a word that begins
# with FRONT.
_mmtool_offer_files() {
    mapfile -t COMPREPLY < <(compgen "$1" -- "$3")
    _mmtool_are_files || COMPREPLY=()
    if [[ -n $2 && ($2 != *= || $COMP_WORDBREAKS != *=*) ]]; then
        _mmtool_quote_files "$2" # readline would take FRONT for a part of the name
    elif [[ ${COMPREPLY[*]} == *[:=]* ]]; then
        _mmtool_quote_files ''
        _mmtool_trim "$3"
    else
        compopt -o filenames
    fi
}

# _mmtool_without WORDS LIST: prints those of WORDS that are not in LIST, which has commas.
_mmtool_without() {
    local word
    for word in $1; do
        [[ ,$2 == *",$word,"* ]] || printf '%s ' "$word"
    done
}

# _mmtool_offer KIND WORDS FRONT VALUE: the replies for a value behind FRONT in its word.
_mmtool_offer() {
    local front=$3 value=$4 list=$2
    case $1 in
    files)
        [[ $4 == shm:* ]] && return
        compopt -o default # if there is no reply: readline knows words in quotes
        _mmtool_offer_files -f "$3" "$4"
        return
        ;;
    directories)
        compopt -o dirnames
        _mmtool_offer_files -d "$3" "$4"
        return
        ;;
    nothing) return ;;
    words)
        value=${4##*,} front+=${4%"$value"}
        list=$(_mmtool_without "$2" "${4%"$value"}")
        compopt -o nospace # a comma may follow
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$list" -P "$front" -- "$value")
    _mmtool_trim "$3$4"
}

_mmtool_offer_names() {
    local name
    for name in "${names[@]}"; do
        [[ $name == "$1"* ]] || continue
        [[ ${argument[$name]} == required ]] || COMPREPLY+=("$name")
        [[ ${argument[$name]} == none ]] || COMPREPLY+=("$name=")
    done
    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
}

_mmtool_offer_operand() {
    local command number what list
    while IFS='|' read -r command number what list; do
        [[ $command != "$1" || $number != "$2" ]] || _mmtool_offer "$what" "$list" '' "$3"
    done <<<"$_mmtool_operands"
}

# With --files all operands are FILEs, but for the first one of advise.
_mmtool_number_operand() {
    [[ -n $several ]] || return 0
    [[ $1 == advise && $operands == 0 ]] && operands=1 || operands=0
}

# Behind a subcommand.
_mmtool_behind() {
    local -A argument=() kind=() choices=()
    local names=() operands ended several pending option attached front value
    _mmtool_load_options "$1"
    _mmtool_walk
    _mmtool_number_operand "$1"
    if [[ -n $pending ]]; then
        _mmtool_offer "${kind[$pending]}" "${choices[$pending]}" '' "$2"
    elif [[ -n $ended || $2 != -* || $2 == -[0-9]* ]]; then
        _mmtool_offer_operand "$1" "$operands" "$2"
    else
        _mmtool_read_option "$2"
        if [[ -n $option && -n $attached ]]; then
            _mmtool_offer "${kind[$option]}" "${choices[$option]}" "$front" "$value"
        elif [[ $2 == - || $2 == --* ]]; then
            _mmtool_offer_names "$2"
        fi
    fi
}

_mmtool() {
    local words word
    COMPREPLY=()
    _mmtool_join
    word=${words[${#words[@]} - 1]}
    if ((${#words[@]} <= 2)); then
        mapfile -t COMPREPLY < <(compgen -W "$_mmtool_commands help --help --version" -- "$word")
    elif [[ ${words[1]} == help ]]; then
        ((${#words[@]} > 3)) ||
            mapfile -t COMPREPLY < <(compgen -W "$_mmtool_commands $_mmtool_topics" -- "$word")
    else
        _mmtool_behind "${words[1]}" "$word"
    fi
}

complete -F _mmtool mmtool

#compdef mmtool
# zsh completion for mmtool(1)

_mmtool() {
    local command=$words[2]
    local -a commands topics all_advice advice map_flags
    # The options and operands of the subcommand, as _arguments reads them.
    local -a specs
# DATA
    if (( CURRENT == 2 )); then
        commands+=('help:tell more of a subcommand')
        _describe subcommand commands
        compadd -- --help --version
    elif [[ $command == help ]]; then
        (( CURRENT == 3 )) && _describe subcommand commands -- topics
    else
        shift words
        (( CURRENT-- ))
        # With --files all operands are FILEs, but for the first one of advise.
        if (( $words[(I)--files] )); then
            specs=("${(@)specs:#(1:*|3:*|\*:*)}")
            [[ $command == advise ]] && specs=("${(@)specs/#2:/1:}") || specs=("${(@)specs:#2:*}")
            specs+=('*:FILE:_files')
        fi
        _arguments -s -S $specs
    fi
}

_mmtool "$@"

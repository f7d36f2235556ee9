#compdef mmtool
# zsh completion for mmtool(1)

_mmtool() {
    local command=$words[2]
    local -a commands all_advice advice map_flags
    # The options and operands of the subcommand, as _arguments reads them.
    local -a specs
# DATA
    if (( CURRENT == 2 )); then
        commands+=('help:tell more of a subcommand')
        _describe subcommand commands
        compadd -- --help --version
    elif [[ $command == help ]]; then
        _describe subcommand commands
    else
        shift words
        (( CURRENT-- ))
        _arguments -s -S $specs
    fi
}

_mmtool "$@"

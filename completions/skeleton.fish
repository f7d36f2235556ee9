# fish completion for mmtool(1)

# Whether the cursor is at the name of the subcommand.
function __mmtool_no_subcommand
    test (count (commandline -opc)) -eq 1
end

# Whether the subcommand is one of these.
function __mmtool_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

# Whether the cursor is behind help.
function __mmtool_at_topic
    set -l words (commandline -opc)
    test (count $words) -eq 2; and test $words[2] = help
end

# NAME LETTER SUBCOMMAND...: notes that the option takes the next word if its value is not attached.
function __mmtool_takes_value
    for command in $argv[3..]
        set -ga __mmtool_valued_$command $argv[1] $argv[2]
    end
end

# Whether the option's value is the next word. Letters may be grouped.
function __mmtool_wants_next -a command word
    set -l valued __mmtool_valued_$command
    if string match -q -- '--*' $word
        contains -- (string sub -s 3 -- $word) $$valued
        return
    end
    for letter in (string split '' -- (string sub -s 2 -- $word))
        if contains -- $letter $$valued
            string match -q -- "*$letter" $word # else the rest of the word is the value
            return
        end
    end
    return 1
end

# Whether the cursor is at the operand of that number; FILE is number 0.
function __mmtool_at_operand -a command number
    __mmtool_is $command; or return
    set -l words (commandline -opc)
    set -l is_value 0
    set -l ended 0
    set -l operands 0
    set -l several 0
    for word in $words[3..]
        if test $is_value = 1
            set is_value 0
        else if test $ended = 1; or not string match -qr -- '^-[^0-9]' $word
            set operands (math $operands + 1)
        else if test "$word" = --
            set ended 1
        else if __mmtool_wants_next $command $word
            set is_value 1
        else if test "$word" = --files
            set several 1
        end
    end
    # With --files all operands are FILEs, but for the first one of advise.
    if test $several = 1; and test $command = advise; and test $operands = 0
        set operands 1
    else if test $several = 1
        set operands 0
    end
    if test $is_value = 1; or string match -q -- 'shm:*' (commandline -ct)
        return 1
    else if test $ended = 0; and string match -qr -- '^-[^0-9]' (commandline -ct)
        return 1
    end
    test $operands = $number
end

# The value that the cursor is at, without its option.
function __mmtool_value
    string replace -r -- '^--[^=]*=' '' (commandline -ct)
end

# The words, each behind those with commas that are there already.
function __mmtool_list
    set -l given (string replace -r -- '[^,]*$' '' (__mmtool_value))
    for word in $argv
        contains -- (string replace -r '\t.*' '' -- $word) (string split , -- "$given"); or printf '%s\n' "$given$word"
    end
end

complete -c mmtool -f
complete -c mmtool -n __mmtool_no_subcommand -a help -d 'tell more of a subcommand'
complete -c mmtool -n __mmtool_no_subcommand -l help -d 'show the help'
complete -c mmtool -n __mmtool_no_subcommand -l version -d 'print the version'
# DATA
functions -e __mmtool_takes_value

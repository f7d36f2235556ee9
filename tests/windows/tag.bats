# --tag: a mapping that other programs open by its name.

# shellcheck disable=SC2154 # coproc sets script and script_PID
load ../helper

teardown() {
    [ -z "${script_PID:-}" ] || may_fail kill "$script_PID"
}

# ask LINE: one command of the script that runs in the background, until its answer is there.
ask() {
    local line
    echo "$1" >&"${script[1]}"
    while read -r -t 60 line <&"${script[0]}"; do
        case $line in
        ok) return ;;
        no* | error*) echo "$line" && return 1 ;;
        esac
    done
    return 1
}

# script ARGUMENT...: mmtool run with them, to be asked.
start_script() {
    coproc script { "$MMTOOL" run --answers "$@" 2>script-errors; }
    ask size
}

end_script() {
    local pid=$script_PID input=${script[1]}
    exec {input}>&-
    wait "$pid"
}

@test "memory that a script has by --tag is shm:NAME to other programs, as long as it runs" {
    start_script --anonymous=100000 --tag=mmtool-bats
    ask 'write 5 hello'
    prints hello mmtool read shm:mmtool-bats 5+5
    refuses '--no-journal' mmtool write shm:mmtool-bats 70000 there
    mmtool write --no-journal shm:mmtool-bats 70000 there
    ask 'find there'
    [ "$(mmtool info -s shm:mmtool-bats)" -ge 100000 ]
    refuses 'when the last program closes it' mmtool resize --unlink shm:mmtool-bats
    refuses 'keeps its size' mmtool resize shm:mmtool-bats 5
    end_script
    refuses 'no such shared memory' mmtool read shm:mmtool-bats
}

@test "a file's mapping: other programs see its bytes and change them" {
    make f 0123456789
    start_script --tag=mmtool-bats f
    prints 345 mmtool read shm:mmtool-bats 3+3
    mmtool write --no-journal shm:mmtool-bats 3 XYZ
    refuses 'has a mapping of that name' mmtool run --tag=mmtool-bats f -c size
    ask 'find XYZ'
    end_script
    holds f 012XYZ6789
}

@test "shared memory cannot be made to stay: status 2, and what has it open" {
    refuses '--tag=NAME' mmtool resize --create shm:mmtool-bats 100
    make f ''
    refuses 'empty file' mmtool read --tag=mmtool-bats f
}

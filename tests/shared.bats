# shm:NAME: named shared memory as FILE.

# shellcheck disable=SC2154 # bats sets stderr
load helper

name() {
    echo "mmtool-test-$$-$BATS_TEST_NUMBER"
}

need_shared() {
    shm=shm:$(name)
    mmtool resize --create "$shm" 0 2>/dev/null || skip "this system has no shared memory"
}

teardown() {
    may_fail "$MMTOOL" resize --unlink "shm:$(name)"
}

@test "resize --unlink of what is not there does not offer to make it" {
    need_shared
    refuses 'no such' mmtool resize --unlink "$shm-none"
    [[ $stderr != *create* ]]
}

@test "create, size, remove" {
    need_shared
    prints '' mmtool resize "$shm" 1M
    prints '1048576\n' mmtool info --size "$shm"
    [ "$(mmtool info "$shm" | head -1)" = 'kind: shared memory' ]
    prints '' mmtool resize --unlink "$shm"
    refuses 'no such shared memory' mmtool info "$shm"
}

@test "bytes are there for the next process" {
    need_shared
    mmtool resize "$shm" 13
    mmtool write "$shm" 0 'Hello world!'
    prints 'Hello world!\x00' mmtool read "$shm"
    prints '6\n' mmtool find "$shm" world
    mmtool splice "$shm" 6+5 everybody
    prints 'Hello everybody!\x00' mmtool read "$shm"
}

@test "it is the memory that other programs have by that name" {
    need_shared
    [ -f "/dev/shm/$(name)" ] || skip "this system has no /dev/shm"
    mmtool write --extend "$shm" 0 abc
    [ "$(cat "/dev/shm/$(name)")" = abc ]
    printf xyz >"/dev/shm/$(name)"
    prints xyz mmtool read "$shm"
}

@test "a missing one is an error; --create makes it" {
    refuses 'no such shared memory' mmtool read shm:mmtool-test-nobody
    refuses '--create would make it' mmtool resize shm:mmtool-test-nobody 5
    need_shared
    prints '' mmtool resize --create "$shm" 5
    prints '5\n' mmtool info -s "$shm"
}

@test "names with a slash, or none, are refused" {
    refuses 'no "/"' mmtool info shm:a/b
    refuses '1 to' mmtool info shm:
    refuses '1 to' mmtool info shm:..
}

@test "--unlink is for shared memory, and takes no size" {
    make f abc
    usage_error 'for shared memory' mmtool resize --unlink f
    need_shared
    usage_error 'takes no SIZE' mmtool resize --unlink "$shm" 5
    mmtool info -s "$shm"
    refuses 'no such shared memory' mmtool resize --unlink shm:mmtool-test-nobody
    holds f abc
}

@test "a file of such a name is ./shm:NAME" {
    make shm:x abc
    prints abc mmtool read ./shm:x
}

@test "copied from and into" {
    need_shared
    make f 0123456789
    mmtool write --extend --from=f@2:5 "$shm" 0
    prints 234 mmtool read "$shm"
    mmtool write --from="$shm" f 7
    holds f 0123456234
}

@test "--tag is Windows' alone, and says so" {
    make f abc
    refuses 'only on Windows' mmtool read --tag=name f
    refuses 'only on Windows' mmtool run --anonymous=1M --tag=name -c size
    refuses 'only on Windows' mmtool resize --create --tag=name new 5
    [ ! -e new ]
    refuses 'options of run itself' mmtool run f -c 'read --tag=name'
}

# Edits that are killed, and edits that meet: what tests/crash shows step by step where a program
# can be traced is shown here by chance, often.

load ../helper
load ../crash/crash

@test "killed at random times: old or new after the next command" {
    old_and_new 60000000
    killed_at_random 30 splice f 10+0 7bytes!
}

# Each edit takes long enough for others to begin meanwhile.
@test "many editors at once with --wait: each comes behind another, not in its midst" {
    local editors=() editor i
    letters old 8000000
    cp old f
    for i in {10..25}; do
        "$MMTOOL" splice --wait f 0+0 "<$i>" 3>&- &
        editors+=($!)
    done
    for editor in "${editors[@]}"; do
        wait "$editor"
    done
    [ "$(head -c 64 f | tr '>' '\n' | sort | tr '\n' '>')" = "$(printf '<%s>' {10..25})" ]
    cmp <(tail -c +65 f) old
}

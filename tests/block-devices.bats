# Block devices: read, searched and written, and never resized.

# shellcheck disable=SC2154 # bats sets stderr, the helper source_root
# shellcheck disable=SC2094 # what is read in a pipeline here is not what is written
load helper

# Binds `disk` to a loop device, $device; end_device undoes it.
need_device() {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    need losetup
    device=$(losetup -f --show disk 2>/dev/null) || skip "there are no loop devices here"
}

teardown() {
    [ -z "$device" ] || losetup -d "$device"
}

@test "a block device is read, searched and written, its size known" {
    letters disk 1048576
    need_device
    prints '1048576\n' mmtool info -s "$device"
    mmtool info "$device" | grep -q '^kind: block device'
    prints abc mmtool read "$device" 0+3
    prints '3\n' mmtool find "$device" def
    prints '1048575\n' mmtool rfind "$device" f
    mkdir journals
    export MMTOOL_JOURNAL_DIR=$PWD/journals
    mmtool write "$device" 512 XYZ
    mmtool write "$device" -2 UV
    mmtool move "$device" 0 512+3
    mmtool splice "$device" 3:5 12
    [ -z "$(ls -A journals)" ]
    prints XYZ12 mmtool read "$device" 0+5
    prints UV mmtool read "$device" -2:
    mmtool flush "$device"
    mmtool advise "$device" willneed 0:4096
    [ "$(head -c 5 disk)" = XYZ12 ]
}

@test "a block device's journal needs a directory, or to be done without" {
    letters disk 1048576
    need_device
    refuses '--journal-dir' mmtool write "$device" 0 X
    cmp -n 1048576 "$device" <(yes abcdefghi)
    mmtool write --no-journal "$device" 0 X
    mmtool write --journal-dir=. "$device" 1 Y
    prints XYc mmtool read "$device" 0+3
}

@test "a block device is never resized" {
    letters disk 1048576
    need_device
    refuses 'cannot change its size (1048576 bytes)' mmtool resize "$device" 5
    refuses 'cannot change its size' mmtool resize "$device" +5
    refuses 'cannot change its size' mmtool splice "$device" 0+1
    refuses 'cannot change its size' mmtool splice "$device" 0+0 x
    run -2 --separate-stderr mmtool write --extend "$device" -1 ab
    [[ $stderr == *"2 bytes at 1048575 pass the end (size 1048576)" ]]
    mmtool resize "$device" 1M
    cmp -n 1048576 "$device" <(yes abcdefghi)
}

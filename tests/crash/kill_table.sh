#!/usr/bin/env bash
# The table of kills: edits of every shape on every kind of file and file system, killed, and what
# the next command makes of them. See kill_table.py, which kills and judges; here the places are
# made. All of it in memory and in a mount namespace of our own: nothing is left, whatever happens.
#
# usage: kill_table.sh [--only=PLACE,...] [KILL_TABLE_PY_OPTION...]
#        MMTOOL says which program; --kills=N is how many of each, --list names the places.
# shellcheck disable=SC2317 # places are made by functions called by their names
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
places=(tmpfs shm ext4 xfs btrfs overlayfs overlayfs-below bindfs bindfs-no-marks bindfs-direct ntfs exfat fuse2fs vfat
    device device-environment
    ext4-remounted vfat-remounted ntfs-remounted exfat-remounted bindfs-remounted
    marks-then marks-now)
only=
arguments=()
for argument; do
    case $argument in
    --only=*) only=${argument#--only=} ;;
    --list)
        printf '%s\n' "${places[@]}"
        exit 0
        ;;
    *) arguments+=("$argument") ;;
    esac
done
MMTOOL=$(realpath "${MMTOOL:?is the program to test, such as build/src/mmtool}") || exit 2

if [ -z "${KILL_TABLE_APART-}" ]; then
    [ "$(id -u)" -eq 0 ] || { echo "# skipped: only root can mount" && exit 77; }
    export MMTOOL KILL_TABLE_APART=1
    # The mounts, and with them their loop devices and daemons, end with the last of us.
    exec unshare --mount --propagation private "${BASH_SOURCE[0]}" ${only:+"--only=$only"} \
        "${arguments[@]}"
fi

work=$(mktemp -d -p /dev/shm mmtool-kills.XXXXXX) || exit 2
devices=() device='' overlay_mount=''
status=0 made=0

clean_up() {
    local device
    cd /
    while read -r mounted; do
        umount -l "$mounted"
    done < <(awk -v at="$work/" 'index($5, at) == 1 { print $5 }' /proc/self/mountinfo | tac)
    for device in "${devices[@]}" $(cat "$work/device" 2>/dev/null); do
        losetup -d "$device" 2>/dev/null
    done
    rm -rf "$work" "/dev/shm/mmtool-kills-$$"* "/dev/shm/.mmtool-kills-$$."*
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# skip PLACE REASON
skip() {
    echo "# skipped: $1: $2"
    return 1
}

have() {
    command -v "$1" >/dev/null
}

# ---- making file systems ----------------------------------------------------------------------

# disk PLACE SIZE MKFS...: an image made by that command, at $work/PLACE.image, and a directory.
disk() {
    local place=$1 size=$2
    shift 2
    have "$1" || skip "$place" "$1 is not installed" || return
    mkdir -p "$work/$place"
    truncate -s "$size" "$work/$place.image"
    "$@" "$work/$place.image" >/dev/null 2>&1 || skip "$place" "$1 fails here"
}

# mounted PLACE COMMAND...: where the command has mounted the image.
mounted() {
    local place=$1
    shift
    "$@" >/dev/null 2>&1 || skip "$place" "$1 cannot mount it here"
}

kernel_disk() {
    local place=$1 kind=$2 size=$3
    shift 3
    disk "$place" "$size" "mkfs.$kind" "$@" &&
        mounted "$place" mount -t "$kind" -o loop "$work/$place.image" "$work/$place"
}

fuse_disk() {
    local place=$1 size=$2 mounter=$3
    shift 3
    disk "$place" "$size" "$@" || return
    have "$mounter" || skip "$place" "$mounter is not installed" || return
    mounted "$place" "$mounter" "$work/$place.image" "$work/$place"
}

# bound PLACE OPTION...: $work/PLACE shows $work/PLACE.below, on ext4, through bindfs.
bound() {
    local place=$1
    shift
    have bindfs || skip "$place" "bindfs is not installed" || return
    kernel_disk "$place.below" ext4 64M -q || return
    mkdir -p "$work/$place"
    mounted "$place" bindfs "$@" "$work/$place.below" "$work/$place"
}

# ---- running ----------------------------------------------------------------------------------

# table PLACE OPTION...: the rows of one place.
table() {
    local place=$1
    shift
    made=$((made + 1))
    python3 "$here/kill_table.py" "--mmtool=$MMTOOL" "--label=$place" "$@" "${arguments[@]}" ||
        status=1
}

in_directory() {
    local place=$1
    shift
    table "$place" "--file=$work/$place/f" "$@"
}

remounted() {
    in_directory "$1" "--between=umount '$work/${1}' && $2 >/dev/null 2>&1"
}

# ---- places -----------------------------------------------------------------------------------

place_tmpfs() {
    mkdir -p "$work/tmpfs"
    mounted tmpfs mount -t tmpfs none "$work/tmpfs" && in_directory tmpfs
}

place_shm() {
    table shm "--file=/dev/shm/mmtool-kills-$$" "--name=shm:mmtool-kills-$$"
}

place_ext4() {
    kernel_disk ext4 ext4 128M -q && in_directory ext4
}

place_xfs() {
    kernel_disk xfs xfs 400M -q && in_directory xfs
}

place_btrfs() {
    kernel_disk btrfs btrfs 256M -q && in_directory btrfs
}

place_vfat() {
    kernel_disk vfat vfat 64M && in_directory vfat
}

# overlay PLACE: its layers on ext4; $overlay_mount mounts them.
overlay() {
    local place=$1 layers=$work/$1.layers
    kernel_disk "$place.layers" ext4 128M -q || return
    mkdir -p "$layers"/{lower,upper,work} "$work/$place"
    overlay_mount="mount -t overlay -o lowerdir=$layers/lower,upperdir=$layers/upper"
    overlay_mount+=",workdir=$layers/work none $work/$place"
    mounted "$place" bash -c "$overlay_mount"
}

place_overlayfs() {
    overlay overlayfs && in_directory overlayfs
}

# Each edit is the first that touches a file of the lower layer.
place_overlayfs-below() {
    local layers=$work/overlayfs-below.layers
    overlay overlayfs-below || return
    in_directory overlayfs-below "--below=$layers/lower/f" "--anew=umount $work/overlayfs-below
        rm -rf $layers/upper $layers/work; mkdir $layers/upper $layers/work; $overlay_mount"
}

place_bindfs() {
    bound bindfs && in_directory bindfs
}

place_bindfs-no-marks() {
    bound bindfs-no-marks --xattr-none && in_directory bindfs-no-marks
}

place_bindfs-direct() {
    bound bindfs-direct -o direct_io && in_directory bindfs-direct
}

place_ntfs() {
    fuse_disk ntfs 64M ntfs-3g mkntfs -F -Q && in_directory ntfs
}

# exfat_disk PLACE: its device is in $device.
exfat_disk() {
    disk "$1" 64M mkfs.exfat || return
    have mount.exfat-fuse || skip "$1" "mount.exfat-fuse is not installed" || return
    device=$(losetup -f --show "$work/$1.image" 2>/dev/null) ||
        skip "$1" "there are no loop devices here" || return
    devices+=("$device")
    mounted "$1" mount.exfat-fuse "$device" "$work/$1"
}

place_exfat() {
    exfat_disk exfat && in_directory exfat
}

place_fuse2fs() {
    fuse_disk fuse2fs 128M fuse2fs mkfs.ext4 -q && in_directory fuse2fs
}

# device_table PLACE OPTION...: a device that is a file, let go of and attached again in between.
device_table() {
    local place=$1 device
    shift
    truncate -s 3000017 "$work/$place.image"
    truncate -s %512 "$work/$place.image"
    device=$(losetup -f --show "$work/$place.image" 2>/dev/null) ||
        skip "$place" "there are no loop devices here" || return
    echo "$device" >"$work/device"
    mkdir -p "$work/$place.journals"
    table "$place" --device "--file=$device" "--between=losetup -d \$1
        other=\$((RANDOM % 2)) # then its number may be another
        [ \$other = 0 ] || held=\$(losetup -f --show '$work/$place.image')
        losetup -f --show '$work/$place.image' | tee '$work/device'
        [ \$other = 0 ] || losetup -d \$held" "$@"
    losetup -d "$(cat "$work/device")"
    rm "$work/device"
}

place_device() {
    device_table device "--journal-dir=$work/device.journals"
}

place_device-environment() {
    MMTOOL_JOURNAL_DIR=$work/device-environment.journals device_table device-environment
}

place_ext4-remounted() {
    kernel_disk ext4-remounted ext4 128M -q || return
    remounted ext4-remounted "mount -o loop '$work/ext4-remounted.image' '$work/ext4-remounted'"
}

place_vfat-remounted() {
    kernel_disk vfat-remounted vfat 64M || return
    remounted vfat-remounted "mount -o loop '$work/vfat-remounted.image' '$work/vfat-remounted'"
}

place_ntfs-remounted() {
    fuse_disk ntfs-remounted 64M ntfs-3g mkntfs -F -Q || return
    remounted ntfs-remounted "ntfs-3g '$work/ntfs-remounted.image' '$work/ntfs-remounted'"
}

place_exfat-remounted() {
    exfat_disk exfat-remounted || return
    remounted exfat-remounted "mount.exfat-fuse $device '$work/exfat-remounted'"
}

place_bindfs-remounted() {
    bound bindfs-remounted || return
    remounted bindfs-remounted "bindfs '$work/bindfs-remounted.below' '$work/bindfs-remounted'"
}

# The edit sets marks, and the next command goes where there are none.
place_marks-then() {
    bound marks-then --xattr-none -o direct_io || return
    table marks-then "--file=$work/marks-then.below/f" "--next-file=$work/marks-then/f" --may-refuse
}

# The other way round.
place_marks-now() {
    bound marks-now --xattr-none -o direct_io || return
    table marks-now "--file=$work/marks-now/f" "--next-file=$work/marks-now.below/f" --may-refuse
}

echo "| where | edit | tried | in mid edit | old | new | refused | bad |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
for place in "${places[@]}"; do
    [[ -z $only || ,$only, == *,$place,* ]] && "place_$place"
done
[ "$made" -gt 0 ] || exit 77
exit "$status"

# The examples of the manual that take several steps: each is run as it stands there.

# shellcheck disable=SC2154 # the helper sets source_root
load helper

# recipe PAGE WORDS: writes to ./recipe the commands that follow the paragraph with these words in
# the EXAMPLES of the page, without their prompts.
recipe() {
    need_manual
    plain_page "$manual/$1" | sed '1,/^\.Sh EXAMPLES/d' |
        awk -v words="$2" '
            !found && index($0, words) { found = 1; next }
            found && /^(\.Dl )?\$ / { sub(/^\.Dl /, ""); sub(/^\$ /, ""); print; printed = 1; next }
            found && /^> / { print substr($0, 3); next }
            printed { exit }' >recipe
    [ -s recipe ]
}

# cook: runs the recipe.
cook() {
    # shellcheck disable=SC2016 # the function is for the other shell
    MMTOOL=$MMTOOL bash -e -o pipefail -c 'mmtool() { "$MMTOOL" "$@"; }; . ./recipe'
}

# crc_of FILE: the CRC-32 of all but the last four bytes, in four bytes.
crc_of() {
    head -c -4 "$1" | gzip -c | tail -c 8 | head -c 4
}

# ---- checksums ------------------------------------------------------------------------------

# signed_image: image.bin, which ends in its CRC-32.
signed_image() {
    need gzip
    { head -c 64 /dev/urandom; printf '1.99'; head -c 5000 /dev/urandom; printf 'none'; } >image.bin
    crc_of image.bin >crc
    mmtool write image.bin -4 --from=crc
}

@test "recipe: a patch and the checksum at the end of the file" {
    recipe mmtool-run.1 'last four bytes are the CRC-32'
    signed_image
    cp image.bin old
    cook
    [ "$(mmtool read image.bin 0x40+4)" = 2.01 ]
    crc_of image.bin | cmp - <(tail -c 4 image.bin)
    mmtool write old 0x40 2.01
    cmp <(head -c -4 old) <(head -c -4 image.bin)
}

@test "recipe: a killed patch leaves no image without its checksum" {
    need strace
    recipe mmtool-run.1 'last four bytes are the CRC-32'
    signed_image
    cp image.bin old
    cook
    cp image.bin new
    local number killed=0
    for number in {1..9}; do
        cp old image.bin
        run strace -qq -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when="$number" -o /dev/null \
            "$MMTOOL" run --atomic image.bin -c 'write 0x40 2.01' \
            -c "write -t u32le -4 $(mmtool read -t u32le new -4)"
        [ "$status" -eq 0 ] || killed=$((killed + 1))
        mmtool flush image.bin
        cmp -s image.bin old || cmp image.bin new
    done
    [ "$killed" -gt 2 ]
}

# ---- IPS ------------------------------------------------------------------------------------

@test "recipe: an IPS patch with plain, repeated and growing records, and one that cuts" {
    recipe mmtool-run.1 'patch in the format IPS'
    make game.bin '0123456789'
    printf 'PATCH\0\0\2\0\3abc\0\0\10\0\0\0\5x\0\0\17\0\1zEOF' >fix.ips
    cook
    holds game.bin '01abc567xxxxx\0\0z'
    printf 'PATCH\0\0\0\0\1AEOF\0\0\4' >fix.ips
    cook
    holds game.bin 'A1ab'
    printf 'PATCHEOF' >fix.ips
    cook
    holds game.bin 'A1ab'
}

@test "recipe: an IPS patch that is cut short, or none, changes nothing" {
    recipe mmtool-run.1 'patch in the format IPS'
    make game.bin '0123456789'
    local length
    printf 'PATCH\0\0\2\0\3abc\0\0\10\0\0\0\5xEOF\0\0\4' >whole
    for length in {0..23} 25 26; do
        head -c "$length" whole >fix.ips
        run ! cook
        holds game.bin '0123456789'
    done
    printf 'OTHER\0\0\2\0\3abcEOF' >fix.ips
    run ! cook
    holds game.bin '0123456789'
}

@test "recipe: random IPS patches, beside Python" {
    need python3
    recipe mmtool-run.1 'patch in the format IPS'
    local seed
    for seed in {1..12}; do
        python3 "$source_root/tests/ips.py" "$seed"
        cook
        cmp game.bin wanted
    done
}

# ---- a path in a program --------------------------------------------------------------------

@test "recipe: a path that is built into a program several times" {
    need gcc
    recipe mmtool-splice.1 'path that is built into a program'
    cat >program.c <<'END'
#include <stdio.h>
static const char *const paths[] = {"/usr/local/share/app", "/usr/local", "/usr/local/lib:/usr/local/lib64"};
int main(void)
{
    for (int i = 0; i < 3; i++)
        puts(paths[i]);
    return puts("/usr/local/bin/") < 0;
}
END
    gcc -o program program.c
    [ "$(mmtool find -c program /usr/local)" -ge 5 ]
    size=$(size_of program)
    cook
    [ "$(size_of program)" -eq "$size" ]
    prints '/opt/share/app\n/opt\n/opt/lib:/opt/lib64\n/opt/bin/\n' ./program
    run -1 mmtool find program /usr/local
    cp program old
    sed -i -e 's,/usr/local,/opt,' -e 's,program /opt,program /home/somebody,' recipe
    run -2 cook
    [[ $output == *'nothing was changed'* ]]
    cmp program old
}

# ---- byte order -----------------------------------------------------------------------------

@test "recipe: numbers of the other byte order" {
    recipe mmtool-write.1 'Turn a file of big-endian numbers'
    head -c 400000 /dev/urandom >data.bin
    xxd -e data.bin | xxd -r >wanted
    cook
    cmp data.bin wanted
}

# What the shells offer: each is typed at, in a pseudo-terminal.
# shellcheck disable=SC2154,SC2016 # the helper sets source_root; names have a dollar sign
load helper

need_completions() {
    need python3
    completions=${MMTOOL_COMPLETIONS:-${MMTOOL%/src/*}/completions}
    [ -f "$completions/mmtool" ] || skip "this build makes no completions"
    [ "$(head -c 4 "$MMTOOL" | tr -d '\177')" = ELF ] || skip "the program is not run by this system itself"
    [ -c /dev/ptmx ] || skip "there is no pseudo-terminal here"
}

# answers SHELL: each line of standard input is "LINE => RESULT|" or "LINE * => WORD WORD", as
# press_tab.py prints it.
answers() {
    cat >"$BATS_TEST_TMPDIR/wanted"
    sed 's/ =>.*//' "$BATS_TEST_TMPDIR/wanted" |
        python3 "$source_root/tests/press_tab.py" "$1" "$completions" >"$BATS_TEST_TMPDIR/got"
    diff "$BATS_TEST_TMPDIR/wanted" "$BATS_TEST_TMPDIR/got"
}

# The values of each option, of one that needs a value as the next word, too: those that there are,
# files where it takes one, and nothing where it takes a number, a range or bytes.
values() {
    mmtool --dump-commands | while IFS=$'\t' read -r row name option _ takes value _; do
        [[ $row == option && $takes != none ]] || continue
        case $value in
        FILE* | LIST | SCRIPT) begin=al offered=' alpha alpine' ;;
        DIR) begin=d offered=' dir' ;;
        TYPE) begin=u3 offered=' u32 u32be u32le' ;;
        ADVICE) begin=rand offered=' random' ;;
        FLAG*) begin=pri offered=' private' ;;
        [a-z0-9]*) begin='' offered=$(tr '|' '\n' <<<"${value%%[*}" | sort | sed 's/^/ /' | tr -d '\n') ;;
        *) begin=al offered='' ;;
        esac
        echo "mmtool $name $option=$begin * =>$offered"
        [ "$takes" != required ] || echo "mmtool $name $option $begin * =>$offered"
    done
}

# What every shell answers, in a directory with these files.
in_every_shell() {
    touch alpha alpine beta be:ta 'my file' "it's" 'do$lar' 'qu"ote' 'eq=ual' 'br[1]' $'new\nline'
    mkdir dir
    cat <<'END'
mmtool r * => read recover resize rfind run
mmtool help rec => mmtool help recover |
mmtool help ran => mmtool help ranges |
mmtool help re * => read recover regex resize
mmtool help find * =>
mmtool recover --a => mmtool recover --accept |
mmtool write --ex * => --expect --extend
mmtool splice -E --p * => --pad --pattern --patterns-from --progress --prot
mmtool read --type=u3 * => u32 u32be u32le
mmtool read --type u3 * => u32 u32be u32le
mmtool read -t u3 * => u32 u32be u32le
mmtool find -ax -t u3 * => u32 u32be u32le
mmtool read -xt u3 * => u32 u32be u32le
mmtool read -tu3 * => -tu32 -tu32be -tu32le
mmtool find --access= * => copy read write
mmtool read --color= * => always auto never
mmtool run --progress= * => always auto never
mmtool rfind --radix= * => 10 16 2 8
mmtool write --flush=a => mmtool write --flush=async |
mmtool advise alpha rand => mmtool advise alpha random |
mmtool advise --force alpha hwp => mmtool advise --force alpha hwpoison |
mmtool read --advise=rand => mmtool read --advise=random |
mmtool read --advise=hwpoison => mmtool read --advise=hwpoison|
mmtool read --map=pri * => private
mmtool read --map=shared,pri * => shared,private
mmtool read --prot=read,w * => read,write
mmtool read --prot=read,read * =>
mmtool read --prot= * => exec read write
mmtool read --prot=read, * => read,exec read,write
mmtool read --map shared,pri * => shared,private
mmtool read --color al * => always
mmtool find -xap al * =>
mmtool find -Eap x bet => mmtool find -Eap x beta |
mmtool find -lc -m2 bet => mmtool find -lc -m2 beta |
mmtool read -xl2 bet => mmtool read -xl2 beta |
mmtool find beta -A al * =>
mmtool find --align=4+ * =>
mmtool read shm: * =>
mmtool read 'do$ => mmtool read 'do$lar' |
mmtool read do\$ => mmtool read do\$lar |
mmtool read qu => mmtool read qu\"ote |
mmtool read "it => mmtool read "it's" |
mmtool read eq => mmtool read eq=ual |
mmtool write --from=eq => mmtool write --from=eq=ual |
mmtool read br => mmtool read br\[1\] |
mmtool diff alpha bet => mmtool diff alpha beta |
mmtool diff alpha beta al * =>
mmtool move alpha 0 al * =>
mmtool read al * => alpha alpine
mmtool read my => mmtool read my\ file |
mmtool read it => mmtool read it\'s |
mmtool read 'my => mmtool read 'my file' |
mmtool read "my => mmtool read "my file" |
mmtool read di => mmtool read dir/|
mmtool read -- my\ f => mmtool read -- my\ file |
mmtool read -l --color=never bet => mmtool read -l --color=never beta |
mmtool find -c bet => mmtool find -c beta |
mmtool find --files -p x alpha bet => mmtool find --files -p x alpha beta |
mmtool advise --files rand => mmtool advise --files random |
mmtool advise random --files alpha bet => mmtool advise random --files alpha beta |
mmtool find --names= => mmtool find --names=without |
mmtool splice -xp a:b bet => mmtool splice -xp a:b beta |
mmtool read --window=0:10 bet => mmtool read --window=0:10 beta |
mmtool splice --within 1:2 -p a=b bet => mmtool splice --within 1:2 -p a=b beta |
mmtool read be:t => mmtool read be:ta |
mmtool write --from=my => mmtool write --from=my\ file |
mmtool write --from alph => mmtool write --from alpha |
mmtool splice -xf al * => alpha alpine
mmtool write --journal-dir=d => mmtool write --journal-dir=dir/|
mmtool run beta al * => alpha alpine
mmtool run -c al * =>
mmtool find -xp al * =>
mmtool find beta al * =>
mmtool read beta -16 al * =>
mmtool read beta 0:1 al * =>
mmtool find -m al * =>
mmtool read --lines=al * =>
mmtool write --repeat=al * =>
mmtool read --window al * =>
mmtool resize --create alpi => mmtool resize --create alpine |
mmtool resize alpha al * =>
mmtool splice beta 0+1 al * =>
END
    values
    # Each option of each subcommand.
    mmtool --dump-commands | LC_ALL=C sort | awk -F '\t' '
        $1 == "option" { options[$2] = options[$2] " " $3 }
        END { for (name in options) print "mmtool " name " -- * =>" options[name] }'
}

# shellcheck disable=SC2120 # lines may be given on standard input
in_this_shell() {
    need_completions
    in_every_shell >"$BATS_TEST_TMPDIR/lines"
    answers "$1" <"$BATS_TEST_TMPDIR/lines"
}

# What bash answers, with the package bash-completion or without.
in_bash() {
    in_this_shell "$1"
    answers "$1" <<'END'
mmtool  * => --help --version advise diff find flush help info move read recover resize rfind run splice write
mmtool read --ty => mmtool read --type=|
mmtool write -fmy => mmtool write -fmy\ file |
mmtool splice -xfalpi => mmtool splice -xfalpine |
mmtool write --from=be:t => mmtool write --from=be:ta |
mmtool read --typ u3 * => u32 u32be u32le
mmtool read new => mmtool read 'new(newline)line' |
mmtool write --from=new => mmtool write --from='new(newline)line' |
mmtool read be:t => mmtool read be:ta |
mmtool read b * => be:ta beta br\[1\]
mmtool write --from=be: => mmtool write --from=be:ta |
mmtool read eq= => mmtool read eq=ual |
mmtool write --from=eq= => mmtool write --from=eq=ual |
mmtool write -feq => mmtool write -feq=ual |
END
}

@test "bash: subcommands, options, values, files" {
    in_bash bash
}

@test "bash with bash-completion: subcommands, options, values, files" {
    [ -r /usr/share/bash-completion/bash_completion ] || skip "the package bash-completion is not installed"
    in_bash bash-completion
}

@test "zsh: subcommands, options, values, files" {
    need zsh
    in_this_shell zsh
    answers zsh <<'END'
mmtool  * => --help --version advise diff find flush help info move read recover resize rfind run splice write
mmtool read --ty => mmtool read --type=|
mmtool write -fmy => mmtool write -fmy\ file |
mmtool splice -xfalpi => mmtool splice -xfalpine |
mmtool write --from=be:t => mmtool write --from=be:ta |
mmtool read new => mmtool read new$'\n'line|
mmtool read eq= => mmtool read eq=ual |
mmtool run -c a --comm => mmtool run -c a --command=|
END
}

@test "fish: subcommands, options, values, files" {
    need fish
    in_this_shell fish
    answers fish <<'END'
mmtool  * => advise diff find flush help info move read recover resize rfind run splice write
mmtool -- * => --help --version
mmtool read --ty => mmtool read --type |
mmtool read new => mmtool read new\nline |
END
}

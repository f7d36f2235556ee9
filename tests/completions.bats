#!/usr/bin/env bats
# What bash offers behind a line that ends with the cursor.
# shellcheck disable=SC2154 # the helper sets source_root
load helper

# offers WORDS LINE: these, in any order, with ">" in front of those that readline would take for
# names of files.
offers() {
    local want=$1 COMPREPLY=() COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS COMP_CWORD as=''
    local COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
    # bash takes a run of ":" and "=" for a word
    mapfile -t COMP_WORDS < <(sed -E 's/[[:blank:]]+/\n/g; s/[:=]+/\n&\n/g' <<<"$COMP_LINE" |
        sed '/^$/d')
    [[ $COMP_LINE != *' ' ]] || COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _mmtool
    run printf "$as%s\n" "${COMPREPLY[@]}"
    diff <(sort <<<"$output") <(tr ' ' '\n' <<<"$want" | sort)
}

begin() {
    # It asks the program by name; what bash alone has in a completion is noted.
    mkdir "$BATS_TEST_TMPDIR/bin"
    ln -s "$MMTOOL" "$BATS_TEST_TMPDIR/bin/mmtool"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
    compopt() { [[ $2 != filenames ]] || as='>'; }
    # shellcheck source=/dev/null
    source "$source_root/completions/mmtool.bash"
}

@test "bash: subcommands, options, values" {
    begin
    offers 'read recover resize rfind run' 'mmtool r'
    offers '--accept' 'mmtool recover --a'
    offers '--expect= --extend' 'mmtool write --ex'
    offers '--type=' 'mmtool read --ty'
    offers 'u32 u32le u32be' 'mmtool read --type=u3'
    offers 'u32 u32le u32be' 'mmtool read -t u3'
    offers 'read write copy' 'mmtool find --access='
    offers 'auto always never' 'mmtool read --color='
    offers 'async' 'mmtool write --flush=a'
    offers 'willneed' 'mmtool advise f will'
    offers 'read' 'mmtool help rea'
}

@test "bash: an option is not taken for the name of a file" {
    begin
    run complete -p mmtool
    [[ $output != *filenames* ]]
}

@test "bash: FILE, in front of what is no file" {
    begin
    touch alpha alpine beta
    offers '>alpha >alpine' 'mmtool read al'
    offers '>beta' 'mmtool read -l --color=never b'
    offers '>beta' 'mmtool splice -p x b'
    offers '>beta' 'mmtool find -c b'
    offers '>alpha' 'mmtool write --from=alph'
    offers '>alpha' 'mmtool write --from alph'
    offers '' 'mmtool find beta al'
    offers '' 'mmtool read beta -16 al'
}

@test "bash: a colon or an equals sign in a word does not end the completion of FILE" {
    begin
    touch beta 'be:ta' 'x=y'
    offers '>beta >be:ta' 'mmtool splice -p a:b be'
    offers '>beta >be:ta' 'mmtool read --window=0:10 be'
    offers '>beta >be:ta' 'mmtool splice --within 1:2 -p a=b be'
    offers '>ta' 'mmtool read be:t'
    offers '>ta' 'mmtool read be:'
    offers '>y' 'mmtool read x='
    offers '>ta' 'mmtool write --from=be:t'
    offers '' 'mmtool read beta 0:1'
}

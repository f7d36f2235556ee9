# fish completion for mmtool(1)

set -l commands read write find rfind move resize splice advise flush info run
set -l bytes '__fish_seen_subcommand_from read write find rfind move splice'
set -l data '__fish_seen_subcommand_from write splice'
set -l find '__fish_seen_subcommand_from find rfind'
set -l types text raw escape hex utf16le utf16be {u8,i8,u16,i16,u32,i32,u64,i64,f32,f64}{,le,be}

function __mmtool_on
    complete -c mmtool -n "__fish_seen_subcommand_from $argv[1]" $argv[2..]
end

complete -c mmtool -n __fish_use_subcommand -f -a "$commands help"
complete -c mmtool -n __fish_use_subcommand -l version -d 'print the version'
complete -c mmtool -s h -l help -d 'show the help'
complete -c mmtool -n '__fish_seen_subcommand_from help' -f -a "$commands"

complete -c mmtool -n $bytes -s t -l type -x -a "$types" -d 'how bytes are written'
complete -c mmtool -n $bytes -s x -l hex -d 'as hex digits'
complete -c mmtool -n $bytes -s e -l escape -d 'with C escapes'

complete -c mmtool -n $data -s f -l from -r -d 'take the bytes from a file'
complete -c mmtool -n $data -l repeat -x -d 'repeat the bytes'
complete -c mmtool -n '__fish_seen_subcommand_from write move splice' -l expect -x -d 'change only if these bytes are there'

complete -c mmtool -n $find -s a -l all -d 'every match'
complete -c mmtool -n $find -l overlapping -d 'overlapping ones too'
complete -c mmtool -n $find -s m -l max-count -x -d 'stop after so many'
complete -c mmtool -n $find -s c -l count -d 'print only their number'
complete -c mmtool -n $find -s q -l quiet -d 'print nothing'
complete -c mmtool -n $find -s i -l ignore-case -d 'letters match either case'
complete -c mmtool -n $find -s E -l regex -d 'the pattern is a regular expression'
complete -c mmtool -n $find -l threads -x -d 'use at most so many threads'
complete -c mmtool -n $find -s p -l pattern -x -d 'one more pattern'
complete -c mmtool -n $find -s r -l range -d 'print ranges'
complete -c mmtool -n $find -s z -l null -d 'end each result with NUL'
complete -c mmtool -n '__fish_seen_subcommand_from read find rfind' -l radix -x -a '10 16 8 2' -d base

set -l look '__fish_seen_subcommand_from read find rfind advise flush info run'
set -l change '__fish_seen_subcommand_from write move resize splice run'
complete -c mmtool -l journal-dir -x -a '(__fish_complete_directories)' -d 'where the journal goes'
complete -c mmtool -l wait -d 'wait for another mmtool'
complete -c mmtool -l access -x -a 'read write copy' -d 'how the file is mapped'
complete -c mmtool -l map -x -a 'shared private populate noreserve' -d 'MAP_* flags'
complete -c mmtool -l prot -x -a 'read write exec' -d 'PROT_* by name'
complete -c mmtool -l window -x -d 'map this part only'
complete -c mmtool -l advise -x -a '(mmtool advise --list | string replace -r " +" \t)' -d 'advice for the mapping'
complete -c mmtool -n $look -l ignore-journal -d 'show a half-made edit as it is'
complete -c mmtool -n $change -s n -l dry-run -d 'print the edit script, change nothing'
complete -c mmtool -n $change -l undo -r -d 'save the edit script that takes it back'
complete -c mmtool -n $change -l flush -d 'flush afterwards'
complete -c mmtool -n $change -l new-inode -d 'rename a new file over the old one'
complete -c mmtool -n $change -l durable -d 'survive power loss'
complete -c mmtool -n $change -l no-journal -d 'do without all or nothing'
complete -c mmtool -n $change -s v -l verbose -d 'say what was done'

__mmtool_on splice -s p -l pattern -x -d 'what to replace'
__mmtool_on splice -s a -l all -d 'every match'
__mmtool_on splice -s m -l max-count -x -d 'so many matches'
__mmtool_on splice -s E -l regex -d 'PATTERN is a regular expression'
__mmtool_on splice -s i -l ignore-case -d 'letters match either case'
__mmtool_on splice -l within -x -d 'look in this range only'
__mmtool_on splice -l pad -d 'fill a shorter replacement up'
__mmtool_on splice -l cstring -d 'keep the length of the string around a match'
__mmtool_on splice -l edits -r -d 'do the edits of a script'
__mmtool_on read -s d -l dump -d 'rows of hex, as xxd prints them'
__mmtool_on read -s l -l lines -d 'so many lines (1)'
__mmtool_on read -s L -l whole-lines -d 'widen to whole lines'
__mmtool_on read -l color -x -a 'auto always never' -d 'colour the bytes of a dump'
__mmtool_on write -l extend -d 'let it grow the file'
__mmtool_on write -l fill -d 'repeat to fill the range'
__mmtool_on write -l create -d 'make a missing file'
__mmtool_on resize -l create -d 'make a missing file'
__mmtool_on resize -l allocate -d 'reserve disk blocks'
__mmtool_on run -s c -l command -x -d 'run this command'
__mmtool_on run -s k -l keep-going -d 'go on behind an error'
__mmtool_on run -l atomic -d 'all edits at the end, or none'
__mmtool_on run -l anonymous -x -d 'memory in place of a file'
__mmtool_on run -l answers -d 'print how each command went'
__mmtool_on resize -l unlink -d 'remove shared memory'
__mmtool_on advise -l status -d 'print how much is in memory'
__mmtool_on advise -s j -l json -d 'one JSON object'
__mmtool_on advise -s v -l verbose -d 'say what it did'
__mmtool_on flush -s v -l verbose -d 'say what it did'
__mmtool_on advise -l list -d 'print all advice'
__mmtool_on advise -l force -d 'allow advice that destroys'
__mmtool_on advise -a '(mmtool advise --list | string replace -r " +" \t)'
__mmtool_on flush -l async -d 'do not wait'
__mmtool_on flush -l invalidate -d 'refresh other mappings'
__mmtool_on info -s s -l size -d 'the size alone'
__mmtool_on info -s j -l json -d 'one JSON object'

functions -e __mmtool_on

# fish completion for foghorn.
function __foghorn_sub --description 'whether the command line is at COMMAND, or at COMMAND SUB'
    set -l words (commandline -opc | string match -v -- '-*')
    test (count $words) -gt (count $argv); or return 1
    set -e words[1]
    for word in $argv
        test "$words[1]" = $word; or return 1
        set -e words[1]
    end
end
function __foghorn_at --description 'whether so many words stand on the command line'
    test (commandline -opc | string match -v -- '-*' | count) -eq $argv[1]
end
function __foghorn_first
    __foghorn_at 1
end

complete -c foghorn -f
complete -c foghorn -l help -s h -d 'Explain'
complete -c foghorn -n __foghorn_first -l help-all -d 'Explain every command'
complete -c foghorn -n __foghorn_first -a run -d 'The daemon'
complete -c foghorn -n __foghorn_first -a check -d 'Load everything, open nothing'
complete -c foghorn -n __foghorn_first -a decode -d 'Frames to events'
complete -c foghorn -n __foghorn_first -a replay -d 'History through the rules'
complete -c foghorn -n __foghorn_first -a test -d 'Rule tests'
complete -c foghorn -n __foghorn_first -a history -d 'Daily histories'
complete -c foghorn -n __foghorn_first -a explain -d 'A rule\'s truth now'
complete -c foghorn -n __foghorn_first -a outbox -d 'Messages on their way'
complete -c foghorn -n __foghorn_first -a silence -d 'Not to be told for a while'
complete -c foghorn -n __foghorn_first -a send-test -d 'A test message on its real way'
complete -c foghorn -n __foghorn_first -a report -d 'The last hours as facts'
complete -c foghorn -n __foghorn_first -a backup -d 'A copy of the store'
complete -c foghorn -n __foghorn_first -a config-reference -d 'Every key of the configuration'
complete -c foghorn -n __foghorn_first -a version -d 'Which Foghorn this is'

for command in run check replay 'history import' explain 'outbox '{list,show,retry,drop} 'silence '{add,list,expire} send-test report backup
    complete -c foghorn -n "__foghorn_sub $command" -l config -rF -d 'The configuration'
end
for command in check 'outbox '{list,show,retry,drop} 'silence '{add,list,expire} send-test
    complete -c foghorn -n "__foghorn_sub $command" -l control -rF -d 'The control socket'
    complete -c foghorn -n "__foghorn_sub $command" -l json -d 'One JSON document'
end
complete -c foghorn -n '__foghorn_sub check' -l diff -d 'What a reload would change'
complete -c foghorn -n '__foghorn_sub config-reference' -l lang -x -d 'Of the text' -a 'zh en'
complete -c foghorn -n '__foghorn_sub decode' -l venue -x -d 'Whose frames'
complete -c foghorn -n '__foghorn_sub decode' -l contracts -rF -d JSON
complete -c foghorn -n '__foghorn_sub replay' -l ticks -rF -d CSV
complete -c foghorn -n '__foghorn_sub replay' -l liquidations -rF -d CSV
complete -c foghorn -n '__foghorn_sub replay' -l capture -rF -d 'A file or folder'
complete -c foghorn -n '__foghorn_sub replay' -l out -rF -d 'For alert events'
complete -c foghorn -n '__foghorn_sub test' -F
complete -c foghorn -n '__foghorn_sub test' -l filter -x -d 'Only tests with this in their names'
complete -c foghorn -n '__foghorn_sub history; and __foghorn_at 2' -a import -d 'CSV into the store'
complete -c foghorn -n '__foghorn_sub history import' -F
complete -c foghorn -n '__foghorn_sub explain' -l rule -x -d 'Its id'
complete -c foghorn -n '__foghorn_sub explain' -l json -d 'As /api/v1/explain gives it'
complete -c foghorn -n '__foghorn_sub outbox; and __foghorn_at 2' -a 'list show retry drop'
complete -c foghorn -n '__foghorn_sub outbox; and not __foghorn_at 2' -l channel -x -d 'Of this one only'
complete -c foghorn -n '__foghorn_sub outbox list' -l state -x -d 'In this state' -a 'pending sending delivered refused unknown replaced dropped for_digest silenced quiet'
complete -c foghorn -n '__foghorn_sub outbox list; or __foghorn_sub outbox retry' -l dead -d 'What was given up'
complete -c foghorn -n '__foghorn_sub outbox list' -l limit -x -d 'So many'
complete -c foghorn -n '__foghorn_sub silence; and __foghorn_at 2' -a 'add list expire'
complete -c foghorn -n '__foghorn_sub silence add' -l rule -x -d 'Of this rule'
complete -c foghorn -n '__foghorn_sub silence add' -l instrument -x -d 'Of this instrument'
complete -c foghorn -n '__foghorn_sub silence add' -l all -d 'Of all'
complete -c foghorn -n '__foghorn_sub silence add' -l for -x -d 'Such as 2h'
complete -c foghorn -n '__foghorn_sub silence add' -l until -x -d 'Such as 2026-04-18T09:00'
complete -c foghorn -n '__foghorn_sub silence add' -l reason -x -d 'Why'
complete -c foghorn -n '__foghorn_sub silence add' -l author -x -d 'Who'
complete -c foghorn -n '__foghorn_sub send-test' -l channel -x -d 'Where to'
complete -c foghorn -n '__foghorn_sub send-test' -l rule -x -d 'As this rule would speak'
complete -c foghorn -n '__foghorn_sub send-test' -l tier -x -a 'notice major critical'
complete -c foghorn -n '__foghorn_sub report' -l at -x -d 'The end'
complete -c foghorn -n '__foghorn_sub report' -l hours -x -d 'How long before'
complete -c foghorn -n '__foghorn_sub report' -l since -x -d 'The beginning' -a last-digest
complete -c foghorn -n '__foghorn_sub report' -l format -x -a 'md text json html tex'
complete -c foghorn -n '__foghorn_sub report' -l lang -x -a 'zh en'
complete -c foghorn -n '__foghorn_sub report' -l trace -d 'The bars it rests on'
complete -c foghorn -n '__foghorn_sub report' -l notes -rF -d 'The editor\'s lines'
complete -c foghorn -n '__foghorn_sub report' -l chart -x -d 'Of one instrument'
complete -c foghorn -n '__foghorn_sub report' -l out -rF -d 'The file to write'
complete -c foghorn -n '__foghorn_sub backup' -l out -rF -d 'The file to make'

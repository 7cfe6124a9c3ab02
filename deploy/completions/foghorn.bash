# bash completion for foghorn. What a configuration names (rules, channels, instruments) is not asked for: it may be readable to
# the daemon alone.
_foghorn()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command="" sub="" i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            -*) ;;
            *)
                if [[ -z $command ]]; then
                    command=${COMP_WORDS[i]}
                elif [[ -z $sub && $command =~ ^(history|outbox|silence)$ ]]; then
                    sub=${COMP_WORDS[i]}
                fi
                ;;
        esac
    done

    case $before in
        --config | --ticks | --liquidations | --capture | --out | --contracts | --notes | --control)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            return
            ;;
        --state)
            mapfile -t COMPREPLY < <(compgen -W "pending sending delivered refused unknown replaced dropped for_digest silenced quiet" -- "$word")
            return
            ;;
        --tier) mapfile -t COMPREPLY < <(compgen -W "notice major critical" -- "$word"); return ;;
        --format) mapfile -t COMPREPLY < <(compgen -W "md text json html tex" -- "$word"); return ;;
        --lang) mapfile -t COMPREPLY < <(compgen -W "zh en" -- "$word"); return ;;
        --since) mapfile -t COMPREPLY < <(compgen -W "last-digest" -- "$word"); return ;;
        --filter | --rule | --instrument | --channel | --limit | --for | --until | --reason | --author | --at | --hours | \
            --chart | --venue)
            return
            ;;
    esac

    local asks="--config --control --json" words=""
    case "$command${sub:+ $sub}" in
        "") words="run check decode replay test history explain outbox silence send-test report backup config-reference version --help-all" ;;
        run) words="--config" ;;
        check) words="--diff $asks" ;;
        decode) words="--venue --contracts" ;;
        replay) words="--config --ticks --liquidations --capture --out" ;;
        test) words="--filter" ;;
        history) words="import" ;;
        "history import") words="--config" ;;
        explain) words="--rule --config --json" ;;
        outbox) words="list show retry drop" ;;
        "outbox list") words="--channel --state --dead --limit $asks" ;;
        "outbox retry") words="--channel --dead $asks" ;;
        "outbox show" | "outbox drop") words="--channel $asks" ;;
        silence) words="add list expire" ;;
        "silence add") words="--rule --instrument --all --for --until --reason --author $asks" ;;
        "silence list" | "silence expire") words="$asks" ;;
        send-test) words="--channel --rule --tier $asks" ;;
        backup) words="--out --config" ;;
        config-reference) words="--lang" ;;
        report) words="--at --hours --since --format --lang --trace --notes --chart --out --config" ;;
    esac
    if [[ $command == test || "$command $sub" == "history import" ]] && [[ $word != -* ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -W "$words --help" -- "$word")
    fi
}
complete -F _foghorn foghorn

_activitylog() {
    local IFS=$' \t\n'
    local args cur prev cmd opts arg
    args=("${COMP_WORDS[@]}")
    cur="${COMP_WORDS[COMP_CWORD]}"
    prev="${COMP_WORDS[COMP_CWORD-1]}"
    opts="--log -h --help --version"

    case "$prev" in
        --log)
            COMPREPLY=($(compgen -f -- "$cur"))
            return 0
            ;;
    esac

    args=("${args[@]:1}")
    for arg in "${args[@]}"; do
        case "$arg" in
            import)
                cmd="import"
                opts="$opts -q --quiet -h --help"
                break
                ;;
            export)
                cmd="export"
                opts="$opts --from --to --period --zone --customer --operation --user --status --text --redact --no-redact --locale --order --layout --layout-file --format --max-rows -o --output -q --quiet -h --help"
                break
                ;;
            show)
                cmd="show"
                opts="$opts --from --to --period --zone --customer --operation --user --status --text --redact --no-redact --locale --order --layout -n --limit -h --help"
                break
                ;;
            page)
                cmd="page"
                opts="$opts --from --to --period --zone --customer --operation --user --status --text --redact --no-redact --locale --max-rows -o --output -q --quiet -h --help"
                break
                ;;
            summary)
                cmd="summary"
                opts="$opts --by --pivot --from --to --period --zone --customer --operation --user --status --text --redact --no-redact --locale --format -o --output -q --quiet -h --help"
                break
                ;;
            details)
                cmd="details"
                opts="$opts --zone --redact --no-redact --locale -h --help"
                break
                ;;
            info)
                cmd="info"
                opts="$opts --zone -h --help"
                break
                ;;
            completion)
                cmd="completion"
                opts="$opts -h --help"
                break
                ;;
        esac
    done

    case "$cmd" in
        '')
            COMPREPLY=($(compgen -W "import export show page summary details info completion" -- "$cur"))
            ;;
        'export')
            case "$prev" in
                --from)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --period)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --zone)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --customer)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --operation)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --status)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --text)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --order)
                    COMPREPLY=($(compgen -W "newest oldest" -- "$cur"))
                    return 0
                    ;;
                --layout)
                    COMPREPLY=($(compgen -W "partner-center partner-center-2019 order-lines full" -- "$cur"))
                    return 0
                    ;;
                --layout-file)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "csv jsonl html xlsx" -- "$cur"))
                    return 0
                    ;;
                --max-rows)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                -o|--output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'show')
            case "$prev" in
                --from)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --period)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --zone)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --customer)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --operation)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --status)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --text)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --order)
                    COMPREPLY=($(compgen -W "newest oldest" -- "$cur"))
                    return 0
                    ;;
                --layout)
                    COMPREPLY=($(compgen -W "partner-center partner-center-2019 order-lines full" -- "$cur"))
                    return 0
                    ;;
                -n|--limit)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'page')
            case "$prev" in
                --from)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --period)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --zone)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --customer)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --operation)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --status)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --text)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --max-rows)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                -o|--output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'summary')
            case "$prev" in
                --by)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --from)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --period)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --zone)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --customer)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --operation)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --status)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --text)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "csv jsonl html xlsx" -- "$cur"))
                    return 0
                    ;;
                -o|--output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'details')
            case "$prev" in
                --zone)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'info')
            case "$prev" in
                --zone)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
    esac

    if [[ "$cur" = -* ]]; then
        COMPREPLY=($(compgen -W "$opts" -- "$cur"))
    fi
}

complete -F _activitylog -o bashdefault -o default activitylog

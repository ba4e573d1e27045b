_activitylog() {
    local IFS=$' \t\n'
    local args cur prev cmd opts arg
    args=("${COMP_WORDS[@]}")
    cur="${COMP_WORDS[COMP_CWORD]}"
    prev="${COMP_WORDS[COMP_CWORD-1]}"
    opts="--log -h --help --version"

    case "$prev" in
        --log)
            COMPREPLY=($(compgen -W "" -- "$cur"))
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
            verify)
                cmd="verify"
                opts="$opts --head -q --quiet -h --help"
                break
                ;;
            backup)
                cmd="backup"
                opts="$opts -q --quiet -h --help"
                break
                ;;
            copy)
                cmd="copy"
                opts="$opts -q --quiet -h --help"
                break
                ;;
            purge)
                cmd="purge"
                opts="$opts --before --zone --user --yes -q --quiet -h --help"
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
            COMPREPLY=($(compgen -W "import export show page summary details info verify backup copy purge completion" -- "$cur"))
            ;;
        'export')
            case "$prev" in
                --from)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --period)
                    COMPREPLY=($(compgen -W "recent today yesterday this_month last_month last_7_days last_30_days all" -- "$cur"))
                    return 0
                    ;;
                --zone)
                    COMPREPLY=($(compgen -W "UTC local" -- "$cur"))
                    return 0
                    ;;
                --customer)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --operation)
                    COMPREPLY=($(compgen -W "add_application_credential add_customer add_user_member azure_fraud_event_detected cancel_credit convert_trial_subscription create_agreement create_credit create_customer_user create_mpn_association create_new_commerce_migration create_order create_partner_relationship create_partner_user create_referral create_related_referral create_self_serve_policy create_transfer dap_admin_relationship_approved dap_admin_relationship_terminated dap_admin_relationship_terminated_by_microsoft delete_customer delete_customer_user delete_self_serve_policy delete_tip_customer device_deleted device_updated devices_update_attempted devices_upload_to_existing_batch_attempted devices_upload_to_new_batch_attempted extend_relationship get_software_download_link get_software_key granular_admin_access_assignment_activated granular_admin_access_assignment_created granular_admin_access_assignment_deleted granular_admin_access_assignment_updated granular_admin_relationship_activated granular_admin_relationship_approved granular_admin_relationship_cleaned_up granular_admin_relationship_expired granular_admin_relationship_terminated granular_admin_relationship_termination_requested increase_credit_limit increase_spending_limit manage_overage policy_created policy_deleted policy_updated ready_invoice register_application remove_application_credential remove_partner_customer_relationship remove_partner_relationship remove_partner_user remove_user_member reseller_relationship_accepted_by_customer reset_customer_user_password restore_customer_user software_attestation undefined unregister_application update_company_info update_credit update_customer_billing_profile update_customer_partner_contract_company_name update_customer_qualification update_customer_spending_budget update_customer_user update_customer_user_licenses update_customer_user_principal_name update_mpn_association update_order update_partner_user update_referral update_related_referral update_self_serve_policy update_sfb_customer_user_licenses update_subscription update_transfer upgrade_subscription" -- "$cur"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --status)
                    COMPREPLY=($(compgen -W "decline failed progress succeeded" -- "$cur"))
                    return 0
                    ;;
                --text)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "customer_id customer_name customized_data resource_new_value resource_old_value user_principal_name" -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -W "cs-cz de-de en-us es-es fr-fr hu-hu it-it ja-jp ko-kr nl-nl pl-pl pt-br pt-pt ru-ru sv-se tr-tr zh-cn zh-tw" -- "$cur"))
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
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "csv jsonl html xlsx" -- "$cur"))
                    return 0
                    ;;
                --max-rows)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                -o|--output)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'show')
            case "$prev" in
                --from)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --period)
                    COMPREPLY=($(compgen -W "recent today yesterday this_month last_month last_7_days last_30_days all" -- "$cur"))
                    return 0
                    ;;
                --zone)
                    COMPREPLY=($(compgen -W "UTC local" -- "$cur"))
                    return 0
                    ;;
                --customer)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --operation)
                    COMPREPLY=($(compgen -W "add_application_credential add_customer add_user_member azure_fraud_event_detected cancel_credit convert_trial_subscription create_agreement create_credit create_customer_user create_mpn_association create_new_commerce_migration create_order create_partner_relationship create_partner_user create_referral create_related_referral create_self_serve_policy create_transfer dap_admin_relationship_approved dap_admin_relationship_terminated dap_admin_relationship_terminated_by_microsoft delete_customer delete_customer_user delete_self_serve_policy delete_tip_customer device_deleted device_updated devices_update_attempted devices_upload_to_existing_batch_attempted devices_upload_to_new_batch_attempted extend_relationship get_software_download_link get_software_key granular_admin_access_assignment_activated granular_admin_access_assignment_created granular_admin_access_assignment_deleted granular_admin_access_assignment_updated granular_admin_relationship_activated granular_admin_relationship_approved granular_admin_relationship_cleaned_up granular_admin_relationship_expired granular_admin_relationship_terminated granular_admin_relationship_termination_requested increase_credit_limit increase_spending_limit manage_overage policy_created policy_deleted policy_updated ready_invoice register_application remove_application_credential remove_partner_customer_relationship remove_partner_relationship remove_partner_user remove_user_member reseller_relationship_accepted_by_customer reset_customer_user_password restore_customer_user software_attestation undefined unregister_application update_company_info update_credit update_customer_billing_profile update_customer_partner_contract_company_name update_customer_qualification update_customer_spending_budget update_customer_user update_customer_user_licenses update_customer_user_principal_name update_mpn_association update_order update_partner_user update_referral update_related_referral update_self_serve_policy update_sfb_customer_user_licenses update_subscription update_transfer upgrade_subscription" -- "$cur"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --status)
                    COMPREPLY=($(compgen -W "decline failed progress succeeded" -- "$cur"))
                    return 0
                    ;;
                --text)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "customer_id customer_name customized_data resource_new_value resource_old_value user_principal_name" -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -W "cs-cz de-de en-us es-es fr-fr hu-hu it-it ja-jp ko-kr nl-nl pl-pl pt-br pt-pt ru-ru sv-se tr-tr zh-cn zh-tw" -- "$cur"))
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
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'page')
            case "$prev" in
                --from)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --period)
                    COMPREPLY=($(compgen -W "recent today yesterday this_month last_month last_7_days last_30_days all" -- "$cur"))
                    return 0
                    ;;
                --zone)
                    COMPREPLY=($(compgen -W "UTC local" -- "$cur"))
                    return 0
                    ;;
                --customer)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --operation)
                    COMPREPLY=($(compgen -W "add_application_credential add_customer add_user_member azure_fraud_event_detected cancel_credit convert_trial_subscription create_agreement create_credit create_customer_user create_mpn_association create_new_commerce_migration create_order create_partner_relationship create_partner_user create_referral create_related_referral create_self_serve_policy create_transfer dap_admin_relationship_approved dap_admin_relationship_terminated dap_admin_relationship_terminated_by_microsoft delete_customer delete_customer_user delete_self_serve_policy delete_tip_customer device_deleted device_updated devices_update_attempted devices_upload_to_existing_batch_attempted devices_upload_to_new_batch_attempted extend_relationship get_software_download_link get_software_key granular_admin_access_assignment_activated granular_admin_access_assignment_created granular_admin_access_assignment_deleted granular_admin_access_assignment_updated granular_admin_relationship_activated granular_admin_relationship_approved granular_admin_relationship_cleaned_up granular_admin_relationship_expired granular_admin_relationship_terminated granular_admin_relationship_termination_requested increase_credit_limit increase_spending_limit manage_overage policy_created policy_deleted policy_updated ready_invoice register_application remove_application_credential remove_partner_customer_relationship remove_partner_relationship remove_partner_user remove_user_member reseller_relationship_accepted_by_customer reset_customer_user_password restore_customer_user software_attestation undefined unregister_application update_company_info update_credit update_customer_billing_profile update_customer_partner_contract_company_name update_customer_qualification update_customer_spending_budget update_customer_user update_customer_user_licenses update_customer_user_principal_name update_mpn_association update_order update_partner_user update_referral update_related_referral update_self_serve_policy update_sfb_customer_user_licenses update_subscription update_transfer upgrade_subscription" -- "$cur"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --status)
                    COMPREPLY=($(compgen -W "decline failed progress succeeded" -- "$cur"))
                    return 0
                    ;;
                --text)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "customer_id customer_name customized_data resource_new_value resource_old_value user_principal_name" -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -W "cs-cz de-de en-us es-es fr-fr hu-hu it-it ja-jp ko-kr nl-nl pl-pl pt-br pt-pt ru-ru sv-se tr-tr zh-cn zh-tw" -- "$cur"))
                    return 0
                    ;;
                --max-rows)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                -o|--output)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'summary')
            case "$prev" in
                --by)
                    COMPREPLY=($(compgen -W "hour day week month customer user operation_type resource_type operation_status" -- "$cur"))
                    return 0
                    ;;
                --from)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --period)
                    COMPREPLY=($(compgen -W "recent today yesterday this_month last_month last_7_days last_30_days all" -- "$cur"))
                    return 0
                    ;;
                --zone)
                    COMPREPLY=($(compgen -W "UTC local" -- "$cur"))
                    return 0
                    ;;
                --customer)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --operation)
                    COMPREPLY=($(compgen -W "add_application_credential add_customer add_user_member azure_fraud_event_detected cancel_credit convert_trial_subscription create_agreement create_credit create_customer_user create_mpn_association create_new_commerce_migration create_order create_partner_relationship create_partner_user create_referral create_related_referral create_self_serve_policy create_transfer dap_admin_relationship_approved dap_admin_relationship_terminated dap_admin_relationship_terminated_by_microsoft delete_customer delete_customer_user delete_self_serve_policy delete_tip_customer device_deleted device_updated devices_update_attempted devices_upload_to_existing_batch_attempted devices_upload_to_new_batch_attempted extend_relationship get_software_download_link get_software_key granular_admin_access_assignment_activated granular_admin_access_assignment_created granular_admin_access_assignment_deleted granular_admin_access_assignment_updated granular_admin_relationship_activated granular_admin_relationship_approved granular_admin_relationship_cleaned_up granular_admin_relationship_expired granular_admin_relationship_terminated granular_admin_relationship_termination_requested increase_credit_limit increase_spending_limit manage_overage policy_created policy_deleted policy_updated ready_invoice register_application remove_application_credential remove_partner_customer_relationship remove_partner_relationship remove_partner_user remove_user_member reseller_relationship_accepted_by_customer reset_customer_user_password restore_customer_user software_attestation undefined unregister_application update_company_info update_credit update_customer_billing_profile update_customer_partner_contract_company_name update_customer_qualification update_customer_spending_budget update_customer_user update_customer_user_licenses update_customer_user_principal_name update_mpn_association update_order update_partner_user update_referral update_related_referral update_self_serve_policy update_sfb_customer_user_licenses update_subscription update_transfer upgrade_subscription" -- "$cur"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --status)
                    COMPREPLY=($(compgen -W "decline failed progress succeeded" -- "$cur"))
                    return 0
                    ;;
                --text)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "customer_id customer_name customized_data resource_new_value resource_old_value user_principal_name" -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -W "cs-cz de-de en-us es-es fr-fr hu-hu it-it ja-jp ko-kr nl-nl pl-pl pt-br pt-pt ru-ru sv-se tr-tr zh-cn zh-tw" -- "$cur"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "csv jsonl html xlsx" -- "$cur"))
                    return 0
                    ;;
                -o|--output)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'details')
            case "$prev" in
                --zone)
                    COMPREPLY=($(compgen -W "UTC local" -- "$cur"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "customer_id customer_name customized_data resource_new_value resource_old_value user_principal_name" -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -W "cs-cz de-de en-us es-es fr-fr hu-hu it-it ja-jp ko-kr nl-nl pl-pl pt-br pt-pt ru-ru sv-se tr-tr zh-cn zh-tw" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'info')
            case "$prev" in
                --zone)
                    COMPREPLY=($(compgen -W "UTC local" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'verify')
            case "$prev" in
                --head)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'purge')
            case "$prev" in
                --before)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
                    return 0
                    ;;
                --zone)
                    COMPREPLY=($(compgen -W "UTC local" -- "$cur"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -W "" -- "$cur"))
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

"""P15–P21: how what is known of people is kept, and who gets to see it."""

from __future__ import annotations

from console.policy.rule import Rule

SECURITY = (
    Rule(
        "P15",
        '"encrypted and transmitted to us in a secure way"',
        "the console speaks only https, loopback apart; there is no flag to skip certificates",
        enforced=(
            "console/client/transport.py",
            "console/platform_api/serve.py",
        ),
        shown_by=(
            "tests/console/test_transport.py::test_a_self_signed_certificate_is_refused",
            "tests/console/test_transport.py::test_a_certificate_for_another_host_is_refused",
            "tests/console/test_transport.py::test_http_leaves_this_computer_never",
            "tests/console/test_transport.py::test_a_server_without_tls_is_refused",
        ),
    ),
    Rule(
        "P16",
        '"such as credit card data"',
        "no card number or security code goes in or comes out: brand, last four and the processor's reference are all that is "
        "stored",
        enforced=(
            "console/platform_api/card_numbers.py",
            "console/platform_api/routes/models.py",
            "console/platform_api/routes/ingest.py",
        ),
        shown_by=(
            "tests/policy/test_money_rules.py::test_p16_a_card_number_that_is_typed_is_refused_everywhere",
            "tests/policy/test_money_rules.py::test_p16_what_comes_in_is_kept_without_the_number",
            "tests/policy/test_money_rules.py::test_p16_a_payment_comes_with_brand_and_last_four_alone",
        ),
    ),
    Rule(
        "P17",
        '"protect your information offline"',
        "no personal value in logs, cache, crash reports, shell history, screenshots or the terminal's scrollback; a document "
        "that was saved, by an act on the log, is removed when its case ends or the console locks",
        enforced=(
            "console/crash.py",
            "console/app.py",
            "console/editor.py",
            "console/views.py",
            "screens/parts/saved_documents.py",
            "console/platform_api/envelope.py",
        ),
        shown_by=(
            "tests/screens/test_app.py::test_no_pictures_no_files_and_no_passwords_are_kept",
            "tests/screens/test_app.py::test_a_crash_ends_with_a_report_that_quotes_nothing",
            "tests/terminal/test_story.py::test_a_morning_of_support",
            "tests/screens/test_users.py::test_what_was_searched_for_stands_nowhere_and_comes_back_by_no_key",
            "tests/access/test_canaries.py::test_the_process_prints_no_value",
            "tests/screens/test_saved_views.py::test_no_person_and_no_word_of_a_search_is_kept_anywhere",
            "tests/terminal/test_editor.py::test_what_a_killed_console_left_goes_with_the_next_one",
            "tests/screens/test_documents.py::test_a_file_goes_when_the_console_locks",
            "tests/screens/test_documents.py::test_what_a_killed_console_left_is_removed_by_the_next_and_a_living_ones_is_not",
        ),
    ),
    Rule(
        "P18",
        '"Only employees who need the information"',
        "deny by default: one table says who may see what, and the API obeys it; an unlisted field is withheld",
        enforced=(
            "console/access.py",
            "console/platform_api/guard.py",
            "console/platform_api/store.py",
            "console/platform_api/projection.py",
            "console/platform_api/clauses.py",
        ),
        shown_by=(
            "tests/access/test_matrix.py::test_who_has_it_is_allowed",
            "tests/access/test_matrix.py::test_who_lacks_it_is_refused_and_the_refusal_is_on_the_log",
            "tests/access/test_matrix.py::test_who_has_it_is_refused_when_one_condition_fails_and_allowed_when_all_hold",
            "tests/access/test_fields.py::test_a_user_shows_exactly_what_the_role_may_see",
            "tests/access/test_fields.py::test_a_ticket_s_thread_is_as_clear_as_the_role_may_see_it",
            "tests/access/test_rows.py::test_of_the_log_exists_what_the_role_may_see",
            "tests/access/test_clauses.py::test_predicate_and_clause_agree",
            "tests/access/test_table.py::test_a_category_that_the_table_does_not_list_is_withheld_from_everyone",
            "tests/access/test_fields.py::test_an_application_shows_exactly_what_the_role_may_see",
            "tests/access/test_fields.py::test_applications_are_nothing_to_the_other_roles",
        ),
        figures=("refusals_today",),
    ),
    Rule(
        "P19",
        '"to perform a specific job"',
        "a reveal needs a case in hand: an open ticket, or a claimed application, payment review, order in trouble, privacy "
        "request or award, assigned to the employee and linked to that record; a reason (from a list set by the kind of "
        "case); it is on the audit log before the value is sent, and ends with the case",
        enforced=(
            "console/platform_api/reveal.py",
            "console/platform_api/audit.py",
            "console/platform_api/recorder.py",
            "console/platform_api/document_contents.py",
        ),
        shown_by=(
            "tests/access/test_fields.py::test_a_reveal_opens_what_the_table_says_for_each_kind_of_case",
            "tests/access/test_reveals.py::test_without_its_case_nothing_is_revealed",
            "tests/access/test_reveals.py::test_a_grant_ends_with_the_case_and_with_the_lock",
            "tests/access/test_reveals.py::test_each_look_within_a_grant_is_on_the_log_before_it_leaves",
            "tests/access/test_reveals.py::test_above_thirty_persons_an_hour_the_manager_is_told",
            "tests/access/test_without_the_log.py::test_without_a_log_nothing_is_revealed_read_or_changed",
            "tests/platform_api/test_application_documents.py::test_a_manager_opens_a_document_for_the_case_of_its_application_and_it_is_on_the_log",
            "tests/platform_api/test_application_documents.py::test_another_case_opens_nothing_and_the_refusal_is_on_the_log",
            "tests/access/test_fields.py::test_documents_open_for_the_manager_who_has_this_application_s_case",
            "tests/access/test_without_the_log.py::test_without_a_log_no_document_is_opened_and_nobody_becomes_a_pro",
        ),
        figures=("reveals_today", "told_today"),
    ),
    Rule(
        "P20",
        '"are granted access"',
        "an admin grants roles, never to themself; a change ends the employee's sessions",
        enforced=(
            "console/platform_api/employees.py",
            "console/platform_api/staff.py",
            "console/platform_api/signin.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p20_an_admin_grants_nothing_to_themself",
            "tests/policy/test_rules.py::test_p20_nobody_but_an_admin_grants",
            "tests/policy/test_rules.py::test_p20_a_change_of_roles_ends_the_sessions",
        ),
        figures=("roles_today",),
    ),
    Rule(
        "P21",
        '"kept in a secure environment"',
        "personal values are encrypted at rest; files are 0600",
        enforced=(
            "console/platform_api/vault.py",
            "console/platform_api/keys.py",
            "console/platform_api/private_files.py",
        ),
        shown_by=(
            "tests/access/test_canaries.py::test_nothing_lies_in_clear_in_the_databases_or_beside_them",
            "tests/access/test_canaries.py::test_files_are_for_their_owner_alone",
            "tests/platform_api/test_application_documents.py::test_nothing_of_a_document_stands_in_the_database_or_in_the_logs",
            "tests/screens/test_documents.py::test_what_the_terminal_can_not_show_becomes_a_file_of_the_employee_alone",
        ),
    ),
)

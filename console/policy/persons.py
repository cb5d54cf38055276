"""P1–P14: what is collected, how people are written to, and what they can ask for."""

from __future__ import annotations

from console.policy.rule import Rule

PERSONS = (
    Rule(
        "P1",
        '"only collect information that you voluntarily give us"',
        "each personal value carries its source (self, employee on the person's request, google) and when; writing one "
        "without a source is refused",
        enforced=(
            "console/platform_api/documents.py",
            "console/platform_api/corrections.py",
            "console/platform_api/routes/ingest.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p1_a_value_without_a_source_is_refused",
            "tests/platform_api/test_documents.py::test_no_value_without_its_source",
            "tests/platform_api/test_users.py::test_a_correction_keeps_source_before_and_after",
        ),
    ),
    Rule(
        "P2",
        '"not sell or rent"',
        "no route hands out personal values in bulk: lists are masked for every role, exports too, page size is capped",
        enforced=(
            "console/platform_api/projection.py",
            "console/platform_api/paging.py",
            "console/platform_api/search.py",
        ),
        shown_by=(
            "tests/access/test_canaries.py::test_no_answer_shows_a_person_s_values",
            "tests/policy/test_rules.py::test_p2_a_page_is_of_two_hundred_at_most",
            "tests/policy/test_rules.py::test_p2_a_search_by_name_shows_twenty_at_most",
            "tests/access/test_canaries.py::test_what_documents_say_is_nowhere_but_revealed_and_opened",
        ),
    ),
    Rule(
        "P3",
        '"respond to you, regarding the reason you contacted us"',
        "a message to a person needs an open case of that person",
        enforced=(
            "console/platform_api/mail.py",
            "console/platform_api/ticket_replies.py",
            "console/platform_api/privacy_letters.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p3_a_message_needs_a_case_of_that_very_person",
            "tests/policy/test_rules.py::test_p3_a_case_that_is_done_or_somebody_else_s_is_none",
            "tests/platform_api/test_ticket_replies.py::test_it_goes_to_nobody_whom_the_case_is_not_about",
            "tests/platform_api/test_privacy_letters.py::test_it_needs_the_open_case_of_that_very_request",
        ),
        figures=("replies_today",),
    ),
    Rule(
        "P4",
        '"will not share … other than as necessary to fulfill your request"',
        "every disclosure to a third party (processor, pro of the order, courier of a prize) is a ledger row: recipient, "
        "fields, purpose, case. What the marketplace itself tells a pro of an order is not in it yet",
        enforced=(
            "console/platform_api/disclosures.py",
            "console/platform_api/refund_job.py",
            "console/platform_api/award_work.py",
            "console/records/disclosures.py",
        ),
        shown_by=(
            "tests/policy/test_money_rules.py::test_p4_every_refund_leaves_its_row",
            "tests/policy/test_money_rules.py::test_p4_the_row_stands_before_anything_is_told",
            "tests/policy/test_money_rules.py::test_p4_nobody_else_is_told_and_nothing_else",
            "tests/policy/test_contest_rules.py::test_p4_a_prize_that_is_sent_leaves_its_row_and_no_value",
        ),
        figures=("disclosures_today",),
    ),
    Rule(
        "P5",
        '"we may contact you … unless you ask us not to"',
        "an opt-out stops specials, new products **and** policy-change mail; order mail, answers to the person's own "
        "requests, account security and breach notices still go",
        enforced=(
            "console/platform_api/contact.py",
            "console/platform_api/mail.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p5_an_opt_out_stops_specials_products_and_policy_news_and_nothing_else",
            "tests/policy/test_rules.py::test_p5_one_topic_leaves_the_others",
            "tests/policy/test_rules.py::test_p5_mail_asks_the_gate_when_it_is_queued_and_when_it_goes",
        ),
        figures=("opted_out",),
    ),
    Rule(
        "P6",
        '"may opt out … at any time"',
        "no log-in, verification or reason needed; any of support, billing, manager, privacy sets it; only the person's own "
        "request clears it",
        enforced=(
            "console/access.py",
            "console/platform_api/contact.py",
            "console/platform_api/ingest.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p6_each_of_them_sets_an_opt_out_without_case_or_reason",
            "tests/policy/test_rules.py::test_p6_only_the_person_s_own_request_clears_it",
            "tests/platform_api/test_ingest.py::test_an_opt_out_is_taken_over_and_never_cleared",
        ),
        figures=("opt_outs_today",),
    ),
    Rule(
        "P7",
        '"may opt out … at any time"',
        "effective on commit; the confirmation is due within 10 business days (holidays counted)",
        enforced=(
            "console/platform_api/privacy_clocks.py",
            "console/platform_api/privacy_opt_out.py",
            "console/platform_api/ingest_privacy_requests.py",
        ),
        shown_by=(
            "tests/platform_api/test_privacy_time.py::test_p7_an_opt_out_works_on_commit_and_its_confirmation_is_due_within_ten_business_days",
            "tests/platform_api/test_privacy_requests.py::test_p7_that_an_opt_out_works_is_confirmed",
            "tests/platform_api/test_privacy_unsent.py::test_p7_an_opt_out_is_not_confirmed_by_a_letter_that_failed",
            "tests/platform_api/test_ingest_privacy_requests.py::test_an_opt_out_of_somebody_known_works_at_once",
        ),
        figures=("open_opt_out", "overdue_opt_out"),
    ),
    Rule(
        "P8",
        '"Limited Use requirements"',
        "values obtained through Google API scopes (source google; what a person submitted at registration has source self) "
        "can't be read or searched by staff, unless the person's consent, a security case or a legal demand is recorded, with "
        "a second person's approval, or that of a deputy whom the admin named: for one case, one employee and a day",
        enforced=(
            "console/access.py",
            "console/platform_api/google_access.py",
            "console/platform_api/google_allowed.py",
            "console/platform_api/caller_check.py",
            "console/platform_api/deputies.py",
            "console/platform_api/privacy_verification.py",
            "console/platform_api/search.py",
            "console/platform_api/corrections.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p8_values_from_google_are_refused_to_every_role",
            "tests/platform_api/test_google_access.py::test_it_takes_a_ground_and_a_second_person_and_ends_with_the_day",
            "tests/platform_api/test_google_access.py::test_it_is_asked_for_with_a_case_of_the_person_and_may_be_refused",
            "tests/platform_api/test_google_access.py::test_no_other_role_sees_asks_or_finds_it",
            "tests/platform_api/test_deputies.py::test_a_deputy_for_google_sees_the_ground_alone_and_allows_it",
            "tests/platform_api/test_privacy_proof.py::test_what_came_from_google_proves_nothing",
            "tests/platform_api/test_privacy_proof.py::test_a_caller_check_of_what_came_from_google_tells_and_proves_nothing",
        ),
        figures=("google_allowed",),
    ),
    Rule(
        "P9",
        '"transfer to any other app"',
        "google-sourced values never leave for processors, mail or exports; the person's own sealed package apart",
        enforced=(
            "console/platform_api/mail.py",
            "console/platform_api/notices.py",
            "console/platform_api/privacy_letters.py",
            "console/platform_api/processors/seam.py",
            "console/platform_api/projection.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p9_no_mail_goes_to_an_address_from_google",
            "tests/policy/test_rules.py::test_p9_nothing_from_google_stands_in_what_goes_out",
            "tests/policy/test_money_rules.py::test_p29_there_is_no_other_key_to_send",
            "tests/platform_api/test_privacy_letters.py::test_without_an_address_it_goes_to_the_account_only_once_it_is_proven",
            "tests/platform_api/test_privacy_corrections.py::test_what_came_from_google_is_not_shown_beside",
        ),
    ),
    Rule(
        "P10",
        '"See what data we have about you, if any"',
        "the access package holds everything that bears on the person: profile, orders, payments, application, entries, "
        'tickets, messages, and who looked at them; "none" is a valid answer, and an unverified asker can\'t tell known from '
        "unknown. It goes to the person's own address, or with a second person",
        enforced=(
            "console/platform_api/access_package/gathering.py",
            "console/platform_api/access_package/of_looks.py",
            "console/platform_api/access_package/second_person.py",
            "console/platform_api/privacy_amending.py",
            "console/platform_api/privacy_letters.py",
            "console/platform_api/privacy_templates.py",
        ),
        shown_by=(
            "tests/platform_api/test_access_packages.py::"
            "test_all_that_opens_under_the_person_s_key_stands_in_it_and_nothing_of_anybody_else",
            "tests/platform_api/test_access_packages.py::test_who_looked_is_told_by_time_role_and_purpose_and_not_by_name",
            "tests/platform_api/test_access_packages.py::test_none_is_an_answer",
            "tests/platform_api/test_second_person.py::test_one_officer_alone_gets_nobody_s_data",
            "tests/platform_api/test_second_person.py::test_an_address_that_an_employee_wrote_is_not_the_person_s_own",
            "tests/platform_api/test_privacy_amend.py::test_who_was_signed_in_did_not_ask_for_another_address",
            "tests/platform_api/test_privacy_letters.py::"
            "test_who_is_known_and_who_is_not_get_the_same_letters_at_the_address_they_gave",
            "tests/platform_api/test_privacy_proof.py::test_p10_no_reason_tells_who_is_known_before_it_is_proven",
            "tests/platform_api/test_contest_privacy.py::"
            "test_p10_who_won_finds_their_prize_and_what_tax_law_keeps_in_their_package",
        ),
        figures=("open_access", "overdue_access"),
    ),
    Rule(
        "P11",
        '"Change/correct any data"',
        "before and after are shown; third parties in the ledger are told; the disputed value can't serve as proof of "
        "identity. Pros of orders under way are told by mail; whom the platform can't tell is on the checklist until it is said how "
        "and when; the processor holds none of it",
        enforced=(
            "console/platform_api/privacy_corrections.py",
            "console/platform_api/privacy_recipients.py",
            "console/platform_api/privacy_verification.py",
        ),
        shown_by=(
            "tests/platform_api/test_privacy_corrections.py::"
            "test_a_correction_is_proposed_beside_what_stands_there_and_applied_in_one_go",
            "tests/platform_api/test_privacy_corrections.py::"
            "test_only_what_can_be_corrected_is_proposed_and_never_what_proved_who_asks",
            "tests/platform_api/test_privacy_corrections.py::"
            "test_pros_of_orders_under_way_are_told_by_mail_and_it_is_in_the_ledger",
            "tests/platform_api/test_privacy_corrections.py::"
            "test_whom_the_platform_can_t_tell_is_ticked_off_before_the_end",
            "tests/platform_api/test_privacy_proof.py::test_what_is_said_to_be_wrong_proves_nothing",
            "tests/platform_api/test_privacy_proof.py::test_a_caller_check_of_the_disputed_value_does_not_count_either",
        ),
        figures=("open_correct", "overdue_correct"),
    ),
    Rule(
        "P12",
        '"delete any data"',
        "all tables, indexes, notes and messages; what must stay is kept under keys of its own with purpose and expiry, and "
        "listed on the receipt with its basis: the payment ledger, contact inside a dispute window, pros' tax records, the "
        "hashes that keep an opt-out or a ban, the record of the request (24 months)",
        enforced=(
            "console/platform_api/erasure_plan.py",
            "console/platform_api/erasing.py",
            "console/platform_api/erasure_parts.py",
            "console/platform_api/erasure_names.py",
            "console/platform_api/erasure_texts.py",
            "console/platform_api/erasure_keeps.py",
            "console/platform_api/erasure_ledger.py",
            "console/platform_api/key_epochs.py",
            "console/platform_api/key_checks.py",
            "console/platform_api/ingest_batch.py",
            "console/platform_api/privacy_purge.py",
        ),
        shown_by=(
            "tests/platform_api/test_erasure.py::test_from_the_plan_to_the_receipt",
            "tests/platform_api/test_deputies.py::test_a_deputy_approves_an_erasure_and_it_ends_with_the_day",
            "tests/platform_api/test_erasure.py::test_old_data_with_the_vault_of_today_open_all_but_the_erased",
            "tests/platform_api/test_erasure.py::test_the_old_vault_opens_nobody_once_its_epoch_is_destroyed",
            "tests/platform_api/test_erasure_names.py::test_a_name_is_found_as_its_script_is_written",
            "tests/platform_api/test_erasure_names.py::test_a_name_in_disguise_is_a_name",
            "tests/platform_api/test_erasure_locks.py::test_what_comes_between_the_look_and_the_lock_is_seen",
            "tests/platform_api/test_erasure.py::test_nothing_of_the_person_lies_in_the_live_files",
            "tests/platform_api/test_erasure.py::test_what_was_kept_goes_with_its_key_when_its_time_is_over",
            "tests/platform_api/test_erasure.py::test_who_comes_again_with_the_same_address_is_still_not_written_to",
            "tests/platform_api/test_erasure.py::test_cut_off_in_every_transaction_it_is_taken_up_again",
            "tests/platform_api/test_erasure.py::test_a_restore_of_both_databases_is_undone_by_the_command",
            "tests/platform_api/test_privacy_killed.py::test_an_erasure_is_finished_by_the_next_worker",
            "tests/platform_api/test_ingest_erased.py::test_no_way_in_brings_a_value_of_theirs_back",
            "tests/platform_api/test_privacy_requests.py::test_p12_the_basis_is_sealed_with_the_request_s_own_texts",
            "tests/platform_api/test_privacy_purge.py::test_it_goes_24_months_after_the_end_and_not_before",
            "tests/platform_api/test_privacy_purge.py::test_nothing_of_it_is_left_but_what_counts",
        ),
        figures=("open_delete", "overdue_delete", "erased", "kept_too_long"),
    ),
    Rule(
        "P13",
        '"Express any concern"',
        "a concern can't be closed without a reply; one that could not be sent is none until it was sent again, and what it closed is "
        "open again",
        enforced=(
            "console/platform_api/privacy_hinders.py",
            "console/platform_api/privacy_decisions.py",
            "console/platform_api/letter_undo.py",
            "console/platform_api/privacy_unsent.py",
        ),
        shown_by=(
            "tests/platform_api/test_privacy_requests.py::test_p13_a_concern_is_not_closed_without_a_reply",
            "tests/platform_api/test_privacy_undo.py::test_p13_an_undone_reply_answers_no_concern",
            "tests/platform_api/test_privacy_undo.py::test_p13_a_reply_on_which_a_concern_was_closed_is_not_taken_back",
            "tests/platform_api/test_privacy_unsent.py::test_p13_a_reply_that_failed_is_none_until_it_is_sent_again",
            "tests/platform_api/test_privacy_unsent.py::test_p13_a_concern_that_a_failed_letter_closed_is_open_again",
            "tests/platform_api/test_privacy_requests.py::test_p13_a_concern_that_an_appeal_opened_again_needs_a_reply_of_its_own",
        ),
        figures=("open_concern", "overdue_concern"),
    ),
    Rule(
        "P14",
        '"by emailing us … via telephone"',
        "channel and time of receipt are mandatory; the clock runs from receipt",
        enforced=(
            "console/platform_api/privacy_intake.py",
            "console/platform_api/routes/privacy_intake.py",
            "console/platform_api/privacy_clocks.py",
        ),
        shown_by=(
            "tests/platform_api/test_privacy_intake.py::test_p14_the_clock_runs_from_receipt_and_a_future_one_is_refused",
            "tests/platform_api/test_privacy_intake.py::test_what_is_missing_wrong_or_of_another_kind_is_refused",
            "tests/platform_api/test_privacy_time.py::test_what_came_before_today_has_run_since_then",
        ),
        figures=("received_month",),
    ),
)

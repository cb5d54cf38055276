"""P22–P37: registration, orders, cookies, surveys and contests, and changes of the policy itself."""

from __future__ import annotations

from console.policy.rule import Rule

MARKETPLACE = (
    Rule(
        "P22",
        '"about the products/services … in which you have expressed interest"',
        "marketing contact needs a recorded interest",
        enforced=("console/platform_api/contact.py",),
        shown_by=("tests/policy/test_rules.py::test_p22_marketing_needs_a_recorded_interest",),
    ),
    Rule(
        "P23",
        '"At your option … demographic information"',
        "optional; staff see it only in aggregates, once a survey is closed, small cells (under 10) suppressed with what would "
        "tell them",
        enforced=(
            "console/platform_api/suppression.py",
            "console/platform_api/survey_published.py",
            "console/platform_api/survey_figures.py",
            "console/platform_api/routes/ingest_surveys.py",
            "console/access.py",
        ),
        shown_by=(
            "tests/policy/test_survey_rules.py::test_p23_a_cell_of_nine_is_suppressed_and_one_of_ten_is_not",
            "tests/policy/test_survey_rules.py::test_p23_it_is_taken_only_if_somebody_says_it_and_shown_to_nobody",
            "tests/platform_api/test_suppression.py::test_whoever_subtracts_is_left_with_a_range_of_ten",
            "tests/platform_api/test_suppression.py::test_an_attacker_who_tries_all_that_is_possible_finds_no_small_cell",
            "tests/platform_api/test_survey_attack.py::test_looks_before_the_end_are_the_same_whatever_was_answered",
            "tests/platform_api/test_ingest_surveys.py::test_one_person_takes_part_once_in_a_survey",
            "tests/platform_api/test_ingest_surveys.py::test_of_themselves_people_say_one_of_few_things",
        ),
    ),
    Rule(
        "P24",
        '"you will need to create a pet pro account"',
        "a user becomes a pro only through an approved application, by a manager who neither recommended nor decided it "
        "before",
        enforced=(
            "console/platform_api/pro_application_work.py",
            "console/access.py",
            "console/platform_api/corrections.py",
            "console/platform_api/routes/ingest.py",
            "console/platform_api/routes/ingest_applications.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p24_nobody_makes_a_user_a_pro_by_hand",
            "tests/policy/test_application_rules.py::test_p24_approval_alone_makes_somebody_a_pro",
            "tests/policy/test_application_rules.py::test_p24_nothing_else_that_is_done_with_an_application_does",
            "tests/policy/test_application_rules.py::test_p24_only_a_manager_approves",
            "tests/policy/test_application_rules.py::test_p24_whoever_recommended_or_decided_before_is_another_person",
            "tests/policy/test_application_rules.py::test_p24_the_marketplace_makes_nobody_a_pro",
            "tests/platform_api/test_application_machine.py::test_any_series_of_actions",
        ),
        figures=("approved_today",),
    ),
    Rule(
        "P25",
        '"to fill your order"',
        "a street address is reached only through an order with an open case, never through a ticket that an employee opened "
        "alone (the privacy officer, who works on all of a person, needs a case of any kind), never by search; with a case in "
        "hand, a search by name words may be narrowed by city or postcode",
        enforced=(
            "console/access.py",
            "console/platform_api/search.py",
            "console/platform_api/order_search.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p25_nobody_is_found_by_where_they_live",
            "tests/policy/test_rules.py::test_p25_a_street_address_needs_an_order_with_an_open_case",
            "tests/policy/test_rules.py::test_p25_a_place_narrows_a_search_by_name",
            "tests/policy/test_money_rules.py::test_p25_no_order_is_found_by_its_street_and_none_shows_it",
            "tests/policy/test_money_rules.py::test_p25_the_street_opens_for_a_case_about_this_very_order",
        ),
    ),
    Rule(
        "P26",
        '"If we have trouble processing an order, we\'ll use the contact information"',
        "an order in trouble opens a ticket that allows the contact reveal until it is resolved",
        enforced=(
            "console/platform_api/cases.py",
            "console/platform_api/order_work.py",
            "console/platform_api/reveal.py",
        ),
        shown_by=(
            "tests/policy/test_money_rules.py::test_p26_trouble_opens_contact_and_its_end_closes_it",
            "tests/policy/test_money_rules.py::test_p26_without_trouble_an_order_opens_nobody",
        ),
        figures=("orders_in_trouble",),
    ),
    Rule(
        "P27",
        '"payment information which is used for billing purposes"',
        "payment instruments go to billing (masked to managers); for the others the keys are absent",
        enforced=(
            "console/access.py",
            "console/platform_api/projection.py",
            "console/platform_api/payments.py",
        ),
        shown_by=(
            "tests/policy/test_money_rules.py::test_p27_instruments_are_billing_s_masked_for_managers_and_absent_for_others",
            "tests/policy/test_money_rules.py::test_p27_an_order_shows_no_more_of_its_payments_than_they_do",
            "tests/policy/test_money_rules.py::test_p27_nobody_else_searches_by_card",
        ),
    ),
    Rule(
        "P28",
        '"users [pet parents and pet pros]"',
        "payments of pros obey the same rules",
        enforced=(
            "console/platform_api/money.py",
            "console/platform_api/refund_work.py",
            "console/platform_api/review_rules.py",
        ),
        shown_by=(
            "tests/policy/test_money_rules.py::test_p28_the_same_limits_and_second_persons",
            "tests/policy/test_money_rules.py::test_p28_the_same_reservation",
            "tests/policy/test_money_rules.py::test_p28_nobody_acts_on_a_payment_of_their_own",
            "tests/policy/test_money_rules.py::test_p28_the_same_rules_for_what_is_reviewed",
        ),
    ),
    Rule(
        "P29",
        '"for any secondary purposes"',
        "only token, amount, currency, order number and refund number go to the processor",
        enforced=(
            "console/platform_api/processors/seam.py",
            "console/platform_api/processors/built_in.py",
            "console/platform_api/processors/stripe_wire.py",
            "console/platform_api/disclosures.py",
        ),
        shown_by=(
            "tests/policy/test_money_rules.py::test_p29_the_processor_s_side_rejects_any_other_key",
            "tests/policy/test_money_rules.py::test_p29_there_is_no_other_key_to_send",
            "tests/policy/test_money_rules.py::test_p29_what_is_sent_names_no_person",
        ),
        figures=("disclosures_today",),
    ),
    Rule(
        "P30",
        '"in no way linked to any personally identifiable information"',
        "no cookie, device or browsing field exists on a person",
        enforced=(
            "console/platform_api/tables/people.py",
            "console/records/users.py",
        ),
        shown_by=(
            "tests/policy/test_rules.py::test_p30_a_person_has_no_cookie_device_or_browsing_field",
            "tests/policy/test_rules.py::test_p30_the_platform_sets_no_cookie",
        ),
    ),
    Rule(
        "P31",
        '"completely voluntary"',
        "taking part in a survey or contest changes nothing elsewhere",
        enforced=(
            "console/platform_api/ingest_surveys.py",
            "console/platform_api/ingest_contest_entries.py",
            "console/platform_api/takers.py",
        ),
        shown_by=(
            "tests/policy/test_survey_rules.py::test_p31_a_survey_s_entry_changes_nothing_elsewhere",
            "tests/policy/test_contest_rules.py::test_p31_an_entry_in_a_contest_changes_nothing_elsewhere",
        ),
    ),
    Rule(
        "P32",
        '"Contact information will only be used to notify the winners and award prizes"',
        "contact of an entry that was not drawn is refused to every role, and the refusal is on the log",
        enforced=(
            "console/access.py",
            "console/platform_api/contest_entries.py",
            "console/platform_api/routes/contest_entries.py",
            "console/platform_api/ingest_contest_entries.py",
        ),
        shown_by=(
            "tests/policy/test_contest_rules.py::test_p32_contact_that_was_not_drawn_is_refused_and_the_refusal_is_on_the_log",
            "tests/platform_api/test_awards.py::"
            "test_contact_that_was_not_drawn_is_refused_to_every_role_with_one_row_on_the_log",
            "tests/platform_api/test_ingest_contest_entries.py::test_an_entry_is_sealed_and_leads_to_no_user",
        ),
    ),
    Rule(
        "P33",
        '"Contact information will only be used to notify the winners and award prizes"',
        "a winner's contact is revealed to notify and award, ends when awarded or forfeited, and is then purged, with all the "
        "others'",
        enforced=(
            "console/platform_api/awards.py",
            "console/platform_api/award_ending.py",
            "console/platform_api/award_purge_job.py",
            "console/platform_api/contest_clock.py",
            "console/platform_api/contest_purge_job.py",
        ),
        shown_by=(
            "tests/policy/test_contest_rules.py::test_p33_a_winner_is_revealed_to_notify_and_award_until_the_prize_is_settled",
            "tests/platform_api/test_awards.py::test_once_the_last_prize_is_settled_everybody_s_contact_goes",
            "tests/platform_api/test_contest_clock.py::"
            "test_one_that_nobody_draws_lapses_and_all_contact_of_it_is_purged",
            "tests/platform_api/test_award_letters.py::test_the_prize_is_back_to_what_it_was_with_its_case_and_its_clocks",
            "tests/platform_api/test_awards.py::test_an_awarded_prize_ends_the_contact_and_keeps_what_tax_law_asks_for",
            "tests/platform_api/test_contest_holds.py::test_nobody_uses_the_contact_of_a_winner_that_a_hold_keeps",
        ),
    ),
    Rule(
        "P34",
        '"Survey information will be used for … monitoring or improving"',
        "aggregates only; no join with or filter by a user",
        enforced=(
            "console/platform_api/survey_entries.py",
            "console/platform_api/takers.py",
            "console/platform_api/survey_texts.py",
            "console/access.py",
        ),
        shown_by=(
            "tests/platform_api/test_surveys.py::test_no_list_is_narrowed_to_a_person",
            "tests/platform_api/test_surveys.py::test_entries_are_listed_without_anybody_in_them",
            "tests/platform_api/test_ingest_surveys.py::test_who_took_part_is_a_token_and_nothing_to_join",
            "tests/platform_api/test_ingest_contest_entries.py::test_nobody_s_answers_can_be_put_beside_their_contact",
            "tests/policy/test_survey_rules.py::test_p34_no_role_is_shown_what_anybody_answered",
        ),
    ),
    Rule(
        "P35",
        '"all updates will be posted … effective immediately"',
        "policy versions are records; a decision cites the version in force",
        enforced=(
            "console/platform_api/policy_versions.py",
            "console/platform_api/routes/policy_versions.py",
            "console/platform_api/privacy_decisions.py",
        ),
        shown_by=(
            "tests/platform_api/test_privacy_requests.py::test_p35_each_decision_cites_the_policy_in_force",
            "tests/platform_api/test_policy_versions.py::test_a_decision_cites_the_version_in_force_and_no_other",
            "tests/platform_api/test_policy_versions.py::test_a_version_is_in_force_from_its_moment_on",
            "tests/platform_api/test_policy_versions.py::test_the_published_policy_is_the_first_version_on_both_databases",
        ),
        figures=("versions",),
    ),
    Rule(
        "P36",
        '"not abiding by this privacy policy"',
        "a complaint goes to privacy, one that names privacy to a manager; an employee named in it can't read it, "
        "nor where it came from, nor what was done about it",
        enforced=(
            "console/access.py",
            "console/conditions.py",
            "console/platform_api/privacy_intake.py",
        ),
        shown_by=(
            "tests/platform_api/test_privacy_intake.py::test_p36_who_is_named_never_sees_it",
            "tests/access/test_rows.py::test_p36_whom_a_concern_names_finds_neither_where_it_came_from_nor_what_was_done",
            "tests/access/test_rows.py::test_p36_whom_a_concern_names_goes_on_with_its_ticket_no_more",
            "tests/platform_api/test_privacy_intake.py::test_p36_what_is_about_privacy_is_a_managers_and_the_others_are_privacys",
            "tests/platform_api/test_policy.py::test_a_concern_about_privacy_is_in_no_count_of_privacy_s_nor_of_who_is_named",
        ),
        figures=("about_privacy_open",),
    ),
    Rule(
        "P37",
        '"Links to other sites"',
        "links that people typed are inert text",
        enforced=(
            "console/text.py",
            "screens/parts/application_view.py",
        ),
        shown_by=(
            "tests/console/test_text.py::test_the_line_filter_takes_hyperlinks_away_and_keeps_the_look",
            "tests/console/test_text.py::test_nothing_typed_becomes_markup",
            "tests/console/test_text.py::test_the_line_filter_lets_no_control_through",
            "tests/policy/test_application_rules.py::test_p37_what_applicants_type_is_drawn_as_it_stands",
            "tests/policy/test_application_rules.py::test_p37_a_typed_link_comes_and_goes_as_text",
            "tests/terminal/test_links.py::test_links_that_applicants_type_are_inert",
        ),
    ),
)

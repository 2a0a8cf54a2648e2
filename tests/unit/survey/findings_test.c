/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "survey/steps.h"

static struct job job;
static struct survey s;

static void
init(void)
{
	memset(&job, 0, sizeof(job));
	policy_values_init(&job.policy);
	survey_init(&s, &job);
}

static const char *
message_of(size_t row)
{
	static char text[LIMIT_MESSAGE_BYTES + 1];
	struct index_octets message = s.findings.rows[row].message;

	memcpy(text, s.octets + message.offset, message.length);
	text[message.length] = '\0';
	return text;
}

TestSuite(findings, .init = init);

Test(findings, the_surplus_is_counted_for_each_severity)
{
	enum { MANY = LIMIT_FINDINGS_PER_CHECK + 5 };

	for (int i = 0; i < MANY; i++) {
		finding_as(&s, CHECK_rrsig_remaining_min, SEVERITY_WARN,
		    OPTION_rrsig_remaining_warn, place_zone(), "%d", i);
	}
	finding(&s, CHECK_rrsig_remaining_min, place_zone(), "worse");
	finding_as(&s, CHECK_rrsig_remaining_min, SEVERITY_BLOCK,
	    OPTION_rrsig_remaining_block, place_zone(), "worst");
	cr_assert_eq(s.findings.n, LIMIT_FINDINGS_PER_CHECK + 2);
	cr_assert_eq(s.findings.rows[LIMIT_FINDINGS_PER_CHECK - 1].count, 6);
	cr_assert_eq(s.findings.rows[LIMIT_FINDINGS_PER_CHECK].severity,
	    SEVERITY_HOLD);
	cr_assert_eq(s.findings.rows[LIMIT_FINDINGS_PER_CHECK + 1].severity,
	    SEVERITY_BLOCK);
}

Test(findings, the_policy_speaks_of_open_checks_only)
{
	job.policy.severity[CHECK_rrsig_duplicate] = SEVERITY_OFF;
	job.policy.overridden[CHECK_rrsig_duplicate] = 1;
	job.policy.severity[CHECK_rrsig_remaining_min] = SEVERITY_INFO;
	job.policy.overridden[CHECK_rrsig_remaining_min] = 1;
	job.policy.severity[CHECK_rrsig_labels] = SEVERITY_OFF;
	job.policy.overridden[CHECK_rrsig_labels] = 1;
	finding(&s, CHECK_rrsig_duplicate, place_zone(), "off");
	finding_as(&s, CHECK_rrsig_remaining_min, SEVERITY_BLOCK, OPTION_none,
	    place_zone(), "info");
	finding(&s, CHECK_rrsig_labels, place_zone(), "soundness");
	cr_assert_eq(s.findings.n, 2);
	cr_assert_eq(s.findings.rows[0].severity, SEVERITY_INFO);
	cr_assert_eq(s.findings.rows[1].severity, SEVERITY_BLOCK);
}

Test(findings, less_than_a_must_takes_an_accepted_risk)
{
	job.policy.severity[CHECK_nsec3_iterations] = SEVERITY_WARN;
	job.policy.overridden[CHECK_nsec3_iterations] = 1;
	finding_as(&s, CHECK_nsec3_iterations, SEVERITY_BLOCK, OPTION_none,
	    place_zone(), "step");
	job.policy.severity[CHECK_nsec3_iterations] = SEVERITY_HOLD;
	finding(&s, CHECK_nsec3_iterations, place_zone(), "raised");
	job.policy.accepted[CHECK_nsec3_iterations] = 1;
	finding_as(&s, CHECK_nsec3_iterations, SEVERITY_BLOCK, OPTION_none,
	    place_zone(), "accepted");
	cr_assert_eq(s.findings.n, 3);
	cr_assert_eq(s.findings.rows[0].severity, SEVERITY_BLOCK);
	cr_assert_eq(s.findings.rows[1].severity, SEVERITY_HOLD);
	cr_assert_eq(s.findings.rows[2].severity, SEVERITY_HOLD);
}

/* ---- exemptions ---- */

static const uint8_t apex[] = "\7example";
static const uint8_t host[] = "\4host\7example";

static struct policy_exemption *
exempt(enum exemption_reach reach)
{
	struct policy_exemption *e =
	    &job.policy.exemptions[job.policy.n_exemptions++];

	*e = (struct policy_exemption){
	    .name = "a", .until = 100, .reach = (uint8_t)reach};
	e->checks[CHECK_nsec3_extra] = 1;
	memcpy(e->owner, apex, sizeof(apex));
	job.at = 50;
	return e;
}

Test(findings, what_is_exempt_stands_apart)
{
	struct place place = {.owner = host}, other = {.owner = apex};

	exempt(EXEMPT_BELOW);
	for (int i = 0; i < 100; i++) {
		finding(&s, CHECK_nsec3_extra, place, "exempt");
		finding(&s, CHECK_nsec3_extra, other, "not");
	}
	cr_assert_eq(s.findings.n,
	    LIMIT_FINDINGS_PER_CHECK + LIMIT_FINDINGS_PER_EXEMPTION);
	uint32_t counts[2] = {0, 0};

	for (size_t i = 0; i < s.findings.n; i++) {
		const struct index_finding *row = &s.findings.rows[i];

		cr_assert_leq(row->exemption, 1);
		cr_assert_str_eq(message_of(i),
		    row->exemption == 1 ? "exempt" : "not");
		cr_assert_eq(row->severity, SEVERITY_HOLD);
		counts[row->exemption] += row->count;
	}
	cr_assert_eq(counts[0], 100);
	cr_assert_eq(counts[1], 100);
}

Test(findings, one_of_many_places_is_exempt_only_with_all)
{
	struct place place = {.owner = host};

	exempt(EXEMPT_BELOW);
	finding(&s, CHECK_nsec3_extra, place_one_of(place, 1), "one");
	finding(&s, CHECK_nsec3_extra, place_one_of(place, 2), "two");
	exempt(EXEMPT_ALL);
	finding(&s, CHECK_nsec3_extra, place_one_of(place, 2), "all");
	cr_assert_eq(s.findings.n, 3);
	cr_assert_eq(s.findings.rows[0].exemption, 1);
	cr_assert_eq(s.findings.rows[1].exemption, 0);
	cr_assert_eq(s.findings.rows[1].is_example, 1);
	cr_assert_eq(s.findings.rows[2].exemption, 2);
}

Test(findings, a_window_that_is_over_is_told_with_what_it_covered)
{
	struct place place = {.owner = host};

	exempt(EXEMPT_ALL)->until = 50;
	finding(&s, CHECK_nsec3_extra, place, "late");
	finding(&s, CHECK_denial_ttl, place, "another");
	check_migration_window(&s);
	cr_assert_eq(s.findings.n, 3);
	cr_assert_eq(s.findings.rows[0].exemption, 0);
	cr_assert_eq(s.findings.rows[2].check, CHECK_migration_window);
	cr_assert_not_null(strstr(message_of(2), "cover: 1"));
}

Test(findings, a_window_to_come_covers_nothing)
{
	struct place place = {.owner = host};

	exempt(EXEMPT_ALL)->from = 51;
	finding(&s, CHECK_nsec3_extra, place, "early");
	check_migration_window(&s);
	cr_assert_eq(s.findings.n, 1);
	cr_assert_eq(s.findings.rows[0].exemption, 0);
}

Test(findings, messages_are_text_and_bounded)
{
	static char longer[LIMIT_MESSAGE_BYTES * 2];

	memset(longer, 'x', sizeof(longer) - 1);
	finding(&s, CHECK_zone_parse_clean, place_zone(), "a\tb\x1b\xff");
	finding(&s, CHECK_zone_parse_clean, place_zone(), "%s", longer);
	cr_assert_str_eq(message_of(0), "a?b??");
	cr_assert_lt(strlen(message_of(1)), LIMIT_MESSAGE_BYTES);
}

Test(findings, octets_stay_where_they_are_while_checks_run)
{
	static const uint8_t name[] = "\7example";
	struct index_octets octets = octets_add(&s, name, sizeof(name));

	findings_reserve(&s);
	const uint8_t *before = s.octets;

	for (int i = 0; i < 10000; i++) {
		struct place place = {.owner = s.octets + octets.offset};

		finding(&s, (enum check_id)(1 + i % (N_CHECKS - 1)), place,
		    "%01000d", i);
	}
	cr_assert_eq(s.octets, before);
}

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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "survey/steps.h"

#define SOA(serial) "example. 60 IN SOA a. b. " serial " 2 3 4 5\n"
#define APEX SOA("7") "example. 60 IN NS ns.example.net.\n"

static struct survey survey;
static struct work work;
static struct job job;

/* Surveys ZONE beside PREVIOUS and UNSIGNED_COPY, each of which may be NULL;
 * returns how many places CHECK names. */
static unsigned
found(const char *zone, const char *previous, const char *unsigned_copy,
    enum check_id check)
{
	struct survey_texts texts = {.zone = {zone, strlen(zone)}};
	unsigned n = 0;

	job.at = 1795564800;
	job.n_slices = 1;
	if (previous != NULL) {
		job.has_previous = 1;
		texts.previous = (struct text){previous, strlen(previous)};
	}
	if (unsigned_copy != NULL) {
		texts.unsigned_copy =
		    (struct text){unsigned_copy, strlen(unsigned_copy)};
	}
	work = (struct work){0};
	survey_init(&survey, &job);
	cr_assert_eq(survey_run(&survey, &texts, &work), INDEX_COMPLETE);
	for (size_t i = 0; i < survey.findings.n; i++) {
		const struct index_finding *row = &survey.findings.rows[i];

		n += row->check == check ? row->count : 0;
	}
	survey_release(&survey, &work);
	return n;
}

static void
policy(void)
{
	memset(&job, 0, sizeof(job));
	policy_values_init(&job.policy);
}

static unsigned
differences(const char *zone, const char *copy)
{
	policy();
	return found(zone, NULL, copy, CHECK_unsigned_content_identical);
}

Test(others, every_rrset_that_differs_is_one_finding)
{
	static const char zone[] = APEX "b.example. 60 IN A 192.0.2.1\n"
	                                "b.example. 60 IN A 192.0.2.2\n"
	                                "d.example. 60 IN TXT \"x\"\n";

	cr_expect_eq(differences(zone, zone), 0);
	cr_expect_eq(differences(zone, APEX), 2);
	cr_expect_eq(differences(APEX, zone), 2);
	/* Before the first, between, after the last; a type more; all. */
	cr_expect_eq(differences(zone, APEX "a.example. 60 IN A 192.0.2.1\n"
	                                    "b.example. 60 IN A 192.0.2.1\n"
	                                    "c.example. 60 IN A 192.0.2.1\n"
	                                    "d.example. 60 IN AAAA ::1\n"
	                                    "d.example. 60 IN TXT \"x\"\n"
	                                    "e.example. 60 IN A 192.0.2.1\n"),
	    5);
}

Test(others, form_and_order_are_no_difference)
{
	cr_expect_eq(differences(APEX "b.example. 60 IN MX 1 a.example.\n"
	                              "b.example. 60 IN TYPE65280 \\# 1 00\n",
	                 "$ORIGIN example.\n$TTL 1m\nB TYPE65280 \\# 1 00\n"
	                 "B TYPE15 \\# 13 0001 0141 074578616D706C6500\n"
	                 "b MX 1 A\n@ NS NS.example.NET.\n"
	                 "@ 9 SOA A. B. 1 2 3 4 9\n"),
	    0);
	/* RFC 4034 6.2 does not fold the case of text. */
	cr_expect_eq(differences(APEX "b.example. 60 IN TXT \"x\"\n",
	                 APEX "b.example. 60 IN TXT \"X\"\n"),
	    1);
}

Test(others, the_root_is_a_zone_like_any_other)
{
	static const char root[] = ". 60 IN SOA a. b. 7 2 3 4 5\n"
	                           ". 60 IN NS a.\na. 60 IN A 192.0.2.1\n";

	cr_expect_eq(differences(root, root), 0);
	cr_expect_eq(differences(root, ". 60 IN SOA a. b. 1 2 3 4 5\n"
	                               ". 60 IN NS a.\n"),
	    1);
}

Test(others, what_signing_makes_is_so_at_the_apex_only)
{
#define KEY "60 IN DNSKEY 257 3 13 AAAA\n"
	cr_expect_eq(differences(APEX "example. " KEY, APEX), 0);
	cr_expect_eq(differences(APEX "b.example. " KEY, APEX), 1);
	cr_expect_eq(differences(APEX "b.example. 60 IN TYPE65534 \\# 1 00\n",
	                 APEX),
	    1);
#undef KEY
}

static unsigned
delta(const char *zone, const char *previous)
{
	policy();
	job.policy.option[OPTION_delta_least] = 0;
	job.policy.option[OPTION_delta_delegations_removed_pct] = 50;
	return found(zone, previous, NULL, CHECK_zone_delta_bounds);
}

Test(others, a_percentage_is_exceeded_not_reached)
{
#define AB SOA("6") "a.example. 60 IN NS a.\nb.example. 60 IN NS a.\n"
	cr_expect_eq(delta(SOA("7") "a.example. 60 IN NS a.\n", AB), 0);
	cr_expect_eq(delta(SOA("7"), AB), 1);
	/* A delegation under another name is another. */
	cr_expect_eq(delta(SOA("7") "c.example. 60 IN NS a.\n", AB), 2);
#undef AB
}

static const char *
refusal(const char *previous)
{
	static char said[256];

	policy();
	found(APEX, previous, NULL, CHECK_zone_delta_bounds);
	snprintf(said, sizeof(said), "%s", survey.operand_error);
	return said;
}

Test(others, what_cannot_be_read_is_an_operand_error)
{
	static const char *const texts[] = {
	    "",
	    "\n",
	    SOA("6") "b.example. 60 IN A 192.0.2.300\n",
	    SOA("6") "b.example. 60 IN A 192.0.2.3",
	    SOA("6") "$INCLUDE x\n",
	    "other. 60 IN SOA a. b. 6 2 3 4 5\n",
	    SOA("6") "b.example. 60 IN NOSUCH x\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_expect_str_not_empty(refusal(texts[i]), "text %zu", i);
	}
	cr_expect_str_empty(refusal(SOA("6")));
}

Test(others, what_nobody_asks_for_is_not_read)
{
	policy();
	for (int check = 1; check < N_CHECKS; check++) {
		if (checks[check].standing == OPEN) {
			job.policy.severity[check] = SEVERITY_OFF;
		}
	}
	found(APEX, SOA("6") "b.example. 60 IN A 192.0.2.300\n",
	    "no zone at all", CHECK_serial_increase);
	cr_expect_str_empty(survey.operand_error, "%s", survey.operand_error);
}

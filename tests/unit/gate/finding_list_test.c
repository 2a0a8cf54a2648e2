/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "finding_list.h"

static struct finding_list list;
static const uint8_t owner[] = "\7example";

static void
release(void)
{
	for (size_t i = 0; i < list.n; i++) {
		free(list.rows[i].message);
	}
	free(list.rows);
}

TestSuite(finding_list, .fini = release);

Test(finding_list, a_finding_has_its_place)
{
	finding_add(&list, CHECK_rrsig_valid_all, SEEN_BY_LDNS, owner, TYPE_A,
	    7, "words");
	cr_assert_eq(list.n, 1);
	cr_assert_str_eq(list.rows[0].owner, "example.");
	cr_assert_str_eq(list.rows[0].type, "A");
	cr_assert_eq(list.rows[0].line, 7);
	cr_assert_eq(list.rows[0].count, 1);
	cr_assert_eq(list.rows[0].severity, SEVERITY_BLOCK);
	cr_assert_eq(list.rows[0].seen_by, SEEN_BY_LDNS);
	cr_assert_str_eq(list.rows[0].message, "words");
	cr_assert_eq(list.places[SEVERITY_BLOCK], 1);
}

Test(finding_list, surplus_findings_are_counted)
{
	for (unsigned i = 0; i < LIMIT_FINDINGS_PER_CHECK; i++) {
		cr_assert_not(finding_is_surplus(&list, CHECK_rrsig_valid_all));
		finding_add(&list, CHECK_rrsig_valid_all, SEEN_BY_LDNS, owner,
		    TYPE_A, i + 1, "words");
	}
	cr_assert(finding_is_surplus(&list, CHECK_rrsig_valid_all));
	for (unsigned i = 0; i < 1000; i++) {
		finding_add(&list, CHECK_rrsig_valid_all, SEEN_BY_UNBOUND, NULL,
		    0, 0, "");
	}
	cr_assert_eq(list.n, LIMIT_FINDINGS_PER_CHECK);
	cr_assert_eq(list.rows[list.n - 1].count, 1001);
	cr_assert_eq(list.places[SEVERITY_BLOCK],
	    LIMIT_FINDINGS_PER_CHECK + 1000);
	cr_assert_not(finding_is_surplus(&list, CHECK_ds_parent_match));
}

Test(finding_list, the_worst_come_first)
{
	finding_add(&list, CHECK_denial_ttl, SEEN_BY_GATE, NULL, 0, 3, "warn");
	finding_add(&list, CHECK_ds_parent_match, SEEN_BY_GATE, NULL, 0, 2,
	    "block");
	finding_add(&list, CHECK_rrsig_valid_all, SEEN_BY_GATE, NULL, 0, 9,
	    "block");
	finding_add(&list, CHECK_rrsig_valid_all, SEEN_BY_GATE, NULL, 0, 1,
	    "block");
	findings_sort(&list);
	cr_assert_eq(list.rows[0].check, CHECK_rrsig_valid_all);
	cr_assert_eq(list.rows[0].line, 1);
	cr_assert_eq(list.rows[1].line, 9);
	cr_assert_eq(list.rows[2].check, CHECK_ds_parent_match);
	cr_assert_eq(list.rows[3].check, CHECK_denial_ttl);
}

/* ---- exemptions ---- */

static struct policy policy;
static struct index_finding row;
static struct index zone;
static uint8_t octets[] = "\7example\0message";

static void
make_exempt(void)
{
	struct policy_exemption *e = &policy.values.exemptions[0];

	policy_values_init(&policy.values);
	policy.values.n_exemptions = 1;
	*e = (struct policy_exemption){
	    .name = "a", .from = 10, .until = 20, .reach = EXEMPT_OWNER};
	memcpy(e->owner, owner, sizeof(owner));
	e->checks[CHECK_nsec3_extra] = 1;
	row = (struct index_finding){
	    .check = CHECK_nsec3_extra,
	    .severity = SEVERITY_HOLD,
	    .count = 7,
	    .exemption = 1,
	    .owner = {.offset = 0, .length = sizeof(owner)},
	    .message = {.offset = sizeof(owner), .length = 7},
	};
	zone =
	    (struct index){.octets = octets, .findings = &row, .n_findings = 1};
}

/* True if the finding is exempt AT_S. */
static bool
is_believed(int64_t at_s)
{
	struct finding_list found = {0};

	findings_of_index(&found, &zone, &policy, at_s);
	size_t n = findings_sort(&found);

	cr_assert_eq(found.n, 1);
	cr_assert_eq(found.places[SEVERITY_HOLD], n == 0 ? 0 : 7);
	cr_assert_eq(found.rows[0].exemption, n == 0 ? 1 : 0);
	free(found.rows[0].message);
	free(found.rows);
	return n == 0;
}

Test(finding_list, an_exemption_is_believed_if_the_policy_has_it)
{
	make_exempt();
	cr_assert(is_believed(10));
	cr_assert(is_believed(19));
}

Test(finding_list, other_exemptions_are_not_believed)
{
	make_exempt();
	cr_assert_not(is_believed(9));
	cr_assert_not(is_believed(20));
	row.exemption = 2;
	cr_assert_not(is_believed(10));
	make_exempt();
	row.exemption = 0;
	cr_assert_not(is_believed(10));
	make_exempt();
	row.check = CHECK_denial_mode;
	cr_assert_not(is_believed(10));
	make_exempt();
	row.owner.length = 0;
	cr_assert_not(is_believed(10));
	make_exempt();
	row.is_example = 1;
	cr_assert_not(is_believed(10));
	make_exempt();
	policy.values.exemptions[0].checks[CHECK_rrsig_valid_all] = 1;
	row.check = CHECK_rrsig_valid_all;
	cr_assert_not(is_believed(10));
}

Test(finding_list, what_is_exempt_comes_last)
{
	struct finding_list found = {0};
	struct index_finding rows[2];

	make_exempt();
	rows[0] = row;
	rows[1] = row;
	rows[0].severity = SEVERITY_BLOCK;
	rows[1].severity = SEVERITY_WARN;
	rows[1].exemption = 0;
	zone.findings = rows;
	zone.n_findings = 2;
	findings_of_index(&found, &zone, &policy, 10);
	cr_assert_eq(findings_sort(&found), 1);
	cr_assert_eq(found.rows[0].severity, SEVERITY_WARN);
	cr_assert_eq(found.rows[1].severity, SEVERITY_BLOCK);
	cr_assert_eq(found.places[SEVERITY_BLOCK], 0);
	free(found.rows[0].message);
	free(found.rows[1].message);
	free(found.rows);
}

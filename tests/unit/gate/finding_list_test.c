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

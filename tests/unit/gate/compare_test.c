/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/theories.h>

#include "compare.h"

#define ALL_VERDICTS                                                           \
	DataPoints(int, VERDICT_UNJUDGED, VERDICT_SECURE, VERDICT_INSECURE,    \
	    VERDICT_BOGUS, VERDICT_INDETERMINATE, N_VERDICTS, 255)

static bool
says_something(int verdict)
{
	return verdict != VERDICT_UNJUDGED && verdict < N_VERDICTS;
}

TheoryDataPoints(compare, each_pair_of_verdicts) = {ALL_VERDICTS, ALL_VERDICTS};

Theory((int ldns, int unbound), compare, each_pair_of_verdicts)
{
	struct verdict_row left = {.verdict = (uint8_t)ldns};
	struct verdict_row right = {.verdict = (uint8_t)unbound};
	struct tally tally = {0};
	bool judged = says_something(ldns) && says_something(unbound);
	bool both = ldns == VERDICT_SECURE && unbound == VERDICT_SECURE;
	bool one = (ldns == VERDICT_SECURE) != (unbound == VERDICT_SECURE);

	compare_count(&left, &right, 1, &tally);
	cr_assert_eq(tally.claims, 1);
	cr_assert_eq(tally.unjudged, !judged);
	cr_assert_eq(tally.agreed_secure, judged && both);
	cr_assert_eq(tally.disputed, judged && one);
	cr_assert_eq(tally.agreed_other, judged && !both && !one);
}

Test(compare, counts_begin_anew)
{
	struct verdict_row rows[2] = {{VERDICT_SECURE, 0}, {VERDICT_SECURE, 0}};
	struct tally tally = {.claims = 9,
	    .agreed_secure = 9,
	    .disputed = 9,
	    .agreed_other = 9,
	    .unjudged = 9};

	compare_count(rows, rows, 2, &tally);
	cr_assert_eq(tally.claims, 2);
	cr_assert_eq(tally.agreed_secure, 2);
	cr_assert_eq(tally.disputed + tally.agreed_other + tally.unjudged, 0);
}

Test(compare, findings_are_left_alone)
{
	struct tally tally = {0};

	tally.findings[SEVERITY_BLOCK] = 5;
	compare_count(NULL, NULL, 0, &tally);
	cr_assert_eq(tally.findings[SEVERITY_BLOCK], 5);
	cr_assert_eq(tally.claims, 0);
}

Test(compare, rows_that_nobody_filled_in_are_unjudged)
{
	struct verdict_row secure[3] = {
	    {VERDICT_SECURE, 0}, {VERDICT_SECURE, 0}, {VERDICT_SECURE, 0}};
	struct verdict_row zero[3] = {{0, 0}, {0, 0}, {0, 0}};
	struct tally tally = {0};

	compare_count(secure, zero, 3, &tally);
	cr_assert_eq(tally.unjudged, 3);
	compare_count(zero, secure, 3, &tally);
	cr_assert_eq(tally.unjudged, 3);
}

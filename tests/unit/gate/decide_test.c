/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/theories.h>

#include <string.h>

#include "decide.h"

#define ALL_ENDS                                                               \
	DataPoints(int, WORKER_NOT_RUN, WORKER_DONE, WORKER_CRASHED,           \
	    WORKER_LATE, WORKER_GARBLED, WORKER_ASLEEP, WORKER_DIFFERS,        \
	    WORKER_UNKNOWING, N_WORKER_ENDS, 1000)

static const struct ends all_done = {WORKER_DONE, WORKER_DONE, WORKER_DONE};

static struct tally
good_tally(void)
{
	return (struct tally){.claims = 7, .agreed_secure = 7};
}

Test(decide, a_zeroed_state_is_a_refusal)
{
	struct ends ends;
	struct tally tally;

	memset(&ends, 0, sizeof(ends));
	memset(&tally, 0, sizeof(tally));
	cr_assert_eq(decide(&ends, &tally), DECISION_UNJUDGED);
}

Test(decide, a_good_zone_is_released)
{
	struct tally tally = good_tally();

	cr_assert_eq(decide(&all_done, &tally), DECISION_RELEASE);
}

TheoryDataPoints(decide, nothing_but_done_releases) = {
    ALL_ENDS, ALL_ENDS, ALL_ENDS};

Theory((int survey, int ldns, int unbound), decide, nothing_but_done_releases)
{
	struct ends ends = {(enum worker_end)survey, (enum worker_end)ldns,
	    (enum worker_end)unbound};
	struct tally tally = good_tally();
	bool done = survey == WORKER_DONE && ldns == WORKER_DONE &&
	            unbound == WORKER_DONE;

	cr_assert_eq(decide(&ends, &tally),
	    done ? DECISION_RELEASE : DECISION_UNJUDGED);
}

TheoryDataPoints(decide, nothing_releases_a_bad_zone) = {ALL_ENDS, ALL_ENDS,
    ALL_ENDS, DataPoints(int, SEVERITY_BLOCK, SEVERITY_HOLD)};

Theory((int survey, int ldns, int unbound, int severity), decide,
    nothing_releases_a_bad_zone)
{
	struct ends ends = {(enum worker_end)survey, (enum worker_end)ldns,
	    (enum worker_end)unbound};
	struct tally tally = good_tally();

	tally.findings[severity] = 1;
	cr_assert_neq(decide(&ends, &tally), DECISION_RELEASE);
	cr_assert_neq(decision_exit(decide(&ends, &tally)), 0);
}

TheoryDataPoints(decide, every_claim_must_be_secure_to_both) = {
    DataPoints(uint64_t, 0, 6, 7, 8, UINT64_MAX),
    DataPoints(uint64_t, 0, 1, 7, UINT64_MAX),
    DataPoints(uint64_t, 0, 1, 7, UINT64_MAX),
    DataPoints(uint64_t, 0, 1, 7, UINT64_MAX),
};

Theory((uint64_t secure, uint64_t other, uint64_t disputed, uint64_t unjudged),
    decide, every_claim_must_be_secure_to_both)
{
	struct tally tally = {.claims = 7,
	    .agreed_secure = secure,
	    .agreed_other = other,
	    .disputed = disputed,
	    .unjudged = unjudged};
	bool good = secure == 7 && other == 0 && disputed == 0 && unjudged == 0;

	cr_assert_eq(decide(&all_done, &tally) == DECISION_RELEASE, good);
}

Test(decide, a_zone_without_claims_is_unjudged)
{
	struct tally tally = {0};

	cr_assert_eq(decide(&all_done, &tally), DECISION_UNJUDGED);
}

Test(decide, a_claim_that_one_left_out_is_unjudged)
{
	struct tally tally = {.claims = 7, .agreed_secure = 6, .unjudged = 1};

	cr_assert_eq(decide(&all_done, &tally), DECISION_UNJUDGED);
}

Test(decide, what_is_beyond_the_validators_is_unjudged)
{
	struct tally tally = {
	    .claims = 7, .agreed_secure = 7, .inabilities = 1};

	cr_assert_eq(decide(&all_done, &tally), DECISION_UNJUDGED);
	tally.findings[SEVERITY_BLOCK] = 1;
	cr_assert_eq(decide(&all_done, &tally), DECISION_BLOCK);
}

Test(decide, a_claim_that_one_calls_secure_is_disputed)
{
	struct tally tally = {.claims = 7, .agreed_secure = 6, .disputed = 1};

	cr_assert_eq(decide(&all_done, &tally), DECISION_DISPUTED);
}

Test(decide, a_claim_that_neither_calls_secure_blocks)
{
	struct tally tally = {
	    .claims = 7, .agreed_secure = 6, .agreed_other = 1};

	cr_assert_eq(decide(&all_done, &tally), DECISION_BLOCK);
}

Test(decide, warnings_do_not_keep_a_zone)
{
	struct tally tally = good_tally();

	tally.findings[SEVERITY_WARN] = 100;
	tally.findings[SEVERITY_INFO] = 100;
	cr_assert_eq(decide(&all_done, &tally), DECISION_RELEASE);
}

Test(decide, a_finding_to_hold_holds)
{
	struct tally tally = good_tally();

	tally.findings[SEVERITY_HOLD] = 1;
	cr_assert_eq(decide(&all_done, &tally), DECISION_HOLD);
}

Test(decide, a_dispute_outweighs_a_hold)
{
	struct tally tally = {.claims = 7, .agreed_secure = 6, .disputed = 1};

	tally.findings[SEVERITY_HOLD] = 1;
	cr_assert_eq(decide(&all_done, &tally), DECISION_DISPUTED);
}

Test(decide, a_text_that_the_survey_refuses_is_blocked)
{
	struct ends ends = {WORKER_DONE, WORKER_NOT_RUN, WORKER_NOT_RUN};
	struct tally tally = {0};

	cr_assert_eq(decide(&ends, &tally), DECISION_UNJUDGED);
	tally.findings[SEVERITY_BLOCK] = 1;
	cr_assert_eq(decide(&ends, &tally), DECISION_BLOCK);
}

Test(decide, what_the_survey_found_stands_when_a_validator_fails)
{
	struct ends ends = {WORKER_DONE, WORKER_CRASHED, WORKER_LATE};
	struct tally tally = {.claims = 7, .unjudged = 7};

	tally.findings[SEVERITY_BLOCK] = 1;
	cr_assert_eq(decide(&ends, &tally), DECISION_BLOCK);
}

Test(decide, no_zone_is_bad_while_readers_differ_about_it)
{
	struct ends differs = {WORKER_DONE, WORKER_DIFFERS, WORKER_DONE};
	struct ends unknowing = {WORKER_DONE, WORKER_UNKNOWING, WORKER_DONE};
	struct tally tally = {.claims = 7, .unjudged = 7};

	tally.findings[SEVERITY_BLOCK] = 1;
	cr_assert_eq(decide(&differs, &tally), DECISION_UNJUDGED);
	cr_assert_eq(decide(&unknowing, &tally), DECISION_UNJUDGED);
}

Test(decide, no_zone_is_bad_on_the_word_of_a_survey_that_failed)
{
	struct ends ends = {WORKER_CRASHED, WORKER_DONE, WORKER_DONE};
	struct tally tally = good_tally();

	tally.findings[SEVERITY_BLOCK] = 1;
	cr_assert_eq(decide(&ends, &tally), DECISION_UNJUDGED);
}

Test(decide, only_a_release_exits_with_zero)
{
	cr_assert_eq(decision_exit(DECISION_RELEASE), 0);
	cr_assert_eq(decision_exit(DECISION_HOLD), 1);
	cr_assert_eq(decision_exit(DECISION_BLOCK), 1);
	cr_assert_eq(decision_exit(DECISION_DISPUTED), 2);
	cr_assert_eq(decision_exit(DECISION_UNJUDGED), 3);
	cr_assert_eq(decision_exit((enum decision)77), 3);
}

Test(decide, every_end_has_a_name_of_its_own)
{
	for (int a = 0; a < N_WORKER_ENDS; a++) {
		for (int b = 0; b < a; b++) {
			cr_assert_str_neq(worker_end_name((enum worker_end)a),
			    worker_end_name((enum worker_end)b));
		}
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/theories.h>

#include <string.h>

#include "wakefulness.h"

static bool wanted[N_ALGORITHMS];
static bool unable[N_ALGORITHMS];
static struct verdicts verdicts;
static char why[WHY_TEXT];

static void
sing(int algorithm, enum canary_phase phase, int intact, int flipped)
{
	verdicts.canaries[verdicts.n_canaries++] = (struct frame_canary){
	    .algorithm = (uint8_t)algorithm,
	    .phase = (uint8_t)phase,
	    .intact = (uint8_t)intact,
	    .flipped = (uint8_t)flipped,
	};
}

static void
sing_well(int algorithm)
{
	sing(algorithm, CANARY_BEFORE, VERDICT_SECURE, VERDICT_BOGUS);
	sing(algorithm, CANARY_AFTER, VERDICT_SECURE, VERDICT_BOGUS);
}

static bool
awake(void)
{
	return is_awake(&verdicts, wanted, unable, why);
}

Test(wakefulness, silence_is_sleep)
{
	cr_assert_not(awake());
	wanted[8] = true;
	cr_assert_not(awake());
	cr_assert_str_not_empty(why);
}

Test(wakefulness, a_canary_before_and_after_is_enough)
{
	wanted[8] = true;
	sing_well(8);
	cr_assert(awake());
	cr_assert_not(unable[8]);
}

TheoryDataPoints(wakefulness, both_halves_must_come_back_both_times) = {
    DataPoints(int, VERDICT_UNJUDGED, VERDICT_SECURE, VERDICT_INSECURE,
        VERDICT_BOGUS, VERDICT_INDETERMINATE),
    DataPoints(int, VERDICT_UNJUDGED, VERDICT_SECURE, VERDICT_INSECURE,
        VERDICT_BOGUS, VERDICT_INDETERMINATE),
    DataPoints(int, CANARY_BEFORE, CANARY_AFTER),
};

Theory((int intact, int flipped, int phase), wakefulness,
    both_halves_must_come_back_both_times)
{
	bool well = intact == VERDICT_SECURE && flipped == VERDICT_BOGUS;

	memset(&verdicts, 0, sizeof(verdicts));
	wanted[8] = true;
	sing(8, CANARY_BEFORE, phase == CANARY_BEFORE ? intact : VERDICT_SECURE,
	    phase == CANARY_BEFORE ? flipped : VERDICT_BOGUS);
	sing(8, CANARY_AFTER, phase == CANARY_AFTER ? intact : VERDICT_SECURE,
	    phase == CANARY_AFTER ? flipped : VERDICT_BOGUS);
	cr_assert_eq(awake(), well);
}

Test(wakefulness, one_phase_is_not_enough)
{
	wanted[8] = true;
	sing(8, CANARY_BEFORE, VERDICT_SECURE, VERDICT_BOGUS);
	cr_assert_not(awake());
}

Test(wakefulness, one_algorithm_asleep_is_sleep)
{
	wanted[8] = wanted[13] = true;
	sing_well(8);
	sing(13, CANARY_BEFORE, VERDICT_SECURE, VERDICT_BOGUS);
	sing(13, CANARY_AFTER, VERDICT_INSECURE, VERDICT_BOGUS);
	cr_assert_not(awake());
}

Test(wakefulness, an_algorithm_out_of_reach_is_named)
{
	wanted[8] = wanted[16] = true;
	sing_well(8);
	sing(16, CANARY_BEFORE, VERDICT_INSECURE, VERDICT_INSECURE);
	sing(16, CANARY_AFTER, VERDICT_INSECURE, VERDICT_INSECURE);
	cr_assert(awake());
	cr_assert(unable[16]);
	cr_assert_not(unable[8]);
}

Test(wakefulness, an_algorithm_without_canary_is_out_of_reach)
{
	wanted[8] = wanted[253] = true;
	sing_well(8);
	cr_assert(awake());
	cr_assert(unable[253]);
}

Test(wakefulness, an_algorithm_out_of_reach_that_nobody_needs_is_not_named)
{
	wanted[8] = true;
	sing_well(8);
	sing(16, CANARY_BEFORE, VERDICT_INSECURE, VERDICT_INSECURE);
	sing(16, CANARY_AFTER, VERDICT_INSECURE, VERDICT_INSECURE);
	cr_assert(awake());
	cr_assert_not(unable[16]);
}

Test(wakefulness, with_every_algorithm_out_of_reach_nobody_is_awake)
{
	wanted[16] = true;
	sing(16, CANARY_BEFORE, VERDICT_INSECURE, VERDICT_INSECURE);
	sing(16, CANARY_AFTER, VERDICT_INSECURE, VERDICT_INSECURE);
	cr_assert_not(awake());
}

Test(wakefulness, a_flipped_canary_that_passes_is_sleep_whatever_else)
{
	wanted[8] = true;
	sing_well(8);
	sing(16, CANARY_BEFORE, VERDICT_INSECURE, VERDICT_SECURE);
	sing(16, CANARY_AFTER, VERDICT_INSECURE, VERDICT_INSECURE);
	cr_assert_not(awake());
}

Test(wakefulness, a_bad_canary_beside_a_good_one_is_sleep)
{
	wanted[8] = true;
	sing_well(8);
	sing(8, CANARY_AFTER, VERDICT_BOGUS, VERDICT_BOGUS);
	cr_assert_not(awake());
}

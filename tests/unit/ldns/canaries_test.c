/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "ldns/canaries.h"

Test(canaries, ldns_is_awake_for_each)
{
	for (size_t i = 0; i < n_canaries; i++) {
		struct frame_canary frame =
		    canary_judge(canaries[i].algorithm, CANARY_AFTER);

		cr_assert_eq(frame.algorithm, canaries[i].algorithm);
		cr_assert_eq(frame.phase, CANARY_AFTER);
		cr_assert_eq(frame.intact, VERDICT_SECURE, "algorithm %u",
		    frame.algorithm);
		cr_assert_eq(frame.flipped, VERDICT_BOGUS, "algorithm %u",
		    frame.algorithm);
	}
}

Test(canaries, without_one_nothing_is_said)
{
	struct frame_canary frame = canary_judge(250, CANARY_BEFORE);

	cr_assert_eq(frame.intact, VERDICT_UNJUDGED);
	cr_assert_eq(frame.flipped, VERDICT_UNJUDGED);
}

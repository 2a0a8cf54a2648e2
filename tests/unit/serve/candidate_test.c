/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "serve/candidate.h"

Test(candidate, each_state_has_a_word_of_its_own)
{
	for (int id = CANDIDATE_NONE + 1; id < N_CANDIDATE_STATES; id++) {
		const char *name =
		    candidate_state_name((enum candidate_state)id);

		cr_assert_neq(name[0], '\0');
		cr_assert_eq((int)candidate_state_from_name(name), id, "%s",
		    name);
	}
}

Test(candidate, another_word_is_no_state)
{
	cr_assert_eq(candidate_state_from_name(""), CANDIDATE_NONE);
	cr_assert_eq(candidate_state_from_name("none"), CANDIDATE_NONE);
	cr_assert_eq(candidate_state_from_name("Held"), CANDIDATE_NONE);
	cr_assert_eq(candidate_state_from_name("held "), CANDIDATE_NONE);
	cr_assert_str_eq(candidate_state_name((enum candidate_state)77),
	    "none");
}

Test(candidate, held_and_quarantined_ones_wait_for_a_person)
{
	for (int id = 0; id < N_CANDIDATE_STATES; id++) {
		struct candidate candidate = {
		    .state = (enum candidate_state)id};

		cr_assert_eq(candidate_is_held(&candidate),
		    id == CANDIDATE_HELD || id == CANDIDATE_QUARANTINED);
	}
}

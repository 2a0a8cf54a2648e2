/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "candidate.h"

#include <stddef.h>
#include <string.h>

static const char *const names[N_CANDIDATE_STATES] = {
    [CANDIDATE_NONE] = "none",
    [CANDIDATE_WAITING] = "waiting",
    [CANDIDATE_JUDGING] = "judging",
    [CANDIDATE_HELD] = "held",
    [CANDIDATE_QUARANTINED] = "quarantined",
    [CANDIDATE_RELEASING] = "releasing",
    [CANDIDATE_RELEASED] = "released",
    [CANDIDATE_REPLACED] = "replaced",
    [CANDIDATE_OBSERVED] = "observed",
    [CANDIDATE_SUPERSEDED] = "superseded",
    [CANDIDATE_DISCARDED] = "discarded",
};

const char *
candidate_state_name(enum candidate_state state)
{
	return (unsigned)state < N_CANDIDATE_STATES ? names[state] : "none";
}

enum candidate_state
candidate_state_from_name(const char *name)
{
	for (int id = CANDIDATE_NONE + 1; id < N_CANDIDATE_STATES; id++) {
		if (strcmp(names[id], name) == 0) {
			return (enum candidate_state)id;
		}
	}
	return CANDIDATE_NONE;
}

bool
candidate_is_held(const struct candidate *candidate)
{
	return candidate->state == CANDIDATE_HELD ||
	       candidate->state == CANDIDATE_QUARANTINED;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wakefulness.h"

#include <stdio.h>
#include <string.h>

/* What the canaries of one algorithm did, in one phase. */
struct song {
	unsigned n;        /* canaries heard */
	unsigned secure;   /* whose intact half was secure */
	unsigned bogus;    /* whose flipped half was bogus */
	unsigned let_pass; /* whose flipped half was secure */
};

enum state {
	STATE_ASLEEP, /* zero: it must not be trusted */
	STATE_SILENT, /* nothing was said of this algorithm */
	STATE_UNABLE, /* its intact half was never secure */
	STATE_AWAKE,
};

static bool
sang_well(const struct song *song)
{
	return song->n > 0 && song->secure == song->n && song->bogus == song->n;
}

static enum state
judge_songs(const struct song *before, const struct song *after)
{
	if (before->let_pass > 0 || after->let_pass > 0) {
		return STATE_ASLEEP;
	}
	if (before->n == 0 && after->n == 0) {
		return STATE_SILENT;
	}
	if (before->n == 0 || after->n == 0) {
		return STATE_ASLEEP;
	}
	if (sang_well(before) && sang_well(after)) {
		return STATE_AWAKE;
	}
	/* A library that does not know the algorithm never finds the intact
	 * half secure; one that fell asleep on the way did at first. */
	return before->secure == 0 && after->secure == 0 ? STATE_UNABLE
	                                                 : STATE_ASLEEP;
}

static void
listen(const struct verdicts *verdicts, struct song before[N_ALGORITHMS],
    struct song after[N_ALGORITHMS])
{
	memset(before, 0, N_ALGORITHMS * sizeof(*before));
	memset(after, 0, N_ALGORITHMS * sizeof(*after));
	for (unsigned i = 0; i < verdicts->n_canaries; i++) {
		const struct frame_canary *canary = &verdicts->canaries[i];
		struct song *song = canary->phase == CANARY_BEFORE
		                        ? &before[canary->algorithm]
		                        : &after[canary->algorithm];

		song->n++;
		song->secure += canary->intact == VERDICT_SECURE;
		song->bogus += canary->flipped == VERDICT_BOGUS;
		song->let_pass += canary->flipped == VERDICT_SECURE;
	}
}

bool
is_awake(const struct verdicts *verdicts, const bool wanted[N_ALGORITHMS],
    bool unable[N_ALGORITHMS], char why[WHY_TEXT])
{
	struct song before[N_ALGORITHMS], after[N_ALGORITHMS];
	bool out_of_reach[N_ALGORITHMS] = {false};
	unsigned n_awake = 0;

	listen(verdicts, before, after);
	for (unsigned i = 0; i < N_ALGORITHMS; i++) {
		switch (judge_songs(&before[i], &after[i])) {
		case STATE_ASLEEP:
			snprintf(why, WHY_TEXT,
			    "a canary of algorithm %u did not come back as it "
			    "must: intact secure and flipped bogus, before and "
			    "after",
			    i);
			return false;
		case STATE_SILENT:
		case STATE_UNABLE:
			out_of_reach[i] = wanted[i];
			break;
		case STATE_AWAKE:
			n_awake++;
			break;
		}
	}
	if (n_awake == 0) {
		snprintf(why, WHY_TEXT,
		    "no canary came back secure with its flipped twin bogus");
		return false;
	}
	memcpy(unable, out_of_reach, sizeof(out_of_reach));
	return true;
}

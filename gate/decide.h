/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decide.h -- turns what the validators and checks said into one decision.
 *
 * Pure: no I/O, no clock, no allocation.
 */
#pragma once

#include <stdint.h>

#include "contract/check.h"

/* How a worker ended.  Only the gate's own observation fills this in. */
enum worker_end {
	WORKER_NOT_RUN, /* zero: a forgotten worker refuses the zone */
	WORKER_DONE,    /* exited 0 after a complete, well-formed result */
	WORKER_CRASHED, /* killed by a signal, or exited non-zero */
	WORKER_LATE,    /* ran past its deadline and was killed */
	WORKER_GARBLED, /* short, malformed, too much, or for another snapshot */
	WORKER_ASLEEP,  /* a canary did not come back as it must */
	WORKER_DIFFERS,   /* it read other records than the survey did */
	WORKER_UNKNOWING, /* it cannot read the text: a type it does not know */
	N_WORKER_ENDS
};

enum decision {
	DECISION_UNJUDGED, /* zero: somebody did not finish the job */
	DECISION_DISPUTED, /* the validators finished and differ */
	DECISION_BLOCK,    /* bad, beyond one person's approval */
	DECISION_HOLD,     /* bad, may be approved with a reason */
	DECISION_RELEASE,
};

/* Counts over all claims, and what the checks found. */
struct tally {
	uint64_t claims;        /* owed by each validator */
	uint64_t agreed_secure; /* both said SECURE */
	uint64_t agreed_other;  /* both judged, and neither said SECURE */
	uint64_t disputed;      /* both judged, and one said SECURE */
	uint64_t unjudged;      /* one of them said nothing */
	uint64_t findings[SEVERITY_OFF]; /* by severity, those of claims too */
	uint64_t inabilities; /* findings that say nothing about the zone */
};

/* The three workers whose word a decision needs. */
struct ends {
	enum worker_end survey;
	enum worker_end ldns;
	enum worker_end unbound;
};

/*
 * Decides on one snapshot.
 *
 * Returns DECISION_RELEASE only if every worker is WORKER_DONE, there is at
 * least one claim, all claims are agreed_secure, and nothing found is worse
 * than a warning.
 *
 * A BLOCK finding of a survey that finished says that the zone is bad,
 * whatever became of the validators: it comes before UNJUDGED and DISPUTED,
 * unless a reader differs about what the zone is, or cannot read it.
 * Validators that were not run because the survey refused the text are that
 * case.  Otherwise a worker that is not WORKER_DONE, a claim without verdict,
 * an inability and a tally that does not add up come first (UNJUDGED), then
 * claims in dispute (DISPUTED).
 */
enum decision decide(const struct ends *ends, const struct tally *tally);

/* "release", "hold", "block", "disputed", "unjudged". */
const char *decision_name(enum decision decision);

/* 0 release, 1 hold or block, 2 disputed, 3 unjudged. */
int decision_exit(enum decision decision);

/* "done", "crashed", "late", "garbled", "asleep", "differs", ... */
const char *worker_end_name(enum worker_end end);

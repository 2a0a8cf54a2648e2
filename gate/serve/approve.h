/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * approve.h -- what may happen to a candidate that was not released: a pure
 * function of its verdict, of the approvals given, and of the time.
 */
#pragma once

#include "config.h"
#include "ledger.h"
#include "outcome.h"

enum clearance {
	CLEARANCE_NONE,     /* zero: it stays */
	CLEARANCE_VERDICT,  /* the decision itself is release */
	CLEARANCE_APPROVAL, /* enough persons said so */
	CLEARANCE_HEADROOM, /* release_policy_holds_below */
};

/* What is still needed, for pages and messages; all zero if no approval can
 * help (any more). */
struct needs {
	unsigned persons; /* 1 or 2; 0: nothing more */
	unsigned have;    /* different persons so far */
	bool break_glass; /* two persons, for BLOCK, disputed and unjudged */
};

/*
 * Says whether CANDIDATE, decided with OUTCOME, may be released at AT_S.
 *
 * HOLD: one approval of the candidate, or for every HOLD finding an approval
 * of its fingerprint that has not ended, each approvable; or, with ZONE's
 * release_policy_holds_below, every HOLD finding is of a policy rule that is
 * not about what changed in bulk, and what is published has less headroom than that (HEADROOM_S; INT64_MAX if nothing is
 * published) and no more than the candidate.  BLOCK, disputed, unjudged and
 * quarantined: approvals of the candidate by two different persons, each a
 * break-glass; never fingerprints.
 *
 * Approvals of other octets count for nothing, nor do those of another
 * candidate with the same octets (what was approved once is not approved for
 * ever: it may be handed in again when it is long out of date), nor those
 * without a reason.
 * Persons are compared by letters and digits alone, without regard to case.
 * Where findings were left out of OUTCOME, fingerprints and headroom do not
 * clear.  OUTCOME may be NULL; one that is of other octets, another zone or
 * another decision than CANDIDATE has, or that contradicts itself, is as good as
 * unjudged.  So is the last verdict of a candidate that is WAITING to be judged
 * again; one that is JUDGING is taken to be decided just now.
 *
 * Always CLEARANCE_NONE, whatever was approved: candidates that are not
 * decided (but QUARANTINED), that are released, observed, superseded or
 * discarded; a ZONE that is not CANDIDATE's, or is in observe mode.
 */
enum clearance clearance(const struct candidate *candidate,
    const struct outcome *outcome, const struct config_zone *zone,
    const struct approval *approvals, size_t n_approvals, int64_t headroom_s,
    int64_t at_s, struct needs *needs);

/* True if an approval may bind to FINDING's fingerprint: a HOLD of a rule that
 * is neither soundness nor inability, seen by no validator, not about
 * signatures or the chain of trust; and its row stands for one place (count 1),
 * since further ones are not named. */
bool finding_is_approvable(const struct outcome_finding *finding);

/* A fingerprint's approval may not end later than this after it is given. */
#define FINGERPRINT_LONGEST_S 86400

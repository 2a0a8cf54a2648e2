/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide.h"

#include <stdbool.h>

/* True if END says that its worker cannot speak of this zone, or speaks of
 * another one than the survey: then no finding says that the zone is bad. */
static bool
reads_otherwise(enum worker_end end)
{
	switch (end) {
	case WORKER_DIFFERS:
	case WORKER_UNKNOWING:
		return true;
	case WORKER_NOT_RUN:
	case WORKER_DONE:
	case WORKER_CRASHED:
	case WORKER_LATE:
	case WORKER_GARBLED:
	case WORKER_ASLEEP:
	case N_WORKER_ENDS:
		return false;
	}
	return true;
}

static bool
adds_up(const struct tally *tally)
{
	return tally->agreed_secure <= tally->claims &&
	       tally->agreed_other <= tally->claims &&
	       tally->disputed <= tally->claims &&
	       tally->unjudged <= tally->claims &&
	       tally->agreed_secure + tally->agreed_other + tally->disputed +
	               tally->unjudged ==
	           tally->claims;
}

enum decision
decide(const struct ends *ends, const struct tally *tally)
{
	if (ends->survey != WORKER_DONE) {
		return DECISION_UNJUDGED;
	}
	if (tally->findings[SEVERITY_BLOCK] > 0 &&
	    !reads_otherwise(ends->ldns) && !reads_otherwise(ends->unbound)) {
		return DECISION_BLOCK;
	}
	if (ends->ldns != WORKER_DONE || ends->unbound != WORKER_DONE) {
		return DECISION_UNJUDGED;
	}
	if (tally->claims == 0 || !adds_up(tally) || tally->unjudged > 0 ||
	    tally->inabilities > 0) {
		return DECISION_UNJUDGED;
	}
	if (tally->disputed > 0) {
		return DECISION_DISPUTED;
	}
	if (tally->agreed_secure != tally->claims) {
		return DECISION_BLOCK;
	}
	if (tally->findings[SEVERITY_HOLD] > 0) {
		return DECISION_HOLD;
	}
	return DECISION_RELEASE;
}

const char *
decision_name(enum decision decision)
{
	switch (decision) {
	case DECISION_UNJUDGED:
		return "unjudged";
	case DECISION_DISPUTED:
		return "disputed";
	case DECISION_BLOCK:
		return "block";
	case DECISION_HOLD:
		return "hold";
	case DECISION_RELEASE:
		return "release";
	}
	return "unjudged";
}

int
decision_exit(enum decision decision)
{
	switch (decision) {
	case DECISION_UNJUDGED:
		return 3;
	case DECISION_DISPUTED:
		return 2;
	case DECISION_BLOCK:
	case DECISION_HOLD:
		return 1;
	case DECISION_RELEASE:
		return 0;
	}
	return 3;
}

const char *
worker_end_name(enum worker_end end)
{
	switch (end) {
	case WORKER_NOT_RUN:
		return "not-run";
	case WORKER_DONE:
		return "done";
	case WORKER_CRASHED:
		return "crashed";
	case WORKER_LATE:
		return "late";
	case WORKER_GARBLED:
		return "garbled";
	case WORKER_ASLEEP:
		return "asleep";
	case WORKER_DIFFERS:
		return "differs";
	case WORKER_UNKNOWING:
		return "unknowing";
	case N_WORKER_ENDS:
		break;
	}
	return "unknown";
}

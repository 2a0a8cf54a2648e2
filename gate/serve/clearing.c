/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clearing.c -- what is held goes out after all: people's word, or the headroom
 * of what is published.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/approve.h"
#include "serve/daemon.h"

int64_t
published_headroom(const struct zone_run *run, int64_t now)
{
	if (run->released == NULL || run->released->expiry == 0) {
		return INT64_MAX;
	}
	return run->released->expiry - now;
}

static enum clearance
clearance_of(struct zone_run *run, const struct candidate *candidate,
    struct needs *needs)
{
	struct ledger *ledger = run->daemon->ledger;
	char *text = ledger_summary(ledger, candidate->id);
	char error[OUTCOME_ERROR];
	struct outcome outcome;
	struct approval *approvals = NULL;
	size_t n = 0;
	int64_t now = clock_now();
	bool has = text != NULL && outcome_from_summary(text, &outcome, error);
	/* Of no use while the clock that it is measured by is in doubt. */
	int64_t headroom = run->daemon->clock_why[0] == '\0'
	                       ? published_headroom(run, now)
	                       : INT64_MAX;
	enum clearance how = CLEARANCE_NONE;

	if (ledger_approvals(ledger, candidate, now, &approvals, &n) ==
	    LEDGER_OK) {
		how = clearance(candidate, has ? &outcome : NULL, run->zone,
		    approvals, n, headroom, now, needs);
	}
	if (has) {
		outcome_release(&outcome);
	}
	free(approvals);
	free(text);
	return how;
}

bool
clear_candidate(struct zone_run *run, const struct candidate *candidate,
    struct needs *needs)
{
	struct candidate cleared = *candidate;
	const char *by = NULL;

	*needs = (struct needs){.persons = 2, .break_glass = true};
	if (run->zone == NULL) {
		return false;
	}
	switch (clearance_of(run, candidate, needs)) {
	case CLEARANCE_NONE:
	case CLEARANCE_VERDICT: /* went its way when it was decided */
		return false;
	case CLEARANCE_APPROVAL:
		by = "approval";
		break;
	case CLEARANCE_HEADROOM:
		if (run->vetoed == candidate->id) {
			return false; /* a veto refused it: people only */
		}
		by = "headroom";
		break;
	}
	if (run->releasing != NULL) {
		return false; /* looked at again when that one is out */
	}
	cleared.state = CANDIDATE_RELEASING;
	snprintf(cleared.released_by, sizeof(cleared.released_by), "%s", by);
	if (!KEEP(run->daemon, "a clearance",
	        ledger_update(run->daemon->ledger, &cleared))) {
		return false;
	}
	daemon_log(run->daemon, LOG_LEVEL_ALARM, "candidate.cleared",
	    "zonegate", run->name,
	    json_pack("{s:I, s:s}", "candidate", (json_int_t)cleared.id, "by",
	        by),
	    "candidate %lld, %s by the judges, is released by %s",
	    (long long)cleared.id, decision_name(cleared.decision), by);
	find_held(run);
	run->counters.approved++;
	release_begin(run, &cleared, by);
	return true;
}

void
find_held(struct zone_run *run)
{
	const struct ledger_filter filter = {.zone = run->name,
	    .states = 1u << CANDIDATE_HELD | 1u << CANDIDATE_QUARANTINED,
	    .limit = 1};
	struct candidate *rows = NULL;
	size_t n = 0;

	if (daemon_kept(run->daemon,
	        ledger_list(run->daemon->ledger, &filter, &rows, &n),
	        "a question")) {
		place_candidate(&run->held, n > 0 ? &rows[0] : NULL);
	}
	free(rows);
}

void
deciding_look(struct zone_run *run)
{
	struct needs needs;
	struct candidate held;

	if (run->zone->mode == ZONE_OBSERVE && run->waiting != NULL &&
	    (run->released == NULL || run->released->id < run->waiting->id)) {
		release_observed(run, run->waiting);
	}
	if (run->held != NULL && run->releasing == NULL) {
		held = *run->held;
		clear_candidate(run, &held, &needs);
	}
}

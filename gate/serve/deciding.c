/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deciding.c -- what becomes of a candidate once its run has ended: released,
 * held, judged again, put aside.
 *
 * Unjudged says nothing about the zone, so it is judged again by itself before
 * anybody is woken; a dispute is judged again whole; a candidate that twice
 * brings the judging process down is put aside.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/approve.h"
#include "serve/daemon.h"

/* Seconds before the next try, by how many came to nothing. */
static const int64_t again_after_s[] = {10, 60, 300};
#define AGAIN_MOST (sizeof(again_after_s) / sizeof(again_after_s[0]))
#define CRASHES_MOST 2

/* ---- again ---- */

/* CANDIDATE waits once more, unless a newer one waits already. */
static void
judge_again(struct zone_run *run, struct candidate *candidate, int64_t after_s,
    const char *why)
{
	struct daemon *daemon = run->daemon;

	candidate->state = CANDIDATE_WAITING;
	candidate->not_before = after_s > 0 ? clock_now() + after_s : 0;
	if (run->waiting != NULL) {
		candidate->state = CANDIDATE_SUPERSEDED;
		candidate->superseded_by = run->waiting->id;
		run->counters.superseded++;
	}
	snprintf(candidate->reason, sizeof(candidate->reason), "%s", why);
	(void)KEEP(daemon, "a candidate to be judged again",
	    ledger_update(daemon->ledger, candidate));
	daemon_log(daemon, LOG_LEVEL_WARNING, "candidate.again", "zonegate",
	    run->name,
	    json_pack("{s:I, s:i}", "candidate", (json_int_t)candidate->id,
	        "attempts", (int)candidate->attempts),
	    "candidate %lld %s: %s", (long long)candidate->id,
	    candidate->state == CANDIDATE_WAITING ? "is judged again"
	                                          : "gives way to a newer one",
	    why);
	if (candidate->state == CANDIDATE_WAITING) {
		judging_add(run, candidate);
	} else {
		control_decided(daemon, candidate->id);
	}
}

void
judge_held_again(struct zone_run *run, const char *why)
{
	/* One that brings the judging process down is not tried again, and a
	 * newer one that is on its way will do. */
	if (run->zone == NULL || run->held == NULL ||
	    run->held->state != CANDIDATE_HELD || run->waiting != NULL ||
	    run->judging != NULL) {
		return;
	}
	struct candidate candidate = *run->held;

	place_candidate(&run->held, NULL);
	candidate.decided = false;
	candidate.attempts = 0;
	judge_again(run, &candidate, 0, why);
}

/* ---- held ---- */

/* Of the held candidates, those that are no better than the new one give way
 * to it. */
static void
supersede_held(struct zone_run *run, const struct candidate *candidate)
{
	const struct ledger_filter filter = {.zone = run->name,
	    .states = 1u << CANDIDATE_HELD | 1u << CANDIDATE_QUARANTINED};
	struct candidate *rows = NULL;
	size_t n = 0;

	if (!daemon_kept(run->daemon,
	        ledger_list(run->daemon->ledger, &filter, &rows, &n),
	        "a question")) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (rows[i].id < candidate->id &&
		    rows[i].decision <= candidate->decision) {
			rows[i].state = CANDIDATE_SUPERSEDED;
			rows[i].superseded_by = candidate->id;
			(void)KEEP(run->daemon, "a superseded candidate",
			    ledger_update(run->daemon->ledger, &rows[i]));
			run->counters.superseded++;
		}
	}
	free(rows);
}

static enum log_level
level_of(enum decision decision)
{
	return decision == DECISION_RELEASE ? LOG_LEVEL_INFO : LOG_LEVEL_ALARM;
}

/* The decision on CANDIDATE is made and will be kept: SUMMARY (freed here) may
 * be NULL when there was no verdict at all. */
static bool
keep_decision(struct zone_run *run, struct candidate *candidate, char *summary)
{
	struct daemon *daemon = run->daemon;
	bool kept = KEEP(daemon, "a decision",
	    ledger_decide(daemon->ledger, candidate,
	        summary != NULL ? summary : "{}"));

	free(summary);
	if (!kept) {
		/* A decision that is not on disk was not made. */
		candidate->decided = false;
		judge_again(run, candidate, 30,
		    "its decision could not be kept in the ledger");
		return false;
	}
	run->counters.decided[candidate->decision]++;
	daemon_log(daemon, level_of(candidate->decision), "candidate.decided",
	    "zonegate", run->name,
	    json_pack("{s:I, s:s, s:s, s:f}", "candidate",
	        (json_int_t)candidate->id, "decision",
	        decision_name(candidate->decision), "state",
	        candidate_state_name(candidate->state), "seconds",
	        candidate->seconds),
	    "candidate %lld: %s; %s", (long long)candidate->id,
	    decision_name(candidate->decision), candidate->reason);
	return true;
}

static void
hold(struct zone_run *run, struct candidate *candidate, char *summary)
{
	struct needs needs;

	if (!keep_decision(run, candidate, summary)) {
		return;
	}
	supersede_held(run, candidate);
	place_candidate(&run->held, candidate);
	if (!clear_candidate(run, candidate, &needs)) {
		control_decided(run->daemon, candidate->id);
	}
}

/* ---- no verdict ---- */

static void
unjudged(struct zone_run *run, struct candidate *candidate,
    const struct outcome *outcome, const char *why, bool crashed)
{
	struct daemon *daemon = run->daemon;
	int64_t now = clock_now();

	if (now - daemon->worker_faults_since > 3600) {
		daemon->worker_faults_since = now;
		daemon->worker_faults = 0;
	}
	daemon->worker_faults++;
	canary_soon(daemon);
	candidate->attempts++;
	candidate->crashes += crashed;
	bool aside = candidate->crashes >= CRASHES_MOST;

	if (!aside && candidate->attempts <= AGAIN_MOST) {
		judge_again(run, candidate,
		    clock_wait(again_after_s[candidate->attempts - 1]), why);
		return;
	}
	candidate->state = aside ? CANDIDATE_QUARANTINED : CANDIDATE_HELD;
	candidate->decided = true;
	candidate->decision = DECISION_UNJUDGED;
	candidate->judged_at = now;
	snprintf(candidate->reason, sizeof(candidate->reason),
	    "could not be judged in %u runs%s: %s", candidate->attempts,
	    aside ? ", and brought the judging process down twice" : "", why);
	memcpy(candidate->policy_sha256, run->zone->policy->sha256, 32);
	json_t *summary = outcome != NULL ? outcome_summary(outcome) : NULL;

	hold(run, candidate,
	    summary != NULL ? json_dumps(summary, JSON_COMPACT) : NULL);
	json_decref(summary);
}

/* ---- a verdict ---- */

static void
take_over(struct candidate *candidate, const struct outcome *outcome)
{
	candidate->decided = true;
	candidate->decision = outcome->decision;
	candidate->judged_at = outcome->at;
	candidate->has_serial = outcome->has_serial;
	candidate->serial = outcome->serial;
	candidate->expiry = outcome->expiry;
	candidate->soa_expire = outcome->soa_expire;
	memcpy(candidate->policy_sha256, outcome->policy_sha256, 32);
	outcome_words(outcome, candidate->reason);
}

static char *
summary_text(const struct outcome *outcome)
{
	json_t *summary = outcome_summary(outcome);
	char *text = json_dumps(summary, JSON_COMPACT);

	json_decref(summary);
	return text;
}

static void
judged(struct zone_run *run, struct candidate *candidate,
    const struct outcome *outcome)
{
	take_over(candidate, outcome);
	if (run->zone->mode == ZONE_OBSERVE) {
		candidate->state = CANDIDATE_OBSERVED;
		run->observe_refused = outcome->decision != DECISION_RELEASE;
		if (run->released != NULL &&
		    run->released->id == candidate->id) {
			/* Now its serial and its expiry are known. */
			place_candidate(&run->released, candidate);
		}
		if (keep_decision(run, candidate, summary_text(outcome))) {
			control_decided(run->daemon, candidate->id);
		}
		return;
	}
	if (outcome->decision == DECISION_RELEASE) {
		candidate->state = CANDIDATE_RELEASING;
		snprintf(candidate->released_by, sizeof(candidate->released_by),
		    "%s", "verdict");
		if (keep_decision(run, candidate, summary_text(outcome))) {
			release_begin(run, candidate, "verdict");
		}
		return;
	}
	candidate->state = CANDIDATE_HELD;
	hold(run, candidate, summary_text(outcome));
}

/* Why OUTCOME cannot be taken as it is, and the candidate is judged again at
 * once; NULL if it can. */
static const char *
is_out_of_date(const struct zone_run *run, const struct outcome *outcome)
{
	if (run->releasing != NULL) {
		return "another candidate is on its way out";
	}
	if (memcmp(outcome->policy_sha256, run->zone->policy->sha256, 32) !=
	    0) {
		return "the policy file has changed since it was read; reload "
		       "the configuration";
	}
	if (strcmp(run->judged_set, run->set) != 0) {
		return "the policy or the anchors have changed while it was "
		       "judged";
	}
	if (run->judged_against !=
	    (run->released != NULL ? run->released->id : 0)) {
		return "another candidate was released while this one was "
		       "judged";
	}
	return NULL;
}

void
decided(struct zone_run *run, const struct outcome *outcome, const char *why,
    bool crashed, double seconds)
{
	struct candidate candidate = *run->judging;
	int64_t at_s;

	place_candidate(&run->judging, NULL);
	candidate.seconds = seconds;
	if (run->zone == NULL) {
		/* No longer configured: it waits for the day it is again. */
		candidate.state = CANDIDATE_WAITING;
		(void)KEEP(run->daemon, "a candidate",
		    ledger_update(run->daemon->ledger, &candidate));
		place_candidate(&run->waiting, &candidate);
		return;
	}
	if (outcome == NULL) {
		unjudged(run, &candidate, NULL, why, crashed);
	} else if ((why = is_out_of_date(run, outcome)) != NULL &&
	           run->zone->mode == ZONE_GATE) {
		judge_again(run, &candidate, 5, why);
	} else {
		note_outcome(run, outcome, seconds);
		if (outcome->decision == DECISION_UNJUDGED) {
			unjudged(run, &candidate, outcome, outcome->reason,
			    false);
		} else if (outcome->decision == DECISION_DISPUTED &&
		           candidate.attempts == 0) {
			candidate.attempts = 1;
			judge_again(run, &candidate, 0, outcome->reason);
		} else if (run->zone->mode == ZONE_GATE &&
		           outcome_waits_for_inception(outcome, &at_s)) {
			int64_t in = at_s - clock_now() + 1;

			judge_again(run, &candidate, in > 0 ? in : 1,
			    "its newest signatures begin in the future; it "
			    "waits for them");
		} else {
			judged(run, &candidate, outcome);
		}
	}
	note_counters(run);
}

/* ---- people's word ---- */

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
	enum clearance how = CLEARANCE_NONE;

	if (ledger_approvals(ledger, candidate, now, &approvals, &n) ==
	    LEDGER_OK) {
		how = clearance(candidate, has ? &outcome : NULL, run->zone,
		    approvals, n, published_headroom(run, now), now, needs);
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
		by = "headroom";
		break;
	}
	if (run->releasing != NULL) {
		return false; /* looked at again when that one is out */
	}
	cleared.state = CANDIDATE_RELEASING;
	/* A restart must know that people, not the judges, let it pass. */
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
	if (run->held != NULL && run->held->id == cleared.id) {
		place_candidate(&run->held, NULL);
	}
	if (run->waiting != NULL && run->waiting->id == cleared.id) {
		place_candidate(&run->waiting, NULL);
	}
	run->counters.approved++;
	release_begin(run, &cleared, by);
	return true;
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

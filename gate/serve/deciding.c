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
/* A candidate whose release was interrupted goes on with its verdict for so
 * long; then it is judged again. */
#define VERDICT_LASTS_S 600

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
	candidate.released_by[0] = '\0';
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
	(void)KEEP(daemon, "a fact",
	    ledger_set_fact(daemon->ledger, run->name, "judged_set",
	        run->judged_set));
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
	bool is_out =
	    run->released != NULL && run->released->id == candidate->id;

	/* In gate mode, too, if it came in before. */
	if (run->zone->mode == ZONE_OBSERVE || is_out) {
		candidate->state = CANDIDATE_OBSERVED;
		run->observe_refused = outcome->decision != DECISION_RELEASE;
		if (is_out) {
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
is_out_of_date(struct zone_run *run, const struct candidate *candidate,
    const struct outcome *outcome)
{
	if (run->releasing != NULL) {
		return "another candidate is on its way out";
	}
	if (memcmp(outcome->policy_sha256, run->zone->policy->sha256, 32) !=
	    0) {
		/* Only a reload ends this: somebody must know. */
		snprintf(run->daemon->reload_why,
		    sizeof(run->daemon->reload_why),
		    "%.300s: its policy file has changed, but the "
		    "configuration was not reloaded; nothing of the zone is "
		    "released until it is",
		    run->name);
		return "the policy file has changed since it was read; reload "
		       "the configuration";
	}
	if (strcmp(run->judged_set, run->set) != 0) {
		return "the policy or the anchors have changed while it was "
		       "judged";
	}
	if (run->judged_alone && run->released != NULL &&
	    run->released->id != candidate->id) {
		return "the zone was only observed when its run began";
	}
	if (run->judged_against !=
	    (run->released != NULL ? run->released->id : 0)) {
		return "another candidate was released while this one was "
		       "judged";
	}
	return NULL;
}

/* Publishes CANDIDATE, which came in while the zone was gated, and is observed
 * now.  False if it could not be: then it waits for the next try. */
static bool
is_published(struct zone_run *run, struct candidate *candidate)
{
	if (run->zone->mode != ZONE_OBSERVE ||
	    (run->released != NULL && run->released->id >= candidate->id)) {
		return true;
	}
	double seconds = candidate->seconds;

	candidate->state = CANDIDATE_WAITING;
	if (!release_observed(run, candidate)) {
		judge_again(run, candidate, 0, "it could not be published");
		return false;
	}
	candidate->seconds = seconds;
	return true;
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
	if (!is_published(run, &candidate)) {
		return;
	}
	if (outcome == NULL) {
		unjudged(run, &candidate, NULL, why, crashed);
	} else if (run->zone->mode == ZONE_GATE &&
	           (why = is_out_of_date(run, &candidate, outcome)) != NULL) {
		judge_again(run, &candidate, 5, why);
	} else {
		run->sampled = candidate.id;
		note_outcome(run, outcome, seconds);
		clock_look(run->daemon);
		if (run->daemon->clock_why[0] != '\0' &&
		    run->zone->mode == ZONE_GATE) {
			judge_again(run, &candidate, 0, "the clock is suspect");
		} else if (outcome->decision == DECISION_UNJUDGED) {
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

/* ---- another policy, other anchors ---- */

/* A verdict is of its time: one that was made long before a restart may be
 * over, with signatures that have run out.  What lies in the outbox already is
 * only to be noted. */
static bool
is_of_old(const struct zone_run *run)
{
	const struct candidate *releasing = run->releasing;
	struct manifest manifest;
	uint8_t sha256[32];
	char why[OUTBOX_ERROR];

	return releasing != NULL &&
	       clock_now() - releasing->judged_at > VERDICT_LASTS_S &&
	       (outbox_look(run->daemon->outbox, run->file_name, &manifest,
	            sha256, why) != OUTBOX_GOOD ||
	           manifest.candidate != releasing->id);
}

static bool
has_other_set(const struct zone_run *run)
{
	return run->judged_set[0] != '\0' &&
	       strcmp(run->judged_set, run->set) != 0;
}

void
deciding_review(struct zone_run *run)
{
	const char *why = has_other_set(run)
	                      ? "the policy or the anchors have changed"
	                  : is_of_old(run) ? "its verdict was made too long ago"
	                                   : NULL;
	struct candidate candidate;

	if (run->zone->mode != ZONE_GATE || run->judging != NULL ||
	    why == NULL) {
		return;
	}
	if (run->releasing == NULL) {
		judge_held_again(run, why);
		return;
	}
	/* What people have approved stays approved; and a veto that is asked
	 * is heard first. */
	if (run->veto != NULL ||
	    strcmp(run->releasing->released_by, "approval") == 0) {
		return;
	}
	candidate = *run->releasing;
	place_candidate(&run->releasing, NULL);
	candidate.decided = false;
	candidate.attempts = 0;
	judge_again(run, &candidate, 0, why);
}

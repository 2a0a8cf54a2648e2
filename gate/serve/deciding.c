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

/* ---- notes for the page ---- */

static const double bucket_top[N_DURATION_BUCKETS] = {
    0.1, 0.5, 1, 5, 10, 30, 60, 300, 600};

static void
note_duration(struct counters *counters, double seconds)
{
	unsigned i = 0;

	while (i < N_DURATION_BUCKETS && seconds > bucket_top[i]) {
		i++;
	}
	counters->durations[i]++;
	counters->duration_sum += seconds;
}

/* What the check ksk-without-anchor says, kept until the next judgement. */
static void
note_keys(struct zone_run *run, const struct outcome *outcome)
{
	const char *check = check_name(CHECK_ksk_without_anchor);

	run->key_without_anchor = false;
	run->key_text[0] = '\0';
	for (size_t i = 0; i < outcome->n_findings; i++) {
		if (strcmp(outcome->findings[i].check, check) == 0) {
			run->key_without_anchor = true;
			snprintf(run->key_text, sizeof(run->key_text), "%s",
			    outcome->findings[i].message);
		}
	}
}

/* A library that is not the one of before: what is published is judged anew,
 * and the canaries with it. */
void
note_libraries(struct daemon *daemon, const struct outcome *outcome)
{
	bool changed = daemon->ldns[0] != '\0' &&
	               (strcmp(daemon->ldns, outcome->ldns) != 0 ||
	                   strcmp(daemon->unbound, outcome->unbound) != 0);

	if (outcome->ldns[0] == '\0' || outcome->unbound[0] == '\0' ||
	    (daemon->ldns[0] != '\0' && !changed)) {
		return;
	}
	if (changed) {
		snprintf(daemon->library_text, sizeof(daemon->library_text),
		    "%s and %s judge now; before it was %s and %s",
		    outcome->ldns, outcome->unbound, daemon->ldns,
		    daemon->unbound);
	}
	snprintf(daemon->ldns, sizeof(daemon->ldns), "%s", outcome->ldns);
	snprintf(daemon->unbound, sizeof(daemon->unbound), "%s",
	    outcome->unbound);
	(void)KEEP(daemon, "the libraries",
	    ledger_set_fact(daemon->ledger, "", "ldns", daemon->ldns));
	(void)KEEP(daemon, "the libraries",
	    ledger_set_fact(daemon->ledger, "", "unbound", daemon->unbound));
	if (changed) {
		daemon_log(daemon, LOG_LEVEL_WARNING, "library.changed",
		    "zonegate", NULL, NULL, "%s", daemon->library_text);
		canary_soon(daemon);
		reload_judge_published(daemon, true);
	}
}

static void
note(struct zone_run *run, const struct outcome *outcome, double seconds)
{
	int64_t interval = run->zone->resign_interval_max_s;
	double limit = (double)run->judge_deadline_s / 2;

	if (interval > 0 && (double)interval / 2 < limit) {
		limit = (double)interval / 2;
	}
	run->seconds = seconds;
	run->slow = seconds > limit;
	run->claims = outcome->claims;
	run->counters.disputed_claims += (int64_t)outcome->disputed;
	note_duration(&run->counters, seconds);
	snprintf(run->sample.zone, sizeof(run->sample.zone), "%s", run->name);
	run->sample.newest_inception = outcome->newest_inception;
	run->sample.at = outcome->at;
	note_keys(run, outcome);
	note_libraries(run->daemon, outcome);
}

static void
keep_counters(struct zone_run *run)
{
	char *text;
	const struct counters *c = &run->counters;
	json_t *o = json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:f}",
	    "received", (json_int_t)c->received, "superseded",
	    (json_int_t)c->superseded, "unjudged",
	    (json_int_t)c->decided[DECISION_UNJUDGED], "disputed",
	    (json_int_t)c->decided[DECISION_DISPUTED], "block",
	    (json_int_t)c->decided[DECISION_BLOCK], "hold",
	    (json_int_t)c->decided[DECISION_HOLD], "release",
	    (json_int_t)c->decided[DECISION_RELEASE], "released",
	    (json_int_t)c->released, "approved", (json_int_t)c->approved,
	    "disputed_claims", (json_int_t)c->disputed_claims, "sum",
	    c->duration_sum);
	json_t *buckets = json_array();

	for (unsigned i = 0; i <= N_DURATION_BUCKETS; i++) {
		json_array_append_new(buckets,
		    json_integer((json_int_t)c->durations[i]));
	}
	json_object_set_new(o, "durations", buckets);
	text = json_dumps(o, JSON_COMPACT);
	(void)KEEP(run->daemon, "counters",
	    ledger_set_fact(run->daemon->ledger, run->name, "counters", text));
	free(text);
	json_decref(o);
}

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
		    again_after_s[candidate->attempts - 1], why);
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
	snprintf(candidate->reason, sizeof(candidate->reason), "%s",
	    outcome->reason);
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
		note(run, outcome, seconds);
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
	keep_counters(run);
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

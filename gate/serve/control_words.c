/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control_words.c -- a person's word: approving, discarding, reloading.  Each
 * is kept in the audit log with the person and the reason.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/approve.h"
#include "serve/control_server.h"
#include "time_text.h"

#define REASON_LEAST 4

/* NULL if QUESTION comes from somebody whose word counts, with a reason. */
static json_t *
not_an_operator(const struct question *question)
{
	const char *reason = question_text(question, "reason");

	if (question->role != ROLE_OPERATOR || question->person[0] == '\0') {
		return question_error("forbidden",
		    "%s is no operator; the configuration names them "
		    "(operator, token)",
		    question->actor);
	}
	if (reason == NULL || strlen(reason) < REASON_LEAST ||
	    strlen(reason) >= REASON_TEXT) {
		return question_error("bad-request",
		    "give a reason of %d to %d octets; it is kept in the "
		    "audit log",
		    REASON_LEAST, REASON_TEXT - 1);
	}
	return NULL;
}

static json_t *
store_approval(struct question *question, struct approval *approval,
    const char *what)
{
	struct daemon *daemon = question->daemon;

	snprintf(approval->person, sizeof(approval->person), "%s",
	    question->person);
	snprintf(approval->reason, sizeof(approval->reason), "%s",
	    question_text(question, "reason"));
	approval->at = clock_now();
	approval->break_glass =
	    json_is_true(json_object_get(question->said, "break_glass"));
	/* Before it counts: what a person did is never missing in the log. */
	daemon_log(daemon, LOG_LEVEL_ALARM,
	    approval->break_glass ? "approval.break-glass" : "approval.given",
	    question->actor, approval->zone,
	    json_pack("{s:I, s:s, s:s, s:s}", "candidate",
	        (json_int_t)approval->candidate, "fingerprint",
	        approval->fingerprint, "person", approval->person, "reason",
	        approval->reason),
	    "%s approves %s: %s", approval->person, what, approval->reason);
	if (!KEEP(daemon, "an approval",
	        ledger_approve(daemon->ledger, approval))) {
		daemon_log(daemon, LOG_LEVEL_WARNING, "approval.not-kept",
		    question->actor, approval->zone, NULL, "%s",
		    daemon->ledger_why);
		return question_error("unavailable",
		    "the approval could not be kept: %s", daemon->ledger_why);
	}
	return NULL;
}

static json_t *
approved_answer(struct question *question, int64_t id)
{
	struct candidate candidate;
	struct zone_run *run;
	struct needs needs = {0};
	bool released = false;

	if (ledger_get(question->daemon->ledger, id, &candidate) != LEDGER_OK) {
		return question_error("unavailable",
		    "the ledger does not answer");
	}
	run = daemon_zone(question->daemon, candidate.zone);
	if (run != NULL && candidate_is_held(&candidate)) {
		released = clear_candidate(run, &candidate, &needs);
		ledger_get(question->daemon->ledger, id, &candidate);
	}
	return json_pack("{s:b, s:o, s:b, s:{s:i, s:i, s:b}}", "ok", 1,
	    "candidate", candidate_json(question->daemon, &candidate, true),
	    "released", (int)released, "needs", "persons", (int)needs.persons,
	    "have", (int)needs.have, "break_glass", (int)needs.break_glass);
}

static json_t *
approve_candidate(struct question *question)
{
	struct approval approval = {.until = 0};
	struct candidate candidate;
	json_t *error = NULL;
	char what[64];

	if (!question_candidate(question, &candidate, &error)) {
		return error;
	}
	struct zone_run *run = daemon_zone(question->daemon, candidate.zone);

	if (run == NULL || !candidate_is_held(&candidate)) {
		return question_error("conflict",
		    "candidate %lld is %s: only what is held can be approved",
		    (long long)candidate.id,
		    candidate_state_name(candidate.state));
	}
	bool glass =
	    json_is_true(json_object_get(question->said, "break_glass"));

	if (!glass && candidate.decision != DECISION_HOLD) {
		return question_error("conflict",
		    "candidate %lld was decided \"%s\": that takes two "
		    "persons who break the glass (break_glass)",
		    (long long)candidate.id, decision_name(candidate.decision));
	}
	approval.candidate = candidate.id;
	memcpy(approval.sha256, candidate.sha256, 32);
	snprintf(approval.zone, sizeof(approval.zone), "%s", candidate.zone);
	snprintf(what, sizeof(what), "candidate %lld", (long long)candidate.id);
	error = store_approval(question, &approval, what);
	return error != NULL ? error : approved_answer(question, candidate.id);
}

/* True if the finding of FINGERPRINT stands in the held candidate of RUN and
 * may be approved for later ones too. */
static bool
may_approve_finding(const struct zone_run *run, const char *fingerprint)
{
	struct outcome outcome;
	char error[OUTCOME_ERROR];
	char *text = ledger_summary(run->daemon->ledger, run->held->id);
	bool may = false;

	if (text != NULL && outcome_from_summary(text, &outcome, error)) {
		for (size_t i = 0; i < outcome.n_findings; i++) {
			may |= strcmp(outcome.findings[i].fingerprint,
			           fingerprint) == 0 &&
			       finding_is_approvable(&outcome.findings[i]);
		}
		outcome_release(&outcome);
	}
	free(text);
	return may;
}

static json_t *
approve_finding(struct question *question)
{
	struct zone_run *run = question_zone(question);
	const char *fingerprint = question_text(question, "fingerprint");
	const char *until = question_text(question, "until");
	struct approval approval = {.candidate = 0};

	if (run == NULL) {
		return question_no_zone(question);
	}
	if (until == NULL || !time_from_text(until, &approval.until) ||
	    approval.until <= clock_now() ||
	    approval.until > clock_now() + FINGERPRINT_LONGEST_S) {
		return question_error("bad-request",
		    "an approval of a finding ends: give `until', RFC 3339, "
		    "at most 24 hours away");
	}
	if (run->held == NULL || !may_approve_finding(run, fingerprint)) {
		return question_error("conflict",
		    "no held candidate of %s has a finding with that "
		    "fingerprint that may be approved for later candidates",
		    run->name);
	}
	snprintf(approval.zone, sizeof(approval.zone), "%s", run->name);
	snprintf(approval.fingerprint, sizeof(approval.fingerprint), "%s",
	    fingerprint);
	json_t *error = store_approval(question, &approval, "a finding");

	return error != NULL ? error : approved_answer(question, run->held->id);
}

json_t *
op_approve(struct question *question)
{
	json_t *error = not_an_operator(question);

	if (error != NULL) {
		return error;
	}
	return question_text(question, "fingerprint") != NULL
	           ? approve_finding(question)
	           : approve_candidate(question);
}

json_t *
op_discard(struct question *question)
{
	struct candidate candidate;
	struct daemon *daemon = question->daemon;
	json_t *error = not_an_operator(question);

	if (error != NULL ||
	    !question_candidate(question, &candidate, &error)) {
		return error;
	}
	struct zone_run *run = daemon_zone(daemon, candidate.zone);

	if (run == NULL || (!candidate_is_held(&candidate) &&
	                       candidate.state != CANDIDATE_WAITING)) {
		return question_error("conflict",
		    "candidate %lld is %s: only what waits or is held can be "
		    "discarded",
		    (long long)candidate.id,
		    candidate_state_name(candidate.state));
	}
	candidate.state = CANDIDATE_DISCARDED;
	/* Its octets are not judged again under this policy (intake.c). */
	memcpy(candidate.policy_sha256, run->zone->policy->sha256, 32);
	daemon_log(daemon, LOG_LEVEL_WARNING, "candidate.discarded",
	    question->actor, candidate.zone,
	    json_pack("{s:I, s:s}", "candidate", (json_int_t)candidate.id,
	        "person", question->person),
	    "%s discards candidate %lld: %s", question->person,
	    (long long)candidate.id, question_text(question, "reason"));
	if (!KEEP(daemon, "a discarded candidate",
	        ledger_update(daemon->ledger, &candidate))) {
		daemon_log(daemon, LOG_LEVEL_WARNING, "discard.not-kept",
		    question->actor, candidate.zone, NULL, "%s",
		    daemon->ledger_why);
		return question_error("unavailable", "%s", daemon->ledger_why);
	}
	find_held(run);
	if (run->waiting != NULL && run->waiting->id == candidate.id) {
		place_candidate(&run->waiting, NULL);
	}
	control_decided(daemon, candidate.id);
	daemon_look_soon(daemon);
	return json_pack("{s:b, s:o}", "ok", 1, "candidate",
	    candidate_json(daemon, &candidate, true));
}

static void
on_reloaded(void *context, bool ok, const char *message)
{
	struct connection *connection = later_come(context);

	if (connection != NULL) {
		question_answer(connection,
		    ok ? json_pack("{s:b, s:b, s:s}", "ok", 1, "reloaded", 1,
		             "message", message)
		       : question_error("conflict", "%s", message));
	}
}

json_t *
op_reload(struct question *question)
{
	bool force = json_is_true(json_object_get(question->said, "force"));
	json_t *error = not_an_operator(question);

	if (error != NULL) {
		return error;
	}
	reload(question->daemon, question->person, force,
	    question_text(question, "reason"), on_reloaded,
	    question_later(question->connection));
	return NULL;
}

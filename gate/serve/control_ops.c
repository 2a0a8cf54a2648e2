/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control_ops.c -- what may be asked of the daemon, by whom, and the answers:
 * a row each in `ops'.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/spawn.h"
#include "control/control.h"
#include "serve/approve.h"
#include "serve/control_server.h"
#include "serve/token.h"
#include "time_text.h"

#define LIST_DEFAULT 100
#define LIST_MOST 1000
#define WAIT_MOST_S 600
#define REASON_LEAST 4

/* ---- members of a question ---- */

static const char *
text_of(const struct question *question, const char *name)
{
	return json_string_value(json_object_get(question->said, name));
}

static int64_t
number_of(const struct question *question, const char *name, int64_t otherwise)
{
	const json_t *value = json_object_get(question->said, name);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static struct zone_run *
zone_of(const struct question *question)
{
	const char *name = text_of(question, "zone");

	return name != NULL ? daemon_zone(question->daemon, name) : NULL;
}

static json_t *
no_zone(const struct question *question)
{
	const char *name = text_of(question, "zone");

	return question_error("unknown-zone",
	    "there is no zone \"%.300s\" in the configuration",
	    name != NULL ? name : "");
}

/* The candidate of member `id'; false with the answer in *ERROR. */
static bool
candidate_of(const struct question *question, struct candidate *candidate,
    json_t **error)
{
	int64_t id = number_of(question, "id", 0);

	switch (ledger_get(question->daemon->ledger, id, candidate)) {
	case LEDGER_OK:
		return true;
	case LEDGER_NOT_FOUND:
		*error = question_error("not-found",
		    "there is no candidate %lld", (long long)id);
		return false;
	case LEDGER_FULL:
	case LEDGER_READ_ONLY:
	case LEDGER_CORRUPT:
	case LEDGER_NEWER:
	case LEDGER_FAILED:
		break;
	}
	*error = question_error("unavailable", "the ledger does not answer: %s",
	    ledger_error(question->daemon->ledger));
	return false;
}

static json_t *
candidates_answer(struct question *question, const struct ledger_filter *filter,
    bool whole)
{
	struct candidate *rows = NULL;
	json_t *a = json_array();
	size_t n = 0;

	if (ledger_list(question->daemon->ledger, filter, &rows, &n) !=
	    LEDGER_OK) {
		json_decref(a);
		return question_error("unavailable",
		    "the ledger does not answer: %s",
		    ledger_error(question->daemon->ledger));
	}
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(a,
		    candidate_json(question->daemon, &rows[i], whole));
	}
	free(rows);
	return json_pack("{s:b, s:o}", "ok", 1, "candidates", a);
}

/* ---- looking ---- */

static json_t *
op_ping(struct question *question)
{
	char when[TIME_TEXT];

	return json_pack("{s:b, s:s, s:i, s:s}", "ok", 1, "version",
	    ZONEGATE_VERSION, "pid", (int)getpid(), "started",
	    time_to_text(question->daemon->started_at, when));
}

static json_t *
op_status(struct question *question)
{
	return json_pack("{s:b, s:o}", "ok", 1, "status",
	    status_json(question->daemon));
}

static json_t *
op_candidates(struct question *question)
{
	const struct zone_run *run = zone_of(question);
	int64_t limit = number_of(question, "limit", LIST_DEFAULT);
	struct ledger_filter filter = {
	    .before = number_of(question, "before", 0)};

	if (run == NULL) {
		return no_zone(question);
	}
	filter.zone = run->name;
	filter.limit =
	    limit >= 1 && limit <= LIST_MOST ? (size_t)limit : LIST_DEFAULT;
	return candidates_answer(question, &filter, false);
}

static json_t *
op_holds(struct question *question)
{
	const struct ledger_filter filter = {
	    .states = 1u << CANDIDATE_HELD | 1u << CANDIDATE_QUARANTINED,
	    .limit = LIST_MOST};

	return candidates_answer(question, &filter, true);
}

static json_t *
op_candidate(struct question *question)
{
	struct candidate candidate;
	json_t *error = NULL;

	if (!candidate_of(question, &candidate, &error)) {
		return error;
	}
	return json_pack("{s:b, s:o}", "ok", 1, "candidate",
	    candidate_json(question->daemon, &candidate, true));
}

/* True while CANDIDATE's decision is still to come. */
static bool
is_open(const struct candidate *candidate)
{
	return candidate->state == CANDIDATE_WAITING ||
	       candidate->state == CANDIDATE_JUDGING ||
	       candidate->state == CANDIDATE_RELEASING;
}

static json_t *
op_wait(struct question *question)
{
	struct candidate candidate;
	json_t *error = NULL;
	int64_t seconds = number_of(question, "seconds", 0);

	if (!candidate_of(question, &candidate, &error)) {
		return error;
	}
	if (seconds <= 0 || !is_open(&candidate)) {
		return op_candidate(question);
	}
	if (seconds > WAIT_MOST_S) {
		seconds = WAIT_MOST_S;
	}
	question_wait(question->connection, candidate.id,
	    spawn_now_ms() + seconds * 1000);
	return NULL;
}

static json_t *
op_events(struct question *question)
{
	int64_t after = number_of(question, "after", 0);
	int64_t limit = number_of(question, "limit", LIST_DEFAULT);
	char hash[65];
	uint64_t head = audit_log_head(question->daemon->log, hash);
	json_t *events;

	if (after < 0) { /* the newest ones */
		after = (int64_t)head + after > 0 ? (int64_t)head + after : 0;
	}
	events = audit_log_read(question->daemon->log, (uint64_t)after,
	    limit >= 1 && limit <= LIST_MOST ? (size_t)limit : LIST_DEFAULT);
	if (events == NULL) {
		return question_error("unavailable",
		    "the audit log cannot be read");
	}
	return json_pack("{s:b, s:o, s:I}", "ok", 1, "events", events, "head",
	    (json_int_t)head);
}

/* ---- handing in ---- */

static bool
may_submit(const struct question *question, const struct zone_run *run)
{
	const json_t *as = json_object_get(question->said, "as");
	const char *token = json_string_value(json_object_get(as, "token"));
	const char *name = json_string_value(json_object_get(as, "name"));
	const struct config *config = question->daemon->config;

	if (!question->is_http) {
		return question->role >= ROLE_SUBMITTER;
	}
	const struct config_token *found =
	    token != NULL ? token_find(config, token) : NULL;

	if (found != NULL) {
		return found->role == ROLE_SUBMITTER &&
		       zones_name(found->zones, run->name);
	}
	for (size_t i = 0;
	     token == NULL && name != NULL && i < config->n_clients; i++) {
		if (strcmp(config->clients[i].name, name) == 0) {
			return config->clients[i].role == ROLE_SUBMITTER &&
			       zones_name(config->clients[i].zones, run->name);
		}
	}
	return false;
}

static void
on_taken(void *context, int64_t id, bool known, const char *error,
    const char *message)
{
	struct connection *connection = later_come(context);
	struct candidate candidate;

	if (connection == NULL) {
		return; /* it is in; whoever handed it in has gone */
	}
	struct daemon *daemon = connection_daemon(connection);

	if (error != NULL) {
		question_answer(connection,
		    question_error(error, "%s", message));
	} else if (ledger_get(daemon->ledger, id, &candidate) != LEDGER_OK) {
		question_answer(connection,
		    question_error("unavailable",
		        "candidate %lld is in, but the ledger does not answer",
		        (long long)id));
	} else {
		question_answer(connection,
		    json_pack("{s:b, s:o, s:b}", "ok", 1, "candidate",
		        candidate_json(daemon, &candidate, false), "known",
		        (int)known));
	}
}

static bool
is_plain_name(const char *name)
{
	return name != NULL && name[0] != '\0' && name[0] != '.' &&
	       strlen(name) < 200 && strchr(name, '/') == NULL;
}

static json_t *
op_submit(struct question *question)
{
	struct zone_run *run = zone_of(question);
	const char *file = text_of(question, "file");

	if (run == NULL) {
		return no_zone(question);
	}
	if (!may_submit(question, run)) {
		return question_error("forbidden",
		    "%s may not hand in candidates of %s", question->actor,
		    run->name);
	}
	if (!intake_is_open(question->daemon)) {
		return question_error("no-space",
		    "the disk's reserve is touched; nothing is taken in");
	}
	if (question->is_http) {
		if (!is_plain_name(file)) {
			return question_error("bad-request", "no file");
		}
		intake_take(run, -1, file, "http", question->actor, on_taken,
		    question_later(question->connection));
	} else {
		if (question->passed < 0) {
			return question_error("bad-request",
			    "no descriptor came along with the question");
		}
		intake_take(run, question->passed, NULL, "command",
		    question->actor, on_taken,
		    question_later(question->connection));
	}
	return NULL;
}

/* ---- people's word ---- */

/* NULL if QUESTION comes from somebody whose word counts, with a reason. */
static json_t *
not_an_operator(const struct question *question)
{
	const char *reason = text_of(question, "reason");

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
	    text_of(question, "reason"));
	approval->at = clock_now();
	approval->break_glass =
	    json_is_true(json_object_get(question->said, "break_glass"));
	if (!KEEP(daemon, "an approval",
	        ledger_approve(daemon->ledger, approval))) {
		return question_error("unavailable",
		    "the approval could not be kept: %s", daemon->ledger_why);
	}
	daemon_log(daemon, LOG_LEVEL_ALARM,
	    approval->break_glass ? "approval.break-glass" : "approval.given",
	    question->actor, approval->zone,
	    json_pack("{s:I, s:s, s:s, s:s}", "candidate",
	        (json_int_t)approval->candidate, "fingerprint",
	        approval->fingerprint, "person", approval->person, "reason",
	        approval->reason),
	    "%s approves %s: %s", approval->person, what, approval->reason);
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

	if (!candidate_of(question, &candidate, &error)) {
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
	struct zone_run *run = zone_of(question);
	const char *fingerprint = text_of(question, "fingerprint");
	const char *until = text_of(question, "until");
	struct approval approval = {.candidate = 0};

	if (run == NULL) {
		return no_zone(question);
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

static json_t *
op_approve(struct question *question)
{
	json_t *error = not_an_operator(question);

	if (error != NULL) {
		return error;
	}
	return text_of(question, "fingerprint") != NULL
	           ? approve_finding(question)
	           : approve_candidate(question);
}

static json_t *
op_discard(struct question *question)
{
	struct candidate candidate;
	struct daemon *daemon = question->daemon;
	json_t *error = not_an_operator(question);

	if (error != NULL || !candidate_of(question, &candidate, &error)) {
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
	if (!KEEP(daemon, "a discarded candidate",
	        ledger_update(daemon->ledger, &candidate))) {
		return question_error("unavailable", "%s", daemon->ledger_why);
	}
	if (run->held != NULL && run->held->id == candidate.id) {
		place_candidate(&run->held, NULL);
	}
	if (run->waiting != NULL && run->waiting->id == candidate.id) {
		place_candidate(&run->waiting, NULL);
	}
	daemon_log(daemon, LOG_LEVEL_WARNING, "candidate.discarded",
	    question->actor, candidate.zone,
	    json_pack("{s:I, s:s}", "candidate", (json_int_t)candidate.id,
	        "person", question->person),
	    "%s discards candidate %lld: %s", question->person,
	    (long long)candidate.id, text_of(question, "reason"));
	control_decided(daemon, candidate.id);
	daemon_look_soon(daemon);
	return op_candidate(question);
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

static json_t *
op_reload(struct question *question)
{
	bool force = json_is_true(json_object_get(question->said, "force"));
	json_t *error = not_an_operator(question);

	if (error != NULL) {
		return error;
	}
	reload(question->daemon, question->person, force,
	    text_of(question, "reason"), on_reloaded,
	    question_later(question->connection));
	return NULL;
}

/* ---- the table ---- */

static const struct {
	const char *name;
	enum role least;
	json_t *(*answer)(struct question *question);
} ops[] = {
    {"ping", ROLE_NONE, op_ping},
    {"status", ROLE_NONE, op_status},
    {"candidates", ROLE_VIEWER, op_candidates},
    {"candidate", ROLE_VIEWER, op_candidate},
    {"wait", ROLE_VIEWER, op_wait},
    {"holds", ROLE_VIEWER, op_holds},
    {"events", ROLE_VIEWER, op_events},
    {"submit", ROLE_SUBMITTER, op_submit},
    {"approve", ROLE_OPERATOR, op_approve},
    {"discard", ROLE_OPERATOR, op_discard},
    {"reload", ROLE_OPERATOR, op_reload},
};

json_t *
control_op(struct question *question)
{
	const char *op = text_of(question, "op");

	for (size_t i = 0; op != NULL && i < sizeof(ops) / sizeof(ops[0]);
	     i++) {
		if (strcmp(ops[i].name, op) != 0) {
			continue;
		}
		if (question->role < ops[i].least) {
			return question_error("forbidden",
			    "%s may not ask for `%s'", question->actor, op);
		}
		return ops[i].answer(question);
	}
	return question_error("bad-request", "there is no such `op'");
}

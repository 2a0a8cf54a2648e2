/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control_ops.c -- what may be asked of the daemon, by whom, and the answers:
 * a row each in `ops'.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/spawn.h"
#include "control/control.h"
#include "serve/control_server.h"
#include "serve/token.h"
#include "time_text.h"

#define LIST_DEFAULT 100
#define LIST_MOST 1000
#define WAIT_MOST_S 600

/* ---- members of a question ---- */

const char *
question_text(const struct question *question, const char *name)
{
	return json_string_value(json_object_get(question->said, name));
}

int64_t
question_number(const struct question *question, const char *name,
    int64_t otherwise)
{
	const json_t *value = json_object_get(question->said, name);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

struct zone_run *
question_zone(const struct question *question)
{
	const char *name = question_text(question, "zone");

	return name != NULL ? daemon_zone(question->daemon, name) : NULL;
}

json_t *
question_no_zone(const struct question *question)
{
	const char *name = question_text(question, "zone");

	return question_error("unknown-zone",
	    "there is no zone \"%.300s\" in the configuration",
	    name != NULL ? name : "");
}

bool
question_candidate(const struct question *question, struct candidate *candidate,
    json_t **error)
{
	int64_t id = question_number(question, "id", 0);

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
	const struct zone_run *run = question_zone(question);
	int64_t limit = question_number(question, "limit", LIST_DEFAULT);
	struct ledger_filter filter = {
	    .before = question_number(question, "before", 0)};

	if (run == NULL) {
		return question_no_zone(question);
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

	if (!question_candidate(question, &candidate, &error)) {
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
	int64_t seconds = question_number(question, "seconds", 0);

	if (!question_candidate(question, &candidate, &error)) {
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
	int64_t after = question_number(question, "after", 0);
	int64_t limit = question_number(question, "limit", LIST_DEFAULT);
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

static bool
is_regular(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

static json_t *
op_submit(struct question *question)
{
	struct zone_run *run = question_zone(question);
	const char *file = question_text(question, "file");

	if (run == NULL) {
		return question_no_zone(question);
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
		if (!is_regular(question->passed)) {
			return question_error("bad-request",
			    "this is no regular file: a pipe or a socket may "
			    "never end, and others wait behind it");
		}
		intake_take(run, question->passed, NULL, "command",
		    question->actor, on_taken,
		    question_later(question->connection));
	}
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
	const char *op = question_text(question, "op");

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

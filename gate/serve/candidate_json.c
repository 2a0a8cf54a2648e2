/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * candidate_json.c -- a candidate in JSON, as control.h describes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "serve/approve.h"
#include "serve/daemon.h"
#include "serve/json_parts.h"

static json_t *
approvals_json(struct daemon *daemon, const struct candidate *candidate)
{
	struct approval *rows = NULL;
	json_t *a = json_array();
	size_t n = 0;

	if (ledger_approvals(daemon->ledger, candidate, clock_now(), &rows,
	        &n) != LEDGER_OK) {
		n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();

		json_put(o, "person", json_words(rows[i].person));
		json_put(o, "reason", json_words(rows[i].reason));
		json_put(o, "at", json_moment(rows[i].at));
		json_put(o, "until", json_moment(rows[i].until));
		json_put(o, "fingerprint", json_words(rows[i].fingerprint));
		json_put(o, "break_glass", json_boolean(rows[i].break_glass));
		json_array_append_new(a, o);
	}
	free(rows);
	return a;
}

static const char *
step_state_word(enum step_state state)
{
	switch (state) {
	case STEP_PENDING:
		return "pending";
	case STEP_DONE:
		return "done";
	case STEP_FAILED:
		return "failed";
	case STEP_DROPPED:
		return "dropped";
	}
	return "unknown";
}

static json_t *
steps_json(struct daemon *daemon, int64_t id)
{
	struct step *rows = NULL;
	json_t *a = json_array();
	size_t n = 0;

	if (ledger_steps(daemon->ledger, id, &rows, &n) != LEDGER_OK) {
		n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();

		json_put(o, "kind", json_words(step_kind_name(rows[i].kind)));
		json_put(o, "name", json_words(rows[i].name));
		json_put(o, "state",
		    json_words(step_state_word(rows[i].state)));
		json_put(o, "attempts", json_count(rows[i].attempts));
		json_put(o, "output", json_words(rows[i].output));
		json_put(o, "at",
		    json_moment(rows[i].done_at != 0 ? rows[i].done_at
		                                     : rows[i].created_at));
		json_array_append_new(a, o);
	}
	free(rows);
	return a;
}

static json_t *
needs_json(struct daemon *daemon, const struct candidate *candidate,
    const struct outcome *outcome)
{
	struct zone_run *run = daemon_zone(daemon, candidate->zone);
	struct approval *rows = NULL;
	struct needs needs = {.persons = 2, .break_glass = true};
	size_t n = 0;
	int64_t now = clock_now();

	if (run == NULL || !candidate_is_held(candidate) ||
	    ledger_approvals(daemon->ledger, candidate, now, &rows, &n) !=
	        LEDGER_OK) {
		return json_null();
	}
	clearance(candidate, outcome, run->zone, rows, n,
	    published_headroom(run, now), now, &needs);
	free(rows);
	json_t *o = json_object();

	json_put(o, "persons", json_count(needs.persons));
	json_put(o, "have", json_count(needs.have));
	json_put(o, "break_glass", json_boolean(needs.break_glass));
	return o;
}

/* The summary without its findings and keys. */
static void
cut(json_t *summary)
{
	json_object_del(summary, "findings");
	json_object_del(summary, "keys");
}

static void
add_summary(struct daemon *daemon, const struct candidate *candidate,
    bool whole, json_t *o)
{
	char *kept = ledger_summary(daemon->ledger, candidate->id);
	json_t *summary = kept != NULL ? json_loads(kept, 0, NULL) : NULL;
	struct outcome outcome;
	char error[OUTCOME_ERROR];
	bool has = whole && kept != NULL &&
	           outcome_from_summary(kept, &outcome, error);

	if (!whole && summary != NULL) {
		cut(summary);
	}
	if (whole) {
		json_put(o, "needs",
		    needs_json(daemon, candidate, has ? &outcome : NULL));
	}
	json_put(o, "summary",
	    summary != NULL && json_object_size(summary) > 0
	        ? json_incref(summary)
	        : json_null());
	if (has) {
		outcome_release(&outcome);
	}
	json_decref(summary);
	free(kept);
}

static bool
has_report(const struct daemon *daemon, int64_t id)
{
	char name[32], path[DAEMON_PATH];
	struct stat status;

	snprintf(name, sizeof(name), "%lld.json", (long long)id);
	return stat(daemon_path(daemon, "reports", name, path), &status) == 0;
}

json_t *
candidate_json(struct daemon *daemon, const struct candidate *candidate,
    bool whole)
{
	const struct candidate *c = candidate;
	json_t *o = json_object();

	json_put(o, "id", json_count(c->id));
	json_put(o, "zone", json_words(c->zone));
	json_put(o, "serial",
	    c->has_serial ? json_count(c->serial) : json_null());
	json_put(o, "state", json_words(candidate_state_name(c->state)));
	json_put(o, "decision",
	    c->decided ? json_words(decision_name(c->decision)) : json_null());
	json_put(o, "reason", json_words(c->reason));
	json_put(o, "received_at", json_moment(c->received_at));
	json_put(o, "judged_at", json_moment(c->judged_at));
	json_put(o, "released_at", json_moment(c->released_at));
	json_put(o, "released_by", json_words(c->released_by));
	json_put(o, "via", json_words(c->via));
	json_put(o, "actor", json_words(c->actor));
	json_put(o, "sha256", json_hex(c->sha256));
	json_put(o, "bytes", json_count((int64_t)c->bytes));
	json_put(o, "seconds", json_real(c->seconds));
	json_put(o, "attempts", json_count(c->attempts));
	json_put(o, "not_before", json_moment(c->not_before));
	json_put(o, "expiry", json_moment(c->expiry));
	json_put(o, "superseded_by",
	    c->superseded_by != 0 ? json_count(c->superseded_by) : json_null());
	json_put(o, "report", json_boolean(has_report(daemon, c->id)));
	add_summary(daemon, c, whole, o);
	if (whole) {
		json_put(o, "approvals", approvals_json(daemon, c));
		json_put(o, "steps", steps_json(daemon, c->id));
	}
	return o;
}

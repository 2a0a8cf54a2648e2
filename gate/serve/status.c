/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * status.c -- the daemon in JSON: zonegate-status-1 and candidates, as
 * control.h describes them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "control/control.h"
#include "report_words.h"
#include "serve/approve.h"
#include "serve/daemon.h"
#include "serve/helper.h"
#include "serve/space.h"
#include "time_text.h"

/* ---- small things ---- */

static json_t *
moment(int64_t at)
{
	char when[TIME_TEXT];

	return at == 0 ? json_null() : json_string(time_to_text(at, when));
}

static json_t *
text(const char *value)
{
	json_t *string = value[0] == '\0' ? json_null() : json_string(value);

	return string != NULL ? string : json_string("?");
}

static json_t *
hex(const uint8_t sha256[32])
{
	char digits[65];

	return json_string(sha256_to_text(sha256, digits));
}

static json_t *
number(int64_t value)
{
	return json_integer((json_int_t)value);
}

static void
set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

/* ---- a candidate ---- */

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

		set(o, "person", text(rows[i].person));
		set(o, "reason", text(rows[i].reason));
		set(o, "at", moment(rows[i].at));
		set(o, "until", moment(rows[i].until));
		set(o, "fingerprint", text(rows[i].fingerprint));
		set(o, "break_glass", json_boolean(rows[i].break_glass));
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

		set(o, "kind", text(step_kind_name(rows[i].kind)));
		set(o, "name", text(rows[i].name));
		set(o, "state", text(step_state_word(rows[i].state)));
		set(o, "attempts", number(rows[i].attempts));
		set(o, "output", text(rows[i].output));
		set(o, "at",
		    moment(rows[i].done_at != 0 ? rows[i].done_at
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

	set(o, "persons", number(needs.persons));
	set(o, "have", number(needs.have));
	set(o, "break_glass", json_boolean(needs.break_glass));
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
		set(o, "needs",
		    needs_json(daemon, candidate, has ? &outcome : NULL));
	}
	set(o, "summary",
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

	set(o, "id", number(c->id));
	set(o, "zone", text(c->zone));
	set(o, "serial", c->has_serial ? number(c->serial) : json_null());
	set(o, "state", text(candidate_state_name(c->state)));
	set(o, "decision",
	    c->decided ? text(decision_name(c->decision)) : json_null());
	set(o, "reason", text(c->reason));
	set(o, "received_at", moment(c->received_at));
	set(o, "judged_at", moment(c->judged_at));
	set(o, "released_at", moment(c->released_at));
	set(o, "released_by", text(c->released_by));
	set(o, "via", text(c->via));
	set(o, "actor", text(c->actor));
	set(o, "sha256", hex(c->sha256));
	set(o, "bytes", number((int64_t)c->bytes));
	set(o, "seconds", json_real(c->seconds));
	set(o, "attempts", number(c->attempts));
	set(o, "not_before", moment(c->not_before));
	set(o, "expiry", moment(c->expiry));
	set(o, "superseded_by",
	    c->superseded_by != 0 ? number(c->superseded_by) : json_null());
	set(o, "report", json_boolean(has_report(daemon, c->id)));
	add_summary(daemon, c, whole, o);
	if (whole) {
		set(o, "approvals", approvals_json(daemon, c));
		set(o, "steps", steps_json(daemon, c->id));
	}
	return o;
}

/* ---- a zone ---- */

/* The worst alarm of ZONE, or NULL; they stand worst first. */
static const struct alarm *
worst_alarm(const struct daemon *daemon, const char *zone)
{
	for (size_t i = 0; i < daemon->n_alarms; i++) {
		if (strcmp(daemon->alarms[i].zone, zone) == 0) {
			return &daemon->alarms[i];
		}
	}
	return NULL;
}

static bool
has_alarm(const struct daemon *daemon, const char *zone, const char *kind)
{
	for (size_t i = 0; i < daemon->n_alarms; i++) {
		if (strcmp(daemon->alarms[i].zone, zone) == 0 &&
		    strcmp(daemon->alarms[i].kind, kind) == 0) {
			return true;
		}
	}
	return false;
}

static const char *
held_word(const struct candidate *held)
{
	if (held->state == CANDIDATE_QUARANTINED) {
		return "quarantined";
	}
	switch (held->decision) {
	case DECISION_UNJUDGED:
		return "unjudged";
	case DECISION_DISPUTED:
		return "disputed";
	case DECISION_BLOCK:
		return "blocked";
	case DECISION_HOLD:
	case DECISION_RELEASE:
		break;
	}
	return "held";
}

static const char *
state_word(const struct zone_run *run)
{
	const struct daemon *daemon = run->daemon;

	if (daemon->broken_why[0] != '\0') {
		return "gate-broken";
	}
	if (run->zone->mode == ZONE_OBSERVE) {
		return "observe";
	}
	if (run->held != NULL) {
		return held_word(run->held);
	}
	if (run->judging != NULL || run->releasing != NULL ||
	    run->waiting != NULL) {
		return "judging";
	}
	if (has_alarm(daemon, run->name, "resign-overdue")) {
		return "stale";
	}
	return run->released != NULL ? "released" : "empty";
}

static json_t *
published_json(const struct zone_run *run, int64_t now)
{
	const struct candidate *c = run->released;

	if (c == NULL) {
		return json_null();
	}
	json_t *o = json_object();

	set(o, "candidate", number(c->id));
	set(o, "serial", c->has_serial ? number(c->serial) : json_null());
	set(o, "sha256", hex(c->sha256));
	set(o, "released_at", moment(c->released_at));
	set(o, "released_by", text(c->released_by));
	set(o, "expiry", moment(c->expiry));
	set(o, "headroom_seconds",
	    c->expiry != 0 ? number(c->expiry - now) : json_null());
	set(o, "soa_expire_seconds",
	    c->soa_expire != 0 ? number(c->soa_expire) : json_null());
	return o;
}

static const double bucket_top[N_DURATION_BUCKETS] = {
    0.1, 0.5, 1, 5, 10, 30, 60, 300, 600};

static json_t *
durations_json(const struct counters *counters)
{
	json_t *o = json_object(), *a = json_array();
	int64_t n = 0;

	for (unsigned i = 0; i < N_DURATION_BUCKETS; i++) {
		n += counters->durations[i];
		json_array_append_new(a,
		    json_pack("[f, I]", bucket_top[i], (json_int_t)n));
	}
	n += counters->durations[N_DURATION_BUCKETS];
	set(o, "count", number(n));
	set(o, "sum", json_real(counters->duration_sum));
	set(o, "buckets", a);
	return o;
}

static json_t *
counters_json(const struct counters *c)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "received",
	    (json_int_t)c->received, "superseded", (json_int_t)c->superseded,
	    "release", (json_int_t)c->decided[DECISION_RELEASE], "hold",
	    (json_int_t)c->decided[DECISION_HOLD], "block",
	    (json_int_t)c->decided[DECISION_BLOCK], "disputed",
	    (json_int_t)c->decided[DECISION_DISPUTED], "unjudged",
	    (json_int_t)c->decided[DECISION_UNJUDGED], "released",
	    (json_int_t)c->released, "approved", (json_int_t)c->approved);
}

static void
words_json(const struct zone_run *run, const struct alarm *alarm, json_t *o)
{
	char words[REASON_TEXT + 64];

	if (alarm != NULL) {
		snprintf(words, sizeof(words), "%s", alarm->text);
	} else if (run->judging != NULL) {
		snprintf(words, sizeof(words), "candidate %lld is being judged",
		    (long long)run->judging->id);
	} else if (run->waiting != NULL) {
		snprintf(words, sizeof(words), "candidate %lld waits%s%s",
		    (long long)run->waiting->id,
		    run->waiting->reason[0] != '\0' ? ": " : "",
		    run->waiting->reason);
	} else if (run->released != NULL) {
		snprintf(words, sizeof(words),
		    "candidate %lld is published and well",
		    (long long)run->released->id);
	} else {
		snprintf(words, sizeof(words), "nothing has been handed in");
	}
	set(o, "text", text(words));
}

static json_t *
zone_json(const struct zone_run *run, int64_t now)
{
	struct daemon *daemon = run->daemon;
	const struct alarm *alarm = worst_alarm(daemon, run->name);
	json_t *o = json_object();

	set(o, "zone", text(run->name));
	set(o, "mode",
	    text(run->zone->mode == ZONE_OBSERVE ? "observe" : "gate"));
	set(o, "state", text(state_word(run)));
	set(o, "level",
	    text(alarm == NULL                    ? "ok"
	         : alarm->level == ALARM_CRITICAL ? "critical"
	                                          : "warning"));
	set(o, "since",
	    moment(alarm != NULL           ? alarm->since
	           : run->released != NULL ? run->released->released_at
	                                   : run->first_seen_at));
	words_json(run, alarm, o);
	set(o, "until", alarm != NULL ? moment(alarm->until) : json_null());
	set(o, "published", published_json(run, now));
	set(o, "open",
	    run->held != NULL ? candidate_json(daemon, run->held, true)
	                      : json_null());
	set(o, "judging",
	    run->judging != NULL ? number(run->judging->id) : json_null());
	set(o, "queued", number(run->waiting != NULL));
	set(o, "last_good_at", moment(run->last_good_at));
	set(o, "resign_interval_max", number(run->zone->resign_interval_max_s));
	set(o, "policy", text(run->zone->policy->name));
	set(o, "policy_sha256", hex(run->zone->policy->sha256));
	set(o, "counters", counters_json(&run->counters));
	set(o, "claims", number((int64_t)run->claims));
	set(o, "disputes_total", number(run->counters.disputed_claims));
	set(o, "durations", durations_json(&run->counters));
	return o;
}

/* ---- the gate ---- */

static json_t *
gate_json(struct daemon *daemon)
{
	json_t *o = json_object();
	int64_t queued = 0;
	bool broken = daemon->broken_why[0] != '\0';
	bool suspect = daemon->clock_why[0] != '\0';

	for (size_t i = 0; i < daemon->n_zones; i++) {
		queued += daemon->zones[i]->waiting != NULL;
	}
	set(o, "state",
	    text(broken    ? "broken"
	         : suspect ? "clock-suspect"
	                   : "ok"));
	set(o, "why", text(broken ? daemon->broken_why : daemon->clock_why));
	set(o, "queue", number(queued));
	set(o, "running", number(daemon->running));
	set(o, "max_parallel", number(daemon->config->max_parallel));
	set(o, "disk_free", number((int64_t)space_free(daemon->state)));
	set(o, "reserve", json_boolean(daemon->reserve_whole));
	set(o, "uploads", json_boolean(intake_is_open(daemon)));
	set(o, "ledger",
	    text(daemon->ledger_corrupt          ? "corrupt"
	         : daemon->ledger_why[0] != '\0' ? daemon->ledger_why
	                                         : "ok"));
	set(o, "canary_at", moment(daemon->canary_at));
	set(o, "heartbeat_at", moment(daemon->heartbeat_at));
	set(o, "ldns", text(daemon->ldns));
	set(o, "unbound", text(daemon->unbound));
	set(o, "http",
	    json_boolean(daemon->http != NULL && daemon->http->pid > 0));
	set(o, "listening", text(daemon->http_addresses));
	set(o, "notify", json_boolean(messages_run(daemon)));
	return o;
}

static int
rank(const json_t *zone)
{
	const char *level = json_string_value(json_object_get(zone, "level"));

	return strcmp(level, "critical") == 0  ? 0
	       : strcmp(level, "warning") == 0 ? 1
	                                       : 2;
}

static int
worse_first(const void *a, const void *b)
{
	const json_t *const *x = a, *const *y = b;
	int by_rank = rank(*x) - rank(*y);

	return by_rank != 0
	           ? by_rank
	           : strcmp(json_string_value(json_object_get(*x, "zone")),
	                 json_string_value(json_object_get(*y, "zone")));
}

static json_t *
zones_json(struct daemon *daemon, int64_t now)
{
	json_t **rows = xcalloc(daemon->n_zones + 1, sizeof(json_t *));
	json_t *a = json_array();
	size_t n = 0;

	for (size_t i = 0; i < daemon->n_zones; i++) {
		if (daemon->zones[i]->zone != NULL) {
			rows[n++] = zone_json(daemon->zones[i], now);
		}
	}
	qsort(rows, n, sizeof(*rows), worse_first);
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(a, rows[i]);
	}
	free(rows);
	return a;
}

json_t *
status_json(struct daemon *daemon)
{
	json_t *o = json_object(), *alarms = json_array();
	int64_t now = clock_now();
	const char *level = "ok";

	for (size_t i = 0; i < daemon->n_alarms; i++) {
		json_array_append_new(alarms, alarm_json(&daemon->alarms[i]));
		if (daemon->alarms[i].level == ALARM_CRITICAL) {
			level = "critical";
		} else if (strcmp(level, "ok") == 0) {
			level = "warning";
		}
	}
	set(o, "schema", text(CONTROL_STATUS_SCHEMA));
	set(o, "version", text(ZONEGATE_VERSION));
	set(o, "at", moment(now));
	set(o, "started", moment(daemon->started_at));
	set(o, "level", text(level));
	set(o, "gate", gate_json(daemon));
	set(o, "alarms", alarms);
	set(o, "zones", zones_json(daemon, now));
	return o;
}

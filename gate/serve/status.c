/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * status.c -- the daemon in JSON: zonegate-status-1 and candidates, as
 * control.h describes them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "control/control.h"
#include "serve/daemon.h"
#include "serve/helper.h"
#include "serve/json_parts.h"
#include "serve/space.h"

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

	json_put(o, "candidate", json_count(c->id));
	json_put(o, "serial",
	    c->has_serial ? json_count(c->serial) : json_null());
	json_put(o, "sha256", json_hex(c->sha256));
	json_put(o, "released_at", json_moment(c->released_at));
	json_put(o, "released_by", json_words(c->released_by));
	json_put(o, "expiry", json_moment(c->expiry));
	json_put(o, "headroom_seconds",
	    c->expiry != 0 ? json_count(c->expiry - now) : json_null());
	json_put(o, "soa_expire_seconds",
	    c->soa_expire != 0 ? json_count(c->soa_expire) : json_null());
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
	json_put(o, "count", json_count(n));
	json_put(o, "sum", json_real(counters->duration_sum));
	json_put(o, "buckets", a);
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
	json_put(o, "text", json_words(words));
}

static json_t *
zone_json(const struct zone_run *run, int64_t now)
{
	struct daemon *daemon = run->daemon;
	const struct alarm *alarm = worst_alarm(daemon, run->name);
	json_t *o = json_object();

	json_put(o, "zone", json_words(run->name));
	json_put(o, "mode",
	    json_words(run->zone->mode == ZONE_OBSERVE ? "observe" : "gate"));
	json_put(o, "state", json_words(state_word(run)));
	json_put(o, "level",
	    json_words(alarm == NULL                    ? "ok"
	               : alarm->level == ALARM_CRITICAL ? "critical"
	                                                : "warning"));
	json_put(o, "since",
	    json_moment(alarm != NULL           ? alarm->since
	                : run->released != NULL ? run->released->released_at
	                                        : run->first_seen_at));
	words_json(run, alarm, o);
	json_put(o, "until",
	    alarm != NULL ? json_moment(alarm->until) : json_null());
	json_put(o, "published", published_json(run, now));
	json_put(o, "open",
	    run->held != NULL ? candidate_json(daemon, run->held, true)
	                      : json_null());
	json_put(o, "judging",
	    run->judging != NULL ? json_count(run->judging->id) : json_null());
	json_put(o, "queued", json_count(run->waiting != NULL));
	json_put(o, "last_good_at", json_moment(run->last_good_at));
	json_put(o, "resign_interval_max",
	    json_count(run->zone->resign_interval_max_s));
	json_put(o, "policy", json_words(run->zone->policy->name));
	json_put(o, "policy_sha256", json_hex(run->zone->policy->sha256));
	json_put(o, "counters", counters_json(&run->counters));
	json_put(o, "claims", json_count((int64_t)run->claims));
	json_put(o, "disputes_total",
	    json_count(run->counters.disputed_claims));
	json_put(o, "durations", durations_json(&run->counters));
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
	json_put(o, "state",
	    json_words(broken    ? "broken"
	               : suspect ? "clock-suspect"
	                         : "ok"));
	json_put(o, "why",
	    json_words(broken ? daemon->broken_why : daemon->clock_why));
	json_put(o, "queue", json_count(queued));
	json_put(o, "running", json_count(daemon->running));
	json_put(o, "max_parallel", json_count(daemon->config->max_parallel));
	json_put(o, "disk_free",
	    json_count((int64_t)space_free(daemon->state)));
	json_put(o, "reserve", json_boolean(daemon->reserve_whole));
	json_put(o, "uploads", json_boolean(intake_is_open(daemon)));
	json_put(o, "ledger",
	    json_words(daemon->ledger_corrupt          ? "corrupt"
	               : daemon->ledger_why[0] != '\0' ? daemon->ledger_why
	                                               : "ok"));
	json_put(o, "canary_at", json_moment(daemon->canary_at));
	json_put(o, "heartbeat_at", json_moment(daemon->heartbeat_at));
	json_put(o, "ldns", json_words(daemon->ldns));
	json_put(o, "unbound", json_words(daemon->unbound));
	json_put(o, "http",
	    json_boolean(daemon->http != NULL && daemon->http->pid > 0));
	json_put(o, "listening", json_words(daemon->http_addresses));
	json_put(o, "notify", json_boolean(messages_run(daemon)));
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
	qsort(rows, n, sizeof(json_t *), worse_first);
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
	json_put(o, "schema", json_words(CONTROL_STATUS_SCHEMA));
	json_put(o, "version", json_words(ZONEGATE_VERSION));
	json_put(o, "at", json_moment(now));
	json_put(o, "started", json_moment(daemon->started_at));
	json_put(o, "level", json_words(level));
	json_put(o, "gate", gate_json(daemon));
	json_put(o, "alarms", alarms);
	json_put(o, "zones", zones_json(daemon, now));
	return o;
}

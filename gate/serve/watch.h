/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch.h -- what is wrong now: alarms as a pure function of what the daemon
 * knows, and what became of them since last time.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "candidate.h"
#include "config.h"

enum alarm_level { ALARM_WARNING, ALARM_CRITICAL };

/* The kinds, by the word that is shown and sent: a row each in watch.c.
 *
 * of a zone: zone-held, zone-blocked, zone-disputed, zone-unjudged,
 *   candidate-quarantined, headroom-warning, headroom-critical,
 *   signatures-expired, soa-expire-near, resign-overdue, hook-failed,
 *   push-failed, probe-overdue, veto-refused, key-without-anchor, slow-judgement,
 *   observe-would-refuse, outbox-damaged, never-released
 * of the gate: gate-broken (a canary failed), clock-suspect, disk-low,
 *   ledger-read-only, ledger-corrupt, log-broken, worker-faults,
 *   reload-refused, http-down, notify-down, webhook-failing, library-changed
 */
struct alarm {
	char kind[32];
	char zone[LIMIT_NAME_TEXT]; /* "" for the gate */
	char detail[64];            /* which hook, push, webhook; or "" */
	enum alarm_level level;
	char text[REASON_TEXT]; /* what, expected and found, what to do */
	int64_t since;          /* first seen */
	int64_t until; /* when it becomes worse or an outage; 0: unknown */
};

/* What the daemon knows of one zone. */
struct watched_zone {
	const struct config_zone *zone;
	bool has_released;
	struct candidate released; /* what is published */
	bool has_open;
	struct candidate open; /* newest decided one that was not released */
	bool observe_refused;  /* observe: the newest would not have gone out */
	int64_t last_good_at;  /* last release by verdict; 0: never */
	int64_t first_seen_at; /* of the zone in the configuration */
	const char *outbox_why; /* NULL: it is as it must be */
	const char *veto_why;   /* NULL: none refused */
	bool key_without_anchor;
	char key_text[128]; /* tags of those keys */
	bool slow;          /* last run took half of its deadline or interval */
	double seconds;
	struct watched_step {     /* those not done */
		const char *kind; /* "hook", "push", "probe" */
		const char *name;
		unsigned attempts;
		int64_t created_at;
		int64_t overdue_s; /* probes: late after this */
		const char *output;
	} * steps;
	size_t n_steps;
};

struct watched_gate {
	int64_t now;
	const char *broken_why; /* canary: NULL if it is well */
	const char *clock_why;  /* NULL if it is not suspect */
	uint64_t disk_free, disk_reserve;
	bool reserve_touched;
	const char *ledger_why; /* NULL: writable */
	bool ledger_corrupt;
	const char *log_why;
	unsigned worker_faults; /* runs that ended badly, last hour */
	const char *reload_why; /* the last reload was refused */
	bool http_down, notify_down;
	struct {
		const char *name, *why;
		int64_t since;
	} * webhooks;
	size_t n_webhooks;
	const char *library_text; /* changed since start, not judged anew yet */
};

/* All alarms now, worst first, one for each kind, zone and detail; *ALARMS is
 * to be freed.  `since' is taken over from BEFORE where an alarm of the same
 * kind, zone and detail was on; otherwise it is when it began, where that is
 * known (a candidate's judgement, a step's release), or now.  STEPS of which a
 * first attempt is still under way, and probes not overdue, are no alarm. */
size_t watch(const struct watched_gate *gate, const struct watched_zone *zones,
    size_t n_zones, const struct alarm *before, size_t n_before,
    struct alarm **alarms);

/* What changed between two sets: calls RAISED for those that are new or
 * became critical, RESOLVED for those that are gone. */
void watch_changes(const struct alarm *before, size_t n_before,
    const struct alarm *now, size_t n_now,
    void (*raised)(void *context, const struct alarm *alarm),
    void (*resolved)(void *context, const struct alarm *alarm), void *context);

/* {"kind", "zone", "detail", "level", "since", "until", "text"}: level is
 * "warning" or "critical", zone and detail may be "", times are RFC 3339,
 * `until' may be null. */
json_t *alarm_json(const struct alarm *alarm);
/* The body of a webhook: {"schema": "zonegate-alarm-1", "event": "raised" or
 * "resolved", "at", "host", "key", "alarm": {alarm_json()}}.  `key' is the same
 * for all events of one host, kind, zone and detail: receivers de-duplicate by
 * it. */
json_t *alarm_message(const struct alarm *alarm, const char *event,
    const char *host, int64_t at_s);

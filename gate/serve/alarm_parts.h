/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alarm_parts.h -- what the files that raise alarms share; watch.h is for all
 * others.
 */
#pragma once

#include "watch.h"

/* A row of kinds[] each (alarm_kinds.c); the worst come first. */
enum kind {
	/* of the gate */
	GATE_BROKEN,
	CLOCK_SUSPECT,
	LEDGER_BROKEN,
	LEDGER_LOCKED,
	LOG_BROKEN,
	DISK_LOW,
	NOTIFY_DOWN,
	HTTP_DOWN,
	WORKER_FAULTS,
	RELOAD_REFUSED,
	WEBHOOK_FAILING,
	LIBRARY_CHANGED,
	/* of a zone */
	SIGNATURES_EXPIRED,
	HEADROOM_CRITICAL,
	OUTBOX_DAMAGED,
	ZONE_BLOCKED,
	ZONE_DISPUTED,
	ZONE_UNJUDGED,
	QUARANTINED,
	ZONE_HELD,
	RESIGN_OVERDUE,
	SOA_EXPIRE_NEAR,
	VETO_REFUSED,
	HOOK_FAILED,
	PUSH_FAILED,
	PROBE_OVERDUE,
	HEADROOM_WARNING,
	NEVER_RELEASED,
	OBSERVE_REFUSED,
	WITHOUT_ANCHOR,
	SLOW,
	N_KINDS
};

/* The place of ALARM's kind among them. */
size_t alarm_weight(const struct alarm *alarm);

struct alarms {
	struct alarm *rows;
	size_t n, capacity;
	int64_t now;
};

/* An alarm of KIND about ZONE (or NULL), from now on; its text is still to be
 * made by alarm_found().  It moves when the next one is raised. */
struct alarm *alarm_raise(struct alarms *alarms, enum kind kind,
    const struct config_zone *zone, const char *detail);

/* It is on since SINCE, if that is known and not in the future. */
void alarm_since(const struct alarms *alarms, struct alarm *alarm,
    int64_t since);

void alarm_make_worse(struct alarm *alarm, bool is_worse);

/* Writes the text of ALARM, of KIND: what, what was found (FORMAT), what to
 * do.  What to do is never cut off by what was found. */
void alarm_found(struct alarm *alarm, enum kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A - B and A + B, or the farthest that can be said. */
int64_t time_minus(int64_t a, int64_t b);
int64_t time_plus(int64_t a, int64_t b);

/* Raises all that there is of ZONE. */
void watch_zone(struct alarms *alarms, const struct watched_zone *zone);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch.c -- the alarms of the gate, and all of them as a set; those of a zone
 * are in watch_zone.c.
 */
#include "watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alarm_parts.h"
#include "base/memory.h"

/* Runs that ended badly within an hour: once is chance. */
#define WORKER_FAULTS_MANY 10

/* ---- of the gate ---- */

static void
watch_reason(struct alarms *alarms, enum kind kind, const char *why)
{
	if (why != NULL) {
		alarm_found(alarm_raise(alarms, kind, NULL, ""), kind, "%s",
		    why);
	}
}

static void
watch_disk(struct alarms *alarms, const struct watched_gate *gate)
{
	if (!gate->reserve_touched && gate->disk_free >= gate->disk_reserve) {
		return;
	}
	struct alarm *alarm = alarm_raise(alarms, DISK_LOW, NULL, "");

	alarm_make_worse(alarm, gate->reserve_touched);
	alarm_found(alarm, DISK_LOW,
	    "%" PRIu64 " MiB are free, %" PRIu64 " MiB are to be kept for "
	    "release and ledger%s",
	    gate->disk_free >> 20, gate->disk_reserve >> 20,
	    gate->reserve_touched
	        ? ", and that reserve is not whole: uploads are refused"
	        : "");
}

static void
watch_gate(struct alarms *alarms, const struct watched_gate *gate)
{
	watch_reason(alarms, GATE_BROKEN, gate->broken_why);
	watch_reason(alarms, CLOCK_SUSPECT, gate->clock_why);
	if (gate->ledger_corrupt) {
		watch_reason(alarms, LEDGER_BROKEN,
		    gate->ledger_why == NULL ? "" : gate->ledger_why);
	} else {
		watch_reason(alarms, LEDGER_LOCKED, gate->ledger_why);
	}
	watch_reason(alarms, LOG_BROKEN, gate->log_why);
	watch_disk(alarms, gate);
	if (gate->worker_faults > 0) {
		struct alarm *alarm =
		    alarm_raise(alarms, WORKER_FAULTS, NULL, "");

		alarm_make_worse(alarm,
		    gate->worker_faults >= WORKER_FAULTS_MANY);
		alarm_found(alarm, WORKER_FAULTS, "%u in the last hour",
		    gate->worker_faults);
	}
	watch_reason(alarms, RELOAD_REFUSED, gate->reload_why);
	watch_reason(alarms, HTTP_DOWN, gate->http_down ? "" : NULL);
	watch_reason(alarms, NOTIFY_DOWN, gate->notify_down ? "" : NULL);
	for (size_t i = 0; i < gate->n_webhooks; i++) {
		struct alarm *alarm = alarm_raise(alarms, WEBHOOK_FAILING, NULL,
		    gate->webhooks[i].name);

		alarm_since(alarms, alarm, gate->webhooks[i].since);
		alarm_found(alarm, WEBHOOK_FAILING, "%s: %s", alarm->detail,
		    gate->webhooks[i].why == NULL ? "no answer"
		                                  : gate->webhooks[i].why);
	}
	watch_reason(alarms, LIBRARY_CHANGED, gate->library_text);
}

/* ---- sets of them ---- */

static int
by_key(const struct alarm *a, const struct alarm *b)
{
	int order = strcmp(a->kind, b->kind);

	order = order != 0 ? order : strcmp(a->zone, b->zone);
	return order != 0 ? order : strcmp(a->detail, b->detail);
}

static int
compare_keys(const void *a, const void *b)
{
	return by_key(*(const struct alarm *const *)a,
	    *(const struct alarm *const *)b);
}

/* The alarms by key, to be freed; NULL if there are none. */
static const struct alarm **
sorted(const struct alarm *alarms, size_t n)
{
	if (n == 0) {
		return NULL;
	}
	const struct alarm **rows =
	    xreallocarray(NULL, n, sizeof(const struct alarm *));

	for (size_t i = 0; i < n; i++) {
		rows[i] = &alarms[i];
	}
	qsort(rows, n, sizeof(const struct alarm *), compare_keys);
	return rows;
}

static const struct alarm *
find(const struct alarm **rows, size_t n, const struct alarm *alarm)
{
	const struct alarm **row =
	    n == 0 ? NULL
	           : bsearch(&alarm, rows, n, sizeof(const struct alarm *),
	                 compare_keys);

	return row == NULL ? NULL : *row;
}

static int
by_weight(const void *left, const void *right)
{
	const struct alarm *a = left, *b = right;
	size_t weight_a = alarm_weight(a), weight_b = alarm_weight(b);

	if (a->level != b->level) {
		return a->level > b->level ? -1 : 1;
	}
	if (weight_a != weight_b) {
		return weight_a < weight_b ? -1 : 1;
	}
	/* The outage that comes first; an unknown time comes last. */
	if (a->until != b->until) {
		return (uint64_t)a->until - 1 < (uint64_t)b->until - 1 ? -1 : 1;
	}
	return by_key(a, b);
}

static int
by_key_worst_first(const void *left, const void *right)
{
	const struct alarm *a = left, *b = right;
	int order = by_key(a, b);

	return order != 0 ? order : (int)b->level - (int)a->level;
}

/* Of alarms of one key, as of two hooks of one name, only the worst stays. */
static void
drop_doubles(struct alarms *alarms)
{
	size_t kept = 0;

	if (alarms->n > 1) {
		qsort(alarms->rows, alarms->n, sizeof(*alarms->rows),
		    by_key_worst_first);
	}
	for (size_t i = 0; i < alarms->n; i++) {
		if (kept == 0 ||
		    by_key(&alarms->rows[kept - 1], &alarms->rows[i]) != 0) {
			alarms->rows[kept++] = alarms->rows[i];
		}
	}
	alarms->n = kept;
}

static void
take_over(struct alarms *alarms, const struct alarm *before, size_t n_before)
{
	const struct alarm **rows = sorted(before, n_before);

	for (size_t i = 0; i < alarms->n; i++) {
		const struct alarm *same =
		    find(rows, n_before, &alarms->rows[i]);

		if (same != NULL) {
			alarms->rows[i].since = same->since;
		}
	}
	free(rows);
}

size_t
watch(const struct watched_gate *gate, const struct watched_zone *zones,
    size_t n_zones, const struct alarm *before, size_t n_before,
    struct alarm **alarms)
{
	struct alarms found_now = {.now = gate->now};

	watch_gate(&found_now, gate);
	for (size_t i = 0; i < n_zones; i++) {
		watch_zone(&found_now, &zones[i]);
	}
	drop_doubles(&found_now);
	take_over(&found_now, before, n_before);
	if (found_now.n > 1) {
		qsort(found_now.rows, found_now.n, sizeof(*found_now.rows),
		    by_weight);
	}
	*alarms = found_now.rows;
	return found_now.n;
}

void
watch_changes(const struct alarm *before, size_t n_before,
    const struct alarm *now, size_t n_now,
    void (*raised)(void *context, const struct alarm *alarm),
    void (*resolved)(void *context, const struct alarm *alarm), void *context)
{
	const struct alarm **were = sorted(before, n_before);
	const struct alarm **are = sorted(now, n_now);

	for (size_t i = 0; i < n_now; i++) {
		const struct alarm *was = find(were, n_before, &now[i]);

		if (was == NULL || was->level < now[i].level) {
			raised(context, &now[i]);
		}
	}
	for (size_t i = 0; i < n_before; i++) {
		if (find(are, n_now, &before[i]) == NULL) {
			resolved(context, &before[i]);
		}
	}
	free(were);
	free(are);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metrics.c -- the status as OpenMetrics text.
 *
 * Counters have no TYPE line: OpenMetrics wants it under the name without
 * "_total", the text format before it (which promtool checks) under the name
 * with it, and neither takes the other's.  Without one, both read the same
 * series.
 */
#include "http/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/health_facts.h"
#include "http/health_words.h"
#include "http/metrics_write.h"

/* Kinds of alarm that are on, told apart. */
#define ALARM_KINDS 64

static void
up(FILE *out, bool answers)
{
	metrics_family(out, "zonegate_up", "gauge", NULL,
	    "Whether the daemon answers: 1 or 0.");
	fprintf(out, "zonegate_up %d\n", answers ? 1 : 0);
}

static void
build(const struct metrics *m)
{
	const json_t *gate = fact_object(m->status, "gate");

	metrics_family(m->out, "zonegate_build_info", "gauge", NULL,
	    "Always 1; versions of zonegate and of the two validators' "
	    "libraries.");
	fputs("zonegate_build_info{", m->out);
	metrics_label(m->out, "version",
	    fact_text(m->status, "version", "unknown"));
	fputc(',', m->out);
	metrics_label(m->out, "ldns", fact_text(gate, "ldns", "unknown"));
	fputc(',', m->out);
	metrics_label(m->out, "unbound", fact_text(gate, "unbound", "unknown"));
	fputs("} 1\n", m->out);
}

/* One of WORDS is 1, the others 0: what is not among them is the last. */
static void
one_of(FILE *out, const char *metric, const char *what,
    const char *const *words, size_t n, const char *value)
{
	size_t at = 0;

	while (at + 1 < n && strcmp(words[at], value) != 0) {
		at++;
	}
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "%s{%s=\"%s\"} %d\n", metric, what, words[i],
		    i == at ? 1 : 0);
	}
}

static void
levels(const struct metrics *m)
{
	static const char *const level_words[] = {"ok", "warning", "critical"};
	static const char *const gate_words[] = {
	    "ok", "clock-suspect", "broken", "unknown"};
	const json_t *gate = fact_object(m->status, "gate");

	metrics_family(m->out, "zonegate_level", "gauge", NULL,
	    "How bad it is on the whole: 1 for the level that it has.");
	one_of(m->out, "zonegate_level", "level", level_words, 3,
	    fact_text(m->status, "level", "critical"));
	metrics_family(m->out, "zonegate_gate_state", "gauge", NULL,
	    "State of the gate itself: 1 for the state that it is in.");
	one_of(m->out, "zonegate_gate_state", "state", gate_words, 4,
	    fact_text(gate, "state", "unknown"));
}

/* Numbers of the gate, and switches as 1 and 0. */
static const struct {
	const char *metric, *unit, *key, *help;
} gate_numbers[] = {
    {"zonegate_queue_length", NULL, "queue",
        "Candidates that wait to be judged."},
    {"zonegate_running", NULL, "running", "Candidates being judged now."},
    {"zonegate_running_max", NULL, "max_parallel",
        "Candidates that may be judged side by side."},
    {"zonegate_disk_free_bytes", "bytes", "disk_free",
        "Room on the file system of the state directory."},
    {"zonegate_disk_reserve_whole", NULL, "reserve",
        "Whether the disk reserve is whole: 1 or 0."},
    {"zonegate_uploads_accepted", NULL, "uploads",
        "Whether uploads are accepted: 1 or 0."},
};

static void
gate_figures(const struct metrics *m)
{
	const json_t *gate = fact_object(m->status, "gate");

	for (size_t i = 0; i < sizeof(gate_numbers) / sizeof(*gate_numbers);
	     i++) {
		const json_t *value =
		    json_object_get(gate, gate_numbers[i].key);
		double figure = json_is_true(value) ? 1 : 0;

		if (!json_is_boolean(value) &&
		    !fact_number(gate, gate_numbers[i].key, &figure)) {
			continue;
		}
		metrics_family(m->out, gate_numbers[i].metric, "gauge",
		    gate_numbers[i].unit, gate_numbers[i].help);
		fputs(gate_numbers[i].metric, m->out);
		metrics_number(m->out, figure);
	}
}

static void
gate_moment(const struct metrics *m, const json_t *from, const char *key,
    const char *metric, const char *help)
{
	int64_t at = fact_time(from, key);

	if (at != 0) {
		metrics_family(m->out, metric, "gauge", "seconds", help);
		fprintf(m->out, "%s %" PRId64 "\n", metric, at);
	}
}

static void
gate_moments(const struct metrics *m)
{
	const json_t *gate = fact_object(m->status, "gate");

	gate_moment(m, m->status, "started", "zonegate_start_timestamp_seconds",
	    "When the daemon was started.");
	gate_moment(m, m->status, "at", "zonegate_heartbeat_timestamp_seconds",
	    "When the daemon last said how it is.");
	gate_moment(m, gate, "heartbeat_at",
	    "zonegate_heartbeat_sent_timestamp_seconds",
	    "When the heartbeat URL last took a message.");
	gate_moment(m, gate, "canary_at", "zonegate_canary_timestamp_seconds",
	    "When the gate last judged its own test zones.");
}

struct alarm_count {
	const char *kind;
	enum level level;
	size_t n;
};

/* An alarm more of its kind and level; what has no room is counted by the
 * last, "other". */
static void
count_alarm(struct alarm_count *counts, size_t *n, const json_t *alarm)
{
	const char *kind = fact_text(alarm, "kind", "unknown");
	enum level level = level_from_name(fact_text(alarm, "level", ""));
	size_t i = 0;

	if (*n >= ALARM_KINDS - N_LEVELS) {
		kind = "other";
	}
	while (i < *n && (counts[i].level != level ||
	                     strcmp(counts[i].kind, kind) != 0)) {
		i++;
	}
	if (i == *n && *n < ALARM_KINDS) {
		counts[(*n)++] =
		    (struct alarm_count){.kind = kind, .level = level};
	}
	if (i < *n) {
		counts[i].n++;
	}
}

static void
alarms(const struct metrics *m)
{
	const json_t *rows = fact_array(m->status, "alarms");
	struct alarm_count counts[ALARM_KINDS];
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		count_alarm(counts, &n, json_array_get(rows, i));
	}
	metrics_family(m->out, "zonegate_alarms", "gauge", NULL,
	    "Alarms that are on, by kind and level.");
	for (size_t i = 0; i < n; i++) {
		fputs("zonegate_alarms{", m->out);
		metrics_label(m->out, "kind", counts[i].kind);
		fprintf(m->out, ",level=\"%s\"} %zu\n",
		    level_name(counts[i].level), counts[i].n);
	}
}

/* The same series twice would make the whole page invalid. */
static bool
choose_zones(struct metrics *m)
{
	const json_t *all = fact_array(m->status, "zones");
	json_t *seen = json_object();

	m->zones = calloc(json_array_size(all) + 1, sizeof(*m->zones));
	if (m->zones == NULL || seen == NULL) {
		json_decref(seen);
		return false;
	}
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *zone = json_array_get(all, i);
		const char *name = metrics_zone(zone);

		if (name[0] != '\0' && strlen(name) < LABEL_MOST &&
		    json_object_get(seen, name) == NULL) {
			json_object_set_new(seen, name, json_true());
			m->zones[m->n_zones++] = zone;
		}
	}
	json_decref(seen);
	return true;
}

static bool
write_metrics(FILE *out, const json_t *status)
{
	struct metrics m = {
	    .out = out, .status = status, .now_s = fact_time(status, "at")};

	up(out, status != NULL);
	if (status == NULL) {
		fputs("# EOF\n", out);
		return true;
	}
	if (!choose_zones(&m)) {
		free(m.zones);
		return false;
	}
	build(&m);
	levels(&m);
	gate_figures(&m);
	gate_moments(&m);
	alarms(&m);
	metrics_zones(&m);
	fputs("# EOF\n", out);
	free(m.zones);
	return true;
}

char *
metrics_text(const json_t *status, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);

	if (out == NULL) {
		*length = 0;
		return NULL;
	}
	return fact_finish(out, write_metrics(out, status), &text, length);
}

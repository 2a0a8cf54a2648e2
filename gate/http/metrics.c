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
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/health_facts.h"
#include "http/health_words.h"

/* Longer than any name; the rest of a value is left out. */
#define LABEL_MOST 1100
/* Kinds of alarm that are on, told apart. */
#define ALARM_KINDS 64

struct writer {
	FILE *out;
	const json_t *status;
	const json_t **zones; /* with a name, each name once */
	size_t n_zones;
	int64_t now_s;
};

/* TYPE is NULL for a counter, see above; UNIT is NULL for none. */
static void
family(FILE *out, const char *name, const char *type, const char *unit,
    const char *help)
{
	if (type != NULL) {
		fprintf(out, "# TYPE %s %s\n", name, type);
	}
	if (unit != NULL) {
		fprintf(out, "# UNIT %s %s\n", name, unit);
	}
	fprintf(out, "# HELP %s %s\n", name, help);
}

/* Whole characters only: a value that is cut must stay UTF-8. */
static void
label(FILE *out, const char *name, const char *value)
{
	char text[LABEL_MOST];

	snprintf(text, sizeof(text), "%s", value);
	fact_mend(text);
	fprintf(out, "%s=\"", name);
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\n') {
			fputs("\\n", out);
		} else if (*at == '"' || *at == '\\') {
			fprintf(out, "\\%c", *at);
		} else {
			fputc((unsigned char)*at < 0x20 ? ' ' : *at, out);
		}
	}
	fputc('"', out);
}

static const char *
name_of(const json_t *zone)
{
	return fact_text(zone, "zone", "");
}

/* Whole numbers without an exponent. */
static void
number(FILE *out, double value)
{
	fprintf(out,
	    fabs(value) < 1e15 && value == floor(value) ? " %.0f\n" : " %.9g\n",
	    value);
}

static void
zone_value(FILE *out, const char *metric, const json_t *zone, double value)
{
	fprintf(out, "%s{", metric);
	label(out, "zone", name_of(zone));
	fputc('}', out);
	number(out, value);
}

static void
up(FILE *out, bool answers)
{
	family(out, "zonegate_up", "gauge", NULL,
	    "Whether the daemon answers: 1 or 0.");
	fprintf(out, "zonegate_up %d\n", answers ? 1 : 0);
}

static void
build(const struct writer *w)
{
	const json_t *gate = fact_object(w->status, "gate");

	family(w->out, "zonegate_build_info", "gauge", NULL,
	    "Always 1; versions of zonegate and of the two validators' "
	    "libraries.");
	fputs("zonegate_build_info{", w->out);
	label(w->out, "version", fact_text(w->status, "version", "unknown"));
	fputc(',', w->out);
	label(w->out, "ldns", fact_text(gate, "ldns", "unknown"));
	fputc(',', w->out);
	label(w->out, "unbound", fact_text(gate, "unbound", "unknown"));
	fputs("} 1\n", w->out);
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
levels(const struct writer *w)
{
	static const char *const level_words[] = {"ok", "warning", "critical"};
	static const char *const gate_words[] = {
	    "ok", "clock-suspect", "broken", "unknown"};
	const json_t *gate = fact_object(w->status, "gate");

	family(w->out, "zonegate_level", "gauge", NULL,
	    "How bad it is on the whole: 1 for the level that it has.");
	one_of(w->out, "zonegate_level", "level", level_words, 3,
	    fact_text(w->status, "level", "critical"));
	family(w->out, "zonegate_gate_state", "gauge", NULL,
	    "State of the gate itself: 1 for the state that it is in.");
	one_of(w->out, "zonegate_gate_state", "state", gate_words, 4,
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
gate_figures(const struct writer *w)
{
	const json_t *gate = fact_object(w->status, "gate");

	for (size_t i = 0; i < sizeof(gate_numbers) / sizeof(*gate_numbers);
	     i++) {
		const json_t *value =
		    json_object_get(gate, gate_numbers[i].key);
		double figure = json_is_true(value) ? 1 : 0;

		if (!json_is_boolean(value) &&
		    !fact_number(gate, gate_numbers[i].key, &figure)) {
			continue;
		}
		family(w->out, gate_numbers[i].metric, "gauge",
		    gate_numbers[i].unit, gate_numbers[i].help);
		fputs(gate_numbers[i].metric, w->out);
		number(w->out, figure);
	}
}

static void
gate_moment(const struct writer *w, const json_t *from, const char *key,
    const char *metric, const char *help)
{
	int64_t at = fact_time(from, key);

	if (at != 0) {
		family(w->out, metric, "gauge", "seconds", help);
		fprintf(w->out, "%s %" PRId64 "\n", metric, at);
	}
}

static void
gate_moments(const struct writer *w)
{
	const json_t *gate = fact_object(w->status, "gate");

	gate_moment(w, w->status, "started", "zonegate_start_timestamp_seconds",
	    "When the daemon was started.");
	gate_moment(w, gate, "heartbeat_at",
	    "zonegate_heartbeat_timestamp_seconds",
	    "When the daemon last did its rounds.");
	gate_moment(w, gate, "canary_at", "zonegate_canary_timestamp_seconds",
	    "When the gate last judged its own test zones.");
}

static void
zone_states(const struct writer *w)
{
	family(w->out, "zonegate_zone_state", "gauge", NULL,
	    "State of a zone: 1 for the state that it is in.");
	for (size_t i = 0; i < w->n_zones; i++) {
		const struct state *in =
		    state_of_zone(fact_text(w->zones[i], "state", ""));

		for (size_t row = 0; state_row(row) != NULL; row++) {
			const char *name = state_row(row)->name;

			fputs("zonegate_zone_state{", w->out);
			label(w->out, "zone", name_of(w->zones[i]));
			fprintf(w->out, ",state=\"%s\"} %d\n",
			    name[0] != '\0' ? name : "unknown",
			    state_row(row) == in ? 1 : 0);
		}
	}
}

static bool
read_headroom(const json_t *zone, int64_t now_s, double *value)
{
	(void)now_s;
	return fact_number(fact_object(zone, "published"), "headroom_seconds",
	    value);
}

static bool
read_expiry(const json_t *zone, int64_t now_s, double *value)
{
	(void)now_s;
	*value = (double)fact_time(fact_object(zone, "published"), "expiry");
	return *value > 0;
}

static bool
read_released_at(const json_t *zone, int64_t now_s, double *value)
{
	(void)now_s;
	*value =
	    (double)fact_time(fact_object(zone, "published"), "released_at");
	return *value > 0;
}

static bool
read_last_good_at(const json_t *zone, int64_t now_s, double *value)
{
	(void)now_s;
	*value = (double)fact_time(zone, "last_good_at");
	return *value > 0;
}

/* 0 while nothing waits for a person, so that an alert can be written as a
 * comparison. */
static bool
read_hold_age(const json_t *zone, int64_t now_s, double *value)
{
	const json_t *open = fact_object(zone, "open");
	int64_t since = fact_time(open, "judged_at");

	if (since == 0) {
		since = fact_time(open, "received_at");
	}
	*value = since != 0 && now_s > since ? (double)(now_s - since) : 0;
	return open == NULL || (since != 0 && now_s != 0);
}

static bool
read_claims(const json_t *zone, int64_t now_s, double *value)
{
	(void)now_s;
	return fact_number(zone, "claims", value) && *value >= 0;
}

static bool
read_queued(const json_t *zone, int64_t now_s, double *value)
{
	(void)now_s;
	return fact_number(zone, "queued", value) && *value >= 0;
}

static bool
read_observe(const json_t *zone, int64_t now_s, double *value)
{
	const char *mode = fact_text(zone, "mode", "");

	(void)now_s;
	*value = strcmp(mode, "observe") == 0 ? 1 : 0;
	return mode[0] != '\0';
}

static const struct {
	const char *metric, *unit;
	bool (*read)(const json_t *zone, int64_t now_s, double *value);
	const char *help;
} zone_gauges[] = {
    {"zonegate_hold_age_seconds", "seconds", read_hold_age,
        "For how long a candidate waits for a person; 0 if none does."},
    {"zonegate_earliest_expiry_timestamp_seconds", "seconds", read_expiry,
        "When the first of the published signatures runs out."},
    {"zonegate_headroom_seconds", "seconds", read_headroom,
        "Time left until the first of the published signatures runs out."},
    {"zonegate_last_release_timestamp_seconds", "seconds", read_released_at,
        "When what is published was released."},
    {"zonegate_last_good_timestamp_seconds", "seconds", read_last_good_at,
        "When a candidate was last released by its verdict."},
    {"zonegate_claims", NULL, read_claims,
        "Signatures that both validators judged in the last candidate."},
    {"zonegate_zone_queue_length", NULL, read_queued,
        "Candidates of the zone that wait to be judged."},
    {"zonegate_observe", NULL, read_observe,
        "Whether the zone is only observed, published unjudged: 1 or 0."},
};

static void
zone_figures(const struct writer *w)
{
	for (size_t row = 0; row < sizeof(zone_gauges) / sizeof(*zone_gauges);
	     row++) {
		double value;

		family(w->out, zone_gauges[row].metric, "gauge",
		    zone_gauges[row].unit, zone_gauges[row].help);
		for (size_t i = 0; i < w->n_zones; i++) {
			if (zone_gauges[row].read(w->zones[i], w->now_s,
			        &value)) {
				zone_value(w->out, zone_gauges[row].metric,
				    w->zones[i], value);
			}
		}
	}
}

static const struct {
	const char *metric, *key, *help;
} zone_counters[] = {
    {"zonegate_candidates_received_total", "received", "Candidates received."},
    {"zonegate_candidates_superseded_total", "superseded",
        "Candidates that a newer one replaced before their turn."},
    {"zonegate_releases_total", "released", "Releases, by whatever way."},
    {"zonegate_approvals_total", "approved", "Releases by approval."},
};

static void
counters(const struct writer *w)
{
	int64_t n;

	for (size_t row = 0;
	     row < sizeof(zone_counters) / sizeof(*zone_counters); row++) {
		family(w->out, zone_counters[row].metric, NULL, NULL,
		    zone_counters[row].help);
		for (size_t i = 0; i < w->n_zones; i++) {
			if (fact_integer(fact_object(w->zones[i], "counters"),
			        zone_counters[row].key, &n) &&
			    n >= 0) {
				zone_value(w->out, zone_counters[row].metric,
				    w->zones[i], (double)n);
			}
		}
	}
	family(w->out, "zonegate_disputes_total", NULL, NULL,
	    "Claims on which the validators differed.");
	for (size_t i = 0; i < w->n_zones; i++) {
		if (fact_integer(w->zones[i], "disputes_total", &n) && n >= 0) {
			zone_value(w->out, "zonegate_disputes_total",
			    w->zones[i], (double)n);
		}
	}
}

static void
decisions(const struct writer *w)
{
	static const char *const words[] = {
	    "release", "hold", "block", "disputed", "unjudged"};
	int64_t n;

	family(w->out, "zonegate_decisions_total", NULL, NULL,
	    "Candidates decided, by decision.");
	for (size_t i = 0; i < w->n_zones; i++) {
		const json_t *from = fact_object(w->zones[i], "counters");

		for (size_t word = 0; word < sizeof(words) / sizeof(*words);
		     word++) {
			if (!fact_integer(from, words[word], &n) || n < 0) {
				continue;
			}
			fputs("zonegate_decisions_total{", w->out);
			label(w->out, "zone", name_of(w->zones[i]));
			fprintf(w->out, ",decision=\"%s\"} %" PRId64 "\n",
			    words[word], n);
		}
	}
}

#define BUCKETS_MOST 32

struct histogram {
	double le[BUCKETS_MOST];
	int64_t below[BUCKETS_MOST];
	size_t n;
	int64_t count;
	double sum;
};

/* False unless bounds and counts rise: others would be refused, and with them
 * the whole page. */
static bool
read_histogram(const json_t *durations, struct histogram *h)
{
	const json_t *buckets = fact_array(durations, "buckets");

	h->n = 0;
	if (!fact_integer(durations, "count", &h->count) || h->count < 0 ||
	    !fact_number(durations, "sum", &h->sum) || h->sum < 0 ||
	    json_array_size(buckets) > BUCKETS_MOST) {
		return false;
	}
	for (size_t i = 0; i < json_array_size(buckets); i++) {
		const json_t *row = json_array_get(buckets, i);
		const json_t *le = json_array_get(row, 0);
		const json_t *below = json_array_get(row, 1);

		if (!json_is_number(le) || !json_is_integer(below)) {
			return false;
		}
		h->le[i] = json_number_value(le);
		h->below[i] = json_integer_value(below);
		if (h->below[i] < (i == 0 ? 0 : h->below[i - 1]) ||
		    h->below[i] > h->count ||
		    (i > 0 && h->le[i] <= h->le[i - 1])) {
			return false;
		}
		h->n++;
	}
	return true;
}

/* OpenMetrics 1.0, "Considerations: Canonical Numbers": 1 is "1.0". */
static char *
bound_text(double le, char text[32])
{
	snprintf(text, 32, "%.10g", le);
	if (strspn(text, "0123456789") == strlen(text)) {
		snprintf(text, 32, "%.1f", le);
	}
	return text;
}

static void
bucket(FILE *out, const json_t *zone, const char *le, int64_t n)
{
	fputs("zonegate_judge_duration_seconds_bucket{", out);
	label(out, "zone", name_of(zone));
	fprintf(out, ",le=\"%s\"} %" PRId64 "\n", le, n);
}

static void
durations(const struct writer *w)
{
	static const char metric[] = "zonegate_judge_duration_seconds";
	struct histogram h;
	char text[32];

	family(w->out, metric, "histogram", "seconds",
	    "How long judging a candidate took.");
	for (size_t i = 0; i < w->n_zones; i++) {
		if (!read_histogram(fact_object(w->zones[i], "durations"),
		        &h)) {
			continue;
		}
		for (size_t b = 0; b < h.n; b++) {
			bucket(w->out, w->zones[i], bound_text(h.le[b], text),
			    h.below[b]);
		}
		bucket(w->out, w->zones[i], "+Inf", h.count);
		zone_value(w->out, "zonegate_judge_duration_seconds_count",
		    w->zones[i], (double)h.count);
		zone_value(w->out, "zonegate_judge_duration_seconds_sum",
		    w->zones[i], h.sum);
	}
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
alarms(const struct writer *w)
{
	const json_t *rows = fact_array(w->status, "alarms");
	struct alarm_count counts[ALARM_KINDS];
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		count_alarm(counts, &n, json_array_get(rows, i));
	}
	family(w->out, "zonegate_alarms", "gauge", NULL,
	    "Alarms that are on, by kind and level.");
	for (size_t i = 0; i < n; i++) {
		fputs("zonegate_alarms{", w->out);
		label(w->out, "kind", counts[i].kind);
		fprintf(w->out, ",level=\"%s\"} %zu\n",
		    level_name(counts[i].level), counts[i].n);
	}
}

/* The same series twice would make the whole page invalid. */
static bool
choose_zones(struct writer *w)
{
	const json_t *all = fact_array(w->status, "zones");
	json_t *seen = json_object();

	w->zones = calloc(json_array_size(all) + 1, sizeof(*w->zones));
	if (w->zones == NULL || seen == NULL) {
		json_decref(seen);
		return false;
	}
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *zone = json_array_get(all, i);
		const char *name = name_of(zone);

		if (name[0] != '\0' && strlen(name) < LABEL_MOST &&
		    json_object_get(seen, name) == NULL) {
			json_object_set_new(seen, name, json_true());
			w->zones[w->n_zones++] = zone;
		}
	}
	json_decref(seen);
	return true;
}

static bool
write_metrics(FILE *out, const json_t *status)
{
	struct writer w = {
	    .out = out, .status = status, .now_s = fact_time(status, "at")};

	up(out, status != NULL);
	if (status == NULL) {
		fputs("# EOF\n", out);
		return true;
	}
	if (!choose_zones(&w)) {
		free(w.zones);
		return false;
	}
	build(&w);
	levels(&w);
	gate_figures(&w);
	gate_moments(&w);
	alarms(&w);
	zone_states(&w);
	zone_figures(&w);
	counters(&w);
	decisions(&w);
	durations(&w);
	fputs("# EOF\n", out);
	free(w.zones);
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

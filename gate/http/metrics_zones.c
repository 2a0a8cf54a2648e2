/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metrics_zones.c -- what there is to count of each zone.
 */
#include <inttypes.h>
#include <string.h>

#include "http/health_facts.h"
#include "http/health_words.h"
#include "http/metrics_write.h"

static void
zone_value(FILE *out, const char *metric, const json_t *zone, double value)
{
	fprintf(out, "%s{", metric);
	metrics_label(out, "zone", metrics_zone(zone));
	fputc('}', out);
	metrics_number(out, value);
}

static void
zone_states(const struct metrics *m)
{
	metrics_family(m->out, "zonegate_zone_state", "gauge", NULL,
	    "State of a zone: 1 for the state that it is in.");
	for (size_t i = 0; i < m->n_zones; i++) {
		const struct state *in =
		    state_of_zone(fact_text(m->zones[i], "state", ""));

		for (size_t row = 0; state_row(row) != NULL; row++) {
			const char *name = state_row(row)->name;

			fputs("zonegate_zone_state{", m->out);
			metrics_label(m->out, "zone",
			    metrics_zone(m->zones[i]));
			fprintf(m->out, ",state=\"%s\"} %d\n",
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
zone_figures(const struct metrics *m)
{
	for (size_t row = 0; row < sizeof(zone_gauges) / sizeof(*zone_gauges);
	     row++) {
		double value;

		metrics_family(m->out, zone_gauges[row].metric, "gauge",
		    zone_gauges[row].unit, zone_gauges[row].help);
		for (size_t i = 0; i < m->n_zones; i++) {
			if (zone_gauges[row].read(m->zones[i], m->now_s,
			        &value)) {
				zone_value(m->out, zone_gauges[row].metric,
				    m->zones[i], value);
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
counters(const struct metrics *m)
{
	int64_t n;

	for (size_t row = 0;
	     row < sizeof(zone_counters) / sizeof(*zone_counters); row++) {
		metrics_family(m->out, zone_counters[row].metric, NULL, NULL,
		    zone_counters[row].help);
		for (size_t i = 0; i < m->n_zones; i++) {
			if (fact_integer(fact_object(m->zones[i], "counters"),
			        zone_counters[row].key, &n) &&
			    n >= 0) {
				zone_value(m->out, zone_counters[row].metric,
				    m->zones[i], (double)n);
			}
		}
	}
	metrics_family(m->out, "zonegate_disputes_total", NULL, NULL,
	    "Claims on which the validators differed.");
	for (size_t i = 0; i < m->n_zones; i++) {
		if (fact_integer(m->zones[i], "disputes_total", &n) && n >= 0) {
			zone_value(m->out, "zonegate_disputes_total",
			    m->zones[i], (double)n);
		}
	}
}

static void
decisions(const struct metrics *m)
{
	static const char *const words[] = {
	    "release", "hold", "block", "disputed", "unjudged"};
	int64_t n;

	metrics_family(m->out, "zonegate_decisions_total", NULL, NULL,
	    "Candidates decided, by decision.");
	for (size_t i = 0; i < m->n_zones; i++) {
		const json_t *from = fact_object(m->zones[i], "counters");

		for (size_t word = 0; word < sizeof(words) / sizeof(*words);
		     word++) {
			if (!fact_integer(from, words[word], &n) || n < 0) {
				continue;
			}
			fputs("zonegate_decisions_total{", m->out);
			metrics_label(m->out, "zone",
			    metrics_zone(m->zones[i]));
			fprintf(m->out, ",decision=\"%s\"} %" PRId64 "\n",
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
	metrics_label(out, "zone", metrics_zone(zone));
	fprintf(out, ",le=\"%s\"} %" PRId64 "\n", le, n);
}

static void
durations(const struct metrics *m)
{
	static const char metric[] = "zonegate_judge_duration_seconds";
	struct histogram h;
	char text[32];

	metrics_family(m->out, metric, "histogram", "seconds",
	    "How long judging a candidate took.");
	for (size_t i = 0; i < m->n_zones; i++) {
		if (!read_histogram(fact_object(m->zones[i], "durations"),
		        &h)) {
			continue;
		}
		for (size_t b = 0; b < h.n; b++) {
			bucket(m->out, m->zones[i], bound_text(h.le[b], text),
			    h.below[b]);
		}
		bucket(m->out, m->zones[i], "+Inf", h.count);
		zone_value(m->out, "zonegate_judge_duration_seconds_count",
		    m->zones[i], (double)h.count);
		zone_value(m->out, "zonegate_judge_duration_seconds_sum",
		    m->zones[i], h.sum);
	}
}

void
metrics_zones(const struct metrics *m)
{
	zone_states(m);
	zone_figures(m);
	counters(m);
	decisions(m);
	durations(m);
}

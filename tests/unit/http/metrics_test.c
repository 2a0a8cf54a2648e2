/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "http/metrics.h"

/* The metrics of TEXT, JSON with ' for "; NULL is a silent daemon. */
static char *
metrics_of(const char *text)
{
	char *json = text != NULL ? strdup(text) : NULL;
	json_t *status = NULL;
	size_t length;

	if (json != NULL) {
		for (char *at = json; *at != '\0'; at++) {
			*at = *at == '\'' ? '"' : *at;
		}
		status = json_loads(json, JSON_DECODE_ANY, NULL);
		cr_assert_not_null(status);
	}
	char *made = metrics_text(status, &length);

	cr_assert_not_null(made);
	cr_assert_eq(strlen(made), length);
	cr_assert_gt(length, 6);
	cr_assert_str_eq(made + length - 6, "# EOF\n");
	json_decref(status);
	free(json);
	return made;
}

/* True if LINE is one of the lines of METRICS. */
static bool
has_line(const char *metrics, const char *line)
{
	size_t length = strlen(line);

	for (const char *at = metrics; (at = strstr(at, line)) != NULL;
	     at += length) {
		if ((at == metrics || at[-1] == '\n') && at[length] == '\n') {
			return true;
		}
	}
	return false;
}

Test(metrics, a_silent_daemon_is_not_up)
{
	char *metrics = metrics_of(NULL);

	cr_assert(has_line(metrics, "zonegate_up 0"));
	free(metrics);
}

Test(metrics, figures_of_a_zone)
{
	static const char *const lines[] = {"zonegate_up 1",
	    "zonegate_level{level=\"warning\"} 1",
	    "zonegate_level{level=\"ok\"} 0",
	    "zonegate_gate_state{state=\"ok\"} 1", "zonegate_queue_length 3",
	    "zonegate_disk_free_bytes 41200000000",
	    "zonegate_uploads_accepted 0",
	    "zonegate_heartbeat_timestamp_seconds 1795316400",
	    "zonegate_alarms{kind=\"hook-failed\",level=\"warning\"} 2",
	    "zonegate_zone_state{zone=\"a.\",state=\"held\"} 1",
	    "zonegate_zone_state{zone=\"a.\",state=\"released\"} 0",
	    "zonegate_hold_age_seconds{zone=\"a.\"} 7200",
	    "zonegate_headroom_seconds{zone=\"a.\"} -5",
	    "zonegate_earliest_expiry_timestamp_seconds{zone=\"a.\"} "
	    "1795316400",
	    "zonegate_claims{zone=\"a.\"} 1110",
	    "zonegate_disputes_total{zone=\"a.\"} 2",
	    "zonegate_candidates_received_total{zone=\"a.\"} 120",
	    "zonegate_decisions_total{zone=\"a.\",decision=\"hold\"} 4",
	    "zonegate_judge_duration_seconds_bucket{zone=\"a.\",le=\"0.1\"} 1",
	    "zonegate_judge_duration_seconds_bucket{zone=\"a.\",le=\"1.0\"} 2",
	    "zonegate_judge_duration_seconds_bucket{zone=\"a.\",le=\"+Inf\"} 3",
	    "zonegate_judge_duration_seconds_count{zone=\"a.\"} 3",
	    "zonegate_judge_duration_seconds_sum{zone=\"a.\"} 4.25"};
	char *metrics =
	    metrics_of("{'level':'warning','at':'2026-11-22T03:00:00Z','gate':{"
	               "'state':"
	               "'ok','queue':3,'disk_free':41200000000,'uploads':false,"
	               "'heartbeat_at':'2026-11-22T03:00:00Z'},'alarms':[{'"
	               "kind':"
	               "'hook-failed','level':'warning'},{'kind':'hook-failed',"
	               "'level':"
	               "'warning'}],'zones':[{'zone':'a.','state':'held','open'"
	               ":{"
	               "'judged_at':'2026-11-22T01:00:00Z'},'published':{"
	               "'headroom_seconds':-5,'expiry':'2026-11-22T03:00:00Z'},"
	               "'claims':"
	               "1110,'disputes_total':2,'counters':{'received':120,'"
	               "hold':4},"
	               "'durations':{'count':3,'sum':4.25,'buckets':[[0.1,1],["
	               "1,2]]}}]}");

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		cr_assert(has_line(metrics, lines[i]), "%s\n%s", lines[i],
		    metrics);
	}
	free(metrics);
}

Test(metrics, nothing_waits_is_a_hold_age_of_0)
{
	char *metrics = metrics_of("{'zones':[{'zone':'a.','open':null}]}");

	cr_assert(has_line(metrics,
	    "zonegate_hold_age_seconds{zone=\"a.\"} 0"));
	free(metrics);
}

Test(metrics, label_values_are_escaped)
{
	char *metrics =
	    metrics_of("{'zones':[{'zone':'a\\u0022b\\\\c\\nd\\u0001.'}]}");

	cr_assert(has_line(metrics,
	    "zonegate_zone_state{zone=\"a\\\"b\\\\c\\nd .\",state=\"unknown\"} "
	    "1"));
	free(metrics);
}

Test(metrics, what_is_missing_or_odd_is_left_out)
{
	static const char *const rows[] = {"{}", "[]", "7",
	    "{'gate':7,'zones':{},'alarms':7}",
	    "{'zones':[7,{},{'zone':7},{'zone':''}]}"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *metrics = metrics_of(rows[i]);

		cr_assert_null(strstr(metrics, "{zone="), "%s", rows[i]);
		cr_assert(has_line(metrics,
		    "zonegate_gate_state{state=\"unknown\"} 1"));
		cr_assert(has_line(metrics,
		    "zonegate_level{level=\"critical\"} 1"));
		free(metrics);
	}
}

Test(metrics, a_zone_named_twice_is_there_once)
{
	char *metrics = metrics_of("{'zones':[{'zone':'a.','claims':1},{"
	                           "'zone':'a.','claims':2}]}");

	cr_assert(has_line(metrics, "zonegate_claims{zone=\"a.\"} 1"));
	cr_assert_not(has_line(metrics, "zonegate_claims{zone=\"a.\"} 2"));
	free(metrics);
}

Test(metrics, a_histogram_that_is_none_is_left_out)
{
	static const char *const rows[] = {
	    "{'count':1,'sum':1,'buckets':[[1,2]]}",
	    "{'count':3,'sum':1,'buckets':[[1,2],[2,1]]}",
	    "{'count':3,'sum':1,'buckets':[[2,1],[1,2]]}",
	    "{'count':3,'sum':1,'buckets':[[1,1.5]]}",
	    "{'count':3,'sum':-1,'buckets':[]}", "{'count':-3,'sum':1}",
	    "{'count':3,'sum':1,'buckets':[7]}", "7"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];

		snprintf(text, sizeof(text),
		    "{'zones':[{'zone':'a.','durations':%s}]}", rows[i]);
		char *metrics = metrics_of(text);

		cr_assert_null(strstr(metrics, "_bucket{"), "%s", rows[i]);
		free(metrics);
	}
}

Test(metrics, kinds_of_alarm_are_bounded)
{
	json_t *status = json_pack("{s:[]}", "alarms");
	json_t *alarms = json_object_get(status, "alarms");
	size_t length, n = 0;

	for (int i = 0; i < 1000; i++) {
		char kind[32];

		snprintf(kind, sizeof(kind), "kind-%d", i);
		json_array_append_new(alarms, json_pack("{s:s}", "kind", kind));
	}
	char *metrics = metrics_text(status, &length);

	for (const char *at = metrics;
	     (at = strstr(at, "zonegate_alarms{")) != NULL; at++) {
		n++;
	}
	cr_assert_leq(n, 64);
	cr_assert_not_null(strstr(metrics, "kind=\"other\""));
	free(metrics);
	json_decref(status);
}

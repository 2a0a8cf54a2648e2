/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "http/health.h"
#include "http/health_facts.h"
#include "http/openapi.h"

static json_t *
read_json(const char *text)
{
	json_error_t error;
	char *json = strdup(text);

	for (char *at = json; *at != '\0'; at++) {
		*at = *at == '\'' ? '"' : *at;
	}
	json_t *read = json_loads(json, JSON_DECODE_ANY, &error);

	cr_assert_not_null(read, "%s", error.text);
	free(json);
	return read;
}

/* The health of TEXT, JSON with ' for "; NULL is a silent daemon. */
static json_t *
health_of(const char *text, int *http_status)
{
	json_t *status = text != NULL ? read_json(text) : NULL;
	size_t length;
	char *made = health_json(status, http_status, &length);

	cr_assert_not_null(made);
	cr_assert_eq(strlen(made), length);
	json_t *health = json_loads(made, 0, NULL);

	cr_assert(json_is_object(health));
	free(made);
	json_decref(status);
	return health;
}

static const char *
problem(const json_t *health, size_t i, const char *key)
{
	return fact_text(json_array_get(fact_array(health, "problems"), i), key,
	    "none");
}

#define GOOD "'gate':{'state':'ok'},'alarms':[]"

Test(health, is_200_unless_something_is_critical)
{
	static const struct {
		const char *status;
		int http_status;
	} rows[] = {
	    {"{'level':'ok'," GOOD ",'zones':[]}", 200},
	    {"{'level':'warning'," GOOD ",'zones':[{'zone':'a.','state':"
	     "'held','level':'warning'}]}",
	        200},
	    {"{'level':'critical'," GOOD "}", 503},
	    {"{'level':'ok'," GOOD ",'zones':[{'zone':'a.','state':"
	     "'blocked','level':'critical'}]}",
	        503},
	    {"{'level':'ok','gate':{'state':'broken'}}", 503},
	    {"{'level':'ok','gate':{'state':'clock-suspect'}}", 503},
	    {"{'level':'ok'}", 503},
	    {"{'level':7," GOOD "}", 503},
	    {"{}", 503},
	    {"[]", 503},
	    {NULL, 503},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int http_status;

		json_decref(health_of(rows[i].status, &http_status));
		cr_assert_eq(http_status, rows[i].http_status, "row %zu", i);
	}
}

Test(health, tells_the_kinds_of_trouble_apart)
{
	static const char *const rows[][2] = {
	    {"blocked", "zone bad"},
	    {"held", "zone held"},
	    {"disputed", "disputed"},
	    {"unjudged", "unjudged"},
	    {"quarantined", "quarantined"},
	    {"gate-broken", "gate broken"},
	    {"stale", "stale"},
	    {"empty", "empty"},
	    {"nonsense", "unknown"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];
		int http_status;

		snprintf(text, sizeof(text),
		    "{'level':'warning'," GOOD
		    ",'zones':[{'zone':'a.','state':'%s','level':'warning'}]}",
		    rows[i][0]);
		json_t *health = health_of(text, &http_status);

		cr_assert_str_eq(problem(health, 0, "kind"), rows[i][1]);
		cr_assert_str_eq(problem(health, 0, "zone"), "a.");
		json_decref(health);
	}
}

/* Fails unless the problems of HEALTH are of these KINDS, in this order. */
static void
expect(json_t *health, const char *const *kinds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cr_assert_str_eq(problem(health, i, "kind"), kinds[i]);
	}
	cr_assert_eq(json_array_size(fact_array(health, "problems")), n);
}

#define CLOCK "'gate':{'state':'clock-suspect','why':'back by 1 h'}"
#define ALARM(kind, zone, level)                                               \
	"{'kind':'" kind "','zone':'" zone "','level':'" level                 \
	"','text':'" zone ": " kind "','since':'2026-11-22T01:00:00Z'}"
#define ZONE(zone, state, level)                                               \
	"{'zone':'" zone "','state':'" state "','level':'" level               \
	"','until':'2026-11-23T01:00:00Z','text':'its worst alarm'}"

Test(health, has_the_worst_first_and_the_gate_before_it)
{
	static const char *const kinds[] = {"clock suspect",
	    "signatures-expired", "zone bad", "disk-low", "hook-failed",
	    "zone held"};
	int http_status;
	json_t *health = health_of("{'level':'critical'," CLOCK ",'alarms':["
	    /**/ ALARM("signatures-expired", "b.", "critical") ","
	    /**/ ALARM("zone-blocked", "b.", "critical") ","
	    /**/ ALARM("clock-suspect", "", "critical") ","
	    /**/ ALARM("disk-low", "", "critical") ","
	    /**/ ALARM("hook-failed", "c.", "warning") ","
	    /**/ ALARM("zone-held", "a.", "warning") "],'zones':["
	    /**/ ZONE("b.", "blocked", "critical") ","
	    /**/ ZONE("a.", "held", "warning") ","
	    /**/ ZONE("c.", "released", "warning") "]}",
	    &http_status);

	expect(health, kinds, sizeof(kinds) / sizeof(kinds[0]));
	cr_assert_str_eq(problem(health, 0, "what"), "back by 1 h");
	cr_assert_str_eq(problem(health, 0, "since"), "2026-11-22T01:00:00Z");
	/* A state's words are its own alarm's, not the zone's worst one's. */
	cr_assert_str_eq(problem(health, 2, "what"), "zone-blocked");
	cr_assert_str_eq(problem(health, 2, "until"), "2026-11-23T01:00:00Z");
	json_decref(health);
}

Test(health, a_state_that_no_alarm_tells_is_a_problem_too)
{
	static const char *const kinds[] = {
	    "zone bad", "hook-failed", "zone held"};
	int http_status;
	json_t *health =
	    health_of("{'level':'ok','gate':{'state':'ok'},'alarms':["
	        /**/ ALARM("hook-failed", "a.", "warning") "],'zones':["
	        /**/ ZONE("a.", "held", "ok") ","
	        /**/ ZONE("b.", "blocked", "critical") "]}",
	        &http_status);

	expect(health, kinds, sizeof(kinds) / sizeof(kinds[0]));
	cr_assert_str_eq(problem(health, 0, "what"), "its worst alarm");
	cr_assert_str_neq(problem(health, 2, "what"), "its worst alarm");
	cr_assert_eq(http_status, 503);
	json_decref(health);
}

Test(health, a_zone_may_be_empty_until_the_daemon_minds)
{
	static const char *const kinds[] = {"empty"};
	int http_status;
	json_t *health = health_of("{'level':'warning'," GOOD ",'zones':["
	    /**/ ZONE("a.", "empty", "ok") ","
	    /**/ ZONE("b.", "empty", "warning") "]}",
	    &http_status);

	expect(health, kinds, 1);
	cr_assert_str_eq(problem(health, 0, "zone"), "b.");
	json_decref(health);
}

Test(health, zones_that_wait_for_the_gate_are_not_all_named)
{
	static const char *const kinds[] = {"gate broken"};
	int http_status;
	json_t *health =
	    health_of("{'level':'critical','gate':{'state':'broken'},'zones':["
	        /**/ ZONE("a.", "gate-broken", "ok") ","
	        /**/ ZONE("b.", "gate-broken", "ok") "]}",
	        &http_status);

	expect(health, kinds, 1);
	json_decref(health);
}

Test(health, says_what_to_do)
{
	int http_status;
	json_t *health = health_of("{'level':'warning'," GOOD
	                           ",'zones':[{'zone':'a.','state':'held','"
	                           "level':'warning','open':{"
	                           "'id':12}},{'zone':'b.','state':'disputed','"
	                           "level':'warning',"
	                           "'open':{'id':13}}]}",
	    &http_status);

	cr_assert_not_null(strstr(problem(health, 0, "do"),
	    "zonegate approve --reason '...' 12"));
	cr_assert_not_null(strstr(problem(health, 1, "do"),
	    "zonegate approve --break-glass --reason '...' 13"));
	json_decref(health);
}

Test(health, counts_zones_by_state)
{
	int http_status;
	json_t *health =
	    health_of("{'level':'ok'," GOOD ",'zones':[{'state':'released','"
	              "level':'ok'},{'state':'released',"
	              "'level':'ok'},{'state':'x'},7]}",
	        &http_status);
	const json_t *counts = fact_object(health, "zones");

	cr_assert_eq(json_integer_value(json_object_get(counts, "released")),
	    2);
	cr_assert_eq(json_integer_value(json_object_get(counts, "unknown")), 2);
	cr_assert_eq(json_integer_value(json_object_get(counts, "total")), 4);
	json_decref(health);
}

Test(health, long_texts_stay_whole_characters)
{
	for (size_t shift = 0; shift < 4; shift++) {
		char text[6000], status[8000];
		int http_status;

		memset(text, 'a', shift);
		for (size_t i = shift; i + 4 < sizeof(text); i += 4) {
			memcpy(text + i, "\xf0\x9f\x94\x92", 5);
		}
		snprintf(status, sizeof(status),
		    "{'level':'critical','gate':{'state':'broken','why':'%s'},"
		    "'zones':[{'zone':'a.','state':'held'}]}",
		    text);
		json_decref(health_of(status, &http_status));
		cr_assert_eq(http_status, 503);
	}
}

Test(health, mends_the_end_of_a_text)
{
	static const char *const rows[][2] = {{"", ""}, {"a", "a"},
	    {"a\xc3", "a"}, {"a\xc3\xa4", "a\xc3\xa4"}, {"\xe2\x80", ""},
	    {"\xf0\x9f\x94", ""},
	    {"\x80\x80\x80\x80\x80", "\x80\x80\x80\x80\x80"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[16];

		snprintf(text, sizeof(text), "%s", rows[i][0]);
		fact_mend(text);
		cr_assert_str_eq(text, rows[i][1], "row %zu", i);
	}
}

Test(openapi, is_json_of_version_3_1)
{
	size_t length;
	const char *text = openapi_json(&length);
	json_t *read = json_loadb(text, length, 0, NULL);

	cr_assert_eq(strlen(text), length);
	cr_assert_str_eq(fact_text(read, "openapi", ""), "3.1.0");
	cr_assert_not_null(fact_object(fact_object(fact_object(read, "paths"),
	                                   "/v1/zones/{zone}/candidate"),
	    "put"));
	json_decref(read);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "http/page.h"
#include "http/page_parts.h"

/* The page of TEXT, JSON with ' for ". */
static char *
page_of(const char *text)
{
	json_error_t error;
	char *json = strdup(text);
	size_t length;

	for (char *at = json; *at != '\0'; at++) {
		*at = *at == '\'' ? '"' : *at;
	}
	json_t *status = json_loads(json, JSON_DECODE_ANY, &error);

	cr_assert_not_null(status, "%s", error.text);
	char *page = page_html(status, &length);

	cr_assert_not_null(page);
	cr_assert_eq(strlen(page), length);
	json_decref(status);
	free(json);
	return page;
}

#define ZONE(state, more)                                                      \
	"{'level':'ok','at':'2026-11-22T03:00:00Z','gate':{'state':'ok'},"     \
	"'alarms':[],'zones':[{'zone':'shop.','state':'" state                 \
	"','level':'ok'" more "}]}"

static bool
has(const char *page, const char *text)
{
	return strstr(page, text) != NULL;
}

Test(page, a_daemon_that_is_silent_is_said_so)
{
	size_t length;
	char *page = page_html(NULL, &length);

	cr_assert(has(page, "GATE DOES NOT ANSWER"));
	cr_assert(has(page, "systemctl"));
	free(page);
}

Test(page, all_well_is_said_only_when_it_is)
{
	static const char *const bad[] = {"{}", "[]", "7", "null",
	    "{'zones':7}", "{'level':'ok'}",
	    "{'level':'ok','gate':{'state':'broken'}}",
	    "{'level':'ok','gate':{'state':7}}",
	    "{'level':'critical','gate':{'state':'ok'}}", ZONE("held", ""),
	    ZONE("nonsense", ""),
	    "{'level':'ok','gate':{'state':'ok'},'zones':[7]}",
	    "{'level':'ok','gate':{'state':'ok'},'alarms':[{}]}"};

	char *page = page_of(ZONE("released", ""));

	cr_assert(has(page, "All is well"));
	free(page);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		page = page_of(bad[i]);
		cr_assert_not(has(page, "All is well"), "%s", bad[i]);
		free(page);
	}
}

Test(page, what_comes_from_outside_is_escaped)
{
	char *page = page_of("{'level':'warning','gate':{'state':'ok',"
	                     "'ldns':'<u>'},'version':'<v>','alarms':[{'kind':"
	                     "'<k>','zone':'<z>','detail':'<d>','text':'<t>'}],"
	                     "'zones':[{'zone':'a<b>&\\u0027\\\"c.','state':"
	                     "'held','text':'<script>alert(1)</script>','open':"
	                     "{'id':7,'released_by':'<r>'},'published':{"
	                     "'released_by':'<p>'}},{'zone':'<row>','state':"
	                     "'released','level':'ok'}]}");

	cr_assert(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	cr_assert(has(page, "/zones/a%3Cb%3E%26%27%22c."));
	cr_assert(has(page, "a&lt;b&gt;&amp;&#39;&quot;c."));
	static const char *const never[] = {"<script", "<k>", "<z>", "<d>",
	    "<t>", "<u>", "<v>", "<r>", "<row>", "<p>ve", "<p>\n"};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		cr_assert_not(has(page, never[i]), "%s", never[i]);
	}
	free(page);
}

Test(page, names_cannot_run_backwards)
{
	char *page = page_of("{'level':'critical','gate':{'state':'broken','"
	                     "why':'a\\u202eb"
	                     "\\u2066c\\u200fd\\u0085e\\u061cf\\u0007g'}}");

	cr_assert(has(page,
	    "a&#xfffd;b&#xfffd;c&#xfffd;d&#xfffd;e&#xfffd;f g"));
	free(page);
}

Test(page, a_long_text_is_cut_between_characters)
{
	char text[9001], want[32];
	FILE *out;
	char *made;
	size_t length;

	text[0] = 'a';
	for (size_t i = 1; i + 1 < sizeof(text); i += 2) {
		memcpy(text + i, "\xc3\xa4", 2);
	}
	text[sizeof(text) - 2] = '\0';
	out = open_memstream(&made, &length);
	part_text(out, text);
	fclose(out);
	snprintf(want, sizeof(want), "\xc3\xa4&hellip;");
	cr_assert_lt(length, 4100);
	cr_assert_str_eq(made + length - strlen(want), want);
	free(made);
}

Test(page, the_root_zone_has_an_address)
{
	char *page = page_of("{'level':'ok','gate':{'state':'ok'},'zones':[{"
	                     "'zone':'.','state':'released','level':'ok'}]}");

	cr_assert(has(page, "href=\"/zones/@\""));
	free(page);
}

Test(page, time_left_is_counted_from_the_documents_time)
{
	char *page = page_of(ZONE("held",
	    ",'published':{'expiry':'2026-11-22T08:07:00Z','released_at':"
	    "'2026-11-21T03:00:00Z','soa_expire_seconds':604800},'since':"
	    "'2026-11-22T01:00:00Z'"));

	cr_assert(has(page, "<b>5 h 7 min</b>"));
	cr_assert(has(page, "<b>6 d</b>"));
	cr_assert(has(page, "<b>2 h</b>"));
	free(page);
	page = page_of(ZONE("held",
	    ",'published':{'expiry':'2026-11-22T01:00:00Z'}"));
	cr_assert(has(page, "<b>2 h ago</b>"));
	cr_assert(has(page, "RAN OUT"));
	free(page);
}

Test(page, what_is_unknown_reads_unknown)
{
	char *page = page_of(ZONE("held",
	    ",'published':{'expiry':[],'headroom_seconds':'x'},'open':{'id':"
	    "'x','summary':{'counts':7}},'since':7,'until':{}"));

	cr_assert(has(page, "<b>unknown</b>"));
	cr_assert_not(has(page, "zonegate approve"));
	free(page);
}

Test(page, who_is_needed_and_what_to_type_stands_there)
{
	char *page = page_of(ZONE("held", ",'open':{'id':12,'report':true}"));

	cr_assert(has(page, "One named operator"));
	cr_assert(has(page, "<i>approve</i> <i>--reason</i>"));
	cr_assert(has(page, "/v1/candidates/12/report?html"));
	free(page);
	page = page_of(ZONE("blocked",
	    ",'open':{'id':13,'needs':{'persons':2,'have':1}}"));
	cr_assert(has(page, "two different persons releases it: 1 of 2"));
	cr_assert(has(page, "<i>approve</i> <i>--break-glass</i>"));
	cr_assert_not(has(page, "report?html"));
	free(page);
}

Test(page, huge_numbers_do_no_harm)
{
	char *page = page_of(ZONE("held",
	    ",'published':{'headroom_seconds':-9223372036854775808,"
	    "'soa_expire_seconds':9223372036854775807,'released_at':"
	    "'9999-12-31T23:59:59Z'},'since':'0001-01-01T00:00:00Z'"));

	free(page);
}

Test(page, many_zones_are_bounded)
{
	json_t *status = json_pack("{s:s, s:{s:s}, s:[]}", "level", "critical",
	    "gate", "state", "ok", "zones");
	json_t *zones = json_object_get(status, "zones");
	size_t length;

	for (int i = 0; i < 20000; i++) {
		json_array_append_new(zones,
		    json_pack("{s:s, s:s, s:s}", "zone", "bad.example.",
		        "state", "blocked", "level", "critical"));
	}
	char *page = page_html(status, &length);

	cr_assert_not_null(page);
	cr_assert_lt(length, 1u << 20);
	free(page);
	json_decref(status);
}

Test(page, a_zone_page_shows_candidates_and_who_said_what)
{
	json_t *zone = json_pack("{s:s, s:s, s:s, s:{s:s, s:i}}", "zone",
	    "shop.", "state", "held", "level", "warning", "published", "expiry",
	    "2026-11-22T08:07:00Z", "headroom_seconds", 18420);
	json_t *candidates = json_pack("[{s:i, s:s, s:s, s:[{s:s, s:s, s:b}], "
	                               "s:[{s:s, s:s, s:s}]}, i, "
	                               "n]",
	    "id", 12, "state", "held", "decision", "hold", "approvals",
	    "person", "<alice>", "reason", "<why>", "break_glass", 1, "steps",
	    "kind", "hook", "name", "reload", "state", "failed", 7);
	size_t length;
	char *page = page_zone_html(zone, candidates, &length);

	cr_assert_eq(strlen(page), length);
	cr_assert(has(page, "&lt;alice&gt;"));
	cr_assert(has(page, "&lt;why&gt;"));
	cr_assert(has(page, "<b>failed</b>"));
	cr_assert(has(page, "as of <time datetime=\"2026-11-22T03:00:00Z\">"));
	free(page);
	page = page_zone_html(NULL, NULL, &length);
	cr_assert(has(page, "UNKNOWN"));
	free(page);
	page = page_zone_html(candidates, zone, &length);
	free(page);
	json_decref(zone);
	json_decref(candidates);
}

Test(page, spans_have_two_units_at_most)
{
	static const struct {
		int64_t seconds;
		const char *words;
	} rows[] = {{0, "0 s"}, {59, "59 s"}, {60, "1 min"}, {3600, "1 h"},
	    {3660, "1 h 1 min"}, {13 * 3600 + 60, "13 h"}, {86400, "1 d"},
	    {100800, "1 d 4 h"}, {20 * 86400 + 3600, "20 d"}, {-90, "1 min"}};
	char text[SPAN_TEXT];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_str_eq(span_words(rows[i].seconds, text),
		    rows[i].words);
	}
	span_words(INT64_MIN, text);
	span_words(INT64_MAX, text);
}

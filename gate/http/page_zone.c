/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_zone.c -- the page of one zone: what is published, its candidates, what
 * was found and who said what.
 */
#include "http/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "http/health_facts.h"
#include "http/health_problems.h"
#include "http/page_parts.h"

#define REFRESH_S 30
#define CANDIDATES_SHOWN 100
#define FINDINGS_SHOWN 64
#define LINES_SHOWN 100

static void
write_title(FILE *out, const json_t *zone, const struct state *state,
    int64_t now_s)
{
	const char *name = fact_text(zone, "zone", "unknown");

	fprintf(out,
	    "<header class=\"s-%s\"><p class=\"as-of\"><a href=\"/\">All "
	    "zones</a>, as of ",
	    state_class(state));
	part_time(out, now_s, now_s);
	fprintf(out,
	    "</p><h1><span class=\"mark\" aria-hidden=\"true\">%s</span> %s: "
	    "<bdi>",
	    state->mark, state->word);
	part_text(out, name);
	fputs("</bdi></h1>", out);
	part_what(out, zone, state, zone_words(zone, state));
	fputs("</header>\n", out);
}

static void
row(FILE *out, const char *what, const char *value)
{
	if (value != NULL && value[0] != '\0') {
		fprintf(out, "<tr><th>%s</th><td>", what);
		part_text(out, value);
		fputs("</td></tr>\n", out);
	}
}

static void
number_row(FILE *out, const json_t *from, const char *key, const char *what)
{
	int64_t n;

	if (fact_integer(from, key, &n)) {
		fprintf(out,
		    "<tr><th>%s</th><td class=\"n\">%" PRId64 "</td></tr>\n",
		    what, n);
	}
}

static void
time_row(FILE *out, const json_t *from, const char *key, const char *what,
    int64_t now_s)
{
	int64_t at = fact_time(from, key);

	if (at != 0) {
		fprintf(out, "<tr><th>%s</th><td>", what);
		part_time(out, at, now_s);
		fputs(" (", out);
		part_ago(out, at, now_s);
		fputs(")</td></tr>\n", out);
	}
}

static void
write_facts(FILE *out, const json_t *zone, int64_t now_s)
{
	const json_t *published = fact_object(zone, "published");
	const json_t *counters = fact_object(zone, "counters");
	char words[SPAN_TEXT];
	int64_t interval;

	fputs("<section><h2>Published</h2><table>\n", out);
	number_row(out, published, "serial", "Serial");
	number_row(out, published, "candidate", "Candidate");
	time_row(out, published, "released_at", "Released", now_s);
	row(out, "Released by", fact_text(published, "released_by", NULL));
	time_row(out, published, "expiry", "Signatures until", now_s);
	row(out, "SHA-256", fact_text(published, "sha256", NULL));
	row(out, "Mode", fact_text(zone, "mode", "unknown"));
	row(out, "Policy", fact_text(zone, "policy", "unknown"));
	time_row(out, zone, "last_good_at", "Last good one", now_s);
	if (fact_integer(zone, "resign_interval_max", &interval)) {
		row(out, "Expected every", span_words(interval, words));
	}
	number_row(out, counters, "received", "Received");
	number_row(out, counters, "release", "Judged good");
	number_row(out, counters, "hold", "Held");
	number_row(out, counters, "block", "Blocked");
	number_row(out, counters, "disputed", "Disputed");
	number_row(out, counters, "unjudged", "Unjudged");
	number_row(out, counters, "approved", "Approved");
	fputs("</table></section>\n", out);
}

static void
write_finding(FILE *out, const json_t *finding)
{
	const char *severity = fact_text(finding, "severity", "unknown");
	const char *owner = fact_text(finding, "owner", "");
	int64_t n;

	fprintf(out, "<li class=\"%s\"><b class=\"level\">",
	    strcmp(severity, "block") == 0 ? "l-critical" : "");
	part_text(out, severity);
	fputs("</b> <b>", out);
	part_text(out, fact_text(finding, "check", "unknown"));
	fputs("</b> ", out);
	if (owner[0] != '\0') {
		fputs("<code>", out);
		part_text(out, owner);
		fputc(' ', out);
		part_text(out, fact_text(finding, "type", ""));
		fputs("</code> ", out);
	}
	part_text(out, fact_text(finding, "message", ""));
	if (fact_integer(finding, "count", &n) && n > 1) {
		fprintf(out, " (%" PRId64 " places)", n);
	}
	if (fact_text(finding, "remedy", "")[0] != '\0') {
		fputs("<br><span class=\"small\">To do: ", out);
		part_text(out, fact_text(finding, "remedy", ""));
		fputs("</span>", out);
	}
	fputs("</li>\n", out);
}

static void
write_approval(FILE *out, const json_t *approval, int64_t now_s)
{
	fputs(json_is_true(json_object_get(approval, "break_glass"))
	          ? "<li><b>break-glass</b> by "
	          : "<li>approved by ",
	    out);
	part_text(out, fact_text(approval, "person", "unknown"));
	fputc(' ', out);
	part_ago(out, fact_time(approval, "at"), now_s);
	fputs(": ", out);
	part_text(out, fact_text(approval, "reason", "no reason"));
	fputs("</li>\n", out);
}

static void
write_step(FILE *out, const json_t *step, int64_t now_s)
{
	const char *state = fact_text(step, "state", "unknown");
	bool is_bad =
	    strcmp(state, "done") != 0 && strcmp(state, "dropped") != 0;
	int64_t attempts;

	fprintf(out, "<li%s>", is_bad ? " class=\"bad\"" : "");
	part_text(out, fact_text(step, "kind", "step"));
	fputc(' ', out);
	part_text(out, fact_text(step, "name", ""));
	fputs(": <b>", out);
	part_text(out, state);
	fputs("</b>", out);
	if (fact_integer(step, "attempts", &attempts) && attempts > 1) {
		fprintf(out, " after %" PRId64 " attempts", attempts);
	}
	if (fact_time(step, "at") != 0) {
		fputc(' ', out);
		part_ago(out, fact_time(step, "at"), now_s);
	}
	if (is_bad && fact_text(step, "output", "")[0] != '\0') {
		fputs("<br><code>", out);
		part_text(out, fact_text(step, "output", ""));
		fputs("</code>", out);
	}
	fputs("</li>\n", out);
}

static void
write_lists(FILE *out, const json_t *candidate, int64_t now_s)
{
	const json_t *approvals = fact_array(candidate, "approvals");
	const json_t *steps = fact_array(candidate, "steps");
	const json_t *findings =
	    fact_array(fact_object(candidate, "summary"), "findings");
	size_t n = json_array_size(findings);

	fputs("<ul class=\"alarms\">\n", out);
	for (size_t i = 0; i < n && i < FINDINGS_SHOWN; i++) {
		write_finding(out, json_array_get(findings, i));
	}
	if (n > FINDINGS_SHOWN) {
		fprintf(out, "<li>and %zu more: see the report</li>\n",
		    n - FINDINGS_SHOWN);
	}
	fputs("</ul><ul class=\"lines\">\n", out);
	for (size_t i = 0; i < json_array_size(approvals) && i < LINES_SHOWN;
	     i++) {
		write_approval(out, json_array_get(approvals, i), now_s);
	}
	for (size_t i = 0; i < json_array_size(steps) && i < LINES_SHOWN; i++) {
		write_step(out, json_array_get(steps, i), now_s);
	}
	fputs("</ul>\n", out);
}

/* The state's colour that goes with a candidate's state and decision. */
static const struct state *
candidate_tone(const json_t *candidate)
{
	static const char *const same[][2] = {
	    {"hold", "held"},
	    {"block", "blocked"},
	    {"disputed", "disputed"},
	    {"unjudged", "unjudged"},
	    {"release", "released"},
	};
	const char *decision = fact_text(candidate, "decision", "");
	const char *state = fact_text(candidate, "state", "");

	if (strcmp(state, "judging") == 0 ||
	    strcmp(state, "quarantined") == 0) {
		return state_of_zone(state);
	}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		if (strcmp(decision, same[i][0]) == 0) {
			return state_of_zone(same[i][1]);
		}
	}
	return state_of_zone(strcmp(state, "waiting") == 0 ? "judging"
	                                                   : "unknown");
}

/* What to do about the newest that waits stands at the top. */
static bool
wants_advice(const json_t *candidate, const json_t *open)
{
	int64_t id = 0, top = 0;
	const char *state = fact_text(candidate, "state", "");

	if (fact_integer(candidate, "id", &id) &&
	    fact_integer(open, "id", &top) && id == top) {
		return false;
	}
	return strcmp(state, "held") == 0 || strcmp(state, "quarantined") == 0;
}

static void
write_candidate(FILE *out, const json_t *candidate, const json_t *open,
    int64_t now_s)
{
	const struct state *tone = candidate_tone(candidate);
	struct advice advice;
	int64_t n;

	fprintf(out, "<article class=\"s-%s\"><h3><span class=\"state s-%s\">",
	    state_class(tone), state_class(tone));
	part_text(out, fact_text(candidate, "state", "unknown"));
	fputs("</span> Candidate ", out);
	if (fact_integer(candidate, "id", &n)) {
		fprintf(out, "%" PRId64, n);
	} else {
		fputs("unknown", out);
	}
	if (fact_integer(candidate, "serial", &n)) {
		fprintf(out, ", serial %" PRId64, n);
	}
	fputs("</h3><p>Decision: <b>", out);
	part_text(out, fact_text(candidate, "decision", "none"));
	fputs("</b>", out);
	if (fact_text(candidate, "reason", "")[0] != '\0') {
		fputs(", ", out);
		part_text(out, fact_text(candidate, "reason", ""));
	}
	if (fact_object(fact_object(candidate, "summary"), "counts") != NULL) {
		fputs(" (", out);
		part_counts(out, candidate);
		fputc(')', out);
	}
	fputs("</p><p class=\"small\">Received ", out);
	part_time(out, fact_time(candidate, "received_at"), now_s);
	fputs(" from ", out);
	part_text(out, fact_text(candidate, "actor", "unknown"));
	if (fact_time(candidate, "judged_at") != 0) {
		fputs("; judged ", out);
		part_time(out, fact_time(candidate, "judged_at"), now_s);
	}
	if (fact_time(candidate, "released_at") != 0) {
		fputs("; released ", out);
		part_time(out, fact_time(candidate, "released_at"), now_s);
		fputs(" by ", out);
		part_text(out, fact_text(candidate, "released_by", "unknown"));
	}
	fputs("</p><p>", out);
	part_report_link(out, candidate);
	fputs("</p>\n", out);
	write_lists(out, candidate, now_s);
	if (wants_advice(candidate, open)) {
		advice_for(tone, candidate, &advice);
		part_advice(out, tone->todo, &advice);
	}
	fputs("</article>\n", out);
}

static void
write_candidates(FILE *out, const json_t *candidates, const json_t *open,
    int64_t now_s)
{
	size_t n = json_is_array(candidates) ? json_array_size(candidates) : 0;

	fputs("<section><h2>Candidates, newest first</h2><div "
	      "class=\"cards\">\n",
	    out);
	for (size_t i = 0; i < n && i < CANDIDATES_SHOWN; i++) {
		write_candidate(out, json_array_get(candidates, i), open,
		    now_s);
	}
	fputs("</div>", out);
	if (n == 0) {
		fputs("<p>None is known.</p>", out);
	}
	if (n > CANDIDATES_SHOWN) {
		fprintf(out, "<p>and %zu older ones</p>", n - CANDIDATES_SHOWN);
	}
	fputs("</section>\n", out);
}

static void
write_page(FILE *out, const json_t *zone, const json_t *candidates)
{
	const struct state *state = state_of_zone(fact_text(zone, "state", ""));
	const json_t *open = fact_object(zone, "open");
	int64_t now_s = now_of(zone);
	struct advice advice;

	part_head(out, state->word, fact_text(zone, "zone", "unknown"),
	    fact_text(zone, "level", "critical"), REFRESH_S);
	write_title(out, zone, state, now_s);
	part_clocks(out, zone, state, now_s);
	if (!state->is_quiet) {
		advice_for(state, open, &advice);
		part_advice(out, state->todo, &advice);
	}
	write_candidates(out, candidates, open, now_s);
	write_facts(out, zone, now_s);
	part_foot(out, NULL);
}

char *
page_zone_html(const json_t *zone, const json_t *candidates, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);

	if (out == NULL) {
		*length = 0;
		return NULL;
	}
	write_page(out, zone, candidates);
	return fact_finish(out, true, &text, length);
}

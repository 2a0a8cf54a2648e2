/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page.c -- the status page.
 */
#include "http/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "http/health_facts.h"
#include "http/page_parts.h"
#include "http/page_zones.h"

#define REFRESH_S 15

static void
write_zone_count(const struct view *view, const char *before)
{
	size_t n = json_array_size(view->zones);

	fprintf(view->out, "%s%zu zone%s", before, n, n == 1 ? "" : "s");
}

static void
write_moment(const struct view *view)
{
	fprintf(view->out, "<p class=\"as-of\"><b>%s</b> zonegate, as of ",
	    view->n_problems == 0           ? "OK"
	    : view->level == LEVEL_CRITICAL ? "CRITICAL"
	                                    : "WARNING");
	part_time(view->out, view->now_s, view->now_s);
	fprintf(view->out, ", renewed every %d&nbsp;s</p>", REFRESH_S);
}

/* The zone whose published signatures run out first. */
static const json_t *
first_to_expire(const struct view *view, int64_t *expiry_s)
{
	const json_t *first = NULL;

	*expiry_s = 0;
	for (size_t i = 0; i < json_array_size(view->zones); i++) {
		const json_t *zone = json_array_get(view->zones, i);
		int64_t expiry =
		    fact_time(fact_object(zone, "published"), "expiry");

		if (expiry != 0 && (*expiry_s == 0 || expiry < *expiry_s)) {
			*expiry_s = expiry;
			first = zone;
		}
	}
	return first;
}

static void
write_first_to_expire(const struct view *view)
{
	int64_t expiry;
	const json_t *zone = first_to_expire(view, &expiry);
	char words[SPAN_TEXT];

	if (zone == NULL || view->now_s == 0) {
		return;
	}
	fprintf(view->out,
	    expiry > view->now_s
	        ? "<p>The first published signatures to run out: in <b>%s</b>, "
	        : "<p>Published signatures ran out <b>%s ago</b>: ",
	    span_words(expiry - view->now_s, words));
	part_zone(view->out, fact_text(zone, "zone", "unknown"));
	fputs("</p>", view->out);
}

static void
write_since_until(const struct view *view, const struct problem *problem)
{
	char words[SPAN_TEXT];

	if (problem->since != 0) {
		fputs("<p class=\"when\">Since ", view->out);
		part_time(view->out, problem->since, view->now_s);
		if (view->now_s != 0) {
			fprintf(view->out, ", %s",
			    span_words(view->now_s - problem->since, words));
		}
		fputs("</p>", view->out);
	}
	if (problem->until == 0) {
		return;
	}
	/* A warning's time is when it becomes critical. */
	bool is_outage =
	    problem->state != NULL || problem->level == LEVEL_CRITICAL;

	fputs("<p class=\"until\">", view->out);
	if (view->now_s != 0 && problem->until > view->now_s) {
		fprintf(view->out, "<b>%s</b> until it %s, ",
		    span_words(problem->until - view->now_s, words),
		    is_outage ? "is an outage" : "gets worse");
	} else {
		fprintf(view->out, "<b>%s</b> since ",
		    is_outage ? "OUTAGE" : "Worse");
	}
	part_time(view->out, problem->until, view->now_s);
	fputs("</p>", view->out);
}

/* "held", or for an alarm "a-critical". */
static const char *
tone_class(const struct view *view)
{
	if (view->n_problems == 0) {
		return "s-released";
	}
	if (view->problems[0].state != NULL) {
		const struct state *state = view->problems[0].state;

		return state->is_quiet                      ? "s-alarm"
		       : strcmp(state->name, "broken") == 0 ? "s-gate-broken"
		       : strcmp(state->name, "clock-suspect") == 0
		           ? "s-clock-suspect"
		           : NULL;
	}
	return view->problems[0].level == LEVEL_CRITICAL ? "s-alarm"
	                                                 : "s-warning";
}

static void
write_headline_class(const struct view *view)
{
	const char *tone = tone_class(view);

	if (tone != NULL) {
		fputs(tone, view->out);
	} else {
		fprintf(view->out, "s-%s",
		    state_class(view->problems[0].state));
	}
}

/* "HELD", or "HOOK FAILED" of an alarm "hook-failed". */
static void
write_alarm_word(FILE *out, const char *kind)
{
	char word[64];
	size_t i = 0;

	for (; i < sizeof(word) - 1 && kind[i] != '\0'; i++) {
		word[i] = kind[i];
		if (kind[i] >= 'a' && kind[i] <= 'z') {
			word[i] = (char)(kind[i] - 'a' + 'A');
		} else if (kind[i] == '-') {
			word[i] = ' ';
		}
	}
	word[i] = '\0';
	fact_mend(word);
	part_text(out, word);
}

/* An alarm about a zone may have the same cause as its state. */
static void
write_headline_state(FILE *out, const struct problem *problem)
{
	const struct state *state =
	    state_of_zone(fact_text(problem->of, "state", ""));

	if (problem->state == NULL && problem->of != NULL && !state->is_quiet) {
		fputc(' ', out);
		part_state(out, state);
	}
}

static void
write_headline_words(const struct view *view, const struct problem *problem)
{
	FILE *out = view->out;

	fputs("<h1>", out);
	if (problem->state != NULL && !problem->state->is_quiet) {
		fprintf(out,
		    "<span class=\"mark\" aria-hidden=\"true\">%s</span> %s",
		    problem->state->mark, problem->state->word);
	} else if (problem->state != NULL) {
		fprintf(out, "%s",
		    problem->level == LEVEL_CRITICAL ? "CRITICAL" : "WARNING");
	} else {
		write_alarm_word(out, problem->kind);
	}
	if (problem->zone[0] != '\0') {
		fputs(": ", out);
		part_zone(out, problem->zone);
	}
	write_headline_state(out, problem);
	fputs("</h1>", out);
	if (problem->state != NULL && problem->of != NULL) {
		part_what(out, problem->of, problem->state, problem->what);
		return;
	}
	fputs("<p>", out);
	part_text(out, problem->what);
	fputs("</p>", out);
}

static void
write_all_well(const struct view *view)
{
	fputs("<h1><span class=\"mark\" aria-hidden=\"true\">&#10003;</span> "
	      "All is well</h1><p>",
	    view->out);
	write_zone_count(view, "");
	fputs(", none of them needs anybody.</p>", view->out);
	write_first_to_expire(view);
}

/* What the gate itself needs; a zone's card says what the zone needs. */
static void
write_headline_next(const struct view *view, const struct problem *problem)
{
	if (problem->zone[0] != '\0') {
		fputs("<p>", view->out);
		part_report_link(view->out, fact_object(problem->of, "open"));
		fputs("</p>", view->out);
		return;
	}
	if (problem->todo[0] != '\0') {
		fputs("<p><b>Next:</b> ", view->out);
		part_text(view->out, problem->todo);
		fputs("</p>", view->out);
	}
	write_first_to_expire(view);
}

static void
write_header(const struct view *view)
{
	const struct problem *worst = view->problems;

	fputs("<header class=\"", view->out);
	write_headline_class(view);
	fputs("\">", view->out);
	write_moment(view);
	if (view->n_problems == 0) {
		write_all_well(view);
	} else {
		write_headline_words(view, worst);
		write_since_until(view, worst);
		write_headline_next(view, worst);
	}
	if (view->n_problems > 1) {
		fprintf(view->out,
		    "<p>and <a href=\"#more\">%zu more below</a></p>",
		    view->n_problems - 1);
	}
	fputs("</header>\n", view->out);
}

/* Zones of each state, each a link to where they are. */
static void
write_overview(const struct view *view)
{
	fputs("<nav id=\"more\">", view->out);
	for (size_t row = 0; state_row(row) != NULL; row++) {
		const struct state *state = state_row(row);
		bool has_card = false;
		size_t n = 0;

		for (size_t i = 0; i < json_array_size(view->zones); i++) {
			if (view_state(view, i) == state) {
				has_card = has_card || view->has_card[i];
				n++;
			}
		}
		if (n > 0) {
			fprintf(view->out,
			    "<a href=\"#%s\" class=\"state s-%s\"><span "
			    "class=\"mark\" aria-hidden=\"true\">%s</span> "
			    "%zu %s</a> ",
			    has_card ? "cards" : state_class(state),
			    state_class(state), state->mark, n, state->word);
		}
	}
	fputs("</nav>\n", view->out);
}

static void
write_fact(FILE *out, const char *what, bool is_bad, const char *value)
{
	fprintf(out, "<li%s>%s <b>", is_bad ? " class=\"bad\"" : "", what);
	part_text(out, value);
	fputs("</b></li>\n", out);
}

static char *
number_word(const json_t *gate, const char *key, char text[32])
{
	int64_t n;

	if (fact_integer(gate, key, &n)) {
		snprintf(text, 32, "%" PRId64, n);
	} else {
		snprintf(text, 32, "unknown");
	}
	return text;
}

static void
write_load(FILE *out, const json_t *gate)
{
	char text[80], one[32], other[32];

	write_fact(out, "queue", false, number_word(gate, "queue", one));
	snprintf(text, sizeof(text), "%s of %s",
	    number_word(gate, "running", one),
	    number_word(gate, "max_parallel", other));
	write_fact(out, "judging now", false, text);
}

/* What must be TRUE to be well, in words. */
static void
write_switch(FILE *out, const json_t *gate, const char *key, const char *what,
    const char *on, const char *off)
{
	const json_t *value = json_object_get(gate, key);

	write_fact(out, what, !json_is_true(value),
	    json_is_true(value)    ? on
	    : json_is_false(value) ? off
	                           : "unknown");
}

static void
write_moment_of(const struct view *view, const json_t *gate, const char *key,
    const char *what)
{
	fprintf(view->out, "<li>%s <b>", what);
	part_ago(view->out, fact_time(gate, key), view->now_s);
	fputs("</b></li>\n", view->out);
}

static void
write_disk(FILE *out, const json_t *gate)
{
	char text[48] = "unknown";
	double free_octets;

	if (fact_number(gate, "disk_free", &free_octets)) {
		snprintf(text, sizeof(text), "%.1f GB", free_octets / 1e9);
	}
	write_fact(out, "disk free", false, text);
}

static void
write_gate(const struct view *view)
{
	const json_t *gate = fact_object(view->status, "gate");
	const struct state *state = state_of_gate(fact_text(gate, "state", ""));
	const char *ledger = fact_text(gate, "ledger", "unknown");
	FILE *out = view->out;

	fputs("<section id=\"gate\"><h2>The gate</h2><ul class=\"facts\">\n",
	    out);
	write_fact(out, "gate", !state->is_quiet, state->word);
	write_load(out, gate);
	write_moment_of(view, gate, "canary_at", "own test zones judged");
	if (fact_time(gate, "heartbeat_at") != 0) {
		write_moment_of(view, gate, "heartbeat_at", "heartbeat sent");
	}
	write_disk(out, gate);
	write_switch(out, gate, "reserve", "disk reserve", "whole", "touched");
	write_switch(out, gate, "uploads", "uploads", "accepted", "refused");
	write_fact(out, "ledger", strcmp(ledger, "ok") != 0, ledger);
	write_fact(out, "messages", false,
	    json_is_true(json_object_get(gate, "notify")) ? "go out" : "off");
	write_fact(out, "", false, fact_text(gate, "ldns", "ldns unknown"));
	write_fact(out, "", false,
	    fact_text(gate, "unbound", "unbound unknown"));
	fputs("</ul></section>\n", out);
}

static void
write_silence(FILE *out)
{
	static const struct advice advice = {
	    .command = {"systemctl status zonegate",
	        "journalctl -u zonegate -n 50", "systemctl restart zonegate"},
	    .n_commands = 3,
	};

	part_head(out, "GATE DOES NOT ANSWER", "", "critical", 5);
	fputs("<header class=\"s-silent\"><p class=\"as-of\"><b>CRITICAL</b> "
	      "zonegate, renewed every 5&nbsp;s</p><h1><span class=\"mark\" "
	      "aria-hidden=\"true\">!!</span> GATE DOES NOT ANSWER</h1>"
	      "<p>This page is served, but the daemon behind it does not "
	      "answer. How the zones are is not known here.</p><p>What was "
	      "released stays where it is and is served; nothing new is judged "
	      "or released until the daemon is back.</p></header>\n",
	    out);
	part_advice(out,
	    "see whether the daemon runs and what it said last, on the gate's "
	    "own machine. Restarting it loses no candidate that was "
	    "acknowledged.",
	    &advice);
	fputs("<p>How long the published signatures last is in the release "
	      "manifests beside the released zones.</p>\n",
	    out);
	part_foot(out, NULL);
}

/* What the tab says. */
static void
write_head(const struct view *view)
{
	const struct problem *worst = view->problems;

	if (view->n_problems == 0) {
		part_head(view->out, "ok", "", "ok", REFRESH_S);
		return;
	}
	part_head(view->out,
	    worst->state != NULL && !worst->state->is_quiet
	        ? worst->state->word
	        : level_name(worst->level),
	    worst->zone, level_name(view->level), REFRESH_S);
}

static void
write_page(const struct view *view)
{
	view_choose(view);
	write_head(view);
	write_header(view);
	write_overview(view);
	view_cards(view);
	view_alarms(view);
	view_rows(view);
	if (json_array_size(view->zones) == 0) {
		fputs("<p>No zone is configured.</p>\n", view->out);
	}
	write_gate(view);
	part_foot(view->out, view->status);
}

static bool
write_status(FILE *out, const json_t *status)
{
	struct problem *problems;
	size_t n = problems_of(status, &problems);
	const json_t *zones = fact_array(status, "zones");
	struct view view = {
	    .out = out,
	    .status = status,
	    .zones = zones,
	    .now_s = now_of(status),
	    .level = level_of(status, problems, n),
	    .problems = problems,
	    .n_problems = n,
	    .has_card = calloc(json_array_size(zones) + 1, sizeof(bool)),
	};
	bool is_done = problems != NULL && view.has_card != NULL;

	if (is_done) {
		write_page(&view);
	}
	free(view.has_card);
	free(problems);
	return is_done;
}

char *
page_html(const json_t *status, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);
	bool is_done = true;

	if (out == NULL) {
		*length = 0;
		return NULL;
	}
	if (status == NULL) {
		write_silence(out);
	} else {
		is_done = write_status(out, status);
	}
	return fact_finish(out, is_done, &text, length);
}

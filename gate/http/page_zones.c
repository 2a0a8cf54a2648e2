/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_zones.c -- zones and alarms on the status page: a card for what needs
 * somebody, a row for the rest.
 */
#include "http/page_zones.h"

#include <inttypes.h>
#include <string.h>

#include "http/health_facts.h"
#include "http/page_parts.h"

/* Zones that get a card, alarms in one list, rows of one state: cards that are
 * too many become rows, the others are counted. */
#define CARDS_SHOWN 40
#define ALARMS_SHOWN 100
#define ROWS_SHOWN 2000

static void
write_candidate(const struct view *view, const json_t *candidate)
{
	FILE *out = view->out;
	int64_t number;

	fputs("<p class=\"waits\">Waits: candidate ", out);
	if (fact_integer(candidate, "id", &number)) {
		fprintf(out, "<span class=\"n\">%" PRId64 "</span>", number);
	} else {
		fputs("unknown", out);
	}
	if (fact_integer(candidate, "serial", &number)) {
		fprintf(out, ", serial <span class=\"n\">%" PRId64 "</span>",
		    number);
	}
	fputs(", received ", out);
	part_ago(out, fact_time(candidate, "received_at"), view->now_s);
	if (fact_object(fact_object(candidate, "summary"), "counts") != NULL) {
		fputs(": ", out);
		part_counts(out, candidate);
	}
	fputs("</p><p>", out);
	part_report_link(out, candidate);
	fputs("</p>\n", out);
}

static void
write_alarm(const struct view *view, const json_t *alarm, bool with_zone)
{
	enum level level = level_from_name(fact_text(alarm, "level", ""));
	const char *zone = fact_text(alarm, "zone", "");
	const char *detail = fact_text(alarm, "detail", "");
	FILE *out = view->out;

	fprintf(out, "<li class=\"l-%s\"><b class=\"level\">%s</b> ",
	    level_name(level),
	    level == LEVEL_CRITICAL ? "CRITICAL" : "WARNING");
	if (with_zone && zone[0] != '\0') {
		part_zone(out, zone);
		fputc(' ', out);
	}
	fputs("<b>", out);
	part_text(out, fact_text(alarm, "kind", "unknown"));
	if (detail[0] != '\0') {
		fputc(' ', out);
		part_text(out, detail);
	}
	fputs("</b> ", out);
	part_text(out, text_after_zone(fact_text(alarm, "text", ""), zone));
	fputs(" <span class=\"small\">since ", out);
	part_time(out, fact_time(alarm, "since"), view->now_s);
	if (fact_time(alarm, "until") != 0) {
		fputs(", until ", out);
		part_time(out, fact_time(alarm, "until"), view->now_s);
		fputs(" (", out);
		part_ago(out, fact_time(alarm, "until"), view->now_s);
		fputc(')', out);
	}
	fputs("</span></li>\n", out);
}

/* The first alarm of ZONE; with STATE the one that says what STATE says.  NULL
 * if there is none. */
static const json_t *
find_alarm(const struct view *view, const char *zone, const struct state *state)
{
	const json_t *alarms = fact_array(view->status, "alarms");

	for (size_t i = 0; i < json_array_size(alarms); i++) {
		const json_t *alarm = json_array_get(alarms, i);

		if (state == NULL
		        ? strcmp(fact_text(alarm, "zone", ""), zone) == 0
		        : alarm_is_state(alarm, zone, state)) {
			return alarm;
		}
	}
	return NULL;
}

/* The alarms of ZONE but SAID, which may be NULL. */
static void
write_zone_alarms(const struct view *view, const char *zone, const json_t *said)
{
	const json_t *alarms = fact_array(view->status, "alarms");
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(alarms) && n < ALARMS_SHOWN;
	     i++) {
		const json_t *alarm = json_array_get(alarms, i);

		if (alarm != said &&
		    strcmp(fact_text(alarm, "zone", ""), zone) == 0) {
			fputs(n++ == 0 ? "<ul class=\"alarms\">\n" : "",
			    view->out);
			write_alarm(view, alarm, false);
		}
	}
	fputs(n > 0 ? "</ul>\n" : "", view->out);
}

/* What is wrong, each thing once: the zone's text is that of its worst alarm,
 * if it has one. */
static void
write_what(const struct view *view, const json_t *zone,
    const struct state *state)
{
	const char *name = fact_text(zone, "zone", "unknown");
	const json_t *own = find_alarm(view, name, state);
	const char *words = zone_words(zone, state);

	if (own != NULL) {
		words = text_after_zone(fact_text(own, "text", state->meaning),
		    name);
	} else if (find_alarm(view, name, NULL) != NULL) {
		words = state->meaning;
	}
	part_what(view->out, zone, state, words);
	write_zone_alarms(view, name, own);
}

static void
write_card(const struct view *view, const json_t *zone)
{
	const struct state *state = state_of_zone(fact_text(zone, "state", ""));
	const char *name = fact_text(zone, "zone", "unknown");
	const json_t *open = fact_object(zone, "open");
	FILE *out = view->out;
	struct advice advice;

	fprintf(out, "<article class=\"zone s-%s\"><h3>", state_class(state));
	part_state(out, state);
	fputc(' ', out);
	part_zone(out, name);
	fputs("</h3>\n", out);
	write_what(view, zone, state);
	part_clocks(out, zone, state, view->now_s);
	if (open != NULL) {
		write_candidate(view, open);
	}
	fputs("<p>Served: ", out);
	part_published(out, zone, view->now_s);
	fputs("</p>\n", out);
	if (!state->is_quiet) {
		advice_for(state, open, &advice);
		part_advice(out, state->todo, &advice);
	}
	fputs("</article>\n", out);
}

static const json_t *
zone_at(const struct view *view, size_t i)
{
	return json_array_get(view->zones, i);
}

const struct state *
view_state(const struct view *view, size_t i)
{
	return state_of_zone(fact_text(zone_at(view, i), "state", ""));
}

static bool
wants_card(const struct view *view, size_t i)
{
	const struct state *state = view_state(view, i);

	return !zone_waits_for_gate(view->status, state) &&
	       (level_of_zone(zone_at(view, i)) != LEVEL_OK ||
	           !state->may_be_ok);
}

void
view_choose(const struct view *view)
{
	size_t n = 0;

	for (unsigned level = 0; level < N_LEVELS; level++) {
		for (size_t i = 0; i < json_array_size(view->zones); i++) {
			if (n < CARDS_SHOWN && wants_card(view, i) &&
			    level_of_zone(zone_at(view, i)) == level) {
				view->has_card[i] = true;
				n++;
			}
		}
	}
}

void
view_cards(const struct view *view)
{
	size_t n = 0;

	for (unsigned level = 0; level < N_LEVELS; level++) {
		for (size_t i = 0; i < json_array_size(view->zones); i++) {
			if (!view->has_card[i] ||
			    level_of_zone(zone_at(view, i)) != level) {
				continue;
			}
			fputs(n++ == 0 ? "<section id=\"cards\"><h2>What needs "
			                 "somebody</h2><div class=\"cards\">\n"
			               : "",
			    view->out);
			write_card(view, zone_at(view, i));
		}
	}
	fputs(n > 0 ? "</div></section>\n" : "", view->out);
}

static void
write_row(const struct view *view, const json_t *zone)
{
	const json_t *published = fact_object(zone, "published");
	int64_t expiry = fact_time(published, "expiry");
	FILE *out = view->out;
	char words[SPAN_TEXT];

	fputs("<li>", out);
	part_zone(out, fact_text(zone, "zone", "unknown"));
	if (expiry == 0 || view->now_s == 0) {
		fputs(" <b>time left unknown</b>", out);
	} else if (expiry <= view->now_s) {
		fprintf(out, " <b class=\"over\">ran out %s ago</b>",
		    span_words(view->now_s - expiry, words));
	} else {
		fprintf(out, " <b%s>%s left</b>",
		    expiry - view->now_s < 86400 ? " class=\"over\"" : "",
		    span_words(expiry - view->now_s, words));
	}
	fputs(" <span class=\"small\">", out);
	part_published(out, zone, view->now_s);
	fputs("</span></li>\n", out);
}

static void
write_group(const struct view *view, const struct state *state)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(view->zones); i++) {
		if (view->has_card[i] || view_state(view, i) != state) {
			continue;
		}
		if (n == 0) {
			fprintf(view->out, "<section id=\"%s\"><h2>",
			    state_class(state));
			part_state(view->out, state);
			fprintf(view->out,
			    "</h2><p class=\"small\">%s</p><ul "
			    "class=\"rows\">\n",
			    state->meaning);
		}
		if (n++ < ROWS_SHOWN) {
			write_row(view, zone_at(view, i));
		}
	}
	if (n > ROWS_SHOWN) {
		fprintf(view->out,
		    "<li>and %zu more: <code>zonegate status</code></li>\n",
		    n - ROWS_SHOWN);
	}
	fputs(n > 0 ? "</ul></section>\n" : "", view->out);
}

void
view_rows(const struct view *view)
{
	for (size_t row = 0; state_row(row) != NULL; row++) {
		write_group(view, state_row(row));
	}
}

/* Those of a zone with a card stand there; the gate's state is the headline. */
static bool
is_told(const struct view *view, const json_t *told, const json_t *alarm)
{
	const json_t *gate = fact_object(view->status, "gate");
	const char *zone = fact_text(alarm, "zone", "");

	return json_object_get(told, zone) != NULL ||
	       alarm_is_state(alarm, "",
	           state_of_gate(fact_text(gate, "state", "")));
}

static json_t *
zones_with_cards(const struct view *view)
{
	json_t *told = json_object();

	for (size_t i = 0; i < json_array_size(view->zones); i++) {
		if (view->has_card[i]) {
			json_object_set_new(told,
			    fact_text(zone_at(view, i), "zone", "unknown"),
			    json_true());
		}
	}
	return told;
}

void
view_alarms(const struct view *view)
{
	const json_t *alarms = fact_array(view->status, "alarms");
	json_t *told = zones_with_cards(view);
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(alarms); i++) {
		const json_t *alarm = json_array_get(alarms, i);

		if (is_told(view, told, alarm)) {
			continue;
		}
		fputs(n == 0 ? "<section id=\"alarms\"><h2>Alarms</h2><ul "
		               "class=\"alarms\">\n"
		             : "",
		    view->out);
		if (n++ < ALARMS_SHOWN) {
			write_alarm(view, alarm, true);
		}
	}
	if (n > ALARMS_SHOWN) {
		fprintf(view->out,
		    "<li>and %zu more: <code>zonegate status</code></li>\n",
		    n - ALARMS_SHOWN);
	}
	fputs(n > 0 ? "</ul></section>\n" : "", view->out);
	json_decref(told);
}

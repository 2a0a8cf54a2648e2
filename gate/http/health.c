/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/health_facts.h"
#include "http/health_problems.h"
#include "time_text.h"

/* A page of them; the rest are counted. */
#define PROBLEMS_SHOWN 200
#define SUMMARY_TEXT 1400
#define DO_TEXT 1200

static json_t *
moment(int64_t at_s)
{
	char text[TIME_TEXT];

	return at_s == 0 ? json_null() : json_string(time_to_text(at_s, text));
}

/* What to do in one line, commands included. */
static char *
todo_text(const struct problem *problem, char text[DO_TEXT])
{
	struct advice advice;
	size_t used;

	snprintf(text, DO_TEXT, "%s", problem->todo);
	if (problem->state == NULL || problem->zone[0] == '\0' ||
	    problem->state->needed == 0) {
		return text;
	}
	advice_for(problem->state, fact_object(problem->of, "open"), &advice);
	used = strlen(text);
	used += (size_t)snprintf(text + used, DO_TEXT - used, "%s%s",
	    advice.who[0] != '\0' ? " " : "", advice.who);
	for (size_t i = 0; i < advice.n_commands; i++) {
		used += (size_t)snprintf(text + used, DO_TEXT - used, "%s%s",
		    i == 0 ? " Commands: " : "; ", advice.command[i]);
	}
	return text;
}

static json_t *
problem_json(const struct problem *problem)
{
	char text[DO_TEXT];
	json_t *open = json_object_get(fact_object(problem->of, "open"), "id");

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:O?}", "zone",
	    problem->zone, "kind", problem->kind, "level",
	    level_name(problem->level), "what", problem->what, "since",
	    moment(problem->since), "until", moment(problem->until), "do",
	    todo_text(problem, text), "candidate",
	    json_is_integer(open) ? open : NULL);
}

static json_t *
problems_json(const struct problem *problems, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n && i < PROBLEMS_SHOWN; i++) {
		json_array_append_new(array, problem_json(&problems[i]));
	}
	return array;
}

static json_t *
zone_counts(const json_t *status)
{
	const json_t *zones = fact_array(status, "zones");
	json_t *counts =
	    json_pack("{s:I}", "total", (json_int_t)json_array_size(zones));

	for (size_t i = 0; i < json_array_size(zones); i++) {
		const struct state *state =
		    state_of_zone(fact_text(json_array_get(zones, i), "state",
		        ""));
		const char *name =
		    state->name[0] != '\0' ? state->name : "unknown";
		json_int_t so_far =
		    json_integer_value(json_object_get(counts, name));

		json_object_set_new(counts, name, json_integer(so_far + 1));
	}
	return counts;
}

static char *
summary_text(const json_t *status, const struct problem *problems, size_t n,
    char text[SUMMARY_TEXT])
{
	size_t n_zones = json_array_size(fact_array(status, "zones"));

	if (n == 0) {
		snprintf(text, SUMMARY_TEXT,
		    "All is well: %zu zone%s, no problem.", n_zones,
		    n_zones == 1 ? "" : "s");
		return text;
	}
	snprintf(text, SUMMARY_TEXT - 32, "%s%s%s: %s", problems[0].kind,
	    problems[0].zone[0] != '\0' ? ", " : "", problems[0].zone,
	    problems[0].what);
	fact_mend(text);
	if (n > 1) {
		size_t used = strlen(text);

		snprintf(text + used, SUMMARY_TEXT - used, " (and %zu more)",
		    n - 1);
	}
	return text;
}

static json_t *
answering(const json_t *status, enum level level,
    const struct problem *problems, size_t n)
{
	char text[SUMMARY_TEXT];

	return json_pack("{s:s, s:s, s:s, s:O?, s:o, s:I, s:o}", "status",
	    level_name(level), "summary",
	    summary_text(status, problems, n, text), "at",
	    fact_text(status, "at", "unknown"), "gate",
	    json_object_get(status, "gate"), "problems",
	    problems_json(problems, n), "problems_left_out",
	    (json_int_t)(n > PROBLEMS_SHOWN ? n - PROBLEMS_SHOWN : 0), "zones",
	    zone_counts(status));
}

static json_t *
not_answering(void)
{
	static const char what[] =
	    "The gate does not answer: zonegate-http runs, but the daemon does "
	    "not. Nothing is judged or released; what was released is served "
	    "as before.";
	static const char todo[] =
	    "systemctl status zonegate; journalctl -u zonegate; systemctl "
	    "restart zonegate. No candidate that was acknowledged is lost.";

	return json_pack("{s:s, s:s, s:n, s:{s:s}, s:[{s:s, s:s, s:s, s:s, "
	                 "s:n, s:n, s:s, s:n}], s:i, s:{}}",
	    "status", "critical", "summary", what, "at", "gate", "state",
	    "does not answer", "problems", "zone", "", "kind",
	    "gate does not answer", "level", "critical", "what", what, "since",
	    "until", "do", todo, "candidate", "problems_left_out", 0, "zones");
}

char *
health_json(const json_t *status, int *http_status, size_t *length)
{
	struct problem *problems = NULL;
	size_t n = problems_of(status, &problems);
	enum level level = level_of(status, problems, n);
	json_t *health = NULL;
	char *text = NULL;

	*http_status = 503;
	*length = 0;
	if (status == NULL) {
		health = not_answering();
	} else if (problems != NULL) {
		health = answering(status, level, problems, n);
	}
	free(problems);
	if (health != NULL) {
		/* People read it in terminals, which obey some characters. */
		text = json_dumps(health, JSON_INDENT(2) | JSON_ENSURE_ASCII);
		json_decref(health);
	}
	if (text != NULL) {
		*length = strlen(text);
		*http_status =
		    status != NULL && level != LEVEL_CRITICAL ? 200 : 503;
	}
	return text;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/health_problems.h"

#include <stdlib.h>
#include <string.h>

#include "http/health_facts.h"

enum level
level_of_zone(const json_t *zone)
{
	return level_from_name(fact_text(zone, "level", ""));
}

/* What is bad by its state is at least a warning, whatever its level says. */
static enum level
level_with_state(const json_t *zone, const struct state *state)
{
	enum level level = level_of_zone(zone);

	return level == LEVEL_OK && !state->is_quiet ? LEVEL_WARNING : level;
}

static void
add_gate(const json_t *status, struct problem *problems, size_t *n)
{
	const json_t *gate = fact_object(status, "gate");
	const struct state *state = state_of_gate(fact_text(gate, "state", ""));

	if (state->is_quiet) {
		return;
	}
	problems[(*n)++] = (struct problem){
	    .level = LEVEL_CRITICAL,
	    .state = state,
	    .zone = "",
	    .kind = state->kind,
	    .what = fact_text(gate, "why", state->meaning),
	    .todo = state->todo,
	    .from = gate,
	};
}

static void
add_zone(const json_t *zone, struct problem *problems, size_t *n)
{
	const struct state *state = state_of_zone(fact_text(zone, "state", ""));
	enum level level = level_with_state(zone, state);

	if (level == LEVEL_OK) {
		return;
	}
	problems[(*n)++] = (struct problem){
	    .level = level,
	    .state = state,
	    .zone = fact_text(zone, "zone", "unknown"),
	    .kind = state->kind,
	    .what = fact_text(zone, "text", state->meaning),
	    .todo = state->is_quiet ? "" : state->todo,
	    .since = fact_time(zone, "since"),
	    .until = fact_time(zone, "until"),
	    .from = zone,
	};
}

/* Takes the time over when the alarm is about a problem that has none. */
static bool
says_the_same(struct problem *problem, const char *zone, const char *kind,
    const json_t *alarm)
{
	if (problem->state == NULL || strcmp(problem->zone, zone) != 0 ||
	    strcmp(problem->state->alarm, kind) != 0) {
		return false;
	}
	if (problem->since == 0) {
		problem->since = fact_time(alarm, "since");
	}
	if (problem->until == 0) {
		problem->until = fact_time(alarm, "until");
	}
	return true;
}

static int
compare_zones(const void *a, const void *b)
{
	const struct problem *left = *(struct problem *const *)a;
	const struct problem *right = *(struct problem *const *)b;

	return strcmp(left->zone, right->zone);
}

/* The problem of ZONE among INDEX, sorted by name; NULL if it has none. */
static struct problem *
problem_of_zone(struct problem **index, size_t n, const char *zone)
{
	struct problem key = {.zone = zone}, *at = &key;
	struct problem **found =
	    n == 0 ? NULL
	           : bsearch(&at, index, n, sizeof(*index), compare_zones);

	return found != NULL ? *found : NULL;
}

static void
add_alarm(const json_t *alarm, struct problem *same, struct problem *problems,
    size_t *n)
{
	const char *zone = fact_text(alarm, "zone", "");
	const char *kind = fact_text(alarm, "kind", "unknown");
	enum level level = level_from_name(fact_text(alarm, "level", ""));

	if (level == LEVEL_OK ||
	    (same != NULL && says_the_same(same, zone, kind, alarm))) {
		return;
	}
	problems[(*n)++] = (struct problem){
	    .level = level,
	    .zone = zone,
	    .kind = kind,
	    .what = fact_text(alarm, "text", "The alarm has no text."),
	    .todo = "",
	    .since = fact_time(alarm, "since"),
	    .until = fact_time(alarm, "until"),
	    .from = alarm,
	};
}

static bool
add_alarms(const json_t *status, struct problem *problems, size_t *n)
{
	const json_t *alarms = fact_array(status, "alarms");
	size_t n_states = *n;
	struct problem **index = calloc(n_states + 1, sizeof(*index));

	if (index == NULL) {
		return false;
	}
	for (size_t i = 0; i < n_states; i++) {
		index[i] = &problems[i];
	}
	if (n_states > 0) {
		qsort(index, n_states, sizeof(*index), compare_zones);
	}
	for (size_t i = 0; i < json_array_size(alarms); i++) {
		const json_t *alarm = json_array_get(alarms, i);

		add_alarm(alarm,
		    problem_of_zone(index, n_states,
		        fact_text(alarm, "zone", "")),
		    problems, n);
	}
	free(index);
	return true;
}

/* The daemon's own order stays within a level; the gate's own come first,
 * since nobody can judge a zone by a gate that is not well. */
static int
weight(const struct problem *problem)
{
	int gate = problem->zone[0] == '\0' && problem->state != NULL ? 0 : 1;

	return (int)problem->level * 2 + gate;
}

static void
sort(struct problem *problems, size_t n, struct problem *room)
{
	size_t filled = 0;

	for (int at = 0; at < 2 * N_LEVELS; at++) {
		for (size_t i = 0; i < n; i++) {
			if (weight(&problems[i]) == at) {
				room[filled++] = problems[i];
			}
		}
	}
	memcpy(problems, room, filled * sizeof(*problems));
}

static void
add_unnamed(const json_t *status, struct problem *problems, size_t *n)
{
	enum level level = level_from_name(fact_text(status, "level", ""));

	for (size_t i = 0; i < *n; i++) {
		if (problems[i].level <= level) {
			return;
		}
	}
	if (level == LEVEL_OK) {
		return;
	}
	problems[(*n)++] = (struct problem){
	    .level = level,
	    .zone = "",
	    .kind = "unknown",
	    .what = "The gate says that something is wrong, but not what.",
	    .todo = "Ask the gate: zonegate status.",
	    .from = status,
	};
}

size_t
problems_of(const json_t *status, struct problem **problems)
{
	const json_t *zones = fact_array(status, "zones");
	size_t most = 2 + json_array_size(zones) +
	              json_array_size(fact_array(status, "alarms"));
	struct problem *rows = calloc(most * 2, sizeof(*rows));
	size_t n = 0;

	*problems = NULL;
	if (rows == NULL) {
		return 0;
	}
	add_gate(status, rows, &n);
	for (size_t i = 0; i < json_array_size(zones); i++) {
		add_zone(json_array_get(zones, i), rows, &n);
	}
	if (!add_alarms(status, rows, &n)) {
		free(rows);
		return 0;
	}
	add_unnamed(status, rows, &n);
	if (n > 0) {
		sort(rows, n, rows + most);
	}
	*problems = rows;
	return n;
}

enum level
level_of(const json_t *status, const struct problem *problems, size_t n)
{
	enum level level = level_from_name(fact_text(status, "level", ""));

	/* Sorted: the first is the worst. */
	return n > 0 && problems[0].level < level ? problems[0].level : level;
}

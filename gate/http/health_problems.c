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

bool
alarm_is_state(const json_t *alarm, const char *zone, const struct state *state)
{
	return state->alarm[0] != '\0' &&
	       strcmp(fact_text(alarm, "zone", ""), zone) == 0 &&
	       strcmp(fact_text(alarm, "kind", ""), state->alarm) == 0;
}

bool
zone_waits_for_gate(const json_t *status, const struct state *state)
{
	const json_t *gate = fact_object(status, "gate");

	return strcmp(state->name, "gate-broken") == 0 &&
	       !state_of_gate(fact_text(gate, "state", ""))->is_quiet;
}

const char *
zone_words(const json_t *zone, const struct state *state)
{
	return level_of_zone(zone) == LEVEL_OK && !state->may_be_ok
	           ? state->meaning
	           : text_after_zone(fact_text(zone, "text", state->meaning),
	                 fact_text(zone, "zone", ""));
}

const char *
text_after_zone(const char *text, const char *zone)
{
	size_t length = strlen(zone);

	return length > 0 && strncmp(text, zone, length) == 0 &&
	               text[length] == ':' && text[length + 1] == ' '
	           ? text + length + 2
	           : text;
}

/* A zone that may be a problem. */
struct suspect {
	const json_t *zone;
	const char *name;
	const struct state *state;
	bool is_told;   /* its state is a problem already */
	bool has_alarm; /* of whatever kind: its text is that alarm's */
};

struct list {
	const json_t *status;
	struct problem *problems;
	size_t n;
	struct suspect *suspects; /* by name */
	size_t n_suspects;
};

static int
compare_suspects(const void *a, const void *b)
{
	const struct suspect *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static void
find_suspects(struct list *list)
{
	const json_t *zones = fact_array(list->status, "zones");

	for (size_t i = 0; i < json_array_size(zones); i++) {
		const json_t *zone = json_array_get(zones, i);
		const struct state *state =
		    state_of_zone(fact_text(zone, "state", ""));

		if ((level_of_zone(zone) != LEVEL_OK || !state->may_be_ok) &&
		    !zone_waits_for_gate(list->status, state)) {
			list->suspects[list->n_suspects++] = (struct suspect){
			    .zone = zone,
			    .name = fact_text(zone, "zone", "unknown"),
			    .state = state,
			};
		}
	}
	if (list->n_suspects > 0) {
		qsort(list->suspects, list->n_suspects, sizeof(struct suspect),
		    compare_suspects);
	}
}

/* NULL if there is nothing wrong with ZONE itself. */
static struct suspect *
suspect(const struct list *list, const char *zone)
{
	struct suspect key = {.name = zone};

	return list->n_suspects == 0
	           ? NULL
	           : bsearch(&key, list->suspects, list->n_suspects,
	                 sizeof(key), compare_suspects);
}

static void
add_gate(struct list *list)
{
	const json_t *gate = fact_object(list->status, "gate");
	const struct state *state = state_of_gate(fact_text(gate, "state", ""));

	if (!state->is_quiet) {
		list->problems[list->n++] = (struct problem){
		    .level = LEVEL_CRITICAL,
		    .state = state,
		    .zone = "",
		    .kind = state->kind,
		    .what = fact_text(gate, "why", state->meaning),
		    .todo = state->todo,
		};
	}
}

/* ALARM says what the gate's state says: it knows since when. */
static bool
is_gates_own(struct list *list, const json_t *alarm)
{
	struct problem *gate = list->problems;

	if (list->n == 0 || gate->state == NULL || gate->zone[0] != '\0' ||
	    !alarm_is_state(alarm, "", gate->state)) {
		return false;
	}
	gate->since = fact_time(alarm, "since");
	gate->until = fact_time(alarm, "until");
	return true;
}

static void
add_alarm(struct list *list, const json_t *alarm)
{
	const char *zone = fact_text(alarm, "zone", "");
	struct suspect *of = suspect(list, zone);
	struct problem problem = {
	    .level = level_from_name(fact_text(alarm, "level", "")),
	    .zone = zone,
	    .kind = fact_text(alarm, "kind", "unknown"),
	    .what = text_after_zone(fact_text(alarm, "text",
	                                "The alarm has no text."),
	        zone),
	    .todo = "",
	    .since = fact_time(alarm, "since"),
	    .until = fact_time(alarm, "until"),
	    .of = of != NULL ? of->zone : NULL,
	};

	if (of != NULL) {
		of->has_alarm = true;
	}
	if (of != NULL && !of->is_told && !of->state->is_quiet &&
	    alarm_is_state(alarm, zone, of->state)) {
		of->is_told = true;
		problem.state = of->state;
		problem.kind = of->state->kind;
		problem.todo = of->state->todo;
		if (problem.until == 0) {
			problem.until = fact_time(of->zone, "until");
		}
	}
	list->problems[list->n++] = problem;
}

static void
add_alarms(struct list *list)
{
	const json_t *alarms = fact_array(list->status, "alarms");

	for (size_t i = 0; i < json_array_size(alarms); i++) {
		const json_t *alarm = json_array_get(alarms, i);
		enum level level =
		    level_from_name(fact_text(alarm, "level", ""));

		if (level != LEVEL_OK && !is_gates_own(list, alarm)) {
			add_alarm(list, alarm);
		}
	}
}

/* Zones that are bad by their state or level, and no alarm says so. */
static void
add_zones(struct list *list)
{
	for (size_t i = 0; i < list->n_suspects; i++) {
		const struct suspect *one = &list->suspects[i];
		enum level level = level_of_zone(one->zone);

		if (one->is_told || (one->state->is_quiet && one->has_alarm)) {
			continue;
		}
		list->problems[list->n++] = (struct problem){
		    .level = level == LEVEL_OK ? LEVEL_WARNING : level,
		    .state = one->state,
		    .zone = one->name,
		    .kind = one->state->kind,
		    .what = one->has_alarm ? one->state->meaning
		                           : zone_words(one->zone, one->state),
		    .todo = one->state->is_quiet ? "" : one->state->todo,
		    .since = fact_time(one->zone, "since"),
		    .until = fact_time(one->zone, "until"),
		    .of = one->zone,
		};
	}
}

static void
add_unnamed(struct list *list)
{
	enum level level =
	    level_from_name(fact_text(list->status, "level", ""));

	for (size_t i = 0; i < list->n; i++) {
		if (list->problems[i].level <= level) {
			return;
		}
	}
	if (level != LEVEL_OK) {
		list->problems[list->n++] = (struct problem){
		    .level = level,
		    .zone = "",
		    .kind = "unknown",
		    .what = "The gate says that something is wrong, but not "
		            "what.",
		    .todo = "Ask the gate: zonegate status.",
		};
	}
}

/* The gate's state is before everything of its level: who has no gate that is
 * well cannot judge any zone. */
static int
weight(const struct problem *problem)
{
	int gate = problem->zone[0] == '\0' && problem->state != NULL ? 0 : 1;

	return (int)problem->level * 2 + gate;
}

/* Keeps the order within a level; ROOM is for as many. */
static void
sort(struct list *list, struct problem *room)
{
	size_t filled = 0;

	for (int at = 0; at < 2 * N_LEVELS; at++) {
		for (size_t i = 0; i < list->n; i++) {
			if (weight(&list->problems[i]) == at) {
				room[filled++] = list->problems[i];
			}
		}
	}
	memcpy(list->problems, room, filled * sizeof(*room));
}

size_t
problems_of(const json_t *status, struct problem **problems)
{
	size_t zones = json_array_size(fact_array(status, "zones"));
	size_t most = 2 + zones + json_array_size(fact_array(status, "alarms"));
	struct list list = {
	    .status = status,
	    .problems = calloc(most * 2, sizeof(struct problem)),
	    .suspects = calloc(zones + 1, sizeof(struct suspect)),
	};

	if (list.problems == NULL || list.suspects == NULL) {
		free(list.problems);
		list.problems = NULL;
	} else {
		find_suspects(&list);
		add_gate(&list);
		add_alarms(&list);
		add_zones(&list);
		add_unnamed(&list);
		sort(&list, list.problems + most);
	}
	free(list.suspects);
	*problems = list.problems;
	return list.n;
}

enum level
level_of(const json_t *status, const struct problem *problems, size_t n)
{
	enum level level = level_from_name(fact_text(status, "level", ""));

	/* Sorted: the first is the worst. */
	return n > 0 && problems[0].level < level ? problems[0].level : level;
}

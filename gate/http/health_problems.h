/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * health_problems.h -- everything in a status that is not as it should be, once
 * each, worst first: what /health lists and what the page leads with.
 */
#pragma once

#include "health_words.h"

struct problem {
	enum level level;
	const struct state *state; /* of the zone or gate; NULL: an alarm */
	const char *zone;          /* "": the gate's own */
	const char *kind;          /* "zone bad", or the alarm's */
	const char *what;          /* in a sentence or two */
	const char *todo;          /* or "": WHAT says it */
	int64_t since, until;      /* seconds since 1970; 0: unknown */
	const json_t *of;          /* the zone in the status; or NULL */
};

/*
 * Fills *PROBLEMS, to be freed, with pointers into STATUS, which may be NULL.
 * The order is that of the alarms, which the daemon has sorted, within their
 * levels; the gate's own state comes first.  A state of a zone stands where the
 * alarm about it stands, and both are one problem.  If the level of the whole
 * is worse than that of everything named, a problem says so.  Returns their
 * number; 0 with NULL when memory is short.
 */
size_t problems_of(const json_t *status, struct problem **problems);

/* Of the whole: the worst of what the status says and of PROBLEMS. */
enum level level_of(const json_t *status, const struct problem *problems,
    size_t n);

/* The level of a zone of the status. */
enum level level_of_zone(const json_t *zone);

/* True if ALARM is of ZONE and says what STATE says. */
bool alarm_is_state(const json_t *alarm, const char *zone,
    const struct state *state);

/* True if ZONE, in STATE, only waits for the gate of STATUS: the gate's state
 * says it for all of them. */
bool zone_waits_for_gate(const json_t *status, const struct state *state);

/* What ZONE's own text has to say of its STATE: its meaning, where the text is
 * about something else. */
const char *zone_words(const json_t *zone, const struct state *state);

/* TEXT behind "ZONE: ", if it begins so: for where the zone's name stands. */
const char *text_after_zone(const char *text, const char *zone);

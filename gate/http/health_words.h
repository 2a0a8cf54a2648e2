/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * health_words.h -- the states of a zone in words for the person on call: what
 * it means, and what to do next.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum level {
	LEVEL_CRITICAL, /* zero: what does not say how bad it is */
	LEVEL_WARNING,
	LEVEL_OK,
	N_LEVELS
};

/* "ok", "warning"; everything else is critical. */
enum level level_from_name(const char *name);
const char *level_name(enum level level);

/* A row for each state that a zone, or the gate, can be in. */
struct state {
	const char *name;    /* in the status document: "held" */
	const char *word;    /* "HELD" */
	const char *kind;    /* on /health: "zone held" */
	const char *mark;    /* a sign beside the word, HTML */
	const char *alarm;   /* the kind of alarm that says the same, or "" */
	const char *meaning; /* one sentence */
	const char *todo;
	bool is_quiet;   /* nothing for anybody to do */
	bool may_be_ok;  /* the level says whether it is: the daemon waits */
	unsigned needed; /* persons that may release it; 0: no one */
};

/* The row of NAME, never NULL: what is not known is the row "unknown". */
const struct state *state_of_zone(const char *name);
/* "ok", "broken", "clock-suspect". */
const struct state *state_of_gate(const char *name);
/* The I-th row of those for zones, worst first; NULL after the last. */
const struct state *state_row(size_t i);

/* What to type next. */
#define ADVICE_COMMAND 160
#define ADVICE_COMMANDS 3
struct advice {
	char who[160]; /* who is needed: "One named operator ..."; or "" */
	char command[ADVICE_COMMANDS][ADVICE_COMMAND];
	size_t n_commands;
};

/* For CANDIDATE (of control.h, or NULL) of a zone in STATE. */
void advice_for(const struct state *state, const json_t *candidate,
    struct advice *advice);

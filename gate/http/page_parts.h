/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_parts.h -- what the pages are put together from.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "http/health_words.h"

/* page.css. */
extern const char page_style[];

/*
 * Writes TEXT, from whomever it comes: escaped, control and direction-changing
 * characters replaced, cut after a bound.
 */
void part_text(FILE *out, const char *text);

/* Writes the address of ZONE's page. */
void part_zone_address(FILE *out, const char *zone);
/* Writes ZONE, linked to its page. */
void part_zone(FILE *out, const char *zone);

/* Writes "1 d 4 h", "12 min", "45 s": two units at most, no sign. */
#define SPAN_TEXT 48
char *span_words(int64_t seconds, char text[SPAN_TEXT]);

/* Writes a <time>: "03:12 UTC" if AT_S is of the day of NOW_S, the date before
 * it otherwise; "an unknown time" for 0.  NOW_S may be 0. */
void part_time(FILE *out, int64_t at_s, int64_t now_s);

/* Writes how long ago AT_S was, or in how long it will be: "3 h ago", "in 2 d
 * 4 h"; "an unknown time ago" if it or NOW_S is not known. */
void part_ago(FILE *out, int64_t at_s, int64_t now_s);

/* Writes the box with a state's sign and word. */
void part_state(FILE *out, const struct state *state);

/* The head, and the body's beginning.  TITLE and TONE, the name of a level, come
 * from us; ZONE, after TITLE, does not.  Loaded again after REFRESH_S
 * seconds. */
void part_head(FILE *out, const char *title, const char *zone, const char *tone,
    unsigned refresh_s);
/* The links and the end.  STATUS may be NULL. */
void part_foot(FILE *out, const json_t *status);

/* What is wrong with ZONE in STATE, short: what the state means, and the reason
 * of the candidate that waits; WORDS where there is none. */
void part_what(FILE *out, const json_t *zone, const struct state *state,
    const char *words);

/* The big countdowns of a zone in STATE: until its published signatures run
 * out, until SOA expire, and for how long it has been so. */
void part_clocks(FILE *out, const json_t *zone, const struct state *state,
    int64_t now_s);

/* Who is needed and what to type. */
void part_advice(FILE *out, const char *todo, const struct advice *advice);

/* "2 block, 1 warn" of a candidate's summary; nothing if it has none. */
void part_counts(FILE *out, const json_t *candidate);

/* The link to CANDIDATE's findings, if it has a report. */
void part_report_link(FILE *out, const json_t *candidate);

/* "serial 7, released 3 h ago by approval": what is published of a zone. */
void part_published(FILE *out, const json_t *zone, int64_t now_s);

/* The class of a state: its name, or "unknown". */
const char *state_class(const struct state *state);

/* "now" of a document: its member "at", or what a zone's expiry and headroom
 * say; 0 if neither is there. */
int64_t now_of(const json_t *document);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outcome_members.h -- the members of a JSON object that nobody trusts: each
 * must be there, of its type, within its bounds.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The first thing that was wrong: once there is one, ERROR keeps it, and every
 * reader gives zero, NULL or "".  So a caller reads on, and asks at the end.
 */
struct doubt {
	char *error;
	size_t size;
};

void doubt(struct doubt *doubt, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool has_doubt(const struct doubt *doubt);

/* Member NAME of O, which must be an object, an array.  With OR_NULL it may be
 * null, and NULL comes back. */
const json_t *member_object(struct doubt *doubt, const json_t *o,
    const char *name, bool or_null);
const json_t *member_array(struct doubt *doubt, const json_t *o,
    const char *name, size_t most);

/* Row I of an array, which must be an object. */
const json_t *row_object(struct doubt *doubt, const json_t *a, size_t i);

bool member_is_null(const json_t *o, const char *name);

/* An integer from 0 to MOST. */
uint64_t member_number(struct doubt *doubt, const json_t *o, const char *name,
    uint64_t most);

/* The same; null is 0. */
uint64_t member_number_or_null(struct doubt *doubt, const json_t *o,
    const char *name, uint64_t most);

bool member_bool(struct doubt *doubt, const json_t *o, const char *name);

/* A duration in seconds, at most a year. */
double member_seconds(struct doubt *doubt, const json_t *o, const char *name);

/* A time in RFC 3339, after 1970 and before 2242; with OR_NULL, null is 0. */
int64_t member_time(struct doubt *doubt, const json_t *o, const char *name,
    bool or_null);

/* A string that is in TEXT whole, of printable ASCII without blanks; with
 * OR_NULL, null is "". */
void member_word(struct doubt *doubt, const json_t *o, const char *name,
    char *text, size_t size, bool or_null);

/* A string for people: cut to SIZE, what is not printable ASCII becomes a
 * question mark; null is "". */
void member_text(struct doubt *doubt, const json_t *o, const char *name,
    char *text, size_t size);

/* The same, to be freed; at most MOST octets. */
char *member_text_copy(struct doubt *doubt, const json_t *o, const char *name,
    size_t most);

/* 64 hexadecimal digits in lower case. */
void member_sha256(struct doubt *doubt, const json_t *o, const char *name,
    uint8_t sha256[32]);

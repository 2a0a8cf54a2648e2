/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * health_facts.h -- members of a JSON document that may be missing or of
 * another type.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The text at KEY of OBJECT, or OTHERWISE.  OBJECT may be NULL or no object,
 * here and below. */
const char *fact_text(const json_t *object, const char *key,
    const char *otherwise);

/* True, with *NUMBER, if there is a number (a finite one) at KEY. */
bool fact_number(const json_t *object, const char *key, double *number);

/* True, with *INTEGER, if there is an integer at KEY. */
bool fact_integer(const json_t *object, const char *key, int64_t *integer);

/* The moment at KEY in seconds since 1970; 0 if there is none. */
int64_t fact_time(const json_t *object, const char *key);

/* What is at KEY if it is an object, or an array; NULL otherwise. */
const json_t *fact_object(const json_t *object, const char *key);
const json_t *fact_array(const json_t *object, const char *key);

/* Takes a character away from the end of TEXT, UTF-8, that was cut in two. */
void fact_mend(char *text);

/* Closes OUT, of open_memstream(), and returns what it gathered; NULL, with
 * everything freed and *LENGTH 0, if IS_DONE is false or not all was taken. */
char *fact_finish(FILE *out, bool is_done, char **text, size_t *length);

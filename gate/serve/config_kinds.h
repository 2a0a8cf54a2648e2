/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_kinds.h -- what config_value.c asks of single values.
 *
 * Where a value is refused, WRONG (CONFIG_WRONG octets) gets what it must be.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config_value.h"

/* Writes WRONG; returns false. */
bool config_must_be(char *wrong, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- config_text.c ---- */

/* A copy of TEXT as a ROW whose place is a char * wants it, or NULL. */
char *config_string(const struct config_row *row, const char *text,
    const struct config_context *context, char *wrong);

/* Copies of the N VALUES as a ROW whose place is a char ** wants them, with
 * NULL after the last; or NULL. */
char **config_list(const struct config_row *row, char *const *values, size_t n,
    char *wrong);
void config_list_free(char **list);

/* ---- config_scalar.c ---- */

/* The first LENGTH octets of TEXT, all of them digits. */
bool config_digits(const char *text, size_t length, int64_t *value);

/* A number, duration or size within ROW's bounds. */
bool config_number(const struct config_row *row, const char *text,
    int64_t *value, char *wrong);

#define SIZE_TEXT 32
/* "64M": the largest unit without a remainder; returns TEXT. */
char *config_size_to_text(uint64_t size, char text[SIZE_TEXT]);

/* What TEXT means among the words of KIND, and back; NULL if none does. */
bool config_word(enum config_kind kind, const char *text, unsigned *value,
    char *wrong);
const char *config_word_for(enum config_kind kind, unsigned value);

/* All N words together, as bits. */
bool config_waivers(char *const *values, size_t n, unsigned *bits, char *wrong);

bool config_hash(const char *text, uint8_t sha256[32], char *wrong);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metrics_write.h -- OpenMetrics text, line by line.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* Longer than any name; the rest of a label's value is left out. */
#define LABEL_MOST 1100

struct metrics {
	FILE *out;
	const json_t *status;
	const json_t **zones; /* with a name, each name once */
	size_t n_zones;
	int64_t now_s; /* 0: unknown */
};

/* Begins a family.  TYPE is NULL for a counter (metrics.c says why), UNIT for
 * none. */
void metrics_family(FILE *out, const char *name, const char *type,
    const char *unit, const char *help);

/* Writes name="VALUE", escaped. */
void metrics_label(FILE *out, const char *name, const char *value);

/* Writes a space, VALUE and the end of the line. */
void metrics_number(FILE *out, double value);

/* ZONE's name; "" if it has none. */
const char *metrics_zone(const json_t *zone);

/* All families that have a zone. */
void metrics_zones(const struct metrics *m);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * time_text.h -- moments and durations as people write them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TIME_TEXT 32

/* Reads RFC 3339 ("2026-08-05T00:00:00Z", an offset is allowed) or
 * YYYYMMDDHHMMSS (UTC) into seconds since 1970.  False if it is neither. */
bool time_from_text(const char *text, int64_t *at_s);

/* Writes "2026-08-05T00:00:00Z"; returns TEXT. */
char *time_to_text(int64_t at_s, char text[TIME_TEXT]);

/* Reads a duration: a number and one of s, m, h, d, w, repeated with units
 * falling ("1d12h"); "0" needs no unit.  False if it is none. */
bool duration_from_text(const char *text, int64_t *seconds);

/* Writes "0s", "90s" as "1m30s", "30d"; negative ones with a minus sign, and
 * never weeks.  Returns TEXT. */
char *duration_to_text(int64_t seconds, char text[TIME_TEXT]);

/* An RRSIG's 32-bit time, read near AT_S (RFC 4034 3.1.5, RFC 1982). */
int64_t time_from_serial(uint32_t serial, int64_t at_s);

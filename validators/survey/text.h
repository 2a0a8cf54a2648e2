/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.h -- times, durations and serial numbers for findings.
 *
 * No call here looks at a clock or at the system's time zone.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Longest time with its terminator. */
#define TIME_TEXT 32
/* Longest duration with its terminator. */
#define DURATION_TEXT 48

/* RFC 1982 3.2: A is less than B.  Undefined there, false here, both ways,
 * if they differ by exactly 2^31. */
bool serial_less(uint32_t a, uint32_t b);

/* The time that STAMP, of an RRSIG, means when it is AT (RFC 4034 3.1.5). */
int64_t time_near(uint32_t stamp, int64_t at);

/* Writes seconds since 1970 as RFC 3339 UTC; returns TEXT. */
char *time_to_text(int64_t seconds, char text[TIME_TEXT]);

/* Writes a duration by its two greatest units ("1d 4h", "59s"); returns
 * TEXT. */
char *duration_to_text(int64_t seconds, char text[DURATION_TEXT]);

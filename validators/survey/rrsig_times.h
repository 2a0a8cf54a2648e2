/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rrsig_times.h -- times of signatures against the time of judgement, and
 * signatures beyond a bound: what the checks of times share.
 *
 * All times are compared by serial number arithmetic (RFC 4034 3.1.5), with
 * no leniency for clocks.
 */
#pragma once

#include "survey/signing.h"
#include "survey/text.h"

/* The time of judgement as an RRSIG would say it. */
static inline uint32_t
rrsig_now(const struct survey *s)
{
	return (uint32_t)s->job->at;
}

/* RFC 4035 5.3.1: the current time MUST be greater than or equal to the
 * inception. */
static inline bool
rrsig_has_begun(const struct survey *s, const struct index_rrsig *rrsig)
{
	uint32_t now = rrsig_now(s);

	return rrsig->inception == now || serial_less(rrsig->inception, now);
}

/* RFC 4035 5.3.1: the current time MUST be less than or equal to the
 * expiration. */
static inline bool
rrsig_has_expired(const struct survey *s, const struct index_rrsig *rrsig)
{
	uint32_t now = rrsig_now(s);

	return rrsig->expiration != now && !serial_less(now, rrsig->expiration);
}

/* Seconds that are left to a signature that has not expired. */
static inline int64_t
rrsig_left(const struct survey *s, const struct index_rrsig *rrsig)
{
	return (int64_t)(rrsig->expiration - rrsig_now(s));
}

/* Sets *LIFE to the seconds between inception and expiration; returns false
 * if the one is not before the other, which is rrsig_serial_arith. */
static inline bool
rrsig_life(const struct index_rrsig *rrsig, int64_t *life)
{
	*life = (int64_t)(rrsig->expiration - rrsig->inception);
	return serial_less(rrsig->inception, rrsig->expiration);
}

/* Writes the time that STAMP means. */
static inline char *
rrsig_stamp_to_text(const struct survey *s, uint32_t stamp,
    char text[static TIME_TEXT])
{
	return time_to_text(time_near(stamp, s->job->at), text);
}

/* The signatures beyond one bound, and the one that is farthest beyond. */
struct beyond {
	enum option_id bound;
	enum severity severity;
	uint32_t n;
	uint32_t worst_row;
	int64_t worst;
};

static inline void
beyond_add(struct beyond *beyond, uint32_t row, int64_t seconds, bool is_worse)
{
	if (beyond->n++ == 0 || is_worse) {
		beyond->worst_row = row;
		beyond->worst = seconds;
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rrsig_time_checks.c -- checks of whether signatures are valid at the time
 * of judgement.  How long they live is in rrsig_life_checks.c, how much of
 * that is left in rrsig_left_checks.c.
 */
#include "survey/rrsig_times.h"

void
check_rrsig_inception_not_future(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		if (!rrsig_has_begun(s, rrsig)) {
			char when[TIME_TEXT], ahead[DURATION_TEXT];

			finding(s, CHECK_rrsig_inception_not_future,
			    place_rrsig(s, rrsig),
			    "by key %u: valid from %s, in %s", rrsig->key_tag,
			    rrsig_stamp_to_text(s, rrsig->inception, when),
			    duration_to_text((int64_t)(rrsig->inception -
			                               rrsig_now(s)),
			        ahead));
		}
	}
}

void
check_rrsig_not_expired(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		if (rrsig_has_expired(s, rrsig)) {
			char when[TIME_TEXT], ago[DURATION_TEXT];

			finding(s, CHECK_rrsig_not_expired,
			    place_rrsig(s, rrsig),
			    "by key %u: expired %s, %s ago", rrsig->key_tag,
			    rrsig_stamp_to_text(s, rrsig->expiration, when),
			    duration_to_text((int64_t)(rrsig_now(s) -
			                               rrsig->expiration),
			        ago));
		}
	}
}

void
check_rrsig_serial_arith(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		/* RFC 4034 3.1.5: by RFC 1982, which leaves a difference of
		 * 2^31 undefined. */
		if (!serial_less(rrsig->inception, rrsig->expiration)) {
			char from[TIME_TEXT], to[TIME_TEXT];

			finding(s, CHECK_rrsig_serial_arith,
			    place_rrsig(s, rrsig),
			    "by key %u: expected an expiration after the "
			    "inception, %s (%u), found %s (%u)",
			    rrsig->key_tag,
			    rrsig_stamp_to_text(s, rrsig->inception, from),
			    rrsig->inception,
			    rrsig_stamp_to_text(s, rrsig->expiration, to),
			    rrsig->expiration);
		}
	}
}

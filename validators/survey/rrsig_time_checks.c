/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rrsig_time_checks.c -- checks of when signatures are valid, and for how
 * long, against the time of judgement.
 *
 * All times are compared by serial number arithmetic (RFC 4034 3.1.5), with
 * no leniency for clocks.
 */
#include "survey/signing.h"
#include "survey/text.h"

/* The time of judgement as an RRSIG would say it. */
static uint32_t
now(const struct survey *s)
{
	return (uint32_t)s->job->at;
}

/* True if A is B, or before it. */
static bool
is_not_after(uint32_t a, uint32_t b)
{
	return a == b || serial_less(a, b);
}

static bool
has_begun(const struct survey *s, const struct index_rrsig *rrsig)
{
	return is_not_after(rrsig->inception, now(s));
}

static bool
has_expired(const struct survey *s, const struct index_rrsig *rrsig)
{
	return !is_not_after(now(s), rrsig->expiration);
}

/* Writes the time that STAMP means. */
static char *
stamp_to_text(const struct survey *s, uint32_t stamp,
    char text[static TIME_TEXT])
{
	return time_to_text(time_near(stamp, s->job->at), text);
}

void
check_rrsig_inception_not_future(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		/* RFC 4035 5.3.1: the current time MUST be greater than or
		 * equal to the inception. */
		if (!has_begun(s, rrsig)) {
			char when[TIME_TEXT], ahead[DURATION_TEXT];

			finding(s, CHECK_rrsig_inception_not_future,
			    place_rrsig(s, rrsig),
			    "by key %u: valid from %s, in %s", rrsig->key_tag,
			    stamp_to_text(s, rrsig->inception, when),
			    duration_to_text((int64_t)(rrsig->inception -
			                               now(s)),
			        ahead));
		}
	}
}

void
check_rrsig_not_expired(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		/* RFC 4035 5.3.1: the current time MUST be less than or equal
		 * to the expiration. */
		if (has_expired(s, rrsig)) {
			char when[TIME_TEXT], ago[DURATION_TEXT];

			finding(s, CHECK_rrsig_not_expired,
			    place_rrsig(s, rrsig),
			    "by key %u: expired %s, %s ago", rrsig->key_tag,
			    stamp_to_text(s, rrsig->expiration, when),
			    duration_to_text((int64_t)(now(s) -
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
			    stamp_to_text(s, rrsig->inception, from),
			    rrsig->inception,
			    stamp_to_text(s, rrsig->expiration, to),
			    rrsig->expiration);
		}
	}
}

/* The signatures beyond one bound, and the one that is farthest beyond. */
struct beyond {
	enum option_id bound;
	enum severity severity;
	uint32_t n;
	uint32_t worst_row;
	int64_t worst;
};

static void
beyond_add(struct beyond *beyond, uint32_t row, int64_t seconds, bool is_worse)
{
	if (beyond->n++ == 0 || is_worse) {
		beyond->worst_row = row;
		beyond->worst = seconds;
	}
}

static void
report_remaining(struct survey *s, const struct beyond *beyond)
{
	char when[TIME_TEXT], left[DURATION_TEXT], bound[DURATION_TEXT];

	if (beyond->n == 0) {
		return;
	}
	const struct index_rrsig *rrsig = &s->index.rrsigs[beyond->worst_row];

	finding_as(s, CHECK_rrsig_remaining_min, beyond->severity,
	    beyond->bound, place_one_of(place_rrsig(s, rrsig), beyond->n),
	    "%u of %u signatures have less than %s left; the first, by key "
	    "%u, expires %s, in %s",
	    beyond->n, s->index.n_rrsigs,
	    duration_to_text(option(s, beyond->bound), bound), rrsig->key_tag,
	    stamp_to_text(s, rrsig->expiration, when),
	    duration_to_text(beyond->worst, left));
}

void
check_rrsig_remaining_min(struct survey *s)
{
	struct beyond steps[] = {
	    {.bound = OPTION_rrsig_remaining_block, .severity = SEVERITY_BLOCK},
	    {.bound = OPTION_rrsig_remaining_min, .severity = SEVERITY_HOLD},
	    {.bound = OPTION_rrsig_remaining_warn, .severity = SEVERITY_WARN},
	};
	const unsigned n_steps = sizeof(steps) / sizeof(steps[0]);

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];
		int64_t left = (int64_t)(rrsig->expiration - now(s));

		if (has_expired(s, rrsig)) {
			continue;
		}
		for (unsigned j = 0; j < n_steps; j++) {
			if (left < option(s, steps[j].bound)) {
				beyond_add(&steps[j], i, left,
				    left < steps[j].worst);
				break;
			}
		}
	}
	for (unsigned j = 0; j < n_steps; j++) {
		report_remaining(s, &steps[j]);
	}
}

static void
report_lifetime(struct survey *s, const struct beyond *beyond)
{
	char life[DURATION_TEXT], bound[DURATION_TEXT], offset[DURATION_TEXT];
	bool is_exclusive = option(s, OPTION_rrsig_lifetime_exclusive) != 0;

	if (beyond->n == 0) {
		return;
	}
	const struct index_rrsig *rrsig = &s->index.rrsigs[beyond->worst_row];

	finding_as(s, CHECK_rrsig_lifetime_max, beyond->severity, beyond->bound,
	    place_one_of(place_rrsig(s, rrsig), beyond->n),
	    "expected lifetimes %s %s, inception offset of %s taken off; found "
	    "%u signatures beyond that, the longest, by key %u, with %s",
	    is_exclusive ? "less than" : "of at most",
	    duration_to_text(option(s, beyond->bound), bound),
	    duration_to_text(option(s, OPTION_rrsig_inception_offset), offset),
	    beyond->n, rrsig->key_tag, duration_to_text(beyond->worst, life));
}

void
check_rrsig_lifetime_max(struct survey *s)
{
	struct beyond data = {
	    .bound = OPTION_rrsig_lifetime_max, .severity = SEVERITY_HOLD};
	struct beyond dnskey = {.bound = OPTION_rrsig_lifetime_max_dnskey,
	    .severity = SEVERITY_HOLD};
	int64_t offset = option(s, OPTION_rrsig_inception_offset);
	bool is_exclusive = option(s, OPTION_rrsig_lifetime_exclusive) != 0;

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];
		struct beyond *beyond =
		    rrsig->type_covered == TYPE_DNSKEY ? &dnskey : &data;
		int64_t most = option(s, beyond->bound);
		/* Signers back-date the inception for slow clocks. */
		int64_t life =
		    (int64_t)(rrsig->expiration - rrsig->inception) - offset;

		if (serial_less(rrsig->inception, rrsig->expiration) &&
		    (life > most || (is_exclusive && life == most))) {
			beyond_add(beyond, i, life, life > beyond->worst);
		}
	}
	report_lifetime(s, &data);
	report_lifetime(s, &dnskey);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rrsig_life_checks.c -- checks of how long signatures live, and how far
 * signers back-date them.
 */
#include "survey/rrsig_times.h"

/* ---- rrsig_lifetime_max ---- */

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

/* Lifetimes that only the inception offset keeps within the bound.  A policy
 * that sets the severity means those beyond it. */
static void
report_raw_lifetime(struct survey *s, const struct beyond *beyond)
{
	char life[DURATION_TEXT], bound[DURATION_TEXT];

	if (beyond->n == 0 || finding_severity(s, CHECK_rrsig_lifetime_max,
	                          beyond->severity) < beyond->severity) {
		return;
	}
	const struct index_rrsig *rrsig = &s->index.rrsigs[beyond->worst_row];

	finding_as(s, CHECK_rrsig_lifetime_max, beyond->severity, beyond->bound,
	    place_one_of(place_rrsig(s, rrsig), beyond->n),
	    "expected lifetimes less than %s; found %u signatures that are "
	    "less only if the inception offset is taken off, the longest, by "
	    "key %u, with %s",
	    duration_to_text(option(s, beyond->bound), bound), beyond->n,
	    rrsig->key_tag, duration_to_text(beyond->worst, life));
}

/* Where MOST is not allowed itself, what the offset hides is worth a warning:
 * the document need not have meant to take it off. */
static void
compare_lifetime(const struct survey *s, uint32_t row, struct beyond *beyond,
    struct beyond *raw)
{
	bool is_exclusive = option(s, OPTION_rrsig_lifetime_exclusive) != 0;
	int64_t most = option(s, beyond->bound);
	int64_t whole;

	if (!rrsig_life(&s->index.rrsigs[row], &whole)) {
		return;
	}
	/* Signers back-date the inception for slow clocks. */
	int64_t life = whole - option(s, OPTION_rrsig_inception_offset);

	if (life > most || (is_exclusive && life == most)) {
		beyond_add(beyond, row, life, life > beyond->worst);
	} else if (is_exclusive && whole >= most) {
		beyond_add(raw, row, whole, whole > raw->worst);
	}
}

void
check_rrsig_lifetime_max(struct survey *s)
{
	static const enum option_id bounds[] = {
	    OPTION_rrsig_lifetime_max, OPTION_rrsig_lifetime_max_dnskey};
	struct beyond beyond[2];
	struct beyond raw[2];

	for (unsigned i = 0; i < 2; i++) {
		beyond[i] = (struct beyond){
		    .bound = bounds[i], .severity = SEVERITY_HOLD};
		raw[i] = (struct beyond){
		    .bound = bounds[i], .severity = SEVERITY_WARN};
	}
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		unsigned which =
		    s->index.rrsigs[i].type_covered == TYPE_DNSKEY ? 1 : 0;

		compare_lifetime(s, i, &beyond[which], &raw[which]);
	}
	for (unsigned i = 0; i < 2; i++) {
		report_lifetime(s, &beyond[i]);
		report_raw_lifetime(s, &raw[i]);
	}
}

/* ---- rrsig_lifetime_min ---- */

void
check_rrsig_lifetime_min(struct survey *s)
{
	struct beyond beyond = {.bound = OPTION_rrsig_lifetime_min};
	int64_t offset = option(s, OPTION_rrsig_inception_offset);
	int64_t least = option(s, OPTION_rrsig_lifetime_min);
	char life[DURATION_TEXT], bound[DURATION_TEXT], off[DURATION_TEXT];

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		int64_t whole;

		if (!rrsig_life(&s->index.rrsigs[i], &whole)) {
			continue;
		}
		int64_t used = whole > offset ? whole - offset : 0;

		if (used < least) {
			beyond_add(&beyond, i, used, used < beyond.worst);
		}
	}
	if (beyond.n == 0) {
		return;
	}
	const struct index_rrsig *rrsig = &s->index.rrsigs[beyond.worst_row];

	finding_as(s, CHECK_rrsig_lifetime_min,
	    checks[CHECK_rrsig_lifetime_min].severity, beyond.bound,
	    place_one_of(place_rrsig(s, rrsig), beyond.n),
	    "expected lifetimes of at least %s, inception offset of %s taken "
	    "off; found %u signatures with less, the shortest, by key %u, with "
	    "%s",
	    duration_to_text(least, bound), duration_to_text(offset, off),
	    beyond.n, rrsig->key_tag, duration_to_text(beyond.worst, life));
}

/* ---- rrsig_inception_offset_min ---- */

/* Returns the row of the last inception of those that are past, which
 * rrsig_inception_not_future takes care of; INDEX_NONE if there is none. */
static uint32_t
newest_begun(const struct survey *s)
{
	uint32_t newest = INDEX_NONE;

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		if (rrsig_has_begun(s, rrsig) &&
		    (newest == INDEX_NONE ||
		        serial_less(s->index.rrsigs[newest].inception,
		            rrsig->inception))) {
			newest = i;
		}
	}
	return newest;
}

void
check_rrsig_inception_offset_min(struct survey *s)
{
	int64_t least = option(s, OPTION_rrsig_inception_offset_min);
	uint32_t newest = least > 0 ? newest_begun(s) : INDEX_NONE;
	char age[DURATION_TEXT], bound[DURATION_TEXT];

	if (newest == INDEX_NONE) {
		return;
	}
	const struct index_rrsig *rrsig = &s->index.rrsigs[newest];
	int64_t offset = (int64_t)(rrsig_now(s) - rrsig->inception);

	if (offset < least) {
		finding_as(s, CHECK_rrsig_inception_offset_min,
		    checks[CHECK_rrsig_inception_offset_min].severity,
		    OPTION_rrsig_inception_offset_min,
		    place_one_of(place_rrsig(s, rrsig), s->index.n_rrsigs),
		    "expected the newest inception at least %s before the time "
		    "of judgement, for validators with slow clocks; found %s",
		    duration_to_text(least, bound),
		    duration_to_text(offset, age));
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rrsig_left_checks.c -- checks of how much of their lifetimes signatures
 * have left, and of how their ends are spread.
 */
#include <string.h>

#include "survey/rrsig_times.h"

/* ---- rrsig_remaining_min and rrsig_refresh_window ---- */

/* What is left to one signature is said once: by the check that minds most
 * about it, by rrsig_remaining_min if both do alike. */

struct step {
	enum option_id bound;
	enum severity severity;
};

static const struct step steps[] = {
    {OPTION_rrsig_remaining_block, SEVERITY_BLOCK},
    {OPTION_rrsig_remaining_min, SEVERITY_HOLD},
    {OPTION_rrsig_remaining_warn, SEVERITY_WARN},
};
#define N_STEPS (sizeof(steps) / sizeof(steps[0]))

/* The step of rrsig_remaining_min that is not met if LEFT seconds are left,
 * or N_STEPS. */
static unsigned
remaining_step(const struct survey *s, int64_t left)
{
	unsigned i = 0;

	while (i < N_STEPS && left >= option(s, steps[i].bound)) {
		i++;
	}
	return i;
}

/* The least that is left to a signature at a release if the signer refreshes
 * those that have less than rrsig_refresh whenever it runs. */
static int64_t
refresh_bound(const struct survey *s)
{
	int64_t refresh = option(s, OPTION_rrsig_refresh);

	return refresh == 0 ? 0
	                    : refresh - option(s, OPTION_resign_interval_max);
}

/* What a check makes of LEFT seconds or a step that is not met, and whether
 * that is enough to be said. */
struct weight {
	enum severity own;
	enum severity said;
};

static struct weight
weight_of(const struct survey *s, enum check_id check, enum severity severity)
{
	return (struct weight){.own = finding_severity(s, check, severity),
	    .said = certain_severity(s, check, severity)};
}

static const struct weight nothing = {SEVERITY_OFF, SEVERITY_OFF};

static struct weight
weight_of_refresh(const struct survey *s, int64_t left)
{
	return left >= refresh_bound(s)
	           ? nothing
	           : weight_of(s, CHECK_rrsig_refresh_window,
	                 checks[CHECK_rrsig_refresh_window].severity);
}

static struct weight
weight_of_step(const struct survey *s, unsigned step)
{
	return step == N_STEPS ? nothing
	                       : weight_of(s, CHECK_rrsig_remaining_min,
	                             steps[step].severity);
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
	    rrsig_stamp_to_text(s, rrsig->expiration, when),
	    duration_to_text(beyond->worst, left));
}

void
check_rrsig_remaining_min(struct survey *s)
{
	struct beyond beyond[N_STEPS];

	for (unsigned i = 0; i < N_STEPS; i++) {
		beyond[i] = (struct beyond){
		    .bound = steps[i].bound, .severity = steps[i].severity};
	}
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];
		int64_t left = rrsig_left(s, rrsig);
		unsigned step = rrsig_has_expired(s, rrsig)
		                    ? N_STEPS
		                    : remaining_step(s, left);

		if (step < N_STEPS && weight_of_step(s, step).own <=
		                          weight_of_refresh(s, left).said) {
			beyond_add(&beyond[step], i, left,
			    left < beyond[step].worst);
		}
	}
	for (unsigned i = 0; i < N_STEPS; i++) {
		report_remaining(s, &beyond[i]);
	}
}

void
check_rrsig_refresh_window(struct survey *s)
{
	struct beyond beyond = {.bound = OPTION_rrsig_refresh};
	char when[TIME_TEXT], left_text[DURATION_TEXT], bound[DURATION_TEXT],
	    refresh[DURATION_TEXT], interval[DURATION_TEXT];

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];
		int64_t left = rrsig_left(s, rrsig);

		if (!rrsig_has_expired(s, rrsig) &&
		    weight_of_refresh(s, left).own <
		        weight_of_step(s, remaining_step(s, left)).said) {
			beyond_add(&beyond, i, left, left < beyond.worst);
		}
	}
	if (beyond.n == 0) {
		return;
	}
	const struct index_rrsig *rrsig = &s->index.rrsigs[beyond.worst_row];

	finding_as(s, CHECK_rrsig_refresh_window,
	    checks[CHECK_rrsig_refresh_window].severity, beyond.bound,
	    place_one_of(place_rrsig(s, rrsig), beyond.n),
	    "%u of %u signatures have less than %s left, though they are to be "
	    "refreshed at %s and signers run every %s; the first, by key %u, "
	    "expires %s, in %s",
	    beyond.n, s->index.n_rrsigs,
	    duration_to_text(refresh_bound(s), bound),
	    duration_to_text(option(s, OPTION_rrsig_refresh), refresh),
	    duration_to_text(option(s, OPTION_resign_interval_max), interval),
	    rrsig->key_tag, rrsig_stamp_to_text(s, rrsig->expiration, when),
	    duration_to_text(beyond.worst, left_text));
}

/* ---- rrsig_vs_max_ttl ---- */

/* RFC 4641 4.1.1: TTLs should be "at least a few times smaller" than the
 * signature validity period; this few. */
#define TTL_FRACTION 3

/* True if what is left is already called too little for a release. */
static bool
is_running_out(const struct survey *s, int64_t left)
{
	return weight_of_step(s, remaining_step(s, left)).said <=
	           SEVERITY_HOLD ||
	       weight_of_refresh(s, left).said <= SEVERITY_HOLD;
}

/* True if TTL itself is called too long. */
static bool
is_beyond_all(const struct survey *s, int64_t ttl)
{
	return ttl > option(s, OPTION_ttl_max) &&
	       says_enough(s, CHECK_ttl_range, CHECK_rrsig_vs_max_ttl);
}

static void
report_ttl(struct survey *s, const struct beyond *beyond)
{
	char left[DURATION_TEXT], ttl[DURATION_TEXT];

	if (beyond->n == 0) {
		return;
	}
	const struct index_rrsig *rrsig = &s->index.rrsigs[beyond->worst_row];
	const struct index_rrset *rrset = &s->index.rrsets[rrsig->rrset];
	bool is_warning = beyond->severity == SEVERITY_WARN;

	finding_as(s, CHECK_rrsig_vs_max_ttl, beyond->severity, OPTION_none,
	    place_one_of(place_rrsig(s, rrsig), beyond->n),
	    "%u of %u signatures %s; here the TTL is %s, and %s %s", beyond->n,
	    s->index.n_rrsigs,
	    is_warning ? "expire before the TTL of their RRset runs out"
	               : "live less than three times the TTL of their RRset",
	    duration_to_text(rrset->ttl, ttl),
	    duration_to_text(is_warning ? rrsig_left(s, rrsig)
	                                : beyond->worst + rrset->ttl,
	        left),
	    is_warning ? "are left" : "are its signature's lifetime");
}

void
check_rrsig_vs_max_ttl(struct survey *s)
{
	struct beyond warn = {.severity = SEVERITY_WARN};
	struct beyond info = {.severity = SEVERITY_INFO};

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];
		int64_t left = rrsig_left(s, rrsig);
		int64_t life;

		if (rrsig->rrset == INDEX_NONE || rrsig_has_expired(s, rrsig) ||
		    !rrsig_life(rrsig, &life) || is_running_out(s, left)) {
			continue;
		}
		int64_t ttl = s->index.rrsets[rrsig->rrset].ttl;

		if (is_beyond_all(s, ttl)) {
			continue;
		}
		/* RFC 4035 5.3.3: validators cut the TTL down to what is
		 * left, and all caches ask again at that moment. */
		if (left < ttl) {
			beyond_add(&warn, i, left - ttl,
			    left - ttl < warn.worst);
		} else if (life < TTL_FRACTION * ttl) {
			beyond_add(&info, i, life - ttl,
			    life - ttl < info.worst);
		}
	}
	report_ttl(s, &warn);
	/* A policy that sets the severity means what expires. */
	if (finding_severity(s, CHECK_rrsig_vs_max_ttl, info.severity) >=
	    info.severity) {
		report_ttl(s, &info);
	}
}

/* ---- rrsig_vs_soa_expire ---- */

void
check_rrsig_vs_soa_expire(struct survey *s)
{
	char left_text[DURATION_TEXT], expire[DURATION_TEXT];
	uint32_t first = INDEX_NONE;
	int64_t least = 0;

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];
		int64_t left = rrsig_left(s, rrsig);

		if (!rrsig_has_expired(s, rrsig) &&
		    (first == INDEX_NONE || left < least)) {
			first = i;
			least = left;
		}
	}
	/* RFC 4641 4.1.1: secondaries that lost their primary should stop
	 * answering before the signatures end. */
	if (first != INDEX_NONE && least < s->header.soa_expire) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[first];

		finding(s, CHECK_rrsig_vs_soa_expire, place_rrsig(s, rrsig),
		    "expected at least the SOA's EXPIRE of %s left; here, by "
		    "key %u, it is %s",
		    duration_to_text(s->header.soa_expire, expire),
		    rrsig->key_tag, duration_to_text(least, left_text));
	}
}

/* ---- rrsig_expiry_clustering ---- */

/* In smaller zones a bin says nothing. */
#define CLUSTERING_RRSIGS 1000
#define BIN_SECONDS 3600
#define N_BINS (UINT32_MAX / BIN_SECONDS + 1)

/* How far apart the least and the greatest of some stamps are. */
struct span {
	uint32_t first, last;
};

static void
span_add(struct span *span, uint32_t stamp)
{
	if (serial_less(stamp, span->first)) {
		span->first = stamp;
	}
	if (serial_less(span->last, stamp)) {
		span->last = stamp;
	}
}

/*
 * True if all was signed in one run, and the ends lie as far apart as jitter
 * can put them: such a zone shows nothing about refreshing yet.  Chance seldom
 * reaches both ends of that span: a bin at each may be empty.
 */
static bool
is_first_signing(const struct survey *s)
{
	struct span inceptions = {
	    s->index.rrsigs[0].inception, s->index.rrsigs[0].inception};
	struct span expirations = {
	    s->index.rrsigs[0].expiration, s->index.rrsigs[0].expiration};

	for (uint32_t i = 1; i < s->index.n_rrsigs; i++) {
		span_add(&inceptions, s->index.rrsigs[i].inception);
		span_add(&expirations, s->index.rrsigs[i].expiration);
	}
	return inceptions.last - inceptions.first < BIN_SECONDS &&
	       (int64_t)(expirations.last - expirations.first) +
	               2 * BIN_SECONDS >=
	           2 * option(s, OPTION_rrsig_jitter);
}

void
check_rrsig_expiry_clustering(struct survey *s)
{
	int64_t most = option(s, OPTION_jitter_max_bin_pct);
	uint32_t n = s->index.n_rrsigs;
	uint32_t fullest = 0;
	char when[TIME_TEXT];

	if (most == 0 || n < CLUSTERING_RRSIGS || is_first_signing(s)) {
		return;
	}
	uint32_t *bins = arena_alloc(&s->arena, N_BINS * sizeof(*bins));

	memset(bins, 0, N_BINS * sizeof(*bins));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t bin = s->index.rrsigs[i].expiration / BIN_SECONDS;

		bins[bin]++;
		if (bins[bin] > bins[fullest]) {
			fullest = bin;
		}
	}
	if ((uint64_t)bins[fullest] * 100 > (uint64_t)most * n) {
		finding_as(s, CHECK_rrsig_expiry_clustering,
		    checks[CHECK_rrsig_expiry_clustering].severity,
		    OPTION_jitter_max_bin_pct, place_zone(),
		    "expected at most %d %% of the signatures to expire within "
		    "one hour; within that from %s %u of %u do",
		    (int)most,
		    rrsig_stamp_to_text(s, fullest * BIN_SECONDS, when),
		    bins[fullest], n);
	}
}

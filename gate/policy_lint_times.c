/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_lint_times.c -- lifetimes, refreshing and TTLs that cannot be
 * together.
 */
#include "policy_lint.h"

/* The longest TTL that the policy knows of. */
static enum option_id
longest_ttl(const struct policy_remarks *remarks)
{
	static const enum option_id ttls[] = {
	    OPTION_ttl_soa_is,
	    OPTION_ttl_dnskey_is,
	    OPTION_ttl_denial_is,
	    OPTION_ttl_apex_ns_is,
	    OPTION_ttl_delegation_ns_is,
	    OPTION_ttl_ds_is,
	};
	enum option_id longest = OPTION_ttl_max;

	for (size_t i = 0; i < sizeof(ttls) / sizeof(ttls[0]); i++) {
		if (lint_value(remarks, ttls[i]) >
		    lint_value(remarks, longest)) {
			longest = ttls[i];
		}
	}
	return longest;
}

static void
lint_refresh(struct policy_remarks *remarks)
{
	int64_t refresh = lint_value(remarks, OPTION_rrsig_refresh);
	int64_t resign = lint_value(remarks, OPTION_resign_interval_max);
	int64_t delay = lint_value(remarks, OPTION_propagation_delay);
	int64_t jitter = lint_value(remarks, OPTION_rrsig_jitter);
	enum option_id longest = longest_ttl(remarks);
	int64_t ttl = lint_value(remarks, longest);

	if (refresh == 0) {
		return;
	}
	if (refresh < ttl + delay) {
		remark(remarks, true, OPTION_rrsig_refresh, longest,
		    "%s must not be less than %s + %s = %s: a signature would "
		    "run out in caches that still have its records",
		    lint_option(remarks, OPTION_rrsig_refresh),
		    lint_option(remarks, longest),
		    lint_option(remarks, OPTION_propagation_delay),
		    lint_span(ttl + delay));
	}
	if (lint_value(remarks, OPTION_rrsig_lifetime_max) <=
	    refresh + jitter) {
		remark(remarks, true, OPTION_rrsig_lifetime_max,
		    OPTION_rrsig_refresh,
		    "%s must be more than %s + %s = %s: new signatures would "
		    "be due for refreshing at once",
		    lint_option(remarks, OPTION_rrsig_lifetime_max),
		    lint_option(remarks, OPTION_rrsig_refresh),
		    lint_option(remarks, OPTION_rrsig_jitter),
		    lint_span(refresh + jitter));
	}
	if (lint_value(remarks, OPTION_rrsig_remaining_min) >
	    refresh - resign) {
		remark(remarks, true, OPTION_rrsig_remaining_min,
		    OPTION_rrsig_refresh,
		    "%s must not be more than %s - %s = %s: signatures that "
		    "the signer rightly keeps would be held",
		    lint_option(remarks, OPTION_rrsig_remaining_min),
		    lint_option(remarks, OPTION_rrsig_refresh),
		    lint_option(remarks, OPTION_resign_interval_max),
		    lint_span(refresh - resign));
	}
	if (lint_value(remarks, OPTION_rrsig_remaining_warn) > refresh) {
		remark(remarks, false, OPTION_rrsig_remaining_warn,
		    OPTION_rrsig_refresh,
		    "%s is more than %s: zones warn though their signer is on "
		    "time",
		    lint_option(remarks, OPTION_rrsig_remaining_warn),
		    lint_option(remarks, OPTION_rrsig_refresh));
	}
	if (lint_value(remarks, OPTION_published_headroom_warn) > refresh) {
		remark(remarks, false, OPTION_published_headroom_warn,
		    OPTION_rrsig_refresh,
		    "%s is more than %s: the daemon warns though the signer "
		    "is on time",
		    lint_option(remarks, OPTION_published_headroom_warn),
		    lint_option(remarks, OPTION_rrsig_refresh));
	}
}

static void
lint_lifetimes(struct policy_remarks *remarks)
{
	if (lint_value(remarks, OPTION_rrsig_lifetime_exclusive) != 0 &&
	    lint_value(remarks, OPTION_rrsig_lifetime_min) ==
	        lint_value(remarks, OPTION_rrsig_lifetime_max)) {
		remark(remarks, true, OPTION_rrsig_lifetime_min,
		    OPTION_rrsig_lifetime_max,
		    "%s must be less than %s, which rrsig_lifetime_exclusive "
		    "shuts out",
		    lint_option(remarks, OPTION_rrsig_lifetime_min),
		    lint_option(remarks, OPTION_rrsig_lifetime_max));
	}
	if (lint_value(remarks, OPTION_rrsig_inception_offset_min) >
	    lint_value(remarks, OPTION_rrsig_inception_offset)) {
		remark(remarks, false, OPTION_rrsig_inception_offset_min,
		    OPTION_rrsig_inception_offset,
		    "%s is more than %s: zones judged at once warn",
		    lint_option(remarks, OPTION_rrsig_inception_offset_min),
		    lint_option(remarks, OPTION_rrsig_inception_offset));
	}
	if (lint_value(remarks, OPTION_jitter_max_bin_pct) > 0 &&
	    lint_value(remarks, OPTION_rrsig_jitter) == 0) {
		remark(remarks, false, OPTION_jitter_max_bin_pct,
		    OPTION_rrsig_jitter,
		    "%s demands that expirations are spread, and %s that they "
		    "are not",
		    lint_option(remarks, OPTION_jitter_max_bin_pct),
		    lint_option(remarks, OPTION_rrsig_jitter));
	}
	/* RFC 4035 5.3.3: a validator shortens the TTL to what is left. */
	if (lint_value(remarks, OPTION_rrsig_lifetime_max) <
	    lint_value(remarks, OPTION_ttl_max)) {
		remark(remarks, false, OPTION_rrsig_lifetime_max,
		    OPTION_ttl_max,
		    "%s is less than %s: caches drop such records when the "
		    "signature runs out",
		    lint_option(remarks, OPTION_rrsig_lifetime_max),
		    lint_option(remarks, OPTION_ttl_max));
	}
}

/* ---- TTLs ---- */

static void
lint_range(struct policy_remarks *remarks, enum option_id id)
{
	int64_t ttl = lint_value(remarks, id);

	if (ttl != 0 && ttl < lint_value(remarks, OPTION_ttl_min)) {
		remark(remarks, true, id, OPTION_ttl_min,
		    "%s must not be less than %s", lint_option(remarks, id),
		    lint_option(remarks, OPTION_ttl_min));
	}
	if (ttl > lint_value(remarks, OPTION_ttl_max)) {
		remark(remarks, true, id, OPTION_ttl_max,
		    "%s must not be more than %s", lint_option(remarks, id),
		    lint_option(remarks, OPTION_ttl_max));
	}
}

/* A and B, if both are said, must be one where RELATION has VALUE. */
static void
lint_relation(struct policy_remarks *remarks, enum option_id relation,
    int64_t value, enum option_id a, enum option_id b)
{
	if (lint_value(remarks, relation) == value &&
	    lint_value(remarks, a) != 0 && lint_value(remarks, b) != 0 &&
	    lint_value(remarks, a) != lint_value(remarks, b)) {
		remark(remarks, true, a, b, "%s and %s cannot both be: %s",
		    lint_option(remarks, a), lint_option(remarks, b),
		    lint_option(remarks, relation));
	}
}

static void
lint_ttls(struct policy_remarks *remarks)
{
	int64_t soa = lint_value(remarks, OPTION_ttl_soa_is);
	int64_t denial = lint_value(remarks, OPTION_ttl_denial_is);

	lint_range(remarks, OPTION_ttl_soa_is);
	lint_range(remarks, OPTION_ttl_dnskey_is);
	lint_range(remarks, OPTION_ttl_denial_is);
	lint_range(remarks, OPTION_ttl_apex_ns_is);
	lint_range(remarks, OPTION_ttl_delegation_ns_is);
	lint_range(remarks, OPTION_ttl_ds_is);
	lint_relation(remarks, OPTION_ttl_denial, TTL_DENIAL_SOA,
	    OPTION_ttl_denial_is, OPTION_ttl_soa_is);
	lint_relation(remarks, OPTION_ttl_dnskey, TTL_DNSKEY_SOA,
	    OPTION_ttl_dnskey_is, OPTION_ttl_soa_is);
	lint_relation(remarks, OPTION_ttl_ds, TTL_DS_NS, OPTION_ttl_ds_is,
	    OPTION_ttl_delegation_ns_is);
	/* RFC 9077 3: the lesser of SOA TTL and MINIMUM. */
	if (lint_value(remarks, OPTION_ttl_denial) == TTL_DENIAL_RFC9077 &&
	    soa != 0 && denial > soa) {
		remark(remarks, true, OPTION_ttl_denial_is, OPTION_ttl_soa_is,
		    "%s must not be more than %s: RFC 9077 3 has the lesser "
		    "of SOA TTL and MINIMUM",
		    lint_option(remarks, OPTION_ttl_denial_is),
		    lint_option(remarks, OPTION_ttl_soa_is));
	}
}

void
lint_times(struct policy_remarks *remarks)
{
	lint_refresh(remarks);
	lint_lifetimes(remarks);
	lint_ttls(remarks);
}

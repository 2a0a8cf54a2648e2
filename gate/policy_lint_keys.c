/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_lint_keys.c -- keys, their windows, digests and denial that cannot be
 * together.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "contract/policy_list.h"
#include "policy_lint.h"

#define RSA_ALGORITHMS (1 << 5 | 1 << 7 | 1 << 8 | 1 << 10)

/* ---- how many keys there must be ---- */

/* The keys of one role: published for PRE + LIFETIME + POST, a new one every
 * LIFETIME. */
struct role {
	int64_t lifetime; /* 0: rolled, but nobody says when */
	int64_t window;   /* of two keys: PRE + POST */
};

static struct role
role_of(const struct policy_remarks *remarks, enum option_id lifetime,
    enum option_id pre, enum option_id post)
{
	return (struct role){
	    .lifetime = lint_value(remarks, lifetime),
	    .window = lint_value(remarks, pre) + lint_value(remarks, post),
	};
}

/* Keys of ROLE published side by side: the most, and the fewest. */
static int64_t
most_keys(const struct role *role)
{
	if (role->window == 0) {
		return 1;
	}
	return role->lifetime == 0
	           ? 2
	           : 1 + (role->window + role->lifetime - 1) / role->lifetime;
}

static int64_t
fewest_keys(const struct role *role)
{
	return role->lifetime == 0 ? 1 : 1 + role->window / role->lifetime;
}

/* The KSKs' window fits between two of the ZSKs', or they overlap. */
static int64_t
keys_needed(const struct role *ksk, const struct role *zsk)
{
	if (zsk->lifetime == 0 || zsk->lifetime - zsk->window >= ksk->window) {
		int64_t a = most_keys(ksk) + fewest_keys(zsk);
		int64_t b = fewest_keys(ksk) + most_keys(zsk);

		return a > b ? a : b;
	}
	return most_keys(ksk) + most_keys(zsk);
}

static void
lint_separate_keys(struct policy_remarks *remarks)
{
	struct role ksk = role_of(remarks, OPTION_ksk_lifetime,
	    OPTION_ksk_prepublish_min, OPTION_ksk_postpublish_min);
	struct role zsk = role_of(remarks, OPTION_zsk_lifetime,
	    OPTION_zsk_prepublish_min, OPTION_zsk_postpublish_min);
	int64_t needed = keys_needed(&ksk, &zsk);
	int64_t quiet = zsk.lifetime - zsk.window;
	char sum[160] = "";

	if (needed <= lint_value(remarks, OPTION_dnskey_max)) {
		return;
	}
	if (zsk.lifetime != 0) {
		snprintf(sum, sizeof(sum),
		    " of each %s; %s - %s = %s, which "
		    "is %s than %s",
		    lint_option(remarks, OPTION_zsk_lifetime),
		    lint_span(zsk.lifetime), lint_span(zsk.window),
		    lint_span(quiet), quiet < ksk.window ? "less" : "not less",
		    lint_span(ksk.window));
	}
	remark(remarks, true, OPTION_dnskey_max, OPTION_zsk_lifetime,
	    "%s cannot hold: two KSKs stand side by side for %s + %s = %s, two "
	    "ZSKs for %s + %s = %s%s: %" PRId64 " keys",
	    lint_option(remarks, OPTION_dnskey_max),
	    lint_option(remarks, OPTION_ksk_prepublish_min),
	    lint_option(remarks, OPTION_ksk_postpublish_min),
	    lint_span(ksk.window),
	    lint_option(remarks, OPTION_zsk_prepublish_min),
	    lint_option(remarks, OPTION_zsk_postpublish_min),
	    lint_span(zsk.window), sum, needed);
}

static void
lint_key_count(struct policy_remarks *remarks)
{
	if (lint_value(remarks, OPTION_ksk_zsk_split) == SPLIT_REQUIRE) {
		lint_separate_keys(remarks);
	} else if (lint_value(remarks, OPTION_dnskey_max) < 2) {
		remark(remarks, true, OPTION_dnskey_max, OPTION_none,
		    "%s cannot hold: while a key is rolled there are 2",
		    lint_option(remarks, OPTION_dnskey_max));
	}
}

static void
lint_window(struct policy_remarks *remarks, enum option_id lifetime,
    enum option_id pre, enum option_id post)
{
	int64_t window = lint_value(remarks, pre) + lint_value(remarks, post);

	if (lint_value(remarks, lifetime) != 0 &&
	    window >= lint_value(remarks, lifetime)) {
		remark(remarks, false, lifetime, pre,
		    "%s is not more than %s + %s = %s: there are always two "
		    "such keys",
		    lint_option(remarks, lifetime), lint_option(remarks, pre),
		    lint_option(remarks, post), lint_span(window));
	}
}

/* A key is in all caches only when its TTL and the propagation have passed. */
static void
lint_prepublishing(struct policy_remarks *remarks, enum option_id pre)
{
	int64_t ttl = lint_value(remarks, OPTION_ttl_dnskey_is);
	int64_t least = ttl + lint_value(remarks, OPTION_propagation_delay);

	if (ttl != 0 && lint_value(remarks, pre) < least) {
		remark(remarks, true, pre, OPTION_ttl_dnskey_is,
		    "%s must not be less than %s + %s = %s: caches would not "
		    "have the key yet",
		    lint_option(remarks, pre),
		    lint_option(remarks, OPTION_ttl_dnskey_is),
		    lint_option(remarks, OPTION_propagation_delay),
		    lint_span(least));
	}
}

/* ---- algorithms and sizes ---- */

static void
lint_algorithms(struct policy_remarks *remarks)
{
	/* RFC 4035 2.2: each algorithm of the DNSKEY RRset signs all data. */
	if ((lint_value(remarks, OPTION_ksk_algorithms) &
	        lint_value(remarks, OPTION_zsk_algorithms)) == 0) {
		remark(remarks, true, OPTION_ksk_algorithms,
		    OPTION_zsk_algorithms,
		    "%s and %s have none in common: RFC 4035 2.2 wants every "
		    "RRset signed with each algorithm",
		    lint_option(remarks, OPTION_ksk_algorithms),
		    lint_option(remarks, OPTION_zsk_algorithms));
	}
}

static void
lint_rsa(struct policy_remarks *remarks, enum option_id bits,
    enum option_id algorithms)
{
	int64_t exact = lint_value(remarks, bits);

	if (exact == 0 ||
	    (lint_value(remarks, algorithms) & RSA_ALGORITHMS) == 0) {
		return;
	}
	if (exact < lint_value(remarks, OPTION_rsa_bits_block)) {
		remark(remarks, true, bits, OPTION_rsa_bits_block,
		    "%s must not be less than %s, below which candidates are "
		    "blocked",
		    lint_option(remarks, bits),
		    lint_option(remarks, OPTION_rsa_bits_block));
	} else if (exact < lint_value(remarks, OPTION_rsa_bits_min)) {
		remark(remarks, false, bits, OPTION_rsa_bits_min,
		    "%s is less than %s: every release warns",
		    lint_option(remarks, bits),
		    lint_option(remarks, OPTION_rsa_bits_min));
	}
}

/* ---- digests and denial ---- */

static void
lint_digests(struct policy_remarks *remarks)
{
	int64_t types = lint_value(remarks, OPTION_ds_digest_types);
	int64_t required = lint_value(remarks, OPTION_ds_digest_required);

	if ((required & ~types) != 0) {
		remark(remarks, true, OPTION_ds_digest_required,
		    OPTION_ds_digest_types, "%s is not all among %s",
		    lint_option(remarks, OPTION_ds_digest_required),
		    lint_option(remarks, OPTION_ds_digest_types));
	}
}

static void
lint_denial(struct policy_remarks *remarks)
{
	if (lint_value(remarks, OPTION_denial) == DENIAL_NSEC &&
	    lint_value(remarks, OPTION_nsec3_optout) == OPTOUT_REQUIRE) {
		remark(remarks, true, OPTION_denial, OPTION_nsec3_optout,
		    "%s and %s cannot both be: NSEC has no opt-out",
		    lint_option(remarks, OPTION_denial),
		    lint_option(remarks, OPTION_nsec3_optout));
	}
}

/* ---- lists ---- */

/* No item of list A may be in list B. */
static void
lint_apart(struct policy_remarks *remarks, enum option_id a, enum option_id b)
{
	const struct policy_values *values = &remarks->policy->values;
	char left[POLICY_ITEM], right[POLICY_ITEM];

	for (size_t i = 0; policy_list_next(values, a, &i, left);) {
		for (size_t k = 0; policy_list_next(values, b, &k, right);) {
			if (strcmp(left, right) == 0) {
				remark(remarks, true, a, b,
				    "%.80s is both in %s and in %s", left,
				    option_rows[a].id, option_rows[b].id);
			}
		}
	}
}

/* RFC 6840 5.11: an algorithm among the DS records is one of the zone. */
static void
lint_standby(struct policy_remarks *remarks)
{
	const struct policy_values *values = &remarks->policy->values;
	char item[POLICY_ITEM];
	struct policy_key key;
	size_t at = 0;

	while (policy_list_next(values, OPTION_standby_ds, &at, item)) {
		if (policy_key_read(item, &key) &&
		    !policy_allows(values, OPTION_ksk_algorithms,
		        key.algorithm)) {
			remark(remarks, true, OPTION_standby_ds,
			    OPTION_ksk_algorithms,
			    "standby_ds %.20s has an algorithm that is not in "
			    "%s: RFC 6840 5.11 wants a DNSKEY for it",
			    item, lint_option(remarks, OPTION_ksk_algorithms));
		}
	}
}

static void
lint_nameservers(struct policy_remarks *remarks)
{
	const struct policy_values *values = &remarks->policy->values;
	char item[POLICY_ITEM];
	size_t at = 0, n = 0;

	while (policy_list_next(values, OPTION_expected_apex_ns, &at, item)) {
		n++;
	}
	if (n == 1) {
		remark(remarks, false, OPTION_expected_apex_ns, OPTION_none,
		    "expected_apex_ns has one name: such zones warn (RFC 1034 "
		    "4.1)");
	}
}

void
lint_keys(struct policy_remarks *remarks)
{
	lint_key_count(remarks);
	lint_window(remarks, OPTION_zsk_lifetime, OPTION_zsk_prepublish_min,
	    OPTION_zsk_postpublish_min);
	lint_window(remarks, OPTION_ksk_lifetime, OPTION_ksk_prepublish_min,
	    OPTION_ksk_postpublish_min);
	lint_prepublishing(remarks, OPTION_zsk_prepublish_min);
	lint_prepublishing(remarks, OPTION_ksk_prepublish_min);
	lint_algorithms(remarks);
	lint_rsa(remarks, OPTION_ksk_rsa_bits, OPTION_ksk_algorithms);
	lint_rsa(remarks, OPTION_zsk_rsa_bits, OPTION_zsk_algorithms);
	lint_digests(remarks);
	lint_denial(remarks);
	lint_apart(remarks, OPTION_retired_keys, OPTION_expected_keys);
	lint_standby(remarks);
	lint_nameservers(remarks);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paths.h"
#include "policy_lint.h"

#define SET(option, value)                                                     \
	"limit " #option " { value = \"" value "\" clause = a }\n"
#define LOWER(check, value)                                                    \
	"severity " #check " { value = " value " clause = a }\n"
#define ACCEPT(check)                                                          \
	"accept_risk " #check " { reason = \"b\" approver = \"c\" }\n"

static struct policy policy;
static struct policy_remarks remarks;
static char error[POLICY_ERROR];

static void
lint(const char *text)
{
	cr_assert(policy_read_alone(text, strlen(text), "dir/test.conf",
	              path_policies(), &policy, error),
	    "%s", error);
	policy_lint(&policy, 1000000000, &remarks);
}

static void
release(void)
{
	policy_remarks_release(&remarks);
	policy_release(&policy);
}

/* One remark on TEXT, and it has WORD. */
static void
has_one(const char *text, bool refuses, const char *word)
{
	lint(text);
	cr_assert_eq(remarks.n, 1, "%zu remarks on %s: %s", remarks.n, text,
	    remarks.n > 1 ? remarks.rows[1].text : "");
	cr_assert_eq(remarks.rows[0].refuses, refuses, "%s",
	    remarks.rows[0].text);
	cr_assert_not_null(strstr(remarks.rows[0].text, word), "%s",
	    remarks.rows[0].text);
	release();
	cr_assert_eq(policy_read(text, strlen(text), "test.conf",
	                 path_policies(), &policy, error),
	    !refuses);
	if (refuses) {
		cr_assert_not_null(strstr(error, "test.conf:"), "%s", error);
		cr_assert_not_null(strstr(error, word), "%s", error);
	} else {
		policy_release(&policy);
	}
}

static void
refuses(const char *text, const char *word)
{
	has_one(text, true, word);
}

static void
is_odd(const char *text, const char *word)
{
	has_one(text, false, word);
}

static void
accepts(const char *text)
{
	lint(text);
	cr_assert_eq(remarks.n, 0, "%s: %s", text,
	    remarks.n > 0 ? remarks.rows[0].text : "");
	release();
}

/* ---- the arithmetic of keys ---- */

#define THREE_KEYS                                                             \
	SET(ksk_zsk_split, "require")                                          \
	SET(dnskey_max, "3")                                                   \
	SET(zsk_prepublish_min, "10d")                                         \
	SET(zsk_postpublish_min, "10d")                                        \
	SET(ksk_prepublish_min, "60d") SET(ksk_postpublish_min, "20d")

Test(policy_lint, three_keys_cannot_hold_where_windows_overlap)
{
	refuses(THREE_KEYS SET(zsk_lifetime, "90d"),
	    "90d - 20d = 70d, which is less than 80d: 4 keys");
	refuses(THREE_KEYS SET(zsk_lifetime, "99d"), "99d - 20d = 79d");
	accepts(THREE_KEYS SET(zsk_lifetime, "100d"));
	accepts(THREE_KEYS SET(zsk_lifetime, "0s"));
}

Test(policy_lint, the_line_is_that_of_what_was_set_last)
{
	const char *text =
	    "inherit = tucows-cloud-2023\n\n" SET(zsk_lifetime, "90d");

	cr_assert_not(policy_read(text, strlen(text), "test.conf",
	    path_policies(), &policy, error));
	cr_assert_not_null(strstr(error, "test.conf:3:"), "%s", error);
}

Test(policy_lint, a_key_can_be_rolled)
{
	refuses(SET(dnskey_max, "1"), "2");
	accepts(SET(dnskey_max, "2"));
	refuses(SET(ksk_zsk_split, "require") SET(dnskey_max, "2"), "3 keys");
	accepts(SET(ksk_zsk_split, "require") SET(dnskey_max, "3"));
	is_odd(SET(zsk_lifetime, "2d"), "always two");
	is_odd(SET(ksk_lifetime, "2d"), "always two");
}

Test(policy_lint, keys_are_published_until_caches_have_them)
{
	refuses(SET(ttl_dnskey_is, "1d") SET(zsk_prepublish_min, "2d"),
	    "1d + propagation_delay 1h = 1d1h");
	accepts(SET(ttl_dnskey_is, "1d") SET(zsk_prepublish_min, "25h")
	        SET(ksk_prepublish_min, "25h"));
}

Test(policy_lint, algorithms_sizes_and_digests_fit)
{
	refuses(SET(ksk_algorithms, "8") SET(zsk_algorithms, "13"),
	    "RFC 4035 2.2");
	refuses(SET(zsk_rsa_bits, "512"), "rsa_bits_block 1024");
	is_odd(SET(zsk_rsa_bits, "1024"), "every release warns");
	accepts(SET(zsk_rsa_bits, "2048"));
	accepts(SET(ksk_algorithms, "13") SET(ksk_rsa_bits, "512"));
	refuses(SET(ds_digest_required, "4") SET(ds_digest_types, "2"),
	    "ds_digest_types 2");
	refuses(SET(denial, "nsec") SET(nsec3_optout, "require"), "opt-out");
	refuses(SET(rsa_bits_block, "3072"), "rsa_bits_min 2048");
}

/* ---- the arithmetic of times ---- */

Test(policy_lint, what_is_less_must_be_less)
{
	refuses(SET(rrsig_remaining_block, "2d"), "rrsig_remaining_min 1d");
	refuses(SET(rrsig_remaining_min, "6d"), "rrsig_remaining_warn 5d");
	refuses(SET(rrsig_remaining_warn, "30d"), "rrsig_lifetime_max 30d");
	refuses(SET(rrsig_lifetime_max_dnskey, "5d"),
	    "rrsig_lifetime_max_dnskey 5d");
	refuses(SET(rrsig_lifetime_min, "31d"), "rrsig_lifetime_max 30d");
	refuses(SET(rrsig_lifetime_min, "30d")
	            SET(rrsig_lifetime_exclusive, "true"),
	    "exclusive");
	accepts(SET(rrsig_lifetime_min, "30d"));
	refuses(SET(gate_max_duration, "1d"), "resign_interval_max 1d");
	refuses(SET(resign_interval_max, "30d"), "rrsig_lifetime_max 30d");
	refuses(SET(published_headroom_crit, "3d"),
	    "published_headroom_warn 2d");
	refuses(SET(published_headroom_warn, "30d"), "rrsig_lifetime_max 30d");
	refuses(SET(nsec3_iterations_block, "0") SET(nsec3_iterations_max, "1")
	            ACCEPT(nsec3_iterations),
	    "nsec3_iterations_block 0");
}

Test(policy_lint, refreshing_comes_in_time)
{
	refuses(SET(rrsig_refresh, "2d") SET(rrsig_remaining_warn, "2d"),
	    "ttl_max 2d + propagation_delay 1h = 2d1h");
	accepts(SET(rrsig_refresh, "49h") SET(rrsig_remaining_warn, "2d"));
	refuses(SET(rrsig_refresh, "29d") SET(rrsig_jitter, "1d"),
	    "29d + rrsig_jitter 1d = 30d");
	accepts(SET(rrsig_refresh, "28d") SET(rrsig_jitter, "1d"));
	refuses(SET(rrsig_refresh, "5d") SET(rrsig_remaining_min, "97h"),
	    "5d - resign_interval_max 1d = 4d");
	accepts(SET(rrsig_refresh, "5d") SET(rrsig_remaining_min, "4d"));
	is_odd(SET(rrsig_refresh, "4d"), "on time");
	is_odd(SET(rrsig_refresh, "6d") SET(published_headroom_warn, "7d"),
	    "daemon warns");
}

Test(policy_lint, oddities_are_remarked_upon)
{
	is_odd(SET(rrsig_inception_offset_min, "2h"), "judged at once");
	is_odd(SET(jitter_max_bin_pct, "50"), "spread");
	is_odd(SET(ttl_max, "31d"), "caches drop");
	is_odd(SET(expected_apex_ns, "ns1.example."), "one name");
	accepts(SET(expected_apex_ns, "ns1.example. ns2.example."));
}

Test(policy_lint, ttls_fit)
{
	refuses(SET(ttl_min, "3d"), "ttl_max 2d");
	refuses(SET(ttl_ds_is, "1m"), "ttl_min 5m");
	refuses(SET(ttl_apex_ns_is, "3d"), "ttl_max 2d");
	refuses(SET(ttl_denial_is, "2h") SET(ttl_soa_is, "1h"), "RFC 9077 3");
	accepts(SET(ttl_denial_is, "1h") SET(ttl_soa_is, "2h"));
	refuses(SET(ttl_denial, "soa") SET(ttl_denial_is, "1h")
	            SET(ttl_soa_is, "2h"),
	    "ttl_denial soa");
	refuses(SET(ttl_dnskey, "soa") SET(ttl_dnskey_is, "1h")
	            SET(ttl_soa_is, "2h"),
	    "ttl_dnskey soa");
	refuses(SET(ttl_ds_is, "1h") SET(ttl_delegation_ns_is, "2h"),
	    "ttl_ds ns");
	accepts(SET(ttl_ds, "any") SET(ttl_ds_is, "1h")
	        SET(ttl_delegation_ns_is, "2h"));
}

/* ---- lists ---- */

Test(policy_lint, lists_do_not_contradict_each_other)
{
	refuses(SET(expected_keys, "1/13 2/13") SET(retired_keys, "2/13"),
	    "2/13");
	accepts(SET(retired_keys, "1/13") SET(expected_keys, "2/13"));
	refuses(SET(ksk_algorithms, "8,13") SET(standby_ds, "9/14"),
	    "RFC 6840 5.11");
	accepts(SET(standby_ds, "9/13"));
}

/* ---- MUST ---- */

Test(policy_lint, less_than_a_must_needs_an_answer)
{
	refuses(LOWER(denial_ttl, "info"), "accept_risk denial_ttl {");
	refuses(LOWER(nsec_complete, "hold"), "accept_risk nsec_complete {");
	refuses(LOWER(nsec_complete, "off"), "RFC 4035 2.3");
	accepts(LOWER(denial_ttl, "hold"));
	accepts(LOWER(denial_ttl, "info") ACCEPT(denial_ttl));
	accepts(LOWER(nsec3_extra, "off"));
}

Test(policy_lint, an_option_against_a_must_needs_an_answer)
{
	refuses(SET(nsec3_iterations_max, "1"),
	    "accept_risk nsec3_iterations {");
	accepts(SET(nsec3_iterations_max, "1") ACCEPT(nsec3_iterations));
	refuses(SET(ttl_denial, "any"), "accept_risk denial_ttl {");
	accepts(SET(ttl_denial, "any") ACCEPT(denial_ttl));
	refuses(SET(zsk_algorithms, "5,8"), "accept_risk dnskey_alg_status {");
	refuses(SET(ksk_algorithms, "8,12"), "RFC 9906");
	accepts(SET(ksk_algorithms, "7,8") ACCEPT(dnskey_alg_status));
	refuses(SET(ds_digest_types, "1,2"), "accept_risk ds_digest_type {");
	refuses(SET(ds_digest_types, "2,3"), "accept_risk ds_digest_type {");
	accepts(SET(ds_digest_types, "1,2") ACCEPT(ds_digest_type));
	accepts(SET(algorithm_rollover, "true"));
}

Test(policy_lint, a_risk_that_nothing_takes_is_odd)
{
	is_odd(ACCEPT(denial_ttl), "accepts nothing");
	is_odd(ACCEPT(denial_ttl) LOWER(denial_ttl, "block"),
	    "accepts nothing");
}

Test(policy_lint, every_relaxed_must_is_refused)
{
	for (int id = 1; id < N_CHECKS; id++) {
		char text[300];

		if (checks[id].standing != MUST) {
			continue;
		}
		snprintf(text, sizeof(text),
		    "severity %s { value = off clause = a }\n", checks[id].id);
		refuses(text, checks[id].id);
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "accept_risk %s { reason = a approver = b }",
		    checks[id].id);
		accepts(text);
	}
}

/* ---- exemptions ---- */

#define EXEMPT(until)                                                          \
	"exemption e { checks = { nsec3_extra } owner = all "                  \
	"from = \"2001-07-01T00:00:00Z\" until = \"" until "\" "               \
	"reason = a approver = b }\n"

Test(policy_lint, exemptions_that_say_nothing_are_odd)
{
	/* The time is 2001-09-09T01:46:40Z. */
	accepts(EXEMPT("2001-09-09T01:46:41Z"));
	is_odd(EXEMPT("2001-09-09T01:46:40Z"), "ended");
	is_odd(EXEMPT("2001-09-10T00:00:00Z") LOWER(nsec3_extra, "off"),
	    "is off");
}

/* ---- those shipped ---- */

Test(policy_lint, no_shipped_policy_is_refused)
{
	size_t n;
	char **names = policy_names(&n);

	for (size_t i = 0; i < n; i++) {
		cr_assert(policy_open(names[i], &policy, error), "%s", error);
		policy_release(&policy);
		free(names[i]);
	}
	free(names);
}

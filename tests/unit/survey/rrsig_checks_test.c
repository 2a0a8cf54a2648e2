/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>

#include "zone_survey.h"

#define EXPECT(changes)                                                        \
	zone_survey_expect(zone_signed, NULL, changes,                         \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

#define WWW ZONE_SIG("www.", "A", "2", ZONE_ZSK)
/* The signature of www with fields of its own from TTL to tag. */
#define WWW_WITH(ttl, labels, original, times, signer, signature)              \
	"www.example. " ttl " IN RRSIG A 13 " labels " " original " " times    \
	" " ZONE_ZSK " " signer " " signature "\n"
#define WWW_TIMES(expiration, inception)                                       \
	WWW_WITH("3600", "2", "3600", expiration " " inception, "example.",    \
	    ZONE_SIGNATURE)
/* An algorithm that has a key and no signature. */
#define KEY_8 "example. 3600 IN DNSKEY 256 3 8 AwEAAcfP\n"

Test(rrsig_checks, authoritative_rrsets_are_signed)
{
	static const struct zone_change changes[] = {
		{ WWW, "", NULL, CHECK_rrsig_present_all, SEVERITY_BLOCK },
		{ ZONE_SIG("sec.", "DS", "2", ZONE_ZSK), "", NULL,
		    CHECK_rrsig_present_all, SEVERITY_BLOCK },
		{ ZONE_SIG("", "NS", "1", ZONE_ZSK), "", NULL,
		    CHECK_rrsig_present_all, SEVERITY_BLOCK },
		{ WWW, ZONE_SIG("www.", "A", "2", "4711"), NULL,
		    CHECK_rrsig_present_all, SEVERITY_BLOCK },
		{ NULL, "sub.example. 3600 IN NSEC a.example. NS\n", NULL,
		    CHECK_rrsig_present_all, SEVERITY_BLOCK },
		{ NULL, "sub.example. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_rrsig_present_all, SEVERITY_OFF },
		{ NULL, "a.sub.example. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_rrsig_present_all, SEVERITY_OFF },
		{ NULL,
		    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 IN NSEC3 "
		    "1 0 0 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom SOA\n",
		    NULL, CHECK_rrsig_present_all, SEVERITY_BLOCK },
	};

	EXPECT(changes);
}

Test(rrsig_checks, what_is_not_authoritative_is_not_signed)
{
	static const struct zone_change changes[] = {
		{ NULL, ZONE_SIG("sub.", "NS", "2", ZONE_ZSK), NULL,
		    CHECK_rrsig_absent_nonauth, SEVERITY_BLOCK },
		{ NULL, ZONE_SIG("ns.sub.", "A", "3", ZONE_ZSK), NULL,
		    CHECK_rrsig_absent_nonauth, SEVERITY_BLOCK },
		{ NULL,
		    "a.dn.example. 3600 IN A 192.0.2.1\n"
		    ZONE_SIG("a.dn.", "A", "3", ZONE_ZSK),
		    NULL, CHECK_rrsig_absent_nonauth, SEVERITY_BLOCK },
		{ NULL, ZONE_SIG("www.", "RRSIG", "2", ZONE_ZSK), NULL,
		    CHECK_rrsig_not_self, SEVERITY_BLOCK },
		{ NULL, ZONE_SIG("www.", "AAAA", "2", ZONE_ZSK), NULL,
		    CHECK_rrsig_covers_missing, SEVERITY_HOLD },
	};

	EXPECT(changes);
}

Test(rrsig_checks, each_algorithm_signs)
{
	static const struct zone_change changes[] = {
		{ NULL, KEY_8, NULL, CHECK_rrsig_valid_each_algorithm,
		    SEVERITY_BLOCK },
		{ NULL, KEY_8, "algorithm_rollover=1",
		    CHECK_rrsig_valid_each_algorithm, SEVERITY_WARN },
		{ NULL, "example. 3600 IN DNSKEY 384 3 8 AwEAAcfP\n", NULL,
		    CHECK_rrsig_valid_each_algorithm, SEVERITY_OFF },
	};

	EXPECT(changes);
}

Test(rrsig_checks, signatures_are_few_and_by_published_keys)
{
	static const struct zone_change changes[] = {
		{ NULL, ZONE_SIG("www.", "A", "2", "4711"), "rrsigs_max=1",
		    CHECK_rrsig_count_max, SEVERITY_HOLD },
		{ NULL, ZONE_SIG("www.", "A", "2", "4711"), "rrsigs_max=2",
		    CHECK_rrsig_count_max, SEVERITY_OFF },
		{ NULL, ZONE_SIG("www.", "A", "2", "4711"), NULL,
		    CHECK_rrsig_orphan_key, SEVERITY_HOLD },
		{ NULL, ZONE_SIG("www.", "A", "2", "4711"),
		    "algorithm_rollover=1", CHECK_rrsig_orphan_key,
		    SEVERITY_WARN },
		{ NULL, WWW_TIMES("20261219000000", "20261120230000"), NULL,
		    CHECK_rrsig_duplicate, SEVERITY_WARN },
		{ NULL, ZONE_SIG("www.", "A", "2", ZONE_KSK), NULL,
		    CHECK_rrsig_duplicate, SEVERITY_OFF },
	};

	EXPECT(changes);
}

Test(rrsig_checks, more_signatures_than_the_limit_are_blocked)
{
	static char text[LIMIT_RRSIGS_PER_RRSET * 256];
	struct zone_survey found;
	struct zone_change change = { .to = text, .options = "rrsigs_max=64" };
	size_t used = 0;

	/* The RRset has one. */
	for (unsigned i = 0; i < LIMIT_RRSIGS_PER_RRSET; i++) {
		zone_survey_run(&found, zone_signed, &change, NULL);
		cr_expect_eq(found.n[CHECK_rrsig_count_max][SEVERITY_BLOCK],
		    0);
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "www.example. 3600 IN RRSIG A 13 2 3600 " ZONE_TIMES
		    " %u example. AAAA\n",
		    i);
	}
	zone_survey_run(&found, zone_signed, &change, NULL);
	cr_expect_eq(found.n[CHECK_rrsig_count_max][SEVERITY_BLOCK],
	    1);
}

Test(rrsig_checks, fields_fit_the_rrset)
{
	static const struct zone_change changes[] = {
		{ WWW,
		    WWW_WITH("3600", "2", "3600", ZONE_TIMES, "test.",
			ZONE_SIGNATURE),
		    NULL, CHECK_rrsig_signer_name, SEVERITY_BLOCK },
		{ WWW,
		    WWW_WITH("3600", "2", "3600", ZONE_TIMES, "EXAMPLE.",
			ZONE_SIGNATURE),
		    NULL, CHECK_rrsig_signer_name, SEVERITY_OFF },
		{ WWW,
		    WWW_WITH("3600", "1", "3600", ZONE_TIMES, "example.",
			ZONE_SIGNATURE),
		    NULL, CHECK_rrsig_labels, SEVERITY_BLOCK },
		{ ZONE_SIG("*.wild.", "TXT", "2", ZONE_ZSK),
		    ZONE_SIG("*.wild.", "TXT", "3", ZONE_ZSK), NULL,
		    CHECK_rrsig_labels, SEVERITY_BLOCK },
		{ WWW,
		    WWW_WITH("3600", "2", "3601", ZONE_TIMES, "example.",
			ZONE_SIGNATURE),
		    NULL, CHECK_rrsig_original_ttl, SEVERITY_BLOCK },
		{ WWW,
		    WWW_WITH("3601", "2", "3600", ZONE_TIMES, "example.",
			ZONE_SIGNATURE),
		    NULL, CHECK_rrsig_ttl_equal, SEVERITY_BLOCK },
		{ WWW,
		    WWW_WITH("3600", "2", "3600", ZONE_TIMES, "example.",
			"AAAA"),
		    NULL, CHECK_rrsig_sig_length, SEVERITY_BLOCK },
	};

	EXPECT(changes);
}

/* An RSA key with the exponent 65537 and two octets of modulus, tag 52953. */
Test(rrsig_checks, rsa_signatures_are_as_long_as_the_modulus)
{
#define RSA_SIG(octets)                                                        \
	KEY_8 "example. 3600 IN TXT \"x\"\n"                                   \
	      "example. 3600 IN RRSIG TXT 8 1 3600 " ZONE_TIMES                \
	      " 52953 example. " octets "\n"
	static const struct zone_change changes[] = {
		{ NULL, RSA_SIG("AAA="), NULL, CHECK_rrsig_sig_length,
		    SEVERITY_OFF },
		{ NULL, RSA_SIG("AAAA"), NULL, CHECK_rrsig_sig_length,
		    SEVERITY_BLOCK },
	};

	EXPECT(changes);
}

Test(rrsig_checks, now_is_between_inception_and_expiration)
{
	static const struct zone_change changes[] = {
		{ WWW, WWW_TIMES("20261220000000", "20261125000000"), NULL,
		    CHECK_rrsig_inception_not_future, SEVERITY_OFF },
		{ WWW, WWW_TIMES("20261220000000", "20261125000001"), NULL,
		    CHECK_rrsig_inception_not_future, SEVERITY_BLOCK },
		{ WWW, WWW_TIMES("20261125000000", "20261120230000"), NULL,
		    CHECK_rrsig_not_expired, SEVERITY_OFF },
		{ WWW, WWW_TIMES("20261124235959", "20261120230000"), NULL,
		    CHECK_rrsig_not_expired, SEVERITY_BLOCK },
		/* 2^31 seconds ahead is neither before nor after. */
		{ WWW, WWW_TIMES("3943048448", "20261120230000"), NULL,
		    CHECK_rrsig_not_expired, SEVERITY_BLOCK },
		{ WWW, WWW_TIMES("3943048447", "20261125000000"), NULL,
		    CHECK_rrsig_serial_arith, SEVERITY_OFF },
		{ WWW, WWW_TIMES("3943048448", "20261125000000"), NULL,
		    CHECK_rrsig_serial_arith, SEVERITY_BLOCK },
		{ WWW, WWW_TIMES("20261125000000", "20261125000000"), NULL,
		    CHECK_rrsig_serial_arith, SEVERITY_BLOCK },
		{ WWW, WWW_TIMES("20261124000000", "20261126000000"), NULL,
		    CHECK_rrsig_serial_arith, SEVERITY_BLOCK },
	};

	EXPECT(changes);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "zone_survey.h"

#define EXPECT(anchors, changes)                                               \
	zone_survey_expect(zone_signed, anchors, changes,                      \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

/* A key that differs from those of the zone and signs nothing. */
#define OTHER(fields)                                                          \
	"example. 3600 IN DNSKEY " fields                                      \
	" M8YkGN0xy0zHPvLQsRlKGFlaHrxpKC1cuURSch76eVDmAL65LpjGU+8dqFD5qesK"    \
	"4mJ3k7Rf4lf68TSpbzValA==\n"

Test(dnskey_checks, keys_are_as_they_must_be)
{
	static const struct zone_change changes[] = {
		{ NULL, "www." OTHER("256 3 13"), NULL, CHECK_dnskey_apex_only,
		    SEVERITY_BLOCK },
		{ NULL, OTHER("0 3 13"), NULL, CHECK_dnskey_zone_flag,
		    SEVERITY_WARN },
		{ NULL, OTHER("256 3 13"), NULL, CHECK_dnskey_zone_flag,
		    SEVERITY_OFF },
		{ NULL, OTHER("16640 3 13"), NULL, CHECK_dnskey_reserved_flags,
		    SEVERITY_WARN },
		{ NULL, OTHER("384 3 13"), NULL, CHECK_dnskey_reserved_flags,
		    SEVERITY_OFF },
		{ NULL, OTHER("256 2 13"), NULL, CHECK_dnskey_protocol_3,
		    SEVERITY_BLOCK },
	};

	EXPECT(NULL, changes);
}

/* Flags 0 make the ZSK's tag 27431. */
Test(dnskey_checks, a_key_without_the_zone_flag_must_not_sign)
{
	static const struct zone_change change = {
		"example. 3600 IN DNSKEY 256 3 13",
		ZONE_SIG("", "TXT", "1", "27431")
		"example. 3600 IN TXT \"x\"\n"
		"example. 3600 IN DNSKEY 0 3 13",
		NULL, CHECK_dnskey_zone_flag, SEVERITY_BLOCK,
	};

	zone_survey_expect(zone_signed, NULL, &change, 1);
}

Test(dnskey_checks, algorithms_have_a_standing)
{
	static const struct zone_change changes[] = {
		{ NULL, OTHER("256 3 1"), NULL, CHECK_dnskey_alg_status,
		    SEVERITY_BLOCK },
		{ NULL, OTHER("256 3 5"), "zsk_algorithms=0x20FF",
		    CHECK_dnskey_alg_status, SEVERITY_BLOCK },
		{ NULL, OTHER("256 3 12"), NULL, CHECK_dnskey_alg_status,
		    SEVERITY_BLOCK },
		{ NULL, OTHER("256 3 16"), "zsk_algorithms=0x2000",
		    CHECK_dnskey_alg_status, SEVERITY_HOLD },
		{ NULL, OTHER("257 3 16"), "zsk_algorithms=0x12000",
		    CHECK_dnskey_alg_status, SEVERITY_HOLD },
		{ NULL, OTHER("256 3 253"), NULL, CHECK_dnskey_alg_status,
		    SEVERITY_HOLD },
		{ NULL, OTHER("256 3 10"),
		    "zsk_algorithms=0x2400 ksk_algorithms=0x2400",
		    CHECK_dnskey_alg_status, SEVERITY_WARN },
		{ NULL, "", "ksk_algorithms=0x100", CHECK_dnskey_alg_status,
		    SEVERITY_HOLD },
		{ NULL, "", "zsk_algorithms=0x100", CHECK_dnskey_alg_status,
		    SEVERITY_HOLD },
	};

	EXPECT(NULL, changes);
}

Test(dnskey_checks, keys_are_few)
{
	static const struct zone_change changes[] = {
		{ NULL, OTHER("256 3 13"), "dnskey_max=3",
		    CHECK_dnskey_count_max, SEVERITY_OFF },
		{ NULL, OTHER("256 3 13"), "dnskey_max=2",
		    CHECK_dnskey_count_max, SEVERITY_HOLD },
		{ NULL, OTHER("256 3 13"), "dnskey_max=1 dnskey_max_block=2",
		    CHECK_dnskey_count_max, SEVERITY_BLOCK },
	};

	EXPECT(NULL, changes);
}

/* Header 12, question 9 + 4, OPT 11; two keys of 12 + 68; a signature of
 * 12 + 18 + 9 + 64. */
Test(dnskey_checks, the_answer_is_small)
{
	static const struct zone_change changes[] = {
		{ NULL, "", "dnskey_response_max=299",
		    CHECK_dnskey_response_size, SEVERITY_OFF },
		{ NULL, "", "dnskey_response_max=298",
		    CHECK_dnskey_response_size, SEVERITY_WARN },
		{ NULL, OTHER("256 3 13"), "dnskey_response_max=299",
		    CHECK_dnskey_response_size, SEVERITY_WARN },
		{ NULL, ZONE_SIG("", "DNSKEY", "1", ZONE_ZSK),
		    "dnskey_response_max=401", CHECK_dnskey_response_size,
		    SEVERITY_WARN },
		{ NULL, "", "dnskey_response_max=0",
		    CHECK_dnskey_response_size, SEVERITY_OFF },
	};

	EXPECT(NULL, changes);
}

Test(dnskey_checks, more_keys_than_the_limit_are_blocked)
{
	static char text[LIMIT_KEYS * 128];
	struct zone_survey found;
	struct zone_change change = { .to = text,
		.options = "dnskey_max=64 dnskey_max_block=64" };
	size_t used = 0;

	/* The zone has two. */
	for (unsigned i = 0; i < LIMIT_KEYS - 1; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "example. 3600 IN DNSKEY 256 3 13 AA%02u\n", i);
		zone_survey_run(&found, zone_signed, &change, NULL);
		cr_expect_eq(found.n[CHECK_dnskey_count_max][SEVERITY_BLOCK],
		    i == LIMIT_KEYS - 2);
	}
}

/* The KSK revoked has tag 45618. */
#define REVOKED "example. 3600 IN DNSKEY 385 3 13 " ZONE_KSK_PUBLIC "\n"

/* The ZSK with its first octet one more and its third one less keeps its tag.
 */
#define TWIN                                                                   \
	"example. 3600 IN DNSKEY 256 3 13 "                                    \
	"NMYjGN0xy0zHPvLQsRlKGFlaHrxpKC1cuURSch76eVDmAL65LpjGU+8dqFD5qesK"     \
	"4mJ3k7Rf4lf68TSpbzValg==\n"
Test(dnskey_checks, tags_collide)
{
	static const struct zone_change changes[] = {
		{ NULL, TWIN, NULL, CHECK_dnskey_keytag_collision,
		    SEVERITY_WARN },
		{ NULL, OTHER("256 3 13"), NULL, CHECK_dnskey_keytag_collision,
		    SEVERITY_OFF },
		/* One key, revoked and not, is no collision. */
		{ NULL, REVOKED, NULL, CHECK_dnskey_keytag_collision,
		    SEVERITY_OFF },
	};

	EXPECT(NULL, changes);
}

Test(dnskey_checks, revoked_keys_sign_dnskey_and_nothing_else)
{
	static const struct zone_change changes[] = {
		{ NULL, REVOKED, NULL, CHECK_dnskey_revoked_handling,
		    SEVERITY_BLOCK },
		{ NULL, REVOKED ZONE_SIG("", "DNSKEY", "1", "45618"), NULL,
		    CHECK_dnskey_revoked_handling, SEVERITY_OFF },
		{ NULL,
		    REVOKED ZONE_SIG("", "DNSKEY", "1", "45618")
			ZONE_SIG("www.", "A", "2", "45618"),
		    NULL, CHECK_dnskey_revoked_handling, SEVERITY_BLOCK },
		{ ZONE_SIG("", "DNSKEY", "1", ZONE_KSK),
		    REVOKED ZONE_SIG("", "DNSKEY", "1", "45618"), NULL,
		    CHECK_dnskey_revoked_handling, SEVERITY_BLOCK },
		{ ZONE_SIG("", "DNSKEY", "1", ZONE_KSK),
		    REVOKED ZONE_SIG("", "DNSKEY", "1", "45618"), NULL,
		    CHECK_ds_parent_match, SEVERITY_BLOCK },
	};

	EXPECT(NULL, changes);
}

Test(dnskey_checks, an_anchor_for_a_revoked_key_is_a_leftover_or_the_end)
{
	static const char ksk[] =
	    "example. IN DNSKEY 257 3 13 " ZONE_KSK_PUBLIC "\n"
	    "example. IN DNSKEY 384 3 13 " ZONE_ZSK_PUBLIC "\n";
	static const char revoked[] =
	    "example. IN DNSKEY 385 3 13 " ZONE_KSK_PUBLIC "\n";
	/* The ZSK revoked has tag 27815. */
	static const struct zone_change leftover = { NULL,
		"example. 3600 IN DNSKEY 384 3 13 " ZONE_ZSK_PUBLIC "\n"
		ZONE_SIG("", "DNSKEY", "1", "27815"),
		NULL, CHECK_dnskey_revoked_handling, SEVERITY_WARN };
	static const struct zone_change end = { NULL,
		REVOKED ZONE_SIG("", "DNSKEY", "1", "45618"), NULL,
		CHECK_dnskey_revoked_handling, SEVERITY_BLOCK };

	zone_survey_expect(zone_signed, ksk, &leftover, 1);
	zone_survey_expect(zone_signed, revoked, &end, 1);
}

Test(dnskey_checks, the_secure_entry_point_is_a_role)
{
	/* The KSK without the SEP flag has tag 45489. */
	static const struct zone_change changes[] = {
		/* Of none at all ds_parent_match speaks. */
		{ ZONE_SIG("", "DNSKEY", "1", ZONE_KSK), "", NULL,
		    CHECK_dnskey_sep_present, SEVERITY_OFF },
		{ ZONE_SIG("", "DNSKEY", "1", ZONE_KSK), "", NULL,
		    CHECK_ds_parent_match, SEVERITY_BLOCK },
		{ ZONE_SIG("", "DNSKEY", "1", ZONE_KSK),
		    "example. 3600 IN DNSKEY 256 3 13 " ZONE_KSK_PUBLIC "\n"
		    ZONE_SIG("", "DNSKEY", "1", "45489"),
		    NULL, CHECK_dnskey_sep_present, SEVERITY_WARN },
		/* Without anchors a ZSK may sign DNSKEY beside the KSK. */
		{ NULL, ZONE_SIG("", "DNSKEY", "1", ZONE_ZSK), NULL,
		    CHECK_dnskey_sep_present, SEVERITY_OFF },
	};

	EXPECT(NULL, changes);
}

Test(dnskey_checks, roles_are_kept_apart_where_the_policy_says_so)
{
#define SPLIT "ksk_zsk_split=1"
	static const struct zone_change changes[] = {
		{ NULL, ZONE_SIG("www.", "A", "2", ZONE_KSK), NULL,
		    CHECK_dnskey_role_separation, SEVERITY_OFF },
		{ NULL, ZONE_SIG("www.", "A", "2", ZONE_KSK), SPLIT,
		    CHECK_dnskey_role_separation, SEVERITY_HOLD },
		{ NULL, ZONE_SIG("", "DNSKEY", "1", ZONE_ZSK), SPLIT,
		    CHECK_dnskey_role_separation, SEVERITY_HOLD },
		/* An exemption of one name is not one of a whole zone. */
		{ NULL, ZONE_SIG("", "SOA", "1", ZONE_KSK),
		    SPLIT " exempt.dnskey_role_separation=1",
		    CHECK_dnskey_role_separation, SEVERITY_OFF },
		{ NULL,
		    ZONE_SIG("", "SOA", "1", ZONE_KSK)
		    ZONE_SIG("www.", "A", "2", ZONE_KSK),
		    SPLIT " exempt.dnskey_role_separation=1",
		    CHECK_dnskey_role_separation, SEVERITY_HOLD },
		{ NULL,
		    "example. 3600 IN CDS 0 0 0 00\n"
		    ZONE_SIG("", "CDS", "1", ZONE_KSK),
		    SPLIT, CHECK_dnskey_role_separation, SEVERITY_OFF },
		{ NULL, ZONE_SIG("", "DNSKEY", "1", ZONE_ZSK),
		    "dnskey_signers=1", CHECK_rrsig_dnskey_ksk_only,
		    SEVERITY_HOLD },
		{ NULL, "", "dnskey_signers=1", CHECK_rrsig_dnskey_ksk_only,
		    SEVERITY_OFF },
	};

	EXPECT(NULL, changes);
}

/* How many keys have an algorithm that their work does not allow, if the ZSK
 * signs DNSKEY too. */
static unsigned
n_disallowed(const char *options)
{
	static struct zone_survey found;
	const struct zone_change change = {
		.to = ZONE_SIG("", "DNSKEY", "1", ZONE_ZSK),
		.options = options,
	};

	zone_survey_run(&found, zone_signed, &change, NULL);
	return found.n[CHECK_dnskey_alg_status][SEVERITY_HOLD];
}

Test(dnskey_checks, an_exempt_key_is_judged_by_what_it_does)
{
#define KSK_14 "ksk_algorithms=0x4000 zsk_algorithms=0x2000 " SPLIT
	cr_assert_eq(n_disallowed(KSK_14), 1);
	cr_assert_eq(
	    n_disallowed(KSK_14 " exempt.dnskey_role_separation=3"), 2);
}

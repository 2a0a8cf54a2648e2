/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "denial_zones.h"

#define APEX "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"
#define A "35mthgpgcu1qg68fab165klnsnk3dpvl"
#define AI "gjeqe526plbf1g8mklp59enfd789njgi"
#define C "4g6p9u5gvfshp30pqecj98b3maqbn1ck"
#define NS1 "2t7b4g4vsa5smi47k61mv5bv1a22bojr"
#define NS2 "q04jkcevqvmu85r014c7dkba38o0ji5r"
#define W "k8udemvp1j2f7eg6jebps17vp3n8i58h"
#define ANY_W "r53bq7cc2uvmubfu5ocmm6pers9tk9en"
#define X_W "b4um86eghhds6nea196smvmlo4ors995"
#define Y_W "ji6neoaepv8b5o6k4ev33abha8ht9fgc"
#define XX "t644ebqk9bibcna874givr6joj62mlhv"
#define HASHLIKE "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"
/* The hash of no name. */
#define NONE "s0000000000000000000000000000000"

#define N3_HEAD(hash, params) hash ".example. 3600 IN NSEC3 " params " "
#define N3(hash, next, types) N3_HEAD(hash, "1 1 12 aabbccdd") next types "\n"
#define N3_AI N3(AI, Y_W, " HINFO A AAAA RRSIG")
#define N3_A N3(A, X_W, " NS DS RRSIG")
#define N3_NS2 N3(NS2, ANY_W, " A RRSIG")
#define N3_W N3(W, HASHLIKE, "")
#define N3_XX N3(XX, APEX, " HINFO A AAAA RRSIG")
#define PARAM "NSEC3PARAM 1 0 12 aabbccdd"

/* All options that keep the 12 iterations and the salt quiet. */
#define QUIET "nsec3_iterations_max=12 nsec3_salt_len_max=4"
#define RIGHT QUIET, CHECK_none, SEVERITY_OFF
#define WRONG(check) QUIET, CHECK_##check, SEVERITY_BLOCK

Test(nsec3_checks, the_zone_of_rfc_5155_is_right)
{
	static const struct denial_change changes[] = {
	    {{NULL}, {NULL}, RIGHT},
	    {{NULL}, {NULL}, QUIET " denial=2 ttl_denial=1", CHECK_none,
	        SEVERITY_OFF},
	    {{NULL}, {NULL}, QUIET " denial=1", CHECK_denial_mode,
	        SEVERITY_HOLD},
	    /* Opt-out may leave insecure delegations out, or not. */
	    {{N3_A}, {N3(A, C, " NS DS RRSIG") N3(C, X_W, " NS")}, RIGHT},
	    {{NULL}, {"h.a.b.xyz.example. 3600 IN NS ns.test.\n"}, RIGHT},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, every_name_has_its_record)
{
	static const struct denial_change changes[] = {
	    {{N3_AI}, {""}, WRONG(nsec3_complete)},
	    {{N3_AI, N3(X_W, AI, " MX RRSIG")}, {"", N3(X_W, Y_W, " MX RRSIG")},
	        WRONG(nsec3_complete)},
	    {{N3_A}, {""}, WRONG(nsec3_complete)},
	    {{N3_XX}, {""}, WRONG(nsec3_complete)},
	    {{N3_NS2, N3_XX}, {"", ""}, WRONG(nsec3_complete)},
	    {{NULL}, {"zz.example. 3600 IN A 192.0.2.9\n"},
	        WRONG(nsec3_complete)},
	    /* A host at a hashed owner is an ordinary name. */
	    {{N3(HASHLIKE, NS2, " A RRSIG")}, {""}, WRONG(nsec3_complete)},
	    {{NULL}, {"x.a.example. 3600 IN TXT \"a\"\n"}, RIGHT},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, empty_non_terminals_have_theirs)
{
	static const struct denial_change changes[] = {
	    {{N3_W}, {""}, WRONG(nsec3_ent)},
	    {{N3_W}, {N3(W, HASHLIKE, " A RRSIG")}, WRONG(nsec3_ent)},
	    {{N3_W}, {N3(W, HASHLIKE, " RRSIG")}, WRONG(nsec3_ent)},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, each_record_points_to_the_next_hash)
{
#define NEXT(hash)                                                             \
	{N3_NS2},                                                              \
	{                                                                      \
		N3(NS2, hash, " A RRSIG")                                      \
	}
#define NOT_CLOSED WRONG(nsec3_chain_closed)
	static const struct denial_change changes[] = {
	    {NEXT(XX), NOT_CLOSED},
	    {NEXT(NS2), NOT_CLOSED},
	    {NEXT(APEX), NOT_CLOSED},
	    {NEXT(NONE), NOT_CLOSED},
	    /* One less than its owner. */
	    {NEXT("q04jkcevqvmu85r014c7dkba38o0ji5q"), NOT_CLOSED},
	    /* The right one in upper case. */
	    {NEXT("R53BQ7CC2UVMUBFU5OCMM6PERS9TK9EN"), RIGHT},
	    {{NULL}, {N3(NS2, XX, " A RRSIG")}, NOT_CLOSED},
	    {{NULL}, {N3_NS2}, RIGHT},
	    /* Of another zone, left below a cut. */
	    {{NULL}, {N3("x.a", XX, " A RRSIG")}, RIGHT},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, owners_and_next_owners_are_hashes)
{
#define NO_HASH WRONG(nsec3_owner_format)
	static const struct denial_change changes[] = {
	    /* 5 and 25 octets. */
	    {NEXT("r53bq7cc"), NO_HASH},
	    {NEXT("r53bq7cc2uvmubfu5ocmm6pers9tk9enr53bq7cc"), NO_HASH},
	    {{NULL}, {N3("nohash", XX, " A RRSIG")}, NO_HASH},
	    {{NULL}, {N3("x." NS2, XX, " A RRSIG")}, NO_HASH},
	    {{NULL}, {"example. 3600 IN NSEC3 1 1 12 aabbccdd " XX " A\n"},
	        NO_HASH},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, there_is_one_hash_algorithm)
{
#define NO_SHA1 WRONG(nsec3_hash_sha1)
	static const struct denial_change changes[] = {
	    {{NULL}, {N3_HEAD(XX, "2 0 12 aabbccdd") XX " A\n"}, NO_SHA1},
	    /* Instead of the one that there should be. */
	    {{N3_NS2}, {N3_HEAD(NS2, "2 1 12 aabbccdd") ANY_W " A RRSIG\n"},
	        NO_SHA1},
	    {{PARAM}, {"NSEC3PARAM 2 0 12 aabbccdd"}, NO_SHA1},
	    {{NULL}, {"example. 0 IN NSEC3PARAM 0 0 12 aabbccdd\n"}, NO_SHA1},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, a_chain_has_one_set_of_parameters)
{
#define MIXED WRONG(nsec3_params_uniform)
	static const struct denial_change changes[] = {
	    {{N3_NS2}, {N3_HEAD(NS2, "1 1 12 aabbccde") ANY_W " A RRSIG\n"},
	        MIXED},
	    {{N3_NS2}, {N3_HEAD(NS2, "1 1 13 aabbccdd") ANY_W " A RRSIG\n"},
	        MIXED},
	    {{N3_NS2}, {N3_HEAD(NS2, "1 1 12 -") ANY_W " A RRSIG\n"}, MIXED},
	    /* An empty non-terminal's. */
	    {{N3_W}, {N3_HEAD(W, "1 1 12 -") HASHLIKE "\n"}, MIXED},
	    /* Opt-out could do without it, but the chain leads there. */
	    {{N3_A},
	        {N3(A, C, " NS DS RRSIG") N3_HEAD(C, "1 1 12 -") X_W " NS\n"},
	        MIXED},
	    /* Who minds less about that hears what comes of it. */
	    {{N3_NS2}, {N3_HEAD(NS2, "1 1 12 -") ANY_W " A RRSIG\n"},
	        QUIET " severity.nsec3_params_uniform=4 severity.nsec3_extra=4",
	        CHECK_nsec3_complete, SEVERITY_BLOCK},
	    {{N3_W}, {N3_HEAD(W, "2 1 12 aabbccdd") HASHLIKE "\n"},
	        QUIET " severity.nsec3_hash_sha1=4", CHECK_nsec3_ent,
	        SEVERITY_BLOCK},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, opt_out_is_the_policys)
{
#define REQUIRE QUIET " nsec3_optout=1"
#define FORBID QUIET " nsec3_optout=2"
	static const struct denial_change changes[] = {
	    {{NULL}, {NULL}, REQUIRE, CHECK_none, SEVERITY_OFF},
	    {{NULL}, {NULL}, FORBID, CHECK_nsec3_optout_policy, SEVERITY_HOLD},
	    {{N3_NS2}, {N3_HEAD(NS2, "1 0 12 aabbccdd") ANY_W " A RRSIG\n"},
	        REQUIRE, CHECK_nsec3_optout_policy, SEVERITY_WARN},
	    {{N3_NS2}, {N3_HEAD(NS2, "1 0 12 aabbccdd") ANY_W " A RRSIG\n"},
	        FORBID, CHECK_nsec3_optout_policy, SEVERITY_HOLD},
	    /* An exemption of names below the apex is not one of a chain. */
	    {{NULL}, {NULL}, FORBID " exempt.nsec3_optout_policy=2",
	        CHECK_nsec3_optout_policy, SEVERITY_HOLD},
	    {{NULL}, {NULL}, FORBID " exempt.nsec3_optout_policy=3", CHECK_none,
	        SEVERITY_OFF},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, each_record_has_its_name)
{
#define EXTRA QUIET, CHECK_nsec3_extra, SEVERITY_HOLD
	static const struct denial_change changes[] = {
	    /* Beside the chain, and in it. */
	    {{NULL}, {N3(NONE, XX, " A RRSIG")}, EXTRA},
	    {{NULL, N3(ANY_W, XX, " MX RRSIG")},
	        {N3(NONE, XX, " A RRSIG"), N3(ANY_W, NONE, " MX RRSIG")},
	        EXTRA},
	    /* The name is gone. */
	    {{"ns2.example. 3600 IN A 192.0.2.2\n"}, {""}, EXTRA},
	    /* A chain in the making. */
	    {{NULL}, {N3_HEAD(NONE, "1 0 0 -") NONE " A\n"}, QUIET,
	        CHECK_nsec3_extra, SEVERITY_WARN},
	    {{NULL}, {N3_HEAD(NS2, "1 1 12 aabbccde") NS2 " A\n"}, QUIET,
	        CHECK_nsec3_extra, SEVERITY_WARN},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, each_record_lists_the_types_of_its_name)
{
#define TYPES(types)                                                           \
	{N3_NS2},                                                              \
	{                                                                      \
		N3(NS2, ANY_W, types)                                          \
	}
#define NOT_EXACT WRONG(nsec3_bitmap_exact)
	static const struct denial_change changes[] = {
	    {TYPES(" A MX RRSIG"), NOT_EXACT},
	    {TYPES(" RRSIG"), NOT_EXACT},
	    {TYPES(" A"), NOT_EXACT},
	    {TYPES(""), NOT_EXACT},
	    {TYPES(" A RRSIG NSEC3"), NOT_EXACT},
	    {TYPES(" A RRSIG NSEC"), NOT_EXACT},
	    /* Which is compact_denial_type. */
	    {TYPES(" A RRSIG TYPE250"), RIGHT},
	    {{N3_A}, {N3(A, X_W, " NS RRSIG")}, NOT_EXACT},
	    {{N3_A}, {N3(A, X_W, " NS DS A RRSIG")}, NOT_EXACT},
	    {{N3_A}, {N3(A, C, " NS DS RRSIG") N3(C, X_W, " NS RRSIG")},
	        NOT_EXACT},
	    /* A signature that is missing is another check's. */
	    {{DENIAL_SIG("ns2.", "A", "2")}, {""}, RIGHT},
	    {{DENIAL_SIG("ns2.", "A", "2"), N3_NS2}, {"", N3(NS2, ANY_W, " A")},
	        RIGHT},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, only_opt_out_leaves_delegations_out)
{
/* Of c.example. itself, whose hash lies after that of a.example. */
#define N3_A_OUT N3_HEAD(A, "1 0 12 aabbccdd") X_W " NS DS RRSIG\n"
#define N3_Y_W N3(Y_W, W, "")
#define N3_Y_W_OUT N3_HEAD(Y_W, "1 0 12 aabbccdd") W "\n"
#define NOT_OPTED WRONG(nsec3_optout_correct)
	static const struct denial_change changes[] = {
	    {{N3_A}, {N3_A_OUT}, NOT_OPTED},
	    /* Another span without opt-out matters not. */
	    {{N3_NS2}, {N3_HEAD(NS2, "1 0 12 aabbccdd") ANY_W " A RRSIG\n"},
	        RIGHT},
	    {{N3_A},
	        {N3_HEAD(A, "1 0 12 aabbccdd") C
	            " NS DS RRSIG\n" N3(C, X_W, " NS")},
	        RIGHT},
	    /* The closest provable encloser of both is the apex, so what
		 * lies in the span without opt-out counts only if it is the
		 * hash of the name above the delegation. */
	    {{N3(ANY_W, XX, " MX RRSIG"), NULL},
	        {N3_HEAD(ANY_W, "1 0 12 aabbccdd") XX " MX RRSIG\n",
	            "d.ab.example. 3600 IN NS ns.test.\n"},
	        NOT_OPTED},
	    {{N3(ANY_W, XX, " MX RRSIG"), NULL},
	        {N3_HEAD(ANY_W, "1 0 12 aabbccdd") XX " MX RRSIG\n",
	            "b.ac.example. 3600 IN NS ns.test.\n"},
	        RIGHT},
	    /* w.example. lacks its record, so the apex is the closest
		 * provable encloser; who minds less about that hears it. */
	    {{N3_W, N3_Y_W, NULL},
	        {"", N3_Y_W_OUT, "q.w.example. 3600 IN NS ns.test.\n"},
	        WRONG(nsec3_ent)},
	    {{N3_W, N3_Y_W, NULL},
	        {"", N3_Y_W_OUT, "q.w.example. 3600 IN NS ns.test.\n"},
	        QUIET " exempt.nsec3_ent=3", CHECK_nsec3_optout_correct,
	        SEVERITY_BLOCK},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, nsec3param_names_the_chain)
{
#define PARAM_WRONG WRONG(nsec3param_apex)
	static const struct denial_change changes[] = {
	    {{PARAM}, {"NSEC3PARAM 1 1 12 aabbccdd"}, PARAM_WRONG},
	    {{NULL}, {"example. 0 IN NSEC3PARAM 1 0 0 -\n"}, PARAM_WRONG},
	    {{NULL}, {"example. 0 IN NSEC3PARAM 1 1 0 -\n"}, QUIET,
	        CHECK_nsec3param_apex, SEVERITY_WARN},
	    {{NULL}, {"x.a.example. 0 IN NSEC3PARAM 1 0 0 -\n"}, RIGHT},
	    {{NULL, N3_NS2},
	        {"ns2.example. 0 IN NSEC3PARAM 1 0 0 -\n",
	            N3(NS2, ANY_W, " A RRSIG NSEC3PARAM")},
	        PARAM_WRONG},
	    {{"example. 3600 IN " PARAM "\n", " NSEC3PARAM RRSIG"},
	        {"", " RRSIG"}, PARAM_WRONG},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

Test(nsec3_checks, flags_and_iterations_are_bounded)
{
	static const struct denial_change changes[] = {
	    {{N3_NS2}, {N3_HEAD(NS2, "1 3 12 aabbccdd") ANY_W " A RRSIG\n"},
	        WRONG(nsec3_flags)},
	    {{NULL}, {NULL}, "nsec3_salt_len_max=4", CHECK_nsec3_iterations,
	        SEVERITY_WARN},
	    {{NULL}, {NULL}, "nsec3_salt_len_max=4 nsec3_iterations_block=11",
	        CHECK_nsec3_iterations, SEVERITY_BLOCK},
	    {{NULL}, {NULL}, "nsec3_salt_len_max=4 nsec3_iterations_max=11",
	        CHECK_nsec3_iterations, SEVERITY_WARN},
	    {{NULL}, {NULL}, "nsec3_iterations_max=12 nsec3_salt_len_max=3",
	        CHECK_nsec3_salt, SEVERITY_WARN},
	};

	DENIAL_EXPECT(zone_nsec3, changes);
}

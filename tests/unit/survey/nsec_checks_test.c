/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "denial_zones.h"

#define TO_DN "x.b.c.example. 3600 IN NSEC dn.example. "
#define DN "dn.example. 3600 IN NSEC ins.example. DNAME RRSIG NSEC\n"
#define INS "ins.example. 3600 IN NSEC sec.example. NS RRSIG NSEC\n"

Test(nsec_checks, a_right_zone_is_right)
{
	static const struct denial_change changes[] = {
	    {{NULL}, {NULL}, NULL, CHECK_none, SEVERITY_OFF},
	    {{NULL}, {NULL}, "denial=1 ttl_denial=1", CHECK_none, SEVERITY_OFF},
	};

	DENIAL_EXPECT(zone_nsec, changes);
}

Test(nsec_checks, the_policy_names_the_kind_of_denial)
{
	static const struct denial_change changes[] = {
	    {{NULL}, {NULL}, "denial=2", CHECK_denial_mode, SEVERITY_HOLD},
	};
	static const struct denial_change none[] = {
	    {{NULL}, {NULL}, NULL, CHECK_denial_mode, SEVERITY_BLOCK},
	};

	DENIAL_EXPECT(zone_nsec, changes);
	DENIAL_EXPECT("example. 3600 IN SOA ns.test. a.test. 1 2 3 4 5\n",
	    none);
}

Test(nsec_checks, every_name_has_its_record)
{
	static const struct denial_change changes[] = {
	    {{DN}, {""}, NULL, CHECK_nsec_complete, SEVERITY_BLOCK},
	    {{DN, TO_DN}, {"", "x.b.c.example. 3600 IN NSEC ins.example. "},
	        NULL, CHECK_nsec_complete, SEVERITY_BLOCK},
	    {{INS}, {""}, NULL, CHECK_nsec_complete, SEVERITY_BLOCK},
	    {{DN, INS}, {"", ""}, NULL, CHECK_nsec_complete, SEVERITY_BLOCK},
	    {{"example. 3600 IN NSEC *.example. NS SOA RRSIG NSEC\n"}, {""},
	        NULL, CHECK_nsec_complete, SEVERITY_BLOCK},
	    {{NULL}, {"zz.example. 3600 IN A 192.0.2.9\n"}, NULL,
	        CHECK_nsec_complete, SEVERITY_BLOCK},
	    /* Occluded names and glue have none. */
	    {{NULL}, {"x.ins.example. 3600 IN TXT \"a\"\n"}, NULL, CHECK_none,
	        SEVERITY_OFF},
	    {{NULL}, {"x.dn.example. 3600 IN TXT \"a\"\n"}, NULL, CHECK_none,
	        SEVERITY_OFF},
	};

	DENIAL_EXPECT(zone_nsec, changes);
}

Test(nsec_checks, each_record_points_to_the_next_name)
{
#define NEXT(name)                                                             \
	{TO_DN},                                                               \
	{                                                                      \
		"x.b.c.example. 3600 IN NSEC " name " "                        \
	}
	static const struct denial_change changes[] = {
	    {NEXT("DN.EXAMPLE."), NULL, CHECK_none, SEVERITY_OFF},
	    {NEXT("ins.example."), NULL, CHECK_nsec_chain_closed,
	        SEVERITY_BLOCK},
	    {NEXT("x.b.c.example."), NULL, CHECK_nsec_chain_closed,
	        SEVERITY_BLOCK},
	    {NEXT("example."), NULL, CHECK_nsec_chain_closed, SEVERITY_BLOCK},
	    {NEXT("*.example."), NULL, CHECK_nsec_chain_closed, SEVERITY_BLOCK},
	    {NEXT("dm.example."), NULL, CHECK_nsec_chain_closed,
	        SEVERITY_BLOCK},
	    {NEXT("ns.ins.example."), NULL, CHECK_nsec_chain_closed,
	        SEVERITY_BLOCK},
	    {NEXT("."), NULL, CHECK_nsec_chain_closed, SEVERITY_BLOCK},
	    {{NULL},
	        {"dn.example. 3600 IN NSEC sec.example. DNAME "
	         "RRSIG NSEC\n"},
	        NULL, CHECK_nsec_chain_closed, SEVERITY_BLOCK},
	    {{NULL}, {DN}, NULL, CHECK_none, SEVERITY_OFF},
	};

	DENIAL_EXPECT(zone_nsec, changes);
}

Test(nsec_checks, each_record_lists_the_types_of_its_name)
{
#define TYPES(types)                                                           \
	{"IN NSEC dn.example. A RRSIG NSEC TYPE1234"},                         \
	{                                                                      \
		"IN NSEC dn.example." types                                    \
	}
#define NOT_EXACT NULL, CHECK_nsec_bitmap_exact, SEVERITY_BLOCK
	static const struct denial_change changes[] = {
	    {TYPES(" A MX RRSIG NSEC TYPE1234"), NOT_EXACT},
	    {TYPES(" A RRSIG NSEC"), NOT_EXACT},
	    {TYPES(" A NSEC TYPE1234"), NOT_EXACT},
	    {TYPES(" A RRSIG TYPE1234"), NOT_EXACT},
	    /* Types that no zone holds are compact_denial_type. */
	    {TYPES(" A RRSIG NSEC TYPE1234 TYPE41"), NULL, CHECK_none,
	        SEVERITY_OFF},
	    {TYPES(" A RRSIG NSEC TYPE1234 TYPE128"), NULL, CHECK_none,
	        SEVERITY_OFF},
	    {TYPES(" A RRSIG NSEC TYPE1234 TYPE255"), NULL, CHECK_none,
	        SEVERITY_OFF},
	    {TYPES(""), NOT_EXACT},
	    /* At cuts the parent speaks for NS and DS only. */
	    {{"sec.example. NS RRSIG"}, {"sec.example. A NS RRSIG"}, NOT_EXACT},
	    {{"www.example. NS DS"}, {"www.example. NS"}, NOT_EXACT},
	    /* A signature that is missing is another check's. */
	    {{DENIAL_SIG("www.", "A", "2")}, {""}, NULL, CHECK_none,
	        SEVERITY_OFF},
	};

	DENIAL_EXPECT(zone_nsec, changes);
}

Test(nsec_checks, bitmaps_are_encoded_as_they_must_be)
{
/* Next name dn.example., 12 octets. */
#define GENERIC(length, bitmap)                                                \
	{"IN NSEC dn.example. A RRSIG NSEC TYPE1234"},                         \
	{                                                                      \
		"IN NSEC \\# " length " 02646e076578616d706c6500" bitmap       \
	}
#define WINDOW_0 "0006400000000003"
#define WINDOW_4 "041b000000000000000000000000000000000000000000000000000020"
#define NOT_ENCODED NULL, CHECK_nsec_bitmap_encoding, SEVERITY_BLOCK
	static const struct denial_change changes[] = {
	    {GENERIC("49", WINDOW_0 WINDOW_4), NULL, CHECK_none, SEVERITY_OFF},
	    {GENERIC("49", WINDOW_4 WINDOW_0), NOT_ENCODED},
	    {GENERIC("50", "000740000000000300" WINDOW_4), NOT_ENCODED},
	    {GENERIC("51", WINDOW_0 "0100" WINDOW_4), NOT_ENCODED},
	    {GENERIC("51", WINDOW_0 WINDOW_4 "0500"), NOT_ENCODED},
	    {GENERIC("50", WINDOW_0 WINDOW_4 "05"), NOT_ENCODED},
	    {GENERIC("15", "000640"), NOT_ENCODED},
	};

	DENIAL_EXPECT(zone_nsec, changes);
}

Test(nsec_checks, no_record_stands_where_none_may)
{
	static const struct denial_change changes[] = {
	    /* Beside the chain, and in it. */
	    {{NULL},
	        {"dz.example. 3600 IN NSEC ins.example. RRSIG "
	         "NSEC\n"},
	        NULL, CHECK_nsec_not_alone, SEVERITY_BLOCK},
	    {{NULL, DN},
	        {"dz.example. 3600 IN NSEC ins.example. RRSIG NSEC\n",
	            "dn.example. 3600 IN NSEC dz.example. DNAME RRSIG "
	            "NSEC\n"},
	        NULL, CHECK_nsec_not_alone, SEVERITY_BLOCK},
	    {{"dn.example. 3600 IN DNAME other.test.\n"}, {""}, NULL,
	        CHECK_nsec_not_alone, SEVERITY_BLOCK},
	    {{NULL},
	        {"ns.ins.example. 3600 IN NSEC sec.example. A "
	         "RRSIG NSEC\n"},
	        NULL, CHECK_nsec_none_at_glue, SEVERITY_BLOCK},
	    {{NULL},
	        {"x.dn.example. 3600 IN NSEC ins.example. A "
	         "RRSIG NSEC\n"},
	        NULL, CHECK_nsec_none_at_glue, SEVERITY_BLOCK},
	};

	DENIAL_EXPECT(zone_nsec, changes);
}

Test(nsec_checks, the_ttl_is_the_lesser_of_two)
{
#define TTL_60                                                                 \
	{"www.example. 3600 IN NSEC"},                                         \
	{                                                                      \
		"www.example. 60 IN NSEC"                                      \
	}
#define MINIMUM_60                                                             \
	{"3600000 3600\n"},                                                    \
	{                                                                      \
		"3600000 60\n"                                                 \
	}
	static const struct denial_change changes[] = {
	    {TTL_60, NULL, CHECK_denial_ttl, SEVERITY_WARN},
	    {TTL_60, "ttl_denial=1", CHECK_denial_ttl, SEVERITY_HOLD},
	    {TTL_60, "ttl_denial=2", CHECK_none, SEVERITY_OFF},
	    {MINIMUM_60, NULL, CHECK_denial_ttl, SEVERITY_WARN},
	    {MINIMUM_60, "ttl_denial=1", CHECK_denial_ttl, SEVERITY_WARN},
	    {{"3600000 3600\n"}, {"3600000 7200\n"}, NULL, CHECK_none,
	        SEVERITY_OFF},
	};

	DENIAL_EXPECT(zone_nsec, changes);
}

Test(nsec_checks, there_are_records_of_one_kind)
{
	static const struct zone_change changes[] = {
	    /* Then denial_mode says enough. */
	    {NULL, "", NULL, CHECK_nsec_complete, SEVERITY_OFF},
	    {NULL, "", "severity.denial_mode=2", CHECK_nsec_complete,
	        SEVERITY_BLOCK},
	    {NULL, "", "exempt.denial_mode=3", CHECK_nsec_complete,
	        SEVERITY_BLOCK},
	};

	zone_survey_expect(zone_signed, NULL, changes, 3);
}

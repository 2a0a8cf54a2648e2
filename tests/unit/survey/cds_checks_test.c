/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "whole_survey.h"
#include "zone_survey.h"

#define EXPECT(anchors, changes)                                               \
	zone_survey_expect(zone_signed, anchors, changes,                      \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

#define KSK_DIGEST                                                             \
	"816377eec9796cad8d6e51eb358369b99e9b673ed1990872b726785cbe661a12"
#define ZSK_DIGEST                                                             \
	"982ae75d2059a025b015a55831cd141d8e4ea574203efcf47bca4d221eabd0e0"
#define OTHER_DIGEST                                                           \
	"816377eec9796cad8d6e51eb358369b99e9b673ed1990872b726785cbe661a13"

#define CDS(rdata) "example. 3600 IN CDS " rdata "\n"
#define CDNSKEY(rdata) "example. 3600 IN CDNSKEY " rdata "\n"
#define BY_KSK(type) ZONE_SIG("", type, "1", ZONE_KSK)
#define BY_ZSK(type) ZONE_SIG("", type, "1", ZONE_ZSK)

#define CDS_KSK CDS(ZONE_KSK " 13 2 " KSK_DIGEST)
#define CDS_ZSK CDS(ZONE_ZSK " 13 2 " ZSK_DIGEST)
#define CDS_OTHER CDS(ZONE_KSK " 13 2 " OTHER_DIGEST)
#define CDS_UNKNOWN CDS("4711 13 2 " OTHER_DIGEST)
#define CDNSKEY_KSK CDNSKEY("257 3 13 " ZONE_KSK_PUBLIC)

#define ANCHOR "example. IN DS " ZONE_KSK " 13 2 " KSK_DIGEST "\n"

Test(cds_checks, cds_and_cdnskey_match)
{
	static const struct zone_change changes[] = {
		{ NULL, CDS_KSK BY_KSK("CDS"), NULL, CHECK_cds_cdnskey_match,
		    SEVERITY_OFF },
		{ NULL, CDS_KSK CDNSKEY_KSK, NULL, CHECK_cds_cdnskey_match,
		    SEVERITY_OFF },
		{ NULL, CDS_ZSK CDNSKEY_KSK, NULL, CHECK_cds_cdnskey_match,
		    SEVERITY_HOLD },
		{ NULL, CDS_KSK CDS_ZSK CDNSKEY_KSK, NULL,
		    CHECK_cds_cdnskey_match, SEVERITY_HOLD },
		/* Of a digest type that nobody computes the tag must do. */
		{ NULL, CDS_KSK CDS(ZONE_KSK " 13 200 00") CDNSKEY_KSK, NULL,
		    CHECK_cds_cdnskey_match, SEVERITY_OFF },
		{ NULL, CDS("1 13 200 00") CDNSKEY_KSK, NULL,
		    CHECK_cds_cdnskey_match, SEVERITY_HOLD },
		{ NULL, CDS("0 0 0 00") CDNSKEY("0 3 0 AA=="), NULL,
		    CHECK_cds_cdnskey_match, SEVERITY_OFF },
		{ NULL, CDS("0 0 0 00") CDNSKEY_KSK, NULL,
		    CHECK_cds_cdnskey_match, SEVERITY_HOLD },
	};

	EXPECT(NULL, changes);
	EXPECT(ANCHOR, changes);
}

Test(cds_checks, a_key_that_the_parent_knows_signs)
{
	static const struct zone_change changes[] = {
		{ NULL, CDS_KSK BY_KSK("CDS"), NULL, CHECK_cds_signed,
		    SEVERITY_OFF },
		{ NULL, CDS_KSK BY_ZSK("CDS"), NULL, CHECK_cds_signed,
		    SEVERITY_HOLD },
		{ NULL, CDNSKEY_KSK BY_ZSK("CDNSKEY"), NULL, CHECK_cds_signed,
		    SEVERITY_HOLD },
		{ NULL, CDS_KSK BY_ZSK("CDS") BY_KSK("CDS"), NULL,
		    CHECK_cds_signed, SEVERITY_OFF },
		/* Without a signature rrsig_present_all says so. */
		{ NULL, CDS_KSK, NULL, CHECK_cds_signed, SEVERITY_OFF },
	};

	EXPECT(NULL, changes);
	EXPECT(ANCHOR, changes);
}

Test(cds_checks, what_is_asked_for_keeps_the_chain)
{
	static const struct zone_change changes[] = {
		{ NULL, CDS_KSK, NULL, CHECK_cds_continuity, SEVERITY_OFF },
		{ NULL, CDNSKEY_KSK, NULL, CHECK_cds_continuity, SEVERITY_OFF },
		{ NULL, CDS_OTHER, NULL, CHECK_cds_continuity, SEVERITY_HOLD },
		{ NULL, CDS_UNKNOWN, NULL, CHECK_cds_continuity,
		    SEVERITY_HOLD },
		{ NULL, CDS_ZSK, NULL, CHECK_cds_continuity, SEVERITY_HOLD },
		{ NULL, CDS_KSK CDS_ZSK, NULL, CHECK_cds_continuity,
		    SEVERITY_OFF },
		{ NULL, CDS_KSK CDS_UNKNOWN, NULL, CHECK_cds_continuity,
		    SEVERITY_HOLD },
		{ NULL, CDS_KSK CDS_UNKNOWN, "standby_ds=4711/13",
		    CHECK_cds_continuity, SEVERITY_OFF },
		{ NULL, CDS_UNKNOWN, "standby_ds=4711/13",
		    CHECK_cds_continuity, SEVERITY_HOLD },
		{ NULL, CDS_KSK CDS("4711 8 2 " OTHER_DIGEST),
		    "standby_ds=4711/8", CHECK_cds_continuity, SEVERITY_HOLD },
		/* Flags are part of the key. */
		{ NULL, CDNSKEY("256 3 13 " ZONE_KSK_PUBLIC), NULL,
		    CHECK_cds_continuity, SEVERITY_HOLD },
		{ NULL, CDNSKEY("257 3 13 AA=="), NULL, CHECK_cds_continuity,
		    SEVERITY_HOLD },
		{ NULL, CDS("0 0 0 00"), NULL, CHECK_cds_continuity,
		    SEVERITY_OFF },
	};

	EXPECT(NULL, changes);
	EXPECT(ANCHOR, changes);
}

/* What is at the parent already is a matter of ds_standby. */
Test(cds_checks, what_the_parent_has_may_be_asked_for)
{
	static const struct zone_change change = { NULL, CDS_KSK CDS_UNKNOWN,
		NULL, CHECK_cds_continuity, SEVERITY_OFF };

	zone_survey_expect(zone_signed,
	    ANCHOR "example. IN DS 4711 13 2 " OTHER_DIGEST "\n", &change, 1);
}

Test(cds_checks, a_delete_stands_alone_and_is_allowed)
{
#define ALLOWED "allow_cds_delete=1"
	static const struct zone_change changes[] = {
		{ NULL, CDS("0 0 0 00"), NULL, CHECK_cds_delete,
		    SEVERITY_BLOCK },
		{ NULL, CDNSKEY("0 3 0 AA=="), NULL, CHECK_cds_delete,
		    SEVERITY_BLOCK },
		{ NULL, CDS("0 0 0 00") CDNSKEY("0 3 0 AA=="), ALLOWED,
		    CHECK_cds_delete, SEVERITY_OFF },
		{ NULL, CDS("0 0 0 00") CDS_KSK, ALLOWED, CHECK_cds_delete,
		    SEVERITY_BLOCK },
		{ NULL, CDS("1 0 0 00"), ALLOWED, CHECK_cds_delete,
		    SEVERITY_BLOCK },
		{ NULL, CDS("0 0 0 0000"), ALLOWED, CHECK_cds_delete,
		    SEVERITY_BLOCK },
		{ NULL, CDNSKEY("257 3 0 AA=="), ALLOWED, CHECK_cds_delete,
		    SEVERITY_BLOCK },
		{ NULL, CDNSKEY("0 3 0 AAA="), ALLOWED, CHECK_cds_delete,
		    SEVERITY_BLOCK },
		{ NULL, CDS_KSK, NULL, CHECK_cds_delete, SEVERITY_OFF },
	};

	EXPECT(NULL, changes);
}

#define AT(name) name "example. 3600 IN CDS 1 13 2 " KSK_DIGEST "\n"
Test(cds_checks, they_stand_at_the_apex_or_signal)
{
	static const struct zone_change changes[] = {
		{ NULL, AT(""), NULL, CHECK_cds_location, SEVERITY_OFF },
		{ NULL, AT("www."), NULL, CHECK_cds_location, SEVERITY_HOLD },
		{ NULL, AT("sub."), NULL, CHECK_cds_location, SEVERITY_HOLD },
		{ NULL, AT("_dsboot.c._signal.ns1."), NULL, CHECK_cds_location,
		    SEVERITY_OFF },
		{ NULL, AT("_DSBOOT.b.c._Signal.ns1."), NULL,
		    CHECK_cds_location, SEVERITY_OFF },
		/* A child may be called so. */
		{ NULL, AT("_dsboot._signal._signal.ns1."), NULL,
		    CHECK_cds_location, SEVERITY_OFF },
		{ NULL, AT("_dsboot._signal.ns1."), NULL, CHECK_cds_location,
		    SEVERITY_HOLD },
		{ NULL, AT("_dsboot.c.signal.ns1."), NULL, CHECK_cds_location,
		    SEVERITY_HOLD },
		{ NULL, AT("dsboot.c._signal.ns1."), NULL, CHECK_cds_location,
		    SEVERITY_HOLD },
		{ NULL, AT("_dsboot."), NULL, CHECK_cds_location,
		    SEVERITY_HOLD },
		{ NULL, AT("_dsboot.c._signal.ns.sub."), NULL,
		    CHECK_cds_location, SEVERITY_HOLD },
	};

	EXPECT(NULL, changes);
}

Test(cds_checks, as_many_as_there_may_be_anchors)
{
	static char text[80 * (LIMIT_ANCHORS + 2) + 512];
	struct zone_change change = { .to = text };
	struct zone_survey found;
	size_t used = (size_t)snprintf(text, sizeof(text), "%s", CDS_KSK);

	for (unsigned n = 2; n <= LIMIT_ANCHORS + 1; n++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "example. 3600 IN CDS %u 13 200 00\n", n);
	}
	zone_survey_run(&found, zone_signed, &change, NULL);
	/* Too many; and no more than the limit are looked at. */
	unsigned n = found.n[CHECK_cds_continuity][SEVERITY_HOLD];

	cr_expect_leq(n, LIMIT_ANCHORS + 1);
	cr_expect_geq(n, LIMIT_ANCHORS);
}

/* The reader takes no digest of another length and no key of none, nor do
 * nameservers. */
Test(cds_checks, what_is_cut_short_is_no_record)
{
	static const char *const records[] = {
		CDS("1 13 2 8163"),
		CDS("\\# 4 0001 0D02"),
		CDNSKEY("\\# 4 0101030D"),
		CDNSKEY("\\# 4 00000300"),
	};
	static struct whole_survey made;
	static char text[8192];

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		uint32_t line = 0;

		snprintf(text, sizeof(text), "%s%s", zone_signed, records[i]);
		cr_expect_eq(whole_survey_run(&made, text, "example."),
		    INDEX_REFUSED, "%s", records[i]);
		cr_expect_eq(whole_survey_findings(&made,
				 CHECK_zone_parse_clean, &line),
		    1, "%s", records[i]);
	}
}

Test(cds_checks, what_stands_beside_a_delete_form_counts)
{
#define DELETE_AND_UNKNOWN CDS("0 0 0 00") CDS_KSK CDS_UNKNOWN
	static const struct zone_change changes[] = {
		/* Then cds_delete says enough. */
		{ NULL, DELETE_AND_UNKNOWN, NULL, CHECK_cds_continuity,
		    SEVERITY_OFF },
		{ NULL, DELETE_AND_UNKNOWN, "severity.cds_delete=2",
		    CHECK_cds_continuity, SEVERITY_HOLD },
		{ NULL, DELETE_AND_UNKNOWN, "exempt.cds_delete=1",
		    CHECK_cds_continuity, SEVERITY_HOLD },
		{ NULL, CDS("0 0 0 00"), "severity.cds_delete=2",
		    CHECK_cds_continuity, SEVERITY_OFF },
	};

	EXPECT(NULL, changes);
	EXPECT(ANCHOR, changes);
}

Test(cds_checks, a_tag_is_not_enough_where_an_anchor_has_the_digest)
{
#define BY_TAG "standby_ds=4711/13"
	static const struct zone_change changes[] = {
		{ NULL, CDS_KSK CDS("4711 13 2 " KSK_DIGEST), BY_TAG,
		    CHECK_cds_continuity, SEVERITY_HOLD },
		{ NULL, CDS_KSK CDS_UNKNOWN, BY_TAG, CHECK_cds_continuity,
		    SEVERITY_OFF },
		{ NULL, CDS_KSK CDS("4711 13 200 00"), BY_TAG,
		    CHECK_cds_continuity, SEVERITY_OFF },
	};

	EXPECT(ANCHOR "example. IN DS 4711 13 2 " OTHER_DIGEST "\n", changes);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "zone_survey.h"

#define KSK_SHA1                                                               \
	"example. IN DS " ZONE_KSK " 13 1 "                                    \
	"c299d9d08c567d1fb73a5fd9a0f3913eea7ec288\n"
#define KSK_SHA256                                                             \
	"example. IN DS " ZONE_KSK " 13 2 "                                    \
	"816377eec9796cad8d6e51eb358369b99e9b673ed1990872b726785cbe661a12\n"
#define KSK_SHA384                                                             \
	"example. IN DS " ZONE_KSK " 13 4 "                                    \
	"282899db665f8c2cd4f61a63735d9d11cd075f73a29159098be51793905cb27d"     \
	"37eec6378a50bcea69f58f292abdfa7a\n"
#define KSK_WRONG                                                              \
	"example. IN DS " ZONE_KSK " 13 2 "                                    \
	"816377eec9796cad8d6e51eb358369b99e9b673ed1990872b726785cbe661a13\n"
#define ZSK_SHA256                                                             \
	"example. IN DS " ZONE_ZSK " 13 2 "                                    \
	"982ae75d2059a025b015a55831cd141d8e4ea574203efcf47bca4d221eabd0e0\n"
#define OTHER_ALGORITHM                                                        \
	"example. IN DS 4711 8 2 "                                             \
	"816377eec9796cad8d6e51eb358369b99e9b673ed1990872b726785cbe661a12\n"

/* How often CHECK blocks the zone under ANCHORS. */
static unsigned
blocked(enum check_id check, const char *anchors)
{
	struct zone_survey found;

	zone_survey_run(&found, zone_signed, NULL, anchors);
	return found.n[check][SEVERITY_BLOCK];
}

Test(ds_checks, one_anchor_that_holds_is_enough)
{
	const enum check_id check = CHECK_ds_parent_match;

	cr_expect_eq(blocked(check, KSK_SHA1), 0);
	cr_expect_eq(blocked(check, KSK_SHA256), 0);
	cr_expect_eq(blocked(check, KSK_SHA384), 0);
	cr_expect_eq(blocked(check, KSK_WRONG KSK_SHA256), 0);
	cr_expect_eq(blocked(check, ZSK_SHA256 KSK_SHA384), 0);
	cr_expect_eq(
	    blocked(check, "example. IN DNSKEY 257 3 13 " ZONE_KSK_PUBLIC "\n"),
	    0);
}

Test(ds_checks, an_anchor_that_does_not_hold_is_named)
{
	const enum check_id check = CHECK_ds_parent_match;

	cr_expect_eq(blocked(check, KSK_WRONG), 1);
	/* It does not sign DNSKEY. */
	cr_expect_eq(blocked(check, ZSK_SHA256), 1);
	cr_expect_eq(blocked(check, KSK_WRONG ZSK_SHA256), 2);
	cr_expect_eq(
	    blocked(check, "example. IN DNSKEY 256 3 13 " ZONE_KSK_PUBLIC "\n"),
	    1);
}

Test(ds_checks, each_anchors_algorithm_has_a_key)
{
	const enum check_id check = CHECK_ds_algorithm_has_dnskey;

	cr_expect_eq(blocked(check, NULL), 0);
	cr_expect_eq(blocked(check, KSK_SHA256), 0);
	cr_expect_eq(blocked(check, KSK_SHA256 OTHER_ALGORITHM), 1);
	cr_expect_eq(
	    blocked(check, KSK_SHA256 OTHER_ALGORITHM OTHER_ALGORITHM), 1);
}

Test(ds_checks, a_zone_that_nobody_signs_stands_nowhere)
{
	static const struct zone_change change = {
		ZONE_SIG("", "DNSKEY", "1", ZONE_KSK), "", NULL,
		CHECK_ds_parent_match, SEVERITY_BLOCK };

	zone_survey_expect(zone_signed, NULL, &change, 1);
	zone_survey_expect(zone_signed, KSK_SHA256, &change, 1);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "zone_survey.h"

#define DS(fields) "example. IN DS " fields "\n"
#define SHA256                                                                 \
	"816377eec9796cad8d6e51eb358369b99e9b673ed1990872b726785cbe661a12"
#define KSK_SHA1 DS(ZONE_KSK " 13 1 c299d9d08c567d1fb73a5fd9a0f3913eea7ec288")
#define KSK_SHA256 DS(ZONE_KSK " 13 2 " SHA256)
#define KSK_SHA384                                                             \
	DS(ZONE_KSK " 13 4 "                                                   \
	    "282899db665f8c2cd4f61a63735d9d11cd075f73a29159098be51793905cb27d" \
	    "37eec6378a50bcea69f58f292abdfa7a")
#define KSK_WRONG                                                              \
	DS(ZONE_KSK " 13 2 "                                                   \
	    "816377eec9796cad8d6e51eb358369b99e9b673ed1990872b726785cbe661a13")
#define KSK_CUT DS("\\# 34 B1B20D02" /* tag 45490 */                           \
	"816377eec9796cad8d6e51eb358369b99e9b673ed1990872b726785cbe66")
#define UNKNOWN DS("4711 13 2 " SHA256)
#define KSK_ITSELF "example. IN DNSKEY 257 3 13 " ZONE_KSK_PUBLIC "\n"

/* How often CHECK holds the zone under ANCHORS and OPTIONS. */
static unsigned
held(enum check_id check, const char *anchors, const char *options)
{
	const struct zone_change change = { .to = "", .options = options };
	struct zone_survey found;

	zone_survey_run(&found, zone_signed, &change, anchors);
	return found.n[check][SEVERITY_HOLD];
}

Test(ds_set_checks, digest_types)
{
	const enum check_id check = CHECK_ds_digest_type;

	cr_expect_eq(held(check, NULL, NULL), 0);
	cr_expect_eq(held(check, KSK_SHA256, NULL), 0);
	cr_expect_eq(held(check, KSK_SHA256 KSK_SHA384, NULL), 0);
	/* Not allowed, and none of those required. */
	cr_expect_eq(held(check, KSK_SHA1, NULL), 2);
	cr_expect_eq(held(check, KSK_SHA1, "ds_digest_types=0xFFFF"), 2);
	cr_expect_eq(held(check, KSK_SHA256 KSK_SHA1, NULL), 1);
	cr_expect_eq(held(check, KSK_SHA384, NULL), 1);
	cr_expect_eq(held(check, KSK_SHA384, "ds_digest_required=0x10"), 0);
	cr_expect_eq(held(check, KSK_SHA256, "ds_digest_required=0x14"), 1);
	cr_expect_eq(held(check, KSK_SHA256 KSK_SHA384, "ds_digest_types=0x4"),
	    1);
	cr_expect_eq(held(check, KSK_SHA256 KSK_CUT, NULL), 1);
	/* Of a wrong one ds_digest_consistent says so, unless it is said to be
	 * another key's. */
	cr_expect_eq(held(check, KSK_SHA384 KSK_WRONG, NULL), 0);
	cr_expect_eq(
	    held(check, KSK_SHA384 KSK_WRONG, "standby_ds=45490/13"), 1);
	cr_expect_eq(held(check, KSK_SHA384 KSK_WRONG,
	                 "severity.ds_digest_consistent=2"),
	    1);
	/* A key has no digest type. */
	cr_expect_eq(held(check, KSK_ITSELF, NULL), 0);
	cr_expect_eq(held(check, KSK_SHA256 DS("1 13 255 00"), NULL), 1);
}

Test(ds_set_checks, digests_are_the_keys)
{
	const enum check_id check = CHECK_ds_digest_consistent;

	cr_expect_eq(held(check, KSK_SHA256 KSK_SHA384, NULL), 0);
	cr_expect_eq(held(check, KSK_SHA384 KSK_WRONG, NULL), 1);
	cr_expect_eq(held(check, KSK_ITSELF KSK_WRONG, NULL), 1);
	cr_expect_eq(
	    held(check, KSK_SHA384 KSK_WRONG, "standby_ds=45490/13"), 0);
	/* Without another ds_parent_match says so; of a digest cut short
	 * ds_digest_type does. */
	cr_expect_eq(held(check, KSK_WRONG, NULL), 0);
	cr_expect_eq(held(check, KSK_SHA256 KSK_CUT, NULL), 0);
	cr_expect_eq(held(check, KSK_SHA256 UNKNOWN, NULL), 0);
}

Test(ds_set_checks, who_stands_by_is_declared)
{
	const enum check_id check = CHECK_ds_standby;

	cr_expect_eq(held(check, KSK_SHA256, NULL), 0);
	cr_expect_eq(held(check, KSK_SHA256 UNKNOWN, NULL), 1);
	cr_expect_eq(held(check, KSK_SHA256 UNKNOWN, "standby_ds=4711/13"), 0);
	cr_expect_eq(held(check, KSK_SHA256 UNKNOWN, "standby_ds=4711/8"), 1);
	cr_expect_eq(held(check, UNKNOWN, NULL), 0);
	cr_expect_eq(held(check, KSK_SHA256 KSK_WRONG, NULL), 0);
	/* ds_algorithm_has_dnskey */
	cr_expect_eq(held(check, KSK_SHA256 DS("4711 8 2 " SHA256), NULL), 0);
}

Test(ds_set_checks, as_many_as_there_may_be_anchors)
{
	static char text[100 * LIMIT_ANCHORS];
	size_t used = (size_t)snprintf(text, sizeof(text), "%s", KSK_SHA256);

	for (unsigned i = 1; i < LIMIT_ANCHORS; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "example. IN DS %u 13 2 %s\n", i, SHA256);
	}
	cr_expect_eq(held(CHECK_ds_standby, text, NULL), LIMIT_ANCHORS - 1);
	cr_expect_eq(held(CHECK_ds_digest_type, text, NULL), 0);
}

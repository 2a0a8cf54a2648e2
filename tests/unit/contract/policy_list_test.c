/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "contract/policy_list.h"

#define KID "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KID_UPPER                                                              \
	"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"

static char canonical[LIMIT_POLICY_LISTS], item[POLICY_ITEM];

static void
becomes(enum option_id id, const char *text, const char *expected)
{
	const char *wrong = policy_list_canonical(id, text, canonical, item);

	cr_assert_null(wrong, "%s: %s", item, wrong);
	cr_assert_str_eq(canonical, expected);
	cr_assert_null(policy_list_canonical(id, expected, canonical, item));
	cr_assert_str_eq(canonical, expected);
}

static void
refuses(enum option_id id, const char *text)
{
	cr_assert_not_null(policy_list_canonical(id, text, canonical, item),
	    "%s", text);
}

Test(policy_list, items_are_kept_in_one_spelling)
{
	becomes(OPTION_expected_apex_ns, "", "");
	becomes(OPTION_expected_apex_ns, " , \t", "");
	becomes(OPTION_expected_apex_ns, " NS1.Example.,ns2.example. ,\n.",
	    "ns1.example. ns2.example. .");
	becomes(OPTION_zone_marker, "A.example./type1 0/25.arpa./TXT",
	    "a.example./A 0/25.arpa./TXT");
	becomes(OPTION_zone_marker, "a./TYPE65280", "a./TYPE65280");
	becomes(OPTION_expected_keys, KID_UPPER ", 00012/013", KID " 12/13");
	becomes(OPTION_standby_ds, "65535/255", "65535/255");
	becomes(OPTION_foreign_keys, "Other.Example./" KID_UPPER "\t./" KID,
	    "other.example./" KID " ./" KID);
}

Test(policy_list, what_is_no_item_is_refused)
{
	refuses(OPTION_expected_apex_ns, "ns1.example");
	refuses(OPTION_expected_apex_ns, "a..b.");
	refuses(OPTION_expected_apex_ns, "a\\044b.");
	refuses(OPTION_zone_marker, "a.example.");
	refuses(OPTION_zone_marker, "a.example./");
	refuses(OPTION_zone_marker, "/TXT");
	refuses(OPTION_zone_marker, "a.example./NONE");
	refuses(OPTION_zone_marker, "a.example./TYPE65536");
	refuses(OPTION_zone_marker, "a.example./TYPE");
	refuses(OPTION_foreign_keys, KID);
	refuses(OPTION_foreign_keys, "other.example/" KID);
	refuses(OPTION_foreign_keys, "other.example./12/13");
	refuses(OPTION_foreign_keys, "other.example./" KID "0");
	refuses(OPTION_foreign_keys, "a\\044b./" KID);
	refuses(OPTION_expected_keys, "12");
	refuses(OPTION_expected_keys, "12/");
	refuses(OPTION_expected_keys, "65536/13");
	refuses(OPTION_expected_keys, "1/256");
	refuses(OPTION_expected_keys, "1/13x");
	refuses(OPTION_expected_keys, KID "0");
	refuses(OPTION_standby_ds, KID);
}

Test(policy_list, nothing_is_said_twice)
{
	refuses(OPTION_expected_keys, "1/13 01/13");
	becomes(OPTION_expected_keys, "1/13 11/13", "1/13 11/13");
}

Test(policy_list, items_that_are_too_long_are_refused)
{
	static char text[2 * LIMIT_POLICY_LISTS];

	memset(text, 'a', POLICY_ITEM);
	refuses(OPTION_expected_apex_ns, text);
	for (size_t i = 0; i < 1000; i++) {
		snprintf(text + i * 11, sizeof(text) - i * 11, "%010zu.", i);
		text[i * 11 + 10] = i == 999 ? '.' : ' ';
	}
	for (size_t i = 0; i < 999; i++) {
		text[i * 11 + 9] = '.';
	}
	refuses(OPTION_expected_apex_ns, text);
}

Test(policy_list, items_are_walked_in_order)
{
	struct policy_values values;
	struct policy_key key;
	size_t at = 0;

	policy_values_init(&values);
	cr_assert_not(policy_list_next(&values, OPTION_retired_keys, &at,
	    item));
	cr_assert(policy_list_set(&values, OPTION_retired_keys,
	    KID " 12345/13"));
	cr_assert(policy_list_next(&values, OPTION_retired_keys, &at, item));
	cr_assert(policy_key_read(item, &key));
	cr_assert(key.has_kid && key.kid[1] == 0x11 && key.kid[31] == 0xff);
	cr_assert(policy_list_next(&values, OPTION_retired_keys, &at, item));
	cr_assert(policy_key_read(item, &key));
	cr_assert(!key.has_kid && key.tag == 12345 && key.algorithm == 13);
	cr_assert_not(policy_list_next(&values, OPTION_retired_keys, &at,
	    item));
}

Test(policy_list, lists_share_their_room)
{
	struct policy_values values, again;

	policy_values_init(&values);
	cr_assert(policy_list_set(&values, OPTION_expected_apex_ns, "a. b."));
	cr_assert(policy_list_set(&values, OPTION_standby_ds, "1/13"));
	cr_assert(policy_list_set(&values, OPTION_zone_marker, "m./TXT"));
	cr_assert(policy_list_set(&values, OPTION_expected_apex_ns, "c."));
	cr_assert(policy_list_set(&values, OPTION_standby_ds, ""));
	cr_assert(policy_lists_hold(&values));
	cr_assert_str_eq(policy_list_text(&values, OPTION_standby_ds), "");
	cr_assert_str_eq(policy_list_text(&values, OPTION_zone_marker),
	    "m./TXT");
	cr_assert_str_eq(policy_list_text(&values, OPTION_expected_apex_ns),
	    "c.");
	policy_values_init(&again);
	policy_list_set(&again, OPTION_zone_marker, "m./TXT");
	policy_list_set(&again, OPTION_expected_apex_ns, "c.");
	cr_assert_eq(memcmp(&values, &again, sizeof(values)), 0);
	memset(canonical, 'x', sizeof(canonical) - 1);
	cr_assert_not(policy_list_set(&values, OPTION_expected_apex_ns,
	    canonical));
	cr_assert(policy_lists_hold(&values));
}

Test(policy_list, spoiled_values_do_not_hold)
{
	struct policy_values values;

	policy_values_init(&values);
	policy_list_set(&values, OPTION_expected_apex_ns, "a. b.");
	values.lists[2] = ' ';
	cr_assert_not(policy_lists_hold(&values));
	values.lists[2] = '.';
	cr_assert(policy_lists_hold(&values));
	values.option[OPTION_expected_apex_ns] = LIMIT_POLICY_LISTS - 1;
	values.lists[LIMIT_POLICY_LISTS - 1] = 'a';
	cr_assert_not(policy_lists_hold(&values));
}

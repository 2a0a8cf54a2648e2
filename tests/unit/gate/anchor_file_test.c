/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "anchor_file.h"

static bool
has_records(const char *text)
{
	return anchor_text_has_records(text, strlen(text));
}

Test(anchor_file, records_are_known_by_their_type)
{
	cr_assert(has_records(". IN DS 20326 8 2 AB"));
	cr_assert(has_records("example. 3600 in ds 1 8 2 AB\n"));
	cr_assert(has_records("; comment\nexample.\tDNSKEY\t257 3 8 AB"));
	cr_assert(has_records("example. ( TYPE43 \\# 1 00 )"));
	cr_assert(has_records("x DS"));
}

Test(anchor_file, other_text_is_no_anchor)
{
	cr_assert_not(has_records(""));
	cr_assert_not(has_records("\n\n  \t"));
	cr_assert_not(has_records("; . IN DS 20326 8 2 AB"));
	cr_assert_not(has_records("example. IN A 192.0.2.1 ; DS"));
	cr_assert_not(has_records("example. CDS 1 8 2 AB"));
	cr_assert_not(has_records("ds.example. IN NS a."));
	cr_assert_not(anchor_text_has_records("\0\0\0", 3));
}

Test(anchor_file, missing_empty_and_large_files_are_refused)
{
	char error[ANCHOR_ERROR];

	cr_assert_eq(anchor_open("/none/such", error), -1);
	cr_assert_not_null(strstr(error, "/none/such"));
	cr_assert_eq(anchor_open("/dev/null", error), -1);
	cr_assert_not_null(strstr(error, "empty"));
	cr_assert_eq(anchor_open("/dev/zero", error), -1);
	cr_assert_not_null(strstr(error, "larger"));
	cr_assert_eq(anchor_open("/", error), -1);
}

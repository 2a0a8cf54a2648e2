/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "survey/text.h"

Test(text, serials_compare_around_their_end)
{
	cr_assert(serial_less(0, 1));
	cr_assert(serial_less(UINT32_MAX, 0));
	cr_assert(serial_less(0, (UINT32_C(1) << 31) - 1));
	cr_assert_not(serial_less(1, 0));
	cr_assert_not(serial_less(7, 7));
}

Test(text, serials_half_way_apart_are_not_ordered)
{
	cr_assert_not(serial_less(0, UINT32_C(1) << 31));
	cr_assert_not(serial_less(UINT32_C(1) << 31, 0));
}

Test(text, stamps_mean_the_nearest_time)
{
	const int64_t end = INT64_C(1) << 32;

	cr_assert_eq(time_near(5, end + 3), end + 5);
	cr_assert_eq(time_near(UINT32_MAX, end + 3), end - 1);
	cr_assert_eq(time_near(1000, 900), 1000);
	cr_assert_eq(time_near(800, 900), 800);
}

Test(text, times_are_rfc_3339)
{
	char text[TIME_TEXT];

	cr_assert_str_eq(time_to_text(0, text), "1970-01-01T00:00:00Z");
	cr_assert_str_eq(time_to_text(-1, text), "1969-12-31T23:59:59Z");
	cr_assert_str_eq(
	    time_to_text(951782400, text), "2000-02-29T00:00:00Z");
	cr_assert_str_eq(
	    time_to_text(1795564800, text), "2026-11-25T00:00:00Z");
	cr_assert_str_eq(
	    time_to_text(4107542399, text), "2100-02-28T23:59:59Z");
	cr_assert_str_eq(
	    time_to_text(4107542400, text), "2100-03-01T00:00:00Z");
}

Test(text, durations_have_two_units)
{
	char text[DURATION_TEXT];

	cr_assert_str_eq(duration_to_text(0, text), "0s");
	cr_assert_str_eq(duration_to_text(59, text), "59s");
	cr_assert_str_eq(duration_to_text(60, text), "1m");
	cr_assert_str_eq(duration_to_text(3661, text), "1h 1m");
	cr_assert_str_eq(duration_to_text(100800, text), "1d 4h");
	cr_assert_str_eq(duration_to_text(86400 + 59, text), "1d");
}

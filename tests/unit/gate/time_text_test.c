/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "time_text.h"

static int64_t
time_of(const char *text)
{
	int64_t at = -1;

	return time_from_text(text, &at) ? at : -1;
}

Test(time_text, both_forms_are_read)
{
	cr_assert_eq(time_of("2026-08-05T00:00:00Z"), 1785888000);
	cr_assert_eq(time_of("20260805000000"), 1785888000);
	cr_assert_eq(time_of("2026-08-05T02:00:00+02:00"), 1785888000);
	cr_assert_eq(time_of("2026-08-04T18:30:00-05:30"), 1785888000);
	cr_assert_eq(time_of("2024-02-29T12:00:00Z"), 1709208000);
	cr_assert_eq(time_of("1970-01-01T00:00:00Z"), 0);
}

Test(time_text, what_is_no_time_is_refused)
{
	static const char *const wrong[] = {"", "now", "2026", "2026-08-05",
	    "2026-08-05T00:00:00", "2026-02-30T00:00:00Z",
	    "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
	    "2026-00-01T00:00:00Z", "2026-08-05T24:00:00Z",
	    "2026-08-05T00:60:00Z", "2026-08-05T00:00:00Zx",
	    "2026-08-05T00:00:00+2:00", "2026-08-05T00:00:00+24:00",
	    "2026080500000", "202608050000000", "2026080500000a",
	    "20261305000000", " 20260805000000", "-0260805000000",
	    "2026-08-05T00:00:00.5Z"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_assert_eq(time_of(wrong[i]), -1, "%s", wrong[i]);
	}
}

Test(time_text, a_time_written_is_read_again)
{
	char text[TIME_TEXT];

	for (int64_t at = 0; at < 4294967296; at += 86399999) {
		cr_assert_eq(time_of(time_to_text(at, text)), at, "%s", text);
	}
}

Test(time_text, durations_have_units)
{
	int64_t seconds;

	cr_assert(duration_from_text("1d12h", &seconds));
	cr_assert_eq(seconds, 129600);
	cr_assert(duration_from_text("2w", &seconds));
	cr_assert_eq(seconds, 1209600);
	cr_assert(duration_from_text("0", &seconds));
	cr_assert_eq(seconds, 0);
	cr_assert(duration_from_text("90m", &seconds));
	cr_assert_eq(seconds, 5400);
}

Test(time_text, what_is_no_duration_is_refused)
{
	static const char *const wrong[] = {"", "1", "d", "1x", "1d1d", "1h1d",
	    "-1d", "1d ", " 1d", "1.5d", "99999999999999999999d", "9999999999w",
	    "00"};
	int64_t seconds = 77;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_assert_not(duration_from_text(wrong[i], &seconds), "%s",
		    wrong[i]);
		cr_assert_eq(seconds, 77);
	}
}

Test(time_text, a_duration_written_is_read_again)
{
	char text[TIME_TEXT];
	int64_t again;

	for (int64_t seconds = 0; seconds < 90000000; seconds += 99991) {
		cr_assert(duration_from_text(duration_to_text(seconds, text),
		              &again),
		    "%s", text);
		cr_assert_eq(again, seconds);
	}
	cr_assert_str_eq(duration_to_text(-90, text), "-1m30s");
	cr_assert_str_eq(duration_to_text(0, text), "0s");
	duration_to_text(INT64_MIN, text);
}

Test(time_text, serial_times_are_read_near_the_time_of_judgement)
{
	/* RFC 4034 3.1.5: 32 bits, RFC 1982 arithmetic. */
	cr_assert_eq(time_from_serial(1785888000, 1785888000), 1785888000);
	cr_assert_eq(time_from_serial(1785888001, 1785888000), 1785888001);
	cr_assert_eq(time_from_serial(1785887999, 1785888000), 1785887999);
	cr_assert_eq(time_from_serial(5, 4294967290), 4294967301);
	cr_assert_eq(time_from_serial(4294967290U, 4294967301), 4294967290);
}

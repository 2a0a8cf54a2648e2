/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "contract/limits.h"
#include "unpack/sink.h"

Test(sink, takes_what_is_allowed_and_no_more)
{
	struct sink sink = {.max = 10, .written = 4, .consumed = 1};

	cr_assert_null(sink_refuses(&sink, 0));
	cr_assert_null(sink_refuses(&sink, 6));
	cr_assert_not_null(sink_refuses(&sink, 7));
	cr_assert_not_null(sink_refuses(&sink, SIZE_MAX));
}

Test(sink, takes_nothing_when_zeroed)
{
	struct sink sink = {0};

	cr_assert_not_null(sink_refuses(&sink, 1));
}

Test(sink, minds_the_ratio_when_there_is_enough_to_tell)
{
	struct sink sink = {
	    .max = UINT64_MAX,
	    .written = LIMIT_UNPACK_RATIO_FROM - 1,
	    .consumed = 1,
	};

	cr_assert_null(sink_refuses(&sink, 1));
	cr_assert_not_null(sink_refuses(&sink, 2));
	sink.consumed = LIMIT_UNPACK_RATIO_FROM / LIMIT_UNPACK_RATIO + 1;
	cr_assert_null(sink_refuses(&sink, 2));
}

Test(sink, bounds_do_not_wrap)
{
	struct sink sink = {
	    .max = UINT64_MAX,
	    .written = UINT64_MAX - 1,
	    .consumed = UINT64_MAX,
	};

	cr_assert_not_null(sink_refuses(&sink, 2));
	cr_assert_null(sink_refuses(&sink, 1));
}

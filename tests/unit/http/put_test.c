/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/put.h"

#include <criterion/criterion.h>

Test(put, the_wait_of_a_preference)
{
	static const struct {
		const char *prefer;
		int seconds;
	} rows[] = {
	    {NULL, -1},
	    {"", -1},
	    {"wait", -1},
	    {"wait=", -1},
	    {"wait=x", -1},
	    {"wait=5x", -1},
	    {"wait=-5", -1},
	    {"await=5", -1},
	    {"respond-async", -1},
	    {"wait=0", 0},
	    {"wait=5", 5},
	    {"Wait=5", 5},
	    {"respond-async, wait=10", 10},
	    {"wait=10;foo=bar, handling=strict", 10},
	    {"wait=600", 600},
	    {"wait=601", 600},
	    {"wait=99999999999999999999", 600},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(put_wait(rows[i].prefer), rows[i].seconds, "%s",
		    rows[i].prefer);
	}
}

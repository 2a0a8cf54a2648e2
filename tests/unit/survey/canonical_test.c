/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/name.h"
#include "survey/canonical.h"

/* Asserts that RDATA of TYPE becomes EXPECTED. */
static void
expect(uint16_t type, const char *rdata, const char *expected, size_t length)
{
	uint8_t scratch[64];

	cr_assert_leq(length, sizeof(scratch));
	cr_assert_arr_eq(canonical_rdata(type, (const uint8_t *)rdata, length,
			     scratch),
	    expected, length);
}

Test(canonical, names_become_lower_case)
{
	expect(TYPE_NS, "\2Ns\4TEST", "\2ns\4test", 9);
	expect(TYPE_SOA, "\1A\0\1B\0ABCDEFGHIJKLMNOPQRST",
	    "\1a\0\1b\0ABCDEFGHIJKLMNOPQRST", 26);
	expect(15, "AB\1C", "AB\1c", 5);
	expect(33, "ABCDEF\1G", "ABCDEF\1g", 9);
	expect(35, "ABCD\1U\1V\1W\1X", "ABCD\1U\1V\1W\1x", 13);
	expect(TYPE_RRSIG, "ABCDEFGHIJKLMNOPQR\1S\0ABC",
	    "ABCDEFGHIJKLMNOPQR\1s\0ABC", 24);
}

Test(canonical, other_rdata_keeps_its_case)
{
	/* RFC 6840 5.1; RFC 3597 7. */
	expect(TYPE_NSEC, "\1A\0\0\1B", "\1A\0\0\1B", 6);
	expect(13, "\1A\1B", "\1A\1B", 4);
	expect(65280, "\1A", "\1A", 3);
}

Test(canonical, canonical_rdata_is_not_copied)
{
	static const uint8_t rdata[] = "\2ns\4test";
	uint8_t scratch[sizeof(rdata)];

	cr_assert_eq(canonical_rdata(TYPE_NS, rdata, sizeof(rdata), scratch),
	    rdata);
}

Test(canonical, what_does_not_fit_its_type_is_left_alone)
{
	expect(TYPE_NS, "\77A", "\77A", 2);
	expect(35, "ABCD\377A", "ABCD\377A", 6);
	expect(38, "\0A", "\0A", 2);
	expect(38, "\200\1A", "\200\1a", 4);
}

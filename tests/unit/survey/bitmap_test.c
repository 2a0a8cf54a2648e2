/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/name.h"
#include "survey/bitmap.h"

#define OCTETS(text) ((const uint8_t *)(text)), sizeof(text) - 1

/* RFC 4034 4.3: A MX RRSIG NSEC TYPE1234. */
#define EXAMPLE                                                                \
	"\x00\x06\x40\x01\x00\x00\x00\x03"                                     \
	"\x04\x1b\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"     \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x20"

static const uint16_t example[] = {TYPE_A, 15, TYPE_RRSIG, TYPE_NSEC, 1234};
#define N_EXAMPLE (sizeof(example) / sizeof(example[0]))

Test(bitmap, the_example_of_rfc_4034_is_encoded_so)
{
	static struct bitmap_encoding encoding;

	bitmap_encoding_init(&encoding);
	for (size_t i = 0; i < N_EXAMPLE; i++) {
		bitmap_encoding_add(&encoding, example[i]);
	}
	cr_assert_eq(encoding.length, sizeof(EXAMPLE) - 1);
	cr_assert_eq(memcmp(encoding.octets, EXAMPLE, encoding.length), 0);
	cr_assert_null(bitmap_fault(encoding.octets, encoding.length));
}

Test(bitmap, the_example_of_rfc_4034_is_read_so)
{
	static struct type_set set;
	unsigned n = 0;

	cr_assert(bitmap_read(OCTETS(EXAMPLE), &set));
	for (unsigned type = 0; type < 65536; type++) {
		n += type_set_has(&set, (uint16_t)type);
	}
	cr_assert_eq(n, N_EXAMPLE);
	for (size_t i = 0; i < N_EXAMPLE; i++) {
		cr_assert(type_set_has(&set, example[i]));
	}
}

Test(bitmap, every_type_survives_encoding)
{
	static struct bitmap_encoding encoding;
	static struct type_set set;

	bitmap_encoding_init(&encoding);
	for (unsigned type = 0; type < 65536; type++) {
		bitmap_encoding_add(&encoding, (uint16_t)type);
	}
	cr_assert_eq(encoding.length, BITMAP_OCTETS);
	cr_assert_null(bitmap_fault(encoding.octets, encoding.length));
	cr_assert(bitmap_read(encoding.octets, encoding.length, &set));
	for (unsigned type = 0; type < 65536; type++) {
		cr_assert(type_set_has(&set, (uint16_t)type));
	}
}

Test(bitmap, faults_of_encoding_have_names)
{
	/* RFC 6840 6.4: the empty one is right. */
	cr_assert_null(bitmap_fault(OCTETS("")));
	cr_assert_null(bitmap_fault(OCTETS("\x00\x01\x40\x01\x01\x40")));
	cr_assert_not_null(bitmap_fault(OCTETS("\x00")));
	cr_assert_not_null(bitmap_fault(OCTETS("\x00\x00")));
	cr_assert_not_null(bitmap_fault(OCTETS("\x00\x02\x40")));
	cr_assert_not_null(bitmap_fault(OCTETS("\x00\x02\x40\x00")));
	cr_assert_not_null(bitmap_fault(OCTETS("\x00\x01\x00")));
	cr_assert_not_null(bitmap_fault(OCTETS("\x00\x01\x40\x00\x01\x20")));
	cr_assert_not_null(bitmap_fault(OCTETS("\x01\x01\x40\x00\x01\x40")));
	cr_assert_not_null(bitmap_fault(OCTETS("\x00\x21"
	                                       "1111111111111111111111111111111"
	                                       "1"
	                                       "1")));
	cr_assert_null(bitmap_fault(OCTETS("\x00\x20"
	                                   "1111111111111111111111111111111"
	                                   "1")));
}

Test(bitmap, what_cannot_be_followed_is_not_read)
{
	static struct type_set set;

	cr_assert(bitmap_read(OCTETS("\x01\x01\x40\x00\x02\x40\x00"), &set));
	cr_assert(type_set_has(&set, 1) && type_set_has(&set, 257));
	cr_assert_not(bitmap_read(OCTETS("\x00"), &set));
	cr_assert_not(bitmap_read(OCTETS("\x00\x02\x40"), &set));
	cr_assert_not(bitmap_read(OCTETS("\x00\x21"
	                                 "11111111111111111111111111111111"
	                                 "1"),
	    &set));
}

Test(bitmap, differences_are_written_and_cut)
{
	static struct type_set has, lacks;
	char text[512];

	cr_assert_str_eq(type_set_less(&has, &lacks, text, sizeof(text)), "");
	type_set_add(&has, TYPE_A);
	type_set_add(&has, TYPE_NSEC);
	type_set_add(&has, 65280);
	type_set_add(&lacks, TYPE_NSEC);
	cr_assert_str_eq(type_set_less(&has, &lacks, text, sizeof(text)),
	    "A TYPE65280");
	for (unsigned type = 0; type < 65536; type++) {
		type_set_add(&has, (uint16_t)type);
	}
	type_set_less(&has, &lacks, text, sizeof(text));
	cr_assert_not_null(strstr(text, " and 65523 more"));
}

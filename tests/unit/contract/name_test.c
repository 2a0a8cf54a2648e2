/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/name.h"

#define NAME(text) ((const uint8_t *)(text))

static size_t
length_of(const char *octets, size_t available)
{
	return name_length(NAME(octets), available);
}

/* A name of N octets, at least 3: labels of 63 octets and a last one. */
static void
make_name(uint8_t *name, size_t n)
{
	size_t at = 0;

	memset(name, 'a', n);
	while (n - 1 - at > 64) {
		/* Never leave a rest of one octet, which is no label. */
		size_t label = n - 1 - at == 65 ? 62 : 63;

		name[at] = (uint8_t)label;
		at += 1 + label;
	}
	name[at] = (uint8_t)(n - 2 - at);
	name[n - 1] = 0;
}

Test(name, a_whole_name_has_a_length)
{
	cr_assert_eq(length_of("\0", 1), 1);
	cr_assert_eq(length_of("\3www\7example\0", 13), 13);
	cr_assert_eq(length_of("\3www\7example\0more", 17), 13);
}

Test(name, a_name_cut_short_has_none)
{
	for (size_t available = 0; available < 13; available++) {
		cr_assert_eq(length_of("\3www\7example\0", available), 0);
	}
}

Test(name, a_compressed_name_has_none)
{
	cr_assert_eq(length_of("\3www\300\14", 7), 0);
	cr_assert_eq(length_of("\100aaaa", 6), 0);
}

Test(name, labels_have_at_most_63_octets)
{
	uint8_t name[66] = {63};

	cr_assert_eq(name_length(name, sizeof(name)), 65);
	name[0] = 64;
	cr_assert_eq(name_length(name, sizeof(name)), 0);
}

Test(name, names_have_at_most_255_octets)
{
	uint8_t name[300];

	make_name(name, 255);
	cr_assert_eq(name_length(name, sizeof(name)), 255);
	make_name(name, 256);
	cr_assert_eq(name_length(name, sizeof(name)), 0);
}

Test(name, labels_are_counted_without_the_root)
{
	cr_assert_eq(name_labels(NAME("\0")), 0);
	cr_assert_eq(name_labels(NAME("\3www\7example\0")), 2);
}

Test(name, lower_case_is_ascii_only)
{
	uint8_t lower[LIMIT_NAME_OCTETS];

	cr_assert_eq(name_to_lower(NAME("\5Az[@\304\0"), lower), 7);
	cr_assert_arr_eq(lower, "\5az[@\304\0", 7);
}

Test(name, order_is_that_of_rfc_4034)
{
	/* RFC 4034 6.1, in lower case. */
	static const char *const names[] = {
	    "\7example\0",
	    "\1a\7example\0",
	    "\10yljkjljk\1a\7example\0",
	    "\1z\1a\7example\0",
	    "\4zabc\1a\7example\0",
	    "\1z\7example\0",
	    "\1\1\1z\7example\0",
	    "\1*\1z\7example\0",
	    "\1\310\1z\7example\0",
	};
	const int n = sizeof(names) / sizeof(names[0]);

	for (int i = 0; i < n; i++) {
		for (int j = 0; j < n; j++) {
			int order =
			    name_compare(NAME(names[i]), NAME(names[j]));

			cr_assert_eq(order < 0, i < j, "%d and %d", i, j);
			cr_assert_eq(order > 0, i > j, "%d and %d", i, j);
		}
	}
}

Test(name, a_missing_octet_sorts_before_a_zero_octet)
{
	cr_assert_lt(name_compare(NAME("\1a\0"), NAME("\2a\0\0")), 0);
	cr_assert_lt(name_compare(NAME("\0"), NAME("\1\0\0")), 0);
}

Test(name, ancestry_goes_by_labels)
{
	const uint8_t *example = NAME("\7example\0");

	cr_assert(name_is_below_or_at(example, example));
	cr_assert(name_is_below_or_at(NAME("\1a\7example\0"), example));
	cr_assert(name_is_below_or_at(example, NAME("\0")));
	cr_assert_not(name_is_below_or_at(example, NAME("\1a\7example\0")));
	cr_assert_not(name_is_below_or_at(NAME("\10aexample\0"), example));
	cr_assert_not(name_is_below_or_at(NAME("\1a\7exbmple\0"), example));
	/* The octets end alike, the labels do not. */
	cr_assert_not(name_is_below_or_at(NAME("\11a\7example\0"), example));
}

Test(name, labels_are_stripped_from_the_left)
{
	const uint8_t *name = NAME("\3www\7example\0");

	cr_assert_eq(name_strip(name, 0), name);
	cr_assert_eq(name_strip(name, 1), name + 4);
	cr_assert_eq(name_strip(name, 2), name + 12);
}

Test(name, a_wildcard_has_an_asterisk_alone_in_its_first_label)
{
	cr_assert(name_is_wildcard(NAME("\1*\7example\0")));
	cr_assert_not(name_is_wildcard(NAME("\2*a\7example\0")));
	cr_assert_not(name_is_wildcard(NAME("\1a\1*\7example\0")));
	cr_assert_not(name_is_wildcard(NAME("\0")));
}

static void
assert_text(const char *name, const char *expected)
{
	char text[LIMIT_NAME_TEXT];

	cr_assert_str_eq(name_to_text(NAME(name), text), expected);
}

Test(name, text_is_escaped)
{
	assert_text("\0", ".");
	assert_text("\3www\7example\0", "www.example.");
	assert_text("\3a.b\1\\\0", "a\\.b.\\\\.");
	assert_text("\4\"();\2@$\0", "\\\"\\(\\)\\;.\\@\\$.");
	assert_text("\4\0 \177\377\0", "\\000\\032\\127\\255.");
}

Test(name, every_octet_comes_back_from_text)
{
	for (int octet = 0; octet < 256; octet++) {
		uint8_t name[] = {1, (uint8_t)octet, 0};
		uint8_t back[LIMIT_NAME_OCTETS];
		char text[LIMIT_NAME_TEXT];

		cr_assert_eq(name_from_text(name_to_text(name, text), back), 3);
		cr_assert_arr_eq(back, name, 3);
	}
}

Test(name, the_longest_text_fits)
{
	uint8_t name[255], back[LIMIT_NAME_OCTETS];
	char text[LIMIT_NAME_TEXT];

	make_name(name, sizeof(name));
	for (size_t i = 0; i < sizeof(name); i++) {
		if (name[i] == 'a') {
			name[i] = 0xff;
		}
	}
	cr_assert_lt(strlen(name_to_text(name, text)), sizeof(text));
	cr_assert_eq(name_from_text(text, back), 255);
	cr_assert_arr_eq(back, name, sizeof(name));
}

static void
assert_read(const char *text, const char *expected, size_t length)
{
	uint8_t name[LIMIT_NAME_OCTETS];

	cr_assert_eq(name_from_text(text, name), length, "%s", text);
	cr_assert_arr_eq(name, expected, length);
}

Test(name, text_without_a_final_dot_is_absolute)
{
	assert_read(".", "\0", 1);
	assert_read("www.example.", "\3www\7example\0", 13);
	assert_read("www.Example", "\3www\7Example\0", 13);
	assert_read("a\\.b.\\100", "\3a.b\1d\0", 7);
}

Test(name, text_that_is_no_name_is_refused)
{
	static const char *const texts[] = {"", "..", ".a", "a..b", "a..", "\\",
	    "a\\", "\\25", "\\256", "\\1a2", "\\999",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	uint8_t name[LIMIT_NAME_OCTETS];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_assert_eq(name_from_text(texts[i], name), 0, "%s", texts[i]);
	}
}

Test(name, text_of_more_than_255_octets_is_refused)
{
	uint8_t name[300], back[LIMIT_NAME_OCTETS];
	char text[LIMIT_NAME_TEXT];

	make_name(name, 256);
	cr_assert_eq(name_from_text(name_to_text(name, text), back), 0);
	make_name(name, 255);
	cr_assert_eq(name_from_text(name_to_text(name, text), back), 255);
}

static void
assert_type(uint16_t type, const char *expected)
{
	char text[TYPE_TEXT];

	cr_assert_str_eq(type_to_text(type, text), expected);
}

Test(name, types_have_their_mnemonics)
{
	assert_type(TYPE_A, "A");
	assert_type(TYPE_NSEC3PARAM, "NSEC3PARAM");
	assert_type(TYPE_ZONEMD, "ZONEMD");
	assert_type(61, "OPENPGPKEY");
	assert_type(65, "HTTPS");
	assert_type(257, "CAA");
}

Test(name, types_without_a_mnemonic_are_numbers)
{
	assert_type(0, "TYPE0");
	assert_type(65280, "TYPE65280");
	assert_type(65535, "TYPE65535");
}

Test(name, every_type_fits_its_text)
{
	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		char text[TYPE_TEXT];

		memset(text, 'x', sizeof(text));
		type_to_text((uint16_t)type, text);
		cr_assert_not_null(memchr(text, '\0', sizeof(text)));
		cr_assert_gt(strlen(text), 0);
	}
}

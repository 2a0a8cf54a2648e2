/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/bitmap.h"

#include <assert.h>
#include <stdio.h>

#include "contract/name.h"

/* Bits of a window fit into this many octets. */
#define WINDOW_OCTETS 32

/* Types that a text names before it counts the rest. */
#define TYPES_NAMED 12

void
bitmap_encoding_add(struct bitmap_encoding *encoding, uint16_t type)
{
	uint8_t *octets = encoding->octets;
	uint8_t window = (uint8_t)(type >> 8);
	unsigned bit = type & 0xff;

	if (encoding->length == 0 || octets[encoding->window] != window) {
		assert(encoding->length == 0 ||
		       octets[encoding->window] < window);
		encoding->window = encoding->length;
		octets[encoding->length++] = window;
		octets[encoding->length++] = 0;
	}
	uint8_t *window_length = &octets[encoding->window + 1];

	while (*window_length <= bit / 8) {
		octets[encoding->length++] = 0;
		(*window_length)++;
	}
	octets[encoding->window + 2 + bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

const char *
bitmap_fault(const uint8_t *encoded, size_t length)
{
	int last = -1;

	while (length > 0) {
		if (length < 2 || encoded[1] > length - 2) {
			return "a window block ends beyond the record";
		}
		size_t octets = encoded[1];

		if (octets == 0) {
			return "a window block is empty";
		}
		if (octets > WINDOW_OCTETS) {
			return "a window block is longer than 32 octets";
		}
		if (encoded[0] == last) {
			return "a window block stands twice";
		}
		if (encoded[0] < last) {
			return "the window blocks are not in ascending order";
		}
		/* RFC 4034 4.1.2: trailing zero octets MUST be omitted. */
		if (encoded[2 + octets - 1] == 0) {
			return "a window block ends with a zero octet";
		}
		last = encoded[0];
		encoded += 2 + octets;
		length -= 2 + octets;
	}
	return NULL;
}

bool
bitmap_read(const uint8_t *encoded, size_t length, struct type_set *set)
{
	while (length > 0) {
		if (length < 2 || encoded[1] > WINDOW_OCTETS ||
		    encoded[1] > length - 2) {
			return false;
		}
		size_t octets = encoded[1];

		for (size_t i = 0; i < octets * 8; i++) {
			if ((encoded[2 + i / 8] & 0x80 >> i % 8) != 0) {
				type_set_add(set,
				    (uint16_t)(encoded[0] << 8 | i));
			}
		}
		encoded += 2 + octets;
		length -= 2 + octets;
	}
	return true;
}

char *
type_set_less(const struct type_set *has, const struct type_set *lacks,
    char *text, size_t size)
{
	char mnemonic[TYPE_TEXT];
	size_t length = 0;
	unsigned count = 0;

	assert(size >= (size_t)(TYPES_NAMED + 1) * (TYPE_TEXT + 8));
	text[0] = '\0';
	for (unsigned w = 0; w < sizeof(has->word) / sizeof(has->word[0]);
	     w++) {
		uint64_t left = has->word[w] & ~lacks->word[w];

		for (; left != 0; left &= left - 1) {
			uint16_t type =
			    (uint16_t)(w * 64 +
			               (unsigned)__builtin_ctzll(left));

			if (count++ < TYPES_NAMED) {
				length += (size_t)snprintf(text + length,
				    size - length, "%s%s",
				    length == 0 ? "" : " ",
				    type_to_text(type, mnemonic));
			}
		}
	}
	if (count > TYPES_NAMED) {
		snprintf(text + length, size - length, " and %u more",
		    count - TYPES_NAMED);
	}
	return text;
}

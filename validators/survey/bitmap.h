/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bitmap.h -- type bitmaps of NSEC and NSEC3 (RFC 4034 4.1.2, RFC 5155
 * 3.2.1): encoding, reading, and saying in what two of them differ.
 *
 * Pure: octets in, octets out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every window full. */
#define BITMAP_OCTETS ((size_t)256 * (2 + 32))

/* A bitmap being encoded; types are added in ascending order. */
struct bitmap_encoding {
	uint8_t octets[BITMAP_OCTETS];
	size_t length;
	size_t window; /* where the window being filled begins */
};

static inline void
bitmap_encoding_init(struct bitmap_encoding *encoding)
{
	encoding->length = 0;
	encoding->window = 0;
}

/* Adds TYPE, which is greater than those added before. */
void bitmap_encoding_add(struct bitmap_encoding *encoding, uint16_t type);

/*
 * Returns NULL if LENGTH octets at ENCODED are encoded as they must be, else
 * what is wrong.  No window at all is right: RFC 6840 6.4.
 */
const char *bitmap_fault(const uint8_t *encoded, size_t length);

/* A set of types. */
struct type_set {
	uint64_t word[65536 / 64];
};

static inline void
type_set_add(struct type_set *set, uint16_t type)
{
	set->word[type / 64] |= (uint64_t)1 << (type % 64);
}

static inline bool
type_set_has(const struct type_set *set, uint16_t type)
{
	return (set->word[type / 64] >> (type % 64) & 1) != 0;
}

/*
 * Adds the types that ENCODED lists to SET, whatever their order.  Returns
 * false if a window's length is wrong, so that the rest cannot be read.
 */
bool bitmap_read(const uint8_t *encoded, size_t length, struct type_set *set);

/*
 * Writes the types that are in HAS and not in LACKS to TEXT: mnemonics with
 * spaces between them, or "" if there are none.  Long lists are cut and their
 * rest counted.  Returns TEXT.
 */
char *type_set_less(const struct type_set *has, const struct type_set *lacks,
    char *text, size_t size);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * denial_types.h -- which types an NSEC or NSEC3 record must list for a name.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "survey/bitmap.h"
#include "survey/survey.h"

enum name_kind {
	NAME_ABSENT, /* zero: not a name of this zone's to deny or to confirm */
	NAME_AUTHORITATIVE,
	NAME_SECURE_CUT,   /* a delegation with DS */
	NAME_INSECURE_CUT, /* a delegation without */
	NAME_EMPTY,        /* an empty non-terminal */
};

struct expected_types {
	uint16_t must[65536]; /* ascending */
	uint32_t n_must;
	uint16_t may[3]; /* right with them and without them */
	uint32_t n_may;

	/* Scratch of expected_difference(). */
	struct bitmap_encoding encoding;
	struct type_set wanted, allowed, found;
};

/* The kind of name that OWNER, which is not occluded, is. */
enum name_kind name_kind_of(const struct survey *s, uint32_t owner);

/* RFC 4034 4.1.2, RFC 4035 2.3. */
void expected_in_nsec(const struct survey *s, enum name_kind kind,
    uint32_t owner, struct expected_types *expected);

/* RFC 5155 7.1.  OWNER is not looked at for an empty non-terminal. */
void expected_in_nsec3(const struct survey *s, enum name_kind kind,
    uint32_t owner, struct expected_types *expected);

/*
 * Returns false if the LENGTH octets of ENCODED list the EXPECTED types, or
 * types besides them that no zone may hold, which is compact_denial_type; else
 * true, and says in TEXT, of SIZE octets, what differs.  If they cannot be
 * read that is a difference unless nsec_bitmap_encoding says enough for CHECK.
 */
bool expected_difference(const struct survey *s, enum check_id check,
    struct expected_types *expected, const uint8_t *encoded, size_t length,
    char *text, size_t size);

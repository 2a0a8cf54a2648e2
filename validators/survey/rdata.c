/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rdata.c -- see rdata.h.  A type is a row of layouts[]. */
#include "survey/rdata.h"

#include <string.h>

#include "contract/limits.h"
#include "contract/name.h"
#include "survey/rdata_forms.h"

enum { ANY_TAIL = UINT16_MAX };

/* RDATA in this order: octets, character-strings, names, octets. */
struct layout {
	uint16_t type;
	uint16_t head;
	uint16_t n_strings;
	uint16_t n_names;
	uint16_t tail_least, tail_most;
	bool lower; /* names are in lower case in the canonical form */
};

static const struct layout layouts[] = {
    {1, 4, 0, 0, 0, 0, false},         /* A */
    {2, 0, 0, 1, 0, 0, true},          /* NS */
    {3, 0, 0, 1, 0, 0, true},          /* MD */
    {4, 0, 0, 1, 0, 0, true},          /* MF */
    {5, 0, 0, 1, 0, 0, true},          /* CNAME */
    {6, 0, 0, 2, 20, 20, true},        /* SOA */
    {7, 0, 0, 1, 0, 0, true},          /* MB */
    {8, 0, 0, 1, 0, 0, true},          /* MG */
    {9, 0, 0, 1, 0, 0, true},          /* MR */
    {12, 0, 0, 1, 0, 0, true},         /* PTR */
    {13, 0, 2, 0, 0, 0, false},        /* HINFO */
    {14, 0, 0, 2, 0, 0, true},         /* MINFO */
    {15, 2, 0, 1, 0, 0, true},         /* MX */
    {17, 0, 0, 2, 0, 0, true},         /* RP */
    {18, 2, 0, 1, 0, 0, true},         /* AFSDB */
    {21, 2, 0, 1, 0, 0, true},         /* RT */
    {24, 18, 0, 1, 0, ANY_TAIL, true}, /* SIG */
    {26, 2, 0, 2, 0, 0, true},         /* PX */
    {28, 16, 0, 0, 0, 0, false},       /* AAAA */
    {30, 0, 0, 1, 0, ANY_TAIL, true},  /* NXT */
    {33, 6, 0, 1, 0, 0, true},         /* SRV */
    {35, 4, 3, 1, 0, 0, true},         /* NAPTR */
    {36, 2, 0, 1, 0, 0, true},         /* KX */
    {39, 0, 0, 1, 0, 0, true},         /* DNAME */
    {43, 4, 0, 0, 1, ANY_TAIL, false}, /* DS */
    {46, 18, 0, 1, 1, ANY_TAIL, true}, /* RRSIG */
    {47, 0, 0, 1, 0, ANY_TAIL, false}, /* NSEC: RFC 6840 5.1 */
    {48, 4, 0, 0, 1, ANY_TAIL, false}, /* DNSKEY */
    {63, 6, 0, 0, 0, ANY_TAIL, false}, /* ZONEMD */
};

#define N_LAYOUTS (sizeof(layouts) / sizeof(layouts[0]))

static const struct layout *
layout_of(uint16_t type)
{
	for (size_t i = 0; i < N_LAYOUTS && layouts[i].type <= type; i++) {
		if (layouts[i].type == type) {
			return &layouts[i];
		}
	}
	return NULL;
}

/* Returns the length of a character-string, or 0. */
static size_t
string_length(const uint8_t *at, size_t available)
{
	if (available == 0 || (size_t)at[0] + 1 > available) {
		return 0;
	}
	return (size_t)at[0] + 1;
}

static bool
is_laid_out(const struct layout *layout, const uint8_t *rdata, size_t length)
{
	size_t at = layout->head;

	if (length < at) {
		return false;
	}
	for (unsigned i = 0; i < layout->n_strings; i++) {
		size_t string = string_length(rdata + at, length - at);

		if (string == 0) {
			return false;
		}
		at += string;
	}
	for (unsigned i = 0; i < layout->n_names; i++) {
		size_t name = name_length(rdata + at, length - at);

		if (name == 0) {
			return false;
		}
		at += name;
	}
	return length - at >= layout->tail_least &&
	       length - at <= layout->tail_most;
}

/* TXT: one or more strings, nothing else (RFC 1035 3.3.14). */
static bool
is_strings(const uint8_t *rdata, size_t length)
{
	size_t at = 0;

	while (at < length) {
		size_t string = string_length(rdata + at, length - at);

		if (string == 0) {
			return false;
		}
		at += string;
	}
	return length > 0;
}

/* RFC 5155 4.2: algorithm, flags, iterations, salt; nothing else. */
static bool
is_nsec3param(const uint8_t *rdata, size_t length)
{
	return length >= 5 && length == (size_t)5 + rdata[4];
}

/* RFC 5155 3.2: as NSEC3PARAM, then the hash, then the types. */
static bool
is_nsec3(const uint8_t *rdata, size_t length)
{
	if (length < 5) {
		return false;
	}
	size_t hash = (size_t)5 + rdata[4];

	return hash < length && rdata[hash] > 0 &&
	       hash + 1 + rdata[hash] <= length;
}

bool
type_is_meta(uint16_t type)
{
	return type == 0 || type == 41 || (type >= 128 && type <= 255);
}

/* TXT, NINFO, SPF, AVC. */
bool
rdata_is_strings(uint16_t type)
{
	return type == TYPE_TXT || type == 56 || type == 99 || type == 258;
}

bool
rdata_is_whole(uint16_t type, const uint8_t *rdata, size_t length)
{
	const struct layout *layout = layout_of(type);

	if (length > LIMIT_RDATA_OCTETS) {
		return false;
	}
	if (layout != NULL && !is_laid_out(layout, rdata, length)) {
		return false;
	}
	if (rdata_is_strings(type)) {
		return is_strings(rdata, length);
	}
	switch (type) {
	case TYPE_NSEC3:
		return is_nsec3(rdata, length);
	case TYPE_NSEC3PARAM:
		return is_nsec3param(rdata, length);
	default:
		return rdata_has_form(type, rdata, length);
	}
}

/* Where the names of whole RDATA begin and end. */
static void
names_of(const struct layout *layout, const uint8_t *rdata, size_t length,
    size_t *begin, size_t *end)
{
	size_t at = layout->head;

	for (unsigned i = 0; i < layout->n_strings; i++) {
		at += string_length(rdata + at, length - at);
	}
	*begin = at;
	for (unsigned i = 0; i < layout->n_names; i++) {
		at += name_length(rdata + at, length - at);
	}
	*end = at;
}

static uint8_t
lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
}

static int
compare_octets(const uint8_t *a, size_t a_length, const uint8_t *b,
    size_t b_length)
{
	size_t least = a_length < b_length ? a_length : b_length;
	int difference = memcmp(a, b, least);

	if (difference != 0) {
		return difference;
	}
	return (a_length > b_length) - (a_length < b_length);
}

int
rdata_compare(uint16_t type, const uint8_t *a, size_t a_length,
    const uint8_t *b, size_t b_length)
{
	const struct layout *layout = layout_of(type);

	if (layout == NULL || !layout->lower) {
		return compare_octets(a, a_length, b, b_length);
	}
	int head = memcmp(a, b, layout->head);

	if (head != 0) {
		return head;
	}
	size_t a_begin, a_end, b_begin, b_end;
	size_t least = a_length < b_length ? a_length : b_length;

	names_of(layout, a, a_length, &a_begin, &a_end);
	names_of(layout, b, b_length, &b_begin, &b_end);
	/* Length octets are below 'A': lower() leaves them alone. */
	for (size_t i = layout->head; i < least; i++) {
		uint8_t in_a = i >= a_begin && i < a_end ? lower(a[i]) : a[i];
		uint8_t in_b = i >= b_begin && i < b_end ? lower(b[i]) : b[i];

		if (in_a != in_b) {
			return in_a < in_b ? -1 : 1;
		}
	}
	return (a_length > b_length) - (a_length < b_length);
}

uint16_t
rdata_key_tag(const uint8_t *rdata, size_t length)
{
	uint32_t sum = 0;

	/* RFC 4034 appendix B.1: RSA/MD5 takes it from the modulus. */
	if (rdata[3] == 1) {
		return length < 7
		           ? 0
		           : (uint16_t)((uint32_t)rdata[length - 3] << 8 |
		                        rdata[length - 2]);
	}
	for (size_t i = 0; i < length; i++) {
		sum += (i & 1) != 0 ? rdata[i] : (uint32_t)rdata[i] << 8;
	}
	sum += sum >> 16 & 0xFFFF;
	return (uint16_t)sum;
}

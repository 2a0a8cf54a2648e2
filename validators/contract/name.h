/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * name.h -- domain names in wire form: order, ancestry, text.
 *
 * Every function takes well-formed, uncompressed names: labels of 1 to 63
 * octets, a root label, at most LIMIT_NAME_OCTETS.  name_length() is the one
 * that says whether octets are such a name.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/limits.h"

/* Returns the length of the name at AT, its root label included, or 0 if the
 * AVAILABLE octets do not begin with a well-formed name. */
size_t name_length(const uint8_t *at, size_t available);

/* Number of labels, the root label not counted: 0 for the root. */
unsigned name_labels(const uint8_t *name);

/* Copies NAME to LOWER with ASCII letters in lower case (RFC 4034 6.2);
 * returns its length. */
size_t name_to_lower(const uint8_t *name, uint8_t lower[LIMIT_NAME_OCTETS]);

/* Canonical order (RFC 4034 6.1) of two lower-case names: less than, equal
 * to or greater than zero. */
int name_compare(const uint8_t *a, const uint8_t *b);

/* True if NAME is ANCESTOR or below it; both in lower case. */
bool name_is_below_or_at(const uint8_t *name, const uint8_t *ancestor);

/* Returns NAME without its first LABELS labels: a pointer into NAME.  There
 * must be that many. */
const uint8_t *name_strip(const uint8_t *name, unsigned labels);

/* True if the first label is `*'. */
bool name_is_wildcard(const uint8_t *name);

/* Writes NAME in presentation form with its final dot, characters escaped as
 * RFC 1035 5.1 says; returns TEXT. */
char *name_to_text(const uint8_t *name, char text[LIMIT_NAME_TEXT]);

/* Reads an absolute or relative TEXT (taken as absolute) into NAME; returns
 * its length, or 0 if it is no name.  Letters keep their case. */
size_t name_from_text(const char *text, uint8_t name[LIMIT_NAME_OCTETS]);

/* Longest type mnemonic with its terminator ("TYPE65535", "NSEC3PARAM"). */
#define TYPE_TEXT 16

/* Writes the mnemonic of TYPE, or TYPEnnn (RFC 3597 5); returns TEXT. */
char *type_to_text(uint16_t type, char text[TYPE_TEXT]);

/* Reads a mnemonic, in letters of either case, or TYPEnnn; returns false if
 * TEXT is neither. */
bool type_from_text(const char *text, uint16_t *type);

/* The types this code speaks of by name. */
enum rr_type {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_TXT = 16,
	TYPE_KEY = 25,
	TYPE_AAAA = 28,
	TYPE_DNAME = 39,
	TYPE_DS = 43,
	TYPE_RRSIG = 46,
	TYPE_NSEC = 47,
	TYPE_DNSKEY = 48,
	TYPE_NSEC3 = 50,
	TYPE_NSEC3PARAM = 51,
	TYPE_CDS = 59,
	TYPE_CDNSKEY = 60,
	TYPE_ZONEMD = 63,
};

enum { CLASS_IN = 1 };

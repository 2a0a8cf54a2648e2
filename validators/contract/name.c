/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * name.c -- names of domains and of record types: checked, compared, written.
 */
#include "contract/name.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LABEL_OCTETS_MAX 63
/* 255 octets of labels of one octet and its length, and the root. */
#define LABELS_MAX 127

size_t
name_length(const uint8_t *at, size_t available)
{
	size_t most = available;
	size_t length = 0;

	if (most > LIMIT_NAME_OCTETS) {
		most = LIMIT_NAME_OCTETS;
	}
	while (length < most) {
		size_t label = at[length];

		if (label == 0) {
			return length + 1;
		}
		if (label > LABEL_OCTETS_MAX) {
			return 0;
		}
		length += 1 + label;
	}
	return 0;
}

unsigned
name_labels(const uint8_t *name)
{
	unsigned labels = 0;

	for (; *name != 0; name += 1 + *name) {
		labels++;
	}
	return labels;
}

static size_t
length_of(const uint8_t *name)
{
	size_t length = 0;

	while (name[length] != 0) {
		length += 1 + (size_t)name[length];
	}
	return length + 1;
}

static uint8_t
lower_octet(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + 32) : octet;
}

size_t
name_to_lower(const uint8_t *name, uint8_t lower[LIMIT_NAME_OCTETS])
{
	size_t length = length_of(name);

	/* A length octet is at most 63 and so never a letter. */
	for (size_t i = 0; i < length; i++) {
		lower[i] = lower_octet(name[i]);
	}
	return length;
}

/* Where each label begins, the leftmost first; returns how many there are. */
static unsigned
label_starts(const uint8_t *name, uint8_t starts[LABELS_MAX])
{
	unsigned labels = 0;

	for (size_t at = 0; name[at] != 0; at += 1 + (size_t)name[at]) {
		assert(labels < LABELS_MAX);
		starts[labels++] = (uint8_t)at;
	}
	return labels;
}

static int
label_compare(const uint8_t *a, const uint8_t *b)
{
	size_t shorter = a[0] < b[0] ? a[0] : b[0];
	int order = memcmp(a + 1, b + 1, shorter);

	/* RFC 4034 6.1: a missing octet sorts before a zero octet. */
	return order != 0 ? order : a[0] - b[0];
}

int
name_compare(const uint8_t *a, const uint8_t *b)
{
	uint8_t a_starts[LABELS_MAX], b_starts[LABELS_MAX];
	unsigned a_left = label_starts(a, a_starts);
	unsigned b_left = label_starts(b, b_starts);

	/* RFC 4034 6.1: by the most significant, rightmost, labels first. */
	while (a_left > 0 && b_left > 0) {
		int order = label_compare(a + a_starts[--a_left],
		    b + b_starts[--b_left]);

		if (order != 0) {
			return order;
		}
	}
	return (int)a_left - (int)b_left;
}

bool
name_is_below_or_at(const uint8_t *name, const uint8_t *ancestor)
{
	unsigned labels = name_labels(name);
	unsigned above = name_labels(ancestor);

	if (labels < above) {
		return false;
	}
	const uint8_t *tail = name_strip(name, labels - above);
	size_t length = length_of(ancestor);

	return length_of(tail) == length && memcmp(tail, ancestor, length) == 0;
}

const uint8_t *
name_strip(const uint8_t *name, unsigned labels)
{
	for (; labels > 0; labels--) {
		assert(*name != 0);
		name += 1 + *name;
	}
	return name;
}

bool
name_is_wildcard(const uint8_t *name)
{
	return name[0] == 1 && name[1] == '*';
}

/* ---- presentation form ---- */

static char *
octet_to_text(uint8_t octet, char *text)
{
	if (octet <= ' ' || octet >= 0x7f) {
		*text++ = '\\';
		*text++ = (char)('0' + octet / 100);
		*text++ = (char)('0' + octet / 10 % 10);
		*text++ = (char)('0' + octet % 10);
		return text;
	}
	if (strchr(".\\\"();@$", octet) != NULL) {
		*text++ = '\\';
	}
	*text++ = (char)octet;
	return text;
}

char *
name_to_text(const uint8_t *name, char text[LIMIT_NAME_TEXT])
{
	char *end = text;

	if (*name == 0) {
		*end++ = '.';
	}
	while (*name != 0) {
		for (unsigned i = 1; i <= *name; i++) {
			end = octet_to_text(name[i], end);
		}
		*end++ = '.';
		name += 1 + *name;
	}
	*end = '\0';
	return text;
}

static bool
is_digit(char character)
{
	return character >= '0' && character <= '9';
}

/* Reads what follows a backslash; returns how many characters, or 0. */
static size_t
unescape(const char *text, uint8_t *octet)
{
	if (!is_digit(text[0])) {
		*octet = (uint8_t)text[0];
		return text[0] == '\0' ? 0 : 1;
	}
	if (!is_digit(text[1]) || !is_digit(text[2])) {
		return 0;
	}
	int value =
	    (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');

	*octet = (uint8_t)value;
	return value > UINT8_MAX ? 0 : 3;
}

/*
 * Reads one label of TEXT to LABEL: its length octet and at most 63 more.
 * Returns how many characters it took, its dot included, or 0.
 */
static size_t
label_from_text(const char *text, uint8_t label[1 + LABEL_OCTETS_MAX])
{
	size_t at = 0;
	uint8_t length = 0;

	while (text[at] != '\0' && text[at] != '.') {
		uint8_t octet = (uint8_t)text[at++];

		if (octet == '\\') {
			size_t taken = unescape(text + at, &octet);

			if (taken == 0) {
				return 0;
			}
			at += taken;
		}
		if (length == LABEL_OCTETS_MAX) {
			return 0;
		}
		label[++length] = octet;
	}
	label[0] = length;
	return length == 0 ? 0 : at + (text[at] == '.');
}

size_t
name_from_text(const char *text, uint8_t name[LIMIT_NAME_OCTETS])
{
	size_t length = 0;

	if (*text == '\0') {
		return 0;
	}
	if (strcmp(text, ".") == 0) {
		name[0] = 0;
		return 1;
	}
	while (*text != '\0') {
		uint8_t label[1 + LABEL_OCTETS_MAX];
		size_t taken = label_from_text(text, label);

		/* Room for the root label must be left. */
		if (taken == 0 || length + 1 + label[0] >= LIMIT_NAME_OCTETS) {
			return 0;
		}
		memcpy(name + length, label, 1 + (size_t)label[0]);
		length += 1 + (size_t)label[0];
		text += taken;
	}
	name[length++] = 0;
	return length;
}

/* ---- types ---- */

/* Mnemonics of the IANA registry of RR types, without meta-types, which are
 * no zone data, and without those never given a format. */
static const struct {
	uint16_t type;
	const char *mnemonic;
} mnemonics[] = {
    {1, "A"},
    {2, "NS"},
    {3, "MD"},
    {4, "MF"},
    {5, "CNAME"},
    {6, "SOA"},
    {7, "MB"},
    {8, "MG"},
    {9, "MR"},
    {10, "NULL"},
    {11, "WKS"},
    {12, "PTR"},
    {13, "HINFO"},
    {14, "MINFO"},
    {15, "MX"},
    {16, "TXT"},
    {17, "RP"},
    {18, "AFSDB"},
    {19, "X25"},
    {20, "ISDN"},
    {21, "RT"},
    {22, "NSAP"},
    {23, "NSAP-PTR"},
    {24, "SIG"},
    {25, "KEY"},
    {26, "PX"},
    {27, "GPOS"},
    {28, "AAAA"},
    {29, "LOC"},
    {30, "NXT"},
    {31, "EID"},
    {32, "NIMLOC"},
    {33, "SRV"},
    {34, "ATMA"},
    {35, "NAPTR"},
    {36, "KX"},
    {37, "CERT"},
    {38, "A6"},
    {39, "DNAME"},
    {40, "SINK"},
    {42, "APL"},
    {43, "DS"},
    {44, "SSHFP"},
    {45, "IPSECKEY"},
    {46, "RRSIG"},
    {47, "NSEC"},
    {48, "DNSKEY"},
    {49, "DHCID"},
    {50, "NSEC3"},
    {51, "NSEC3PARAM"},
    {52, "TLSA"},
    {53, "SMIMEA"},
    {55, "HIP"},
    {56, "NINFO"},
    {57, "RKEY"},
    {58, "TALINK"},
    {59, "CDS"},
    {60, "CDNSKEY"},
    {61, "OPENPGPKEY"},
    {62, "CSYNC"},
    {63, "ZONEMD"},
    {64, "SVCB"},
    {65, "HTTPS"},
    {66, "DSYNC"},
    {99, "SPF"},
    {104, "NID"},
    {105, "L32"},
    {106, "L64"},
    {107, "LP"},
    {108, "EUI48"},
    {109, "EUI64"},
    {256, "URI"},
    {257, "CAA"},
    {258, "AVC"},
    {259, "DOA"},
    {260, "AMTRELAY"},
    {261, "RESINFO"},
    {262, "WALLET"},
    {263, "CLA"},
    {264, "IPN"},
    {32768, "TA"},
    {32769, "DLV"},
};

char *
type_to_text(uint16_t type, char text[TYPE_TEXT])
{
	for (size_t i = 0; i < sizeof(mnemonics) / sizeof(mnemonics[0]); i++) {
		if (mnemonics[i].type == type) {
			snprintf(text, TYPE_TEXT, "%s", mnemonics[i].mnemonic);
			return text;
		}
	}
	snprintf(text, TYPE_TEXT, "TYPE%u", (unsigned)type);
	return text;
}

bool
type_from_text(const char *text, uint16_t *type)
{
	unsigned number = 0;

	for (size_t i = 0; i < sizeof(mnemonics) / sizeof(mnemonics[0]); i++) {
		if (strcasecmp(mnemonics[i].mnemonic, text) == 0) {
			*type = mnemonics[i].type;
			return true;
		}
	}
	if (strncasecmp(text, "TYPE", 4) != 0 || !is_digit(text[4]) ||
	    strlen(text) >= TYPE_TEXT) {
		return false;
	}
	for (text += 4; is_digit(*text) && number <= UINT16_MAX; text++) {
		number = number * 10 + (unsigned)(*text - '0');
	}
	*type = (uint16_t)number;
	return *text == '\0' && number <= UINT16_MAX;
}

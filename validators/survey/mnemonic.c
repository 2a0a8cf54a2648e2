/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mnemonic.c -- see mnemonic.h. */
#include "survey/mnemonic.h"

#include <ctype.h>
#include <libzscanner/scanner.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/die.h"
#include "base/memory.h"

enum { MNEMONIC_MAX = 32 };

/* Types whose RDATA names types: where among its fields they begin, and
 * whether more follow. */
static const struct {
	const char *type;
	unsigned first;
	bool more;
} type_fields[] = {
    {"RRSIG", 0, false},
    {"SIG", 0, false},
    {"NSEC", 1, true},
    {"NSEC3", 5, true},
    {"CSYNC", 2, true},
};

/* From IANA's registry of types, those that libzscanner 3.2 came before. */
static const struct {
	const char *type;
	uint16_t number;
} newer_types[] = {
    {"DSYNC", 66},
    {"HHIT", 67},
    {"BRID", 68},
    {"NXNAME", 128},
    {"AMTRELAY", 260},
    {"RESINFO", 261},
    {"WALLET", 262},
    {"CLA", 263},
    {"IPN", 264},
};

uint16_t
mnemonic_number(const struct token *token)
{
	for (size_t i = 0; i < sizeof(newer_types) / sizeof(newer_types[0]);
	     i++) {
		if (token_is(token, newer_types[i].type)) {
			return newer_types[i].number;
		}
	}
	return 0;
}

/* libzscanner has no way to ask for its table but to let it read. */
static bool
is_known(const struct token *token)
{
	zs_scanner_t *scanner = xmalloc(sizeof(*scanner));
	char text[MNEMONIC_MAX + 32];
	int length = snprintf(text, sizeof(text), ". 0 IN NSEC . %.*s\n",
	    (int)token->length, token->at);

	if (zs_init(scanner, ".", 1, 0) != 0 ||
	    zs_set_input_string(scanner, text, (size_t)length) != 0) {
		die("libzscanner does not start");
	}
	bool known =
	    zs_parse_record(scanner) == 0 && scanner->state == ZS_STATE_DATA;

	zs_deinit(scanner);
	free(scanner);
	return known;
}

/* TYPEnnn is for any reader; what is wrong with it is the zone's. */
static bool
is_generic(const struct token *token)
{
	return token->length > 4 && strncasecmp(token->at, "TYPE", 4) == 0 &&
	       isdigit((unsigned char)token->at[4]);
}

static bool
looks_like_type(const struct token *token)
{
	if (token->length == 0 || token->length > MNEMONIC_MAX ||
	    !isupper((unsigned char)token->at[0])) {
		return false;
	}
	for (size_t i = 1; i < token->length; i++) {
		unsigned char c = (unsigned char)token->at[i];

		if (!isupper(c) && !isdigit(c) && c != '-') {
			return false;
		}
	}
	return !is_generic(token);
}

static bool
is_strange_type(const struct token *token)
{
	return looks_like_type(token) && !is_known(token);
}

static bool
is_strange_class(const struct token *token)
{
	return token_is(token, "CH") || token_is(token, "HS") ||
	       token_is(token, "CS") || token_is(token, "NONE") ||
	       (token->length > 5 && strncasecmp(token->at, "CLASS", 5) == 0 &&
	           isdigit((unsigned char)token->at[5]));
}

/* ANY is a class (RFC 2136 2.4 has it so) as well as a type: before the class
 * IN, and before anything but the RDATA. */
static bool
is_class_any(const struct entry *entry, const char *cursor,
    const struct token *token, bool has_class)
{
	struct token next;

	return token_is(token, "ANY") && !has_class &&
	       entry_token(entry, &cursor, &next) && !token_is(&next, "\\#");
}

/* Sets TYPE to the entry's type, or returns false; *STRANGE_CLASS to true and
 * TYPE to the class if that is not IN. */
static bool
find_type(const struct entry *entry, const char **cursor, struct token *type,
    bool *strange_class)
{
	bool has_owner = *entry->start != ' ' && *entry->start != '\t';

	bool has_class = false;

	*strange_class = false;
	if (has_owner && !entry_token(entry, cursor, type)) {
		return false;
	}
	while (entry_token(entry, cursor, type)) {
		if (is_strange_class(type) ||
		    is_class_any(entry, *cursor, type, has_class)) {
			*strange_class = true;
			return true;
		}
		bool is_ttl =
		    type->length > 0 && isdigit((unsigned char)type->at[0]);

		if (!is_ttl && !token_is(type, "IN")) {
			return true;
		}
		has_class = has_class || !is_ttl;
	}
	return false;
}

/* Looks for a strange type among the fields of the RDATA of TYPE. */
static bool
find_in_rdata(const struct entry *entry, const char *cursor,
    const struct token *type, struct token *token)
{
	for (size_t i = 0; i < sizeof(type_fields) / sizeof(type_fields[0]);
	     i++) {
		if (!token_is(type, type_fields[i].type)) {
			continue;
		}
		unsigned last =
		    type_fields[i].more ? UINT16_MAX : type_fields[i].first;

		for (unsigned field = 0;
		     field <= last && entry_token(entry, &cursor, token);
		     field++) {
			if (field >= type_fields[i].first &&
			    is_strange_type(token)) {
				return true;
			}
		}
	}
	return false;
}

enum mnemonic_kind
mnemonic_strange(const struct entry *entry, struct token *token)
{
	const char *cursor = entry->start;
	struct token type;
	bool strange_class;

	if (!find_type(entry, &cursor, &type, &strange_class)) {
		return MNEMONIC_NONE;
	}
	*token = type;
	if (strange_class) {
		return MNEMONIC_CLASS;
	}
	if (is_strange_type(&type) ||
	    find_in_rdata(entry, cursor, &type, token)) {
		return MNEMONIC_TYPE;
	}
	return MNEMONIC_NONE;
}

/* Four groups of one to four hexadecimal digits: RFC 6742 2.1.2, 2.3.2. */
static bool
is_locator(const struct token *token)
{
	unsigned groups = 1, digits = 0;

	for (size_t i = 0; i < token->length; i++) {
		if (token->at[i] == ':') {
			if (digits == 0) {
				return false;
			}
			groups++;
			digits = 0;
		} else if (!isxdigit((unsigned char)token->at[i]) ||
		           ++digits > 4) {
			return false;
		}
	}
	return groups == 4 && digits > 0;
}

bool
mnemonic_is_locator(const struct entry *entry, struct token *type)
{
	const char *cursor = entry->start;
	struct token preference, locator;
	bool strange_class;

	return find_type(entry, &cursor, type, &strange_class) &&
	       (token_is(type, "NID") || token_is(type, "L64")) &&
	       entry_token(entry, &cursor, &preference) &&
	       entry_token(entry, &cursor, &locator) && is_locator(&locator);
}

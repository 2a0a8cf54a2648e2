/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_rows.h -- the rows of config.def as data.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a value is written, and what its place holds. */
enum config_kind {
	KIND_REFUSED,   /* zero: an answer to those who look for it */
	KIND_TEXT,      /* char *; `most' octets */
	KIND_DIRECTORY, /* char *, absolute */
	KIND_PEM,       /* char *, absolute; a file with PEM in it */
	KIND_SECRET,    /* char *, absolute; a file with a first line */
	KIND_ANCHOR,    /* char *, absolute; a file with DS or DNSKEY records */
	KIND_POLICY,    /* char *: a shipped one's name, or an absolute path */
	KIND_URL,       /* char * */
	KIND_PUSH_URL,  /* char *, with {zone} and {serial} */
	KIND_ADDRESS,   /* char * */
	KIND_BOOLEAN,   /* bool */
	KIND_COUNT,     /* unsigned */
	KIND_PORT,      /* uint16_t */
	KIND_TIME,      /* int64_t, seconds */
	KIND_SIZE,      /* uint64_t, octets */
	KIND_MODE,      /* enum zone_mode */
	KIND_ROLE,      /* enum role */
	KIND_WAIVERS,   /* unsigned, of enum sandbox_waiver; a list */
	KIND_HASH,      /* uint8_t[32] */
	/* char **, ending with NULL; lists of at most `most' */
	KIND_LISTENERS,
	KIND_ZONES,
	KIND_VETO_COMMAND,
	KIND_HOOK_COMMAND,
};

enum config_section_id {
	SECTION_none,
	SECTION_top,
#define SECTION(word, parent, how, most, meaning) SECTION_##word,
#include "config.def"
	N_CONFIG_SECTIONS
};

struct config_section_row {
	const char *word;
	enum config_section_id parent;
	bool named; /* has a title, and may come again */
	size_t most;
	const char *meaning;
};

struct config_row {
	enum config_section_id section;
	const char *key;
	enum config_kind kind;
	const char *fallback; /* CONFIG_REQUIRED, NULL, "@option", or a value */
	int64_t least, most;
	size_t place, size; /* of the member that holds it */
	const char *meaning;
};

/* The fallback of a key without which its section is refused. */
extern const char CONFIG_REQUIRED[];

/* Indexed by enum config_section_id. */
extern const struct config_section_row config_sections[N_CONFIG_SECTIONS];

extern const struct config_row config_rows[];
extern const size_t n_config_rows;

/* The section whose rows SECTION has: `defaults' has those of `zone'. */
enum config_section_id config_rows_of(enum config_section_id section);

/* True if the value may be a list in braces. */
bool config_kind_is_list(enum config_kind kind);

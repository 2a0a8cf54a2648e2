/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mnemonic.h -- why libzscanner could not read an entry: a type or a class
 * that it does not know by name is no fault of the zone, nor is a form that
 * it does not know.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "survey/entry.h"

/* What stands in an entry where a class or a type belongs. */
enum mnemonic_kind {
	MNEMONIC_NONE,  /* nothing that would explain a refusal */
	MNEMONIC_TYPE,  /* looks like a type, and is unknown to libzscanner */
	MNEMONIC_CLASS, /* a class other than IN */
};

/* Sets TOKEN unless it returns MNEMONIC_NONE. */
enum mnemonic_kind mnemonic_strange(const struct entry *entry,
    struct token *token);

/* The number of a type registered after libzscanner's table, or 0. */
uint16_t mnemonic_number(const struct token *token);

/*
 * True if the entry is a NID or L64 record with four groups of digits: as RFC
 * 6742 and BIND have them, a group's leading zeros may be left out, and
 * libzscanner wants them.  Sets TYPE.
 */
bool mnemonic_is_locator(const struct entry *entry, struct token *type);

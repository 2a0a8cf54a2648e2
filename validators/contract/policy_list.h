/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_list.h -- the LIST options of a policy: their texts, kept in the
 * policy's values, and their items.
 *
 *	char item[POLICY_ITEM];
 *	size_t at = 0;
 *
 *	while (policy_list_next(values, OPTION_expected_keys, &at, item)) {
 *		policy_key_read(item, &key);
 *	}
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/name.h"
#include "contract/policy.h"

/* The longest item with its terminator: an owner, a slash, a type. */
#define POLICY_ITEM (LIMIT_NAME_TEXT + TYPE_TEXT)

/* Returns the canonical text of LIST option ID: its items with one blank
 * between them; "" if there are none. */
const char *policy_list_text(const struct policy_values *values,
    enum option_id id);

/* Copies to ITEM the item of ID that begins at *AT, which is 0 for the first,
 * and moves *AT on; returns false after the last. */
bool policy_list_next(const struct policy_values *values, enum option_id id,
    size_t *at, char item[POLICY_ITEM]);

/* A key as lists name it: by kid, or by key tag and algorithm. */
struct policy_key {
	bool has_kid;    /* else: tag and algorithm */
	uint8_t kid[32]; /* as in struct index_key */
	uint16_t tag;
	uint8_t algorithm;
};

/* A key of another zone. */
struct policy_zone_key {
	uint8_t owner[LIMIT_NAME_OCTETS];
	uint8_t kid[32]; /* as that zone's index has it */
};

/* Read an item of a list of names, of keys (or tag/algorithm), of other
 * zones' keys, of RRsets.  OWNER is in lower case.  They return false if it is none; of an item that
 * policy_list_next() returned they do not. */
bool policy_name_read(const char *item, uint8_t owner[LIMIT_NAME_OCTETS]);
bool policy_key_read(const char *item, struct policy_key *key);
bool policy_zone_key_read(const char *item, struct policy_zone_key *key);
bool policy_rrset_read(const char *item, uint8_t owner[LIMIT_NAME_OCTETS],
    uint16_t *type);

/*
 * Writes TEXT, items separated by blanks or commas, to CANONICAL as option ID
 * keeps it.  Returns NULL, or what is wrong; then ITEM is the item at fault,
 * as far as it fits.
 */
const char *policy_list_canonical(enum option_id id, const char *text,
    char canonical[LIMIT_POLICY_LISTS], char item[POLICY_ITEM]);

/* Replaces LIST option ID by CANONICAL; returns false if there is no room. */
bool policy_list_set(struct policy_values *values, enum option_id id,
    const char *canonical);

/* True if every LIST option of VALUES, which may come from anywhere, lies
 * within its lists and is in canonical form. */
bool policy_lists_hold(const struct policy_values *values);

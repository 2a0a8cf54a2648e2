/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * changes.h -- what is different from the previous release, as far as a check
 * asks: delegations, their DS and glue, keys, the kind of denial.
 *
 * The previous release is read once, when the first check needs it.
 */
#pragma once

#include "survey/survey.h"

/* Names kept as examples. */
#define CHANGE_EXAMPLES 3

struct change {
	uint32_t n;
	uint32_t of; /* of so many in the previous release */
	const uint8_t *examples[CHANGE_EXAMPLES];
};

/* How the previous release denied names. */
struct denial_state {
	bool has_nsec, has_nsec3, has_optout;
	bool has_apex_nsec;
	bool has_nsec3param; /* servers use NSEC3 (RFC 5155 4) */
};

/* A key of the previous release. */
struct former_key {
	uint16_t tag;
	uint8_t algorithm;
	bool is_anchored; /* by the anchors of now */
	bool is_revoked;
	bool signed_dnskey;
	uint8_t kid[32];
};

struct changes {
	struct change delegations_removed, delegations_added;
	struct change delegations_moved; /* no nameserver is the same */
	struct change ds_removed, ds_added;
	struct change hosts_removed;
	struct denial_state before, now;
	struct former_key keys[LIMIT_KEYS];
	unsigned n_keys;
};

/* Returns what has changed, or NULL if there is no previous release, or none
 * that can be read. */
const struct changes *changes_of(struct survey *s);

/* True if the previous release has our serial and other records. */
bool serial_is_rebound(struct survey *s);

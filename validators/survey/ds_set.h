/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ds_set.h -- DS and DNSKEY records that a parent or an operator has, or is
 * asked to have: which key they are of, and whether trust enters through it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "survey/signing.h"

/* Writes the digest of a DS (RFC 4034 5.1.4) for the apex's key RDATA.  Returns
 * its length, or 0 if the digest type is unknown here. */
#define DS_DIGEST_MAX 64
size_t ds_digest(const struct survey *s, uint8_t digest_type,
    const uint8_t *rdata, size_t length, uint8_t digest[DS_DIGEST_MAX]);

/* The anchor in RDATA of TYPE, DS or DNSKEY, of 4 octets or more.  It borrows
 * RDATA and is tied to no key. */
struct anchor anchor_of(uint16_t type, const uint8_t *rdata, size_t length);

/* True if ANCHOR is the DNSKEY RDATA, or a DS of it. */
bool anchor_names(const struct survey *s, const struct anchor *anchor,
    const uint8_t *rdata, size_t length);

/* Returns the first key that ANCHOR names, or INDEX_NONE. */
uint32_t anchor_find_key(const struct survey *s, const struct anchor *anchor);

/* Returns the first key with ANCHOR's tag and algorithm, or INDEX_NONE. */
uint32_t anchor_find_tag(const struct survey *s, const struct anchor *anchor);

/* Returns NULL if trust can enter the zone through KEY, or why not, as the end
 * of a sentence about it. */
const char *entry_fault(const struct index_key *key);

/* True if trust enters the zone through one of its anchors.  If not,
 * check_ds_parent_match() says all there is to say. */
bool has_anchored_entry(const struct survey *s);

/* True if a usable key of ALGORITHM signs the DNSKEY RRset. */
bool signs_dnskey_with(const struct survey *s, uint8_t algorithm);

/* True if one of the N OTHERS names the key that ANCHOR names. */
bool anchor_is_among(const struct survey *s, const struct anchor *anchor,
    const struct anchor *others, unsigned n);

/* The algorithms of anchors that have usable keys, none of which signs the
 * DNSKEY RRset; none if trust does not enter at all. */
struct algorithms anchor_algorithms_unsigned(const struct survey *s);

/* True if the operator knows that ANCHOR's key is not published: the policy
 * has it standing by, or it is among the anchors still to come. */
bool anchor_stands_by(const struct survey *s, const struct anchor *anchor);

/* The DNSKEY RRset at the apex. */
struct place place_dnskey(const struct survey *s);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec3_match.h -- which name each NSEC3 record of a chain stands for.
 */
#pragma once

#include "survey/nsec3_chain.h"

/* Fills in what struct nsec3_chain has for judged chains. */
void nsec3_match(struct survey *s, struct denial *d, struct nsec3_chain *chain);

/* Finds for each name the row that has its hash, and for each row the name:
 * the last, if several have one hash, which is nsec3_collision. */
void nsec3_place_names(const struct denial *d, struct nsec3_chain *chain);

/* True if HASH is that of a name that needs an NSEC3 record and has none. */
bool nsec3_is_missing(const struct nsec3_chain *chain,
    const uint8_t hash[NSEC3_HASH_OCTETS]);

/* True if NAME of D needs an NSEC3 record and has none. */
bool nsec3_lacks(const struct nsec3_chain *chain, uint32_t name);

/* Returns the row after which HASH, which has no row, would stand: the one
 * that covers it if the chain is closed. */
uint32_t nsec3_row_before(const struct nsec3_chain *chain,
    const uint8_t hash[NSEC3_HASH_OCTETS]);

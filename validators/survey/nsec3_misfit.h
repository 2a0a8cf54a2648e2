/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec3_misfit.h -- records that stand where a chain wants one of its own:
 * with another salt, other iterations, another hash algorithm, or broken.
 *
 * That a name has no record then, and that the chain leads nowhere, are the
 * same fault again.
 */
#pragma once

#include "survey/nsec3_chain.h"

/* Fills in the misfits of the judged CHAINS. */
void nsec3_misfits_find(struct survey *s, struct nsec3_chains *chains);

/* True if the check of the misfit that stands at HASH says all that DERIVED
 * would say of it. */
bool nsec3_is_explained(const struct survey *s, const struct nsec3_chain *chain,
    const uint8_t hash[NSEC3_HASH_OCTETS], enum check_id derived);

/* Returns the first row of CHAIN that is of no other, or n_rows. */
uint32_t nsec3_row_of_its_own(const struct nsec3_chain *chain);

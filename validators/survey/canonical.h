/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canonical.h -- RDATA in canonical form (RFC 4034 6.2).
 *
 * The index keeps RDATA as read and sorts it canonically (rdata.h); the form
 * itself is needed where records are digested.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Returns the canonical form of RDATA of TYPE, LENGTH octets as well: RDATA
 * itself if it is canonical already, else SCRATCH, which must have room for
 * it.  RDATA that does not fit its type is taken as it is from the octet on
 * where it ceases to fit.
 */
const uint8_t *canonical_rdata(uint16_t type, const uint8_t *rdata,
    size_t length, uint8_t *scratch);

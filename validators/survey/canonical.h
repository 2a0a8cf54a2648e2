/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canonical.h -- RDATA and RRsets in canonical form (RFC 4034 6.2, 6.3).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "contract/index.h"

/*
 * Returns the canonical form of RDATA of TYPE, LENGTH octets as well: RDATA
 * itself if it is canonical already, else SCRATCH, which must have room for
 * it.  RDATA that does not fit its type is taken as it is from the octet on
 * where it ceases to fit.
 */
const uint8_t *canonical_rdata(
    uint16_t type, const uint8_t *rdata, size_t length, uint8_t *scratch);

/* Left-justified unsigned octets (RFC 4034 6.3). */
int canonical_compare(const uint8_t *a, size_t a_length, const uint8_t *b,
    size_t b_length);

struct canonical_row {
	const uint8_t *rdata;
	size_t length;
	const struct index_record *record;
};

/* The records of one RRset after another; begins zeroed. */
struct canonical_rrset {
	struct canonical_row *rows;
	size_t n, capacity;
	uint8_t *octets;
	size_t octets_capacity;
};

/* Fills ROWS with the records of RRSET in canonical form and order;
 * duplicates stand side by side. */
void canonical_rrset_fill(struct canonical_rrset *canonical,
    const struct index *index, const struct index_rrset *rrset);

void canonical_rrset_release(struct canonical_rrset *canonical);

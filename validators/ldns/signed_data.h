/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signed_data.h -- the octets that a signature is over, RFC 4034 3.1.8.1, made
 * with libldns' functions for canonical form and order.
 */
#pragma once

#include <ldns/ldns.h>
#include <stdbool.h>

#include "ldns/zone_records.h"

/* One RRSIG and the RRset it covers, as ldns takes them. */
struct signed_data {
	ldns_rr *rrsig;
	ldns_rr_list *rrset; /* canonical, in order, no duplicates */
	ldns_buffer *octets;
	ldns_buffer *signature; /* as OpenSSL takes it */
};

void signed_data_init(struct signed_data *data);
/* Frees the records of the last signed_data_make(). */
void signed_data_clear(struct signed_data *data);
void signed_data_release(struct signed_data *data);

/*
 * Makes the octets for RRSIG, a row of zone.records, over RRSET.  RDATA is
 * what zone_rrsig_rdata() says of it.  Clears what was there.  Returns
 * LDNS_STATUS_OK or ldns' word on why they cannot be made.
 */
ldns_status signed_data_make(struct signed_data *data, const struct zone *zone,
    uint32_t rrsig, const struct rrsig_rdata *rdata, struct zone_rrset rrset);

/* Returns RECORD as ldns sees it, or NULL if it takes it for none.  To be
 * freed with ldns_rr_free(). */
ldns_rr *signed_data_rr(const struct zone *zone,
    const struct zone_record *record);

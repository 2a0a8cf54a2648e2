/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signed_data.c -- what ldns does inside ldns_verify_rrsig_keylist() before it
 * looks at keys, with the same functions in the same order.  It does not
 * offer that half by itself.  The canaries, and every signature that does not
 * verify, are put to the whole function too, and must come out alike.
 */
#include "ldns/signed_data.h"

#include <assert.h>
#include <string.h>

#include "base/die.h"
#include "contract/name.h"

void
signed_data_init(struct signed_data *data)
{
	data->rrsig = NULL;
	data->rrset = ldns_rr_list_new();
	data->octets = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	data->signature = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	if (data->rrset == NULL || data->octets == NULL ||
	    data->signature == NULL) {
		die("ldns: no memory");
	}
}

void
signed_data_clear(struct signed_data *data)
{
	ldns_rr *rr;

	ldns_rr_free(data->rrsig);
	data->rrsig = NULL;
	while ((rr = ldns_rr_list_pop_rr(data->rrset)) != NULL) {
		ldns_rr_free(rr);
	}
	ldns_buffer_clear(data->octets);
	ldns_buffer_clear(data->signature);
}

void
signed_data_release(struct signed_data *data)
{
	signed_data_clear(data);
	ldns_rr_list_free(data->rrset);
	ldns_buffer_free(data->octets);
	ldns_buffer_free(data->signature);
}

static uint8_t *
put(uint8_t *at, const void *octets, size_t length)
{
	memcpy(at, octets, length);
	return at + length;
}

static uint8_t *
put_u16(uint8_t *at, unsigned value)
{
	*at++ = (uint8_t)(value >> 8);
	*at++ = (uint8_t)value;
	return at;
}

/* RECORD with another owner and TTL, through ldns' reader of messages. */
static ldns_rr *
make_rr(const uint8_t *owner, size_t owner_length, uint32_t ttl,
    const struct zone_record *record)
{
	static uint8_t wire[LIMIT_NAME_OCTETS + 10 + LIMIT_RDATA_OCTETS];
	uint8_t *at = put(wire, owner, owner_length);

	at = put_u16(at, record->type);
	at = put_u16(at, record->class_);
	at = put_u16(at, ttl >> 16);
	at = put_u16(at, ttl);
	at = put_u16(at, record->rdata_length);
	at = put(at, record->rdata, record->rdata_length);

	size_t length = (size_t)(at - wire), position = 0;
	ldns_rr *rr = NULL;

	if (ldns_wire2rr(&rr, wire, length, &position, LDNS_SECTION_ANSWER) !=
	    LDNS_STATUS_OK) {
		return NULL;
	}
	if (position != length) {
		ldns_rr_free(rr);
		return NULL;
	}
	return rr;
}

ldns_rr *
signed_data_rr(const struct zone *zone, const struct zone_record *record)
{
	const struct zone_owner *owner = &zone->owners[record->owner];

	return make_rr(owner->name, owner->name_length, record->ttl, record);
}

/* RFC 4035 5.3.2: fewer labels in the RRSIG than in the owner mean that the
 * wildcard above it was signed.  Returns the name's length. */
static size_t
signed_owner(const struct zone_owner *owner, unsigned labels,
    uint8_t name[LIMIT_NAME_OCTETS])
{
	unsigned own_labels = name_labels(owner->name);

	if (labels >= own_labels) {
		memcpy(name, owner->name, owner->name_length);
		return owner->name_length;
	}
	const uint8_t *rest = name_strip(owner->name, own_labels - labels);
	size_t n = owner->name_length - (size_t)(rest - owner->name);

	name[0] = 1;
	name[1] = '*';
	memcpy(name + 2, rest, n);
	return n + 2;
}

/* RFC 4034 6.3: of records that are equal in canonical form one counts. */
static void
drop_duplicates(ldns_rr_list *rrset)
{
	size_t kept = 1;

	for (size_t i = 1; i < ldns_rr_list_rr_count(rrset); i++) {
		ldns_rr *rr = ldns_rr_list_rr(rrset, i);

		if (ldns_rr_compare(rr, ldns_rr_list_rr(rrset, kept - 1)) ==
		    0) {
			ldns_rr_free(rr);
		} else {
			ldns_rr_list_set_rr(rrset, rr, kept++);
		}
	}
	ldns_rr_list_set_rr_count(rrset, kept);
}

static ldns_status
make_rrset(struct signed_data *data, const struct zone *zone,
    const struct rrsig_rdata *rdata, struct zone_rrset rrset)
{
	const struct zone_record *first =
	    &zone->records[zone->order[rrset.first]];
	uint8_t owner[LIMIT_NAME_OCTETS];
	size_t n =
	    signed_owner(&zone->owners[first->owner], rdata->labels, owner);

	for (uint32_t i = 0; i < rrset.n; i++) {
		ldns_rr *rr = make_rr(owner, n, rdata->original_ttl,
		    &zone->records[zone->order[rrset.first + i]]);

		if (rr == NULL) {
			return LDNS_STATUS_WIRE_RDATA_ERR;
		}
		ldns_rr2canonical(rr);
		if (!ldns_rr_list_push_rr(data->rrset, rr)) {
			die("ldns: no memory");
		}
	}
	if (rrset.n > 1) {
		ldns_rr_list_sort(data->rrset);
		drop_duplicates(data->rrset);
	}
	return LDNS_STATUS_OK;
}

/* OpenSSL wants an ECDSA signature in ASN.1. */
static ldns_status
make_signature(struct signed_data *data, const struct rrsig_rdata *rdata)
{
	const ldns_rdf *sig = ldns_rr_rrsig_sig(data->rrsig);

	if (sig == NULL) {
		return LDNS_STATUS_MISSING_RDATA_FIELDS_RRSIG;
	}
	if (rdata->algorithm == LDNS_ECDSAP256SHA256 ||
	    rdata->algorithm == LDNS_ECDSAP384SHA384) {
		return ldns_convert_ecdsa_rrsig_rdf2asn1(data->signature, sig);
	}
	return ldns_rdf2buffer_wire(data->signature, sig);
}

ldns_status
signed_data_make(struct signed_data *data, const struct zone *zone,
    uint32_t rrsig, const struct rrsig_rdata *rdata, struct zone_rrset rrset)
{
	ldns_status status;

	assert(rrset.n > 0);
	signed_data_clear(data);
	data->rrsig = signed_data_rr(zone, &zone->records[rrsig]);
	if (data->rrsig == NULL) {
		return LDNS_STATUS_WIRE_RDATA_ERR;
	}
	status = make_rrset(data, zone, rdata, rrset);
	if (status == LDNS_STATUS_OK) {
		status = make_signature(data, rdata);
	}
	if (status == LDNS_STATUS_OK) {
		status = ldns_rrsig2buffer_wire(data->octets, data->rrsig);
	}
	if (status == LDNS_STATUS_OK) {
		status = ldns_rr_list2buffer_wire(data->octets, data->rrset);
	}
	return status;
}

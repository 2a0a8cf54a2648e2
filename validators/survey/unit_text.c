/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit_text.c -- see unit_text.h.
 *
 * Every record is written `owner TTL IN TYPEn \# length hex' (RFC 3597 5).
 */
#include "survey/unit_text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "survey/ds_set.h"
#include "survey/rdata.h"

/* Signatures over DNSKEY that a unit carries: libunbound gives up on an RRset
 * after eight bad ones. */
enum { MOST_DNSKEY_RRSIGS = 8 };

enum { FLAG_REVOKE = 0x0080 }; /* RFC 5011 7 */

/* TTL, class, type, length and what is between them. */
enum { LINE_EXTRA = 48 };

/* What a DNS message has besides the records, without the question's name:
 * header, type and class, OPT; and a record besides its RDATA, the owner
 * being a pointer (RFC 1035 4.1). */
enum { MESSAGE_EXTRA = 12 + 4 + 11, RECORD_EXTRA = 12 };

static const struct index_rrset *
apex_rrset(const struct survey *s, uint16_t type)
{
	uint32_t row = index_find_rrset(&s->index, s->header.apex, type);

	return row == INDEX_NONE ? NULL : &s->index.rrsets[row];
}

/* ---- what fits ---- */

static bool
line_fits(size_t owner_length, uint32_t rdata_length)
{
	/* Each octet of the owner may be written \DDD. */
	return 4 * owner_length + LINE_EXTRA + 2 * (size_t)rdata_length <=
	       LIMIT_UNIT_LINE;
}

/* The lines of RRSET fit; *MESSAGE becomes the size of an answer with it. */
static bool
rrset_fits(const struct survey *s, const struct index_rrset *rrset,
    uint64_t *message)
{
	size_t owner_length = s->index.owners[rrset->owner].name.length;

	*message = MESSAGE_EXTRA + owner_length;
	for (uint32_t i = 0; i < rrset->n_records; i++) {
		uint32_t length =
		    s->index.records[rrset->first_record + i].rdata.length;

		if (!line_fits(owner_length, length)) {
			return false;
		}
		*message += RECORD_EXTRA + length;
	}
	return true;
}

static uint32_t
rrsig_length(const struct survey *s, const struct index_rrsig *rrsig)
{
	return s->index.records[rrsig->record].rdata.length;
}

bool
unit_text_is_loadable(const struct survey *s, const struct index_rrset *rrset,
    const struct index_rrsig *rrsig)
{
	size_t owner_length = s->index.owners[rrset->owner].name.length;
	uint64_t message;

	return rrset_fits(s, rrset, &message) &&
	       line_fits(owner_length, rrsig_length(s, rrsig)) &&
	       message + RECORD_EXTRA + rrsig_length(s, rrsig) <=
	           LIMIT_RRSET_OCTETS;
}

uint64_t
unit_text_octets(const struct survey *s, const struct index_rrset *rrset)
{
	size_t owner_length = s->index.owners[rrset->owner].name.length;
	uint64_t octets = 2 * (owner_length + LINE_EXTRA);

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		uint32_t length =
		    s->index.records[rrset->first_record + i].rdata.length;

		octets += owner_length + LINE_EXTRA + 2 * (uint64_t)length;
	}
	return octets;
}

/* The first signature over RRSET by a published key, or NULL. */
static const struct index_rrsig *
first_rrsig(const struct survey *s, const struct index_rrset *rrset)
{
	for (uint32_t i = 0; i < rrset->n_rrsigs; i++) {
		const struct index_rrsig *rrsig =
		    &s->index.rrsigs[rrset->first_rrsig + i];

		if (rrsig->key != INDEX_NONE) {
			return rrsig;
		}
	}
	return NULL;
}

/* Fills CHOSEN with the signatures over DNSKEY that units carry, those by
 * anchored keys first; returns how many. */
static unsigned
choose_dnskey_rrsigs(const struct survey *s, const struct index_rrset *dnskey,
    const struct index_rrsig *chosen[MOST_DNSKEY_RRSIGS])
{
	unsigned n = 0;

	for (int anchored = 1; anchored >= 0; anchored--) {
		for (uint32_t i = 0;
		     i < dnskey->n_rrsigs && n < MOST_DNSKEY_RRSIGS; i++) {
			const struct index_rrsig *rrsig =
			    &s->index.rrsigs[dnskey->first_rrsig + i];

			if (rrsig->key != INDEX_NONE &&
			    s->index.keys[rrsig->key].is_anchored == anchored) {
				chosen[n++] = rrsig;
			}
		}
	}
	return n;
}

bool
unit_text_has_common(const struct survey *s)
{
	const struct index_rrset *soa = apex_rrset(s, TYPE_SOA);
	const struct index_rrset *dnskey = apex_rrset(s, TYPE_DNSKEY);
	const struct index_rrsig *chosen[MOST_DNSKEY_RRSIGS];
	uint64_t message;

	if (soa == NULL || dnskey == NULL || s->index.n_keys > LIMIT_KEYS ||
	    !rrset_fits(s, soa, &message)) {
		return false;
	}
	const struct index_rrsig *over_soa = first_rrsig(s, soa);

	if (over_soa != NULL && !unit_text_is_loadable(s, soa, over_soa)) {
		return false;
	}
	if (!rrset_fits(s, dnskey, &message)) {
		return false;
	}
	unsigned n = choose_dnskey_rrsigs(s, dnskey, chosen);

	for (unsigned i = 0; i < n; i++) {
		if (!unit_text_is_loadable(s, dnskey, chosen[i])) {
			return false;
		}
		message += RECORD_EXTRA + rrsig_length(s, chosen[i]);
	}
	return message <= LIMIT_RRSET_OCTETS;
}

/* ---- writing ---- */

static char *
put_hex(char *to, const uint8_t *octets, size_t length)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < length; i++) {
		*to++ = digits[octets[i] >> 4];
		*to++ = digits[octets[i] & 15];
	}
	return to;
}

static void
write_line(struct output *output, const char *owner, uint32_t ttl,
    uint16_t type, const uint8_t *rdata, size_t length)
{
	size_t owner_length = strlen(owner);
	char *line =
	    output_room(output, owner_length + LINE_EXTRA + 2 * length);
	char *at = line;

	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): the line goes on */
	memcpy(at, owner, owner_length);
	at += owner_length;
	at += snprintf(at, LINE_EXTRA, " %u IN TYPE%u \\# %zu ", ttl, type,
	    length);
	at = put_hex(at, rdata, length);
	*at++ = '\n';
	output_taken(output, (size_t)(at - line));
}

static void
write_record(const struct survey *s, struct output *output, const char *owner,
    const struct index_record *record)
{
	write_line(output, owner, record->ttl,
	    s->index.rrsets[record->rrset].type, at(s, record->rdata),
	    record->rdata.length);
}

static void
write_rrsig(const struct survey *s, struct output *output, const char *owner,
    const struct index_rrsig *rrsig)
{
	write_record(s, output, owner, &s->index.records[rrsig->record]);
}

/* Records in canonical order: duplicates are neighbours. */
static bool
repeats(const struct survey *s, const struct index_rrset *rrset, uint32_t i)
{
	const struct index_record *record =
	    &s->index.records[rrset->first_record + i];

	return i > 0 && rdata_compare(rrset->type, at(s, record->rdata),
	                    record->rdata.length, at(s, record[-1].rdata),
	                    record[-1].rdata.length) == 0;
}

/* RRSET without duplicates, and RRSIG unless that is NULL. */
static void
write_rrset(const struct survey *s, struct output *output,
    const struct index_rrset *rrset, const struct index_rrsig *rrsig)
{
	char owner[LIMIT_NAME_TEXT];

	name_to_text(index_rrset_owner(&s->index, rrset), owner);
	for (uint32_t i = 0; i < rrset->n_records; i++) {
		if (!repeats(s, rrset, i)) {
			write_record(s, output, owner,
			    &s->index.records[rrset->first_record + i]);
		}
	}
	if (rrsig != NULL) {
		write_rrsig(s, output, owner, rrsig);
	}
	/* libunbound hides a name that holds nothing but NSEC3. */
	if (rrset->type == TYPE_NSEC3) {
		static const uint8_t decoy[] = {0};

		write_line(output, owner, 0, 65280, decoy, sizeof(decoy));
	}
}

static const struct index_rrsig *
claimed(const struct survey *s, uint32_t claim)
{
	return &s->index.rrsigs[s->index.claims[claim].rrsig];
}

/* DNSKEY with all the signatures that fit, or in its own unit the one. */
static void
write_dnskey(const struct survey *s, const struct plan_unit *unit,
    struct output *output)
{
	const struct index_rrset *dnskey = apex_rrset(s, TYPE_DNSKEY);
	const struct index_rrsig *chosen[MOST_DNSKEY_RRSIGS];
	char owner[LIMIT_NAME_TEXT];
	unsigned n = 1;

	assert(dnskey != NULL);
	if (unit->kind == UNIT_DNSKEY) {
		chosen[0] = claimed(s, unit->first_claim);
	} else {
		n = choose_dnskey_rrsigs(s, dnskey, chosen);
	}
	name_to_text(s->apex, owner);
	write_rrset(s, output, dnskey, NULL);
	for (unsigned i = 0; i < n; i++) {
		write_rrsig(s, output, owner, chosen[i]);
	}
}

/* Nameservers must have an address, or libunbound calls the delegation useless
 * and the zone with it.  Nobody is asked there: RFC 5737 3. */
static void
write_ns_addresses(const struct survey *s, const struct index_rrset *rrset,
    struct output *output)
{
	static const uint8_t address[] = {192, 0, 2, 1};

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		uint8_t target[LIMIT_NAME_OCTETS];
		char text[LIMIT_NAME_TEXT];

		name_to_lower(at(s, s->index.records[rrset->first_record + i]
		                        .rdata),
		    target);
		if (!repeats(s, rrset, i) &&
		    name_is_below_or_at(target, s->apex)) {
			write_line(output, name_to_text(target, text), 0,
			    TYPE_A, address, sizeof(address));
		}
	}
}

void
unit_text_write(const struct survey *s, const struct plan_unit *unit,
    struct output *output)
{
	const struct index_rrset *soa = apex_rrset(s, TYPE_SOA);
	uint32_t end = unit->first_claim + unit->n_claims;

	/* Else the unit would have no text: unit_text_has_common(). */
	assert(soa != NULL);
	const struct index_rrsig *over_soa = first_rrsig(s, soa);

	if (unit->kind == UNIT_CHAIN || unit->kind == UNIT_DNSKEY) {
		end = unit->first_claim;
	}
	/* Where a signature over SOA is judged, it is the only one. */
	for (uint32_t i = unit->first_claim; i < end; i++) {
		if (claimed(s, i)->rrset == soa - s->index.rrsets) {
			over_soa = claimed(s, i);
		}
	}
	write_rrset(s, output, soa, over_soa);
	write_dnskey(s, unit, output);
	for (uint32_t i = unit->first_claim; i < end; i++) {
		const struct index_rrset *rrset =
		    &s->index.rrsets[claimed(s, i)->rrset];

		if (rrset != soa) {
			write_rrset(s, output, rrset, claimed(s, i));
		}
		if (unit->kind == UNIT_APEX_NS) {
			write_ns_addresses(s, rrset, output);
		}
	}
}

/* ---- anchors ---- */

static void
write_ds(const struct survey *s, const struct index_key *key,
    struct output *output)
{
	struct index_octets rdata = s->index.records[key->record].rdata;
	uint8_t digest[DS_DIGEST_MAX];
	size_t length = ds_digest(s, 2, at(s, rdata), rdata.length, digest);
	char line[LIMIT_NAME_TEXT + LINE_EXTRA + 2 * DS_DIGEST_MAX];
	char *to = line;

	name_to_text(s->apex, line);
	to += strlen(line);
	to += snprintf(to, LINE_EXTRA, " IN DS %u %u 2 ", key->tag,
	    key->algorithm);
	to = put_hex(to, digest, length);
	*to++ = '\n';
	output_write(output, line, (size_t)(to - line));
}

/* The keys that sign DNSKEY.  A revoked one is no anchor (RFC 5011 2.1). */
static bool
is_own_anchor(const struct index_key *key)
{
	return key->n_dnskey_rrsigs > 0 && (key->flags & FLAG_REVOKE) == 0;
}

void
unit_anchors_write(const struct survey *s, const struct plan_unit *unit,
    struct output *output)
{
	const struct index_rrsig *rrsig = NULL;

	if (unit->kind == UNIT_CHAIN && s->job->has_anchors != 0) {
		return;
	}
	if (unit->kind == UNIT_DNSKEY) {
		rrsig = claimed(s, unit->first_claim);
	}
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];
		bool is_anchor = rrsig == NULL
		                     ? is_own_anchor(key)
		                     : key->tag == rrsig->key_tag &&
		                           key->algorithm == rrsig->algorithm;

		if (is_anchor) {
			write_ds(s, key, output);
		}
	}
}

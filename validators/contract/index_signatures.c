/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * index_signatures.c -- checks what an index says of signatures: that RRSIG
 * rows are the zone's RRSIG records, field by field, and that keys, RRSIGs
 * and claims refer to each other.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "contract/index_rows.h"
#include "contract/name.h"

/* Octets of RRSIG RDATA before the signer's name (RFC 4034 3.1), and of
 * DNSKEY RDATA before the key (RFC 4034 2.1). */
enum { RRSIG_HEAD = 18, DNSKEY_HEAD = 4 };

static uint16_t
get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t
get_u32(const uint8_t *at)
{
	return (uint32_t)get_u16(at) << 16 | get_u16(at + 2);
}

/* ---- RRSIGs ---- */

static const struct index_rrset *
rrset_of_record(const struct index *index, uint32_t record)
{
	return &index->rrsets[index->records[record].rrset];
}

/* The row's fields must be those of the RDATA, by which validators go. */
static bool
has_fields_of_rdata(const struct index *index, const struct index_rrsig *rrsig)
{
	struct index_octets octets = index->records[rrsig->record].rdata;
	const uint8_t *rdata = index_at(index, octets);

	if (octets.length <= RRSIG_HEAD) {
		return false;
	}
	size_t signer =
	    name_length(rdata + RRSIG_HEAD, octets.length - RRSIG_HEAD);
	size_t head = RRSIG_HEAD + signer;

	return signer != 0 && rrsig->type_covered == get_u16(rdata) &&
	       rrsig->algorithm == rdata[2] && rrsig->labels == rdata[3] &&
	       rrsig->original_ttl == get_u32(rdata + 4) &&
	       rrsig->expiration == get_u32(rdata + 8) &&
	       rrsig->inception == get_u32(rdata + 12) &&
	       rrsig->key_tag == get_u16(rdata + 16) &&
	       index_is_range(index, rrsig->signature) &&
	       rrsig->signature.length == octets.length - head &&
	       memcmp(index_at(index, rrsig->signature), rdata + head,
	           octets.length - head) == 0;
}

static const char *
check_covered(const struct index *index, uint32_t owner,
    const struct index_rrsig *rrsig, uint32_t row)
{
	if (rrsig->rrset == INDEX_NONE) {
		return NULL;
	}
	if (rrsig->rrset >= index->n_rrsets) {
		return "an RRSIG covers an RRset that is not there";
	}
	const struct index_rrset *rrset = &index->rrsets[rrsig->rrset];

	if (rrset->owner != owner || rrset->type != rrsig->type_covered ||
	    row < rrset->first_rrsig ||
	    row - rrset->first_rrsig >= rrset->n_rrsigs) {
		return "an RRSIG and the RRset it covers disagree";
	}
	return NULL;
}

static const char *
check_key_and_claim(const struct index *index, const struct index_rrsig *rrsig,
    uint32_t row)
{
	if (rrsig->key != INDEX_NONE &&
	    (rrsig->key >= index->n_keys ||
	        index->keys[rrsig->key].tag != rrsig->key_tag ||
	        index->keys[rrsig->key].algorithm != rrsig->algorithm)) {
		return "an RRSIG and its key disagree";
	}
	if (rrsig->claim != INDEX_NONE &&
	    (rrsig->key == INDEX_NONE || rrsig->claim >= index->n_claims ||
	        index->claims[rrsig->claim].rrsig != row)) {
		return "an RRSIG and its claim disagree";
	}
	return NULL;
}

static const char *
check_rrsig(const struct index *index, uint32_t owner, uint32_t row,
    uint8_t *seen_records)
{
	const struct index_rrsig *rrsig = &index->rrsigs[row];

	if (rrsig->record >= index->n_records) {
		return "an RRSIG's record is not there";
	}
	const struct index_rrset *own = rrset_of_record(index, rrsig->record);
	uint8_t bit = (uint8_t)(1U << (rrsig->record % 8));

	if (own->type != TYPE_RRSIG || own->owner != owner) {
		return "an RRSIG's record is no RRSIG of this owner";
	}
	if ((seen_records[rrsig->record / 8] & bit) != 0) {
		return "two RRSIGs are one record";
	}
	seen_records[rrsig->record / 8] |= bit;
	if (rrsig->signer_is_apex > 1 || !has_fields_of_rdata(index, rrsig)) {
		return "an RRSIG is not what its record says";
	}
	const char *wrong = check_covered(index, owner, rrsig, row);

	return wrong != NULL ? wrong : check_key_and_claim(index, rrsig, row);
}

static const char *
check_rrsigs(const struct index *index)
{
	uint8_t *seen_records = xcalloc(index->n_records / 8 + 1, 1);
	const char *wrong = NULL;

	for (uint32_t i = 0; i < index->n_owners && wrong == NULL; i++) {
		const struct index_owner *owner = &index->owners[i];

		for (uint32_t j = 0; j < owner->n_rrsigs && wrong == NULL;
		     j++) {
			wrong = check_rrsig(index, i, owner->first_rrsig + j,
			    seen_records);
		}
	}
	free(seen_records);
	return wrong;
}

/*
 * The other direction: each RRset's RRSIGs point back to it, and no record of
 * type RRSIG is without a row.  Linear, since an RRSIG points to one RRset: a
 * range that is claimed twice fails at once.
 */
static const char *
check_rrsigs_of_rrsets(const struct index *index)
{
	uint64_t records = 0;

	for (uint32_t i = 0; i < index->n_rrsets; i++) {
		const struct index_rrset *rrset = &index->rrsets[i];

		if (rrset->type == TYPE_RRSIG) {
			records += rrset->n_records;
		}
		if (rrset->first_rrsig > index->n_rrsigs ||
		    rrset->n_rrsigs > index->n_rrsigs - rrset->first_rrsig) {
			return "an RRset's RRSIGs are not there";
		}
		for (uint32_t j = 0; j < rrset->n_rrsigs; j++) {
			if (index->rrsigs[rrset->first_rrsig + j].rrset != i) {
				return "an RRSIG does not point back to its "
				       "RRset";
			}
		}
	}
	return records == index->n_rrsigs ? NULL : "an RRSIG record has no row";
}

/* ---- keys ---- */

static const char *
check_keys(const struct index *index)
{
	for (uint32_t i = 0; i < index->n_keys; i++) {
		const struct index_key *key = &index->keys[i];

		if (key->record >= index->n_records) {
			return "a key's record is not there";
		}
		const struct index_rrset *rrset =
		    rrset_of_record(index, key->record);
		struct index_octets octets = index->records[key->record].rdata;
		const uint8_t *rdata = index_at(index, octets);

		if (rrset->type != TYPE_DNSKEY ||
		    rrset->owner != index->header->apex) {
			return "a key's record is no DNSKEY of the apex";
		}
		if (octets.length < DNSKEY_HEAD ||
		    key->flags != get_u16(rdata) || key->protocol != rdata[2] ||
		    key->algorithm != rdata[3] || key->is_anchored > 1 ||
		    key->is_incoming > 1) {
			return "a key is not what its record says";
		}
	}
	return NULL;
}

/* ---- claims ---- */

static const char *
check_rrsig_claim(const struct index *index, const struct index_claim *claim,
    uint32_t row)
{
	if (claim->rrsig >= index->n_rrsigs) {
		return "a claim's RRSIG is not there";
	}
	/* So no RRSIG is claimed twice: it points back to one claim. */
	if (index->rrsigs[claim->rrsig].claim != row ||
	    claim->rrset == INDEX_NONE ||
	    index->rrsigs[claim->rrsig].rrset != claim->rrset) {
		return "a claim and its RRSIG disagree";
	}
	return NULL;
}

static const char *
check_chain_claim(const struct index *index, const struct index_claim *claim)
{
	static const uint8_t no_digest[32];

	if (claim->rrsig != INDEX_NONE ||
	    memcmp(claim->digest, no_digest, sizeof(no_digest)) != 0) {
		return "the claim of the chain names an RRSIG";
	}
	if (claim->rrset >= index->n_rrsets ||
	    index->rrsets[claim->rrset].type != TYPE_DNSKEY ||
	    index->rrsets[claim->rrset].owner != index->header->apex) {
		return "the claim of the chain is not about DNSKEY at the apex";
	}
	return NULL;
}

static const char *
check_claim(const struct index *index, uint32_t row)
{
	const struct index_claim *claim = &index->claims[row];

	if (claim->unit >= index->header->n_units ||
	    (row > 0 && claim->unit < claim[-1].unit)) {
		return "claims out of the order of the units";
	}
	switch ((enum claim_kind)claim->kind) {
	case CLAIM_RRSIG:
		return check_rrsig_claim(index, claim, row);
	case CLAIM_CHAIN:
		return check_chain_claim(index, claim);
	case CLAIM_VOID:
		break;
	}
	return "a claim of an unknown kind";
}

static const char *
check_claims(const struct index *index)
{
	uint32_t chains = 0;

	for (uint32_t i = 0; i < index->n_claims; i++) {
		const char *wrong = check_claim(index, i);

		if (wrong != NULL) {
			return wrong;
		}
		chains += index->claims[i].kind == CLAIM_CHAIN;
	}
	/* Signatures that hold say nothing if nobody asks whose they are. */
	if (index->n_claims > 0 && chains != 1) {
		return "not exactly one claim of the chain";
	}
	return NULL;
}

static const char *
check_earliest(const struct index *index)
{
	uint32_t earliest = index->header->earliest_rrsig;

	if (earliest == INDEX_NONE ||
	    index->header->outcome != INDEX_COMPLETE) {
		return NULL;
	}
	return earliest < index->n_rrsigs &&
	               index->rrsigs[earliest].claim != INDEX_NONE
	           ? NULL
	           : "the RRSIG to expire first is no claim";
}

static const char *
check_newest(const struct index *index)
{
	uint32_t newest = index->header->newest_rrsig;

	return newest == INDEX_NONE || newest < index->n_rrsigs
	           ? NULL
	           : "the newest RRSIG is not there";
}

const char *
index_check_signature_rows(const struct index *index)
{
	const char *wrong = check_keys(index);

	if (wrong == NULL) {
		wrong = check_rrsigs(index);
	}
	if (wrong == NULL) {
		wrong = check_rrsigs_of_rrsets(index);
	}
	if (wrong == NULL) {
		wrong = check_claims(index);
	}
	if (wrong == NULL) {
		wrong = check_earliest(index);
	}
	if (wrong == NULL) {
		wrong = check_newest(index);
	}
	return wrong;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unbound/unjudgeable.h"

#include "contract/limits.h"

static struct verdict_row
unjudged(enum reason reason)
{
	return (struct verdict_row){VERDICT_UNJUDGED, (uint8_t)reason};
}

struct verdict_row
unjudged_without_text(const struct index *index,
    const struct index_claim *claim)
{
	if (index->n_keys > LIMIT_KEYS) {
		return unjudged(REASON_too_many_keys);
	}
	if (index->rrsets[claim->rrset].n_rrsigs > LIMIT_RRSIGS_PER_RRSET) {
		return unjudged(REASON_too_many_rrsigs);
	}
	return unjudged(REASON_unit_unloadable);
}

/* True if the DNSKEY RRset is signed, but by no algorithm that libunbound can
 * judge. */
static bool
chain_is_unjudgeable(const struct bench *bench)
{
	const struct index *index = bench->index;
	bool is_signed = false;

	for (uint32_t i = 0; i < index->n_keys; i++) {
		if (index->keys[i].n_dnskey_rrsigs > 0) {
			is_signed = true;
			if (bench->awake[index->keys[i].algorithm]) {
				return false;
			}
		}
	}
	return is_signed;
}

/*
 * Octets of what is signed (RFC 4034 3.1.8.1).  It must fit into libunbound's
 * buffer of 65,535 with every owner name whole, though the RRset may fit into
 * a message, where names are compressed; else it says "bogus".
 */
static size_t
signed_octets(const struct index *index, const struct index_claim *claim)
{
	const struct index_rrset *rrset = &index->rrsets[claim->rrset];
	const struct index_rrsig *rrsig = &index->rrsigs[claim->rrsig];
	size_t owner = index->owners[rrset->owner].name.length;
	size_t octets = index->records[rrsig->record].rdata.length;

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		octets += owner + 10 +
		          index->records[rrset->first_record + i].rdata.length;
	}
	return octets;
}

struct verdict_row
unjudgeable(const struct bench *bench, const struct index_claim *claim,
    struct verdict_row row)
{
	const struct index *index = bench->index;

	if (claim->kind == CLAIM_CHAIN) {
		return chain_is_unjudgeable(bench) ? unjudged(REASON_algorithm)
		                                   : row;
	}
	const struct index_rrsig *rrsig = &index->rrsigs[claim->rrsig];

	if (!bench->awake[rrsig->algorithm]) {
		return unjudged(REASON_algorithm);
	}
	if (row.verdict == VERDICT_BOGUS &&
	    signed_octets(index, claim) > LIMIT_RRSET_OCTETS) {
		return unjudged(REASON_library);
	}
	return row;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * index_fuzz.c -- an index that opens can be walked blindly.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contract/index.h"
#include "contract/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read goes here, so that reading it cannot be left out. */
static volatile uint8_t sink;

static void
read_octets(const struct index *index, struct index_octets octets)
{
	const uint8_t *at = index_at(index, octets);

	for (uint32_t i = 0; i < octets.length; i++) {
		sink ^= at[i];
	}
}

static void
read_name(const uint8_t *name)
{
	char text[LIMIT_NAME_TEXT];
	uint8_t back[LIMIT_NAME_OCTETS];

	if (name_from_text(name_to_text(name, text), back) !=
	        name_length(name, LIMIT_NAME_OCTETS) ||
	    name_compare(name, back) != 0) {
		abort();
	}
}

static void
walk_owners(const struct index *index)
{
	for (uint32_t i = 0; i < index->n_owners; i++) {
		const struct index_owner *owner = &index->owners[i];

		read_name(index_at(index, owner->name));
		if (index_find_owner(index, index_at(index, owner->name)) !=
		    i) {
			abort();
		}
		for (uint32_t j = 0; j < owner->n_rrsets; j++) {
			const struct index_rrset *rrset =
			    &index->rrsets[owner->first_rrset + j];
			uint32_t found =
			    index_find_rrset(index, i, rrset->type);

			if (rrset->class_ == CLASS_IN &&
			    found != owner->first_rrset + j) {
				abort();
			}
		}
		for (uint32_t j = 0; j < owner->n_rrsigs; j++) {
			sink ^= index->rrsigs[owner->first_rrsig + j].labels;
		}
	}
}

static void
walk_rrsets(const struct index *index)
{
	for (uint32_t i = 0; i < index->n_rrsets; i++) {
		const struct index_rrset *rrset = &index->rrsets[i];

		sink ^= index_rrset_owner(index, rrset)[0];
		for (uint32_t j = 0; j < rrset->n_records; j++) {
			const struct index_record *record =
			    &index->records[rrset->first_record + j];

			read_octets(index, record->rdata);
			sink ^= index_record_owner(index, record)[0];
		}
		for (uint32_t j = 0; j < rrset->n_rrsigs; j++) {
			sink ^= index->rrsigs[rrset->first_rrsig + j].labels;
		}
	}
}

static void
walk_signatures(const struct index *index)
{
	for (uint32_t i = 0; i < index->n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &index->rrsigs[i];

		read_octets(index, rrsig->signature);
		read_octets(index, index->records[rrsig->record].rdata);
		if (rrsig->rrset != INDEX_NONE) {
			sink ^= (uint8_t)index->rrsets[rrsig->rrset].ttl;
		}
		if (rrsig->key != INDEX_NONE) {
			sink ^= index->keys[rrsig->key].protocol;
		}
	}
	for (uint32_t i = 0; i < index->n_keys; i++) {
		read_octets(index, index->records[index->keys[i].record].rdata);
	}
	for (uint32_t i = 0; i < index->n_claims; i++) {
		const struct index_claim *claim = &index->claims[i];

		if (claim->kind == CLAIM_RRSIG) {
			sink ^= index->rrsigs[claim->rrsig].labels;
		}
		if (claim->rrset != INDEX_NONE) {
			sink ^= (uint8_t)index->rrsets[claim->rrset].ttl;
		}
	}
}

static void
walk(const struct index *index)
{
	const struct index_header *header = index->header;

	walk_owners(index);
	walk_rrsets(index);
	walk_signatures(index);
	for (uint32_t i = 0; i < index->n_findings; i++) {
		read_octets(index, index->findings[i].message);
		if (index->findings[i].owner.length != 0) {
			read_name(index_at(index, index->findings[i].owner));
		}
	}
	if (header->apex_name.length != 0) {
		read_name(index_at(index, header->apex_name));
	}
	if (header->outcome == INDEX_COMPLETE) {
		sink ^= (uint8_t)index->owners[header->apex].labels;
		if (header->soa_record != INDEX_NONE) {
			read_octets(index,
			    index->records[header->soa_record].rdata);
		}
		if (header->newest_rrsig != INDEX_NONE) {
			sink ^= index->rrsigs[header->newest_rrsig].labels;
		}
		if (header->earliest_rrsig != INDEX_NONE) {
			sink ^= index->rrsigs[header->earliest_rrsig].labels;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of exactly this size: aligned, and its end is guarded. */
	void *copy = malloc(size);
	struct index index;

	if (size > 0) {
		memcpy(copy, data, size);
	}
	if (index_open(copy, size, &index) == NULL) {
		walk(&index);
	}
	free(copy);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * index.c -- opens an index: header and sections; and finds things in it.
 *
 * index_rows.c checks the rows.
 */
#include "contract/index.h"

#include <string.h>

#include "contract/index_rows.h"
#include "contract/name.h"

static const size_t row_size[N_SECTIONS] = {
    [SECTION_OCTETS] = 1,
    [SECTION_OWNERS] = sizeof(struct index_owner),
    [SECTION_RRSETS] = sizeof(struct index_rrset),
    [SECTION_RECORDS] = sizeof(struct index_record),
    [SECTION_RRSIGS] = sizeof(struct index_rrsig),
    [SECTION_KEYS] = sizeof(struct index_key),
    [SECTION_CLAIMS] = sizeof(struct index_claim),
    [SECTION_FINDINGS] = sizeof(struct index_finding),
};

static const char *
check_header(const struct index_header *header, size_t size)
{
	if (memcmp(header->magic, INDEX_MAGIC, sizeof(header->magic)) != 0) {
		return "not an index";
	}
	if (header->version != INDEX_VERSION) {
		return "an index of another version";
	}
	if (header->size != size) {
		return "an index of another size than it says";
	}
	switch ((enum index_outcome)header->outcome) {
	case INDEX_COMPLETE:
	case INDEX_REFUSED:
	case INDEX_UNREADABLE:
		return NULL;
	case INDEX_UNFINISHED:
		return "an unfinished index";
	}
	return "an index with an unknown outcome";
}

static bool
is_apart(const struct index_header *header, int a, int b)
{
	const struct index_section *left = &header->section[a];
	const struct index_section *right = &header->section[b];

	return left->count == 0 || right->count == 0 ||
	       left->offset + left->count * row_size[a] <= right->offset ||
	       right->offset + right->count * row_size[b] <= left->offset;
}

static const char *
check_sections(const struct index_header *header)
{
	for (int i = 0; i < N_SECTIONS; i++) {
		const struct index_section *section = &header->section[i];

		if (section->offset % 8 != 0) {
			return "a section that is not aligned";
		}
		if (section->offset < sizeof(*header) ||
		    section->offset > header->size ||
		    section->count >
		        (header->size - section->offset) / row_size[i]) {
			return "a section outside the file";
		}
		/* Row numbers are of 32 bits, and INDEX_NONE is none. */
		if (i != SECTION_OCTETS && section->count >= INDEX_NONE) {
			return "a section with too many rows";
		}
		for (int j = 0; j < i; j++) {
			if (!is_apart(header, i, j)) {
				return "sections that overlap";
			}
		}
	}
	return NULL;
}

static const void *
rows(const struct index_header *header, enum index_section_id id, uint32_t *n)
{
	*n = (uint32_t)header->section[id].count;
	return (const uint8_t *)header + header->section[id].offset;
}

static void
locate(const struct index_header *header, struct index *index)
{
	index->header = header;
	index->octets =
	    (const uint8_t *)header + header->section[SECTION_OCTETS].offset;
	index->owners = rows(header, SECTION_OWNERS, &index->n_owners);
	index->rrsets = rows(header, SECTION_RRSETS, &index->n_rrsets);
	index->records = rows(header, SECTION_RECORDS, &index->n_records);
	index->rrsigs = rows(header, SECTION_RRSIGS, &index->n_rrsigs);
	index->keys = rows(header, SECTION_KEYS, &index->n_keys);
	index->claims = rows(header, SECTION_CLAIMS, &index->n_claims);
	index->findings = rows(header, SECTION_FINDINGS, &index->n_findings);
}

const char *
index_open(const void *at, size_t size, struct index *index)
{
	const struct index_header *header = at;
	const char *wrong;
	struct index opened;

	if ((uintptr_t)at % 8 != 0) {
		return "not aligned";
	}
	if (size < sizeof(*header)) {
		return "not an index";
	}
	wrong = check_header(header, size);
	if (wrong == NULL) {
		wrong = check_sections(header);
	}
	if (wrong == NULL) {
		locate(header, &opened);
		wrong = index_check_rows(&opened);
	}
	if (wrong == NULL) {
		*index = opened;
	}
	return wrong;
}

const uint8_t *
index_at(const struct index *index, struct index_octets octets)
{
	return index->octets + octets.offset;
}

const uint8_t *
index_record_owner(const struct index *index, const struct index_record *record)
{
	return index_rrset_owner(index, &index->rrsets[record->rrset]);
}

const uint8_t *
index_rrset_owner(const struct index *index, const struct index_rrset *rrset)
{
	return index_at(index, index->owners[rrset->owner].name);
}

uint32_t
index_find_owner(const struct index *index, const uint8_t *name)
{
	uint32_t from = 0, to = index->n_owners;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;
		int order = name_compare(name,
		    index_at(index, index->owners[middle].name));

		if (order == 0) {
			return middle;
		}
		if (order < 0) {
			to = middle;
		} else {
			from = middle + 1;
		}
	}
	return INDEX_NONE;
}

uint32_t
index_find_rrset(const struct index *index, uint32_t owner, uint16_t type)
{
	const struct index_owner *row = &index->owners[owner];
	uint32_t from = row->first_rrset;
	uint32_t to = from + row->n_rrsets;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;
		const struct index_rrset *rrset = &index->rrsets[middle];
		bool is_before =
		    rrset->class_ < CLASS_IN ||
		    (rrset->class_ == CLASS_IN && rrset->type < type);

		if (rrset->class_ == CLASS_IN && rrset->type == type) {
			return middle;
		}
		if (is_before) {
			from = middle + 1;
		} else {
			to = middle;
		}
	}
	return INDEX_NONE;
}

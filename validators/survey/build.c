/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * build.c -- records as they were read to the rows of the index: owners,
 * RRsets, records, RRSIGs, each in its order.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "survey/order.h"
#include "survey/rdata.h"
#include "survey/sort.h"
#include "survey/steps.h"

struct builder {
	struct survey *s;
	struct rows *rows;
	struct raw_zone *raw;
	uint32_t *owner_of;    /* by run */
	uint32_t *first_run;   /* by owner */
	uint32_t *first_place; /* by owner: where its records begin in items */
	struct sort_item *items; /* record numbers, by owner */
	struct sort_item *scratch;
	size_t n_rrsigs;
};

/* RFC 4034 6.3, and then as written: the same text makes the same index. */
static int
compare_records(const void *context, uint32_t a, uint32_t b)
{
	const struct builder *builder = context;
	const struct raw_record *record_a = &builder->raw->records[a];
	const struct raw_record *record_b = &builder->raw->records[b];
	const uint8_t *octets = builder->s->octets;
	int difference = rdata_compare(record_a->type, octets + record_a->rdata,
	    record_a->rdata_length, octets + record_b->rdata,
	    record_b->rdata_length);

	if (difference != 0 ||
	    record_a->rdata_length != record_b->rdata_length) {
		return difference;
	}
	difference = memcmp(octets + record_a->rdata, octets + record_b->rdata,
	    record_a->rdata_length);
	return difference != 0 ? difference : (a > b) - (a < b);
}

/* Puts the numbers of the records into items, owner by owner. */
static void
collect_by_owner(struct builder *b, uint32_t n_owners)
{
	const struct raw_zone *raw = b->raw;
	uint32_t *next = xcalloc((size_t)n_owners + 1, sizeof(*next));

	for (size_t i = 0; i < raw->n_runs; i++) {
		next[b->owner_of[i] + 1] += raw->runs[i].n_records;
	}
	for (uint32_t owner = 0; owner < n_owners; owner++) {
		next[owner + 1] += next[owner];
	}
	memcpy(b->first_place, next,
	    ((size_t)n_owners + 1) * sizeof(*b->first_place));
	for (size_t i = 0; i < raw->n_records; i++) {
		const struct raw_record *record = &raw->records[i];
		uint32_t place = next[b->owner_of[record->run]]++;

		b->items[place] = (struct sort_item){
		    .key = (uint64_t)record->class_ << 16 | record->type,
		    .row = (uint32_t)i,
		};
		b->n_rrsigs += record->type == TYPE_RRSIG;
	}
	free(next);
}

/* Counts the RRsets, to allocate them all at once. */
static size_t
count_rrsets(const struct builder *b, uint32_t n_owners)
{
	size_t n = 0;

	for (uint32_t owner = 0; owner < n_owners; owner++) {
		uint32_t first = b->first_place[owner];

		for (uint32_t i = first; i < b->first_place[owner + 1]; i++) {
			n += i == first ||
			     b->items[i].key != b->items[i - 1].key;
		}
	}
	return n;
}

static void
add_record(struct builder *b, uint32_t rrset_row, uint32_t from)
{
	struct index *index = &b->s->index;
	struct index_rrset *rrset = &b->rows->rrsets[rrset_row];
	const struct raw_record *raw = &b->raw->records[from];

	b->rows->records[index->n_records++] = (struct index_record){
	    .rdata = {.offset = raw->rdata, .length = raw->rdata_length},
	    .rrset = rrset_row,
	    .ttl = raw->ttl,
	    .line = raw->line,
	};
	rrset->n_records++;
	if (raw->ttl < rrset->ttl) {
		rrset->ttl = raw->ttl;
	}
}

/* The owner's records, sorted, to RRsets. */
static void
add_rrsets(struct builder *b, uint32_t owner_row)
{
	struct index *index = &b->s->index;
	struct index_owner *owner = &b->rows->owners[owner_row];
	uint32_t first = b->first_place[owner_row];

	owner->first_rrset = index->n_rrsets;
	for (uint32_t i = first; i < b->first_place[owner_row + 1]; i++) {
		uint64_t key = b->items[i].key;

		if (i == first || key != b->items[i - 1].key) {
			b->rows->rrsets[index->n_rrsets++] =
			    (struct index_rrset){
			        .owner = owner_row,
			        .type = (uint16_t)key,
			        .class_ = (uint16_t)(key >> 16),
			        .ttl = UINT32_MAX,
			        .first_record = index->n_records,
			    };
		}
		add_record(b, index->n_rrsets - 1, b->items[i].row);
	}
	owner->n_rrsets = index->n_rrsets - owner->first_rrset;
}

static uint32_t
read_u32(const uint8_t *octets)
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	       (uint32_t)octets[2] << 8 | octets[3];
}

/* RFC 4034 3.1; read_zone() has seen that it is whole. */
static struct index_rrsig
rrsig_of(const struct survey *s, uint32_t record_row)
{
	const struct index_record *record = &s->index.records[record_row];
	const uint8_t *rdata = at(s, record->rdata);
	const uint8_t *signer = rdata + 18;
	size_t signer_length = name_length(signer, record->rdata.length - 18);
	uint8_t lower[LIMIT_NAME_OCTETS];

	assert(signer_length > 0);
	name_to_lower(signer, lower);
	return (struct index_rrsig){
	    .record = record_row,
	    .rrset = INDEX_NONE,
	    .key = INDEX_NONE,
	    .claim = INDEX_NONE,
	    .type_covered = (uint16_t)(rdata[0] << 8 | rdata[1]),
	    .algorithm = rdata[2],
	    .labels = rdata[3],
	    .original_ttl = read_u32(rdata + 4),
	    .expiration = read_u32(rdata + 8),
	    .inception = read_u32(rdata + 12),
	    .key_tag = (uint16_t)(rdata[16] << 8 | rdata[17]),
	    .signer_is_apex = name_compare(lower, s->apex) == 0,
	    .signature =
	        {
	            .offset = record->rdata.offset + 18 + signer_length,
	            .length =
	                (uint32_t)(record->rdata.length - 18 - signer_length),
	        },
	};
}

/* Ties an RRSIG to the RRset it covers. */
static void
cover(struct builder *b, uint32_t rrsig_row, uint32_t rrset_row)
{
	struct index_rrset *rrset = &b->rows->rrsets[rrset_row];

	b->rows->rrsigs[rrsig_row].rrset = rrset_row;
	if (rrset->n_rrsigs++ == 0) {
		rrset->first_rrsig = rrsig_row;
	}
}

/*
 * RDATA begins with the type covered, so an RRset's signatures are already
 * together and in order.  libzscanner reads no class but IN, so there is one
 * RRset of type RRSIG at most.
 */
static void
add_rrsigs(struct builder *b, uint32_t owner_row)
{
	struct index *index = &b->s->index;
	struct index_owner *owner = &b->rows->owners[owner_row];

	owner->first_rrsig = index->n_rrsigs;
	uint32_t rrset_row = index_find_rrset(index, owner_row, TYPE_RRSIG);

	if (rrset_row == INDEX_NONE) {
		return;
	}
	const struct index_rrset *rrset = &index->rrsets[rrset_row];

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		uint32_t row = index->n_rrsigs++;
		struct index_rrsig *rrsig = &b->rows->rrsigs[row];

		*rrsig = rrsig_of(b->s, rrset->first_record + i);
		uint32_t covered =
		    index_find_rrset(index, owner_row, rrsig->type_covered);

		if (covered != INDEX_NONE) {
			cover(b, row, covered);
		}
	}
	owner->n_rrsigs = index->n_rrsigs - owner->first_rrsig;
}

static void
add_owner(struct builder *b, uint32_t row)
{
	struct index *index = &b->s->index;
	const struct raw_run *run = &b->raw->runs[b->first_run[row]];
	uint32_t first = b->first_place[row];

	b->rows->owners[row] = (struct index_owner){
	    .name = octets_add(b->s, run->owner, run->owner_length),
	    .labels = name_labels(run->owner),
	};
	index->n_owners = row + 1;
	sort_items(b->items + first, b->scratch,
	    b->first_place[row + 1] - first, compare_records, b);
	add_rrsets(b, row);
	add_rrsigs(b, row);
}

/* The rows have their final size before the first is filled. */
static void
allocate(struct builder *b, uint32_t n_owners)
{
	struct index *index = &b->s->index;
	struct rows *rows = b->rows;

	rows->owners = xcalloc(n_owners, sizeof(*rows->owners));
	rows->records = xcalloc(b->raw->n_records, sizeof(*rows->records));
	rows->rrsigs = xcalloc(b->n_rrsigs, sizeof(*rows->rrsigs));
	index->owners = rows->owners;
	index->records = rows->records;
	index->rrsigs = rows->rrsigs;
}

void
index_build(struct survey *s, struct rows *rows, struct raw_zone *raw)
{
	size_t n_runs = raw->n_runs;
	size_t n_records = raw->n_records;
	struct builder b = {
	    .s = s,
	    .rows = rows,
	    .raw = raw,
	    .owner_of = xcalloc(n_runs, sizeof(*b.owner_of)),
	    .first_run = xcalloc(n_runs, sizeof(*b.first_run)),
	    .first_place = xcalloc(n_runs + 1, sizeof(*b.first_place)),
	    .items = xcalloc(n_records, sizeof(*b.items)),
	    .scratch = xcalloc(n_records, sizeof(*b.scratch)),
	};
	uint32_t n_owners = order_owners(raw, b.owner_of, b.first_run);

	collect_by_owner(&b, n_owners);
	allocate(&b, n_owners);
	/* Not sorted yet: an upper bound, since equal keys may be apart. */
	rows->rrsets =
	    xcalloc(count_rrsets(&b, n_owners), sizeof(*rows->rrsets));
	s->index.rrsets = rows->rrsets;
	for (uint32_t owner = 0; owner < n_owners; owner++) {
		add_owner(&b, owner);
	}
	free(b.owner_of);
	free(b.first_run);
	free(b.first_place);
	free(b.items);
	free(b.scratch);
	free(raw->records);
	free(raw->runs);
	*raw = (struct raw_zone){0};
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec3_chain.c -- sorts the NSEC3 records into chains.  What a chain says
 * about names is in nsec3_match.c.
 */
#include "survey/nsec3_chain.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "survey/denial.h"
#include "survey/nsec3_match.h"
#include "survey/nsec3_misfit.h"

bool
nsec3_rdata_read(const uint8_t *rdata, size_t length, bool is_param,
    struct nsec3_rdata *parts)
{
	if (length < 5 || length - 5 < rdata[4]) {
		return false;
	}
	*parts = (struct nsec3_rdata){.algorithm = rdata[0],
	    .flags = rdata[1],
	    .iterations = (uint16_t)(rdata[2] << 8 | rdata[3]),
	    .salt_length = rdata[4],
	    .salt = rdata + 5};
	size_t used = (size_t)5 + rdata[4];

	if (is_param) {
		return used == length;
	}
	if (length == used || length - used - 1 < rdata[used]) {
		return false;
	}
	parts->next_length = rdata[used];
	parts->next = rdata + used + 1;
	parts->bitmap = parts->next + parts->next_length;
	parts->bitmap_length = length - used - 1 - parts->next_length;
	return true;
}

bool
nsec3_record_read(const struct survey *s, uint32_t record,
    struct nsec3_rdata *parts)
{
	const struct index_record *row = &s->index.records[record];

	return nsec3_rdata_read(at(s, row->rdata), row->rdata.length,
	    s->index.rrsets[row->rrset].type == TYPE_NSEC3PARAM, parts);
}

static int
compare_parts(const struct nsec3_rdata *a, const struct nsec3_rdata *b)
{
	if (a->algorithm != b->algorithm) {
		return a->algorithm < b->algorithm ? -1 : 1;
	}
	if (a->iterations != b->iterations) {
		return a->iterations < b->iterations ? -1 : 1;
	}
	if (a->salt_length != b->salt_length) {
		return a->salt_length < b->salt_length ? -1 : 1;
	}
	return memcmp(a->salt, b->salt, a->salt_length);
}

/* Compares what makes a chain of two records that were read before. */
static int
compare_parameters(const struct survey *s, uint32_t a, uint32_t b)
{
	struct nsec3_rdata parts_a;
	struct nsec3_rdata parts_b;
	bool are_read = nsec3_record_read(s, a, &parts_a) &&
	                nsec3_record_read(s, b, &parts_b);

	assert(are_read);
	return compare_parts(&parts_a, &parts_b);
}

static int
compare_rows(const void *a, const void *b, void *context)
{
	const struct survey *s = context;
	const struct nsec3_row *row_a = a;
	const struct nsec3_row *row_b = b;
	int order = compare_parameters(s, row_a->record, row_b->record);

	if (order == 0) {
		order = memcmp(row_a->hash, row_b->hash, NSEC3_HASH_OCTETS);
	}
	if (order == 0) {
		order = row_a->record < row_b->record ? -1 : 1;
	}
	return order;
}

const struct index_rrset *
nsec3param_rrset(const struct survey *s)
{
	uint32_t apex = s->index.header->apex;
	uint32_t rrset = apex == INDEX_NONE ? INDEX_NONE
	                                    : index_find_rrset(&s->index, apex,
	                                          TYPE_NSEC3PARAM);

	return rrset == INDEX_NONE ? NULL : &s->index.rrsets[rrset];
}

bool
nsec3param_is_usable(const struct survey *s, uint32_t record)
{
	struct nsec3_rdata param;

	/* RFC 5155 4.1.2: other flags than 0 MUST be ignored. */
	return nsec3_record_read(s, record, &param) &&
	       param.algorithm == NSEC3_SHA1 && param.flags == 0;
}

struct nsec3_chain *
nsec3_chain_of(const struct survey *s, const struct nsec3_chains *chains,
    uint32_t record)
{
	uint32_t low = 0;
	uint32_t high = chains->n_chains;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct nsec3_chain *chain = &chains->chains[middle];
		int order =
		    compare_parameters(s, record, chain->rows[0].record);

		if (order == 0) {
			return chain;
		}
		if (order < 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return NULL;
}

/* ---- collecting ---- */

bool
nsec3_owner_hash(const struct survey *s, uint32_t record,
    uint8_t hash[NSEC3_HASH_OCTETS])
{
	uint32_t rrset = s->index.records[record].rrset;
	const struct index_owner *row =
	    &s->index.owners[s->index.rrsets[rrset].owner];
	const uint8_t *name = at(s, row->name);

	return row->labels ==
	           s->index.owners[s->index.header->apex].labels + 1 &&
	       nsec3_hash_from_text(name + 1, name[0], hash);
}

/* An NSEC3 record of a child zone, left behind below a cut, is occluded data;
 * one below a DNAME at the apex (RFC 5155 10.2) is in its place. */
static bool
is_elsewhere(const struct survey *s, uint32_t owner)
{
	const struct index_owner *row = &s->index.owners[owner];
	uint32_t apex_labels = s->index.owners[s->index.header->apex].labels;

	return (row->flags & OWNER_OUT_OF_ZONE) != 0 ||
	       (row->labels > apex_labels + 1 && denial_is_outside(s, owner));
}

struct collection {
	struct survey *s;
	struct nsec3_chains *chains;
	struct nsec3_row *rows;
	uint32_t n_rows;
};

static void
add_odd(struct collection *c, uint32_t record, enum nsec3_oddity oddity)
{
	c->chains->odd[c->chains->n_odd++] =
	    (struct nsec3_odd){.record = record, .oddity = oddity};
}

static void
collect_record(struct collection *c, uint32_t record)
{
	struct nsec3_row *row = &c->rows[c->n_rows];
	struct nsec3_rdata parts;

	if (!nsec3_record_read(c->s, record, &parts)) {
		add_odd(c, record, NSEC3_MALFORMED);
	} else if (parts.algorithm != NSEC3_SHA1) {
		add_odd(c, record, NSEC3_ALGORITHM);
	} else if (!nsec3_owner_hash(c->s, record, row->hash)) {
		add_odd(c, record, NSEC3_OWNER);
	} else {
		row->record = record;
		row->name = INDEX_NONE;
		row->reach = 0;
		row->flags = parts.flags;
		row->is_doubled = false;
		row->is_misfit = false;
		c->n_rows++;
	}
}

static bool
is_collected(const struct survey *s, const struct index_rrset *rrset)
{
	return rrset->type == TYPE_NSEC3 && rrset->class_ == CLASS_IN &&
	       !is_elsewhere(s, rrset->owner);
}

static void
collect(struct collection *c)
{
	struct survey *s = c->s;
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		if (is_collected(s, &s->index.rrsets[i])) {
			n += s->index.rrsets[i].n_records;
		}
	}
	c->rows = arena_alloc(&s->arena, n * sizeof(*c->rows));
	c->chains->odd = arena_alloc(&s->arena, n * sizeof(*c->chains->odd));
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (!is_collected(s, rrset)) {
			continue;
		}
		for (uint32_t j = 0; j < rrset->n_records; j++) {
			collect_record(c, rrset->first_record + j);
		}
	}
}

/* ---- chains ---- */

/* The usual zone has one chain, and canonical order is hash order. */
static bool
is_sorted(const struct collection *c)
{
	for (uint32_t i = 1; i < c->n_rows; i++) {
		if (compare_rows(&c->rows[i - 1], &c->rows[i], c->s) > 0) {
			return false;
		}
	}
	return true;
}

static bool
is_same_rdata(const struct survey *s, uint32_t a, uint32_t b)
{
	struct index_octets rdata_a = s->index.records[a].rdata;
	struct index_octets rdata_b = s->index.records[b].rdata;

	return rdata_a.length == rdata_b.length &&
	       memcmp(at(s, rdata_a), at(s, rdata_b), rdata_a.length) == 0;
}

/* Takes the rows from FIRST on that have one set of parameters into CHAIN;
 * returns where the next chain begins. */
static uint32_t
take_chain(struct collection *c, uint32_t first, struct nsec3_chain *chain)
{
	struct nsec3_row *rows = &c->rows[first];
	uint32_t i = first + 1;
	uint32_t n = 1;

	for (; i < c->n_rows &&
	       compare_parameters(c->s, rows->record, c->rows[i].record) == 0;
	     i++) {
		struct nsec3_row *last = &rows[n - 1];
		const struct nsec3_row *row = &c->rows[i];

		if (memcmp(last->hash, row->hash, NSEC3_HASH_OCTETS) != 0) {
			rows[n++] = *row;
		} else if (!is_same_rdata(c->s, last->record, row->record)) {
			/* The same record twice is rrset_duplicate_rr. */
			add_odd(c, row->record, NSEC3_TWICE);
			last->is_doubled = true;
		}
	}
	*chain = (struct nsec3_chain){
	    .param = INDEX_NONE, .rows = rows, .n_rows = n};
	return i;
}

static void
split_chains(struct collection *c)
{
	uint32_t n = c->n_rows > 0 ? 1 : 0;

	for (uint32_t i = 1; i < c->n_rows; i++) {
		n += compare_parameters(c->s, c->rows[i - 1].record,
		         c->rows[i].record) != 0;
	}
	c->chains->chains =
	    arena_alloc(&c->s->arena, n * sizeof(*c->chains->chains));
	for (uint32_t i = 0; i < c->n_rows;) {
		i = take_chain(c, i, &c->chains->chains[c->chains->n_chains++]);
	}
	assert(c->chains->n_chains == n);
}

/* ---- which chains are judged ---- */

static void
name_chain(struct survey *s, struct nsec3_chain *chain, uint32_t param,
    unsigned *n_computed)
{
	struct nsec3_rdata parts;

	if (chain->standing != NSEC3_UNNAMED ||
	    !nsec3_record_read(s, chain->rows[0].record, &parts)) {
		return;
	}
	chain->param = param;
	if (parts.iterations > NSEC3_ITERATIONS_COMPUTED ||
	    *n_computed == NSEC3_CHAINS_COMPUTED) {
		chain->standing = NSEC3_TOO_COSTLY;
		return;
	}
	chain->standing = NSEC3_JUDGED;
	(*n_computed)++;
}

static void
name_chains(struct survey *s, struct denial *d)
{
	const struct index_rrset *params = nsec3param_rrset(s);
	struct nsec3_chains *chains = &d->nsec3;
	unsigned n_computed = 0;

	for (uint32_t i = 0; params != NULL && i < params->n_records; i++) {
		uint32_t record = params->first_record + i;

		if (!nsec3param_is_usable(s, record)) {
			continue;
		}
		chains->n_named++;
		struct nsec3_chain *chain = nsec3_chain_of(s, chains, record);

		if (chain != NULL) {
			name_chain(s, chain, record, &n_computed);
		}
	}
	/* No NSEC3PARAM at all is a finding; which names lack their NSEC3 is
	 * worth knowing all the same. */
	if (chains->n_named == 0 && !d->has_nsec && chains->n_chains == 1) {
		name_chain(s, &chains->chains[0], INDEX_NONE, &n_computed);
	}
}

void
nsec3_chains_build(struct survey *s, struct denial *d)
{
	struct collection c = {.s = s, .chains = &d->nsec3};

	collect(&c);
	if (!is_sorted(&c)) {
		qsort_r(c.rows, c.n_rows, sizeof(*c.rows), compare_rows, s);
	}
	split_chains(&c);
	name_chains(s, d);
	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		if (d->nsec3.chains[i].standing == NSEC3_JUDGED) {
			nsec3_match(s, d, &d->nsec3.chains[i]);
		}
	}
	nsec3_misfits_find(s, &d->nsec3);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keys.c -- the published keys, what they sign, and which of them the anchors
 * name.
 *
 * There may be thousands of keys and millions of signatures, and tags may
 * collide on purpose: a signature is tied to the first of the keys that have
 * its tag and algorithm, and what is counted there is copied to the others.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "survey/ds_set.h"
#include "survey/rdata.h"
#include "survey/steps.h"

enum { FLAG_REVOKE = 0x0080 }; /* RFC 5011 7 */

/* The first key of each tag and algorithm, by tag. */
struct key_table {
	uint32_t *first; /* by tag: a key, or INDEX_NONE */
	uint32_t *next;  /* by key: one of another algorithm */
};

static uint32_t
find_key(const struct survey *s, const struct key_table *table, uint16_t tag,
    uint8_t algorithm)
{
	uint32_t key = table->first[tag];

	while (key != INDEX_NONE && s->index.keys[key].algorithm != algorithm) {
		key = table->next[key];
	}
	return key;
}

static bool
is_duplicate(const struct survey *s, uint32_t record)
{
	struct index_octets a = s->index.records[record - 1].rdata;
	struct index_octets b = s->index.records[record].rdata;

	return a.length == b.length &&
	       memcmp(at(s, a), at(s, b), a.length) == 0;
}

static void
list_keys(struct survey *s, struct rows *rows)
{
	struct index *index = &s->index;
	uint32_t row = index_find_rrset(index, s->header.apex, TYPE_DNSKEY);

	if (row == INDEX_NONE) {
		return;
	}
	const struct index_rrset *rrset = &index->rrsets[row];

	rows->keys = xcalloc(rrset->n_records, sizeof(*rows->keys));
	index->keys = rows->keys;
	for (uint32_t i = 0; i < rrset->n_records; i++) {
		uint32_t record = rrset->first_record + i;
		struct index_octets octets = index->records[record].rdata;
		const uint8_t *rdata = at(s, octets);

		if (i > 0 && is_duplicate(s, record)) {
			continue;
		}
		rows->keys[index->n_keys++] = (struct index_key){
		    .record = record,
		    .flags = (uint16_t)(rdata[0] << 8 | rdata[1]),
		    .protocol = rdata[2],
		    .algorithm = rdata[3],
		    .tag = rdata_key_tag(rdata, octets.length),
		};
	}
}

static void
count_signatures(struct survey *s, struct rows *rows,
    const struct key_table *table)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		struct index_rrsig *rrsig = &rows->rrsigs[i];

		rrsig->key =
		    find_key(s, table, rrsig->key_tag, rrsig->algorithm);
		if (rrsig->key == INDEX_NONE) {
			continue;
		}
		struct index_key *key = &rows->keys[rrsig->key];
		uint32_t owner =
		    s->index.rrsets[s->index.records[rrsig->record].rrset]
		        .owner;

		if (rrsig->type_covered == TYPE_DNSKEY &&
		    owner == s->header.apex) {
			key->n_dnskey_rrsigs++;
		} else {
			key->n_data_rrsigs++;
		}
	}
}

static void
tie_signatures(struct survey *s, struct rows *rows)
{
	uint32_t n_keys = s->index.n_keys;
	struct key_table table = {
	    .first = xcalloc(UINT16_MAX + 1, sizeof(*table.first)),
	    .next = xcalloc(n_keys, sizeof(*table.next)),
	};

	memset(table.first, 0xFF, (UINT16_MAX + 1) * sizeof(*table.first));
	for (uint32_t k = 0; k < n_keys; k++) {
		const struct index_key *key = &rows->keys[k];

		if (find_key(s, &table, key->tag, key->algorithm) ==
		    INDEX_NONE) {
			table.next[k] = table.first[key->tag];
			table.first[key->tag] = k;
		}
	}
	count_signatures(s, rows, &table);
	for (uint32_t k = 0; k < n_keys; k++) {
		struct index_key *key = &rows->keys[k];
		const struct index_key *first =
		    &rows->keys[find_key(s, &table, key->tag, key->algorithm)];

		key->n_dnskey_rrsigs = first->n_dnskey_rrsigs;
		key->n_data_rrsigs = first->n_data_rrsigs;
	}
	free(table.first);
	free(table.next);
}

/* ---- anchors ---- */

/* Keys are many, and few have an anchor's tag. */
static bool
anchor_names_key(const struct survey *s, const struct anchor *anchor,
    const struct index_key *key)
{
	struct index_octets octets = s->index.records[key->record].rdata;

	return anchor->tag == key->tag && anchor->algorithm == key->algorithm &&
	       anchor_names(s, anchor, at(s, octets), octets.length);
}

static void
match_incoming(struct survey *s, struct rows *rows)
{
	for (unsigned i = 0; i < s->n_incoming; i++) {
		for (uint32_t k = 0; k < s->index.n_keys; k++) {
			if (anchor_names_key(s, &s->incoming[i],
			        &rows->keys[k])) {
				rows->keys[k].is_incoming = 1;
			}
		}
	}
}

static void
match_anchors(struct survey *s, struct rows *rows)
{
	for (unsigned i = 0; i < s->n_anchors; i++) {
		struct anchor *anchor = &s->anchors[i];

		for (uint32_t k = 0; k < s->index.n_keys; k++) {
			if (!anchor_names_key(s, anchor, &rows->keys[k])) {
				continue;
			}
			rows->keys[k].is_anchored = 1;
			if (anchor->key == INDEX_NONE) {
				anchor->key = k;
			}
		}
	}
}

/* With the anchor `self': the keys that sign DNSKEY; RFC 5011 2.1 says that a
 * revoked key is no anchor. */
static void
anchor_self(struct survey *s, struct rows *rows)
{
	for (uint32_t k = 0; k < s->index.n_keys; k++) {
		struct index_key *key = &rows->keys[k];
		struct index_octets rdata = s->index.records[key->record].rdata;

		if (key->n_dnskey_rrsigs == 0 ||
		    (key->flags & FLAG_REVOKE) != 0 ||
		    s->n_anchors == LIMIT_ANCHORS) {
			continue;
		}
		key->is_anchored = 1;
		struct anchor *anchor = &s->anchors[s->n_anchors++];

		/* Copied: the survey's octets may move. */
		*anchor = anchor_of(TYPE_DNSKEY,
		    arena_copy(&s->arena, at(s, rdata), rdata.length),
		    rdata.length);
		anchor->key = k;
	}
}

/* What a DS with SHA-256 digests (RFC 4509 2.1), of the key unrevoked. */
static void
name_keys(struct survey *s, struct rows *rows)
{
	uint8_t *rdata = xmalloc(LIMIT_RDATA_OCTETS);

	for (uint32_t k = 0; k < s->index.n_keys; k++) {
		struct index_key *key = &rows->keys[k];
		struct index_octets octets =
		    s->index.records[key->record].rdata;
		uint8_t digest[DS_DIGEST_MAX];

		memcpy(rdata, at(s, octets), octets.length);
		rdata[1] &= (uint8_t)~FLAG_REVOKE;
		ds_digest(s, 2, rdata, octets.length, digest);
		memcpy(key->kid, digest, sizeof(key->kid));
	}
	free(rdata);
}

void
keys_build(struct survey *s, struct rows *rows)
{
	assert(s->header.apex != INDEX_NONE);
	list_keys(s, rows);
	name_keys(s, rows);
	if (s->index.n_keys > 0) {
		tie_signatures(s, rows);
	}
	s->header.self_anchored = s->job->has_anchors == 0;
	if (s->job->has_anchors != 0) {
		match_anchors(s, rows);
	} else {
		anchor_self(s, rows);
	}
	match_incoming(s, rows);
}

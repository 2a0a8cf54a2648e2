/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zone_records.c -- records kept as octets: an ldns_rr takes ten times the memory,
 * and most records are looked at only when something covers them.
 */
#include "ldns/zone_records.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "contract/name.h"

void
zone_init(struct zone *zone, uint64_t seed)
{
	memset(zone, 0, sizeof(*zone));
	zone->seed = seed;
}

void
zone_release(struct zone *zone)
{
	arena_release(&zone->arena);
	free(zone->records);
	free(zone->owners);
	free(zone->rrsigs);
	free(zone->by_owner);
	free(zone->by_digest);
	free(zone->order);
	zone_init(zone, 0);
}

/* ---- owners ---- */

/* The seed keeps a zone from being written so that all its names collide. */
static size_t
hash_name(const struct zone *zone, const uint8_t *name, size_t length)
{
	uint64_t hash = zone->seed ^ length;

	for (size_t i = 0; i < length; i++) {
		hash = (hash ^ name[i]) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
	}
	return (size_t)(hash ^ hash >> 32) & (zone->by_owner_size - 1);
}

/* Returns the slot of NAME, or the empty one where it would be. */
static uint32_t *
owner_slot(const struct zone *zone, const uint8_t *name, size_t length)
{
	size_t mask = zone->by_owner_size - 1;
	size_t i = hash_name(zone, name, length);

	for (;; i = (i + 1) & mask) {
		uint32_t row = zone->by_owner[i];

		if (row == ZONE_NONE) {
			return &zone->by_owner[i];
		}
		const struct zone_owner *owner = &zone->owners[row];

		if (owner->name_length == length &&
		    memcmp(owner->name, name, length) == 0) {
			return &zone->by_owner[i];
		}
	}
}

static uint32_t *
empty_table(size_t size)
{
	uint32_t *table = xreallocarray(NULL, size, sizeof(*table));

	memset(table, 0xff, size * sizeof(*table)); /* ZONE_NONE */
	return table;
}

static void
grow_owner_table(struct zone *zone)
{
	size_t size = zone->by_owner_size == 0 ? 1024 : zone->by_owner_size * 2;

	free(zone->by_owner);
	zone->by_owner = empty_table(size);
	zone->by_owner_size = size;
	for (size_t i = 0; i < zone->n_owners; i++) {
		const struct zone_owner *owner = &zone->owners[i];

		*owner_slot(zone, owner->name, owner->name_length) =
		    (uint32_t)i;
	}
}

static uint32_t
intern_owner(struct zone *zone, const uint8_t *name, size_t length)
{
	/* Zone text mostly goes on with the owner it was at. */
	if (zone->n_records > 0) {
		uint32_t last = zone->records[zone->n_records - 1].owner;
		const struct zone_owner *owner = &zone->owners[last];

		if (owner->name_length == length &&
		    memcmp(owner->name, name, length) == 0) {
			return last;
		}
	}
	if (zone->n_owners * 2 >= zone->by_owner_size) {
		grow_owner_table(zone);
	}
	uint32_t *slot = owner_slot(zone, name, length);

	if (*slot == ZONE_NONE) {
		zone->owners =
		    grow(zone->owners, zone->n_owners, &zone->owners_capacity,
		        ZONE_NONE - 1, sizeof(*zone->owners));
		zone->owners[zone->n_owners] = (struct zone_owner){
		    .name = arena_copy(&zone->arena, name, length),
		    .name_length = (uint32_t)length,
		};
		*slot = (uint32_t)zone->n_owners++;
	}
	return *slot;
}

uint32_t
zone_find_owner(const struct zone *zone, const uint8_t *name)
{
	if (zone->n_owners == 0) {
		return ZONE_NONE;
	}
	return *owner_slot(zone, name, name_length(name, LIMIT_NAME_OCTETS));
}

/* ---- records ---- */

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

static void
add_rrsig(struct zone *zone, uint32_t record, const uint8_t digest[32])
{
	zone->rrsigs = grow(zone->rrsigs, zone->n_rrsigs,
	    &zone->rrsigs_capacity, ZONE_NONE - 1, sizeof(*zone->rrsigs));

	struct zone_rrsig *rrsig = &zone->rrsigs[zone->n_rrsigs++];

	rrsig->record = record;
	memcpy(rrsig->digest, digest, sizeof(rrsig->digest));
	zone->reading.rrsigs++;
	sum256_add(&zone->reading.rrsigs_sum, digest);
}

bool
zone_add(struct zone *zone, const uint8_t *wire, size_t length)
{
	size_t n = name_length(wire, length);

	if (n == 0 || length < n + 10 ||
	    length != n + 10 + get_u16(wire + n + 8)) {
		return false;
	}
	uint8_t owner[LIMIT_NAME_OCTETS];
	uint8_t digest[32];
	struct zone_record record = {
	    .type = get_u16(wire + n),
	    .class_ = get_u16(wire + n + 2),
	    .ttl = get_u32(wire + n + 4),
	    .rdata_length = get_u16(wire + n + 8),
	};

	name_to_lower(wire, owner);
	record_digest(owner, record.type, record.class_, record.ttl,
	    wire + n + 10, record.rdata_length, digest);
	record.owner = intern_owner(zone, owner, n);
	record.rdata =
	    arena_copy(&zone->arena, wire + n + 10, record.rdata_length);
	zone->records = grow(zone->records, zone->n_records,
	    &zone->records_capacity, ZONE_NONE - 1, sizeof(*zone->records));
	zone->records[zone->n_records] = record;
	zone->owners[record.owner].n_records++;
	zone->reading.records++;
	sum256_add(&zone->reading.records_sum, digest);
	if (record.type == TYPE_RRSIG) {
		add_rrsig(zone, (uint32_t)zone->n_records, digest);
	}
	zone->n_records++;
	return true;
}

bool
zone_rrsig_rdata(const struct zone_record *record, struct rrsig_rdata *rdata)
{
	const uint8_t *at = record->rdata;

	if (record->type != TYPE_RRSIG || record->rdata_length < 18) {
		return false;
	}
	size_t n = name_length(at + 18, record->rdata_length - 18u);

	if (n == 0) {
		return false;
	}
	rdata->type_covered = get_u16(at);
	rdata->algorithm = at[2];
	rdata->labels = at[3];
	rdata->original_ttl = get_u32(at + 4);
	rdata->expiration = get_u32(at + 8);
	rdata->inception = get_u32(at + 12);
	rdata->key_tag = get_u16(at + 16);
	name_to_lower(at + 18, rdata->signer);
	rdata->signature = at + 18 + n;
	rdata->signature_length = record->rdata_length - 18u - n;
	return true;
}

/* ---- finding them again ---- */

static int
compare_rows(const void *a, const void *b, void *context)
{
	const struct zone *zone = context;
	uint32_t row_a = *(const uint32_t *)a, row_b = *(const uint32_t *)b;
	const struct zone_record *x = &zone->records[row_a];
	const struct zone_record *y = &zone->records[row_b];

	if (x->type != y->type) {
		return x->type < y->type ? -1 : 1;
	}
	if (x->class_ != y->class_) {
		return x->class_ < y->class_ ? -1 : 1;
	}
	return (row_a > row_b) - (row_a < row_b);
}

/* By counting: owners are rows already, only their records need sorting. */
static void
sort_records(struct zone *zone)
{
	uint32_t next = 0;

	zone->order = xreallocarray(NULL, zone->n_records, sizeof(uint32_t));
	for (size_t i = 0; i < zone->n_owners; i++) {
		zone->owners[i].first = next;
		next += zone->owners[i].n_records;
		zone->owners[i].n_records = 0;
	}
	for (size_t i = 0; i < zone->n_records; i++) {
		struct zone_owner *owner =
		    &zone->owners[zone->records[i].owner];

		zone->order[owner->first + owner->n_records++] = (uint32_t)i;
	}
	for (size_t i = 0; i < zone->n_owners; i++) {
		const struct zone_owner *owner = &zone->owners[i];

		if (owner->n_records > 1) {
			qsort_r(zone->order + owner->first, owner->n_records,
			    sizeof(uint32_t), compare_rows, zone);
		}
	}
}

/* A digest is its own hash. */
static size_t
hash_digest(const struct zone *zone, const uint8_t digest[32])
{
	uint64_t hash;

	memcpy(&hash, digest, sizeof(hash));
	return (size_t)hash & (zone->by_digest_size - 1);
}

/* Of RRSIGs that stand there twice, the first is kept. */
static uint32_t *
digest_slot(const struct zone *zone, const uint8_t digest[32])
{
	size_t i = hash_digest(zone, digest);

	while (zone->by_digest[i] != ZONE_NONE &&
	       memcmp(zone->rrsigs[zone->by_digest[i]].digest, digest, 32) !=
	           0) {
		i = (i + 1) & (zone->by_digest_size - 1);
	}
	return &zone->by_digest[i];
}

void
zone_seal(struct zone *zone)
{
	assert(zone->order == NULL);
	sort_records(zone);
	zone->by_digest_size = 16;
	while (zone->by_digest_size < zone->n_rrsigs * 2) {
		zone->by_digest_size *= 2;
	}
	zone->by_digest = empty_table(zone->by_digest_size);
	for (size_t i = 0; i < zone->n_rrsigs; i++) {
		uint32_t *slot = digest_slot(zone, zone->rrsigs[i].digest);

		if (*slot == ZONE_NONE) {
			*slot = (uint32_t)i;
		}
	}
}

uint32_t
zone_find_rrsig(const struct zone *zone, const uint8_t digest[32])
{
	uint32_t row = *digest_slot(zone, digest);

	return row == ZONE_NONE ? ZONE_NONE : zone->rrsigs[row].record;
}

/* Returns the first place in order, from FIRST up to END, whose record is not
 * before TYPE and CLASS. */
static uint32_t
lower_bound(const struct zone *zone, uint32_t first, uint32_t end,
    uint16_t type, uint32_t class_)
{
	while (first < end) {
		uint32_t middle = first + (end - first) / 2;
		const struct zone_record *record =
		    &zone->records[zone->order[middle]];

		if (record->type < type ||
		    (record->type == type && record->class_ < class_)) {
			first = middle + 1;
		} else {
			end = middle;
		}
	}
	return first;
}

struct zone_rrset
zone_find_rrset(const struct zone *zone, uint32_t owner, uint16_t type,
    uint16_t class_)
{
	uint32_t first = zone->owners[owner].first;
	uint32_t end = first + zone->owners[owner].n_records;
	uint32_t from = lower_bound(zone, first, end, type, class_);
	uint32_t to = lower_bound(zone, from, end, type, class_ + 1u);

	return (struct zone_rrset){.first = from, .n = to - from};
}

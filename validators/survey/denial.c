/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/denial.h"

#include <assert.h>

/* Labels of the longest name, and the apex if that is the root. */
#define LEVELS (LIMIT_NAME_OCTETS / 2 + 1)

/* The names above the one the walk is at, the apex first. */
struct walk {
	const struct survey *s;
	struct denial_name *names; /* NULL: count only */
	uint32_t n;
	struct {
		struct index_octets name;
		uint32_t row;
		unsigned labels;
	} level[LEVELS];
	unsigned depth;
};

bool
denial_is_outside(const struct survey *s, uint32_t owner)
{
	return (s->index.owners[owner].flags &
	           (OWNER_OUT_OF_ZONE | OWNER_OCCLUDED)) != 0;
}

struct place
denial_place(const struct survey *s, const struct denial_name *name,
    uint16_t type)
{
	return (struct place){
	    .owner = at(s, name->name), .type = type, .line = 0};
}

static void
walk_down(struct walk *walk, struct index_octets name, unsigned labels,
    uint32_t owner, enum name_kind kind)
{
	uint32_t parent =
	    walk->depth == 0 ? 0 : walk->level[walk->depth - 1].row;

	assert(walk->depth < LEVELS);
	if (walk->names != NULL) {
		walk->names[walk->n] = (struct denial_name){.name = name,
		    .owner = owner,
		    .parent = parent,
		    .kind = kind};
	}
	walk->level[walk->depth].name = name;
	walk->level[walk->depth].row = walk->n++;
	walk->level[walk->depth++].labels = labels;
}

/* Adds OWNER, and the empty non-terminals between it and the names before. */
static void
walk_to(struct walk *walk, uint32_t owner, enum name_kind kind)
{
	const struct survey *s = walk->s;
	const struct index_owner *row = &s->index.owners[owner];
	const uint8_t *name = at(s, row->name);

	/* Canonical order (RFC 4034 6.1): what is above comes before, and
	 * nothing else comes between a name and what is below it. */
	while (walk->depth > 1 &&
	       !name_is_below_or_at(name,
	           at(s, walk->level[walk->depth - 1].name))) {
		walk->depth--;
	}
	for (unsigned labels = walk->level[walk->depth - 1].labels + 1;
	     labels < row->labels; labels++) {
		const uint8_t *above = name_strip(name, row->labels - labels);
		uint32_t cut = (uint32_t)(above - name);

		walk_down(walk,
		    (struct index_octets){.offset = row->name.offset + cut,
		        .length = row->name.length - cut},
		    labels, INDEX_NONE, NAME_EMPTY);
	}
	walk_down(walk, row->name, row->labels, owner, kind);
}

/* Returns how many names there are; fills NAMES unless it is NULL.  KINDS
 * is by owner. */
static uint32_t
walk_zone(const struct survey *s, const uint8_t *kinds,
    struct denial_name *names)
{
	struct walk walk = {.s = s, .names = names};
	uint32_t apex = s->index.header->apex;
	const struct index_owner *row = &s->index.owners[apex];

	walk_down(&walk, row->name, row->labels, apex, NAME_AUTHORITATIVE);
	for (uint32_t i = apex + 1; i < s->index.n_owners; i++) {
		if (kinds[i] != NAME_ABSENT) {
			walk_to(&walk, i, (enum name_kind)kinds[i]);
		}
	}
	return walk.n;
}

static const uint8_t *
kinds_of_owners(struct survey *s)
{
	uint8_t *kinds = arena_alloc(&s->arena, s->index.n_owners);

	for (uint32_t i = 0; i < s->index.n_owners; i++) {
		kinds[i] = denial_is_outside(s, i)
		               ? (uint8_t)NAME_ABSENT
		               : (uint8_t)name_kind_of(s, i);
	}
	return kinds;
}

static bool
apex_has(const struct survey *s, uint16_t type)
{
	return index_find_rrset(&s->index, s->index.header->apex, type) !=
	       INDEX_NONE;
}

/* Fills in how far each stop may point: backwards twice around, as the last
 * stops depend on the first. */
static void
measure_reach(struct nsec_stop *stops, uint32_t n, bool is_unfinished)
{
	uint32_t steps = n;

	for (int round = 0; round < 2; round++) {
		for (uint32_t i = n; i-- > 0;) {
			struct nsec_stop *stop = &stops[i];

			stop->reach = steps;
			if (stop->is_needed &&
			    (is_unfinished || stop->nsec != INDEX_NONE)) {
				steps = 1;
			} else if (steps < n) {
				steps++;
			}
		}
	}
}

static void
build_stops(struct survey *s, struct denial *d, const uint8_t *kinds)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < s->index.n_owners; i++) {
		most += (s->index.owners[i].flags & OWNER_OUT_OF_ZONE) == 0;
	}
	d->stops = arena_alloc(&s->arena, most * sizeof(*d->stops));
	for (uint32_t i = s->index.header->apex; i < s->index.n_owners; i++) {
		if ((s->index.owners[i].flags & OWNER_OUT_OF_ZONE) != 0) {
			continue;
		}
		uint32_t nsec = index_find_rrset(&s->index, i, TYPE_NSEC);
		bool is_needed = kinds[i] != NAME_ABSENT;

		if (is_needed || nsec != INDEX_NONE) {
			d->stops[d->n_stops++] = (struct nsec_stop){
			    .owner = i, .nsec = nsec, .is_needed = is_needed};
		}
	}
	measure_reach(d->stops, d->n_stops, d->is_nsec_unfinished);
}

static void
find_modes(const struct survey *s, struct denial *d)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (rrset->type == TYPE_NSEC &&
		    !denial_is_outside(s, rrset->owner)) {
			d->has_nsec = true;
		}
	}
}

struct denial *
denial_of(struct survey *s)
{
	if (s->denial != NULL) {
		return s->denial;
	}
	struct denial *d = arena_alloc(&s->arena, sizeof(*d));

	*d = (struct denial){0};
	s->denial = d;
	if (s->index.header->apex == INDEX_NONE) {
		return d;
	}
	const uint8_t *kinds = kinds_of_owners(s);

	d->expected = arena_alloc(&s->arena, sizeof(*d->expected));
	d->n_names = walk_zone(s, kinds, NULL);
	d->names = arena_alloc(&s->arena, d->n_names * sizeof(*d->names));
	walk_zone(s, kinds, d->names);
	find_modes(s, d);
	nsec3_chains_build(s, d);
	d->has_nsec3 = d->nsec3.n_chains + d->nsec3.n_odd > 0;
	/* RFC 5155 10.5: NSEC may be added bit by bit while NSEC3PARAM still
	 * tells servers to use NSEC3; with NSEC at the apex some use that. */
	d->is_nsec_unfinished = d->nsec3.n_named > 0 && !apex_has(s, TYPE_NSEC);
	if (d->has_nsec) {
		build_stops(s, d, kinds);
	}
	return d;
}

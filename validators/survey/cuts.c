/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cuts.c -- what each owner is to the zone: its apex, a zone cut, occluded,
 * or not in it at all.
 *
 * Whatever is below a name follows it directly in canonical order, so one
 * walk that remembers the last cut or DNAME is enough.
 */
#include <stdbool.h>

#include "survey/steps.h"

/* What hides the names below it. */
struct occluder {
	const uint8_t *name; /* or NULL */
	uint32_t flag;
};

/* RFC 5155 10.2: a hashed owner holds nothing but NSEC3 and its RRSIG. */
static bool
holds_only_nsec3(const struct survey *s, const struct index_owner *owner)
{
	bool has_nsec3 = false;

	for (uint32_t i = 0; i < owner->n_rrsets; i++) {
		uint16_t type = s->index.rrsets[owner->first_rrset + i].type;

		if (type != TYPE_NSEC3 && type != TYPE_RRSIG) {
			return false;
		}
		has_nsec3 = has_nsec3 || type == TYPE_NSEC3;
	}
	return has_nsec3;
}

static bool
holds(const struct survey *s, uint32_t owner, uint16_t type)
{
	return index_find_rrset(&s->index, owner, type) != INDEX_NONE;
}

/* RFC 5155 10.2: NSEC3 records stand below a DNAME at the apex all the same. */
static bool
is_spared(const struct survey *s, const struct index_owner *owner,
    const struct occluder *occluder)
{
	return occluder->name == s->apex && (owner->flags & OWNER_NSEC3) != 0 &&
	       owner->labels == name_labels(s->apex) + 1;
}

/* A name below the apex. */
static void
look_below_apex(const struct survey *s, struct index_owner *owner, uint32_t row,
    struct occluder *occluder)
{
	const uint8_t *name = at(s, owner->name);

	if (occluder->name != NULL &&
	    name_is_below_or_at(name, occluder->name)) {
		if (!is_spared(s, owner, occluder)) {
			owner->flags |= occluder->flag;
		}
		return;
	}
	occluder->name = NULL;
	if (holds(s, row, TYPE_NS)) {
		owner->flags |= OWNER_CUT;
		*occluder = (struct occluder){name, OWNER_BELOW_CUT};
	} else if (holds(s, row, TYPE_DNAME)) {
		*occluder = (struct occluder){name, OWNER_BELOW_DNAME};
	}
}

void
cuts_build(struct survey *s, struct rows *rows)
{
	struct occluder occluder = {NULL, 0};

	s->header.apex = INDEX_NONE;
	for (uint32_t row = 0; row < s->index.n_owners; row++) {
		struct index_owner *owner = &rows->owners[row];
		const uint8_t *name = at(s, owner->name);

		if (holds_only_nsec3(s, owner)) {
			owner->flags |= OWNER_NSEC3;
		}
		if (name_compare(name, s->apex) == 0) {
			owner->flags |= OWNER_APEX;
			s->header.apex = row;
			if (holds(s, row, TYPE_DNAME)) {
				occluder = (struct occluder){
				    s->apex, OWNER_BELOW_DNAME};
			}
		} else if (!name_is_below_or_at(name, s->apex)) {
			owner->flags |= OWNER_OUT_OF_ZONE;
		} else {
			look_below_apex(s, owner, row, &occluder);
		}
	}
}

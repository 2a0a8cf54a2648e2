/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec_checks.c -- the NSEC chain: complete, closed, exact, and nowhere else.
 */
#include <string.h>

#include "survey/denial.h"

/* No name has any record at all: denial_mode says so, unless the policy minds
 * less about that. */
static void
say_none(struct survey *s)
{
	struct place place = place_owner(s, s->index.header->apex);

	if (certain_severity(s, CHECK_denial_mode, SEVERITY_BLOCK) <=
	    finding_severity(s, CHECK_nsec_complete,
	        checks[CHECK_nsec_complete].severity)) {
		return;
	}
	place.type = TYPE_NSEC;
	finding(s, CHECK_nsec_complete, place,
	    "expected NSEC or NSEC3 records, found neither");
}

void
check_nsec_complete(struct survey *s)
{
	const struct denial *d = denial_of(s);

	if (!d->has_nsec && !d->has_nsec3 &&
	    s->index.header->apex != INDEX_NONE) {
		say_none(s);
	}
	for (uint32_t i = 0; !d->is_nsec_unfinished && i < d->n_stops; i++) {
		const struct nsec_stop *stop = &d->stops[i];

		if (stop->is_needed && stop->nsec == INDEX_NONE) {
			struct place place = place_owner(s, stop->owner);

			place.type = TYPE_NSEC;
			finding(s, CHECK_nsec_complete, place,
			    "expected an NSEC record, found none");
		}
	}
}

/* ---- nsec_chain_closed ---- */

/* Returns how many steps from stop FROM lead to OWNER, the whole way around
 * for itself, or 0 if it is no stop. */
static uint32_t
steps_to(const struct denial *d, uint32_t from, uint32_t owner)
{
	uint32_t low = 0;
	uint32_t high = d->n_stops;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (d->stops[middle].owner < owner) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low == d->n_stops || d->stops[low].owner != owner) {
		return 0;
	}
	return low > from ? low - from : low + d->n_stops - from;
}

static void
check_next(struct survey *s, const struct denial *d, uint32_t i)
{
	const struct nsec_stop *stop = &d->stops[i];
	const struct index_rrset *rrset = &s->index.rrsets[stop->nsec];
	const struct index_record *record =
	    &s->index.records[rrset->first_record];
	const struct index_octets expected =
	    s->index.owners[d->stops[(i + 1) % d->n_stops].owner].name;
	uint8_t next[LIMIT_NAME_OCTETS];
	char expected_text[LIMIT_NAME_TEXT];
	char next_text[LIMIT_NAME_TEXT];

	if (name_length(at(s, record->rdata), record->rdata.length) == 0) {
		finding(s, CHECK_nsec_chain_closed, place_record(s, record),
		    "expected a next name, found none");
		return;
	}
	/* RFC 6840 5.1: the case of the next name means nothing. */
	size_t length = name_to_lower(at(s, record->rdata), next);

	if (length == expected.length &&
	    memcmp(next, at(s, expected), length) == 0) {
		return;
	}
	/* Names that lack their NSEC record, or should have none, are other
	 * findings; the chain may pass by them and through them. */
	uint32_t steps = steps_to(d, i, index_find_owner(&s->index, next));

	if (steps >= 1 && steps <= stop->reach) {
		return;
	}
	finding(s, CHECK_nsec_chain_closed, place_record(s, record),
	    "expected next name %.400s, found %.400s",
	    name_to_text(at(s, expected), expected_text),
	    name_to_text(next, next_text));
}

/* The same record twice is rrset_duplicate_rr. */
static bool
has_several(const struct survey *s, const struct index_rrset *rrset)
{
	const struct index_record *first =
	    &s->index.records[rrset->first_record];

	for (uint32_t i = 1; i < rrset->n_records; i++) {
		const struct index_record *record = &first[i];

		if (record->rdata.length != first->rdata.length ||
		    memcmp(at(s, record->rdata), at(s, first->rdata),
		        first->rdata.length) != 0) {
			return true;
		}
	}
	return false;
}

void
check_nsec_chain_closed(struct survey *s)
{
	const struct denial *d = denial_of(s);

	for (uint32_t i = 0; i < d->n_stops; i++) {
		uint32_t nsec = d->stops[i].nsec;

		if (nsec == INDEX_NONE) {
			continue;
		}
		const struct index_rrset *rrset = &s->index.rrsets[nsec];

		if (has_several(s, rrset)) {
			finding(s, CHECK_nsec_chain_closed,
			    place_rrset(s, rrset),
			    "expected one NSEC record, found %u",
			    rrset->n_records);
		} else {
			check_next(s, d, i);
		}
	}
}

/* ---- nsec_bitmap_exact ---- */

static void
check_types(struct survey *s, struct denial *d, const struct nsec_stop *stop)
{
	const struct index_rrset *rrset = &s->index.rrsets[stop->nsec];
	char difference[LIMIT_MESSAGE_BYTES];

	expected_in_nsec(s, name_kind_of(s, stop->owner), stop->owner,
	    d->expected);
	for (uint32_t i = 0; i < rrset->n_records; i++) {
		const struct index_record *record =
		    &s->index.records[rrset->first_record + i];
		const uint8_t *rdata = at(s, record->rdata);
		size_t next = name_length(rdata, record->rdata.length);

		if (expected_difference(s, CHECK_nsec_bitmap_exact, d->expected,
		        rdata + next, record->rdata.length - next, difference,
		        sizeof(difference))) {
			finding(s, CHECK_nsec_bitmap_exact,
			    place_record(s, record), "%s", difference);
		}
	}
}

void
check_nsec_bitmap_exact(struct survey *s)
{
	struct denial *d = denial_of(s);

	for (uint32_t i = 0; i < d->n_stops; i++) {
		const struct nsec_stop *stop = &d->stops[i];

		if (stop->is_needed && stop->nsec != INDEX_NONE) {
			check_types(s, d, stop);
		}
	}
}

/* ---- NSEC where none may be ---- */

/* Calls for each NSEC RRset of the zone that no name needs. */
static void
each_surplus(struct survey *s, bool is_at_glue, enum check_id check,
    const char *message)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];
		uint32_t flags = s->index.owners[rrset->owner].flags;

		if (rrset->type == TYPE_NSEC &&
		    (flags & OWNER_OUT_OF_ZONE) == 0 &&
		    ((flags & OWNER_OCCLUDED) != 0) == is_at_glue &&
		    (is_at_glue ||
		        name_kind_of(s, rrset->owner) == NAME_ABSENT)) {
			finding(s, check, place_rrset(s, rrset), "%s", message);
		}
	}
}

void
check_nsec_not_alone(struct survey *s)
{
	each_surplus(s, false, CHECK_nsec_not_alone,
	    "expected other data beside NSEC, found none");
}

void
check_nsec_none_at_glue(struct survey *s)
{
	each_surplus(s, true, CHECK_nsec_none_at_glue,
	    "expected no NSEC record below a delegation or DNAME, found one");
}

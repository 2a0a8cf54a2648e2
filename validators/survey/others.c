/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/others.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/fault.h"
#include "survey/rdata.h"
#include "survey/steps.h"

enum { NSEC3_FLAG_OPTOUT = 1 }; /* RFC 5155 3.1.2.1 */

struct other {
	struct job job;
	struct survey survey;
	struct work work;
};

static const char *
part_name(enum survey_part part)
{
	return part == PART_UNSIGNED ? "the unsigned copy"
	                             : "the previous release";
}

/* ---- reading ---- */

static bool
is_apex(const struct survey *s, const uint8_t *owner)
{
	uint8_t lower[LIMIT_NAME_OCTETS];

	name_to_lower(owner, lower);
	return s->apex != NULL && name_compare(lower, s->apex) == 0;
}

/* Of the previous release: the delegations with DS and glue, the keys and who
 * signed them, and how absence was denied. */
static bool
previous_keeps(const struct survey *s, const uint8_t *owner, uint16_t type,
    const uint8_t *rdata)
{
	switch (type) {
	case TYPE_SOA:
	case TYPE_NS:
	case TYPE_DS:
	case TYPE_A:
	case TYPE_AAAA:
	case TYPE_DNAME:
	case TYPE_DNSKEY:
	case TYPE_NSEC3PARAM:
		return true;
	case TYPE_NSEC:
		return is_apex(s, owner);
	case TYPE_RRSIG:
		return (rdata[0] << 8 | rdata[1]) == TYPE_DNSKEY;
	default:
		return false;
	}
}

bool
other_keeps(struct survey *s, const uint8_t *owner, uint16_t type,
    const uint8_t *rdata)
{
	if (type == TYPE_NSEC) {
		s->denial_seen |= SEEN_NSEC;
	} else if (type == TYPE_NSEC3) {
		s->denial_seen |=
		    SEEN_NSEC3 |
		    ((rdata[1] & NSEC3_FLAG_OPTOUT) != 0 ? SEEN_OPTOUT : 0u);
	}
	switch (s->part) {
	case PART_WHOLE:
		return true;
	case PART_PREVIOUS:
		return previous_keeps(s, owner, type, rdata);
	case PART_UNSIGNED:
		return type != TYPE_RRSIG && type != TYPE_NSEC &&
		       type != TYPE_NSEC3;
	}
	return true;
}

/* The reader's first complaint. */
static void
say_unreadable(struct survey *s, const struct other *other,
    enum survey_part part)
{
	const struct survey *read = &other->survey;
	const struct index_finding *first = read->findings.rows;

	if (s->operand_error[0] != '\0') {
		return;
	}
	if (read->findings.n == 0) {
		snprintf(s->operand_error, sizeof(s->operand_error),
		    "%s cannot be read", part_name(part));
		return;
	}
	snprintf(s->operand_error, sizeof(s->operand_error),
	    "%s cannot be read: line %u: %.*s", part_name(part), first->line,
	    (int)(first->message.length < 180 ? first->message.length : 180),
	    (const char *)at(read, first->message));
}

/* A job in which nothing is asked but to read: the policy's severities are
 * about the zone under judgement. */
static void
other_init(struct other *other, const struct survey *s, enum survey_part part)
{
	struct job *job = &other->job;

	*job = *s->job;
	job->fault = FAULT_none;
	policy_values_init(&job->policy);
	name_to_text(s->apex, job->zone);
	survey_init(&other->survey, job);
	other->survey.part = part;
	other->survey.apex = s->apex;
	other->survey.n_anchors = s->n_anchors;
	memcpy(other->survey.anchors, s->anchors, sizeof(s->anchors));
	for (unsigned i = 0; i < s->n_anchors; i++) {
		other->survey.anchors[i].key = INDEX_NONE;
	}
}

struct other *
other_open(struct survey *s, enum survey_part part)
{
	struct text text =
	    part == PART_UNSIGNED ? s->unsigned_copy : s->previous;

	if (text.at == NULL || s->operand_error[0] != '\0') {
		return NULL;
	}
	struct other *other = xcalloc(1, sizeof(*other));
	struct survey *read = &other->survey;
	struct work *work = &other->work;

	other_init(other, s, part);
	if (read_zone(read, text.at, text.length, &work->raw) !=
	    INDEX_COMPLETE) {
		say_unreadable(s, other, part);
		other_close(other);
		return NULL;
	}
	index_build(read, &work->rows, &work->raw);
	cuts_build(read, &work->rows);
	if (part != PART_UNSIGNED) {
		keys_build(read, &work->rows);
	}
	return other;
}

const struct survey *
other_survey(const struct other *other)
{
	return &other->survey;
}

void
other_close(struct other *other)
{
	survey_release(&other->survey, &other->work);
	free(other);
}

/* ---- comparing ---- */

void
pairs_walk(const struct index *ours, const struct index *theirs,
    pair_visit *visit, void *context)
{
	uint32_t i = 0, j = 0;

	while (i < ours->n_owners || j < theirs->n_owners) {
		int order =
		    i == ours->n_owners ? 1
		    : j == theirs->n_owners
		        ? -1
		        : name_compare(index_at(ours, ours->owners[i].name),
		              index_at(theirs, theirs->owners[j].name));

		visit(context, order <= 0 ? i : INDEX_NONE,
		    order >= 0 ? j : INDEX_NONE);
		i += order <= 0;
		j += order >= 0;
	}
}

struct walk {
	const struct survey *ours, *theirs;
	rrset_skip *skip;
	rrset_visit *visit;
	void *context;
};

static int
compare_rdata(const struct survey *a, const struct index_record *ra,
    const struct survey *b, const struct index_record *rb, uint16_t type)
{
	return rdata_compare(type, at(a, ra->rdata), ra->rdata.length,
	    at(b, rb->rdata), rb->rdata.length);
}

/* The row after that of RRSET's record ROW that is not the same record. */
static uint32_t
next_distinct(const struct survey *s, const struct index_rrset *rrset,
    uint32_t row)
{
	const struct index_record *records =
	    &s->index.records[rrset->first_record];
	uint32_t next = row + 1;

	while (next < rrset->n_records &&
	       compare_rdata(s, &records[row], s, &records[next],
	           rrset->type) == 0) {
		next++;
	}
	return next;
}

/* Counts what one of PAIR's RRsets has and the other has not. */
static void
count_differences(const struct walk *walk, struct rrset_pair *pair)
{
	const struct survey *ours = walk->ours, *theirs = walk->theirs;
	uint32_t i = 0, j = 0;
	uint32_t n = pair->ours == NULL ? 0 : pair->ours->n_records;
	uint32_t m = pair->theirs == NULL ? 0 : pair->theirs->n_records;

	while (i < n || j < m) {
		int order =
		    i == n ? 1
		    : j == m
		        ? -1
		        : compare_rdata(ours,
		              &ours->index
		                   .records[pair->ours->first_record + i],
		              theirs,
		              &theirs->index
		                   .records[pair->theirs->first_record + j],
		              pair->ours->type);

		pair->surplus += order < 0;
		pair->missing += order > 0;
		if (order <= 0) {
			i = next_distinct(ours, pair->ours, i);
		}
		if (order >= 0) {
			j = next_distinct(theirs, pair->theirs, j);
		}
	}
}

static void
visit_pair(const struct walk *walk, const struct index_rrset *ours,
    const struct index_rrset *theirs)
{
	struct rrset_pair pair = {.ours = ours, .theirs = theirs};

	count_differences(walk, &pair);
	if (pair.missing + pair.surplus > 0 ||
	    (ours != NULL && theirs != NULL && ours->ttl != theirs->ttl)) {
		walk->visit(walk->context, &pair);
	}
}

/* The RRsets of an owner that are to be compared. */
struct shelf {
	const struct survey *s;
	rrset_skip *skip;
	uint32_t at, end;
};

static struct shelf
shelf_of(const struct survey *s, uint32_t owner, rrset_skip *skip)
{
	if (owner == INDEX_NONE) {
		return (struct shelf){s, skip, 0, 0};
	}
	const struct index_owner *row = &s->index.owners[owner];

	return (struct shelf){
	    s, skip, row->first_rrset, row->first_rrset + row->n_rrsets};
}

static const struct index_rrset *
shelf_look(struct shelf *shelf)
{
	while (shelf->at < shelf->end &&
	       shelf->skip(shelf->s, &shelf->s->index.rrsets[shelf->at])) {
		shelf->at++;
	}
	return shelf->at == shelf->end ? NULL
	                               : &shelf->s->index.rrsets[shelf->at];
}

static void
compare_owners(void *context, uint32_t ours, uint32_t theirs)
{
	const struct walk *walk = context;
	struct shelf a = shelf_of(walk->ours, ours, walk->skip);
	struct shelf b = shelf_of(walk->theirs, theirs, walk->skip);

	for (;;) {
		const struct index_rrset *x = shelf_look(&a);
		const struct index_rrset *y = shelf_look(&b);

		if (x == NULL && y == NULL) {
			return;
		}
		/* libzscanner reads no class but IN. */
		bool is_ours = y == NULL || (x != NULL && x->type <= y->type);
		bool is_theirs = x == NULL || (y != NULL && y->type <= x->type);

		visit_pair(walk, is_ours ? x : NULL, is_theirs ? y : NULL);
		a.at += is_ours;
		b.at += is_theirs;
	}
}

void
differences_walk(const struct survey *ours, const struct survey *theirs,
    rrset_skip *skip, rrset_visit *visit, void *context)
{
	struct walk walk = {ours, theirs, skip, visit, context};

	pairs_walk(&ours->index, &theirs->index, compare_owners, &walk);
}

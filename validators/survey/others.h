/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * others.h -- zones to compare the one under judgement with: the previous
 * release, and the copy that was not signed yet.
 *
 * Each becomes an index of its own, is compared, and is given back before the
 * next; what no comparison needs is left out while it is read.
 */
#pragma once

#include "survey/survey.h"

struct other;

/*
 * Reads the previous release (PART_PREVIOUS, or PART_WHOLE for all of it) or
 * the unsigned copy (PART_UNSIGNED).  Returns NULL if there is none, or if it
 * cannot be read: then that is the survey's operand error.  The index has
 * owners with their flags, RRsets, records and, but for PART_UNSIGNED, keys.
 */
struct other *other_open(struct survey *s, enum survey_part part);
const struct survey *other_survey(const struct other *other);
void other_close(struct other *other);

/* The record just read: what S is about may not need it.  What kinds of
 * denial there were is noted in S all the same. */
bool other_keeps(struct survey *s, const uint8_t *owner, uint16_t type,
    const uint8_t *rdata);

/* Called for each owner's name that either index has; INDEX_NONE where it has
 * not. */
typedef void pair_visit(void *context, uint32_t ours, uint32_t theirs);
void pairs_walk(const struct index *ours, const struct index *theirs,
    pair_visit *visit, void *context);

/*
 * Called for each RRset in which the two differ; NULL where one has none.
 * Records are compared in canonical form, duplicates once; OURS and THEIRS
 * differ in TTL alone if MISSING and SURPLUS are 0.
 */
struct rrset_pair {
	const struct index_rrset *ours;
	const struct index_rrset *theirs;
	uint32_t missing; /* records of theirs that ours lacks */
	uint32_t surplus; /* records of ours that theirs lacks */
};
typedef void rrset_visit(void *context, const struct rrset_pair *pair);
/* True if the RRset is not to be compared. */
typedef bool rrset_skip(const struct survey *s,
    const struct index_rrset *rrset);
void differences_walk(const struct survey *ours, const struct survey *theirs,
    rrset_skip *skip, rrset_visit *visit, void *context);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compare.h -- the same claims, judged twice: do both validators say the same
 * of each, and is it that the claim holds?
 */
#pragma once

#include "decide.h"
#include "finding_list.h"
#include "hearing.h"

/*
 * Counts N claims, judged as in LDNS and UNBOUND, into TALLY, whose findings
 * are left alone.  Pure.
 */
void compare_count(const struct verdict_row *ldns,
    const struct verdict_row *unbound, uint32_t n, struct tally *tally);

/* What claim by claim came of a hearing. */
struct comparison {
	struct dispute *disputes;
	size_t n_disputes;
	struct dispute *unjudged;
	size_t n_unjudged;
};

/*
 * Describes what compare_count() counted: claims that neither validator finds
 * secure become findings in LIST, unless it has one already that refuses the
 * same signature for one of its fields; disputes, and the first of the unjudged,
 * rows of COMPARISON, which the caller frees (judgement_release() does).
 */
void compare_describe(const struct index *index, const struct hearing *hearing,
    struct finding_list *list, struct comparison *comparison);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "denial_zones.h"
#include "survey/denial.h"
#include "survey/nsec3_match.h"
#include "whole_survey.h"

/* No two names are known to have one hash, so the hash is put in. */
Test(nsec3_collision, two_names_with_one_hash)
{
	static struct whole_survey made;
	uint32_t line;

	cr_assert_eq(whole_survey_run(&made, zone_nsec3, "example."),
	    INDEX_COMPLETE);
	cr_assert_eq(whole_survey_findings(&made, CHECK_nsec3_collision, &line),
	    0);

	struct survey *s = &made.survey;
	struct denial *d = denial_of(s);
	struct nsec3_chain *chain = &d->nsec3.chains[0];

	cr_assert_eq(chain->standing, NSEC3_JUDGED);
	cr_assert_gt(d->n_names, 4);
	memcpy(chain->hash[1], chain->hash[3], NSEC3_HASH_OCTETS);
	nsec3_place_names(d, chain);
	check_nsec3_collision(s);
	cr_assert_eq(whole_survey_findings(&made, CHECK_nsec3_collision, &line),
	    1);

	const struct index_finding *row = &s->findings.rows[s->findings.n - 1];

	cr_assert_eq(row->severity, SEVERITY_BLOCK);
	cr_assert_eq(name_compare(at(s, row->owner), at(s, d->names[1].name)),
	    0);
}

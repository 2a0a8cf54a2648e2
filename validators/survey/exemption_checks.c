/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exemption_checks.c -- the check of the policy's exemptions themselves.  It
 * comes after all others: it says how much they found.
 */
#include <inttypes.h>

#include "survey/survey.h"
#include "survey/text.h"

void
check_migration_window(struct survey *s)
{
	const struct policy_values *policy = &s->job->policy;

	for (unsigned i = 0; i < policy->n_exemptions; i++) {
		const struct policy_exemption *e = &policy->exemptions[i];
		char when[TIME_TEXT];

		if (s->job->at >= e->until) {
			finding(s, CHECK_migration_window, place_zone(),
			    "exemption %s ended at %s; findings that it would "
			    "cover: %" PRIu64,
			    e->name, time_to_text(e->until, when),
			    s->findings.n_outlived[i]);
		}
	}
}

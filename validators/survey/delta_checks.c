/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delta_checks.c -- how much of the previous release is gone, or new: a zone
 * may be signed without a fault and still lack a third of its names.
 */
#include <stdio.h>

#include "survey/changes.h"

/* A bound that the policy sets twice. */
struct bound {
	enum check_id check;
	enum option_id max, pct;
	const char *what;
};

/* Returns the option that CHANGE is beyond, or OPTION_none. */
static enum option_id
exceeded(const struct survey *s, const struct bound *bound,
    const struct change *change)
{
	int64_t max = option(s, bound->max);
	int64_t pct = option(s, bound->pct);

	if (max != 0 && change->n > max) {
		return bound->max;
	}
	/* In a small zone a few are many percent; of nothing there are none. */
	if (pct != 0 && change->of > 0 &&
	    change->n > option(s, OPTION_delta_least) &&
	    (int64_t)change->n * 100 > pct * (int64_t)change->of) {
		return bound->pct;
	}
	return OPTION_none;
}

static void
list_examples(const struct change *change, char *text, size_t size)
{
	char name[LIMIT_NAME_TEXT];
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < CHANGE_EXAMPLES && i < change->n; i++) {
		int n = snprintf(text + used, size - used, "%s%s",
		    i == 0 ? "" : ", ",
		    name_to_text(change->examples[i], name));

		if (n < 0 || (size_t)n >= size - used) {
			return;
		}
		used += (size_t)n;
	}
	if (change->n > CHANGE_EXAMPLES) {
		snprintf(text + used, size - used, ", ...");
	}
}

static void
hold_to(struct survey *s, const struct bound *bound,
    const struct change *change)
{
	enum option_id beyond = exceeded(s, bound, change);
	char examples[LIMIT_MESSAGE_BYTES / 2];

	if (beyond == OPTION_none) {
		return;
	}
	list_examples(change, examples, sizeof(examples));
	finding_as(s, bound->check, SEVERITY_HOLD, beyond,
	    place_owner(s, s->header.apex),
	    "%s: expected at most %lld%s of the previous release's %u, found "
	    "%u: %s",
	    bound->what, (long long)option(s, beyond),
	    beyond == bound->pct ? " %" : "", change->of, change->n, examples);
}

void
check_zone_delta_bounds(struct survey *s)
{
	static const struct bound removed = {
	    .check = CHECK_zone_delta_bounds,
	    .max = OPTION_delta_delegations_removed_max,
	    .pct = OPTION_delta_delegations_removed_pct,
	    .what = "delegations gone",
	};
	static const struct bound added = {
	    .check = CHECK_zone_delta_bounds,
	    .max = OPTION_delta_delegations_added_max,
	    .pct = OPTION_delta_delegations_added_pct,
	    .what = "delegations added",
	};
	static const struct bound moved = {
	    .check = CHECK_zone_delta_bounds,
	    .max = OPTION_delta_delegations_moved_max,
	    .pct = OPTION_delta_delegations_moved_pct,
	    .what = "delegations with other nameservers only",
	};
	static const struct bound hosts = {
	    .check = CHECK_zone_delta_bounds,
	    .max = OPTION_delta_hosts_removed_max,
	    .pct = OPTION_delta_hosts_removed_pct,
	    .what = "glue hosts gone",
	};
	const struct changes *changes = changes_of(s);

	if (changes == NULL) {
		return;
	}
	hold_to(s, &removed, &changes->delegations_removed);
	hold_to(s, &added, &changes->delegations_added);
	hold_to(s, &moved, &changes->delegations_moved);
	hold_to(s, &hosts, &changes->hosts_removed);
}

void
check_delegation_ds_mass_change(struct survey *s)
{
	static const struct bound removed = {
	    .check = CHECK_delegation_ds_mass_change,
	    .max = OPTION_delta_ds_removed_max,
	    .pct = OPTION_delta_ds_removed_pct,
	    .what = "secure delegations without DS now",
	};
	static const struct bound added = {
	    .check = CHECK_delegation_ds_mass_change,
	    .max = OPTION_delta_ds_added_max,
	    .pct = OPTION_delta_ds_added_pct,
	    .what = "delegations secure now",
	};
	const struct changes *changes = changes_of(s);

	if (changes == NULL) {
		return;
	}
	hold_to(s, &removed, &changes->ds_removed);
	hold_to(s, &added, &changes->ds_added);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy.c -- the table that policy.def expands to.
 */
#include "contract/policy.h"

#include <string.h>

#include "contract/spelling.h"

const struct option_row option_rows[N_OPTIONS] = {
    [OPTION_none] = {"", COUNT, 0, 0, 0, "", ""},
#define OPTION(id, kind, fallback, least, most, choices, meaning)              \
	[OPTION_##id] = {#id, kind, fallback, least, most, choices, meaning},
#include "contract/policy.def"
#undef OPTION
};

enum option_id
option_find(const char *name)
{
	for (int id = 1; id < N_OPTIONS; id++) {
		if (spelling_equal(option_rows[id].id, name)) {
			return (enum option_id)id;
		}
	}
	return OPTION_none;
}

void
policy_values_init(struct policy_values *values)
{
	memset(values, 0, sizeof(*values));
	for (int id = 1; id < N_OPTIONS; id++) {
		values->option[id] = option_rows[id].fallback;
	}
	for (int id = 1; id < N_CHECKS; id++) {
		values->severity[id] = (uint8_t)checks[id].severity;
	}
}

bool
policy_allows(const struct policy_values *values, enum option_id id,
    unsigned algorithm)
{
	return algorithm < 63 &&
	       ((uint64_t)values->option[id] >> algorithm & 1) != 0;
}

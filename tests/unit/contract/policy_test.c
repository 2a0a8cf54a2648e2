/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/policy.h"

Test(policy, zero_is_no_option)
{
	cr_assert_eq(option_find(""), OPTION_none);
}

Test(policy, every_option_is_found_by_its_name)
{
	for (int id = 1; id < N_OPTIONS; id++) {
		cr_assert_eq((int)option_find(option_rows[id].id), id);
	}
	cr_assert_eq(option_find("ttl-denial"), OPTION_ttl_denial);
	cr_assert_eq(option_find("ttl_deniall"), OPTION_none);
}

Test(policy, every_fallback_is_in_its_range)
{
	for (int id = 1; id < N_OPTIONS; id++) {
		const struct option_row *row = &option_rows[id];

		cr_assert_leq(row->least, row->fallback, "%s", row->id);
		cr_assert_leq(row->fallback, row->most, "%s", row->id);
		cr_assert_str_not_empty(row->meaning);
	}
}

Test(policy, every_choice_has_its_words)
{
	for (int id = 1; id < N_OPTIONS; id++) {
		const struct option_row *row = &option_rows[id];
		int64_t words = row->choices[0] != '\0';

		if (row->kind == LIST) {
			continue;
		}

		for (const char *at = row->choices; *at != '\0'; at++) {
			words += *at == ' ';
		}
		cr_assert_eq(words, row->kind == CHOICE ? row->most + 1 : 0,
		    "%s", row->id);
	}
}

Test(policy, values_begin_with_the_fallbacks)
{
	struct policy_values values;

	memset(&values, 0x5a, sizeof(values));
	policy_values_init(&values);
	for (int id = 1; id < N_OPTIONS; id++) {
		cr_assert_eq(values.option[id], option_rows[id].fallback);
	}
	for (int id = 1; id < N_CHECKS; id++) {
		cr_assert_eq(values.severity[id], checks[id].severity);
		cr_assert_eq(values.overridden[id], 0);
	}
}

Test(policy, an_algorithm_that_is_not_named_is_not_allowed)
{
	struct policy_values values;

	policy_values_init(&values);
	values.option[OPTION_ksk_algorithms] = 1 << 8 | 1 << 13;
	for (unsigned algorithm = 0; algorithm < 256; algorithm++) {
		cr_assert_eq(policy_allows(&values, OPTION_ksk_algorithms,
		                 algorithm),
		    algorithm == 8 || algorithm == 13);
	}
	values.option[OPTION_ksk_algorithms] = INT64_MAX;
	cr_assert(policy_allows(&values, OPTION_ksk_algorithms, 62));
	cr_assert_not(policy_allows(&values, OPTION_ksk_algorithms, 63));
	cr_assert_not(policy_allows(&values, OPTION_ksk_algorithms, 64));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/check.h"
#include "contract/spelling.h"

Test(check, zero_is_no_check)
{
	cr_assert_str_empty(check_name(CHECK_none));
	cr_assert_eq(check_find(""), CHECK_none);
}

Test(check, every_check_is_found_in_both_spellings)
{
	for (int id = 1; id < N_CHECKS; id++) {
		cr_assert_eq((int)check_find(checks[id].id), id);
		cr_assert_eq((int)check_find(check_name((enum check_id)id)),
		    id);
	}
}

Test(check, names_are_printed_in_kebab_case)
{
	cr_assert_str_eq(check_name(CHECK_rrsig_valid_all), "rrsig-valid-all");
	for (int id = 1; id < N_CHECKS; id++) {
		cr_assert_null(strchr(check_name((enum check_id)id), '_'));
		cr_assert_lt(strlen(checks[id].id), SPELLING_MAX);
	}
}

Test(check, an_unknown_name_is_no_check)
{
	cr_assert_eq(check_find("rrsig-valid"), CHECK_none);
	cr_assert_eq(check_find("rrsig-valid-all-"), CHECK_none);
	cr_assert_eq(check_find("RRSIG-VALID-ALL"), CHECK_none);
}

Test(check, every_check_says_where_it_comes_from_and_what_to_do)
{
	for (int id = 1; id < N_CHECKS; id++) {
		cr_assert_str_not_empty(checks[id].source);
		cr_assert_str_not_empty(checks[id].meaning);
		cr_assert_str_not_empty(checks[id].remedy);
	}
}

Test(check, a_check_of_soundness_blocks)
{
	for (int id = 1; id < N_CHECKS; id++) {
		if (checks[id].standing == SOUNDNESS) {
			cr_assert_eq(checks[id].severity, SEVERITY_BLOCK, "%s",
			    checks[id].id);
		}
	}
}

Test(check, the_zero_of_severity_is_the_worst)
{
	cr_assert_eq(SEVERITY_BLOCK, 0);
	cr_assert_str_eq(severity_name(SEVERITY_BLOCK), "block");
}

Test(check, every_severity_is_found_by_its_name)
{
	for (int id = 0; id <= SEVERITY_OFF; id++) {
		enum severity severity = SEVERITY_OFF;

		cr_assert(severity_find(severity_name((enum severity)id),
		    &severity));
		cr_assert_eq((int)severity, id);
	}
}

Test(check, an_unknown_severity_is_left_alone)
{
	enum severity severity = SEVERITY_WARN;

	cr_assert_not(severity_find("", &severity));
	cr_assert_not(severity_find("fatal", &severity));
	cr_assert_eq(severity, SEVERITY_WARN);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "rule.h"

Test(rule, soundness_and_inability_stay_what_they_are)
{
	for (int check = 1; check < N_CHECKS; check++) {
		for (int option = 0; option < N_OPTIONS; option++) {
			enum finding_rule rule = rule_of((enum check_id)check,
			    (enum option_id)option);

			cr_assert_eq(rule == RULE_SOUNDNESS,
			    checks[check].standing == SOUNDNESS);
			cr_assert_eq(rule == RULE_INABILITY,
			    checks[check].standing == INABILITY);
			cr_assert(rule_fits((enum check_id)check, rule));
		}
	}
}

Test(rule, what_only_an_rfc_demands_is_never_policy)
{
	for (int check = 1; check < N_CHECKS; check++) {
		if (strstr(checks[check].source, "policy") != NULL) {
			continue;
		}
		for (int option = 0; option < N_OPTIONS; option++) {
			cr_assert_neq(rule_of((enum check_id)check,
			                  (enum option_id)option),
			    RULE_POLICY, "%s", checks[check].id);
		}
		cr_assert_not(rule_fits((enum check_id)check, RULE_POLICY));
	}
}

Test(rule, without_a_bound_of_the_policy_nothing_is_policy)
{
	for (int check = 1; check < N_CHECKS; check++) {
		cr_assert_neq(rule_of((enum check_id)check, OPTION_none),
		    RULE_POLICY, "%s", checks[check].id);
	}
}

Test(rule, bounds_of_the_policy)
{
	cr_assert_eq(rule_of(CHECK_rrsig_lifetime_max,
	                 OPTION_rrsig_lifetime_max),
	    RULE_POLICY);
	cr_assert_eq(rule_of(CHECK_rrsig_remaining_min,
	                 OPTION_rrsig_remaining_min),
	    RULE_POLICY);
	cr_assert_eq(rule_of(CHECK_dnskey_alg_status, OPTION_ksk_algorithms),
	    RULE_POLICY);
	cr_assert_eq(rule_of(CHECK_denial_mode, OPTION_denial), RULE_POLICY);
	/* RFC 9276 demands it, whatever the policy's bound. */
	cr_assert_eq(rule_of(CHECK_nsec3_iterations,
	                 OPTION_nsec3_iterations_block),
	    RULE_PROTOCOL);
	/* A declared rollover only lowers what RFC 4035 2.2 demands. */
	cr_assert_eq(rule_of(CHECK_rrsig_valid_each_algorithm,
	                 OPTION_algorithm_rollover),
	    RULE_PROTOCOL);
}

Test(rule, names)
{
	enum finding_rule rule;

	for (int i = 0; i < N_RULES; i++) {
		cr_assert(rule_find(rule_name((enum finding_rule)i), &rule));
		cr_assert_eq(rule, (enum finding_rule)i);
	}
	cr_assert_not(rule_find("", &rule));
	cr_assert_not(rule_find("local", &rule));
}

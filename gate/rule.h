/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rule.h -- what kind of rule a finding says was broken: who may wave it
 * through hangs on it.
 */
#pragma once

#include <stdbool.h>

#include "contract/check.h"
#include "contract/policy.h"

enum finding_rule {
	RULE_SOUNDNESS, /* zero: nobody may wave it through alone */
	RULE_PROTOCOL,
	RULE_INABILITY,
	RULE_POLICY, /* the registry's own rule */
};
#define N_RULES 4

/*
 * The rule behind a finding of CHECK whose bound OPTION has set, or
 * OPTION_none.
 *
 * RULE_POLICY only if the bound is the policy's and checks.def names the
 * policy among those that demand the check: a policy that changes the severity
 * of an RFC's rule, or writes a clause of its own beside it, does not make it
 * the registry's to break.
 */
enum finding_rule rule_of(enum check_id check, enum option_id option);

/* "soundness", "protocol", "inability", "policy". */
const char *rule_name(enum finding_rule rule);

/* Sets *RULE to the one called NAME; returns false if there is none. */
bool rule_find(const char *name, enum finding_rule *rule);

/* True if findings of CHECK can be of RULE at all. */
bool rule_fits(enum check_id check, enum finding_rule rule);

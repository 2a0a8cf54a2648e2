/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rule.h"

#include <string.h>

/* True if the policy is one of those that demand CHECK. */
static bool
names_policy(enum check_id check)
{
	const char *source = checks[check].source;
	const char *at = strstr(source, "policy");
	size_t length = strlen("policy");

	return at != NULL && (at[length] == '\0' || at[length] == ',') &&
	       (at == source || at[-1] == ' ');
}

enum finding_rule
rule_of(enum check_id check, enum option_id option)
{
	switch (checks[check].standing) {
	case SOUNDNESS:
		return RULE_SOUNDNESS;
	case INABILITY:
		return RULE_INABILITY;
	case MUST:
	case OPEN:
		return option != OPTION_none && names_policy(check)
		           ? RULE_POLICY
		           : RULE_PROTOCOL;
	}
	return RULE_SOUNDNESS;
}

const char *
rule_name(enum finding_rule rule)
{
	switch (rule) {
	case RULE_SOUNDNESS:
		return "soundness";
	case RULE_PROTOCOL:
		return "protocol";
	case RULE_INABILITY:
		return "inability";
	case RULE_POLICY:
		return "policy";
	}
	return "soundness";
}

bool
rule_find(const char *name, enum finding_rule *rule)
{
	for (int i = 0; i < N_RULES; i++) {
		if (strcmp(rule_name((enum finding_rule)i), name) == 0) {
			*rule = (enum finding_rule)i;
			return true;
		}
	}
	return false;
}

bool
rule_fits(enum check_id check, enum finding_rule rule)
{
	switch (checks[check].standing) {
	case SOUNDNESS:
		return rule == RULE_SOUNDNESS;
	case INABILITY:
		return rule == RULE_INABILITY;
	case MUST:
	case OPEN:
		return rule == RULE_PROTOCOL ||
		       (rule == RULE_POLICY && names_policy(check));
	}
	return false;
}

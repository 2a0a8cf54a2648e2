/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy.h -- a policy with its texts: who asks for each value, where it was
 * set, and who answers for what is less than the rules.
 */
#pragma once

#include <stdint.h>

#include "contract/policy.h"

/* Where a value was set. */
struct policy_origin {
	const char *file; /* FILE or INHERITED of its policy; NULL: built in */
	unsigned line;
};

/* Who answers for a relaxed rule or an exemption. */
struct policy_answer {
	char *reason;
	char *approver;
	struct policy_origin origin;
};

struct policy {
	char *name;
	char *file;
	char *inherits;     /* name of the policy it inherits from, or NULL */
	char *inherited;    /* that policy's file, or NULL */
	char *title;        /* of the practice document, or "" */
	uint8_t sha256[32]; /* of the effective values, as policy_text() */
	struct policy_values values;

	char *clause[N_OPTIONS]; /* never NULL */
	struct policy_origin origin[N_OPTIONS];
	char *severity_clause[N_CHECKS]; /* NULL where not overridden */
	struct policy_origin severity_origin[N_CHECKS];

	/* REASON is NULL where values.accepted is 0. */
	struct policy_answer accepted[N_CHECKS];
	/* Row for row with values.exemptions. */
	struct policy_answer exemptions[LIMIT_POLICY_EXEMPTIONS];
};

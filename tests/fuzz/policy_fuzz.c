/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_fuzz.c -- policy_read() over any octets: it refuses with a text, or
 * what it has read is a policy whose values can be written and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contract/exemption.h"
#include "contract/policy_list.h"
#include "policy_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void
check_lists(const struct policy_values *values)
{
	char canonical[LIMIT_POLICY_LISTS];
	char item[POLICY_ITEM], wrong[POLICY_ITEM];

	if (!policy_lists_hold(values)) {
		abort();
	}
	for (int id = 1; id < N_OPTIONS; id++) {
		enum option_id option = (enum option_id)id;
		size_t at = 0;

		if (option_rows[id].kind != LIST) {
			continue;
		}
		while (policy_list_next(values, option, &at, item)) {
			if (policy_list_canonical(option, item, canonical,
			        wrong) != NULL) {
				abort();
			}
		}
		if (policy_list_text(values, option)[at] != '\0') {
			abort();
		}
	}
}

static void
check_values(const struct policy *policy)
{
	char text[OPTION_TEXT];
	char error[POLICY_ERROR];

	for (int id = 1; id < N_OPTIONS; id++) {
		int64_t value = policy->values.option[id];
		int64_t again;

		option_to_text((enum option_id)id, value, text);
		/* The empty set has no spelling. */
		if ((option_rows[id].kind != LIST && text[0] != '\0' &&
		        (!option_from_text((enum option_id)id, text, &again,
		             error) ||
		            again != value)) ||
		    policy->clause[id] == NULL) {
			abort();
		}
	}
	if (!exemptions_hold(&policy->values)) {
		abort();
	}
	for (int id = 1; id < N_CHECKS; id++) {
		bool lowered =
		    policy->values.severity[id] > checks[id].severity;

		if ((checks[id].standing != OPEN && lowered &&
		        policy->values.accepted[id] == 0) ||
		    (!check_may_be_set((enum check_id)id) &&
		        policy->values.severity[id] != checks[id].severity) ||
		    (policy->values.accepted[id] != 0 &&
		        policy->accepted[id].reason == NULL)) {
			abort();
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct policy policy;
	char error[POLICY_ERROR];

	if (length > LIMIT_POLICY_BYTES) {
		return 0;
	}
	if (policy_read((const char *)octets, length, "fuzz.conf", NULL,
	        &policy, error)) {
		check_values(&policy);
		check_lists(&policy.values);
		policy_release(&policy);
	} else if (error[0] == '\0' || strlen(error) >= POLICY_ERROR) {
		abort();
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/exemption.h"

#include <string.h>

#include "contract/name.h"

bool
exemption_may_name(enum check_id check)
{
	return check_may_be_set(check) && checks[check].by != VERDICTS;
}

static bool
reaches(const struct policy_exemption *exemption, const uint8_t *owner)
{
	switch ((enum exemption_reach)exemption->reach) {
	case EXEMPT_NOTHING:
		return false;
	case EXEMPT_OWNER:
		return owner != NULL &&
		       name_compare(owner, exemption->owner) == 0;
	case EXEMPT_BELOW:
		return owner != NULL &&
		       name_is_below_or_at(owner, exemption->owner) &&
		       name_compare(owner, exemption->owner) != 0;
	case EXEMPT_ALL:
		return true;
	}
	return false;
}

bool
exemption_covers(const struct policy_exemption *exemption, enum check_id check,
    const uint8_t *owner)
{
	return exemption_may_name(check) && exemption->checks[check] == 1 &&
	       reaches(exemption, owner);
}

bool
exemption_is_in_force(const struct policy_exemption *exemption, int64_t at_s)
{
	return exemption->from <= at_s && at_s < exemption->until;
}

unsigned
exemption_find(const struct policy_values *values, enum check_id check,
    const uint8_t *owner, int64_t at_s)
{
	for (unsigned i = 0; i < values->n_exemptions; i++) {
		if (exemption_is_in_force(&values->exemptions[i], at_s) &&
		    exemption_covers(&values->exemptions[i], check, owner)) {
			return i + 1;
		}
	}
	return 0;
}

static bool
is_name_text(const char *name, size_t size)
{
	size_t length = strnlen(name, size);

	return length > 0 && length < size &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length;
}

static bool
checks_hold(const struct policy_exemption *exemption)
{
	for (int id = 0; id < N_CHECKS; id++) {
		if (exemption->checks[id] > 1 ||
		    (exemption->checks[id] == 1 &&
		        !exemption_may_name((enum check_id)id))) {
			return false;
		}
	}
	return true;
}

static bool
holds(const struct policy_exemption *exemption)
{
	uint8_t lower[LIMIT_NAME_OCTETS];
	size_t length = name_length(exemption->owner, sizeof(exemption->owner));

	return is_name_text(exemption->name, sizeof(exemption->name)) &&
	       exemption->from >= 0 && exemption->until > exemption->from &&
	       exemption->until - exemption->from <= LIMIT_EXEMPTION_S &&
	       exemption->reach > EXEMPT_NOTHING &&
	       exemption->reach <= EXEMPT_ALL && length > 0 &&
	       name_to_lower(exemption->owner, lower) == length &&
	       memcmp(lower, exemption->owner, length) == 0 &&
	       checks_hold(exemption);
}

bool
exemptions_hold(const struct policy_values *values)
{
	if (values->n_exemptions > LIMIT_POLICY_EXEMPTIONS) {
		return false;
	}
	for (unsigned i = 0; i < values->n_exemptions; i++) {
		if (!holds(&values->exemptions[i])) {
			return false;
		}
	}
	return true;
}

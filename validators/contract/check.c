/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.c -- the table that checks.def expands to, and its names.
 *
 * Ids are written once, in snake_case; the printed kebab-case is made here.
 */
#include "contract/check.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "contract/spelling.h"

const struct check checks[N_CHECKS] = {
    [CHECK_none] = {"", SEVERITY_BLOCK, SOUNDNESS, READING, "", "", ""},
#define CHECK(id, severity, standing, by, source, meaning, remedy)             \
	[CHECK_##id] = {                                                       \
	    #id, SEVERITY_##severity, standing, by, source, meaning, remedy},
#include "contract/checks.def"
#undef CHECK
};

static const char *const severity_names[] = {
    [SEVERITY_BLOCK] = "block",
    [SEVERITY_HOLD] = "hold",
    [SEVERITY_WARN] = "warn",
    [SEVERITY_INFO] = "info",
    [SEVERITY_OFF] = "off",
};

const char *
check_name(enum check_id id)
{
	static char names[N_CHECKS][SPELLING_MAX];

	if (names[id][0] == '\0') {
		spelling_kebab(checks[id].id, names[id]);
	}
	return names[id];
}

enum check_id
check_find(const char *name)
{
	for (int id = 1; id < N_CHECKS; id++) {
		if (spelling_equal(checks[id].id, name)) {
			return (enum check_id)id;
		}
	}
	return CHECK_none;
}

bool
check_may_be_set(enum check_id check)
{
	switch (checks[check].standing) {
	case SOUNDNESS:
	case INABILITY:
		return false;
	case MUST:
	case OPEN:
		return check != CHECK_none;
	}
	return false;
}

const char *
severity_name(enum severity severity)
{
	return severity_names[severity];
}

bool
severity_find(const char *name, enum severity *severity)
{
	for (unsigned i = 0;
	     i < sizeof(severity_names) / sizeof(severity_names[0]); i++) {
		if (strcasecmp(severity_names[i], name) == 0) {
			*severity = (enum severity)i;
			return true;
		}
	}
	return false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_draft.h -- what one policy file says, before what it inherits.
 */
#pragma once

#include "policy_file.h"

struct draft {
	char *title;
	char *inherit;
	char *option_clause[N_OPTIONS]; /* NULL: the file does not set it */
	int64_t option[N_OPTIONS];
	char *list[N_OPTIONS]; /* canonical; NULL: the file does not set it */
	char *severity_clause[N_CHECKS]; /* NULL: the file does not set it */
	enum severity severity[N_CHECKS];
};

/* Parses LENGTH octets of TEXT into DRAFT, which the caller releases whatever
 * comes back: true, or false with FILE, line and reason in ERROR. */
bool draft_read(const char *text, size_t length, const char *file,
    struct draft *draft, char error[POLICY_ERROR]);

void draft_release(struct draft *draft);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_draft.h -- what one policy file says, before what it inherits.
 */
#pragma once

#include "policy_file.h"

/* Who answers for a section of the file, and its line. */
struct draft_answer {
	char *reason; /* NULL: the file has no such section */
	char *approver;
	unsigned line;
};

struct draft {
	char *title;
	char *inherit;

	char *option_clause[N_OPTIONS]; /* NULL: the file does not set it */
	int64_t option[N_OPTIONS];
	char *list[N_OPTIONS]; /* canonical; NULL: the file does not set it */
	unsigned option_line[N_OPTIONS];

	char *severity_clause[N_CHECKS]; /* NULL: the file does not set it */
	enum severity severity[N_CHECKS];
	unsigned severity_line[N_CHECKS];

	struct draft_answer accepted[N_CHECKS];

	struct policy_exemption exemption[LIMIT_POLICY_EXEMPTIONS];
	struct draft_answer exempted[LIMIT_POLICY_EXEMPTIONS];
	unsigned n_exemptions;
};

/* Parses LENGTH octets of TEXT into DRAFT, which the caller releases whatever
 * comes back: true, or false with FILE, line and reason in ERROR. */
bool draft_read(const char *text, size_t length, const char *file,
    struct draft *draft, char error[POLICY_ERROR]);

void draft_release(struct draft *draft);

/* Reads SECTION, of libconfuse, into EXEMPTION.  Returns true, or false with the
 * reason in WRONG. */
struct cfg_t;
bool exemption_read(struct cfg_t *section, struct policy_exemption *exemption,
    char wrong[POLICY_ERROR]);

/* Of reasons and approvers, in octets: they stand in every report. */
#define LIMIT_ANSWER 200

/* True if TEXT, or NULL, is one. */
bool answer_is_good(const char *text);

void draft_answer_release(struct draft_answer *answer);

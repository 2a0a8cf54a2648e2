/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * finding_list.h -- the findings of a judgement: the survey's, and those made
 * from verdicts.
 */
#pragma once

#include "contract/index.h"
#include "judgement.h"

struct finding_list {
	struct report_finding *rows;
	size_t n, capacity;
	uint64_t places[SEVERITY_OFF]; /* by severity, counts summed */
	uint64_t inabilities;          /* not among the places */
	unsigned per_check[N_CHECKS];
	size_t last[N_CHECKS]; /* the newest row of each check */
};

/*
 * Adds all findings of INDEX; POLICY's clauses are borrowed.  What the survey
 * says of exemptions is not believed: the finding counts unless POLICY has that
 * exemption, in force AT_S, for this check and owner.
 */
void findings_of_index(struct finding_list *list, const struct index *index,
    const struct policy *policy, int64_t at_s);

/*
 * Adds a finding of the check's own severity.  OWNER is in wire form or NULL,
 * TYPE and LINE may be 0, TEXT is copied.  After LIMIT_FINDINGS_PER_CHECK the
 * last one stands for those that follow.
 */
void finding_add(struct finding_list *list, enum check_id check,
    unsigned seen_by, const uint8_t *owner, uint16_t type, uint32_t line,
    const char *text);

/* True if the next finding of CHECK would only be counted. */
bool finding_is_surplus(const struct finding_list *list, enum check_id check);

/* Worst first, then in the order of checks.def, then by line; those that an
 * exemption covers come last.  Returns how many count. */
size_t findings_sort(struct finding_list *list);

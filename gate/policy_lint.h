/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_lint.h -- whether the values of a policy can be together: what no zone
 * could satisfy, or relaxes an RFC's MUST without anybody's word, is refused;
 * what is only odd is remarked upon.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy_file.h"

#define REMARK_TEXT 480

struct policy_remark {
	bool refuses;
	struct policy_origin origin;
	char text[REMARK_TEXT]; /* with the arithmetic */
};

struct policy_remarks {
	const struct policy *policy;
	int64_t at_s;
	struct policy_remark *rows;
	size_t n, capacity;
};

/* Fills REMARKS, to be released, for POLICY as it is AT_S: refusals first. */
void policy_lint(const struct policy *policy, int64_t at_s,
    struct policy_remarks *remarks);
void policy_remarks_release(struct policy_remarks *remarks);

/* True if something refuses POLICY; the first is in ERROR, with file and
 * line. */
bool policy_is_refused(const struct policy *policy, char error[POLICY_ERROR]);

/* ---- for the parts of the lint ---- */

/* A remark on options A and B: the one set last names the line. */
void remark(struct policy_remarks *remarks, bool refuses, enum option_id a,
    enum option_id b, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The same at ORIGIN. */
void remark_at(struct policy_remarks *remarks, bool refuses,
    struct policy_origin origin, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "rrsig_refresh 3d".  Each of the last sixteen texts stays; so of span(). */
const char *lint_option(const struct policy_remarks *remarks,
    enum option_id id);
/* "3d". */
const char *lint_span(int64_t seconds);

static inline int64_t
lint_value(const struct policy_remarks *remarks, enum option_id id)
{
	return remarks->policy->values.option[id];
}

void lint_times(struct policy_remarks *remarks); /* policy_lint_times.c */
void lint_keys(struct policy_remarks *remarks);  /* policy_lint_keys.c */
void lint_risks(struct policy_remarks *remarks); /* policy_lint_risks.c */

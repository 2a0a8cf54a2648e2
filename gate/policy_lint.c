/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy_lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "time_text.h"

#define TEXTS 16
#define LIMIT_REMARKS 1000

/* A text for one message: the next of those that come round. */
static char *
next_text(void)
{
	static char texts[TEXTS][OPTION_TEXT + 64];
	static unsigned next;

	return texts[next++ % TEXTS];
}

const char *
lint_option(const struct policy_remarks *remarks, enum option_id id)
{
	char value[OPTION_TEXT];
	char *text = next_text();

	option_to_text(id, lint_value(remarks, id), value);
	snprintf(text, OPTION_TEXT + 64, "%s %s", option_rows[id].id, value);
	return text;
}

const char *
lint_span(int64_t seconds)
{
	return duration_to_text(seconds, next_text());
}

/* How late ORIGIN is: the policy's own text comes after what it inherits, and
 * that after what is built in. */
static unsigned long
lateness(const struct policy *policy, struct policy_origin origin)
{
	if (origin.file == NULL) {
		return 0;
	}
	return origin.line + (origin.file == policy->file ? 1UL << 32 : 1);
}

static void
add(struct policy_remarks *remarks, bool refuses, struct policy_origin origin,
    const char *format, va_list arguments)
{
	remarks->rows = grow(remarks->rows, remarks->n, &remarks->capacity,
	    LIMIT_REMARKS, sizeof(*remarks->rows));
	struct policy_remark *row = &remarks->rows[remarks->n++];

	row->refuses = refuses;
	row->origin = origin;
	vsnprintf(row->text, sizeof(row->text), format, arguments);
}

void
remark_at(struct policy_remarks *remarks, bool refuses,
    struct policy_origin origin, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(remarks, refuses, origin, format, arguments);
	va_end(arguments);
}

void
remark(struct policy_remarks *remarks, bool refuses, enum option_id a,
    enum option_id b, const char *format, ...)
{
	const struct policy *policy = remarks->policy;
	struct policy_origin origin = policy->origin[a];
	va_list arguments;

	if (lateness(policy, policy->origin[b]) > lateness(policy, origin)) {
		origin = policy->origin[b];
	}
	va_start(arguments, format);
	add(remarks, refuses, origin, format, arguments);
	va_end(arguments);
}

/* ---- orders ---- */

static void
lint_orders(struct policy_remarks *remarks)
{
	static const enum option_id at_most[][2] = {
	    {OPTION_dnskey_max, OPTION_dnskey_max_block},
	    {OPTION_rsa_bits_block, OPTION_rsa_bits_min},
	    {OPTION_rrsig_remaining_min, OPTION_rrsig_remaining_warn},
	    {OPTION_rrsig_remaining_block, OPTION_rrsig_remaining_min},
	    {OPTION_rrsig_lifetime_min, OPTION_rrsig_lifetime_max},
	    {OPTION_nsec3_iterations_max, OPTION_nsec3_iterations_block},
	    {OPTION_published_headroom_crit, OPTION_published_headroom_warn},
	    {OPTION_ttl_min, OPTION_ttl_max},
	};
	static const enum option_id less[][2] = {
	    {OPTION_rrsig_remaining_warn, OPTION_rrsig_lifetime_max},
	    {OPTION_rrsig_remaining_warn, OPTION_rrsig_lifetime_max_dnskey},
	    {OPTION_published_headroom_warn, OPTION_rrsig_lifetime_max},
	    {OPTION_gate_max_duration, OPTION_resign_interval_max},
	    {OPTION_resign_interval_max, OPTION_rrsig_lifetime_max},
	};

	for (size_t i = 0; i < sizeof(at_most) / sizeof(at_most[0]); i++) {
		enum option_id a = at_most[i][0], b = at_most[i][1];

		if (lint_value(remarks, a) > lint_value(remarks, b)) {
			remark(remarks, true, a, b,
			    "%s must not be more than %s",
			    lint_option(remarks, a), lint_option(remarks, b));
		}
	}
	for (size_t i = 0; i < sizeof(less) / sizeof(less[0]); i++) {
		enum option_id a = less[i][0], b = less[i][1];

		if (lint_value(remarks, a) >= lint_value(remarks, b)) {
			remark(remarks, true, a, b, "%s must be less than %s",
			    lint_option(remarks, a), lint_option(remarks, b));
		}
	}
}

/* ---- all of it ---- */

static int
by_weight(const void *a, const void *b)
{
	const struct policy_remark *left = a, *right = b;

	if (left->refuses != right->refuses) {
		return left->refuses ? -1 : 1;
	}
	if (left->origin.line != right->origin.line) {
		return left->origin.line < right->origin.line ? -1 : 1;
	}
	return strcmp(left->text, right->text);
}

void
policy_lint(const struct policy *policy, int64_t at_s,
    struct policy_remarks *remarks)
{
	*remarks = (struct policy_remarks){.policy = policy, .at_s = at_s};
	lint_orders(remarks);
	lint_times(remarks);
	lint_keys(remarks);
	lint_risks(remarks);
	if (remarks->n > 1) {
		qsort(remarks->rows, remarks->n, sizeof(*remarks->rows),
		    by_weight);
	}
}

void
policy_remarks_release(struct policy_remarks *remarks)
{
	free(remarks->rows);
	*remarks = (struct policy_remarks){.n = 0};
}

bool
policy_is_refused(const struct policy *policy, char error[POLICY_ERROR])
{
	struct policy_remarks remarks;

	/* What time it is makes nothing impossible. */
	policy_lint(policy, 0, &remarks);
	bool refused = remarks.n > 0 && remarks.rows[0].refuses;

	if (refused) {
		const struct policy_remark *row = &remarks.rows[0];
		const char *file =
		    row->origin.file != NULL ? row->origin.file : policy->file;

		snprintf(error, POLICY_ERROR, "%.200s:%u: %s", file,
		    row->origin.line, row->text);
	}
	policy_remarks_release(&remarks);
	return refused;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outcome_parts.h -- what reading a report and reading a summary share.
 */
#pragma once

#include "outcome.h"
#include "outcome_members.h"

/* As many rows as the survey and the gate can make, and some more. */
#define LIMIT_OUTCOME_FINDINGS 16384
/* Findings in a summary. */
#define LIMIT_SUMMARY_FINDINGS 64
/* Places that findings may stand for: a signature each, and more. */
#define LIMIT_PLACES ((uint64_t)1 << 40)

/* The member of O that says the decision. */
enum decision member_decision(struct doubt *doubt, const json_t *o);

/* The rows of array A; *N of them. */
struct outcome_finding *findings_read(struct doubt *doubt, const json_t *a,
    size_t *n);
struct outcome_key *keys_read(struct doubt *doubt, const json_t *a, size_t *n);

/* How a worker ended, and its name for that; a doubt if there is no such. */
enum worker_end member_end(struct doubt *doubt, const json_t *o,
    const char *name, char text[16]);

/* Findings of each severity, by places; those that say nothing about the zone
 * apart, as in struct tally. */
void findings_count(const struct outcome *outcome, struct tally *tally);

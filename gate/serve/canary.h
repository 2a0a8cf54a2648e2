/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canary.h -- small zones, good and bad, that the gate judges to see whether
 * it still judges as it must: the same programs and libraries, the same path as
 * any candidate.  One that does not come back as it must says that the gate is
 * broken, and nothing about any zone.
 *
 * The zones are compiled in (canary_zones.inc, made by
 * fixtures/canaries/make-zones).  They bring their own policy, time and anchor,
 * so that neither configuration nor clock can spoil them.  For each the caller
 * runs, with the files that canary_write() made in DIRECTORY,
 *
 *	zonegate audit --format json --at AT --zone ZONE
 *	    --policy DIRECTORY/NAME.conf --anchor DIRECTORY/NAME.anchor
 *	    DIRECTORY/NAME.zone
 *
 * and hands exit status and report to canary_judge().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/check.h"
#include "decide.h"

struct canary {
	const char *name; /* "good", "signature-bit", ...: a file's name */
	const char *zone;
	const char *anchor;      /* the text of its anchor file */
	const char *policy;      /* the text of its policy file */
	int64_t at_s;            /* judged as of this time */
	enum decision decision;  /* what must come of it */
	enum check_id check;     /* what must be found; CHECK_none: nothing */
	uint64_t claims, secure; /* what both validators must say */
};

/* How many there are; at least one good and one bad. */
size_t canary_count(void);

/* The Ith, or NULL beyond the last. */
const struct canary *canary_get(size_t i);

/* The Ith's zone text, to be freed, and its LENGTH; NULL beyond the last. */
char *canary_text(size_t i, size_t *length);

/* Writes NAME.zone, NAME.anchor and NAME.conf into DIRECTORY, a descriptor.
 * Returns 0 or an errno. */
int canary_write(size_t i, int directory);

/*
 * Says whether the Ith came back as it must: STATUS is the child's exit status
 * (-1 if it has none: killed, late, not started), REPORT the LENGTH octets that
 * it wrote, or NULL.  If not, the reason is in WHY, one sentence that names the
 * canary.
 */
#define CANARY_WHY 512
bool canary_judge(size_t i, int status, const char *report, size_t length,
    char why[CANARY_WHY]);

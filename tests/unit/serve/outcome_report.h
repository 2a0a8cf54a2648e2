/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outcome_report.h -- reports as zonegate-report(5) describes them, of one
 * zone, with each decision; and their members by path ("validators.0.end").
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

#define REPORT_ZONE "shop."
#define REPORT_DIGEST                                                          \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define REPORT_DIGEST_OTHER                                                    \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"
#define REPORT_DIGEST_ZERO                                                     \
	"0000000000000000000000000000000000000000000000000000000000000000"

extern const uint8_t report_octets[32];

/* New references. */
json_t *report_release(void);
json_t *report_hold(void); /* one finding of policy, one warning */
json_t *report_block(void);
json_t *report_disputed(void);
json_t *report_unjudged(void);
/* Two signatures that are not valid for another minute. */
json_t *report_early(void);

/* The value at PATH, borrowed, or NULL. */
json_t *report_at(const json_t *report, const char *path);

/* Sets the value at PATH, or removes it; returns REPORT. */
json_t *report_change(json_t *report, const char *path, const char *value);
json_t *report_without(json_t *report, const char *path);

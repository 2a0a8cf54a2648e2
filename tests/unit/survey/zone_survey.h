/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zone_survey.h -- surveys a zone text in memory: a small signed zone, as it
 * is or with one thing changed.
 *
 * Its signatures are no signatures: no check of the survey verifies one.
 */
#pragma once

#include "survey/survey.h"

/* 2026-11-25T00:00:00Z. */
#define ZONE_AT 1795564800

/* 64 octets. */
#define ZONE_SIGNATURE                                                         \
	"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"     \
	"MDEyMzQ1Njc4OTo7PD0+Pw=="
#define ZONE_KSK "45490"
#define ZONE_ZSK "27687"
#define ZONE_TIMES "20261220000000 20261120230000"
#define ZONE_SIG(owner, type, labels, key)                                     \
	owner "example. 3600 IN RRSIG " type " 13 " labels " 3600 " ZONE_TIMES \
	      " " key " example. " ZONE_SIGNATURE "\n"

#define ZONE_KSK_PUBLIC                                                        \
	"IMbISDGcpWgObAQwZKLHGjb3BH8KPuvsD9Itu/sXMfQ1EuoNLPjxDTYpDWejuWv2"     \
	"iqiYGtF+G33MPkwvs9imkA=="
#define ZONE_ZSK_PUBLIC                                                        \
	"M8YkGN0xy0zHPvLQsRlKGFlaHrxpKC1cuURSch76eVDmAL65LpjGU+8dqFD5qesK"     \
	"4mJ3k7Rf4lf68TSpbzValg=="

/* One thing that is changed in the zone, and what must be said of it. */
struct zone_change {
	const char *from; /* what is replaced, once, or NULL: TO is added */
	const char *to;
	const char *options; /* "option=number severity.check=number
	                        * exempt.check=reach", or NULL */
	enum check_id check;
	enum severity severity; /* SEVERITY_OFF: nothing may be said */
};

/* Findings by check and severity, without those that are exempt. */
struct zone_survey {
	unsigned n[N_CHECKS][SEVERITY_OFF];
};

/* Surveys ZONE, the text of example., with CHANGE if that is not NULL, under
 * ANCHORS, or itself if that is NULL; runs all checks. */
void zone_survey_run(struct zone_survey *found, const char *zone,
    const struct zone_change *change, const char *anchors);

/* Surveys ZONE without and with each of the N CHANGES and asserts what is
 * found: nothing of the check without, the check in its severity with. */
void zone_survey_expect(const char *zone, const char *anchors,
    const struct zone_change *changes, unsigned n);

/* A zone in which no check of this survey finds anything but denial. */
extern const char zone_signed[];

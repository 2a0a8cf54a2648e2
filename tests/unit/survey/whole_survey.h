/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * whole_survey.h -- all steps of the survey over a text in memory, and what
 * they write.
 */
#pragma once

#include "survey/steps.h"

struct whole_survey {
	struct job job;
	struct survey survey;
	struct work work;
};

/*
 * Surveys TEXT as the zone called ZONE, "" if only its SOA says so.  Releases
 * what MADE held: it is static, or all zeros at first.
 */
enum index_outcome whole_survey_run(struct whole_survey *made, const char *text,
    const char *zone);

/* Lines of findings of CHECK, the first of them in *LINE. */
unsigned whole_survey_findings(const struct whole_survey *made,
    enum check_id check, uint32_t *line);

/* The units file, mapped; asserts that units_open() takes it. */
struct units whole_survey_units(struct whole_survey *made);

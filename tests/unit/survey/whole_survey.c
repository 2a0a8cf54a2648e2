/* SPDX-License-Identifier: GPL-3.0-or-later */
/* whole_survey.c -- see whole_survey.h. */
#include "whole_survey.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum index_outcome
whole_survey_run(struct whole_survey *made, const char *text, const char *zone)
{
	struct survey_texts texts = {.zone = {text, strlen(text)}};

	survey_release(&made->survey, &made->work);
	memset(made, 0, sizeof(*made));
	made->job.at = 1795564800;
	made->job.n_slices = 2;
	snprintf(made->job.zone, sizeof(made->job.zone), "%s", zone);
	policy_values_init(&made->job.policy);
	survey_init(&made->survey, &made->job);
	return survey_run(&made->survey, &texts, &made->work);
}

unsigned
whole_survey_findings(const struct whole_survey *made, enum check_id check,
    uint32_t *line)
{
	const struct findings *findings = &made->survey.findings;
	unsigned n = 0;

	for (size_t i = 0; i < findings->n; i++) {
		const struct index_finding *row = &findings->rows[i];

		if (row->check == check) {
			*line = n == 0 ? row->line : *line;
			n += row->count;
		}
	}
	return n;
}

struct units
whole_survey_units(struct whole_survey *made)
{
	struct units units = {0};
	struct stat status;
	int fd = memfd_create("units", 0);

	cr_assert_geq(fd, 0);
	units_write(&made->survey, &made->work.plan, fd);
	cr_assert_eq(fstat(fd, &status), 0);
	size_t size = (size_t)status.st_size;
	void *at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

	close(fd);
	cr_assert_neq(at, MAP_FAILED);
	const char *wrong =
	    units_open(at, size, made->survey.index.n_claims, &units);

	cr_assert_null(wrong, "%s", wrong);
	return units;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit.h -- judges the claims of one unit.
 */
#pragma once

#include <stdint.h>

#include "contract/index.h"
#include "contract/job.h"
#include "contract/units.h"
#include "contract/verdict.h"
#include "unbound/answer.h"

/* Everything there is to judge, and by what. */
struct bench {
	const struct job *job;
	const struct index *index;
	const struct units *units;
	struct span
	    operator_anchors; /* text; of length 0 with the anchor self */
	bool awake[256];      /* algorithms whose canary was right */
	int verdicts_fd;
	unsigned n_words; /* written so far */
};

/* Sets ROWS, zeroed and one for each claim of UNIT, and writes what
 * libunbound says of claims that are not secure. */
void unit_judge(struct bench *bench, const struct units_row *unit,
    struct verdict_row *rows);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * progress.h -- one line on a terminal about what is going on.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "worker_run.h"

struct progress {
	bool on;
	bool shown;
	int64_t started_ms;
	/* Both validators at work: the first is zonegate-ldns, the others are
	 * zonegate-unbound; and what each of the two will write. */
	const struct worker_run *runs;
	unsigned n_runs;
	uint64_t octets_each;
};

/* ON: the caller wants it; it is shown only on a terminal. */
void progress_init(struct progress *progress, bool on);

/* From now on the shares of N_RUNS are shown. */
void progress_judging(struct progress *progress, const struct worker_run *runs,
    unsigned n_runs, uint64_t octets_each);

/* For struct crowd; CONTEXT is the struct progress. */
void progress_watch(void *context);

/* Clears the line. */
void progress_end(struct progress *progress);

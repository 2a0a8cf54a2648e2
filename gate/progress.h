/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * progress.h -- one line on a terminal about what is going on.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/spawn.h"

struct progress {
	bool on;
	bool shown;
	int64_t started_ms;
	const char *phase;
	uint64_t octets_each; /* what each validator will write; 0: no shares */
};

/* ON: the caller wants it; it is shown only on a terminal. */
void progress_init(struct progress *progress, bool on);

/* What runs now.  With OCTETS_EACH the first child is zonegate-ldns and the
 * others are zonegate-unbound, and shares are shown. */
void progress_phase(struct progress *progress, const char *phase,
    uint64_t octets_each);

/* A run_watcher; CONTEXT is the struct progress. */
void progress_watch(void *context, const struct child *children, unsigned n);

/* Clears the line. */
void progress_end(struct progress *progress);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "progress.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

/* Short runs say nothing. */
#define QUIET_MS 1000

void
progress_init(struct progress *progress, bool on)
{
	*progress = (struct progress){
	    .on = on && isatty(STDERR_FILENO),
	    .started_ms = spawn_now_ms(),
	};
}

void
progress_judging(struct progress *progress, const struct worker_run *runs,
    unsigned n_runs, uint64_t octets_each)
{
	progress->runs = runs;
	progress->n_runs = n_runs;
	progress->octets_each = octets_each;
}

/* Verdicts come as they are made, so octets tell how far a worker is. */
static unsigned
share(const struct worker_run *runs, unsigned n, uint64_t octets)
{
	uint64_t written = 0;
	unsigned running = 0;

	for (unsigned i = 0; i < n; i++) {
		written += runs[i].child.stream_length;
		running += runs[i].child.end == SPAWN_RUNNING;
	}
	if (running == 0) {
		return 100;
	}
	return written >= octets ? 99 : (unsigned)(written * 100 / octets);
}

void
progress_watch(void *context)
{
	struct progress *progress = context;
	int64_t passed_ms = spawn_now_ms() - progress->started_ms;

	if (!progress->on || passed_ms < QUIET_MS) {
		return;
	}
	progress->shown = true;
	fprintf(stderr, "\r\033[Kzonegate: %lld s, ",
	    (long long)(passed_ms / 1000));
	if (progress->n_runs > 1 && progress->octets_each > 0) {
		fprintf(stderr, "judging: ldns %u %%, unbound %u %%",
		    share(progress->runs, 1, progress->octets_each),
		    share(progress->runs + 1, progress->n_runs - 1,
		        progress->octets_each));
	} else {
		fputs("reading", stderr);
	}
	fflush(stderr);
}

void
progress_end(struct progress *progress)
{
	if (progress->shown) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
		progress->shown = false;
	}
}

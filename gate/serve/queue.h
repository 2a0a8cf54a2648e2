/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue.h -- whose turn it is.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A zone as the queue sees it. */
struct queue_zone {
	bool waits;            /* has a candidate whose time has come */
	bool runs;             /* is being judged now: one at a time */
	bool large;            /* what waits (or runs) is a large candidate */
	double spent_s;        /* judging time so far, decayed: its share */
	int64_t waiting_since; /* of the candidate that waits */
};

/*
 * Returns the index of the zone to judge next, or -1: none, or all
 * MAX_PARALLEL slots are taken, or the only free one is kept for zones that
 * are not large (of two slots and more, large candidates get all but one).
 * Of those that may, the one that has spent least; then the one that waits
 * longest.
 */
int queue_next(const struct queue_zone *zones, size_t n, unsigned max_parallel);

/* SPENT_S after ELAPSED_S without judging: halves every ten minutes. */
double queue_decay(double spent_s, double elapsed_s);

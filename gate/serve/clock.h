/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock.h -- is the clock to be trusted?  A gate with a wrong clock would
 * release expired signatures or hold good ones.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/limits.h"

#define CLOCK_WHY 256
/* A lead that is waited for (outcome.h) and accuses no clock: signers that do
 * not date back are always a second or two ahead of somebody. */
#define CLOCK_LEAD_S 300

/* A zone's newest inception against our clock, at its last judgement. */
struct clock_sample {
	char zone[LIMIT_NAME_TEXT];
	int64_t newest_inception;
	int64_t at; /* our time then */
};

/*
 * Returns false, with WHY, if the clock is suspect at NOW:
 * - below NEWEST_KNOWN, the newest time in ledger or log, by more than 60 s;
 * - SYNCHRONISED is false and has been for longer than HOLDOVER_S (0: not
 *   asked), UNSYNCHRONISED_S being how long;
 * - the newest inceptions of two or more zones, judged within the last hour,
 *   all lie in the future by more than CLOCK_LEAD_S, by amounts within 60 s of
 *   each other
 */
bool clock_is_good(int64_t now, int64_t newest_known, bool synchronised,
    int64_t unsynchronised_s, int64_t holdover_s,
    const struct clock_sample *samples, size_t n_samples, char why[CLOCK_WHY]);

/* What the kernel says: true if adjtimex(2) calls the clock synchronised. */
bool clock_is_synchronised(void);

/* The time, in seconds since 1970.  In builds with fault points
 * ZONEGATE_CLOCK_OFFSET=SECONDS, or a file named by ZONEGATE_CLOCK_FILE that
 * holds such a number, is added: for tests. */
int64_t clock_now(void);

/* How long to wait before what came to nothing is tried again: SECONDS, and in
 * builds with fault points no longer than ZONEGATE_WAIT_MOST says: for tests. */
int64_t clock_wait(int64_t seconds);

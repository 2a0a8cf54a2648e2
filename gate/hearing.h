/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hearing.h -- both validators, once, over all claims: what each said and
 * whether it may be believed.
 */
#pragma once

#include "contract/verdict.h"
#include "judgement.h"
#include "progress.h"
#include "surveyed.h"
#include "wakefulness.h"

enum { LDNS, UNBOUND, N_VALIDATORS };

struct hearing {
	struct validator validators[N_VALIDATORS];
	/* Algorithms of the zone that a validator cannot judge. */
	bool unable[N_VALIDATORS][N_ALGORITHMS];

	/* Process 0 is zonegate-ldns, the others are zonegate-unbound. */
	struct worker_run *runs;
	struct verdicts *verdicts;
	unsigned n_runs;
	int ready_fd; /* the other end of zonegate-ldns's JOB_FD_READY */
};

/*
 * Starts zonegate-ldns in CROWD, which begins to read the snapshot while the
 * survey may still be writing its index.  The caller calls hearing_release()
 * once nothing runs any more.
 */
void hearing_begin(const struct request *request,
    const struct snapshot *snapshot, const struct surveyed *surveyed,
    int anchor_fd, struct crowd *crowd, struct hearing *hearing);

/*
 * Goes on over a complete survey: up to request->jobs zonegate-unbound side by
 * side with zonegate-ldns.  Afterwards every validator has an end, rows (all
 * UNJUDGED unless it is WORKER_DONE) and counts.
 */
void hear(const struct request *request, const struct snapshot *snapshot,
    struct surveyed *surveyed, int anchor_fd, struct crowd *crowd,
    struct progress *progress, struct hearing *hearing);

/* What VALIDATOR's library said of CLAIM, to be freed; or NULL. */
char *hearing_words(const struct hearing *hearing, unsigned validator,
    uint32_t claim);

/* Frees all but the validators, which the judgement may have taken. */
void hearing_release(struct hearing *hearing);

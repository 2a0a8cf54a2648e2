/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * surveyed.h -- what zonegate-survey made of a snapshot, once the gate has
 * checked every reference in it.
 */
#pragma once

#include "contract/index.h"
#include "contract/reading.h"
#include "contract/units.h"
#include "judge.h"
#include "snapshot.h"
#include "worker_run.h"

struct surveyed {
	enum worker_end end;
	char why[WHY_TEXT];
	double seconds;
	uint64_t max_rss_kib;
	/* The anchors, the previous release or the unsigned copy cannot be
	 * used; WHY says which. */
	bool operand_is_wrong;

	/* With WORKER_DONE and WORKER_UNKNOWING only. */
	bool has_index;
	struct index index;

	/* If the index is INDEX_COMPLETE. */
	struct units units;

	/* After surveyed_measure(). */
	uint8_t units_sha256[32];
	struct reading reading;

	int index_fd, units_fd; /* sealed */
	const void *index_at, *units_at;
	size_t index_size, units_size;
};

/* Makes the files that the survey will fill.  The caller calls
 * surveyed_release(), whatever comes of it. */
void surveyed_init(struct surveyed *surveyed);

/* The zone texts that the survey reads. */
struct survey_files {
	const struct snapshot *zone;
	const struct snapshot *previous;      /* its fd -1: none */
	const struct snapshot *unsigned_copy; /* the same */
};

/*
 * Runs the survey over FILES in CROWD, waits for its end, seals and checks
 * what it wrote.  Of INTAKE the anchors are used.
 */
void survey(const struct request *request, const struct survey_files *files,
    const struct intake *intake, struct crowd *crowd,
    struct surveyed *surveyed);

/* Measures a complete survey, so that what the validators had before them can
 * be held against it.  That takes a while: they may run meanwhile. */
void surveyed_measure(struct surveyed *surveyed);

/* True if the zone was read whole and claims were made. */
bool surveyed_complete(const struct surveyed *surveyed);

void surveyed_release(struct surveyed *surveyed);

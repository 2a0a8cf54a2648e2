/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "surveyed.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "sealed.h"

/* What the survey may write to each of its files: rows for text of the
 * densest kind, and room for small zones with many keys. */
#define OUTPUT_BASE ((uint64_t)64 << 20)
#define OUTPUT_PER_OCTET 20

/* Hands over FD if there is one; returns whether there is. */
static uint32_t
give_if_any(struct worker_run *run, int fd, enum job_fd number)
{
	if (fd >= 0) {
		run_give(run, fd, number);
	}
	return fd >= 0;
}

static void
run_survey(const struct request *request, const struct survey_files *files,
    const struct intake *intake, struct crowd *crowd, struct surveyed *surveyed)
{
	const struct snapshot *snapshot = files->zone;
	struct worker_run run;

	run_init(&run, WORKER_SURVEY, request, snapshot->size,
	    snapshot->sha256);
	run.job.n_slices = request->jobs;
	run.job.max_output = OUTPUT_BASE + OUTPUT_PER_OCTET * snapshot->size;
	run_give(&run, snapshot->fd, JOB_FD_SNAPSHOT);
	run_give_itself(&run, surveyed->index_fd, JOB_FD_INDEX);
	run_give_itself(&run, surveyed->units_fd, JOB_FD_UNITS);
	run.job.has_anchors =
	    give_if_any(&run, intake->anchor_fd, JOB_FD_ANCHORS);
	run.job.has_incoming =
	    give_if_any(&run, intake->incoming_fd, JOB_FD_INCOMING);
	run.job.has_previous =
	    give_if_any(&run, files->previous->fd, JOB_FD_PREVIOUS);
	run.job.has_unsigned =
	    give_if_any(&run, files->unsigned_copy->fd, JOB_FD_UNSIGNED);
	run_start(&run, crowd);
	crowd_wait(crowd, &run.child);
	surveyed->end = run_end(&run, surveyed->why);
	surveyed->operand_is_wrong = run.child.end == SPAWN_EXITED &&
	                             run.child.status == WORKER_EXIT_OPERAND;
	surveyed->seconds = run.child.seconds;
	surveyed->max_rss_kib = run.child.max_rss_kib;
	run_release(&run);
}

static void
garbled(struct surveyed *surveyed, const char *what, const char *why)
{
	surveyed->end = WORKER_GARBLED;
	surveyed->has_index = false;
	snprintf(surveyed->why, WHY_TEXT, "zonegate-survey's %s: %s", what,
	    why);
}

static void
open_index(const struct snapshot *snapshot, struct surveyed *surveyed)
{
	surveyed->index_size = (size_t)sealed_close(surveyed->index_fd);
	surveyed->index_at =
	    sealed_map(surveyed->index_fd, surveyed->index_size);

	const char *wrong = surveyed->index_at == NULL
	                        ? "empty"
	                        : index_open(surveyed->index_at,
	                              surveyed->index_size, &surveyed->index);

	if (wrong != NULL) {
		garbled(surveyed, "index", wrong);
		return;
	}
	if (memcmp(surveyed->index.header->snapshot_sha256, snapshot->sha256,
	        32) != 0) {
		garbled(surveyed, "index", "it is of another snapshot");
		return;
	}
	surveyed->has_index = true;
}

static void
open_units(const struct snapshot *snapshot, struct surveyed *surveyed)
{
	surveyed->units_size = (size_t)sealed_close(surveyed->units_fd);
	surveyed->units_at =
	    sealed_map(surveyed->units_fd, surveyed->units_size);

	const char *wrong =
	    surveyed->units_at == NULL
	        ? "empty"
	        : units_open(surveyed->units_at, surveyed->units_size,
	              surveyed->index.n_claims, &surveyed->units);

	if (wrong != NULL) {
		garbled(surveyed, "units", wrong);
		return;
	}
	if (memcmp(surveyed->units.header->snapshot_sha256, snapshot->sha256,
	        32) != 0 ||
	    surveyed->units.header->n_units !=
	        surveyed->index.header->n_units) {
		garbled(surveyed, "units", "they are of another snapshot");
		return;
	}
}

/* Every claim names the unit that judges it, and that unit the claim. */
static void
check_units(struct surveyed *surveyed)
{
	const struct units *units = &surveyed->units;

	for (uint32_t u = 0; u < units->header->n_units; u++) {
		const struct units_row *row = &units->rows[u];

		for (uint32_t i = 0; i < row->n_claims; i++) {
			if (surveyed->index.claims[row->first_claim + i].unit !=
			    u) {
				garbled(surveyed, "units",
				    "a claim is in another unit than the "
				    "index says");
				return;
			}
		}
	}
}

static void
open_results(const struct snapshot *snapshot, struct surveyed *surveyed)
{
	open_index(snapshot, surveyed);
	if (surveyed->end != WORKER_DONE) {
		return;
	}
	switch ((enum index_outcome)surveyed->index.header->outcome) {
	case INDEX_UNFINISHED:
		garbled(surveyed, "index", "it is unfinished");
		return;
	case INDEX_REFUSED:
		return;
	case INDEX_UNREADABLE:
		surveyed->end = WORKER_UNKNOWING;
		snprintf(surveyed->why, WHY_TEXT,
		    "zonegate-survey cannot read the text; the findings say "
		    "where");
		return;
	case INDEX_COMPLETE:
		break;
	}
	open_units(snapshot, surveyed);
	if (surveyed->end == WORKER_DONE) {
		check_units(surveyed);
	}
}

void
surveyed_measure(struct surveyed *surveyed)
{
	reading_of_index(&surveyed->index, &surveyed->reading);
	if (EVP_Digest(surveyed->units_at, surveyed->units_size,
	        surveyed->units_sha256, NULL, EVP_sha256(), NULL) != 1) {
		die("SHA-256 failed");
	}
}

void
surveyed_init(struct surveyed *surveyed)
{
	memset(surveyed, 0, sizeof(*surveyed));
	surveyed->index_fd = sealed_new("index");
	surveyed->units_fd = sealed_new("units");
}

void
survey(const struct request *request, const struct survey_files *files,
    const struct intake *intake, struct crowd *crowd, struct surveyed *surveyed)
{
	run_survey(request, files, intake, crowd, surveyed);
	if (surveyed->end == WORKER_DONE) {
		open_results(files->zone, surveyed);
	}
}

bool
surveyed_complete(const struct surveyed *surveyed)
{
	return surveyed->end == WORKER_DONE && surveyed->has_index &&
	       surveyed->index.header->outcome == INDEX_COMPLETE;
}

void
surveyed_release(struct surveyed *surveyed)
{
	sealed_unmap(surveyed->index_at, surveyed->index_size);
	sealed_unmap(surveyed->units_at, surveyed->units_size);
	close(surveyed->index_fd);
	close(surveyed->units_fd);
	memset(surveyed, 0, sizeof(*surveyed));
	surveyed->index_fd = surveyed->units_fd = -1;
}

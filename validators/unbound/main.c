/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-unbound: has libunbound judge a slice of the units that
 * zonegate-survey made, and writes what it says of each claim.
 */
#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/libraries.h"
#include "base/mapped.h"
#include "base/memory.h"
#include "base/sandbox.h"
#include "contract/fault.h"
#include "unbound/canaries.h"
#include "unbound/loaded.h"
#include "unbound/unit.h"

static struct span
map(int fd, const char *what)
{
	struct mapped mapped = mapped_file(fd, what);

	return (struct span){mapped.at, mapped.size};
}

/* The chain is judged under the operator's anchors, and nothing else is. */
static bool
claims_fit_units(const struct index *index, const struct units *units)
{
	for (uint32_t u = 0; u < units->header->n_units; u++) {
		const struct units_row *unit = &units->rows[u];
		const struct index_claim *claims =
		    &index->claims[unit->first_claim];

		for (uint32_t i = 0; i < unit->n_claims; i++) {
			if (claims[i].unit != u ||
			    (claims[i].kind == CLAIM_CHAIN) !=
			        (unit->kind == UNIT_CHAIN)) {
				return false;
			}
		}
	}
	return true;
}

static void
open_files(const struct job *job, struct span index_file,
    struct span units_file, struct index *index, struct units *units)
{
	const char *wrong = index_open(index_file.at, index_file.length, index);

	if (wrong != NULL) {
		die("index: %s", wrong);
	}
	if (index->header->outcome != INDEX_COMPLETE) {
		die("index: not of a whole zone");
	}
	wrong = units_open(units_file.at, units_file.length, index->n_claims,
	    units);
	if (wrong != NULL) {
		die("units: %s", wrong);
	}
	if (!claims_fit_units(index, units)) {
		die("units: not those of the index");
	}
	if (memcmp(index->header->snapshot_sha256, job->snapshot_sha256, 32) !=
	        0 ||
	    memcmp(units->header->snapshot_sha256, job->snapshot_sha256, 32) !=
	        0) {
		die("index or units of another snapshot");
	}
	if (job->n_slices == 0 || job->slice >= job->n_slices) {
		die("job: no such slice");
	}
}

static void
write_hello(const struct job *job, struct span units_file)
{
	struct frame_hello hello = {
	    .magic = VERDICT_MAGIC,
	    .version = VERDICT_VERSION,
	    .slice = job->slice,
	    .n_slices = job->n_slices,
	};
	struct sha256_ctx sha256;

	memcpy(hello.snapshot_sha256, job->snapshot_sha256, 32);
	if (fault_is(job, FAULT_other_snapshot)) {
		hello.snapshot_sha256[0] ^= 1;
	}
	sha256_init(&sha256);
	sha256_update(&sha256, units_file.length, units_file.at);
	sha256_digest(&sha256, sizeof(hello.judged_sha256),
	    hello.judged_sha256);
	loaded_name(&hello);
	if (!frame_write(JOB_FD_VERDICTS, FRAME_HELLO, &hello, sizeof(hello))) {
		die("cannot write");
	}
}

static uint64_t
claims_of_slice(const struct bench *bench)
{
	uint64_t claims = 0;

	for (uint64_t u = bench->job->slice; u < bench->units->header->n_units;
	     u += bench->job->n_slices) {
		claims += bench->units->rows[u].n_claims;
	}
	return claims;
}

/* What a worker may get wrong; only builds with fault points can. */
static void
go_wrong(const struct bench *bench, struct verdict_row *rows, uint32_t *n,
    uint64_t judged)
{
	const struct job *job = bench->job;

	if (fault_is(job, FAULT_half) &&
	    *n > claims_of_slice(bench) / 2 - judged) {
		*n = (uint32_t)(claims_of_slice(bench) / 2 - judged);
	}
	for (uint32_t i = 0; i < *n; i++) {
		if (fault_is(job, FAULT_all_secure) ||
		    fault_is(job, FAULT_one_unjudged)) {
			rows[i] =
			    (struct verdict_row){VERDICT_SECURE, REASON_none};
		}
	}
	if (fault_is(job, FAULT_one_unjudged) && judged == 0) {
		rows[0] = (struct verdict_row){VERDICT_UNJUDGED, REASON_none};
	}
	if (fault_is(job, FAULT_one_bogus) && judged == 0) {
		rows[0] = (struct verdict_row){VERDICT_BOGUS, REASON_bogus};
	}
	while (fault_is(job, FAULT_too_much)) {
		if (!frame_write_verdicts(JOB_FD_VERDICTS, 0, rows, *n)) {
			die("cannot write");
		}
	}
}

static uint64_t
judge_units(struct bench *bench)
{
	uint64_t judged = 0;

	for (uint64_t u = bench->job->slice; u < bench->units->header->n_units;
	     u += bench->job->n_slices) {
		const struct units_row *unit = &bench->units->rows[u];
		struct verdict_row *rows =
		    xcalloc(unit->n_claims, sizeof(*rows));
		uint32_t n = unit->n_claims;

		unit_judge(bench, unit, rows);
		go_wrong(bench, rows, &n, judged);
		if (!frame_write_verdicts(JOB_FD_VERDICTS, unit->first_claim,
		        rows, n)) {
			die("cannot write");
		}
		judged += n;
		free(rows);
		if (n < unit->n_claims) {
			exit(EXIT_SUCCESS); /* FAULT_half */
		}
	}
	return judged;
}

int
main(int argc, char **argv)
{
	static struct job job;
	struct index index;
	struct units units;

	die_init("zonegate-unbound");
	libraries_answer(argc, argv, "zonegate-unbound");
	job_read(WORKER_UNBOUND, &job);
	fault_point(&job);
	loaded_check();
	sandbox_enter(SANDBOX_UNBOUND, job.max_output, job.waived);

	struct span units_file = map(JOB_FD_UNITS, "units");

	open_files(&job, map(JOB_FD_INDEX, "index"), units_file, &index,
	    &units);

	struct bench bench = {
	    .job = &job,
	    .index = &index,
	    .units = &units,
	    .verdicts_fd = JOB_FD_VERDICTS,
	};

	if (job.has_anchors != 0) {
		bench.operator_anchors = map(JOB_FD_ANCHORS, "anchors");
	}
	write_hello(&job, units_file);
	canaries_sing(&bench, CANARY_BEFORE);

	struct frame_bye bye = {.judged = judge_units(&bench)};

	canaries_sing(&bench, CANARY_AFTER);
	if (!frame_write(JOB_FD_VERDICTS, FRAME_BYE, &bye, sizeof(bye))) {
		die("cannot write");
	}
	return EXIT_SUCCESS;
}

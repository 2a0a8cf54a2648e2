/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hearing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"

/* zonegate-ldns is one process and has the most to do: where processors are
 * short, the whole is done sooner if the others stand back for it. */
#define UNBOUND_NICE 3

/* A canary, a configuration, anchors: what zonegate-unbound may write to a
 * file whatever the size of the units. */
#define FILES_BASE ((uint64_t)1 << 20)

/* ---- one process ---- */

static bool
is_owed(const struct surveyed *surveyed, const struct worker_run *run,
    uint32_t claim)
{
	return surveyed->index.claims[claim].unit % run->job.n_slices ==
	       run->job.slice;
}

/* Demands an answer for each claim of the run's slice and for no other. */
static const char *
check_slice(const struct surveyed *surveyed, const struct worker_run *run,
    const struct verdict_row *rows, const struct verdicts *verdicts)
{
	uint64_t owed = 0;

	for (uint32_t i = 0; i < surveyed->index.n_claims; i++) {
		if (is_owed(surveyed, run, i)) {
			owed++;
		} else if (rows[i].verdict != 0 || rows[i].reason != 0) {
			return "a verdict on a claim of another slice";
		}
	}
	return verdicts->judged == owed ? NULL
	                                : "not as many verdicts as claims";
}

static const char *
check_hello(const struct surveyed *surveyed, const struct worker_run *run,
    const struct frame_hello *hello)
{
	/* What it has before it: the snapshot, or the units made of it. */
	const uint8_t *judged = run->worker == WORKER_LDNS
	                            ? run->job.snapshot_sha256
	                            : surveyed->units_sha256;

	if (memcmp(hello->snapshot_sha256, run->job.snapshot_sha256, 32) != 0 ||
	    memcmp(hello->judged_sha256, judged, 32) != 0) {
		return "an answer for another snapshot";
	}
	if (hello->slice != run->job.slice ||
	    hello->n_slices != run->job.n_slices) {
		return "an answer for another slice";
	}
	return NULL;
}

/* Has the survey and zonegate-ldns read the same records? */
static enum worker_end
check_reading(const struct surveyed *surveyed, const struct worker_run *run,
    const struct verdicts *verdicts, char why[WHY_TEXT])
{
	if (run->worker != WORKER_LDNS) {
		return WORKER_DONE;
	}
	if (!verdicts->has_reading) {
		snprintf(why, WHY_TEXT,
		    "it does not say what records it has read");
		return WORKER_GARBLED;
	}
	const char *difference =
	    reading_difference(&surveyed->reading, &verdicts->reading);

	if (difference != NULL) {
		snprintf(why, WHY_TEXT,
		    "it has not read the records that the survey has read: %s",
		    difference);
		return WORKER_DIFFERS;
	}
	return WORKER_DONE;
}

static void
find_algorithms(const struct index *index, bool wanted[N_ALGORITHMS])
{
	memset(wanted, 0, N_ALGORITHMS * sizeof(*wanted));
	for (uint32_t i = 0; i < index->n_keys; i++) {
		wanted[index->keys[i].algorithm] = true;
	}
}

/*
 * Reads what process RUN wrote into ROWS, one per claim and all zero, and
 * VERDICTS.  Anything but WORKER_DONE means that nothing in them counts.
 */
static enum worker_end
read_process(const struct surveyed *surveyed, const struct worker_run *run,
    struct verdict_row *rows, struct verdicts *verdicts,
    bool unable[N_ALGORITHMS], char why[WHY_TEXT])
{
	enum worker_end end = run_end(run, why);
	bool wanted[N_ALGORITHMS];

	if (end != WORKER_DONE) {
		return end;
	}
	const char *wrong = verdicts_read(run->child.stream,
	    run->child.stream_length, surveyed->index.n_claims, rows, verdicts);

	if (wrong == NULL) {
		wrong = check_hello(surveyed, run, &verdicts->hello);
	}
	if (wrong == NULL) {
		wrong = check_slice(surveyed, run, rows, verdicts);
	}
	if (wrong != NULL) {
		snprintf(why, WHY_TEXT, "its result is garbled: %s", wrong);
		return WORKER_GARBLED;
	}
	find_algorithms(&surveyed->index, wanted);
	if (!is_awake(verdicts, wanted, unable, why)) {
		return WORKER_ASLEEP;
	}
	return check_reading(surveyed, run, verdicts, why);
}

/* ---- all processes of one validator ---- */

static uint8_t
claim_algorithm(const struct index *index, uint32_t claim)
{
	uint32_t rrsig = index->claims[claim].rrsig;

	return rrsig == INDEX_NONE ? 0 : index->rrsigs[rrsig].algorithm;
}

/* Adds the rows of one process to its validator's. */
static void
add_rows(const struct surveyed *surveyed, const struct worker_run *run,
    const bool unable[N_ALGORITHMS], const struct verdict_row *rows,
    struct validator *validator)
{
	for (uint32_t i = 0; i < surveyed->index.n_claims; i++) {
		if (!is_owed(surveyed, run, i)) {
			continue;
		}
		/* What was said without a canary to vouch for it is nothing. */
		validator->rows[i] =
		    unable[claim_algorithm(&surveyed->index, i)]
		        ? (struct verdict_row){VERDICT_UNJUDGED,
		              REASON_algorithm}
		        : rows[i];
	}
}

static void
describe(struct validator *validator, const struct frame_hello *hello)
{
	memcpy(validator->library, hello->library, sizeof(hello->library));
	memcpy(validator->library_version, hello->library_version,
	    sizeof(hello->library_version));
	memcpy(validator->crypto, hello->crypto, sizeof(hello->crypto));
	memcpy(validator->crypto_version, hello->crypto_version,
	    sizeof(hello->crypto_version));
}

static void
measure(struct validator *validator, const struct worker_run *run)
{
	if (run->child.seconds > validator->seconds) {
		validator->seconds = run->child.seconds;
	}
	if (run->child.max_rss_kib > validator->max_rss_kib) {
		validator->max_rss_kib = run->child.max_rss_kib;
	}
}

static void
count(struct validator *validator)
{
	for (uint64_t i = 0; i < validator->claims; i++) {
		switch ((enum verdict)validator->rows[i].verdict) {
		case VERDICT_UNJUDGED:
			validator->unjudged++;
			break;
		case VERDICT_SECURE:
			validator->secure++;
			break;
		case VERDICT_INSECURE:
			validator->insecure++;
			break;
		case VERDICT_BOGUS:
			validator->bogus++;
			break;
		case VERDICT_INDETERMINATE:
			validator->indeterminate++;
			break;
		case N_VERDICTS:
			break;
		}
	}
}

/* Fills in validator V from the processes FIRST to FIRST + N - 1. */
static void
read_validator(const struct surveyed *surveyed, struct hearing *hearing,
    unsigned v, unsigned first, unsigned n)
{
	struct validator *validator = &hearing->validators[v];
	uint32_t n_claims = surveyed->index.n_claims;

	validator->rows = xcalloc(n_claims, sizeof(*validator->rows));
	validator->end = WORKER_DONE;
	for (unsigned i = first; i < first + n; i++) {
		const struct worker_run *run = &hearing->runs[i];
		struct verdict_row *rows = xcalloc(n_claims, sizeof(*rows));
		bool unable[N_ALGORITHMS] = {false};
		char why[WHY_TEXT];
		enum worker_end end = read_process(surveyed, run, rows,
		    &hearing->verdicts[i], unable, why);

		measure(validator, run);
		if (end != WORKER_DONE && validator->end == WORKER_DONE) {
			validator->end = end;
			memcpy(validator->why, why, sizeof(why));
		}
		if (end == WORKER_DONE) {
			add_rows(surveyed, run, unable, rows, validator);
			describe(validator, &hearing->verdicts[i].hello);
		} else {
			/* Its words must not be found either. */
			hearing->verdicts[i].n_words = 0;
		}
		for (unsigned a = 0; a < N_ALGORITHMS; a++) {
			hearing->unable[v][a] |= unable[a];
		}
		free(rows);
	}
	validator->claims = n_claims;
	if (validator->end != WORKER_DONE) {
		memset(validator->rows, 0, n_claims * sizeof(*validator->rows));
		memset(hearing->unable[v], 0, sizeof(hearing->unable[v]));
	}
}

/* Two validators that share their cryptography are one. */
static void
check_independence(struct hearing *hearing)
{
	struct validator *ldns = &hearing->validators[LDNS];
	struct validator *unbound = &hearing->validators[UNBOUND];

	if (ldns->end != WORKER_DONE || unbound->end != WORKER_DONE) {
		return;
	}
	if (strcasecmp(ldns->library, unbound->library) == 0 ||
	    strcasecmp(ldns->crypto, unbound->crypto) == 0) {
		unbound->end = WORKER_GARBLED;
		snprintf(unbound->why, sizeof(unbound->why),
		    "it is not independent of zonegate-ldns: %s on %s",
		    unbound->library, unbound->crypto);
		memset(unbound->rows, 0,
		    unbound->claims * sizeof(*unbound->rows));
	}
}

/* ---- running them ---- */

static void
prepare(const struct request *request, const struct snapshot *snapshot,
    const struct surveyed *surveyed, int anchor_fd, struct worker_run *run,
    enum worker worker)
{
	run_init(run, worker, request, snapshot->size, snapshot->sha256);
	run->job.has_anchors = anchor_fd >= 0;
	run_give(run, surveyed->index_fd, JOB_FD_INDEX);
	if (anchor_fd >= 0) {
		run_give(run, anchor_fd, JOB_FD_ANCHORS);
	}
}

void
hearing_begin(const struct request *request, const struct snapshot *snapshot,
    const struct surveyed *surveyed, int anchor_fd, struct crowd *crowd,
    struct hearing *hearing)
{
	int ready[2];

	if (pipe2(ready, O_CLOEXEC) != 0) {
		die("cannot make a pipe: %s", strerror(errno));
	}
	memset(hearing, 0, sizeof(*hearing));
	hearing->validators[LDNS].name = "ldns";
	hearing->validators[UNBOUND].name = "unbound";
	hearing->runs = xcalloc(1 + request->jobs, sizeof(*hearing->runs));
	hearing->n_runs = 1;
	hearing->ready_fd = ready[1];

	struct worker_run *ldns = &hearing->runs[0];

	prepare(request, snapshot, surveyed, anchor_fd, ldns, WORKER_LDNS);
	run_give(ldns, snapshot->fd, JOB_FD_SNAPSHOT);
	run_give_itself(ldns, ready[0], JOB_FD_READY);
	close(ready[0]);
	/* It says who it is, and no more until the index is there. */
	run_collect(ldns, verdicts_max_octets(0));
	run_start(ldns, crowd);
}

/* The index is sealed: zonegate-ldns may go on, and may say more. */
static void
let_ldns_go_on(struct hearing *hearing, const struct surveyed *surveyed)
{
	static const char octet = 1;

	hearing->runs[0].child.stream_max =
	    verdicts_max_octets(surveyed->index.n_claims);
	/* Our copy of its end keeps the pipe whole even if it has died. */
	if (write(hearing->ready_fd, &octet, 1) != 1) {
		die("cannot tell zonegate-ldns to go on: %s", strerror(errno));
	}
}

static void
start_unbound(const struct request *request, const struct snapshot *snapshot,
    const struct surveyed *surveyed, int anchor_fd, struct crowd *crowd,
    struct hearing *hearing)
{
	uint32_t n_units = surveyed->units.header->n_units;
	unsigned n_slices = request->jobs;

	if (n_slices > n_units) {
		n_slices = n_units == 0 ? 1 : n_units;
	}
	hearing->n_runs = 1 + n_slices;
	for (unsigned i = 0; i < n_slices; i++) {
		struct worker_run *run = &hearing->runs[1 + i];

		prepare(request, snapshot, surveyed, anchor_fd, run,
		    WORKER_UNBOUND);
		run_give(run, surveyed->units_fd, JOB_FD_UNITS);
		/* libunbound reads files, so each unit becomes one, and so do
		 * its configuration and anchors: in memory. */
		run->job.max_output = surveyed->units_size + FILES_BASE;
		run->job.slice = i;
		run->job.n_slices = n_slices;
		run->child.nice = UNBOUND_NICE;
		if (i > 0) {
			run->job.fault = 0; /* one is enough */
		}
		run_collect(run, verdicts_max_octets(surveyed->index.n_claims));
		run_start(run, crowd);
	}
}

void
hear(const struct request *request, const struct snapshot *snapshot,
    struct surveyed *surveyed, int anchor_fd, struct crowd *crowd,
    struct progress *progress, struct hearing *hearing)
{
	let_ldns_go_on(hearing, surveyed);
	start_unbound(request, snapshot, surveyed, anchor_fd, crowd, hearing);
	progress_judging(progress, hearing->runs, hearing->n_runs,
	    (uint64_t)surveyed->index.n_claims * sizeof(struct verdict_row));
	surveyed_measure(surveyed);
	crowd_wait(crowd, NULL);
	progress_judging(progress, NULL, 0, 0);
	hearing->verdicts =
	    xcalloc(hearing->n_runs, sizeof(*hearing->verdicts));
	read_validator(surveyed, hearing, LDNS, 0, 1);
	read_validator(surveyed, hearing, UNBOUND, 1, hearing->n_runs - 1);
	check_independence(hearing);
	count(&hearing->validators[LDNS]);
	count(&hearing->validators[UNBOUND]);
}

/* ---- afterwards ---- */

char *
hearing_words(const struct hearing *hearing, unsigned validator, uint32_t claim)
{
	unsigned first = validator == LDNS ? 0 : 1;
	unsigned end = validator == LDNS ? 1 : hearing->n_runs;

	for (unsigned i = first; i < end; i++) {
		const struct verdicts *verdicts = &hearing->verdicts[i];

		for (unsigned w = 0; w < verdicts->n_words; w++) {
			const struct words *words = &verdicts->words[w];

			if (words->claim == claim) {
				char *text = xmalloc(words->length + 1);

				clean_text(text, words->length + 1, words->text,
				    words->length);
				return text;
			}
		}
	}
	return NULL;
}

void
hearing_release(struct hearing *hearing)
{
	for (unsigned i = 0; i < hearing->n_runs; i++) {
		run_release(&hearing->runs[i]);
	}
	free(hearing->runs);
	free(hearing->verdicts);
	close(hearing->ready_fd);
	hearing->runs = NULL;
	hearing->verdicts = NULL;
	hearing->n_runs = 0;
	hearing->ready_fd = -1;
}

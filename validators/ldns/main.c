/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-ldns: reads the whole snapshot with libldns and judges
 * every claim with libldns on OpenSSL.
 *
 * In order: job, libraries, confinement; then the reading of the snapshot,
 * beside the survey; then its index, the canaries, the claims, the canaries
 * again.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/die.h"
#include "base/libraries.h"
#include "base/sandbox.h"
#include "contract/fault.h"
#include "contract/index.h"
#include "contract/job.h"
#include "contract/name.h"
#include "contract/verdict.h"
#include "ldns/anchors.h"
#include "ldns/canaries.h"
#include "ldns/inputs.h"
#include "ldns/judge.h"
#include "ldns/library.h"
#include "ldns/read.h"
#include "ldns/zone_keys.h"

/* Verdicts per frame. */
#define BLOCK_ROWS 4096

/* Everything about the one snapshot. */
struct run {
	struct job job;
	FILE *text; /* the snapshot with an offset of our own, or NULL */
	struct mapped snapshot;
	struct index index;
	const uint8_t *apex;
	struct zone zone;
	struct keys keys;
	struct anchors anchors;
	struct judge judge;
};

static void
must_write(bool written)
{
	if (!written) {
		die("verdicts: %s", strerror(errno));
	}
}

/* Writes more than anybody may until somebody objects. */
static void
write_too_much(void)
{
	static const uint8_t zeros[65536];

	while (write(JOB_FD_VERDICTS, zeros, sizeof(zeros)) > 0) {
	}
	die("verdicts: %s", strerror(errno));
}

static void
open_snapshot(struct run *run)
{
	run->snapshot = mapped_file(JOB_FD_SNAPSHOT, "snapshot");
	if (run->snapshot.size != run->job.snapshot_size) {
		die("snapshot: %zu octets, the job says %llu",
		    run->snapshot.size,
		    (unsigned long long)run->job.snapshot_size);
	}
}

/* The survey writes its index while we read.  The gate sends one octet when it
 * has sealed it; if that never comes, there is nothing to judge. */
static void
open_index(struct run *run)
{
	char octet;
	ssize_t got;

	do {
		got = read(JOB_FD_READY, &octet, 1);
	} while (got < 0 && errno == EINTR);
	if (got != 1) {
		die("index: it never came");
	}
	struct mapped index = mapped_file(JOB_FD_INDEX, "index");
	const char *wrong = index_open(index.at, index.size, &run->index);
	if (wrong != NULL) {
		die("index: %s", wrong);
	}
	if (run->index.header->outcome != INDEX_COMPLETE) {
		die("index: not complete");
	}
	if (memcmp(run->index.header->snapshot_sha256, run->job.snapshot_sha256,
	        32) != 0) {
		die("index: of another snapshot");
	}
	run->apex = index_at(&run->index, run->index.header->apex_name);
	inputs_rest(index);
}

static void
say_hello(const struct run *run)
{
	const struct job *job = &run->job;
	struct frame_hello hello = {
	    .magic = VERDICT_MAGIC,
	    .version = VERDICT_VERSION,
	    .slice = job->slice,
	    .n_slices = job->n_slices,
	};

	inputs_sha256(run->snapshot, hello.judged_sha256);
	if (memcmp(hello.judged_sha256, job->snapshot_sha256, 32) != 0) {
		die("snapshot: not the one of the job");
	}
	inputs_rest(run->snapshot);
	memcpy(hello.snapshot_sha256, job->snapshot_sha256, 32);
	if (fault_is(job, FAULT_other_snapshot)) {
		hello.snapshot_sha256[0] ^= 1;
		hello.judged_sha256[0] ^= 1;
	}
	library_hello(&hello);
	must_write(frame_write(JOB_FD_VERDICTS, FRAME_HELLO, &hello,
	    sizeof(hello)));
}

static void
say_canary(const struct run *run, uint8_t algorithm, enum canary_phase phase)
{
	struct frame_canary frame = canary_judge(algorithm, phase);

	if (fault_is(&run->job, FAULT_all_secure)) {
		frame.intact = VERDICT_SECURE;
		frame.flipped = VERDICT_SECURE;
	}
	must_write(frame_write(JOB_FD_VERDICTS, FRAME_CANARY, &frame,
	    sizeof(frame)));
}

/* One for each algorithm of the zone's keys; if it has none, any, so that no
 * run is without. */
static void
say_canaries(const struct run *run, enum canary_phase phase)
{
	bool seen[256] = {false};

	if (run->index.n_keys == 0 && n_canaries > 0) {
		say_canary(run, canaries[0].algorithm, phase);
	}
	for (uint32_t i = 0; i < run->index.n_keys; i++) {
		uint8_t algorithm = run->index.keys[i].algorithm;

		if (!seen[algorithm]) {
			seen[algorithm] = true;
			say_canary(run, algorithm, phase);
		}
	}
}

/* Returns where LINE, counted from 1, begins in the snapshot. */
static size_t
find_line(struct mapped snapshot, uint64_t line)
{
	const char *begin = snapshot.at;
	const char *at = begin, *end = begin + snapshot.size;

	while (--line > 0) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		if (newline == NULL) {
			break;
		}
		at = newline + 1;
	}
	return (size_t)(at - begin);
}

/* Says where and why ldns stopped.  That is no word about the zone: it says
 * with its exit status whether a newer ldns would help. */
static _Noreturn void
stop_reading(const struct run *run, struct read_end end)
{
	enum { SHOWN = 80 };
	const char *begin = run->snapshot.at;
	size_t from = find_line(run->snapshot, end.line);

	from += read_skip_comments(begin + from, run->snapshot.size - from,
	    &end.line);

	const char *at = begin + from;
	size_t length = run->snapshot.size - from;
	const char *newline = memchr(at, '\n', length);
	size_t shown = newline == NULL ? length : (size_t)(newline - at);

	warn("line %llu: %s: %.*s", (unsigned long long)end.line,
	    ldns_get_errorstr_by_id(end.status),
	    (int)(shown < SHOWN ? shown : SHOWN), at);
	exit(read_type_is_unknown(at, length) ? WORKER_EXIT_UNKNOWN_TYPE
	                                      : WORKER_EXIT_UNREADABLE);
}

static void
read_snapshot(struct run *run)
{
	const char *origin = run->job.zone[0] == '\0' ? "." : run->job.zone;
	uint64_t seed = 0;

	if (run->text == NULL) {
		run->text = inputs_open(run->snapshot);
	}
	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed)) {
		die("getrandom: %s", strerror(errno));
	}
	zone_init(&run->zone, seed);

	struct read_end end = read_text(run->text, origin, &run->zone);

	fclose(run->text);
	if (end.status != LDNS_STATUS_OK) {
		stop_reading(run, end);
	}
	zone_seal(&run->zone);
}

static void
say_reading(struct run *run)
{
	keys_init(&run->keys, &run->zone, run->apex);
	keys_count_owed(&run->keys, &run->zone);
	must_write(frame_write(JOB_FD_VERDICTS, FRAME_READING,
	    &run->zone.reading, sizeof(run->zone.reading)));
}

static void
read_anchors(struct run *run)
{
	enum { MOST = LIMIT_ANCHOR_BYTES };

	if (run->job.has_anchors == 0) {
		run->anchors.self = true;
		return;
	}
	struct mapped mapped = mapped_file(JOB_FD_ANCHORS, "anchors");

	if (mapped.size > MOST) {
		die("anchors: more than %d octets", MOST);
	}
	FILE *file = inputs_open(mapped);

	anchors_read(&run->anchors, file, run->apex);
	fclose(file);
}

static struct verdict_row
judge_claim(struct run *run, const struct index_claim *claim)
{
	run->judge.words[0] = '\0';
	if (claim->kind == CLAIM_CHAIN) {
		return judge_chain(&run->judge, &run->anchors);
	}
	uint32_t rrsig = zone_find_rrsig(&run->zone, claim->digest);

	if (rrsig == ZONE_NONE) {
		return (struct verdict_row){VERDICT_UNJUDGED, REASON_not_read};
	}
	return judge_rrsig(&run->judge, rrsig);
}

static void
say_words(struct run *run, uint32_t claim, unsigned *n_words)
{
	if (run->judge.words[0] == '\0' || *n_words == LIMIT_WORDS_PER_WORKER) {
		return;
	}
	(*n_words)++;
	must_write(frame_write_words(JOB_FD_VERDICTS, claim, run->judge.words));
}

static void
judge_claims(struct run *run)
{
	static struct verdict_row rows[BLOCK_ROWS];
	uint32_t n_claims = run->index.n_claims;
	unsigned n_words = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; i < n_claims; i++) {
		rows[n] = judge_claim(run, &run->index.claims[i]);
		say_words(run, i, &n_words);
		if (fault_is(&run->job, FAULT_all_secure)) {
			rows[n] =
			    (struct verdict_row){VERDICT_SECURE, REASON_none};
		}
		if (fault_is(&run->job, FAULT_one_unjudged) &&
		    i == n_claims / 2) {
			rows[n] =
			    (struct verdict_row){VERDICT_UNJUDGED, REASON_none};
		}
		if (fault_is(&run->job, FAULT_one_bogus) && i == 0) {
			rows[n] = (struct verdict_row){
			    VERDICT_BOGUS, REASON_bad_signature};
		}
		if (fault_is(&run->job, FAULT_half) && i >= n_claims / 2) {
			exit(WORKER_EXIT_OK);
		}
		n++;
		if (n == BLOCK_ROWS || i + 1 == n_claims) {
			must_write(frame_write_verdicts(JOB_FD_VERDICTS,
			    i + 1 - n, rows, n));
			n = 0;
		}
	}
}

int
main(int argc, char **argv)
{
	static struct run run;
	struct frame_bye bye = {0};

	die_init("zonegate-ldns");
	libraries_answer(argc, argv, "zonegate-ldns");
	job_read(WORKER_LDNS, &run.job);
	fault_point(&run.job);
	library_init();
	run.text = inputs_reopen(JOB_FD_SNAPSHOT);
	sandbox_enter(SANDBOX_LDNS, run.job.max_output, run.job.waived);

	open_snapshot(&run);
	say_hello(&run);
	read_snapshot(&run);
	open_index(&run);
	say_canaries(&run, CANARY_BEFORE);
	if (fault_is(&run.job, FAULT_too_much)) {
		write_too_much();
	}
	say_reading(&run);
	read_anchors(&run);
	judge_init(&run.judge, &run.zone, &run.keys, run.apex, run.job.at);
	judge_claims(&run);
	say_canaries(&run, CANARY_AFTER);
	bye.judged = run.index.n_claims;
	must_write(frame_write(JOB_FD_VERDICTS, FRAME_BYE, &bye, sizeof(bye)));

	judge_release(&run.judge);
	anchors_release(&run.anchors);
	keys_release(&run.keys);
	zone_release(&run.zone);
	return WORKER_EXIT_OK;
}

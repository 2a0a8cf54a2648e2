/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-survey: reads the zone text, checks its structure, and
 * says which signatures must hold.
 *
 * It verifies none of them, and decides nothing.
 */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/sandbox.h"
#include "contract/fault.h"
#include "survey/steps.h"

struct span {
	const char *at;
	size_t length;
};

static void
read_job(struct job *job)
{
	static unsigned char octets[sizeof(struct job) + 1];
	size_t n = 0;

	while (n < sizeof(octets)) {
		ssize_t got =
		    read(JOB_FD_JOB, octets + n, sizeof(octets) - n);

		if (got < 0 && errno != EINTR) {
			die("cannot read the job: %s", strerror(errno));
		}
		if (got == 0) {
			break;
		}
		n += got > 0 ? (size_t)got : 0;
	}
	const char *wrong = job_open(octets, n, WORKER_SURVEY, job);

	if (wrong != NULL) {
		die("the job: %s", wrong);
	}
}

static struct span
map(int fd, const char *what)
{
	struct stat status;

	if (fstat(fd, &status) != 0) {
		die("%s: %s", what, strerror(errno));
	}
	/* mmap(2) does not map nothing. */
	if (status.st_size == 0) {
		return (struct span){ "", 0 };
	}
	size_t length = (size_t)status.st_size;
	void *at = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);

	if (at == MAP_FAILED) {
		die("%s: %s", what, strerror(errno));
	}
	return (struct span){ at, length };
}

static struct span
map_snapshot(const struct job *job)
{
	struct span snapshot = map(JOB_FD_SNAPSHOT, "the snapshot");
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (snapshot.length != job->snapshot_size) {
		die("the snapshot has %zu octets, not %llu", snapshot.length,
		    (unsigned long long)job->snapshot_size);
	}
	if (EVP_Digest(snapshot.at, snapshot.length, digest, NULL,
		EVP_sha256(), NULL) != 1) {
		die("OpenSSL does not digest");
	}
	if (memcmp(digest, job->snapshot_sha256,
		sizeof(job->snapshot_sha256)) != 0) {
		die("the snapshot is not the one the job names");
	}
	return snapshot;
}

static void
read_beside(struct survey *s)
{
	const struct job *job = s->job;

	if (job->has_anchors != 0) {
		struct span anchors = map(JOB_FD_ANCHORS, "the anchors");

		if (anchors.length > LIMIT_ANCHOR_BYTES) {
			die("the anchor file is larger than %d octets",
			    LIMIT_ANCHOR_BYTES);
		}
		anchors_read(s, anchors.at, anchors.length, s->apex);
	}
	if (job->has_previous != 0) {
		struct span previous =
		    map(JOB_FD_PREVIOUS, "the previous release");

		previous_read(s, previous.at, previous.length);
	}
}

static void
set_soa(struct survey *s)
{
	uint32_t row = index_find_rrset(&s->index, s->header.apex, TYPE_SOA);
	const struct index_rrset *soa = &s->index.rrsets[row];
	const struct index_record *record =
	    &s->index.records[soa->first_record];
	/* RFC 1035 3.3.13: serial and four times end the RDATA. */
	const uint8_t *serial =
	    at(s, record->rdata) + record->rdata.length - 20;

	s->header.soa_record = soa->first_record;
	s->header.serial = (uint32_t)serial[0] << 24 |
	    (uint32_t)serial[1] << 16 | (uint32_t)serial[2] << 8 | serial[3];
}

/* Everything over a zone that could be read. */
static void
survey_zone(struct survey *s, struct rows *rows, struct raw_zone *raw,
    struct plan *plan)
{
	read_beside(s);
	index_build(s, rows, raw);
	cuts_build(s, rows);
	set_soa(s);
	keys_build(s, rows);
	claims_build(s, rows, plan);
	run_checks(s);
}

static void
init_survey(struct survey *s, const struct job *job)
{
	s->job = job;
	s->index.header = &s->header;
	s->header.apex = INDEX_NONE;
	s->header.soa_record = INDEX_NONE;
	s->header.earliest_rrsig = INDEX_NONE;
	memcpy(s->header.snapshot_sha256, job->snapshot_sha256,
	    sizeof(s->header.snapshot_sha256));
	if (fault_is(job, FAULT_other_snapshot)) {
		s->header.snapshot_sha256[0] ^= 1;
	}
}

static void
release(struct survey *s, struct rows *rows, struct raw_zone *raw,
    struct plan *plan)
{
	free(rows->owners);
	free(rows->rrsets);
	free(rows->records);
	free(rows->rrsigs);
	free(rows->keys);
	free(rows->claims);
	free(raw->records);
	free(raw->runs);
	free(plan->units);
	free(s->findings.rows);
	free(s->octets);
	arena_release(&s->arena);
}

int
main(void)
{
	static struct job job;
	static struct survey s;
	static struct rows rows;
	static struct raw_zone raw;
	static struct plan plan;

	die_init("zonegate-survey");
	read_job(&job);
	fault_point(&job);
	/* Else OpenSSL would look for a configuration file. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	sandbox_enter(SANDBOX_SURVEY, job.max_output, job.waived);

	struct span snapshot = map_snapshot(&job);

	init_survey(&s, &job);
	enum index_outcome outcome =
	    read_zone(&s, snapshot.at, snapshot.length, &raw);

	if (s.apex != NULL) {
		s.header.apex_name = octets_add(
		    &s, s.apex, name_length(s.apex, LIMIT_NAME_OCTETS));
	}
	if (outcome == INDEX_COMPLETE) {
		survey_zone(&s, &rows, &raw, &plan);
	}
	units_write(&s, &plan, JOB_FD_UNITS);
	index_write(&s, outcome, JOB_FD_INDEX);
	release(&s, &rows, &raw, &plan);
	return EXIT_SUCCESS;
}

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
#include <unistd.h>

#include "base/die.h"
#include "base/libraries.h"
#include "base/mapped.h"
#include "base/sandbox.h"
#include "contract/fault.h"
#include "survey/steps.h"

static struct text
map(int fd, const char *what)
{
	struct mapped mapped = mapped_file(fd, what);

	return (struct text){mapped.at, mapped.size};
}

static struct text
map_snapshot(const struct job *job)
{
	struct text snapshot = map(JOB_FD_SNAPSHOT, "the snapshot");
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (snapshot.length != job->snapshot_size) {
		die("the snapshot has %zu octets, not %llu", snapshot.length,
		    (unsigned long long)job->snapshot_size);
	}
	if (EVP_Digest(snapshot.at, snapshot.length, digest, NULL, EVP_sha256(),
	        NULL) != 1) {
		die("OpenSSL does not digest");
	}
	if (memcmp(digest, job->snapshot_sha256,
	        sizeof(job->snapshot_sha256)) != 0) {
		die("the snapshot is not the one the job names");
	}
	return snapshot;
}

static struct text
map_anchors(int fd, const char *what)
{
	struct text anchors = map(fd, what);

	if (anchors.length > (size_t)LIMIT_ANCHOR_BYTES) {
		die("%s are more than %d octets", what, LIMIT_ANCHOR_BYTES);
	}
	return anchors;
}

static struct survey_texts
map_texts(const struct job *job)
{
	struct survey_texts texts = {.zone = map_snapshot(job)};

	if (job->has_anchors != 0) {
		texts.anchors = map_anchors(JOB_FD_ANCHORS, "the anchors");
	}
	if (job->has_incoming != 0) {
		texts.incoming =
		    map_anchors(JOB_FD_INCOMING, "the incoming anchors");
	}
	if (job->has_previous != 0) {
		texts.previous = map(JOB_FD_PREVIOUS, "the previous release");
	}
	if (job->has_unsigned != 0) {
		texts.unsigned_copy = map(JOB_FD_UNSIGNED, "the unsigned copy");
	}
	return texts;
}

int
main(int argc, char **argv)
{
	static struct job job;
	static struct survey s;
	static struct work work;

	die_init("zonegate-survey");
	libraries_answer(argc, argv, "zonegate-survey");
	job_read(WORKER_SURVEY, &job);
	fault_point(&job);
	/* Else OpenSSL would look for a configuration file. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	sandbox_enter(SANDBOX_SURVEY, job.max_output, job.waived);

	struct survey_texts texts = map_texts(&job);

	survey_init(&s, &job);
	enum index_outcome outcome = survey_run(&s, &texts, &work);

	if (s.operand_error[0] != '\0') {
		warn("%s", s.operand_error);
		return WORKER_EXIT_OPERAND;
	}
	units_write(&s, &work.plan, JOB_FD_UNITS);
	index_write(&s, outcome, JOB_FD_INDEX);
	survey_release(&s, &work);
	return EXIT_SUCCESS;
}

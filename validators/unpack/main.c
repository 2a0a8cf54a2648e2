/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-unpack: compressed octets in, plain octets out.
 *
 * What it has written counts only if it exits with WORKER_EXIT_OK.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/libraries.h"
#include "base/sandbox.h"
#include "contract/fault.h"
#include "contract/job.h"
#include "unpack/formats.h"

static void
read_job(struct job *job)
{
	/* One octet more than a job, to see that it ends. */
	static uint8_t octets[sizeof(struct job) + 1];
	size_t n = 0;

	for (;;) {
		ssize_t got =
		    pread(JOB_FD_JOB, octets + n, sizeof(octets) - n, (off_t)n);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			die("job: %s", strerror(errno));
		}
		if (got == 0) {
			break;
		}
		n += (size_t)got;
	}
	const char *wrong = job_open(octets, n, WORKER_UNPACK, job);

	if (wrong != NULL) {
		die("job: %s", wrong);
	}
}

static const uint8_t *
map_input(size_t *size)
{
	struct stat status;

	if (fstat(JOB_FD_SNAPSHOT, &status) != 0) {
		die("input: %s", strerror(errno));
	}
	if (status.st_size <= 0) {
		die("input: empty");
	}
	*size = (size_t)status.st_size;

	const uint8_t *at =
	    mmap(NULL, *size, PROT_READ, MAP_SHARED, JOB_FD_SNAPSHOT, 0);

	if (at == MAP_FAILED) {
		die("input: %s", strerror(errno));
	}
	return at;
}

static format_unpack *
choose_format(const uint8_t *packed, size_t size)
{
	format_unpack *unpack = format_find(packed, size);

	if (unpack == NULL) {
		die("input: neither gzip nor xz nor zstd");
	}
	return unpack;
}

/* Faults that need more than to end: too little, or too much. */
static void
fault_output(const struct job *job)
{
	static const uint8_t zeros[FORMAT_CHUNK];

	if (fault_is(job, FAULT_half)) {
		_exit(WORKER_EXIT_OK);
	}
	while (fault_is(job, FAULT_too_much)) {
		if (write(JOB_FD_VERDICTS, zeros, sizeof(zeros)) <= 0) {
			die("output: %s", strerror(errno));
		}
	}
}

int
main(int argc, char **argv)
{
	static struct job job;
	size_t size;

	die_init("zonegate-unpack");
	libraries_answer(argc, argv, "zonegate-unpack");
	read_job(&job);
	fault_point(&job);
	sandbox_enter(SANDBOX_UNPACK, job.max_output, job.waived);
	fault_output(&job);

	const uint8_t *packed = map_input(&size);
	struct sink sink = {.fd = JOB_FD_VERDICTS, .max = job.max_output};

	choose_format(packed, size)(packed, size, &sink);
	return WORKER_EXIT_OK;
}

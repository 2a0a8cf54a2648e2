/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-unpack: compressed octets in, plain octets out.
 *
 * What it has written counts only if it exits with WORKER_EXIT_OK.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/libraries.h"
#include "base/mapped.h"
#include "base/sandbox.h"
#include "contract/fault.h"
#include "contract/job.h"
#include "unpack/formats.h"

static format_unpack *
choose_format(const uint8_t *packed, size_t size)
{
	format_unpack *unpack = format_find(packed, size);

	if (unpack == NULL) {
		unfit("input: neither gzip nor xz nor zstd");
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

	die_init("zonegate-unpack");
	libraries_answer(argc, argv, "zonegate-unpack");
	job_read(WORKER_UNPACK, &job);
	fault_point(&job);
	sandbox_enter(SANDBOX_UNPACK, job.max_output, job.waived);
	fault_output(&job);

	struct mapped packed = mapped_file(JOB_FD_SNAPSHOT, "input");
	struct sink sink = {.fd = JOB_FD_VERDICTS, .max = job.max_output};

	choose_format(packed.at, packed.size)(packed.at, packed.size, &sink);
	return WORKER_EXIT_OK;
}

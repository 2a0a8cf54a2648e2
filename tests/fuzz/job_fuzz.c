/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_fuzz.c -- a job that opens is one that a worker can begin with.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contract/job.h"
#include "contract/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(bool condition)
{
	if (!condition) {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t name[LIMIT_NAME_OCTETS];
	struct job job;
	enum worker worker = size > 0 && data[0] < N_WORKERS
	                         ? (enum worker)data[0]
	                         : WORKER_SURVEY;

	if (size == 0 || job_open(data + 1, size - 1, worker, &job) != NULL) {
		return 0;
	}
	expect(worker != WORKER_NONE && job.worker == (uint32_t)worker);
	expect(job.slice < job.n_slices && job.at > 0);
	expect(strnlen(job.zone, sizeof(job.zone)) < sizeof(job.zone));
	expect(job.zone[0] == '\0' || name_from_text(job.zone, name) > 0);
	for (int id = 1; id < N_CHECKS; id++) {
		expect(job.policy.severity[id] <= SEVERITY_OFF);
	}
	return 0;
}

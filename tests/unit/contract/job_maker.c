/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job_maker.h"

#include <string.h>

void
make_job(struct job *job, enum worker worker)
{
	memset(job, 0, sizeof(*job));
	memcpy(job->magic, JOB_MAGIC, sizeof(job->magic));
	job->version = JOB_VERSION;
	job->worker = worker;
	job->snapshot_size = 4711;
	job->at = 1767225600;
	job->n_slices = 1;
	job->max_output = 1 << 20;
	strncpy(job->zone, "example.", sizeof(job->zone) - 1);
	policy_values_init(&job->policy);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job.c -- whether octets are a job that a worker may begin with.
 */
#include "contract/job.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/sandbox.h"
#include "contract/exemption.h"
#include "contract/fault.h"
#include "contract/name.h"
#include "contract/policy_list.h"

static bool
fault_is_known(uint32_t fault)
{
#ifdef ZONEGATE_FAULT_POINTS
	return fault < N_FAULTS;
#else
	return fault == FAULT_none;
#endif
}

static bool
zone_is_name(const char *zone, size_t size)
{
	uint8_t name[LIMIT_NAME_OCTETS];

	if (memchr(zone, '\0', size) == NULL) {
		return false;
	}
	return zone[0] == '\0' || name_from_text(zone, name) != 0;
}

static bool
may_be_lowered(const struct policy_values *policy, enum check_id check)
{
	switch (checks[check].standing) {
	case SOUNDNESS: /* what the validators say would mean nothing */
	case INABILITY:
		return false;
	case MUST:
		return policy->accepted[check] == 1;
	case OPEN:
		return true;
	}
	return false;
}

static const char *
check_policy(const struct policy_values *policy)
{
	for (int id = 1; id < N_OPTIONS; id++) {
		if (policy->option[id] < option_rows[id].least ||
		    policy->option[id] > option_rows[id].most) {
			return "an option of the policy is out of its range";
		}
	}
	if (!policy_lists_hold(policy)) {
		return "a list of the policy is not whole";
	}
	for (int id = 1; id < N_CHECKS; id++) {
		if (policy->severity[id] > SEVERITY_OFF ||
		    policy->overridden[id] > 1 || policy->accepted[id] > 1) {
			return "a severity of the policy is unknown";
		}
		if (policy->severity[id] > checks[id].severity &&
		    !may_be_lowered(policy, (enum check_id)id)) {
			return "the policy lowers a check that it may not";
		}
	}
	if (!exemptions_hold(policy)) {
		return "an exemption of the policy is not whole";
	}
	return NULL;
}

static const char *
check_fields(const struct job *job)
{
	if (job->snapshot_size > LIMIT_SNAPSHOT_BYTES) {
		return "the snapshot is larger than allowed";
	}
	if (job->at <= 0) {
		return "no time of judgement";
	}
	if (job->slice >= job->n_slices) {
		return "no such slice";
	}
	if ((job->waived & ~(uint32_t)(SANDBOX_WAIVE_LANDLOCK |
	                               SANDBOX_WAIVE_SECCOMP)) != 0) {
		return "an unknown confinement is waived";
	}
	if (!fault_is_known(job->fault)) {
		return "a fault that this build does not have";
	}
	if (job->has_anchors > 1 || job->has_previous > 1 ||
	    job->has_incoming > 1 || job->has_unsigned > 1) {
		return "a flag is neither 0 nor 1";
	}
	if (!zone_is_name(job->zone, sizeof(job->zone))) {
		return "the zone is no name";
	}
	return check_policy(&job->policy);
}

const char *
job_open(const void *at, size_t size, enum worker worker, struct job *job)
{
	struct job copy;

	if (size != sizeof(copy)) {
		return "not the size of a job";
	}
	memcpy(&copy, at, sizeof(copy));
	if (memcmp(copy.magic, JOB_MAGIC, sizeof(copy.magic)) != 0) {
		return "not a job";
	}
	if (copy.version != JOB_VERSION) {
		return "a job of another version";
	}
	if (worker == WORKER_NONE || copy.worker != (uint32_t)worker) {
		return "a job for another worker";
	}
	const char *wrong = check_fields(&copy);

	if (wrong == NULL) {
		*job = copy;
	}
	return wrong;
}

void
job_read(enum worker worker, struct job *job)
{
	/* One octet more than a job, to see that it ends. */
	static uint8_t octets[sizeof(struct job) + 1];
	size_t n = 0;
	ssize_t got = 1;

	while (got != 0 && n < sizeof(octets)) {
		got = read(JOB_FD_JOB, octets + n, sizeof(octets) - n);
		if (got < 0 && errno != EINTR) {
			die("job: %s", strerror(errno));
		}
		n += got > 0 ? (size_t)got : 0;
	}
	const char *wrong = job_open(octets, n, worker, job);

	if (wrong != NULL) {
		die("job: %s", wrong);
	}
}

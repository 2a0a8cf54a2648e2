/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fault.h -- ways for a worker to fail on purpose.
 *
 * Only builds with -DZONEGATE_FAULT_POINTS (build/fault) can; elsewhere
 * fault_is() is false and the compiler drops what it guards.  There the gate
 * reads ZONEGATE_FAULT=worker:fault from its environment into the job.
 */
#pragma once

#include <stdbool.h>

#include "contract/job.h"

enum fault {
	FAULT_none,
#define FAULT(id) FAULT_##id,
#include "contract/faults.def"
#undef FAULT
	N_FAULTS
};

static inline bool
fault_is(const struct job *job, enum fault fault)
{
#ifdef ZONEGATE_FAULT_POINTS
	return job->fault == (unsigned)fault;
#else
	(void)job;
	(void)fault;
	return false;
#endif
}

/* Fails at once if the job says segv, abrt, kill, exit1 or hang. */
void fault_point(const struct job *job);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_maker.h -- a valid job that tests spoil field by field.
 */
#pragma once

#include "contract/job.h"

/* Makes a job for WORKER. */
void make_job(struct job *job, enum worker worker);

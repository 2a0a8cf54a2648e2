/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paths.h -- where the gate finds its workers and policies: absolute paths,
 * compiled in.  In builds with fault points ZONEGATE_LIBEXECDIR in the
 * environment names another directory of workers and helpers: for tests.
 */
#pragma once

#include "contract/job.h"

/* The program of WORKER. */
const char *path_worker(enum worker worker);

/* "zonegate-ldns", for messages. */
const char *worker_name(enum worker worker);

/* The program NAME beside the workers, "zonegate-http" for one; a string that
 * stays until the next call. */
const char *path_program(const char *name);

/* The directory of the shipped policies. */
const char *path_policies(void);

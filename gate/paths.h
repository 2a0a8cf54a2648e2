/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paths.h -- where the gate finds its workers and policies: absolute paths,
 * compiled in.
 */
#pragma once

#include "contract/job.h"

/* The program of WORKER. */
const char *path_worker(enum worker worker);

/* "zonegate-ldns", for messages. */
const char *worker_name(enum worker worker);

/* The directory of the shipped policies. */
const char *path_policies(void);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * worker_run.h -- one run of one worker: its job, its descriptors, and how it
 * ended in the gate's words.
 */
#pragma once

#include <stdbool.h>

#include "base/spawn.h"
#include "contract/job.h"
#include "decide.h"
#include "judgement.h"

#define WHY_TEXT 256

struct worker_run {
	enum worker worker;
	struct job job;
	struct spawn_fd fds[SPAWN_FDS_MAX];
	unsigned n_fds;
	struct child child;
	int error; /* errno if it could not be started */
};

/* The job of WORKER over a snapshot of SIZE octets with hash SHA256. */
void run_init(struct worker_run *run, enum worker worker,
    const struct request *request, uint64_t size, const uint8_t sha256[32]);

/* Hands over a read-only descriptor of FD's file; the run owns the copy. */
void run_give(struct worker_run *run, int fd, enum job_fd number);

/* Hands over FD itself: to be written to, or a pipe. */
void run_give_itself(struct worker_run *run, int fd, enum job_fd number);

/* Collects at most MAX octets from JOB_FD_VERDICTS. */
void run_collect(struct worker_run *run, size_t max);

/* Starts the run, which must stay where it is until it has ended. */
void run_start(struct worker_run *run, struct crowd *crowd);

/* WORKER_DONE if the run exited 0; what it wrote is still to be looked at.
 * Otherwise how it ended, and WHY in words. */
enum worker_end run_end(const struct worker_run *run, char why[WHY_TEXT]);

void run_release(struct worker_run *run);

/* Copies TEXT, at most LENGTH octets of it, to WHY; whatever is not printable
 * ASCII becomes a question mark. */
void clean_text(char *why, size_t size, const char *text, size_t length);

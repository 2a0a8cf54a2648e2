/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inputs.h -- the descriptors of the job as octets and files.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "contract/job.h"

/* A descriptor mapped read-only. */
struct mapped {
	const void *at;
	size_t size;
};

/* Reads the job, or dies. */
void inputs_job(struct job *job);

/*
 * Opens the descriptor as a file with an offset of its own; NULL if the
 * system has no way to.  To be called before the process confines itself;
 * reads nothing.
 */
FILE *inputs_reopen(int fd);

/* Maps the whole of FD or dies; WHAT is its name in the message. */
struct mapped inputs_map(int fd, const char *what);

/* Gives the pages back that MAPPED has touched; they come again when they are
 * looked at.  Nothing but memory is gained. */
void inputs_rest(struct mapped mapped);

/* The mapped octets as a file. */
FILE *inputs_open(struct mapped mapped);

/* SHA-256 of the mapped octets. */
void inputs_sha256(struct mapped mapped, uint8_t sha256[32]);

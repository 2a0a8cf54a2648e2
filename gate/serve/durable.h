/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * durable.h -- how a file reaches the disk for good: written beside its
 * place, synced, renamed into it, the directory synced.
 *
 * All of release and ledger go through these calls, so that a test can make
 * any one of them fail or be the last thing the process does: builds with
 * -DZONEGATE_FAULT_POINTS read ZONEGATE_DISK_FAULT.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A call that can fail. */
enum durable_call {
	DURABLE_OPEN,
	DURABLE_WRITE,
	DURABLE_SYNC,
	DURABLE_RENAME,
	DURABLE_UNLINK,
	N_DURABLE_CALLS
};

/*
 * Asked before each such call.  Returns 0, or the errno it is to fail with.
 *
 * ZONEGATE_DISK_FAULT=CALL:N:WHAT, with CALL one of open, write, sync, rename,
 * unlink, any; N the number of the call, from 1, counted from the start of the
 * process; WHAT one of enospc, eio, erofs (from the Nth call on all fail),
 * enospc-once, eio-once (only that one), kill (SIGKILL to itself before the
 * call), torn (write: half of it, then SIGKILL).
 * In other builds always 0.
 */
int durable_fault(enum durable_call call);

/* For `torn': how many of SIZE octets may be written; SIZE in other builds. */
size_t durable_torn(size_t size);

/*
 * Writes SIZE octets to NAME in directory DIRECTORY, whole or not at all: a
 * file of that name is replaced when everything is on disk.  Returns 0 or an
 * errno; then what was there is as it was.
 */
int durable_write(int directory, const char *name, const void *at, size_t size);

/*
 * Copies all of descriptor FROM (from its beginning) to NAME in DIRECTORY, in
 * the same way, and gives the SHA-256 and the number of the octets that were
 * read back from the new file before it was renamed.  EFBIG above MOST octets.
 */
int durable_copy(int from, int directory, const char *name, uint64_t most,
    uint8_t sha256[32], uint64_t *size);

/* Removes NAME; one that is not there is removed already.  0 or an errno. */
int durable_remove(int directory, const char *name);

/* Makes directory NAME if it is not there, mode MODE, synced.  0 or errno. */
int durable_mkdir(int directory, const char *name, unsigned mode);

/* The SHA-256 and size of a whole file.  0 or an errno. */
int durable_hash(int directory, const char *name, uint8_t sha256[32],
    uint64_t *size);

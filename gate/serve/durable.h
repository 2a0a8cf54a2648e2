/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * durable.h -- how a file reaches the disk for good: written beside its
 * place, synced, renamed into it, the directory synced.
 *
 * All of release and ledger go through these calls, so that a test can make
 * any one of them fail or be the last thing the process does: builds with
 * -DZONEGATE_FAULT_POINTS read ZONEGATE_DISK_FAULT.
 *
 * A DIRECTORY is a descriptor of one, opened for reading.  Files are made with
 * mode 0644, whatever the umask: a nameserver reads some of them; where nobody
 * else may read, the directory keeps him out.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A call that can fail. */
enum durable_call {
	DURABLE_OPEN, /* making a file or a directory; not for reading */
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
 * call), torn (write: half of it, then SIGKILL at the next call; not a write:
 * kill).  Counted are the calls that CALL names.  A text that is none of this
 * is a fault: the process dies.
 * The daemon's children have none of it, but what ZONEGATE_CHILD_DISK_FAULT
 * says.  In other builds always 0.
 */
int durable_fault(enum durable_call call);

/* For `torn': how many of SIZE octets may be written; SIZE in other builds. */
size_t durable_torn(size_t size);

/*
 * Writes SIZE octets to NAME in directory DIRECTORY, whole or not at all: a
 * file of that name is replaced when everything is on disk.  Returns 0 or an
 * errno; then what was there is as it was, or, if the very last step failed
 * (syncing the directory), perhaps the new file, whole.
 */
int durable_write(int directory, const char *name, const void *at, size_t size);

/* The same with a mode of its own: keys. */
int durable_write_mode(int directory, const char *name, const void *at,
    size_t size, unsigned mode);

/*
 * Copies all of descriptor FROM (from its beginning; its offset stays) to NAME
 * in DIRECTORY, in the same way, and gives the SHA-256 and the number of the
 * octets that were read back from the new file before it was renamed.  EFBIG
 * above MOST octets.
 */
int durable_copy(int from, int directory, const char *name, uint64_t most,
    uint8_t sha256[32], uint64_t *size);

/* The same, if what was read back has this SHA-256 and SIZE; otherwise
 * EBADMSG, and NAME is as it was. */
int durable_copy_exactly(int from, int directory, const char *name,
    const uint8_t sha256[32], uint64_t size);

/* Removes NAME; one that is not there is removed already.  0 or an errno. */
int durable_remove(int directory, const char *name);

/* Makes directory NAME if it is not there, mode MODE, synced.  0 or errno. */
int durable_mkdir(int directory, const char *name, unsigned mode);

/* Syncs DIRECTORY: for those who find done what a crash may have left unsynced.
 * 0 or an errno. */
int durable_sync(int directory);

/* Removes what writers that were stopped left in DIRECTORY: files whose names
 * begin with DURABLE_NEW.  Only while nobody writes there.  0 or an errno. */
int durable_clean(int directory);
#define DURABLE_NEW ".zonegate-new-"

/* The SHA-256 and size of a whole regular file; ELOOP for a symbolic link,
 * EINVAL for anything else.  0 or an errno. */
int durable_hash(int directory, const char *name, uint8_t sha256[32],
    uint64_t *size);

/* The same of an open descriptor, from its beginning; its offset stays. */
int durable_hash_fd(int fd, uint8_t sha256[32], uint64_t *size);

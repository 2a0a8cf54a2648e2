/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spawn.h -- start a worker with descriptors only, collect what it writes,
 * end it at a deadline, say how it ended.
 *
 * The child has an empty environment, the working directory /, and exactly
 * the descriptors it was given.  Whatever it writes is bounded.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SPAWN_FDS_MAX 8

struct spawn_fd {
	int ours;   /* open in this process; stays open */
	int theirs; /* the number it gets in the child */
};

/* How a child ended, as seen from outside. */
enum spawn_end {
	SPAWN_RUNNING, /* zero: nothing is known */
	SPAWN_EXITED,  /* status is the exit status */
	SPAWN_KILLED,  /* by a signal, not ours; status is its number */
	SPAWN_LATE,    /* past the deadline; we killed it */
	SPAWN_FLOODED, /* wrote more than it may; we killed it */
};

struct child {
	const char *program; /* absolute path */
	const struct spawn_fd *fds;
	unsigned n_fds;
	int stream_fd;      /* their descriptor for the stream, or -1 */
	size_t stream_max;  /* octets it may write there */
	size_t log_max;     /* octets of its log that are kept; more is dropped */

	/* What spawn_all() fills in. */
	pid_t pid;
	enum spawn_end end;
	int status;
	unsigned char *stream; /* malloc'd; the caller frees it */
	size_t stream_length;
	char *log; /* malloc'd, terminated, control octets replaced */
	size_t log_length;
	double seconds;       /* wall clock, start to end */
	uint64_t max_rss_kib; /* from wait4(2) */
};

/*
 * Runs the N children side by side until all have ended or DEADLINE_MS
 * (CLOCK_MONOTONIC, milliseconds) passes; those still running then are
 * killed.  PROGRESS, if not NULL, is called a few times a second.
 *
 * Returns 0, or an errno when a child could not be started at all; then every
 * child that was started has been killed and reaped.
 */
int spawn_all(struct child *children, unsigned n, int64_t deadline_ms,
    void (*progress)(void *context, const struct child *children, unsigned n),
    void *context);

/* CLOCK_MONOTONIC in milliseconds. */
int64_t spawn_now_ms(void);

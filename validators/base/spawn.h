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
	SPAWN_RUNNING,    /* zero: nothing is known */
	SPAWN_EXITED,     /* status is the exit status */
	SPAWN_KILLED,     /* by a signal, not ours; status is its number */
	SPAWN_LATE,       /* past the deadline; we killed it */
	SPAWN_FLOODED,    /* wrote more than it may; we killed it */
	SPAWN_CALLED_OFF, /* its work was no longer wanted; we killed it */
};

struct child {
	const char *program; /* absolute path */
	const struct spawn_fd *fds;
	unsigned n_fds;
	int stream_fd;     /* their descriptor for the stream, or -1 */
	size_t stream_max; /* octets it may write there */
	size_t log_max; /* octets of its log that are kept; more is dropped */
	int nice;       /* how far it stands back for the others; 0 to 19 */

	/* What running it fills in. */
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

/* What the parent holds of one running child. */
struct spawn_hold {
	int process; /* pidfd, or -1 when reaped */
	int log;     /* -1 when closed */
	int stream;  /* -1 when closed, or never asked for */
	size_t stream_capacity;
	int64_t started_ms;
};

#define CROWD_MAX 80

/* Children that run side by side under one deadline. */
struct crowd {
	int64_t deadline_ms; /* CLOCK_MONOTONIC, milliseconds */
	/* Called a few times a second while waiting; may be NULL. */
	void (*progress)(void *context);
	void *context;
	struct child *children[CROWD_MAX];
	struct spawn_hold holds[CROWD_MAX];
	unsigned n;
};

/*
 * Starts CHILD, which must stay where it is until it has ended.  Returns 0,
 * or an errno when it could not be started at all; then it has ended, with
 * SPAWN_RUNNING: nothing is known of it.
 */
int crowd_start(struct crowd *crowd, struct child *child);

/* Serves all children until CHILD, or with NULL every one, has ended.  Those
 * that still run at the deadline are killed. */
void crowd_wait(struct crowd *crowd, const struct child *child);

/* Kills those that still run, and waits for their end. */
void crowd_call_off(struct crowd *crowd);

/* CLOCK_MONOTONIC in milliseconds. */
int64_t spawn_now_ms(void);

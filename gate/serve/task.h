/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * task.h -- a program that runs beside the event loop: taking in, judging,
 * vetoes, hooks, probes.  Its output is bounded, its end is certain: it is
 * killed, with its whole process group, at its deadline or with the daemon.
 */
#pragma once

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum task_end {
	TASK_NOT_RUN, /* zero: could not be started; `error' says why */
	TASK_EXITED,  /* `status' is its exit status */
	TASK_KILLED,  /* by a signal, not ours; `status' is its number */
	TASK_LATE,    /* past its deadline; we killed it */
	TASK_CALLED_OFF,
};

/* Octets kept of what it says: the last ones. */
#define TASK_OUTPUT 8192

struct task_result {
	enum task_end end;
	int status;
	int error;
	double seconds;
	const char *output; /* stdout and stderr; control octets are replaced,
	                       newlines kept; terminated */
};

struct task;
typedef void task_done(void *context, const struct task_result *result);

/*
 * Starts ARGV[0], an absolute path, with ARGV and a small environment, in
 * directory /, with INPUT (-1: /dev/null) as standard input and every other
 * descriptor closed.  DONE is called once, from the loop, never from within
 * task_start(); then the task is gone.  INPUT stays the caller's.
 */
struct task *task_start(struct event_base *base, const char *const *argv,
    int input, int64_t deadline_ms, task_done *done, void *context);

/* Kills it; DONE is still called, with TASK_CALLED_OFF. */
void task_call_off(struct task *task);

/* Kills and forgets it; DONE is not called. */
void task_abandon(struct task *task);

/* True if it ran and exited 0. */
bool task_is_good(const struct task_result *result);

/* One sentence: "exited with status 1", "was killed after 10s", ... */
#define TASK_WORDS 160
char *task_words(const struct task_result *result, char words[TASK_WORDS]);

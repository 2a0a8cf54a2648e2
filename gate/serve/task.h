/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * task.h -- a program that runs beside the event loop: judging, hooks, vetoes,
 * probes.  Its output is bounded, its end is certain: it is killed, with its
 * whole process group, at its deadline.
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

#define TASK_OUTPUT 8192

struct task_result {
	enum task_end end;
	int status;
	int error;
	double seconds;
	const char *output; /* stdout and stderr, the last TASK_OUTPUT octets,
	                       control octets replaced; terminated */
};

struct task;
typedef void task_done(void *context, const struct task_result *result);

/*
 * Starts ARGV[0], an absolute path, with ARGV and the environment ENV (NULL:
 * only PATH and LC_ALL), in directory /, standard input /dev/null, every other
 * descriptor closed.  DONE is called once, from the loop, never from within
 * task_start(); then the task is gone.  NAME is for messages.
 */
struct task *task_start(struct event_base *base, const char *const *argv,
    const char *const *env, int64_t deadline_ms, task_done *done,
    void *context);

/* Kills it; DONE is still called, with TASK_CALLED_OFF. */
void task_call_off(struct task *task);

/* One sentence: "exited with status 1", "was killed after 10s", ... */
#define TASK_WORDS 128
char *task_words(const struct task_result *result, char words[TASK_WORDS]);

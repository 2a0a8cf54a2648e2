/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * helper.h -- zonegate-http and zonegate-notify, as the daemon keeps them.
 */
#pragma once

#include "serve/daemon.h"

/*
 * A process that stays.  NAME and the three calls are set before helper_run();
 * CHANNEL, our end of the socket that is the helper's descriptor 3, does not
 * block.
 */
struct helper {
	struct daemon *daemon;
	const char *name;               /* "zonegate-http" */
	bool takes_waivers;             /* as arguments */
	void (*begin)(struct helper *); /* it runs: talk to it */
	void (*heard)(struct helper *, const char *line); /* on its stdout */
	void (*lost)(struct helper *); /* it has ended; may be NULL */

	pid_t pid;                    /* 0: does not run */
	int process, output, channel; /* -1: none */
	struct event *ended, *said, *again;
	unsigned failures;
	int64_t started_at;
	char line[1024];
	size_t n_line;
};

#define HELPER_NONE .process = -1, .output = -1, .channel = -1

/* Starts it; when it ends, or cannot be started, it is tried again after a
 * while that grows to a minute. */
bool helper_run(struct helper *helper);
/* Ends it for good. */
void helper_stop(struct helper *helper);
void helper_restart(struct helper *helper);

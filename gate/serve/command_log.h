/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_log.h -- what `zonegate log' is asked for, and what it shows.
 */
#pragma once

#include <stdint.h>

/* The command line. */
struct log_wanted {
	const char *action; /* "list", "verify", "export" */
	const char *file;   /* of verify, or NULL */
	const char *config, *state, *zone, *since, *from, *to, *format;
	int64_t limit;
	int64_t from_s, to_s; /* of them: from then on, and before then */
};

/* Shows, or exports, what is wanted of the log at PATH; the exit status. */
int log_show(const struct log_wanted *wanted, const char *path);

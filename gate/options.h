/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * options.h -- the command line: rows from which the parser and the help
 * texts are made.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "report.h"

/* Exit status for a command line that cannot be followed (sysexits.h). */
#define EXIT_USAGE 64

enum command {
	COMMAND_NONE, /* zero: never valid */
	COMMAND_AUDIT,
	COMMAND_EXPLAIN,
	COMMAND_CHECKS,
	COMMAND_POLICIES,
	COMMAND_VERSION,
	COMMAND_HELP, /* of the command in OF */
};

/* A further report of the same run. */
struct report_copy {
	const struct report_format *format;
	const char *file;
};
#define LIMIT_REPORT_COPIES 8

/* A command line, understood.  Strings are borrowed from argv. */
struct options {
	enum command command;
	enum command of;     /* COMMAND_HELP: of which; COMMAND_NONE: of all */
	const char *operand; /* zone file, or check */
	const char *zone;
	const char *policy;
	const char *anchor;   /* NULL: self */
	const char *incoming; /* anchors still to come; or NULL */
	const char *output;   /* NULL: standard output */
	const char *previous;
	const char *unsigned_copy;
	const struct report_format *format;
	struct report_copy copies[LIMIT_REPORT_COPIES];
	unsigned n_copies;
	int64_t at;
	bool has_at;
	int64_t deadline_s; /* 0: the policy's */
	unsigned jobs;      /* 0: as many as processors */
	bool observed;      /* published already, whatever comes of it */
	unsigned waived;    /* enum sandbox_waiver */
};

#define OPTIONS_ERROR 512

/* Reads ARGV[1] to ARGV[ARGC - 1].  Returns true and fills OPTIONS, or false
 * with a text in ERROR: what is wrong and what to do. */
bool options_read(int argc, char *const *argv, struct options *options,
    char error[OPTIONS_ERROR]);

/* Writes the help text of COMMAND; COMMAND_NONE: of the program. */
void options_help(FILE *out, enum command command);

/* Most processes that may judge side by side. */
#define LIMIT_JOBS 32

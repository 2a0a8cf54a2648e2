/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_line.h -- the commands around the daemon: a row each in
 * commands.def, the options of each a table in its own file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- the commands ---- */

struct command_entry {
	const char *name;
	/* ARGV[0] is the command's name.  Returns the exit status. */
	int (*run)(int argc, char *const *argv);
	const char *operand; /* or "" */
	const char *help;
};

/* What the rows name. */
#define COMMAND(name, run, operand, help) int run(int argc, char *const *argv);
#include "commands.def"
#undef COMMAND

/* The row of NAME, or NULL. */
const struct command_entry *command_find(const char *name);

/* Writes a line for each, as `zonegate --help' shows them. */
void commands_help(FILE *out);

/* Writes TEXT from column INDENT on, in lines of 78 columns. */
void help_wrap(FILE *out, const char *text, int indent);

/* ---- the options of one ---- */

/* One option; exactly one of the places is not NULL. */
struct flag_row {
	const char *name;     /* without the dashes */
	const char *argument; /* "FILE"; NULL: a flag */
	const char **text;
	bool *flag;
	int64_t *number; /* 0 to 2^53 */
	int64_t *duration_s;
	const char *help;
};

struct flag_reader {
	const char *command;
	const char *operand; /* "ZONE FILE", for the usage line; "" if none */
	const char *help;    /* what the command does, exit statuses included */
	const struct flag_row *rows;
	size_t n_rows;
	size_t least, most; /* operands */
};

/*
 * Reads ARGV[1] to ARGV[ARGC - 1]; operands go to OPERANDS (MOST of them),
 * their number to *N.  Returns -1 to go on; otherwise the exit status: 0 after
 * --help, EXIT_USAGE after saying what is wrong.
 */
int flags_read(const struct flag_reader *reader, int argc, char *const *argv,
    const char **operands, size_t *n);

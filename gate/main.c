/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate: the command line.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "base/die.h"
#include "command_line.h"
#include "options.h"
#include "version.h"

/*
 * Fills descriptors 0 to 2 if the caller left them closed: else a snapshot
 * could get the number 1, and the report be written over it.  They are opened
 * the wrong way round, so that using them still fails.
 */
static void
fill_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null",
		        fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) {
			die("cannot open /dev/null");
		}
	}
}

/* Lists and help texts count only if they arrive. */
static int
finish_output(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		warn("standard output: %s", strerror(errno));
		return EXIT_FAULT;
	}
	return status;
}

static int
explain(const char *check)
{
	if (!explain_check(stdout, check)) {
		warn("there is no check \"%s\"; `zonegate checks' lists them",
		    check);
		return EXIT_USAGE;
	}
	return finish_output(0);
}

static int
run(const struct options *options)
{
	switch (options->command) {
	case COMMAND_AUDIT:
		return audit(options);
	case COMMAND_EXPLAIN:
		return explain(options->operand);
	case COMMAND_CHECKS:
		(options->format->write == report_json ? list_checks_json
		                                       : list_checks)(stdout);
		return finish_output(0);
	case COMMAND_POLICIES:
		list_policies(stdout);
		return finish_output(0);
	case COMMAND_VERSION:
		return finish_output(version_print() ? 0 : EXIT_FAULT);
	case COMMAND_HELP:
		options_help(stdout, options->of);
		return finish_output(0);
	case COMMAND_NONE:
		break;
	}
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	struct options options;
	char error[OPTIONS_ERROR];

	die_init("zonegate");
	fill_standard_fds();
	/* A reader that left, a file that may not grow: errors to report. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	const struct command_entry *entry =
	    argc > 1 ? command_find(argv[1]) : NULL;

	if (entry != NULL) {
		return finish_output(entry->run(argc - 1, argv + 1));
	}
	if (!options_read(argc, argv, &options, error)) {
		warn("%s", error);
		return EXIT_USAGE;
	}
	return run(&options);
}

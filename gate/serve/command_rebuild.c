/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_rebuild.c -- `zonegate rebuild'.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "command_line.h"
#include "config.h"
#include "ledger.h"
#include "options.h"
#include "rebuild.h"

#define EXIT_REFUSED 1

/*
 * Root becomes the account that the state directory belongs to: what it would
 * make, the daemon could not write.
 */
static bool
become_owner(const char *state)
{
	struct stat status;

	if (stat(state, &status) != 0) {
		warn("%s: %s", state, strerror(errno));
		return false;
	}
	if (geteuid() == 0 && status.st_uid != 0 &&
	    (setgroups(0, NULL) != 0 || setgid(status.st_gid) != 0 ||
	        setuid(status.st_uid) != 0)) {
		warn("cannot become account %u, which %s belongs to: %s",
		    (unsigned)status.st_uid, state, strerror(errno));
		return false;
	}
	if (geteuid() != status.st_uid) {
		warn("%s belongs to account %u: run this as that account, or "
		     "as root",
		    state, (unsigned)status.st_uid);
		return false;
	}
	return true;
}

/* The descriptor that holds STATE/run/lock until the process ends; -1 after
 * saying why not. */
static int
lock(const char *state)
{
	int at = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = -1;

	if (at >= 0 && (mkdirat(at, "run", 0750) == 0 || errno == EEXIST)) {
		fd = openat(at, "run/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	}
	int failed = errno;

	if (at >= 0) {
		close(at);
	}
	if (fd < 0) {
		warn("%s/run/lock: %s", state, strerror(failed));
	} else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		warn("%s/run/lock is held: a daemon is running; stop it first",
		    state);
		close(fd);
		fd = -1;
	}
	return fd;
}

/* False, after saying so, if what is there should stay. */
static bool
is_to_go(const char *state)
{
	char error[LEDGER_ERROR] = "";
	struct ledger *ledger = NULL;

	if (rebuild_is_wanted(state)) {
		return true;
	}
	switch (ledger_open(state, false, &ledger, error)) {
	case LEDGER_OK:
		ledger_close(ledger);
		warn("the ledger is well, and a new one would not know holds "
		     "and approvals; --force makes it nevertheless");
		return false;
	case LEDGER_NOT_FOUND:
	case LEDGER_CORRUPT:
		return true;
	case LEDGER_FULL:
	case LEDGER_READ_ONLY:
	case LEDGER_NEWER:
	case LEDGER_FAILED:
		break;
	}
	warn("the ledger is not corrupt, but cannot be opened: %s; --force "
	     "makes a new one nevertheless",
	    error);
	return false;
}

static int
rebuild(const char *state, bool force)
{
	char words[REBUILD_ERROR];

	if (!become_owner(state)) {
		return EXIT_FAULT;
	}
	int held = lock(state);

	if (held < 0 || (!force && !is_to_go(state))) {
		return EXIT_REFUSED;
	}
	bool good = rebuild_ledger(state, words);

	close(held);
	if (!good) {
		warn("%s", words);
		return EXIT_FAULT;
	}
	printf("%s\n", words);
	return 0;
}

/* The state directory that the configuration FILE names, to be freed. */
static char *
state_of(const char *file)
{
	char error[CONFIG_ERROR];
	struct config *config = config_read(file, error);
	char *state = config == NULL ? NULL : xstrdup(config->state);

	if (config == NULL) {
		warn("%s", error);
		warn("--state DIR does without a configuration");
	}
	config_free(config);
	return state;
}

int
command_rebuild(int argc, char *const *argv)
{
	const char *config = NULL;
	const char *state = NULL;
	bool force = false;
	size_t n;
	const struct flag_row rows[] = {
	    {.name = "config",
	        .argument = "FILE",
	        .text = &config,
	        .help = "the daemon's configuration; " DEFAULT_CONFIG
	                " by default"},
	    {.name = "state",
	        .argument = "DIR",
	        .text = &state,
	        .help = "the state directory, instead of --config"},
	    {.name = "force",
	        .flag = &force,
	        .help = "also when the ledger that is there is well"},
	};
	const struct flag_reader reader = {
	    .command = "rebuild",
	    .operand = "",
	    .help =
	        "Makes the ledger again from outbox and manifests, when it is "
	        "missing or corrupt; the daemon must not run.  What was there "
	        "is moved aside.  Releases are known again; holds, approvals "
	        "and open steps are not.  Exit status: 0 made again, 1 "
	        "refused: a daemon runs, or the ledger is well, 3 fault.",
	    .rows = rows,
	    .n_rows = sizeof(rows) / sizeof(rows[0]),
	};
	int status = flags_read(&reader, argc, argv, NULL, &n);

	if (status >= 0) {
		return status;
	}
	if (config != NULL && state != NULL) {
		warn("rebuild: give --config or --state, not both");
		return EXIT_USAGE;
	}
	char *named = state != NULL
	                  ? xstrdup(state)
	                  : state_of(config != NULL ? config : DEFAULT_CONFIG);

	if (named == NULL) {
		return EXIT_FAULT;
	}
	status = rebuild(named, force);
	free(named);
	return status;
}

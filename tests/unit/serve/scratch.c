/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scratch.h"

#include <criterion/criterion.h>

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void
scratch_make(char place[SCRATCH])
{
	snprintf(place, SCRATCH, "/tmp/zonegate-unit-XXXXXX");
	cr_assert_not_null(mkdtemp(place));
}

static int
remove_one(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path);
}

void
scratch_remove(const char *place)
{
	cr_assert_eq(nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

int
scratch_with_fault(const char *fault, int (*act)(void))
{
	int status;
	pid_t child = fork();

	cr_assert(child >= 0);
	if (child == 0) {
		setenv("ZONEGATE_DISK_FAULT", fault, 1);
		_exit(act());
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status)) {
		cr_assert_eq(WTERMSIG(status), SIGKILL);
		return -1;
	}
	return WEXITSTATUS(status);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Criterion's own process must be able to report, so what is confined is a
 * child of it.
 */
#include "base/sandbox.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sanitized.h"

/* Builds with sanitizers keep only the limits. */
#if SANITIZED
#define CONFINED_TEST(name) Test(sandbox, name, .disabled = true)
#else
#define CONFINED_TEST(name) Test(sandbox, name, .timeout = 10)
#endif

#define ENOUGH ((uint64_t)1 << 20)

/* True if PROBE is true in a process confined to ROLE. */
static bool
holds(enum sandbox_role role, unsigned waived, bool (*probe)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		sandbox_enter(role, ENOUGH, waived);
		_exit(probe() ? 0 : 1);
	}
	int status = -1;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
path_opens(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool
path_is_refused(void)
{
	return !path_opens() && errno == EACCES;
}

static bool
making_is_refused(void)
{
	return open("/tmp/zonegate-test", O_CREAT | O_WRONLY, 0600) < 0;
}

static bool
memory_file_opens(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d",
	    memfd_create("test", 0));
	return open(path, O_RDONLY) >= 0;
}

static bool
sockets_are_refused(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0) < 0 &&
	       socket(AF_INET6, SOCK_STREAM, 0) < 0 &&
	       socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}

static bool
a_pair_opens(void)
{
	int pair[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0;
}

static bool
forking_is_refused(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		_exit(0);
	}
	return pid < 0;
}

static bool
executing_is_refused(void)
{
	char *arguments[] = {(char[]){"false"}, NULL};

	return execv("/bin/false", arguments) < 0;
}

static bool
executable_memory_is_refused(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static bool
files_end_at_the_limit(void)
{
	char octets[4096] = {0};
	int fd = memfd_create("test", 0);

	return pwrite(fd, octets, sizeof(octets),
	           (off_t)ENOUGH - (off_t)sizeof(octets)) ==
	           (ssize_t)sizeof(octets) &&
	       ftruncate(fd, (off_t)ENOUGH + 1) != 0;
}

CONFINED_TEST(no_technique_is_missing_here)
{
	cr_assert_eq(sandbox_missing(), 0);
}

CONFINED_TEST(no_role_reaches_a_path)
{
	for (int role = 1; role < N_SANDBOX_ROLES; role++) {
		cr_assert(holds((enum sandbox_role)role, 0, path_is_refused));
		cr_assert(holds((enum sandbox_role)role, 0, making_is_refused));
	}
}

CONFINED_TEST(a_file_in_memory_can_be_opened_again)
{
	cr_assert(holds(SANDBOX_UNBOUND, 0, memory_file_opens));
}

CONFINED_TEST(no_role_has_a_socket_that_leads_anywhere)
{
	for (int role = 1; role < N_SANDBOX_ROLES; role++) {
		cr_assert(
		    holds((enum sandbox_role)role, 0, sockets_are_refused));
	}
}

CONFINED_TEST(only_event_loops_have_pairs)
{
	cr_assert(holds(SANDBOX_UNBOUND, 0, a_pair_opens));
	cr_assert_not(holds(SANDBOX_LDNS, 0, a_pair_opens));
}

CONFINED_TEST(no_role_starts_processes_or_programs)
{
	for (int role = 1; role < N_SANDBOX_ROLES; role++) {
		cr_assert(
		    holds((enum sandbox_role)role, 0, forking_is_refused));
		cr_assert(
		    holds((enum sandbox_role)role, 0, executing_is_refused));
	}
}

CONFINED_TEST(memory_is_never_executable)
{
	cr_assert(holds(SANDBOX_SURVEY, 0, executable_memory_is_refused));
}

Test(sandbox, files_grow_to_their_limit_and_no_further, .timeout = 10)
{
	/* SIGXFSZ or an error: either way it has not grown. */
	signal(SIGXFSZ, SIG_IGN);
	cr_assert(holds(SANDBOX_SURVEY, 0, files_end_at_the_limit));
}

CONFINED_TEST(a_waived_technique_is_left_out_and_no_other)
{
	cr_assert(holds(SANDBOX_SURVEY, SANDBOX_WAIVE_LANDLOCK, path_opens));
	cr_assert(
	    holds(SANDBOX_SURVEY, SANDBOX_WAIVE_LANDLOCK, sockets_are_refused));
	cr_assert(
	    holds(SANDBOX_SURVEY, SANDBOX_WAIVE_SECCOMP, path_is_refused));
}

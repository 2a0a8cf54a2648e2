/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/sanitized.h"

static const struct confinement all = {
    .reads_files = true,
    .connects = true,
    .threads = true,
    .memory = 8ULL << 30,
    .open_files = 64,
};
static const struct confinement none = {
    .memory = 8ULL << 30,
    .open_files = 64,
};

static int server;
static struct sockaddr_in place;

/* A place on loopback that can be connected to. */
static void
begin(void)
{
	socklen_t size = sizeof(place);

	if (SANITIZED) {
		cr_skip_test("such builds are not confined");
	}
	place.sin_family = AF_INET;
	place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(bind(server, (struct sockaddr *)&place, sizeof(place)), 0);
	cr_assert_eq(listen(server, 5), 0);
	cr_assert_eq(getsockname(server, (struct sockaddr *)&place, &size), 0);
}

TestSuite(confine, .init = begin);

static int
try_to_connect(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int error = connect(fd, (struct sockaddr *)&place, sizeof(place)) == 0
	                ? 0
	                : errno;

	close(fd);
	return error;
}

static void *
nothing(void *context)
{
	return context;
}

static int
try_a_thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, nothing, NULL);

	return error != 0 ? error : pthread_join(thread, NULL);
}

Test(confine, what_was_allowed_works)
{
	confine(&all, 0);
	int fd = open("/etc/passwd", O_RDONLY);

	cr_assert_geq(fd, 0);
	cr_assert_eq(try_to_connect(), 0);
	cr_assert_eq(try_a_thread(), 0);
}

Test(confine, nothing_is_written_started_or_served)
{
	confine(&all, 0);
	cr_assert_lt(open("/tmp/zonegate-confine", O_WRONLY | O_CREAT, 0600),
	    0);
	cr_assert_lt(open("/dev/null", O_WRONLY), 0);
	cr_assert_lt(mkdir("/tmp/zonegate-confine", 0700), 0);
	cr_assert_lt(chmod("/tmp", 01777), 0);
	cr_assert_lt(unlink("/tmp/zonegate-confine"), 0);
	cr_assert_eq(errno, EPERM);
	cr_assert_lt(fork(), 0);
	char *const argv[] = {NULL};

	cr_assert_lt(execve("/bin/true", argv, argv), 0);
	cr_assert_lt(accept(server, NULL, NULL), 0);
	cr_assert_eq(errno, EPERM);
	cr_assert_lt(listen(server, 6), 0);
	cr_assert_eq(mmap(NULL, 4096, PROT_WRITE | PROT_EXEC,
	                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	    MAP_FAILED);
	cr_assert_eq(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
	struct rlimit limit;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	cr_assert_eq(limit.rlim_max, 64);
}

Test(confine, what_was_not_asked_for_is_gone)
{
	confine(&none, 0);
	cr_assert_lt(open("/etc/passwd", O_RDONLY), 0);
	cr_assert_neq(try_a_thread(), 0);
}

Test(confine, a_waived_technique_is_left_out)
{
	confine(&none, SANDBOX_WAIVE_LANDLOCK);
	cr_assert_geq(open("/etc/passwd", O_RDONLY), 0);
	cr_assert_lt(fork(), 0);
}

Test(confine_arguments, waivers_are_read)
{
	char *good[] = {"x", "--waive", "landlock", "--waive", "seccomp"};
	char *bad[] = {"x", "--waive", "all"};
	unsigned waived = 7;

	cr_assert(confine_waivers(1, good, 1, &waived));
	cr_assert_eq(waived, 0);
	cr_assert(confine_waivers(3, good, 1, &waived));
	cr_assert_eq(waived, SANDBOX_WAIVE_LANDLOCK);
	cr_assert(confine_waivers(5, good, 1, &waived));
	cr_assert_eq(waived, SANDBOX_WAIVE_LANDLOCK | SANDBOX_WAIVE_SECCOMP);
	cr_assert_not(confine_waivers(2, good, 1, &waived));
	cr_assert_not(confine_waivers(3, bad, 1, &waived));
	cr_assert_not(confine_waivers(2, bad, 0, &waived));
}

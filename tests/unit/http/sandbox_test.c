/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/sandbox.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "base/sanitized.h"

#define MAX_FILE 100000

static char folder[] = "/tmp/zonegate-sandbox-XXXXXX";
static int upload, reports;

static int
make_folder(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	cr_assert_eq(mkdir(path, 0700), 0);
	return open(path, O_RDONLY | O_DIRECTORY);
}

static void
set_up(void)
{
	if (SANITIZED || sandbox_missing() != 0) {
		cr_skip_test("no sandbox here");
	}
	cr_assert_not_null(mkdtemp(folder));
	upload = make_folder("upload");
	reports = make_folder("reports");
	int fd = openat(reports, "1.json", O_CREAT | O_WRONLY, 0600);

	cr_assert_eq(write(fd, "{}", 2), 2);
	close(fd);
}

static void
tear_down(void)
{
	unlinkat(reports, "1.json", 0);
	unlinkat(upload, "a", 0);
	char path[64];

	snprintf(path, sizeof(path), "%s/upload", folder);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/reports", folder);
	rmdir(path);
	rmdir(folder);
}

TestSuite(http_sandbox, .init = set_up, .fini = tear_down, .timeout = 60);

/* What TRY returns within the sandbox, in a process of its own. */
static int
within(int (*try)(void))
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		http_sandbox_enter(upload, reports, 64, MAX_FILE, 0);
		_exit(try());
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

static int
put_and_remove(void)
{
	int fd = openat(upload, "a", O_CREAT | O_EXCL | O_WRONLY, 0600);

	return fd < 0 || write(fd, "x", 1) != 1 || fsync(fd) != 0 ||
	       close(fd) != 0 || unlinkat(upload, "a", 0) != 0;
}

static int
read_report(void)
{
	int fd = openat(reports, "1.json", O_RDONLY);
	char text[2];

	return fd < 0 || read(fd, text, 2) != 2;
}

static void *
nothing(void *context)
{
	return context;
}

static int
start_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) != 0 ||
	       pthread_join(thread, NULL) != 0;
}

static int
make_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}

Test(http_sandbox, what_is_needed_works)
{
	cr_assert_eq(within(put_and_remove), 0);
	cr_assert_eq(within(read_report), 0);
	cr_assert_eq(within(start_thread), 0);
	cr_assert_eq(within(make_unix_socket), 0);
}

static int
open_elsewhere(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES ? 0 : 1;
}

static int
open_above(void)
{
	return openat(reports, "../../../etc/passwd", O_RDONLY) < 0 ? 0 : 1;
}

static int
write_report(void)
{
	return openat(reports, "1.json", O_WRONLY) < 0 &&
	               openat(reports, "2.json", O_CREAT | O_WRONLY, 0600) <
	                   0 &&
	               unlinkat(reports, "1.json", 0) < 0
	           ? 0
	           : 1;
}

static int
read_upload(void)
{
	int fd = openat(upload, "a", O_CREAT | O_WRONLY, 0600);

	return fd >= 0 && openat(upload, "a", O_RDONLY) < 0 ? 0 : 1;
}

static int
link_in_upload(void)
{
	return symlinkat("/etc/passwd", upload, "b") < 0 &&
	               linkat(reports, "1.json", upload, "b", 0) < 0 &&
	               mkdirat(upload, "b", 0700) < 0
	           ? 0
	           : 1;
}

static int
start_program(void)
{
	char *argv[] = {NULL};

	return execve("/bin/true", argv, argv) < 0 && errno == EPERM ? 0 : 1;
}

static int
start_process(void)
{
	return fork() < 0 && vfork() < 0 ? 0 : 1;
}

static int
make_network_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 &&
	               socket(AF_INET6, SOCK_DGRAM, 0) < 0 &&
	               socket(AF_NETLINK, SOCK_RAW, 0) < 0
	           ? 0
	           : 1;
}

static int
trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 && errno == EPERM ? 0
	                                                                   : 1;
}

static int
make_executable(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at != MAP_FAILED &&
	               mprotect(at, 4096, PROT_READ | PROT_EXEC) < 0 &&
	               mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
	           ? 0
	           : 1;
}

static int
write_too_much(void)
{
	static const char octets[MAX_FILE + 1];
	int fd = openat(upload, "a", O_CREAT | O_WRONLY, 0600);

	signal(SIGXFSZ, SIG_IGN);
	return write(fd, octets, sizeof(octets)) == MAX_FILE &&
	               write(fd, octets, 1) < 0
	           ? 0
	           : 1;
}

Test(http_sandbox, what_is_not_needed_does_not)
{
	cr_expect_eq(within(open_elsewhere), 0);
	cr_expect_eq(within(open_above), 0);
	cr_expect_eq(within(write_report), 0);
	cr_expect_eq(within(read_upload), 0);
	cr_expect_eq(within(link_in_upload), 0);
	cr_expect_eq(within(start_program), 0);
	cr_expect_eq(within(start_process), 0);
	cr_expect_eq(within(make_network_socket), 0);
	cr_expect_eq(within(trace), 0);
	cr_expect_eq(within(make_executable), 0);
	cr_expect_eq(within(write_too_much), 0);
}

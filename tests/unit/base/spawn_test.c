/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/spawn.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* A child that runs PROGRAM, and what is left of it. */
static struct child
child_of(const char *program)
{
	return (struct child){
	    .program = program,
	    .stream_fd = -1,
	    .log_max = 1000,
	};
}

static struct crowd
crowd_until(int64_t ms)
{
	return (struct crowd){.deadline_ms = spawn_now_ms() + ms};
}

static void
release(struct child *child)
{
	free(child->log);
	free(child->stream);
}

Test(spawn, a_child_that_exits_says_with_what, .timeout = 10)
{
	struct child good = child_of("/bin/true"), bad = child_of("/bin/false");
	struct crowd crowd = crowd_until(5000);

	cr_assert_eq(crowd_start(&crowd, &good), 0);
	cr_assert_eq(crowd_start(&crowd, &bad), 0);
	crowd_wait(&crowd, NULL);
	cr_assert_eq(good.end, SPAWN_EXITED);
	cr_assert_eq(good.status, 0);
	cr_assert_eq(bad.end, SPAWN_EXITED);
	cr_assert_eq(bad.status, 1);
	release(&good);
	release(&bad);
}

Test(spawn, a_program_that_is_not_there_is_an_error, .timeout = 10)
{
	struct child child = child_of("/nonexistent/program");
	struct crowd crowd = crowd_until(5000);

	cr_assert_eq(crowd_start(&crowd, &child), ENOENT);
	cr_assert_eq(child.end, SPAWN_RUNNING);
	cr_assert_eq(crowd.n, 0);
	release(&child);
}

/* cat without a file reads /dev/null and ends; with its input replaced by a
 * pipe that nobody closes it hangs. */
static struct child
hanging_child(struct spawn_fd *fd, int *held)
{
	int ends[2];
	struct child child = child_of("/bin/cat");

	cr_assert_eq(pipe(ends), 0);
	*held = ends[1];
	*fd = (struct spawn_fd){.ours = ends[0], .theirs = 0};
	child.fds = fd;
	child.n_fds = 1;
	return child;
}

Test(spawn, a_child_past_the_deadline_is_late, .timeout = 10)
{
	struct spawn_fd fd;
	int held;
	struct child child = hanging_child(&fd, &held);
	struct crowd crowd = crowd_until(100);

	cr_assert_eq(crowd_start(&crowd, &child), 0);
	crowd_wait(&crowd, NULL);
	cr_assert_eq(child.end, SPAWN_LATE);
	release(&child);
}

Test(spawn, what_is_called_off_is_not_late, .timeout = 10)
{
	struct spawn_fd fd;
	int held;
	struct child child = hanging_child(&fd, &held);
	struct crowd crowd = crowd_until(60000);

	cr_assert_eq(crowd_start(&crowd, &child), 0);
	crowd_call_off(&crowd);
	cr_assert_eq(child.end, SPAWN_CALLED_OFF);
	cr_assert_eq(crowd.n, 0);
	release(&child);
}

Test(spawn, a_newcomer_runs_beside_one_that_waits, .timeout = 10)
{
	struct spawn_fd fd;
	int held;
	struct child waiting = hanging_child(&fd, &held);
	struct child other = child_of("/bin/true");
	struct crowd crowd = crowd_until(60000);

	cr_assert_eq(crowd_start(&crowd, &waiting), 0);
	cr_assert_eq(crowd_start(&crowd, &other), 0);
	crowd_wait(&crowd, &other);
	cr_assert_eq(other.end, SPAWN_EXITED);
	cr_assert_eq(waiting.end, SPAWN_RUNNING);
	close(held);
	crowd_wait(&crowd, NULL);
	cr_assert_eq(waiting.end, SPAWN_EXITED);
	release(&waiting);
	release(&other);
}

/* /dev/zero on descriptor 0, the stream on 1: cat writes until it is stopped. */
static struct child
flooding_child(struct spawn_fd *fd, int stream)
{
	struct child child = child_of("/bin/cat");

	*fd = (struct spawn_fd){.ours = open("/dev/zero", O_RDONLY),
	    .theirs = 0};
	child.fds = fd;
	child.n_fds = 1;
	child.stream_fd = stream;
	child.stream_max = 100000;
	return child;
}

Test(spawn, a_child_that_writes_too_much_is_stopped, .timeout = 10)
{
	struct spawn_fd fd;
	struct child child = flooding_child(&fd, 1);
	struct crowd crowd = crowd_until(5000);

	cr_assert_eq(crowd_start(&crowd, &child), 0);
	crowd_wait(&crowd, NULL);
	cr_assert_eq(child.end, SPAWN_FLOODED);
	cr_assert_leq(child.stream_length, child.stream_max);
	release(&child);
}

Test(spawn, a_child_stands_back_as_far_as_it_is_told, .timeout = 10)
{
	struct spawn_fd fd;
	int held;
	struct child child = hanging_child(&fd, &held);
	struct crowd crowd = crowd_until(60000);

	child.nice = 3;
	cr_assert_eq(crowd_start(&crowd, &child), 0);
	cr_assert_eq(getpriority(PRIO_PROCESS, (id_t)child.pid),
	    getpriority(PRIO_PROCESS, 0) > 3 ? getpriority(PRIO_PROCESS, 0)
	                                     : 3);
	crowd_call_off(&crowd);
	release(&child);
}

Test(spawn, a_child_has_no_environment, .timeout = 10)
{
	struct child child = child_of("/usr/bin/env");
	struct crowd crowd = crowd_until(5000);

	child.stream_fd = 1;
	child.stream_max = 1000;
	cr_assert_eq(crowd_start(&crowd, &child), 0);
	crowd_wait(&crowd, NULL);
	cr_assert_eq(child.end, SPAWN_EXITED);
	cr_assert_eq(child.status, 0);
	cr_assert_eq(child.stream_length, 0);
	release(&child);
}

Test(spawn, a_child_has_the_descriptors_it_was_given_and_no_other,
    .timeout = 10)
{
	struct spawn_fd fds[2];
	int held;
	struct child child = hanging_child(&fds[0], &held);
	struct crowd crowd = crowd_until(60000);
	char path[64];
	unsigned others = 0;

	for (unsigned i = 0; i < 20; i++) {
		cr_assert_geq(dup(0), 0); /* left open, and not inherited */
	}
	fds[1] = (struct spawn_fd){.ours = held, .theirs = 7};
	child.n_fds = 2;
	cr_assert_eq(crowd_start(&crowd, &child), 0);
	for (int fd = 0; fd < 200; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", child.pid, fd);
		others += access(path, F_OK) == 0 && fd > 2 && fd != 7;
	}
	/* The loader may just have a library open. */
	cr_assert_leq(others, 1);
	crowd_call_off(&crowd);
	release(&child);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * helper.c -- the processes that stay beside the daemon: started, listened to,
 * started again when they end.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/die.h"
#include "helper.h"
#include "paths.h"

#define HELPER_FD 3
#define AGAIN_MOST_S ((int64_t)60)

static _Noreturn void
become(const struct helper *helper, int channel, int output, pid_t parent)
{
	static const char *const environment[] = {
	    "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
	const char *program = path_program(helper->name);
	const char *argv[8] = {program, NULL};
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (helper->takes_waivers) {
		daemon_waivers(helper->daemon, argv, 1);
	}
	/* CHANNEL may have the number 3 itself, and then no dup2 clears its
	 * close-on-exec flag. */
	channel = fcntl(channel, F_DUPFD_CLOEXEC, 10);
	output = fcntl(output, F_DUPFD_CLOEXEC, 10);
	if (dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0 || dup2(channel, HELPER_FD) < 0 ||
	    close_range(HELPER_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0 ||
	    chdir("/") != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
	    getppid() != parent) {
		_exit(127);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execve(program, (char *const *)(uintptr_t)argv,
	    (char *const *)(uintptr_t)environment);
	_exit(127);
}

static void
drop_event(struct event **event)
{
	if (*event != NULL) {
		event_free(*event);
		*event = NULL;
	}
}

static void
close_fd(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

static void
let_go(struct helper *helper)
{
	drop_event(&helper->ended);
	drop_event(&helper->said);
	close_fd(&helper->process);
	close_fd(&helper->output);
	close_fd(&helper->channel);
	helper->pid = 0;
	helper->n_line = 0;
}

/* ---- what it says ---- */

static void
line(struct helper *helper)
{
	helper->line[helper->n_line] = '\0';
	for (size_t i = 0; i < helper->n_line; i++) {
		if ((unsigned char)helper->line[i] < 0x20 ||
		    (unsigned char)helper->line[i] >= 0x7f) {
			helper->line[i] = '?';
		}
	}
	helper->n_line = 0;
	helper->heard(helper, helper->line);
}

static void
on_said(evutil_socket_t fd, short what, void *context)
{
	struct helper *helper = context;
	char buffer[512];
	ssize_t got = read(fd, buffer, sizeof(buffer));

	(void)what;
	if (got == 0) {
		drop_event(&helper->said);
	}
	for (ssize_t i = 0; i < got; i++) {
		if (buffer[i] == '\n') {
			line(helper);
		} else if (helper->n_line < sizeof(helper->line) - 1) {
			helper->line[helper->n_line++] = buffer[i];
		}
	}
}

/* ---- how it ends ---- */

static void
on_again(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	helper_run(context);
}

static void
again(struct helper *helper)
{
	/* One second, two, four, ...; one that ran for a while begins anew. */
	if (clock_now() - helper->started_at > 2 * AGAIN_MOST_S) {
		helper->failures = 0;
	}
	unsigned shift = helper->failures < 6 ? helper->failures : 6;
	int64_t in = (int64_t)1 << shift;
	struct timeval wait = {in < AGAIN_MOST_S ? in : AGAIN_MOST_S, 0};

	helper->failures++;
	if (helper->again == NULL) {
		helper->again =
		    evtimer_new(helper->daemon->base, on_again, helper);
	}
	evtimer_add(helper->again, &wait);
}

static void
on_ended(evutil_socket_t fd, short what, void *context)
{
	struct helper *helper = context;
	int status = 0;

	(void)fd;
	(void)what;
	if (waitpid(helper->pid, &status, WNOHANG) == 0) {
		return;
	}
	let_go(helper);
	if (helper->lost != NULL) {
		helper->lost(helper);
	}
	daemon_log(helper->daemon, LOG_LEVEL_WARNING, "helper.ended",
	    "zonegate", NULL, NULL, "%s %s %d; it is started again",
	    helper->name, WIFEXITED(status) ? "exited with" : "died of signal",
	    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	again(helper);
	daemon_look_soon(helper->daemon);
}

/* ---- starting ---- */

bool
helper_run(struct helper *helper)
{
	struct event_base *base = helper->daemon->base;
	int channel[2], output[2];
	pid_t parent = getpid();

	assert(helper->pid == 0);
	helper->started_at = clock_now();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) {
		again(helper);
		return false;
	}
	if (pipe2(output, O_CLOEXEC | O_NONBLOCK) != 0) {
		close(channel[0]);
		close(channel[1]);
		again(helper);
		return false;
	}
	/* Its end of the pipe may block. */
	fcntl(output[1], F_SETFL, 0);
	helper->pid = fork();
	if (helper->pid == 0) {
		become(helper, channel[1], output[1], parent);
	}
	close(channel[1]);
	close(output[1]);
	helper->channel = channel[0];
	helper->output = output[0];
	if (helper->pid < 0) {
		let_go(helper);
		again(helper);
		return false;
	}
	fcntl(helper->channel, F_SETFL, O_NONBLOCK);
	helper->process = (int)syscall(SYS_pidfd_open, helper->pid, 0);
	assert(helper->process >= 0);
	fcntl(helper->process, F_SETFD, FD_CLOEXEC);
	helper->ended = event_new(base, helper->process, EV_READ | EV_PERSIST,
	    on_ended, helper);
	helper->said = event_new(base, helper->output, EV_READ | EV_PERSIST,
	    on_said, helper);
	event_add(helper->ended, NULL);
	event_add(helper->said, NULL);
	helper->begin(helper);
	return true;
}

void
helper_stop(struct helper *helper)
{
	int status;

	drop_event(&helper->again);
	if (helper->pid > 0) {
		kill(helper->pid, SIGKILL);
		waitpid(helper->pid, &status, 0);
		let_go(helper);
	}
}

void
helper_restart(struct helper *helper)
{
	helper_stop(helper);
	if (helper->lost != NULL) {
		helper->lost(helper);
	}
	helper->failures = 0;
	helper_run(helper);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spawn.c -- children from fork and exec to the last octet they wrote.
 */
#include "base/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

#define TICK_MS 250
/* Sources of a child's descriptors are moved above the numbers it gets. */
#define FD_ABOVE 64

int64_t
spawn_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- inside the child, between fork and exec ---- */

static void
give_up(int report_fd)
{
	int error = errno;
	ssize_t ignored = write(report_fd, &error, sizeof(error));

	(void)ignored;
	_exit(127);
}

/* Moves every source out of the way first: a source may have the number that
 * another descriptor is to get. */
static void
arrange_fds(const struct child *child, int log, int stream, int *report)
{
	int from[SPAWN_FDS_MAX + 4], to[SPAWN_FDS_MAX + 4];
	unsigned n = 0;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	from[n] = null, to[n++] = STDIN_FILENO;
	from[n] = null, to[n++] = STDOUT_FILENO;
	from[n] = log, to[n++] = STDERR_FILENO;
	if (child->stream_fd >= 0) {
		from[n] = stream, to[n++] = child->stream_fd;
	}
	for (unsigned i = 0; i < child->n_fds; i++) {
		from[n] = child->fds[i].ours;
		to[n++] = child->fds[i].theirs;
	}
	*report = fcntl(*report, F_DUPFD_CLOEXEC, FD_ABOVE);
	for (unsigned i = 0; i < n; i++) {
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, FD_ABOVE);
		if (from[i] < 0) {
			give_up(*report);
		}
	}
	for (unsigned fd = 0; fd < FD_ABOVE; fd++) {
		close((int)fd);
	}
	for (unsigned i = 0; i < n; i++) {
		if (dup2(from[i], to[i]) < 0) {
			give_up(*report);
		}
	}
	/* Everything above is close-on-exec or closed here. */
	if (close_range(FD_ABOVE, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
		give_up(*report);
	}
}

static _Noreturn void
become(const struct child *child, int log, int stream, int report, pid_t parent)
{
	char *arguments[] = {(char *)(uintptr_t)child->program, NULL};
	char *environment[] = {NULL};
	sigset_t none;

	arrange_fds(child, log, stream, &report);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL); /* what is ignored stays so over an exec */
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGINT, SIG_IGN); /* the gate ends its children itself */
	/* Only a hint: what cannot stand back competes. */
	setpriority(PRIO_PROCESS, 0, child->nice);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || chdir("/") != 0) {
		give_up(report);
	}
	if (getppid() != parent) {
		_exit(127);
	}
	execve(child->program, arguments, environment);
	give_up(report);
	abort();
}

/* ---- starting ---- */

static void
close_fd(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

static int
child_pipe(int ends[2], bool wanted)
{
	ends[0] = ends[1] = -1;
	if (wanted && pipe2(ends, O_CLOEXEC) != 0) {
		return errno;
	}
	return 0;
}

/* Returns what the child reports of its exec: 0 when that worked. */
static int
exec_result(int report_fd)
{
	int error = 0;
	ssize_t got;

	do {
		got = read(report_fd, &error, sizeof(error));
	} while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof(error) ? error : 0;
}

static void
set_nonblocking(int fd)
{
	if (fd >= 0) {
		fcntl(fd, F_SETFL, O_NONBLOCK);
	}
}

static int
start(struct child *child, struct spawn_hold *hold)
{
	int log[2], stream[2], report[2];
	int error = child_pipe(log, true);

	if (error == 0) {
		error = child_pipe(stream, child->stream_fd >= 0);
	} else {
		stream[0] = stream[1] = -1;
	}
	if (error == 0) {
		error = child_pipe(report, true);
	} else {
		report[0] = report[1] = -1;
	}
	pid_t parent = getpid();
	pid_t pid = error == 0 ? fork() : -1;

	if (pid == 0) {
		become(child, log[1], stream[1], report[1], parent);
	}
	if (error == 0 && pid < 0) {
		error = errno;
	}
	close_fd(&log[1]);
	close_fd(&stream[1]);
	close_fd(&report[1]);
	if (pid > 0) {
		child->pid = pid;
		hold->process = (int)syscall(SYS_pidfd_open, pid, 0U);
		error = hold->process < 0 ? errno : exec_result(report[0]);
		if (hold->process < 0) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
		}
	}
	close_fd(&report[0]);
	hold->log = log[0];
	hold->stream = stream[0];
	set_nonblocking(hold->log);
	set_nonblocking(hold->stream);
	return error;
}

/* ---- while they run ---- */

/* Log octets are hostile: printable ASCII, tabs and newlines are kept. */
static void
add_to_log(struct child *child, const char *octets, size_t length)
{
	for (size_t i = 0; i < length && child->log_length < child->log_max;
	     i++) {
		unsigned char c = (unsigned char)octets[i];

		child->log[child->log_length++] =
		    (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t' ? (char)c
		                                                      : '?';
	}
	child->log[child->log_length] = '\0';
}

static void
end_child(struct child *child, enum spawn_end end)
{
	if (child->end == SPAWN_RUNNING) {
		child->end = end;
		kill(child->pid, SIGKILL);
	}
}

static void
add_to_stream(struct child *child, struct spawn_hold *hold, const char *octets,
    size_t length)
{
	if (length > child->stream_max - child->stream_length) {
		end_child(child, SPAWN_FLOODED);
		return;
	}
	size_t needed = child->stream_length + length;

	if (needed > hold->stream_capacity) {
		size_t capacity = needed * 2 < 65536 ? 65536 : needed * 2;

		child->stream = xreallocarray(child->stream, capacity, 1);
		hold->stream_capacity = capacity;
	}
	memcpy(child->stream + child->stream_length, octets, length);
	child->stream_length = needed;
}

/* Reads what is there; closes the descriptor at its end. */
static void
drain(struct child *child, struct spawn_hold *hold, int *fd)
{
	static char buffer[65536];

	while (*fd >= 0) {
		ssize_t got = read(*fd, buffer, sizeof(buffer));

		if (got > 0 && fd == &hold->log) {
			add_to_log(child, buffer, (size_t)got);
		} else if (got > 0) {
			add_to_stream(child, hold, buffer, (size_t)got);
			return; /* the others get their turn */
		} else if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
			return;
		} else {
			close_fd(fd);
		}
	}
}

static void
reap(struct child *child, struct spawn_hold *hold)
{
	struct rusage usage;
	int status = 0;
	pid_t pid;

	do {
		pid = wait4(child->pid, &status, 0, &usage);
	} while (pid < 0 && errno == EINTR);
	assert(pid == child->pid);
	close_fd(&hold->process);
	child->seconds = (double)(spawn_now_ms() - hold->started_ms) / 1000.0;
	child->max_rss_kib = (uint64_t)usage.ru_maxrss;
	if (child->end != SPAWN_RUNNING) {
		return; /* we killed it, and know why */
	}
	if (WIFEXITED(status)) {
		child->end = SPAWN_EXITED;
		child->status = WEXITSTATUS(status);
	} else {
		child->end = SPAWN_KILLED;
		child->status = WTERMSIG(status);
	}
}

static bool
is_open(const struct spawn_hold *hold)
{
	return hold->process >= 0 || hold->log >= 0 || hold->stream >= 0;
}

static nfds_t
watch(struct pollfd *polled, const struct crowd *crowd)
{
	nfds_t n = 0;

	for (unsigned i = 0; i < crowd->n; i++) {
		const struct spawn_hold *hold = &crowd->holds[i];
		int fds[] = {hold->process, hold->log, hold->stream};

		for (unsigned k = 0; k < 3; k++) {
			if (fds[k] >= 0) {
				polled[n].fd = fds[k];
				polled[n].events = POLLIN;
				polled[n++].revents = 0;
			}
		}
	}
	return n;
}

static bool
is_ready(const struct pollfd *polled, nfds_t n, int fd)
{
	for (nfds_t i = 0; i < n; i++) {
		if (polled[i].fd == fd) {
			return polled[i].revents != 0;
		}
	}
	return false;
}

static void
serve(struct child *child, struct spawn_hold *hold, const struct pollfd *polled,
    nfds_t n)
{
	if (hold->log >= 0 && is_ready(polled, n, hold->log)) {
		drain(child, hold, &hold->log);
	}
	if (hold->stream >= 0 && is_ready(polled, n, hold->stream)) {
		drain(child, hold, &hold->stream);
	}
	if (hold->process >= 0 && is_ready(polled, n, hold->process)) {
		reap(child, hold);
	}
}

/* Kills those of whom something is still to come. */
static void
kill_open(struct crowd *crowd, enum spawn_end end)
{
	for (unsigned i = 0; i < crowd->n; i++) {
		if (is_open(&crowd->holds[i])) {
			end_child(crowd->children[i], end);
		}
	}
}

static int
timeout_ms(int64_t deadline_ms)
{
	int64_t left = deadline_ms - spawn_now_ms();

	if (left < 0) {
		return 10; /* killed; waiting for the kernel to say so */
	}
	return left > TICK_MS ? TICK_MS : (int)left + 1;
}

static bool
is_awaited(const struct crowd *crowd, const struct child *child)
{
	for (unsigned i = 0; i < crowd->n; i++) {
		if ((child == NULL || crowd->children[i] == child) &&
		    is_open(&crowd->holds[i])) {
			return true;
		}
	}
	return false;
}

/* Children that have ended may go away: nothing may point to them. */
static void
forget_ended(struct crowd *crowd)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < crowd->n; i++) {
		if (is_open(&crowd->holds[i])) {
			crowd->children[kept] = crowd->children[i];
			crowd->holds[kept++] = crowd->holds[i];
		}
	}
	crowd->n = kept;
}

/* ---- the interface ---- */

int
crowd_start(struct crowd *crowd, struct child *child)
{
	struct spawn_hold *hold = &crowd->holds[crowd->n];

	assert(crowd->n < CROWD_MAX);
	*hold = (struct spawn_hold){-1, -1, -1, 0, spawn_now_ms()};
	child->pid = 0;
	child->end = SPAWN_RUNNING;
	child->status = 0;
	child->stream = NULL;
	child->stream_length = 0;
	child->log = xcalloc(child->log_max + 1, 1);
	child->log_length = 0;
	child->seconds = 0;
	child->max_rss_kib = 0;

	int error = start(child, hold);

	if (error != 0) {
		close_fd(&hold->log);
		close_fd(&hold->stream);
		if (hold->process >= 0) {
			reap(child, hold);
		}
		child->end = SPAWN_RUNNING;
		return error;
	}
	crowd->children[crowd->n++] = child;
	return 0;
}

void
crowd_wait(struct crowd *crowd, const struct child *child)
{
	struct pollfd polled[CROWD_MAX * 3];
	int64_t told_ms = spawn_now_ms();

	while (is_awaited(crowd, child)) {
		nfds_t n = watch(polled, crowd);

		if (poll(polled, n, timeout_ms(crowd->deadline_ms)) > 0) {
			for (unsigned i = 0; i < crowd->n; i++) {
				serve(crowd->children[i], &crowd->holds[i],
				    polled, n);
			}
		}
		if (spawn_now_ms() >= crowd->deadline_ms) {
			kill_open(crowd, SPAWN_LATE);
		}
		if (crowd->progress != NULL &&
		    spawn_now_ms() - told_ms >= TICK_MS) {
			told_ms = spawn_now_ms();
			crowd->progress(crowd->context);
		}
	}
	forget_ended(crowd);
}

void
crowd_call_off(struct crowd *crowd)
{
	kill_open(crowd, SPAWN_CALLED_OFF);
	crowd_wait(crowd, NULL);
}

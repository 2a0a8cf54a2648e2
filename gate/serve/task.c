/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/task.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/spawn.h"

/* Twice that, so that not every line moves what was kept. */
#define KEPT_MOST ((size_t)2 * TASK_OUTPUT)

struct task {
	pid_t pid;
	int process; /* pidfd */
	int output;  /* our end of the pipe; -1 when it has ended */
	struct event *ended, *said, *late;
	int64_t started_ms;
	struct task_result result;
	task_done *done;
	void *context;
	char tail[KEPT_MOST + 1];
	size_t n_tail;
};

/* ---- in the child ---- */

#ifdef ZONEGATE_FAULT_POINTS
/* What tests tell our children goes through us: OURS, to be called NAME. */
static void
pass_on(const char *ours, const char *name, const char *environment[6])
{
	const char *value = getenv(ours);
	char *text;
	unsigned n = 0;

	while (environment[n] != NULL) {
		n++;
	}
	if (value != NULL && asprintf(&text, "%s=%s", name, value) > 0) {
		environment[n] = text;
	}
}
#endif

static _Noreturn void
become(const char *const *argv, int input, int output, pid_t parent)
{
	const char *environment[6] = {
	    "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"};
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (dup2(input >= 0 ? input : null, STDIN_FILENO) < 0 ||
	    dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0 ||
	    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0 || chdir("/") != 0 ||
	    setpgid(0, 0) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
	    getppid() != parent) {
		_exit(127);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
#ifdef ZONEGATE_FAULT_POINTS
	pass_on("ZONEGATE_FAULT", "ZONEGATE_FAULT", environment);
	pass_on("ZONEGATE_LIBEXECDIR", "ZONEGATE_LIBEXECDIR", environment);
	pass_on("ZONEGATE_CHILD_DISK_FAULT", "ZONEGATE_DISK_FAULT",
	    environment);
#endif
	execve(argv[0], (char *const *)(uintptr_t)argv,
	    (char *const *)(uintptr_t)environment);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* ---- in the loop ---- */

static void
drop_event(struct event **event)
{
	if (*event != NULL) {
		event_free(*event);
		*event = NULL;
	}
}

static void
task_free(struct task *task)
{
	drop_event(&task->ended);
	drop_event(&task->said);
	drop_event(&task->late);
	if (task->process >= 0) {
		close(task->process);
	}
	if (task->output >= 0) {
		close(task->output);
	}
	free(task);
}

static void
keep(struct task *task, const char *text, size_t length)
{
	if (length > TASK_OUTPUT) {
		text += length - TASK_OUTPUT;
		length = TASK_OUTPUT;
	}
	if (task->n_tail + length > KEPT_MOST) {
		size_t drop = task->n_tail - TASK_OUTPUT;

		memmove(task->tail, task->tail + drop, TASK_OUTPUT);
		task->n_tail = TASK_OUTPUT;
	}
	memcpy(task->tail + task->n_tail, text, length);
	task->n_tail += length;
}

/* Reads what there is; at most a few pipes full at a time, so that a program
 * that floods does not keep the loop. */
static void
drain(struct task *task)
{
	char buffer[4096];

	for (unsigned i = 0; task->output >= 0 && i < 32; i++) {
		ssize_t got = read(task->output, buffer, sizeof(buffer));

		if (got > 0) {
			keep(task, buffer, (size_t)got);
		} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
			drop_event(&task->said);
			close(task->output);
			task->output = -1;
		} else if (errno == EAGAIN) {
			return;
		}
	}
}

static void
clean(struct task *task)
{
	size_t from =
	    task->n_tail > TASK_OUTPUT ? task->n_tail - TASK_OUTPUT : 0;

	while (task->n_tail > from && task->tail[task->n_tail - 1] == '\n') {
		task->n_tail--;
	}
	task->tail[task->n_tail] = '\0';
	for (size_t i = from; i < task->n_tail; i++) {
		unsigned char c = (unsigned char)task->tail[i];

		if (c != '\n' && (c < 0x20 || c >= 0x7f)) {
			task->tail[i] = '?';
		}
	}
	task->result.output = task->tail + from;
}

static void
finish(struct task *task)
{
	drain(task);
	clean(task);
	task->result.seconds =
	    (double)(spawn_now_ms() - task->started_ms) / 1000;
	task->done(task->context, &task->result);
	task_free(task);
}

static void
on_ended(evutil_socket_t fd, short what, void *context)
{
	struct task *task = context;
	int status;

	(void)fd;
	(void)what;
	if (task->pid > 0) {
		siginfo_t info = {.si_pid = 0};

		waitid(P_PID, (id_t)task->pid, &info,
		    WEXITED | WNOHANG | WNOWAIT);
		if (info.si_pid == 0) {
			return;
		}
		/* What it left running goes with it, while the number of its
		 * group cannot be another's. */
		kill(-task->pid, SIGKILL);
		pid_t got = waitpid(task->pid, &status, 0);

		assert(got == task->pid);
		if (task->result.end == TASK_NOT_RUN) {
			task->result.end =
			    WIFEXITED(status) ? TASK_EXITED : TASK_KILLED;
			task->result.status = WIFEXITED(status)
			                          ? WEXITSTATUS(status)
			                          : WTERMSIG(status);
		}
	}
	finish(task);
}

static void
on_said(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	drain(context);
}

static void
end_it(struct task *task, enum task_end end)
{
	if (task->pid > 0 && task->result.end == TASK_NOT_RUN) {
		task->result.end = end;
		kill(-task->pid, SIGKILL);
		/* Before it has made its own group. */
		syscall(SYS_pidfd_send_signal, task->process, SIGKILL, NULL, 0);
	}
}

static void
on_late(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	end_it(context, TASK_LATE);
}

static struct event *
add(struct event_base *base, int fd, short what, event_callback_fn call,
    struct task *task, int64_t ms)
{
	struct event *event = event_new(base, fd, what, call, task);
	struct timeval in = {ms / 1000, (ms % 1000) * 1000};

	assert(event != NULL);
	event_add(event, ms >= 0 ? &in : NULL);
	return event;
}

/* Returns 0 or an errno. */
static int
start(struct task *task, const char *const *argv, int input)
{
	int ends[2];
	pid_t parent = getpid();

	if (pipe2(ends, O_CLOEXEC) != 0) {
		return errno;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	task->pid = fork();
	if (task->pid == 0) {
		become(argv, input, ends[1], parent);
	}
	int error = errno;

	close(ends[1]);
	task->output = ends[0];
	if (task->pid < 0) {
		return error;
	}
	task->process = (int)syscall(SYS_pidfd_open, task->pid, 0);
	assert(task->process >= 0);
	fcntl(task->process, F_SETFD, FD_CLOEXEC);
	return 0;
}

struct task *
task_start(struct event_base *base, const char *const *argv, int input,
    int64_t deadline_ms, task_done *done, void *context)
{
	struct task *task = xcalloc(1, sizeof(*task));

	assert(argv[0] != NULL && argv[0][0] == '/');
	task->process = task->output = -1;
	task->done = done;
	task->context = context;
	task->started_ms = spawn_now_ms();
	task->result.error = start(task, argv, input);
	if (task->result.error != 0) {
		task->pid = -1;
		task->ended = add(base, -1, 0, on_ended, task, 0);
		return task;
	}
	task->ended =
	    add(base, task->process, EV_READ | EV_PERSIST, on_ended, task, -1);
	task->said =
	    add(base, task->output, EV_READ | EV_PERSIST, on_said, task, -1);
	task->late = add(base, -1, 0, on_late, task, deadline_ms);
	return task;
}

void
task_call_off(struct task *task)
{
	end_it(task, TASK_CALLED_OFF);
}

void
task_abandon(struct task *task)
{
	int status;

	if (task->pid > 0) {
		end_it(task, TASK_CALLED_OFF);
		waitpid(task->pid, &status, 0);
	}
	task_free(task);
}

bool
task_is_good(const struct task_result *result)
{
	return result->end == TASK_EXITED && result->status == 0;
}

char *
task_words(const struct task_result *result, char words[TASK_WORDS])
{
	switch (result->end) {
	case TASK_NOT_RUN:
		snprintf(words, TASK_WORDS, "could not be started: %s",
		    strerror(result->error));
		break;
	case TASK_EXITED:
		snprintf(words, TASK_WORDS, "exited with status %d",
		    result->status);
		break;
	case TASK_KILLED:
		snprintf(words, TASK_WORDS, "was ended by signal %d",
		    result->status);
		break;
	case TASK_LATE:
		snprintf(words, TASK_WORDS,
		    "was killed after %.1f s, at its deadline",
		    result->seconds);
		break;
	case TASK_CALLED_OFF:
		snprintf(words, TASK_WORDS, "was called off");
		break;
	}
	return words;
}

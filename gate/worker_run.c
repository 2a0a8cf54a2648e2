/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker_run.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "contract/fault.h"
#include "contract/spelling.h"
#include "paths.h"
#include "sealed.h"

#ifdef ZONEGATE_FAULT_POINTS

static const char *const fault_names[N_FAULTS] = {
#define FAULT(id) [FAULT_##id] = #id,
#include "contract/faults.def"
#undef FAULT
};

/* The worker that WANTED, "worker:fault", names. */
static enum worker
faulty_worker(const char *wanted)
{
	for (int id = WORKER_NONE + 1; id < N_WORKERS; id++) {
		const char *name =
		    worker_name((enum worker)id) + strlen("zonegate-");

		if (strncmp(wanted, name, strlen(name)) == 0 &&
		    wanted[strlen(name)] == ':') {
			return (enum worker)id;
		}
	}
	die("ZONEGATE_FAULT=%s: no such worker", wanted);
}

/* The fault that ZONEGATE_FAULT wants of WORKER. */
static uint32_t
wanted_fault(enum worker worker)
{
	const char *wanted = getenv("ZONEGATE_FAULT");

	if (wanted == NULL || wanted[0] == '\0' ||
	    faulty_worker(wanted) != worker) {
		return FAULT_none;
	}
	for (uint32_t id = 1; id < N_FAULTS; id++) {
		if (spelling_equal(fault_names[id], strchr(wanted, ':') + 1)) {
			return id;
		}
	}
	die("ZONEGATE_FAULT=%s: no such fault", wanted);
}

#else

static uint32_t
wanted_fault(enum worker worker)
{
	(void)worker;
	return FAULT_none;
}

#endif

void
run_init(struct worker_run *run, enum worker worker,
    const struct request *request, uint64_t size, const uint8_t sha256[32])
{
	memset(run, 0, sizeof(*run));
	run->worker = worker;
	memcpy(run->job.magic, JOB_MAGIC, sizeof(run->job.magic));
	run->job.version = JOB_VERSION;
	run->job.worker = worker;
	run->job.snapshot_size = size;
	memcpy(run->job.snapshot_sha256, sha256, 32);
	run->job.at = request->at;
	run->job.n_slices = 1;
	run->job.waived = request->waived;
	run->job.fault = wanted_fault(worker);
	if (request->zone != NULL) {
		snprintf(run->job.zone, sizeof(run->job.zone), "%s",
		    request->zone);
	}
	run->job.policy = request->policy->values;
	run->child.program = path_worker(worker);
	run->child.stream_fd = -1;
	run->child.log_max = LIMIT_LOG_BYTES;
}

static void
give(struct worker_run *run, int fd, enum job_fd number)
{
	assert(run->n_fds < SPAWN_FDS_MAX);
	run->fds[run->n_fds++] =
	    (struct spawn_fd){.ours = fd, .theirs = (int)number};
}

void
run_give(struct worker_run *run, int fd, enum job_fd number)
{
	give(run, sealed_reopen(fd), number);
}

void
run_give_itself(struct worker_run *run, int fd, enum job_fd number)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy < 0) {
		die("cannot duplicate a descriptor: %s", strerror(errno));
	}
	give(run, copy, number);
}

void
run_collect(struct worker_run *run, size_t max)
{
	run->child.stream_fd = JOB_FD_VERDICTS;
	run->child.stream_max = max;
}

void
run_start(struct worker_run *run, struct crowd *crowd)
{
	int job = sealed_copy("job", &run->job, sizeof(run->job));

	run_give(run, job, JOB_FD_JOB);
	close(job);
	run->child.fds = run->fds;
	run->child.n_fds = run->n_fds;
	run->error = crowd_start(crowd, &run->child);
}

void
clean_text(char *clean, size_t size, const char *text, size_t length)
{
	size_t used = 0;

	while (used + 1 < size && used < length && text[used] != '\0') {
		unsigned char c = (unsigned char)text[used];

		clean[used++] = c >= 0x20 && c < 0x7f ? (char)c : '?';
	}
	clean[used] = '\0';
}

/* The last line of the log that says something; NULL if none does. */
static const char *
last_line(const struct child *child, size_t *length)
{
	size_t end = child->log == NULL ? 0 : child->log_length;

	while (end > 0 && strchr("\n\t ", child->log[end - 1]) != NULL) {
		end--;
	}
	size_t start = end;

	while (start > 0 && child->log[start - 1] != '\n') {
		start--;
	}
	*length = end - start;
	return end == 0 ? NULL : child->log + start;
}

static void say(const struct child *child, char why[WHY_TEXT],
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Writes the text to WHY, and after it the log's last line. */
static void
say(const struct child *child, char why[WHY_TEXT], const char *format, ...)
{
	va_list arguments;
	size_t length;
	const char *line = last_line(child, &length);

	va_start(arguments, format);
	vsnprintf(why, WHY_TEXT, format, arguments);
	va_end(arguments);
	size_t used = strlen(why);

	if (line != NULL && used + 3 < WHY_TEXT) {
		memcpy(why + used, ": ", 3);
		clean_text(why + used + 2, WHY_TEXT - used - 2, line, length);
	}
}

static enum worker_end
exited(const struct worker_run *run, char why[WHY_TEXT])
{
	const struct child *child = &run->child;

	if (child->status == WORKER_EXIT_OK) {
		return WORKER_DONE;
	}
	if (child->status == WORKER_EXIT_UNREADABLE) {
		say(child, why, "%s cannot read what the survey has read",
		    worker_name(run->worker));
		return WORKER_DIFFERS;
	}
	if (child->status == WORKER_EXIT_UNKNOWN_TYPE) {
		say(child, why, "%s does not know a record type by its name",
		    worker_name(run->worker));
		return WORKER_UNKNOWING;
	}
	if (child->status == WORKER_EXIT_OPERAND) {
		say(child, why, "wrong input");
		return WORKER_CRASHED;
	}
	say(child, why, "%s ended with exit status %d",
	    worker_name(run->worker), child->status);
	return WORKER_CRASHED;
}

enum worker_end
run_end(const struct worker_run *run, char why[WHY_TEXT])
{
	const struct child *child = &run->child;
	const char *signal;

	why[0] = '\0';
	if (run->error != 0) {
		snprintf(why, WHY_TEXT, "%s could not be started: %s",
		    child->program, strerror(run->error));
		return WORKER_CRASHED;
	}
	switch (child->end) {
	case SPAWN_RUNNING:
		snprintf(why, WHY_TEXT, "%s was never started",
		    worker_name(run->worker));
		return WORKER_NOT_RUN;
	case SPAWN_EXITED:
		return exited(run, why);
	case SPAWN_KILLED:
		signal = sigabbrev_np(child->status);
		say(child, why, "%s was killed by signal %d (SIG%s)",
		    worker_name(run->worker), child->status,
		    signal == NULL ? "?" : signal);
		return WORKER_CRASHED;
	case SPAWN_LATE:
		say(child, why, "%s had not finished at the deadline",
		    worker_name(run->worker));
		return WORKER_LATE;
	case SPAWN_CALLED_OFF:
		snprintf(why, WHY_TEXT, "%s was called off",
		    worker_name(run->worker));
		return WORKER_NOT_RUN;
	case SPAWN_FLOODED:
		say(child, why, "%s wrote more than %zu octets",
		    worker_name(run->worker), child->stream_max);
		return WORKER_GARBLED;
	}
	return WORKER_NOT_RUN;
}

void
run_release(struct worker_run *run)
{
	for (unsigned i = 0; i < run->n_fds; i++) {
		close(run->fds[i].ours);
	}
	free(run->child.stream);
	free(run->child.log);
	memset(run, 0, sizeof(*run));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "anchor_file.h"
#include "base/die.h"
#include "base/sandbox.h"
#include "deliver.h"
#include "judge.h"
#include "policy_file.h"

/* More processes than this by default would only fight for memory. */
#define JOBS_DEFAULT_MOST 8

static unsigned
jobs_default(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (online < 1) {
		return 1;
	}
	return online > JOBS_DEFAULT_MOST ? JOBS_DEFAULT_MOST
	                                  : (unsigned)online;
}

/* Returns a descriptor to read FILE from, or -1 after saying why not. */
static int
open_zone(const char *file)
{
	struct stat status;

	if (strcmp(file, "-") == 0) {
		return STDIN_FILENO;
	}
	/* Not to wait here for a pipe's writer: the deadline is kept where the
	 * octets are read. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0) {
		warn("zone file %s: %s", file, strerror(errno));
		return -1;
	}
	if (fstat(fd, &status) != 0 || S_ISDIR(status.st_mode)) {
		warn("zone file %s: is a directory; give a file", file);
		close(fd);
		return -1;
	}
	return fd;
}

static void
close_zone(int fd)
{
	if (fd > STDERR_FILENO) {
		close(fd);
	}
}

static void
close_intake(const struct intake *intake)
{
	close_zone(intake->zone_fd);
	close_zone(intake->previous_fd);
	close_zone(intake->anchor_fd);
	close_zone(intake->incoming_fd);
	close_zone(intake->unsigned_fd);
}

/* Sets *FD to a copy of FILE, unless that is NULL. */
static bool
open_anchor(const char *file, int *fd)
{
	char error[ANCHOR_ERROR];

	if (file == NULL) {
		return true;
	}
	*fd = anchor_open(file, error);
	if (*fd < 0) {
		warn("%s", error);
	}
	return *fd >= 0;
}

/* Sets *FD to read FILE from, unless that is NULL. */
static bool
open_other(const char *file, int *fd)
{
	if (file == NULL) {
		return true;
	}
	*fd = open_zone(file);
	return *fd >= 0;
}

static bool
open_intake(const struct options *options, struct intake *intake)
{
	*intake = (struct intake){-1, -1, -1, -1, -1};
	if (!open_anchor(options->anchor, &intake->anchor_fd) ||
	    !open_anchor(options->incoming, &intake->incoming_fd)) {
		return false;
	}
	if (!open_other(options->previous, &intake->previous_fd) ||
	    !open_other(options->unsigned_copy, &intake->unsigned_fd)) {
		return false;
	}
	intake->zone_fd = open_zone(options->operand);
	return intake->zone_fd >= 0;
}

/* The report as text; free it. */
static char *
render(const struct report_format *format, const struct judgement *judgement,
    size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);

	if (out == NULL) {
		die("report: %s", strerror(errno));
	}
	format->write(out, judgement);
	if (ferror(out) != 0 || fclose(out) != 0) {
		die("report: %s", strerror(errno));
	}
	return text;
}

/* Returns false after saying why the report does not stand in FILE. */
static bool
report_to(const char *file, const struct report_format *format,
    const struct judgement *judgement)
{
	char error[DELIVER_ERROR];
	size_t length;
	char *text = render(format, judgement, &length);
	bool good = deliver(file, text, length, error);

	if (!good) {
		warn("%s", error);
	}
	free(text);
	return good;
}

static bool
report_all(const struct options *options, const struct judgement *judgement)
{
	bool good = report_to(options->output, options->format, judgement);

	for (unsigned i = 0; i < options->n_copies; i++) {
		const struct report_copy *copy = &options->copies[i];

		good = report_to(copy->file, copy->format, judgement) && good;
	}
	return good;
}

static bool
reports_are_possible(const struct options *options)
{
	char error[DELIVER_ERROR];
	bool good = deliver_possible(options->output, error);

	for (unsigned i = 0; good && i < options->n_copies; i++) {
		good = deliver_possible(options->copies[i].file, error);
	}
	if (!good) {
		warn("%s", error);
	}
	return good;
}

static int
judge_and_report(const struct options *options, const struct request *request,
    const struct intake *intake)
{
	struct judgement judgement;

	judge(request, intake, &judgement);
	if (judgement.operand_is_wrong) {
		warn("%s", judgement.survey_why);
		judgement_release(&judgement);
		return EXIT_USAGE;
	}
	/* A decision that nobody can read is none. */
	int status = report_all(options, &judgement)
	                 ? decision_exit(judgement.decision)
	                 : EXIT_FAULT;

	judgement_release(&judgement);
	return status;
}

/* What the kernel lacks must be given up by name, or nothing is judged. */
static bool
can_confine(unsigned waived)
{
	unsigned missing = sandbox_missing() & ~waived;

	if ((missing & SANDBOX_WAIVE_LANDLOCK) != 0) {
		warn("workers cannot be confined: no Landlock here; `--waive "
		     "landlock' goes on without, and the report says so");
	}
	if ((missing & SANDBOX_WAIVE_SECCOMP) != 0) {
		warn("workers cannot be confined: no seccomp here; `--waive "
		     "seccomp' goes on without, and the report says so");
	}
	return missing == 0;
}

int
audit(const struct options *options)
{
	struct policy policy;
	struct intake intake;
	char error[POLICY_ERROR];
	int status = EXIT_USAGE;

	if (!policy_open(options->policy, &policy, error)) {
		warn("policy: %s", error);
		return EXIT_USAGE;
	}
	const struct request request = {
	    .file = options->operand,
	    .zone = options->zone,
	    .previous = options->previous,
	    .anchor = options->anchor,
	    .incoming = options->incoming,
	    .unsigned_copy = options->unsigned_copy,
	    .policy = &policy,
	    .at = options->has_at ? options->at : (int64_t)time(NULL),
	    .deadline_s = options->deadline_s > 0
	                      ? options->deadline_s
	                      : policy.values.option[OPTION_gate_max_duration],
	    .jobs = options->jobs > 0 ? options->jobs : jobs_default(),
	    .waived = options->waived,
	    .observed = options->observed,
	    .progress = true,
	};

	if (!reports_are_possible(options)) {
		status = EXIT_FAULT;
	} else if (open_intake(options, &intake)) {
		status = can_confine(request.waived)
		             ? judge_and_report(options, &request, &intake)
		             : EXIT_FAULT;
		close_intake(&intake);
	} else {
		close_intake(&intake);
	}
	policy_release(&policy);
	return status;
}

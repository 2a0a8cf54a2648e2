/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_policy.c -- `zonegate policy check', `show' and `diff'.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/die.h"
#include "command_line.h"
#include "options.h"
#include "policy_lint.h"
#include "policy_show.h"
#include "time_text.h"

#define EXIT_REFUSED 1

/* Reads the policy called NAME without looking at its values together.  Returns
 * -1, or the exit status after saying why not. */
static int
open_policy(const char *name, struct policy *policy)
{
	char error[POLICY_ERROR];
	char *path = policy_path(name, error);

	if (path == NULL) {
		warn("policy: %s", error);
		return EXIT_USAGE;
	}
	free(path);
	if (!policy_open_alone(name, policy, error)) {
		warn("policy: %s", error);
		return EXIT_REFUSED;
	}
	return -1;
}

/* A report that is not written is none. */
static int
written(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		warn("policy: standard output: %s", strerror(errno));
		return EXIT_FAULT;
	}
	return status;
}

/* ---- check ---- */

static void
write_remarks(const struct policy *policy, const struct policy_remarks *remarks,
    size_t *n_refusals)
{
	*n_refusals = 0;
	for (size_t i = 0; i < remarks->n; i++) {
		const struct policy_remark *row = &remarks->rows[i];
		char where[ORIGIN_TEXT];

		printf("%s: %s: %s\n",
		    row->origin.file == NULL
		        ? policy->file
		        : policy_origin_text(row->origin, where),
		    row->refuses ? "refused" : "odd", row->text);
		*n_refusals += row->refuses;
	}
}

static int
check_policy(const struct policy *policy, int64_t at_s)
{
	struct policy_remarks remarks;
	size_t n;

	policy_lint(policy, at_s, &remarks);
	write_remarks(policy, &remarks, &n);
	if (n > 0) {
		printf("%s: refused, for %zu reason%s\n", policy->name, n,
		    n == 1 ? "" : "s");
	} else {
		printf("%s: good\n", policy->name);
	}
	policy_remarks_release(&remarks);
	return n > 0 ? EXIT_REFUSED : 0;
}

static int
check_command(int argc, char *const *argv)
{
	const char *operands[1] = {NULL}, *at = NULL;
	const struct flag_row rows[] = {
	    {.name = "at",
	        .argument = "TIME",
	        .text = &at,
	        .help = "the time that exemptions are looked at; now by "
	                "default"},
	};
	const struct flag_reader reader = {
	    .command = "policy check",
	    .operand = "NAME|FILE",
	    .help = "Says whether a policy can be: refused is what no zone "
	            "could satisfy, or relaxes an RFC's MUST without "
	            "accept_risk; what is only odd is remarked upon.  Exit "
	            "status: 0 good, 1 refused, 64 there is no such policy.",
	    .rows = rows,
	    .n_rows = 1,
	    .least = 1,
	    .most = 1,
	};
	struct policy policy;
	int64_t at_s = (int64_t)time(NULL);
	size_t n;
	int status = flags_read(&reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	if (at != NULL && !time_from_text(at, &at_s)) {
		warn("--at %s: give a time like 2026-08-05T00:00:00Z", at);
		return EXIT_USAGE;
	}
	status = open_policy(operands[0], &policy);
	if (status >= 0) {
		return status;
	}
	status = check_policy(&policy, at_s);
	policy_release(&policy);
	return written(status);
}

/* ---- show ---- */

static int
show_policy(const struct policy *policy, bool as_json)
{
	char error[POLICY_ERROR];

	if (as_json) {
		policy_show_json(stdout, policy);
	} else {
		policy_show_text(stdout, policy);
	}
	if (policy_is_refused(policy, error)) {
		warn("policy: %s", error);
		return EXIT_REFUSED;
	}
	return 0;
}

static int
show_command(int argc, char *const *argv)
{
	const char *operands[1] = {NULL}, *format = "text";
	const struct flag_row rows[] = {
	    {.name = "format",
	        .argument = "text|json",
	        .text = &format,
	        .help = "how it is written; text by default"},
	};
	const struct flag_reader reader = {
	    .command = "policy show",
	    .operand = "NAME|FILE",
	    .help = "Writes every effective value of a policy with the clause "
	            "that asks for it and the file and line that set it; "
	            "severities, accepted risks and exemptions.  Exit status: "
	            "0, 1 the policy is refused, 64 there is no such policy.",
	    .rows = rows,
	    .n_rows = 1,
	    .least = 1,
	    .most = 1,
	};
	struct policy policy;
	size_t n;
	int status = flags_read(&reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	bool as_json = strcmp(format, "json") == 0;

	if (!as_json && strcmp(format, "text") != 0) {
		warn("--format %s: give text or json", format);
		return EXIT_USAGE;
	}
	status = open_policy(operands[0], &policy);
	if (status >= 0) {
		return status;
	}
	status = show_policy(&policy, as_json);
	policy_release(&policy);
	return written(status);
}

/* ---- diff ---- */

static int
diff_command(int argc, char *const *argv)
{
	const char *operands[2] = {NULL, NULL};
	const struct flag_reader reader = {
	    .command = "policy diff",
	    .operand = "NAME|FILE NAME|FILE",
	    .help = "Writes what the effective values of two policies differ "
	            "in; clauses are shown, but make no difference.  Exit "
	            "status: 0 they do not differ, 1 they do or one cannot be "
	            "read, 64 there is no such policy.",
	    .least = 2,
	    .most = 2,
	};
	struct policy a, b;
	size_t n;
	int status = flags_read(&reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	status = open_policy(operands[0], &a);
	if (status >= 0) {
		return status;
	}
	status = open_policy(operands[1], &b);
	if (status < 0) {
		status =
		    policy_show_difference(stdout, &a, &b) ? EXIT_REFUSED : 0;
		policy_release(&b);
	}
	policy_release(&a);
	return written(status);
}

int
command_policy(int argc, char *const *argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	if (strcmp(command, "check") == 0) {
		return check_command(argc - 1, argv + 1);
	}
	if (strcmp(command, "show") == 0) {
		return show_command(argc - 1, argv + 1);
	}
	if (strcmp(command, "diff") == 0) {
		return diff_command(argc - 1, argv + 1);
	}
	if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0) {
		puts("usage: zonegate policy check NAME|FILE [--at TIME]\n"
		     "       zonegate policy show NAME|FILE "
		     "[--format text|json]\n"
		     "       zonegate policy diff NAME|FILE NAME|FILE\n\n"
		     "`zonegate policy check --help' says more; `zonegate "
		     "policies' lists those shipped.");
		return 0;
	}
	warn("policy: give check, show or diff; see `zonegate policy --help'");
	return EXIT_USAGE;
}

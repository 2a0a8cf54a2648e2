/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_take.c -- `zonegate take': the octets that came in, unpacked, on disk
 * for good, and what their digests are.
 *
 * The daemon has this done in a process of its own: octets from outside may be
 * many, slow, or made to harm who unpacks them.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/sandbox.h"
#include "command_line.h"
#include "durable.h"
#include "options.h"
#include "report_words.h"
#include "snapshot.h"

#define EXIT_UNFIT 1
#define DEADLINE_S 600

struct taking {
	const char *source; /* "-": standard input */
	const char *directory;
	const char *name;
	struct request request;
};

/* ---- what is said, on one line ---- */

static int
answer(json_t *o, int status)
{
	bool good = o != NULL && json_dumpf(o, stdout, JSON_COMPACT) == 0 &&
	            putchar('\n') != EOF && fflush(stdout) == 0;

	json_decref(o);
	if (!good) {
		warn("what was taken could not be told");
	}
	return good ? status : EXIT_FAULT;
}

static int
answer_error(int status, const char *why, int error)
{
	char text[WHY_TEXT];

	clean_text(text, sizeof(text), why, strlen(why));

	json_t *o = json_pack("{s:s}", "error", text);

	if (o != NULL && (error == ENOSPC || error == EDQUOT)) {
		json_object_set_new(o, "no_space", json_true());
	}
	return answer(o, status);
}

static int
answer_errno(const char *what, int error)
{
	char why[WHY_TEXT];

	snprintf(why, sizeof(why), "%.150s: %s", what, strerror(error));
	return answer_error(EXIT_FAULT, why, error);
}

static int
answer_taken(const struct snapshot *snapshot)
{
	bool was_packed = snapshot->compression != NULL;
	char plain[65], received[65];

	sha256_to_text(snapshot->sha256, plain);
	sha256_to_text(was_packed ? snapshot->compressed_sha256
	                          : snapshot->sha256,
	    received);
	return answer(json_pack("{s:s, s:I, s:s, s:I, s:s?}", "sha256", plain,
	                  "bytes", (json_int_t)snapshot->size,
	                  "received_sha256", received, "received_bytes",
	                  (json_int_t)(was_packed ? snapshot->compressed_size
	                                          : snapshot->size),
	                  "compression", snapshot->compression),
	    0);
}

/* ---- what is done ---- */

static int
store(const struct taking *taking, const struct snapshot *snapshot)
{
	uint8_t sha256[32];
	uint64_t size;
	int directory =
	    open(taking->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0) {
		return answer_errno(taking->directory, errno);
	}
	int error = durable_copy(snapshot->fd, directory, taking->name,
	    snapshot->size, sha256, &size);

	if (error == 0 && (size != snapshot->size ||
	                      memcmp(sha256, snapshot->sha256, 32) != 0)) {
		durable_remove(directory, taking->name);
		error = EIO;
	}
	close(directory);
	return error == 0 ? answer_taken(snapshot)
	                  : answer_errno(taking->name, error);
}

static int
take_from(const struct taking *taking, int source)
{
	struct snapshot snapshot;
	char why[WHY_TEXT];
	int status;

	if (!snapshot_take(source, &taking->request,
	        spawn_now_ms() + taking->request.deadline_s * 1000, &snapshot,
	        why)) {
		status =
		    answer_error(snapshot.is_unfit ? EXIT_UNFIT : EXIT_FAULT,
		        why, 0);
	} else if (snapshot.size == 0) {
		status = answer_error(EXIT_UNFIT, "it is empty", 0);
	} else {
		status = store(taking, &snapshot);
	}
	snapshot_release(&snapshot);
	return status;
}

static int
take(const struct taking *taking)
{
	if (strcmp(taking->source, "-") == 0) {
		return take_from(taking, STDIN_FILENO);
	}
	int source =
	    open(taking->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (source < 0) {
		return answer_errno(taking->source, errno);
	}
	int status = take_from(taking, source);

	close(source);
	return status;
}

/* ---- what is asked ---- */

static bool
is_plain_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL &&
	       strlen(name) <= 255;
}

/* A list with commas, as `zonegate audit --waive' takes them one by one. */
static bool
read_waived(const char *text, unsigned *waived)
{
	while (*text != '\0') {
		size_t length = strcspn(text, ",");

		if (length == 8 && strncmp(text, "landlock", length) == 0) {
			*waived |= SANDBOX_WAIVE_LANDLOCK;
		} else if (length == 7 &&
		           strncmp(text, "seccomp", length) == 0) {
			*waived |= SANDBOX_WAIVE_SECCOMP;
		} else {
			warn("--waive %s: give landlock, seccomp or both, with "
			     "a comma",
			    text);
			return false;
		}
		text += length + (text[length] == ',');
	}
	return true;
}

int
command_take(int argc, char *const *argv)
{
	static struct policy policy;
	int64_t most = 0, deadline_s = DEADLINE_S;
	const char *waive = "";
	const char *operands[3];
	size_t n;
	const struct flag_row rows[] = {
	    {.name = "most",
	        .argument = "OCTETS",
	        .number = &most,
	        .help = "the most that there may be of it, unpacked; by "
	                "default what this machine's memory bears"},
	    {.name = "deadline",
	        .argument = "DURATION",
	        .duration_s = &deadline_s,
	        .help = "wall-clock time for all of it; 10m by default"},
	    {.name = "waive",
	        .argument = "landlock,seccomp",
	        .text = &waive,
	        .help = "go on where the kernel lacks this confinement"},
	};
	const struct flag_reader reader = {
	    .command = "take",
	    .operand = "FILE DIRECTORY NAME",
	    .help = "Unpacks FILE (`-' is standard input) to NAME in DIRECTORY "
	            "and writes their digests as JSON.  The daemon calls it.  "
	            "Exit status: 0 taken, 1 not acceptable, 3 fault.",
	    .rows = rows,
	    .n_rows = sizeof(rows) / sizeof(rows[0]),
	    .least = 3,
	    .most = 3,
	};
	int status = flags_read(&reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	struct taking taking = {
	    .source = operands[0],
	    .directory = operands[1],
	    .name = operands[2],
	    .request = {.file = operands[0],
	        .policy = &policy,
	        .at = 1, /* a job has a time; unpacking asks for none */
	        .most = (uint64_t)most,
	        .deadline_s = deadline_s,
	        .jobs = 1},
	};

	policy_values_init(&policy.values);
	if (!read_waived(waive, &taking.request.waived)) {
		return EXIT_USAGE;
	}
	if (!is_plain_name(taking.name)) {
		warn("take: \"%s\" is no plain file name", taking.name);
		return EXIT_USAGE;
	}
	if (deadline_s < 1 || deadline_s > 86400) {
		warn("--deadline: give a duration from 1s to 1d");
		return EXIT_USAGE;
	}
	return take(&taking);
}

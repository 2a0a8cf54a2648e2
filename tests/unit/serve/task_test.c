/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/spawn.h"
#include "serve/task.h"

struct seen {
	unsigned calls;
	struct task_result result;
	char output[TASK_OUTPUT + 1];
};

static void
on_done(void *context, const struct task_result *result)
{
	struct seen *seen = context;

	seen->calls++;
	seen->result = *result;
	strncpy(seen->output, result->output, TASK_OUTPUT);
}

/* Runs a shell script; CALL_OFF at once, if asked. */
static void
run(const char *script, int input, int64_t deadline_ms, bool call_off,
    struct seen *seen)
{
	struct event_base *base = event_base_new();
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};

	memset(seen, 0, sizeof(*seen));
	struct task *task =
	    task_start(base, argv, input, deadline_ms, on_done, seen);

	cr_assert_eq(seen->calls, 0, "never from within task_start()");
	if (call_off) {
		task_call_off(task);
	}
	event_base_dispatch(base);
	event_base_free(base);
	cr_assert_eq(seen->calls, 1);
}

Test(task, exit_status_and_words_arrive)
{
	struct seen seen;

	run("echo one; echo two >&2; exit 7", -1, 60000, false, &seen);
	cr_assert_eq(seen.result.end, TASK_EXITED);
	cr_assert_eq(seen.result.status, 7);
	cr_assert_str_eq(seen.output, "one\ntwo");
	cr_assert(!task_is_good(&seen.result));
	run("exit 0", -1, 60000, false, &seen);
	cr_assert(task_is_good(&seen.result));
}

Test(task, a_signal_is_no_exit)
{
	struct seen seen;

	run("kill -SEGV $$", -1, 60000, false, &seen);
	cr_assert_eq(seen.result.end, TASK_KILLED);
	cr_assert_eq(seen.result.status, SIGSEGV);
	cr_assert(!task_is_good(&seen.result));
}

Test(task, at_the_deadline_the_whole_group_goes, .timeout = 60)
{
	struct seen seen;
	int ends[2];
	char octet;

	cr_assert_eq(pipe(ends), 0);
	/* Its child holds standard input, the pipe, open for writing. */
	int64_t began = spawn_now_ms();

	run("sleep 1000 & wait", ends[1], 300, false, &seen);
	cr_assert_eq(seen.result.end, TASK_LATE);
	cr_assert_lt(spawn_now_ms() - began, 30000);
	close(ends[1]);
	cr_assert_eq(read(ends[0], &octet, 1), 0, "somebody still has it");
}

Test(task, one_called_off_says_so)
{
	struct seen seen;

	run("sleep 1000", -1, 60000, true, &seen);
	cr_assert_eq(seen.result.end, TASK_CALLED_OFF);
}

Test(task, what_cannot_be_started_is_no_success)
{
	struct event_base *base = event_base_new();
	const char *const argv[] = {"/nonexistent/program", NULL};
	struct seen seen = {.calls = 0};

	task_start(base, argv, -1, 60000, on_done, &seen);
	event_base_dispatch(base);
	event_base_free(base);
	cr_assert_eq(seen.calls, 1);
	cr_assert(!task_is_good(&seen.result));
}

Test(task, of_a_flood_the_end_is_kept_and_cleaned, .timeout = 60)
{
	struct seen seen;

	run("yes | head -c 3000000; printf 'a\\033b\\nlast'", -1, 60000, false,
	    &seen);
	cr_assert(task_is_good(&seen.result));
	cr_assert_leq(strlen(seen.output), TASK_OUTPUT);
	cr_assert_str_eq(seen.output + strlen(seen.output) - 8, "a?b\nlast");
}

Test(task, standard_input_is_what_was_given_and_nothing_else_is_open)
{
	struct seen seen;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], "given", 5), 5);
	close(ends[1]);
	run("cat; echo; ls /proc/self/fd | tr '\\n' ' '", ends[0], 60000, false,
	    &seen);
	/* ls itself opens one more, the directory. */
	cr_assert_str_eq(seen.output, "given\n0 1 2 3 ");
}

Test(task, an_abandoned_one_is_never_heard_of)
{
	struct event_base *base = event_base_new();
	const char *const argv[] = {"/bin/sh", "-c", "sleep 1000", NULL};
	struct seen seen = {.calls = 0};

	task_abandon(task_start(base, argv, -1, 60000, on_done, &seen));
	event_base_dispatch(base);
	event_base_free(base);
	cr_assert_eq(seen.calls, 0);
}

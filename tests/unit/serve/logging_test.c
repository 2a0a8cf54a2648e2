/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * logging_test.c -- what the disk does not take is not lost to the log.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "scratch.h"
#include "serve/daemon.h"

static char place[SCRATCH];

static void
make(void)
{
	scratch_make(place);
}

static void
clear(void)
{
	scratch_remove(place);
}

TestSuite(logging, .init = make, .fini = clear, .timeout = 60);

static void
say(struct daemon *daemon, unsigned n)
{
	daemon_log(daemon, LOG_LEVEL_INFO, "test", "tester", NULL,
	    json_pack("{s:i}", "n", (int)n), "entry %u", n);
}

/* True if the log holds the entries 1 to N in their order, and as many as
 * that. */
static bool
holds(struct daemon *daemon, unsigned n)
{
	json_t *entries = audit_log_read(daemon->log, 0, 0), *entry;
	bool good = json_array_size(entries) == n;
	size_t i;

	json_array_foreach(entries, i, entry)
	{
		const json_t *data = json_object_get(entry, "data");

		good = good && json_integer_value(json_object_get(data, "n")) ==
		                   (json_int_t)i + 1;
	}
	json_decref(entries);
	return good;
}

static struct daemon
opened(void)
{
	struct daemon daemon = {.state = place};
	char error[LOG_ERROR];

	daemon.log = audit_log_open(place, error);
	return daemon;
}

static int
say_three(void)
{
	struct daemon daemon = opened();
	bool good;

	say(&daemon, 1);
	say(&daemon, 2);
	good = holds(&daemon, 1) && daemon.log_why[0] != '\0';
	say(&daemon, 3);
	good = good && holds(&daemon, 3) && daemon.log_why[0] == '\0';
	daemon_log_close(&daemon);
	return good ? 0 : 1;
}

Test(logging, an_entry_that_failed_comes_before_the_next)
{
	cr_expect_eq(scratch_with_fault("write:2:eio-once", say_three), 0);
}

static int
say_and_look_again(void)
{
	struct daemon daemon = opened();
	bool good;

	say(&daemon, 1);
	good = holds(&daemon, 0);
	daemon_log_again(&daemon);
	good = good && holds(&daemon, 1) && daemon.log_waiting == NULL;
	daemon_log_close(&daemon);
	return good ? 0 : 1;
}

Test(logging, an_entry_that_failed_is_written_without_another)
{
	cr_expect_eq(scratch_with_fault("sync:2:eio-once", say_and_look_again),
	    0);
}

/* More than wait; the log never takes one. */
static int
say_many(void)
{
	struct daemon daemon = opened();

	for (unsigned i = 1; i <= 1100; i++) {
		say(&daemon, i);
	}
	bool good = holds(&daemon, 0) && daemon.log_lost == 100;

	daemon_log_close(&daemon);
	return good && daemon.log_waiting == NULL ? 0 : 1;
}

Test(logging, no_more_wait_than_memory_bears)
{
	cr_expect_eq(scratch_with_fault("write:1:eio", say_many), 0);
}

static int
say_full(void)
{
	struct daemon daemon = opened();

	say(&daemon, 1);
	bool good = holds(&daemon, 1) && !daemon.reserve_whole;

	daemon_log_close(&daemon);
	return good ? 0 : 1;
}

Test(logging, a_full_disk_gives_its_reserve)
{
	cr_expect_eq(scratch_with_fault("write:1:enospc-once", say_full), 0);
}

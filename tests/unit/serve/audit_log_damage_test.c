/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit_log_damage_test.c -- logs that were torn, changed or cut, and disks that
 * fail.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/audit_log.h"

#define AT 1795302000 /* 2026-11-21T23:00:00Z */

/* ---- tools ---- */

static char state[64], file[96];
static struct audit_log *the_log;

static struct audit_log *
try_open(void)
{
	char error[LOG_ERROR] = "";
	struct audit_log *log = audit_log_open(state, error);

	cr_assert_eq(log == NULL, error[0] != '\0', "%s", error);
	return log;
}

static void
make_state(void)
{
	snprintf(state, sizeof(state), "/tmp/zonegate-log.XXXXXX");
	cr_assert_not_null(mkdtemp(state));
	snprintf(file, sizeof(file), "%s/log/audit.log", state);
	unsetenv("ZONEGATE_DISK_FAULT");
}

static void
set_up(void)
{
	make_state();
	the_log = try_open();
	cr_assert_not_null(the_log);
}

static void
tear_down(void)
{
	char command[128];

	audit_log_close(the_log);
	snprintf(command, sizeof(command), "rm -rf %s", state);
	cr_assert_eq(system(command), 0);
}

static void
reopen(void)
{
	audit_log_close(the_log);
	the_log = try_open();
	cr_assert_not_null(the_log);
}

static int
add(const char *text)
{
	return audit_log_add(the_log, AT, LOG_LEVEL_INFO, "test", "tester",
	    "shop.", text, NULL);
}

static void
add_many(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		cr_assert_eq(add("another one"), 0);
	}
}

/* The file's octets, terminated. */
static char *
octets(size_t *length)
{
	struct stat status;
	int fd = open(file, O_RDONLY);

	cr_assert(fd >= 0 && fstat(fd, &status) == 0);
	char *at = calloc(1, (size_t)status.st_size + 1);

	cr_assert_eq(read(fd, at, (size_t)status.st_size), status.st_size);
	close(fd);
	*length = (size_t)status.st_size;
	return at;
}

static void
write_octets(const char *at, size_t length, int flags)
{
	int fd = open(file, O_WRONLY | flags, 0640);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, at, length), (ssize_t)length);
	close(fd);
}

static uint64_t
head(void)
{
	char hash[65];

	return audit_log_head(the_log, hash);
}

/* ---- a torn line ---- */

Test(audit_log_damage, a_torn_line_is_cut_off_and_kept, .init = set_up,
    .fini = tear_down)
{
	static const char torn[] = "{\"seq\":3,\"time\":\"20";
	struct log_verified verified;
	size_t length;

	add_many(2);
	free(octets(&length));
	write_octets(torn, strlen(torn), O_APPEND);
	cr_assert(audit_log_verify(file, &verified));
	cr_assert(verified.unfinished);
	reopen();
	cr_assert_eq(head(), 2);
	size_t after;

	free(octets(&after));
	cr_assert_eq(after, length);
	add_many(1);
	cr_assert(audit_log_verify(file, &verified));
	cr_assert_not(verified.unfinished);
	snprintf(file, sizeof(file), "%s/log/audit.log.torn", state);
	char *kept = octets(&after);

	cr_assert_eq(strncmp(kept, torn, strlen(torn)), 0);
	free(kept);
}

Test(audit_log_damage, a_first_line_that_is_torn_leaves_an_empty_log,
    .init = set_up, .fini = tear_down)
{
	write_octets("{\"s\0q", 5, O_APPEND);
	reopen();
	cr_assert_eq(head(), 0);
	add_many(1);
	reopen();
	cr_assert_eq(head(), 1);
}

Test(audit_log_damage, another_file_is_put_aside_whole, .init = set_up,
    .fini = tear_down)
{
	char *much = calloc(1, 100000);
	size_t length;

	write_octets(much, 100000, O_APPEND);
	free(much);
	cr_assert_eq(audit_log_damage(the_log)[0], '\0');
	reopen();
	cr_assert_neq(audit_log_damage(the_log)[0], '\0');
	cr_assert_eq(head(), 0);
	add_many(1);
	snprintf(file, sizeof(file), "%s/log/audit.log.broken", state);
	free(octets(&length));
	cr_assert_eq(length, 100000);
}

/* ---- a chain that is broken ---- */

/* Does damage number ROW to a log of five entries. */
static void
damage(size_t row)
{
	size_t length;
	char *text = octets(&length);
	char *lines[6] = {text};

	for (int i = 1; i < 6; i++) {
		lines[i] = strchr(lines[i - 1], '\n') + 1;
	}
	switch (row) {
	case 0: /* a text was changed */
		memcpy(strstr(lines[2], "another"), "anothes", 7);
		break;
	case 1: /* a line was taken out */
		memmove(lines[2], lines[3], (size_t)(lines[5] - lines[3]));
		length -= (size_t)(lines[3] - lines[2]);
		break;
	case 2: /* the beginning was taken away */
		memmove(lines[0], lines[1], (size_t)(lines[5] - lines[1]));
		length -= (size_t)(lines[1] - lines[0]);
		break;
	case 3: /* an empty line */
		memmove(lines[3] + 1, lines[3],
		    length - (size_t)(lines[3] - text) - 1);
		lines[3][0] = '\n';
		break;
	case 4: /* two lines became one */
		lines[4][-1] = ' ';
		break;
	case 5: /* a hash was changed */
		lines[5][-4] = lines[5][-4] == '0' ? '1' : '0';
		break;
	default: /* a line twice */
		write_octets(lines[4], (size_t)(lines[5] - lines[4]), O_APPEND);
		free(text);
		return;
	}
	write_octets(text, length, O_TRUNC);
	free(text);
}

/* What was changed stays found however the log goes on. */
Test(audit_log_damage, damage_is_found_and_its_line_named, .init = make_state,
    .fini = tear_down)
{
	static const uint64_t broken_at[] = {3, 3, 1, 4, 4, 5, 6};

	for (size_t row = 0; row < sizeof(broken_at) / sizeof(broken_at[0]);
	     row++) {
		struct log_verified verified;

		unlink(file);
		the_log = try_open();
		cr_assert_not_null(the_log);
		add_many(5);
		damage(row);
		cr_assert_not(audit_log_verify(file, &verified));
		cr_assert_eq(verified.broken_at, broken_at[row],
		    "damage %zu: line %llu: %s", row,
		    (unsigned long long)verified.broken_at, verified.why);
		cr_assert_neq(verified.why[0], '\0');
		reopen();
		cr_assert_neq(audit_log_damage(the_log)[0], '\0', "damage %zu",
		    row);
		add_many(2);
		cr_assert_not(audit_log_verify(file, &verified));
		cr_assert_eq(verified.broken_at, broken_at[row], "damage %zu",
		    row);
		audit_log_close(the_log);
		the_log = NULL;
	}
}

Test(audit_log_damage, an_entry_that_somebody_knows_is_looked_for,
    .init = set_up, .fini = tear_down)
{
	char hash[65], other[65];

	add_many(2);
	audit_log_head(the_log, hash);
	add_many(3);
	cr_assert(audit_log_has(the_log, 2, hash));
	cr_assert_not(audit_log_has(the_log, 3, hash));
	cr_assert_not(audit_log_has(the_log, 6, hash));
	snprintf(other, sizeof(other), "%s", hash);
	other[0] = other[0] == '0' ? '1' : '0';
	cr_assert_not(audit_log_has(the_log, 2, other));
}

Test(audit_log_damage, one_that_cannot_be_read_is_not_broken, .init = set_up,
    .fini = tear_down)
{
	struct log_verified verified;

	cr_assert_not(audit_log_verify("/nowhere/at/all", &verified));
	cr_assert_eq(verified.broken_at, 0);
	cr_assert_not(audit_log_verify(state, &verified));
	cr_assert_eq(verified.broken_at, 0);
}

Test(audit_log_damage, entries_that_the_ledger_knows_are_missed, .init = set_up,
    .fini = tear_down)
{
	struct log_verified verified;
	char hash[65];

	add_many(4);
	audit_log_head(the_log, hash);
	cr_assert(audit_log_verify_against(file, 4, hash, &verified));
	add_many(2);
	cr_assert(audit_log_verify_against(file, 4, hash, &verified));
	cr_assert_not(audit_log_verify_against(file, 5, hash, &verified));
	cr_assert_eq(verified.broken_at, 5);
	cr_assert_not(audit_log_verify_against(file, 7, hash, &verified));
	cr_assert_eq(verified.broken_at, 7);
}

/* ---- a disk that fails ---- */

Test(audit_log_damage, a_failure_appends_nothing, .init = make_state,
    .fini = tear_down)
{
	static const char *const faults[] = {
	    "write:2:enospc-once", "sync:3:eio-once", "write:2:eio-once"};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct log_verified verified;
		int status;
		pid_t child = fork();

		if (child == 0) {
			setenv("ZONEGATE_DISK_FAULT", faults[i], 1);
			the_log = try_open();
			int failures = 0;

			for (int n = 0; n < 4; n++) {
				failures += add("x") != 0;
			}
			_exit(failures == 1 && head() == 3 + 3 * i ? 0 : 1);
		}
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_assert_eq(status, 0, "%s", faults[i]);
		cr_assert(audit_log_verify(file, &verified), "%s",
		    verified.why);
		cr_assert_eq(verified.entries, 3 + 3 * i);
	}
}

/* Opens and adds five entries, telling PIPE of each that is there. */
static void
add_and_tell(int pipe)
{
	char error[LOG_ERROR];
	struct audit_log *log = audit_log_open(state, error);

	for (int i = 0; log != NULL && i < 5; i++) {
		char octet = 'x';

		if (audit_log_add(log, AT, LOG_LEVEL_INFO, "t", "a", "z.",
		        "text", NULL) == 0 &&
		    write(pipe, &octet, 1) != 1) {
			_exit(2);
		}
	}
	_exit(log != NULL ? 0 : 1);
}

/* Lets a child do it until FAULT ends it; returns its status and how many
 * entries it told of. */
static int
told(const char *fault, unsigned *entries)
{
	int ends[2], status;
	char octet;

	cr_assert_eq(pipe(ends), 0);
	pid_t child = fork();

	if (child == 0) {
		setenv("ZONEGATE_DISK_FAULT", fault, 1);
		add_and_tell(ends[1]);
	}
	close(ends[1]);
	for (*entries = 0; read(ends[0], &octet, 1) == 1; ++*entries) {
		continue;
	}
	close(ends[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	return status;
}

Test(audit_log_damage, a_kill_at_any_write_loses_nothing, .init = make_state,
    .fini = tear_down, .timeout = 300)
{
	static const char *const whats[] = {"any", "write"};

	for (size_t w = 0; w < 2; w++) {
		int status = 1;

		for (int n = 1; status != 0 && n < 200; n++) {
			struct log_verified verified;
			char fault[32];
			unsigned entries;

			snprintf(fault, sizeof(fault), "%s:%d:%s", whats[w], n,
			    w == 0 ? "kill" : "torn");
			status = told(fault, &entries);
			cr_assert(status == 0 || WIFSIGNALED(status));
			the_log = try_open();
			cr_assert_not_null(the_log, "%s", fault);
			cr_assert(head() == entries || head() == entries + 1);
			cr_assert(audit_log_verify(file, &verified));
			cr_assert_not(verified.unfinished);
			audit_log_close(the_log);
			the_log = NULL;
			unlink(file);
		}
		cr_assert_eq(status, 0);
	}
}

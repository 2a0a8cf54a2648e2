/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_disk_test.c -- the ledger on disks that fail, and in processes that
 * are killed.
 */
#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/ledger.h"
#include "serve/ledger_sql.h"

/* ---- tools ---- */

static char state[64];
static struct ledger *ledger;
static char why[LEDGER_ERROR];

static void
set_up(void)
{
	snprintf(state, sizeof(state), "/tmp/zonegate-disk.XXXXXX");
	cr_assert_not_null(mkdtemp(state));
	unsetenv("ZONEGATE_DISK_FAULT");
}

static void
remove_files(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s/*", state);
	cr_assert_eq(system(command), 0);
}

static void
tear_down(void)
{
	ledger_close(ledger);
	remove_files();
	rmdir(state);
}

static enum ledger_end
open_it(void)
{
	why[0] = '\0';
	return ledger_open(state, true, &ledger, why);
}

static void
close_it(void)
{
	ledger_close(ledger);
	ledger = NULL;
}

/* ---- everything that the ledger holds, as a text ---- */

struct dump {
	char text[32768];
	size_t length;
};

static int
dump_row(void *context, int n, char **values, char **names)
{
	struct dump *dump = context;

	(void)names;
	for (int i = 0; i < n; i++) {
		dump->length += (size_t)snprintf(dump->text + dump->length,
		    sizeof(dump->text) - dump->length, "%s|",
		    values[i] != NULL ? values[i] : "NULL");
		cr_assert_lt(dump->length, sizeof(dump->text) - 2);
	}
	dump->text[dump->length++] = '\n';
	dump->text[dump->length] = '\0';
	return 0;
}

static void
dump_ledger(struct dump *dump)
{
	static const char *const tables[] = {"zones", "candidates", "summaries",
	    "findings", "keys", "releases", "approvals", "steps", "facts",
	    "deliveries", "log_head"};
	char sql[64];

	dump->length = 0;
	dump->text[0] = '\0';
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		snprintf(sql, sizeof(sql), "SELECT * FROM %s", tables[i]);
		cr_assert_eq(sqlite3_exec(ledger->db, sql, dump_row, dump,
		                 NULL),
		    SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(ledger->db));
	}
}

/* ---- a life of the ledger, step by step ---- */

static struct candidate
candidate_number(int64_t id)
{
	struct candidate candidate = {.id = id,
	    .zone = "shop.",
	    .state = CANDIDATE_WAITING,
	    .received_at = 100 + id,
	    .has_serial = true,
	    .serial = (uint32_t)id};

	memset(candidate.sha256, (int)id, 32);
	memset(candidate.reason, 'r', 900);
	return candidate;
}

static enum ledger_end
life_add(int64_t id)
{
	struct candidate candidate = candidate_number(id);

	return ledger_add(ledger, &candidate);
}

static enum ledger_end
life_decide(int64_t id)
{
	struct candidate candidate = candidate_number(id);

	candidate.state = CANDIDATE_RELEASING;
	candidate.decided = true;
	candidate.decision = DECISION_RELEASE;
	candidate.judged_at = 200 + id;
	return ledger_decide(ledger, &candidate,
	    "{\"findings\": [{\"check\": \"a\"}, {\"check\": \"b\"}],"
	    " \"keys\": [{\"kid\": \"k\", \"tag\": 1}]}");
}

static enum ledger_end
life_release(int64_t id)
{
	struct candidate candidate = candidate_number(id);

	candidate.state = CANDIDATE_RELEASING;
	candidate.released_at = 300 + id;
	return ledger_release(ledger, &candidate, "m");
}

static enum ledger_end
life_steps(int64_t id)
{
	struct step steps[] = {{.candidate = id, .zone = "shop.", .name = "a"},
	    {.candidate = id, .zone = "shop.", .name = "b"}};

	return ledger_add_steps(ledger, steps, 2);
}

static enum ledger_end
life_head(int64_t id)
{
	char hash[65] = "hash";

	return ledger_set_log_head(ledger, (uint64_t)id, hash);
}

static enum ledger_end
life_fact(int64_t id)
{
	return ledger_set_fact(ledger, "shop.", "x", id == 1 ? "1" : "2");
}

static enum ledger_end
life_deliver(int64_t id)
{
	char body[] = "{}";
	struct delivery delivery = {.body = body, .created_at = id};

	return ledger_add_delivery(ledger, &delivery);
}

static enum ledger_end
life_approve(int64_t id)
{
	struct approval approval = {
	    .zone = "shop.", .candidate = id, .person = "alice"};

	return ledger_approve(ledger, &approval);
}

static enum ledger_end
life_forget(int64_t id)
{
	int64_t *ids = NULL;
	size_t n = 0;
	enum ledger_end end = ledger_forget(ledger, 0, INT64_MAX, &ids, &n);

	(void)id;
	if (end == LEDGER_OK) {
		free(ids);
	}
	return end;
}

static const struct {
	enum ledger_end (*act)(int64_t);
	int64_t id;
} life[] = {{life_add, 1}, {life_decide, 1}, {life_release, 1}, {life_steps, 1},
    {life_head, 1}, {life_fact, 1}, {life_add, 2}, {life_approve, 2},
    {life_decide, 2}, {life_release, 2}, {life_steps, 2}, {life_deliver, 1},
    {life_fact, 2}, {life_forget, 0}, {life_head, 2}};

#define N_LIFE (sizeof(life) / sizeof(life[0]))

/* The ledger after so many steps. */
static struct dump after[N_LIFE + 1];

/* Small, so that checkpoints happen on the way. */
static void
check_point_often(void)
{
	sqlite3_wal_autocheckpoint(ledger->db, 5);
}

static void
live_once(void)
{
	cr_assert_eq(open_it(), LEDGER_OK, "%s", why);
	dump_ledger(&after[0]);
	for (size_t i = 0; i < N_LIFE; i++) {
		cr_assert_eq(life[i].act(life[i].id), LEDGER_OK, "%zu: %s", i,
		    ledger_error(ledger));
		dump_ledger(&after[i + 1]);
		cr_assert_str_neq(after[i + 1].text, after[i].text, "%zu", i);
	}
	close_it();
	remove_files();
}

static bool
is_after(size_t steps)
{
	struct dump now;

	dump_ledger(&now);
	return steps <= N_LIFE && strcmp(now.text, after[steps].text) == 0;
}

/* ---- killed ---- */

/* In a child: lives on, telling PIPE of each step that is done. */
static void
live_and_tell(int pipe)
{
	char octet = 'x';

	if (open_it() != LEDGER_OK) {
		_exit(1);
	}
	check_point_often();
	for (size_t i = 0; i < N_LIFE; i++) {
		if (life[i].act(life[i].id) != LEDGER_OK ||
		    write(pipe, &octet, 1) != 1) {
			_exit(2);
		}
	}
	close_it();
	_exit(0);
}

/* Lets a child live until FAULT ends it; its status, and how many steps it
 * told of. */
static int
told(const char *fault, size_t *steps)
{
	int ends[2], status;
	char octet;

	cr_assert_eq(pipe(ends), 0);
	pid_t child = fork();

	if (child == 0) {
		setenv("ZONEGATE_DISK_FAULT", fault, 1);
		live_and_tell(ends[1]);
	}
	close(ends[1]);
	for (*steps = 0; read(ends[0], &octet, 1) == 1; ++*steps) {
		continue;
	}
	close(ends[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	return status;
}

static void
killed_at_each(const char *call, const char *what)
{
	int status = 1;
	int n = 0;

	live_once();
	while (status != 0) {
		char fault[32];
		size_t steps;

		snprintf(fault, sizeof(fault), "%s:%d:%s", call, ++n, what);
		status = told(fault, &steps);
		cr_assert(status == 0 || WIFSIGNALED(status), "%s: %x", fault,
		    (unsigned)status);
		cr_assert_eq(open_it(), LEDGER_OK, "%s: %s", fault, why);
		cr_assert(is_after(steps) || is_after(steps + 1),
		    "%s: neither as after %zu steps nor after the next", fault,
		    steps);
		close_it();
		remove_files();
	}
	cr_assert_gt(n, 40);
}

Test(ledger_disk, a_kill_at_any_call_leaves_the_old_or_the_new, .init = set_up,
    .fini = tear_down, .timeout = 600)
{
	killed_at_each("any", "kill");
}

Test(ledger_disk, a_torn_write_leaves_the_old_or_the_new, .init = set_up,
    .fini = tear_down, .timeout = 600)
{
	killed_at_each("write", "torn");
}

/* ---- failing ---- */

/*
 * In a child: each step is tried until it is done.  One that fails must end
 * with END and must not have changed anything.  Exits with 0 if none failed,
 * 1 if some did, and other statuses when something is wrong.
 */
static void
live_stubbornly(enum ledger_end end)
{
	enum ledger_end got = open_it();
	int failures = 0;

	if (got == end) {
		failures++;
		got = open_it();
	}
	if (got != LEDGER_OK) {
		fprintf(stderr, "opening: %d %s\n", (int)got, why);
		_exit(2);
	}
	check_point_often();
	for (size_t i = 0; i < N_LIFE;) {
		got = life[i].act(life[i].id);
		i += got == LEDGER_OK;
		failures += got != LEDGER_OK;
		if ((got != LEDGER_OK && got != end) || failures > 1 ||
		    !is_after(i)) {
			fprintf(stderr, "step %zu: %d %s; %d failures\n", i,
			    (int)got, ledger_error(ledger), failures);
			_exit(3);
		}
	}
	close_it();
	_exit(failures);
}

static void
fails_at_each(const char *what, enum ledger_end end)
{
	int quiet = 0;

	live_once();
	/* Some calls may fail without harm, checkpoints for one. */
	for (int n = 1; quiet < 30; n++) {
		char fault[32];
		int status;
		pid_t child = fork();

		if (child == 0) {
			snprintf(fault, sizeof(fault), "any:%d:%s", n, what);
			setenv("ZONEGATE_DISK_FAULT", fault, 1);
			live_stubbornly(end);
		}
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_assert(WIFEXITED(status) && WEXITSTATUS(status) <= 1,
		    "call %d, %s: %x", n, what, (unsigned)status);
		quiet = status == 0 ? quiet + 1 : 0;
		cr_assert_eq(open_it(), LEDGER_OK, "call %d: %s", n, why);
		cr_assert(is_after(N_LIFE), "call %d, %s", n, what);
		close_it();
		remove_files();
	}
}

Test(ledger_disk, a_disk_that_is_full_once_costs_one_call, .init = set_up,
    .fini = tear_down, .timeout = 600)
{
	fails_at_each("enospc-once", LEDGER_FULL);
}

Test(ledger_disk, a_disk_that_errs_once_costs_one_call, .init = set_up,
    .fini = tear_down, .timeout = 600)
{
	fails_at_each("eio-once", LEDGER_FAILED);
}

Test(ledger_disk, a_disk_that_stays_read_only_keeps_what_was, .init = set_up,
    .fini = tear_down, .timeout = 300)
{
	live_once();
	cr_assert_eq(open_it(), LEDGER_OK);
	for (size_t i = 0; i < 3; i++) {
		cr_assert_eq(life[i].act(life[i].id), LEDGER_OK);
	}
	/* From now on; the first call reads the variable. */
	setenv("ZONEGATE_DISK_FAULT", "write:1:erofs", 1);
	int status;
	pid_t child = fork();

	if (child == 0) {
		for (size_t i = 3; i < N_LIFE; i++) {
			enum ledger_end end = life[i].act(life[i].id);

			/* What has no candidate 2 may say that first. */
			if ((end != LEDGER_READ_ONLY && life[i].id == 1) ||
			    !is_after(3)) {
				fprintf(stderr, "step %zu: %d %s\n", i,
				    (int)end, ledger_error(ledger));
				_exit(1);
			}
		}
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
}

/* ---- a small file system ---- */

Test(ledger_disk, a_full_file_system_changes_nothing, .init = set_up,
    .fini = tear_down, .timeout = 120)
{
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("zonegate-test", state, "tmpfs", 0, "size=3m") != 0) {
		cr_skip_test("no file system can be mounted");
	}
	cr_assert_eq(open_it(), LEDGER_OK, "%s", why);
	enum ledger_end end = LEDGER_OK;
	int64_t id = 0;
	struct candidate candidate;

	while (end == LEDGER_OK && id < 5000) {
		candidate = candidate_number(++id);
		end = ledger_add(ledger, &candidate);
	}
	cr_assert_eq(end, LEDGER_FULL, "%d %s", (int)end, ledger_error(ledger));
	cr_assert_gt(id, 50);
	cr_assert_eq(ledger_get(ledger, id, &candidate), LEDGER_NOT_FOUND);
	cr_assert_eq(ledger_get(ledger, id - 1, &candidate), LEDGER_OK);
	/* With room again it goes on. */
	cr_assert_eq(mount("none", state, NULL, MS_REMOUNT, "size=8m"), 0);
	candidate = candidate_number(id);
	cr_assert_eq(ledger_add(ledger, &candidate), LEDGER_OK, "%s",
	    ledger_error(ledger));
	close_it();
	cr_assert_eq(open_it(), LEDGER_OK, "%s", why);
	close_it();
	cr_assert_eq(umount(state), 0);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_open_test.c -- files that are no ledger, of other versions, or that
 * somebody else uses.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "serve/ledger.h"
#include "serve/ledger_sql.h"

/* ---- tools ---- */

static char state[SCRATCH], file[SCRATCH + 32];
static struct ledger *ledger;
static char why[LEDGER_ERROR];

static void
set_up(void)
{
	scratch_make(state);
	snprintf(file, sizeof(file), "%s/ledger.sqlite", state);
	unsetenv("ZONEGATE_DISK_FAULT");
}

static void
tear_down(void)
{
	ledger_close(ledger);
	scratch_remove(state);
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

static void
run(sqlite3 *db, const char *sql)
{
	cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK,
	    "%s: %s", sql, sqlite3_errmsg(db));
}

/* Runs SQL on the file without us. */
static void
run_apart(const char *sql)
{
	sqlite3 *db;

	cr_assert_eq(sqlite3_open(file, &db), SQLITE_OK);
	run(db, sql);
	sqlite3_close(db);
}

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

/* ---- what is no ledger ---- */

static void
write_file(const void *at, size_t length, off_t where, int flags)
{
	int fd = open(file, O_WRONLY | O_CREAT | flags, 0640);

	cr_assert_geq(fd, 0);
	cr_assert_eq(pwrite(fd, at, length, where), (ssize_t)length);
	close(fd);
}

static void
is_refused(enum ledger_end end)
{
	struct ledger *none = NULL;
	enum ledger_end got = ledger_open(state, true, &none, why);

	cr_assert_eq(got, end, "%d instead of %d: %s", (int)got, (int)end, why);
	cr_assert_null(none);
	cr_assert_neq(why[0], '\0');
}

/* To readers too, who do not go through all of it. */
static void
is_refused_to_all(enum ledger_end end)
{
	struct ledger *none = NULL;

	is_refused(end);
	cr_assert_eq(ledger_open_to_read(state, &none, why), end);
	cr_assert_null(none);
}

Test(ledger_open, another_file_is_no_ledger, .init = set_up, .fini = tear_down)
{
	char rubbish[8192];

	memset(rubbish, 'x', sizeof(rubbish));
	write_file(rubbish, sizeof(rubbish), 0, O_TRUNC);
	is_refused_to_all(LEDGER_CORRUPT);
	unlink(file);
	run_apart("CREATE TABLE mine (a)");
	is_refused_to_all(LEDGER_CORRUPT);
	unlink(file);
	run_apart("PRAGMA user_version = 1");
	is_refused_to_all(LEDGER_CORRUPT);
}

Test(ledger_open, damage_is_seen_at_opening, .init = set_up, .fini = tear_down)
{
	char rubbish[4096];
	struct stat status;

	cr_assert_eq(open_it(), LEDGER_OK);
	for (int64_t id = 1; id < 50; id++) {
		cr_assert_eq(life_add(id), LEDGER_OK);
	}
	close_it();
	cr_assert_eq(stat(file, &status), 0);
	memset(rubbish, 0x5a, sizeof(rubbish));
	for (off_t at = 4096; at + 4096 <= status.st_size; at += 4096) {
		char good[4096];
		int fd = open(file, O_RDONLY);

		cr_assert_eq(pread(fd, good, sizeof(good), at), 4096);
		close(fd);
		write_file(rubbish, sizeof(rubbish), at, 0);
		is_refused(LEDGER_CORRUPT);
		write_file(good, sizeof(good), at, 0);
	}
	cr_assert_eq(truncate(file, status.st_size / 2), 0);
	is_refused(LEDGER_CORRUPT);
}

Test(ledger_open, a_missing_table_is_missed, .init = set_up, .fini = tear_down)
{
	cr_assert_eq(open_it(), LEDGER_OK);
	close_it();
	run_apart("DROP TABLE releases");
	is_refused_to_all(LEDGER_CORRUPT);
}

Test(ledger_open, a_column_that_is_missing_is_corrupt, .init = set_up,
    .fini = tear_down)
{
	struct candidate candidate = candidate_number(0);

	cr_assert_eq(open_it(), LEDGER_OK);
	close_it();
	run_apart("ALTER TABLE candidates DROP COLUMN reason");
	cr_assert_eq(open_it(), LEDGER_OK);
	cr_assert_eq(ledger_add(ledger, &candidate), LEDGER_CORRUPT);
}

Test(ledger_open, a_row_that_holds_what_it_cannot_is_corrupt, .init = set_up,
    .fini = tear_down)
{
	static const char *const changes[] = {
	    "UPDATE candidates SET state = 'on holiday'",
	    "UPDATE candidates SET sha256 = x'00'",
	    "UPDATE candidates SET via = 'longer than its member'",
	    "UPDATE candidates SET serial = -1",
	};
	struct candidate candidate, *rows;
	size_t n;

	cr_assert_eq(open_it(), LEDGER_OK);
	run(ledger->db, "PRAGMA ignore_check_constraints = ON");
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		run(ledger->db, "DELETE FROM candidates");
		cr_assert_eq(life_add(1), LEDGER_OK);
		run(ledger->db, changes[i]);
		cr_assert_eq(ledger_get(ledger, 1, &candidate), LEDGER_CORRUPT,
		    "%s", changes[i]);
		cr_assert_eq(ledger_list(ledger,
		                 &(struct ledger_filter){.limit = 1}, &rows,
		                 &n),
		    LEDGER_CORRUPT);
	}
}

Test(ledger_open, a_ledger_that_is_not_there_is_not_made_to_be_read,
    .init = set_up, .fini = tear_down)
{
	struct ledger *none = NULL;

	cr_assert_eq(ledger_open_to_read(state, &none, why), LEDGER_NOT_FOUND);
	cr_assert_eq(ledger_open(state, false, &none, why), LEDGER_NOT_FOUND);
	cr_assert_neq(access(file, F_OK), 0);
	cr_assert_eq(ledger_open("/nowhere/at/all", true, &none, why),
	    LEDGER_FAILED);
}

/* ---- versions ---- */

Test(ledger_open, a_later_version_is_left_alone, .init = set_up,
    .fini = tear_down)
{
	struct stat before, now;

	cr_assert_eq(open_it(), LEDGER_OK);
	close_it();
	run_apart("PRAGMA user_version = 77");
	cr_assert_eq(stat(file, &before), 0);
	is_refused_to_all(LEDGER_NEWER);
	cr_assert_eq(stat(file, &now), 0);
	cr_assert_eq(before.st_size, now.st_size);
	cr_assert_eq(before.st_mtim.tv_nsec, now.st_mtim.tv_nsec);
}

Test(ledger_open, an_empty_file_becomes_a_ledger, .init = set_up,
    .fini = tear_down)
{
	write_file("", 0, 0, O_TRUNC);
	cr_assert_eq(open_it(), LEDGER_OK, "%s", why);
	cr_assert_eq(life_add(1), LEDGER_OK);
}

/* What was begun: its mark is there, its tables are not. */
Test(ledger_open, version_zero_becomes_the_first, .init = set_up,
    .fini = tear_down)
{
	run_apart("PRAGMA application_id = 1514622023");
	cr_assert_eq(open_it(), LEDGER_OK, "%s", why);
	cr_assert_eq(life_add(1), LEDGER_OK);
	ledger_look(ledger);
	cr_assert_eq(ledger_number(ledger, "PRAGMA user_version", NO_VALUES, 0),
	    LEDGER_SCHEMA);
}

static const char *const first_step[] = {
    "CREATE TABLE added (a)", "INSERT INTO added VALUES (1)", NULL};
static const char *const second_step[] = {
    "UPDATE added SET a = a + 1", "ALTER TABLE added ADD COLUMN b", NULL};
static const char *const bad_step[] = {
    "UPDATE added SET a = 99", "INSERT INTO nowhere VALUES (1)", NULL};

/* The version, and what the steps left. */
static void
stands_at(int64_t version, int64_t a)
{
	ledger_look(ledger);
	cr_assert_eq(ledger_number(ledger, "PRAGMA user_version", NO_VALUES, 0),
	    version);
	cr_assert_eq(ledger_number(ledger, "SELECT a FROM added", NO_VALUES, 0),
	    a);
}

Test(ledger_open, each_step_of_a_migration_is_whole, .init = set_up,
    .fini = tear_down)
{
	const char *const *steps[LEDGER_SCHEMA + 3] = {NULL};

	steps[LEDGER_SCHEMA] = first_step;
	steps[LEDGER_SCHEMA + 1] = bad_step;
	steps[LEDGER_SCHEMA + 2] = second_step;
	cr_assert_eq(open_it(), LEDGER_OK);
	ledger_migrate(ledger, steps, LEDGER_SCHEMA + 3);
	cr_assert_eq(ledger->end, LEDGER_FAILED);
	stands_at(LEDGER_SCHEMA + 1, 1);
	/* Tried again with a better step, it goes on from there. */
	steps[LEDGER_SCHEMA + 1] = second_step;
	steps[LEDGER_SCHEMA + 2] = NULL;
	ledger_look(ledger);
	ledger_migrate(ledger, steps, LEDGER_SCHEMA + 2);
	cr_assert_eq(ledger->end, LEDGER_OK);
	stands_at(LEDGER_SCHEMA + 2, 2);
	/* Nothing is done twice. */
	ledger_migrate(ledger, steps, LEDGER_SCHEMA + 2);
	stands_at(LEDGER_SCHEMA + 2, 2);
	close_it();
	is_refused_to_all(LEDGER_NEWER);
}

/* ---- others ---- */

Test(ledger_open, readers_see_what_is_written_and_cannot_write, .init = set_up,
    .fini = tear_down)
{
	struct candidate candidate = candidate_number(0);
	struct ledger *reader = NULL;

	cr_assert_eq(open_it(), LEDGER_OK);
	cr_assert_eq(ledger_open_to_read(state, &reader, why), LEDGER_OK, "%s",
	    why);
	cr_assert_eq(life_add(1), LEDGER_OK);
	cr_assert_eq(ledger_get(reader, 1, &candidate), LEDGER_OK);
	cr_assert_eq(life_add(2), LEDGER_OK);
	cr_assert_eq(ledger_get(reader, 2, &candidate), LEDGER_OK);
	candidate.id = 0;
	cr_assert_eq(ledger_add(reader, &candidate), LEDGER_READ_ONLY);
	cr_assert_eq(ledger_set_fact(reader, "", "a", "b"), LEDGER_READ_ONLY);
	ledger_close(reader);
}

Test(ledger_open, a_ledger_that_another_one_writes_fails_in_time,
    .init = set_up, .fini = tear_down, .timeout = 60)
{
	sqlite3 *other;

	cr_assert_eq(open_it(), LEDGER_OK);
	cr_assert_eq(sqlite3_open(file, &other), SQLITE_OK);
	run(other, "BEGIN IMMEDIATE");
	cr_assert_eq(life_add(1), LEDGER_FAILED);
	cr_assert_neq(ledger_error(ledger)[0], '\0');
	run(other, "ROLLBACK");
	cr_assert_eq(life_add(1), LEDGER_OK);
	sqlite3_close(other);
}

/* As somebody who owns nothing: 0 if it all holds. */
static int
as_stranger(void)
{
	struct candidate candidate;
	struct ledger *other = NULL;

	if (setgid(65534) != 0 || setuid(65534) != 0) {
		return 9;
	}
	if (ledger_open(state, true, &other, why) != LEDGER_READ_ONLY) {
		fprintf(stderr, "writing: %s\n", why);
		return 1;
	}
	if (ledger_open_to_read(state, &other, why) != LEDGER_OK) {
		fprintf(stderr, "reading: %s\n", why);
		return 2;
	}
	return ledger_get(other, 1, &candidate) == LEDGER_OK ? 0 : 3;
}

static int
stranger_says(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		_exit(as_stranger());
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	return status;
}

Test(ledger_open, who_may_not_write_may_read, .init = set_up, .fini = tear_down)
{
	char command[128];

	if (geteuid() != 0) {
		cr_skip_test("only root can become somebody else");
	}
	cr_assert_eq(open_it(), LEDGER_OK);
	cr_assert_eq(life_add(1), LEDGER_OK);
	snprintf(command, sizeof(command), "chmod -R a+rX %s", state);
	cr_assert_eq(system(command), 0);
	cr_assert_eq(stranger_says(), 0);
	/* And with nobody at work. */
	close_it();
	cr_assert_eq(stranger_says(), 0);
}

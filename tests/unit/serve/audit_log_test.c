/* SPDX-License-Identifier: GPL-3.0-or-later */
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

/* ---- writing ---- */

Test(audit_log, a_new_log_is_empty, .init = set_up, .fini = tear_down)
{
	struct log_verified verified;
	char hash[65];

	cr_assert_eq(audit_log_head(the_log, hash), 0);
	cr_assert_eq(strspn(hash, "0"), 64);
	cr_assert(audit_log_verify(file, &verified));
	cr_assert_eq(verified.entries, 0);
	json_t *entries = audit_log_read(the_log, 0, 10);

	cr_assert_eq(json_array_size(entries), 0);
	json_decref(entries);
}

Test(audit_log, an_entry_is_a_line, .init = set_up, .fini = tear_down)
{
	size_t length;

	cr_assert_eq(audit_log_add(the_log, AT, LOG_LEVEL_ALARM,
	                 "candidate.received", "spool", "shop.", "it \"came\"",
	                 json_pack("{s:i}", "id", 7)),
	    0);
	cr_assert_eq(audit_log_add(the_log, AT, LOG_LEVEL_WARNING, "gate.x",
	                 "gate", NULL, "", NULL),
	    0);
	char *text = octets(&length);

	/* The lengths of the two lines, and what stands around the hashes. */
	char hash[65];

	audit_log_head(the_log, hash);
	char *second = strchr(text, '\n') + 1;
	char *first_hash = strstr(text, "\"hash\":\"") + 8;

	cr_assert_eq(strncmp(text,
	                 "{\"seq\":1,\"time\":\"2026-11-21T23:00:00Z\","
	                 "\"type\":\"candidate.received\",\"level\":\"alarm\","
	                 "\"actor\":\"spool\",\"zone\":\"shop.\","
	                 "\"text\":\"it \\\"came\\\"\",\"data\":{\"id\":7},"
	                 "\"prev\":\"00000000000000000000000000000000"
	                 "00000000000000000000000000000000\",\"hash\":\"",
	                 (size_t)(first_hash - text)),
	    0, "%s", text);
	cr_assert_eq(strncmp(first_hash + 64, "\"}\n", 3), 0);
	char *second_prev = strstr(second, "\"prev\":\"") + 8;

	cr_assert_eq(strncmp(second,
	                 "{\"seq\":2,\"time\":\"2026-11-21T23:00:00Z\","
	                 "\"type\":\"gate.x\",\"level\":\"warning\","
	                 "\"actor\":\"gate\",\"zone\":null,\"text\":\"\","
	                 "\"data\":null,\"prev\":\"",
	                 (size_t)(second_prev - second)),
	    0, "%s", second);
	cr_assert_eq(strncmp(second_prev, first_hash, 64), 0);
	cr_assert_eq(strncmp(second_prev + 64 + 10, hash, 64), 0);
	cr_assert_eq(text[length - 1], '\n');
	free(text);
}

Test(audit_log, the_chain_goes_on_after_opening_again, .init = set_up,
    .fini = tear_down)
{
	struct log_verified verified;
	char hash[65];

	add_many(3);
	reopen();
	cr_assert_eq(head(), 3);
	add_many(2);
	reopen();
	cr_assert_eq(audit_log_head(the_log, hash), 5);
	cr_assert(audit_log_verify(file, &verified), "%s", verified.why);
	cr_assert_eq(verified.entries, 5);
	cr_assert_eq(verified.last, 5);
	cr_assert_str_eq(verified.hash, hash);
}

/* An auditor's ten lines, as zonegate-log(5) has them. */
Test(audit_log, the_script_in_the_manual_agrees, .init = set_up,
    .fini = tear_down, .timeout = 60)
{
	static const char script[] =
	    "sed -n '/^\\.Bd -literal/,/^\\.Ed/p' gate/serve/zonegate-log.5 |"
	    " grep -v '^\\.[BE]d' | sed 's/\\\\e/\\\\/g' >%s/check.py &&"
	    " /usr/bin/python3 %s/check.py %s >%s/out";
	char command[1024];

	cr_assert_eq(add("plain"), 0);
	cr_assert_eq(add("\xc3\xa4 \xff \x01 \"\\ \x7f \xe2\x80\xa8"), 0);
	cr_assert_eq(audit_log_add(the_log, AT, LOG_LEVEL_INFO, "t", "a", NULL,
	                 "", json_pack("{s:[f,b,n]}", "x", 0.1, 1)),
	    0);
	snprintf(command, sizeof(command), script, state, state, file, state);
	cr_assert_eq(system(command), 0);
	size_t length;
	char *text = octets(&length);

	text[length / 2] ^= 1;
	write_octets(text, length, O_TRUNC);
	free(text);
	cr_assert_neq(system(command), 0);
}

Test(audit_log, no_octet_breaks_a_line, .init = set_up, .fini = tear_down)
{
	struct log_verified verified;
	char text[300];
	size_t length;

	for (int octet = 1; octet < 256; octet++) {
		text[octet - 1] = (char)octet;
	}
	text[255] = '\0';
	cr_assert_eq(audit_log_add(the_log, AT, LOG_LEVEL_INFO, text, text,
	                 text, text, json_pack("{s:s}", "a", "\n\x01")),
	    0);
	/* Sequences that end too early, are overlong, or surrogates. */
	cr_assert_eq(add("\xe2\x80"), 0);
	cr_assert_eq(add("\xc0\xaf \xe0\x80\x80 \xed\xa0\x80 \xf4\x90\x80\x80"),
	    0);
	char *line = octets(&length);
	size_t lines = 0;

	for (size_t i = 0; i < length; i++) {
		lines += line[i] == '\n';
		cr_assert(line[i] == '\n' || line[i] >= ' ', "octet %u",
		    (unsigned char)line[i]);
	}
	free(line);
	cr_assert_eq(lines, 3);
	cr_assert(audit_log_verify(file, &verified), "%s", verified.why);
	reopen();
	json_t *entries = audit_log_read(the_log, 1, 10);

	cr_assert_str_eq(json_string_value(json_object_get(
	                     json_array_get(entries, 0), "text")),
	    "\xef\xbf\xbd\xef\xbf\xbd");
	json_decref(entries);
}

Test(audit_log, what_is_too_much_for_a_line_is_left_out, .init = set_up,
    .fini = tear_down)
{
	struct log_verified verified;
	char *much = malloc(200001);

	memset(much, 'x', 200000);
	much[200000] = '\0';
	cr_assert_eq(audit_log_add(the_log, AT, LOG_LEVEL_INFO, "t", "a", "z.",
	                 much, json_pack("{s:s}", "much", much)),
	    0);
	/* Each octet becomes six. */
	memset(much, 1, 200000);
	cr_assert_eq(audit_log_add(the_log, AT, LOG_LEVEL_INFO, "t", "a", "z.",
	                 much, json_pack("{s:s}", "much", much)),
	    0);
	free(much);
	reopen();
	cr_assert_eq(head(), 2);
	cr_assert(audit_log_verify(file, &verified), "%s", verified.why);
	json_t *entries = audit_log_read(the_log, 0, 10);
	const json_t *data =
	    json_object_get(json_array_get(entries, 0), "data");

	cr_assert(json_integer_value(json_object_get(data, "omitted_octets")) >
	          200000);
	json_decref(entries);
}

/* ---- reading ---- */

/* The numbers of what is read must be FIRST to LAST. */
static void
reads(uint64_t after, size_t limit, uint64_t first, uint64_t last)
{
	json_t *entries = audit_log_read(the_log, after, limit);

	cr_assert_not_null(entries);
	cr_assert_eq(json_array_size(entries), last + 1 - first,
	    "after %llu: %zu", (unsigned long long)after,
	    json_array_size(entries));
	for (size_t i = 0; i < json_array_size(entries); i++) {
		cr_assert_eq(json_integer_value(json_object_get(
		                 json_array_get(entries, i), "seq")),
		    (json_int_t)(first + i));
	}
	json_decref(entries);
}

static void
reads_all(uint64_t n)
{
	reads(n, 10, n + 1, n);
	reads(n + 5, 10, n + 6, n + 5);
	reads(n - 1, 10, n, n);
	reads(n - 10, 5, n - 9, n - 5);
	reads(0, 3, 1, 3);
	reads(0, 0, 1, 1000);
	reads(0, 100000, 1, 1000);
	for (uint64_t after = 0; after + 2 <= n; after += 37) {
		reads(after, 2, after + 1, after + 2);
	}
}

Test(audit_log, old_and_new_entries_are_read, .init = set_up, .fini = tear_down,
    .timeout = 300)
{
	/* More than the newest ones that are at hand. */
	add_many(2500);
	reads_all(2500);
	reopen();
	reads_all(2500);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "notify/lines.h"

#define MOST 16

static int ends[2];
static struct lines lines;
static struct replies replies;

static void
begin(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	lines_init(&lines, MOST);
	replies = (struct replies){0};
}

static void
end(void)
{
	lines_release(&lines);
	replies_release(&replies);
	close(ends[0]);
	close(ends[1]);
}

TestSuite(lines, .init = begin, .fini = end);

static void
comes(const char *text)
{
	cr_assert_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
	cr_assert(lines_fill(&lines, ends[0]));
}

static void
is_next(const char *expected)
{
	char *line;
	size_t length;

	cr_assert_eq(lines_next(&lines, &line, &length), LINES_LINE);
	cr_assert_eq(length, strlen(expected));
	cr_assert_arr_eq(line, expected, length);
}

static void
is_none(void)
{
	char *line;
	size_t length;

	cr_assert_eq(lines_next(&lines, &line, &length), LINES_NONE);
}

static void
is_too_long(void)
{
	char *line;
	size_t length;

	cr_assert_eq(lines_next(&lines, &line, &length), LINES_TOO_LONG);
}

Test(lines, come_in_pieces_and_together)
{
	comes("one\ntw");
	is_next("one");
	is_none();
	comes("o\n\nthree\n");
	is_next("two");
	is_next("");
	is_next("three");
	is_none();
}

Test(lines, the_longest_fits_and_the_next_one_is_dropped)
{
	comes("123456789012345\n");
	is_next("123456789012345");
	comes("1234567890123456");
	is_none();
	comes("rest of it\nok\n");
	is_too_long();
	is_next("ok");
}

Test(lines, a_line_without_end_takes_no_room)
{
	for (int i = 0; i < 100; i++) {
		comes("0123456789012345");
		is_none();
	}
	comes("\n");
	is_too_long();
	is_none();
}

Test(lines, what_does_not_fit_stays_in_the_socket)
{
	comes("1234567\n1234567\nabc\n");
	is_next("1234567");
	is_next("1234567");
	is_none();
	cr_assert(lines_fill(&lines, ends[0]));
	is_next("abc");
}

Test(lines, the_end_is_seen)
{
	comes("last\n");
	close(ends[1]);
	ends[1] = -1;
	cr_assert_not(lines_fill(&lines, ends[0]));
	is_next("last");
}

Test(lines, answers_wait_for_a_slow_reader)
{
	static char text[1000], got[1001 * 1000];
	size_t n = 0;

	memset(text, 'x', sizeof(text) - 1);
	for (int i = 0; i < 1000; i++) {
		replies_add(&replies, text);
	}
	cr_assert_eq(replies_pending(&replies), 1000 * sizeof(text));
	while (n < 1000 * sizeof(text)) {
		cr_assert(replies_flush(&replies, ends[0]));
		ssize_t more = recv(ends[1], got + n, sizeof(got) - n, 0);

		cr_assert_gt(more, 0);
		n += (size_t)more;
	}
	cr_assert_eq(n, 1000 * sizeof(text));
	cr_assert_eq(got[998], 'x');
	cr_assert_eq(got[999], '\n');
	cr_assert_eq(got[n - 1], '\n');
	cr_assert_eq(replies_pending(&replies), 0);
}

Test(lines, answers_to_nobody_are_the_end)
{
	close(ends[1]);
	ends[1] = -1;
	replies_add(&replies, "x");
	cr_assert_not(replies_flush(&replies, ends[0]));
}

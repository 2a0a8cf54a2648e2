/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What workers write, the gate can read. */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "contract/verdict.h"
#include "stream_maker.h"

enum { CLAIMS = 10 };

static struct stream stream;
static struct verdict_row rows[CLAIMS];
static struct verdicts verdicts;

static const char *
read_stream(void)
{
	memset(rows, 0, sizeof(rows));
	return verdicts_read(stream.octets, stream.length, CLAIMS, rows,
	    &verdicts);
}

/* Reads what was written to FD into the stream. */
static void
take_written(int fd)
{
	ssize_t length;

	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	length = read(fd, stream.octets, sizeof(stream.octets));
	cr_assert_geq(length, 0);
	stream.length = (size_t)length;
}

Test(verdict_writing, what_is_written_can_be_read)
{
	struct frame_hello hello = {
	    .magic = VERDICT_MAGIC,
	    .version = VERDICT_VERSION,
	    .n_slices = 1,
	};
	struct frame_bye bye = {.judged = 3};
	struct verdict_row three[] = {
	    {VERDICT_SECURE, REASON_none},
	    {VERDICT_BOGUS, REASON_expired},
	    {VERDICT_UNJUDGED, REASON_not_read},
	};
	int fd = memfd_create("stream", 0);

	cr_assert(frame_write(fd, FRAME_HELLO, &hello, sizeof(hello)));
	cr_assert(frame_write_verdicts(fd, 5, three, 3));
	cr_assert(frame_write_verdicts(fd, 0, NULL, 0));
	cr_assert(frame_write_words(fd, 6, "expired\n\tyesterday\377"));
	cr_assert(frame_write(fd, FRAME_BYE, &bye, sizeof(bye)));
	take_written(fd);
	cr_assert_null(read_stream());
	cr_assert_arr_eq(&rows[5], three, sizeof(three));
	cr_assert_eq(verdicts.words[0].claim, 6);
	cr_assert_eq(verdicts.words[0].length, 19);
	cr_assert_arr_eq(verdicts.words[0].text, "expired??yesterday?", 19);
}

Test(verdict_writing, long_words_are_cut)
{
	static char text[4 * LIMIT_MESSAGE_BYTES];
	int fd = memfd_create("stream", 0);

	memset(text, 'a', sizeof(text) - 1);
	put_hello(&stream);
	cr_assert_eq(write(fd, stream.octets, stream.length),
	    (ssize_t)stream.length);
	cr_assert(frame_write_words(fd, 0, text));
	cr_assert(frame_write(fd, FRAME_BYE, &(struct frame_bye){0},
	    sizeof(struct frame_bye)));
	take_written(fd);
	cr_assert_null(read_stream());
	cr_assert_eq(verdicts.words[0].length, LIMIT_MESSAGE_BYTES);
}

Test(verdict_writing, a_descriptor_that_takes_nothing_is_noticed)
{
	struct verdict_row row = {VERDICT_SECURE, REASON_none};
	int fd = open("/dev/full", O_WRONLY);

	cr_assert_geq(fd, 0);
	cr_assert_not(frame_write_verdicts(fd, 0, &row, 1));
	cr_assert_not(frame_write_words(fd, 0, "word"));
	cr_assert_not(frame_write(-1, FRAME_BYE, NULL, 0));
}

/* A pipe takes a large frame in pieces. */
Test(verdict_writing, a_frame_larger_than_a_pipe_arrives_whole, .timeout = 30)
{
	enum { ROWS = 200000 };
	static struct verdict_row many[ROWS];
	static uint8_t piece[4096];
	size_t length = 0;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	pid_t child = fork();

	if (child == 0) {
		close(ends[0]);
		_exit(frame_write_verdicts(ends[1], 0, many, ROWS) ? 0 : 1);
	}
	close(ends[1]);
	for (ssize_t n = 1; n > 0; length += (size_t)n) {
		n = read(ends[0], piece, sizeof(piece));
		cr_assert_geq(n, 0);
	}
	cr_assert_eq(length, sizeof(struct frame) +
	                         sizeof(struct frame_verdicts) +
	                         ROWS * sizeof(many[0]));
}

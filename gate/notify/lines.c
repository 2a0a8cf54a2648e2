/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"

/* No one waits for this many answers: the other end would have to be lost. */
#define REPLIES_MOST (256u << 20)

void
lines_init(struct lines *lines, size_t most)
{
	*lines = (struct lines){.text = xmalloc(most), .most = most};
}

void
lines_release(struct lines *lines)
{
	free(lines->text);
	*lines = (struct lines){0};
}

bool
lines_fill(struct lines *lines, int fd)
{
	memmove(lines->text, lines->text + lines->start,
	    lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	while (lines->end < lines->most) {
		ssize_t got = recv(fd, lines->text + lines->end,
		    lines->most - lines->end, MSG_DONTWAIT);

		if (got == 0) {
			return false;
		}
		if (got < 0) {
			return errno == EAGAIN || errno == EINTR;
		}
		lines->end += (size_t)got;
	}
	return true;
}

enum lines_next
lines_next(struct lines *lines, char **line, size_t *length)
{
	char *start = lines->text + lines->start;
	size_t there = lines->end - lines->start;
	char *newline = there > 0 ? memchr(start, '\n', there) : NULL;

	if (newline == NULL) {
		if (there == lines->most || lines->skipping) {
			lines->skipping = true;
			lines->start = lines->end;
		}
		return LINES_NONE;
	}
	lines->start = (size_t)(newline + 1 - lines->text);
	if (lines->skipping) {
		lines->skipping = false;
		return LINES_TOO_LONG;
	}
	*line = start;
	*length = (size_t)(newline - start);
	return LINES_LINE;
}

void
replies_release(struct replies *replies)
{
	free(replies->text);
	*replies = (struct replies){0};
}

void
replies_add(struct replies *replies, const char *line)
{
	size_t length = strlen(line);

	if (replies->sent == replies->length) {
		replies->sent = replies->length = 0;
	}
	while (replies->capacity - replies->length < length + 1) {
		replies->text = grow(replies->text, replies->capacity,
		    &replies->capacity, REPLIES_MOST, 1);
	}
	memcpy(replies->text + replies->length, line, length);
	replies->text[replies->length + length] = '\n';
	replies->length += length + 1;
}

size_t
replies_pending(const struct replies *replies)
{
	return replies->length - replies->sent;
}

bool
replies_flush(struct replies *replies, int fd)
{
	while (replies_pending(replies) > 0) {
		ssize_t took = send(fd, replies->text + replies->sent,
		    replies_pending(replies), MSG_DONTWAIT | MSG_NOSIGNAL);

		if (took < 0) {
			return errno == EAGAIN || errno == EINTR;
		}
		replies->sent += (size_t)took;
	}
	return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lines.h -- lines from and to the daemon over a stream socket, never waiting
 * and never growing without bound.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* ---- what comes ---- */

struct lines {
	char *text; /* of MOST octets */
	size_t most;
	size_t start, end; /* what is there and not yet given out */
	bool skipping;     /* within a line that was too long */
};

enum lines_next {
	LINES_NONE,     /* zero: no whole line is there */
	LINES_LINE,     /* one, without its newline */
	LINES_TOO_LONG, /* one was dropped */
};

/* MOST: octets of the longest line, newline included. */
void lines_init(struct lines *lines, size_t most);
void lines_release(struct lines *lines);

/* Takes what FD has now, as far as there is room; false when the other end is
 * closed or broken. */
bool lines_fill(struct lines *lines, int fd);

/* The next line; *LINE lives until the next call of lines_fill(). */
enum lines_next lines_next(struct lines *lines, char **line, size_t *length);

/* ---- what goes ---- */

struct replies {
	char *text;
	size_t sent, length, capacity;
};

void replies_release(struct replies *replies);
/* Adds a line; its newline is added too. */
void replies_add(struct replies *replies, const char *line);
/* Octets that have not gone out. */
size_t replies_pending(const struct replies *replies);
/* Gives FD what it takes now; false when the other end is closed or broken. */
bool replies_flush(struct replies *replies, int fd);

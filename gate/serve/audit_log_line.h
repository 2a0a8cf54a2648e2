/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit_log_line.h -- one line of the audit log: made, checked, and read from
 * a file one after the other.  The format is in zonegate-log(5).
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit_log.h"

/* A line with its newline; one that would be longer loses its data. */
#define LIMIT_LOG_LINE 65536
/* A text is cut at this many octets. */
#define LIMIT_LOG_TEXT 4096

/* What `prev' is in the first entry. */
#define LOG_NO_HASH                                                            \
	"0000000000000000000000000000000000000000000000000000000000000000"

/* An entry on its way into a line. */
struct log_entry {
	uint64_t sequence;
	int64_t at_s;
	enum log_level level;
	const char *type, *actor, *zone, *text; /* zone may be NULL */
	json_t *data;                           /* borrowed, or NULL */
	const char *prev;
};

/* The line of ENTRY, newline included, to be freed, and its HASH.  NULL if
 * memory is short. */
char *log_line_make(const struct log_entry *entry, char hash[65],
    size_t *length);

/* What is read of a line. */
struct log_link {
	uint64_t sequence;
	char prev[65], hash[65];
};

/* Checks a LINE, without its newline, by itself.  False with WHY. */
bool log_line_check(const char *line, size_t length, struct log_link *link,
    char why[LOG_ERROR]);
/* Checks that LINK follows BEFORE; a zeroed one stands for the beginning. */
bool log_link_follows(const struct log_link *link,
    const struct log_link *before, char why[LOG_ERROR]);

/* The number of a line, from its beginning; 0 if it has none. */
uint64_t log_line_sequence(const char *line, size_t length);

/* ---- lines of a file ---- */

enum log_got {
	LOG_GOT_NOTHING, /* zero: it cannot be read; errno says why */
	LOG_GOT_LINE,
	LOG_GOT_END,
	LOG_GOT_UNFINISHED, /* the rest has no newline */
	LOG_GOT_TOO_LONG,
};

struct log_lines {
	int fd; /* borrowed; read from where it stands */
	size_t from, to;
	char buffer[2 * LIMIT_LOG_LINE];
};

/* The next line, without newline, in LINES until the next call. */
enum log_got log_lines_next(struct log_lines *lines, const char **line,
    size_t *length);

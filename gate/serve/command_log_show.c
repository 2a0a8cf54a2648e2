/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_log_show.c -- entries of the audit log for people, or as they are.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "audit_log_line.h"
#include "base/die.h"
#include "command_log.h"
#include "time_text.h"

#define LIMIT_BY_DEFAULT 50

/* ---- printing for people ---- */

/* How many octets at AT would make a terminal do things: controls, and what
 * turns the direction of writing. */
static size_t
unprintable(const unsigned char *at)
{
	if (at[0] < 0x20 || at[0] == 0x7f) {
		return 1;
	}
	if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f) {
		return 2;
	}
	if (at[0] == 0xe2 && at[1] == 0x80 &&
	    ((at[2] >= 0xa8 && at[2] <= 0xae) || at[2] == 0x8e ||
	        at[2] == 0x8f)) {
		return 3;
	}
	return at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9
	           ? 3
	           : 0;
}

static void
print_text(const json_t *entry, const char *name)
{
	const char *text = json_string_value(json_object_get(entry, name));

	if (text == NULL) {
		putchar('-');
		return;
	}
	while (*text != '\0') {
		size_t skip = unprintable((const unsigned char *)text);

		if (skip > 0) {
			putchar('?');
			text += skip;
		} else {
			putchar(*text++);
		}
	}
}

static void
print_entry(const json_t *entry)
{
	static const char *const names[] = {
	    "time", "level", "zone", "type", "actor"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		print_text(entry, names[i]);
		fputs(i + 1 < sizeof(names) / sizeof(names[0]) ? "  " : ": ",
		    stdout);
	}
	print_text(entry, "text");
	putchar('\n');
}

/* ---- going through the log ---- */

/* True if A and B are one zone: any case, final dot or not. */
static bool
same_zone(const char *a, const char *b)
{
	size_t a_length = strlen(a);
	size_t b_length = strlen(b);

	a_length -= a_length > 1 && a[a_length - 1] == '.';
	b_length -= b_length > 1 && b[b_length - 1] == '.';
	return a_length == b_length && strncasecmp(a, b, a_length) == 0;
}

static bool
is_wanted(const struct log_wanted *wanted, const json_t *entry)
{
	const char *zone = json_string_value(json_object_get(entry, "zone"));
	const char *time = json_string_value(json_object_get(entry, "time"));
	int64_t at_s = 0;

	if (wanted->zone != NULL &&
	    (zone == NULL || !same_zone(zone, wanted->zone))) {
		return false;
	}
	/* One whose time cannot be read is not hidden. */
	return time == NULL || !time_from_text(time, &at_s) ||
	       (at_s >= wanted->from_s && at_s < wanted->to_s);
}

/* The entries on their way to standard output. */
struct shown {
	const struct log_wanted *wanted;
	bool export;
	json_t **kept; /* a ring of the last ones */
	size_t n_kept, limit;
};

static void
show(struct shown *shown, json_t *entry, const char *line, size_t length)
{
	if (!is_wanted(shown->wanted, entry)) {
		json_decref(entry);
	} else if (shown->export) {
		fwrite(line, 1, length, stdout);
		putchar('\n');
		json_decref(entry);
	} else {
		size_t at = shown->n_kept++ % shown->limit;

		json_decref(shown->kept[at]);
		shown->kept[at] = entry;
	}
}

/* Prints the last ones that were kept, oldest first. */
static void
print_kept(struct shown *shown)
{
	size_t first =
	    shown->n_kept > shown->limit ? shown->n_kept - shown->limit : 0;

	for (size_t i = first; i < shown->n_kept; i++) {
		print_entry(shown->kept[i % shown->limit]);
		json_decref(shown->kept[i % shown->limit]);
	}
}

static int
damaged(const char *path, size_t number, const char *what)
{
	warn("%s:%zu: %s; `zonegate log verify' says more", path, number, what);
	return EXIT_FAULT;
}

static int
go_through(const char *path, struct log_lines *lines, struct shown *shown)
{
	for (size_t number = 1;; number++) {
		const char *line;
		size_t length;
		json_t *entry;

		switch (log_lines_next(lines, &line, &length)) {
		case LOG_GOT_LINE:
			entry = json_loadb(line, length, 0, NULL);
			if (!json_is_object(entry)) {
				json_decref(entry);
				return damaged(path, number, "no entry");
			}
			show(shown, entry, line, length);
			break;
		case LOG_GOT_UNFINISHED: /* the daemon is writing it */
		case LOG_GOT_END:
			return 0;
		case LOG_GOT_TOO_LONG:
			return damaged(path, number, "longer than any entry");
		case LOG_GOT_NOTHING:
			warn("%s: %s", path, strerror(errno));
			return EXIT_FAULT;
		}
	}
}

/* Shows the log at PATH. */
static int
show_log(const char *path, struct shown *shown)
{
	struct log_lines *lines = calloc(1, sizeof(*lines));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int status = EXIT_FAULT;

	if (lines == NULL || fd < 0) {
		warn("%s: %s", path, strerror(errno));
	} else {
		lines->fd = fd;
		status = go_through(path, lines, shown);
	}
	if (fd >= 0) {
		close(fd);
	}
	free(lines);
	return status;
}

int
log_show(const struct log_wanted *wanted, const char *path)
{
	struct shown shown = {.wanted = wanted,
	    .export = wanted->action[0] == 'e',
	    .limit =
	        wanted->limit > 0 ? (size_t)wanted->limit : LIMIT_BY_DEFAULT};

	shown.kept = calloc(shown.limit, sizeof(json_t *));
	if (shown.kept == NULL) {
		warn("out of memory");
		return EXIT_FAULT;
	}
	int status = show_log(path, &shown);

	print_kept(&shown);
	free(shown.kept);
	return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "confuse_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct scan {
	char *text;
	size_t length;
	size_t at;
	size_t line;
	size_t depth;   /* of braces */
	size_t section; /* line of the outermost brace that is open */
	const char *file;
	char *error;
	size_t error_size;
};

static bool
complain(const struct scan *scan, size_t line, const char *what)
{
	snprintf(scan->error, scan->error_size, "%s:%zu: %s", scan->file, line,
	    what);
	return false;
}

/* True if a word goes on after C: what then looks like a comment is part of
 * it, as the slashes of http://. */
static bool
is_inside_word(char c)
{
	return strchr(" \t\r\n{}()=+,\"'", c) == NULL;
}

/* How many octets of a comment begin here. */
static size_t
comment_length(const struct scan *scan)
{
	const char *text = scan->text + scan->at;

	if (scan->at > 0 && is_inside_word(text[-1])) {
		return 0;
	}
	if (text[0] == '#' || (text[0] == '/' && text[1] == '/')) {
		return strcspn(text, "\n");
	}
	if (text[0] == '/' && text[1] == '*') {
		const char *end = strstr(text + 2, "*/");

		return end == NULL ? strlen(text) : (size_t)(end + 2 - text);
	}
	return 0;
}

/* Blanks a comment but keeps the ends of its lines. */
static bool
blank_comment(struct scan *scan, size_t length)
{
	char *text = scan->text + scan->at;

	if (text[1] == '*' && (length < 4 || text[length - 1] != '/')) {
		return complain(scan, scan->line, "the comment does not end");
	}
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n') {
			scan->line++;
		} else {
			text[i] = ' ';
		}
	}
	scan->at += length;
	return true;
}

/* Goes past the string that begins here. */
static bool
pass_string(struct scan *scan)
{
	char quote = scan->text[scan->at];
	size_t begin = scan->line;

	for (scan->at++; scan->at < scan->length; scan->at++) {
		const char *text = scan->text + scan->at;

		if (text[0] == quote) {
			scan->at++;
			return true;
		}
		if (quote == '"' && text[0] == '$' && text[1] == '{') {
			return complain(scan, scan->line,
			    "${...} would depend on the environment; write the "
			    "value");
		}
		scan->line += text[0] == '\n';
		if (text[0] == '\\' && scan->at + 1 < scan->length) {
			scan->at++;
			scan->line += text[1] == '\n';
		}
	}
	return complain(scan, begin, "the string does not end");
}

static void
pass_octet(struct scan *scan)
{
	char c = scan->text[scan->at++];

	scan->line += c == '\n';
	if (c == '{' && scan->depth++ == 0) {
		scan->section = scan->line;
	}
	if (c == '}' && scan->depth > 0) {
		scan->depth--; /* libconfuse refuses one too many */
	}
}

bool
confuse_text(char *text, size_t length, const char *file, char *error,
    size_t error_size)
{
	struct scan scan = {.text = text,
	    .length = length,
	    .line = 1,
	    .file = file,
	    .error = error,
	    .error_size = error_size};
	const char *zero = memchr(text, '\0', length);

	if (zero != NULL) {
		for (const char *c = text; c < zero; c++) {
			scan.line += *c == '\n';
		}
		return complain(&scan, scan.line,
		    "an octet of value 0 is no text");
	}
	while (scan.at < length) {
		size_t comment = comment_length(&scan);

		if (comment > 0) {
			if (!blank_comment(&scan, comment)) {
				return false;
			}
		} else if (text[scan.at] == '"' || text[scan.at] == '\'') {
			if (!pass_string(&scan)) {
				return false;
			}
		} else {
			pass_octet(&scan);
		}
	}
	/* libconfuse takes the file's end for the section's. */
	return scan.depth == 0 ||
	       complain(&scan, scan.section,
	           "the section or list that begins here does not end; `}' is "
	           "missing");
}

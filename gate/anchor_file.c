/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "anchor_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract/limits.h"
#include "sealed.h"

#define BLANKS " \t\r\n()"

static bool
is_record_type(const char *word, size_t length)
{
	return (length == 2 && strncasecmp(word, "DS", 2) == 0) ||
	       (length == 6 && strncasecmp(word, "DNSKEY", 6) == 0) ||
	       (length == 6 && strncasecmp(word, "TYPE43", 6) == 0) ||
	       (length == 6 && strncasecmp(word, "TYPE48", 6) == 0);
}

bool
anchor_text_has_records(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length) {
		size_t start = at;

		if (text[at] == ';') {
			while (at < length && text[at] != '\n') {
				at++;
			}
			continue;
		}
		while (at < length && text[at] != '\0' && text[at] != ';' &&
		       strchr(BLANKS, text[at]) == NULL) {
			at++;
		}
		if (is_record_type(text + start, at - start)) {
			return true;
		}
		at += at < length && text[at] != ';';
	}
	return false;
}

/* Reads at most SIZE octets of FD; returns how many, or -1. */
static ssize_t
read_some(int fd, char *text, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t got = read(fd, text + length, size - length);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return -1;
		}
		if (got == 0) {
			break;
		}
		length += (size_t)got;
	}
	return (ssize_t)length;
}

int
anchor_open(const char *file, char error[ANCHOR_ERROR])
{
	static char text[LIMIT_ANCHOR_BYTES + 1];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read_some(fd, text, sizeof(text));
	int reason = errno;

	if (fd >= 0) {
		close(fd);
	}
	if (length < 0) {
		snprintf(error, ANCHOR_ERROR, "anchor file %.100s: %s", file,
		    strerror(reason));
		return -1;
	}
	if ((size_t)length > LIMIT_ANCHOR_BYTES) {
		snprintf(error, ANCHOR_ERROR,
		    "anchor file %.100s: larger than %d octets; give only the "
		    "zone's own DS or DNSKEY records",
		    file, LIMIT_ANCHOR_BYTES);
		return -1;
	}
	if (!anchor_text_has_records(text, (size_t)length)) {
		snprintf(error, ANCHOR_ERROR,
		    "anchor file %.100s: %s; give the parent's DS records or "
		    "the zone's DNSKEY records, a line each",
		    file, length == 0 ? "empty" : "no line has a DS or DNSKEY");
		return -1;
	}
	return sealed_copy("anchors", text, (size_t)length);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "anchor_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contract/limits.h"
#include "sealed.h"
#include "small_file.h"

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

int
anchor_open(const char *file, char error[ANCHOR_ERROR])
{
	char reason[ANCHOR_ERROR - 16];
	size_t length;
	char *text = small_file_read(file, LIMIT_ANCHOR_BYTES, &length, reason,
	    sizeof(reason));

	if (text == NULL) {
		snprintf(error, ANCHOR_ERROR, "anchor file %s", reason);
		return -1;
	}
	if (!anchor_text_has_records(text, length)) {
		snprintf(error, ANCHOR_ERROR,
		    "anchor file %.100s: %s; give the parent's DS records or "
		    "the zone's DNSKEY records, a line each",
		    file, length == 0 ? "empty" : "no line has a DS or DNSKEY");
		free(text);
		return -1;
	}
	int fd = sealed_copy("anchors", text, length);

	free(text);
	return fd;
}

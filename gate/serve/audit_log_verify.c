/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit_log_verify.c -- a log that somebody brings: is it whole?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit_log.h"
#include "audit_log_line.h"

/* The entry that somebody else knows; sequence 0: none. */
struct known {
	uint64_t sequence;
	const char *hash;
};

static bool
broken(struct log_verified *verified)
{
	verified->broken_at = verified->entries + 1;
	return false;
}

/* Checks the next LINE against the entry BEFORE it, which it then becomes. */
static bool
check_line(const char *line, size_t length, const struct known *known,
    struct log_link *before, struct log_verified *verified)
{
	struct log_link link;

	if (!log_line_check(line, length, &link, verified->why) ||
	    !log_link_follows(&link, before, verified->why)) {
		return broken(verified);
	}
	if (link.sequence == known->sequence &&
	    strcmp(link.hash, known->hash) != 0) {
		snprintf(verified->why, sizeof(verified->why),
		    "entry %llu has hash %.16s..., the ledger knows it with "
		    "%.16s...: the log was written anew",
		    (unsigned long long)link.sequence, link.hash, known->hash);
		return broken(verified);
	}
	*before = link;
	verified->entries++;
	verified->last = link.sequence;
	memcpy(verified->hash, link.hash, sizeof(verified->hash));
	return true;
}

static bool
check_end(const struct known *known, struct log_verified *verified)
{
	if (verified->last >= known->sequence) {
		return true;
	}
	snprintf(verified->why, sizeof(verified->why),
	    "it ends with entry %llu, the ledger knows %llu: entries were lost",
	    (unsigned long long)verified->last,
	    (unsigned long long)known->sequence);
	return broken(verified);
}

static bool
verify_lines(struct log_lines *lines, const struct known *known,
    struct log_verified *verified)
{
	struct log_link before = {0};

	for (;;) {
		const char *line;
		size_t length;

		switch (log_lines_next(lines, &line, &length)) {
		case LOG_GOT_LINE:
			if (!check_line(line, length, known, &before,
			        verified)) {
				return false;
			}
			break;
		case LOG_GOT_UNFINISHED:
			verified->unfinished = true;
			return check_end(known, verified);
		case LOG_GOT_END:
			return check_end(known, verified);
		case LOG_GOT_TOO_LONG:
			snprintf(verified->why, sizeof(verified->why),
			    "it is longer than any entry");
			return broken(verified);
		case LOG_GOT_NOTHING:
			snprintf(verified->why, sizeof(verified->why), "%s",
			    strerror(errno));
			return false;
		}
	}
}

bool
audit_log_verify_against(const char *file, uint64_t sequence, const char *hash,
    struct log_verified *verified)
{
	struct log_lines *lines = calloc(1, sizeof(*lines));
	struct known known = {sequence, hash};
	bool good = false;

	*verified = (struct log_verified){0};
	snprintf(verified->hash, sizeof(verified->hash), "%s", LOG_NO_HASH);
	if (lines == NULL) {
		snprintf(verified->why, sizeof(verified->why), "out of memory");
		return false;
	}
	lines->fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (lines->fd < 0) {
		snprintf(verified->why, sizeof(verified->why), "%s",
		    strerror(errno));
	} else {
		good = verify_lines(lines, &known, verified);
		close(lines->fd);
	}
	free(lines);
	return good;
}

bool
audit_log_verify(const char *file, struct log_verified *verified)
{
	return audit_log_verify_against(file, 0, LOG_NO_HASH, verified);
}

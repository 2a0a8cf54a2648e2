/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit_log_read.c -- entries are read again: the newest from memory, others
 * from the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit_log.h"
#include "audit_log_parts.h"

/* What one answer of audit_log_read() may hold. */
#define READ_ENTRIES 1000
#define READ_OCTETS ((size_t)4 << 20)

/* ---- the ring ---- */

/* The entry with number SEQUENCE has its place by it. */
static size_t
place(uint64_t sequence)
{
	return (size_t)(sequence % RING_LINES);
}

static uint64_t
first_in_ring(const struct audit_log *log)
{
	return log->last.sequence + 1 - log->n_ring;
}

static void
drop_oldest(struct audit_log *log)
{
	size_t at = place(first_in_ring(log));

	log->octets -= log->ring[at].length;
	log->n_ring--;
	free(log->ring[at].line);
	log->ring[at].line = NULL;
}

void
log_ring_keep(struct audit_log *log, const struct log_link *link,
    const char *line, size_t length)
{
	char *copy = strndup(line, length);

	while (log->n_ring > 0 && (copy == NULL || log->n_ring == RING_LINES ||
	                              log->octets + length > RING_OCTETS)) {
		drop_oldest(log);
	}
	log->last = *link;
	if (copy != NULL) {
		log->ring[place(link->sequence)].line = copy;
		log->ring[place(link->sequence)].length = length;
		log->n_ring++;
		log->octets += length;
	}
}

void
log_ring_release(struct audit_log *log)
{
	while (log->n_ring > 0) {
		drop_oldest(log);
	}
}

/* ---- reading ---- */

ssize_t
log_read_at(int fd, void *to, size_t size, off_t at)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got =
		    pread(fd, (char *)to + done, size - done, at + (off_t)done);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return -1;
		}
		if (got == 0) {
			break;
		}
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* Appends LINE to ENTRIES; false if it is none or memory is short. */
static bool
give(json_t *entries, const char *line, size_t length)
{
	return json_array_append_new(entries,
	           json_loadb(line, length, 0, NULL)) == 0;
}

static bool
read_ring(struct audit_log *log, uint64_t after, size_t limit, json_t *entries)
{
	size_t octets = 0;

	for (uint64_t i = after + 1;
	     i <= log->last.sequence && limit > 0 && octets < READ_OCTETS;
	     i++, limit--) {
		if (!give(entries, log->ring[place(i)].line,
		        log->ring[place(i)].length)) {
			return false;
		}
		octets += log->ring[place(i)].length;
	}
	return true;
}

/* The number of the first entry that begins at AT or behind it, and where it
 * does; 0 if there is none within a line's length. */
static uint64_t
entry_behind(int fd, off_t at, off_t *start)
{
	char buffer[LIMIT_LOG_LINE + 32];
	ssize_t got = log_read_at(fd, buffer, sizeof(buffer), at);
	const char *end = got > 0 ? memchr(buffer, '\n', (size_t)got) : NULL;

	if (end == NULL) {
		return 0;
	}
	*start = at + (end + 1 - buffer);
	return log_line_sequence(end + 1, (size_t)(buffer + got - (end + 1)));
}

/* A place in the file at or somewhat before the entry that follows AFTER:
 * numbers only grow. */
static off_t
seek_entry(const struct audit_log *log, uint64_t after)
{
	off_t low = 0; /* where a line begins */
	off_t high = log->size;

	while (high - low > (off_t)2 * LIMIT_LOG_LINE) {
		off_t middle = low + (high - low) / 2;
		off_t start = 0;
		uint64_t sequence = entry_behind(log->fd, middle, &start);

		if (sequence != 0 && sequence <= after) {
			low = start;
		} else {
			high = middle;
		}
	}
	return low;
}

static bool
read_lines(struct log_lines *lines, uint64_t after, uint64_t last, size_t limit,
    json_t *entries)
{
	uint64_t sequence = 0;
	size_t octets = 0;

	while (limit > 0 && octets < READ_OCTETS && sequence < last) {
		const char *line;
		size_t length;

		if (log_lines_next(lines, &line, &length) != LOG_GOT_LINE) {
			return false;
		}
		sequence = log_line_sequence(line, length);
		if (sequence > after) {
			if (!give(entries, line, length)) {
				return false;
			}
			octets += length;
			limit--;
		}
	}
	return true;
}

static bool
read_file(const struct audit_log *log, uint64_t after, size_t limit,
    json_t *entries)
{
	struct log_lines *lines = calloc(1, sizeof(*lines));
	bool good = false;

	if (lines == NULL) {
		return false;
	}
	lines->fd =
	    openat(log->directory, AUDIT_LOG_NAME, O_RDONLY | O_CLOEXEC);
	if (lines->fd >= 0) {
		good =
		    lseek(lines->fd, seek_entry(log, after), SEEK_SET) >= 0 &&
		    read_lines(lines, after, log->last.sequence, limit,
		        entries);
		close(lines->fd);
	}
	free(lines);
	return good;
}

json_t *
audit_log_read(struct audit_log *log, uint64_t after, size_t limit)
{
	json_t *entries = json_array();
	bool good = entries != NULL;

	if (limit == 0 || limit > READ_ENTRIES) {
		limit = READ_ENTRIES;
	}
	if (good && after < log->last.sequence) {
		good = after + 1 >= first_in_ring(log)
		           ? read_ring(log, after, limit, entries)
		           : read_file(log, after, limit, entries);
	}
	if (!good) {
		json_decref(entries);
		return NULL;
	}
	return entries;
}

bool
audit_log_has(struct audit_log *log, uint64_t sequence, const char *hash)
{
	json_t *entries =
	    sequence == 0 ? NULL : audit_log_read(log, sequence - 1, 1);
	const json_t *entry = json_array_get(entries, 0);
	const char *has = json_string_value(json_object_get(entry, "hash"));
	bool good = sequence == 0 ||
	            (has != NULL && strcmp(has, hash) == 0 &&
	                (uint64_t)json_integer_value(json_object_get(entry,
	                    "seq")) == sequence);

	json_decref(entries);
	return good;
}

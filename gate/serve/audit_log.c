/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit_log.c -- the log is opened and written; audit_log_read.c reads it, and
 * audit_log_verify.c checks one that somebody brings.
 */
#include "audit_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_log_parts.h"
#include "base/die.h"
#include "durable.h"
#include "write_all.h"

#define TORN "audit.log.torn"
#define BROKEN "audit.log.broken"

/* ---- opening ---- */

/* Keeps the LENGTH octets of a line that was not finished. */
static int
keep_torn(int directory, const char *at, size_t length)
{
	int error = durable_fault(DURABLE_OPEN);
	int fd =
	    error == 0
	        ? openat(directory, TORN,
	              O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	              0640)
	        : -1;

	if (fd < 0) {
		return error != 0 ? error : errno;
	}
	error = durable_fault(DURABLE_WRITE);
	if (error == 0 && (!write_all(fd, at, length) ||
	                      !write_all(fd, "\n", 1) || fsync(fd) != 0)) {
		error = errno;
	}
	close(fd);
	return error;
}

/*
 * Cuts a last line off that has no newline, in the last LENGTH octets AT of the
 * file.  Nobody was told that it had been written, so that it goes even if
 * there is no room to keep it.  Returns an errno.
 */
static int
cut_torn(struct audit_log *log, const char *at, size_t length)
{
	const char *end = memrchr(at, '\n', length);
	size_t whole = end != NULL ? (size_t)(end + 1 - at) : 0;

	if (whole == length) {
		return 0;
	}
	if (length - whole >= LIMIT_LOG_LINE) {
		return EFBIG;
	}
	int error = keep_torn(log->directory, at + whole, length - whole);

	if (error != 0) {
		warn("log: a torn entry of %zu octets is cut off and could not "
		     "be kept: %s",
		    length - whole, strerror(error));
	}
	log->size -= (off_t)(length - whole);
	return ftruncate(log->fd, log->size) == 0 && fdatasync(log->fd) == 0
	           ? 0
	           : errno;
}

/* Notes the first break of the chain; the newest entries begin behind it. */
static void
damaged(struct audit_log *log, const char *why)
{
	if (log->damage[0] == '\0') {
		snprintf(log->damage, sizeof(log->damage), "%s", why);
	}
	log_ring_release(log);
}

/* Takes the lines in the last LENGTH octets AT of the file, which begin with a
 * whole line: at the beginning of the chain if WHOLE. */
static void
take_lines(struct audit_log *log, const char *at, size_t length, bool whole)
{
	bool any = whole;
	char why[LOG_ERROR];

	while (length > 0) {
		const char *end = memchr(at, '\n', length);
		size_t line = (size_t)(end - at);
		struct log_link link;

		if (!log_line_check(at, line, &link, why)) {
			damaged(log, why);
		} else {
			if (any && !log_link_follows(&link, &log->last, why)) {
				damaged(log, why);
			}
			log_ring_keep(log, &link, at, line);
			any = true;
		}
		at += line + 1;
		length -= line + 1;
	}
}

/* Reads the newest entries out of BUFFER, the last LENGTH octets of the file;
 * FALSE with ERROR. */
static bool
take_end(struct audit_log *log, const char *buffer, size_t length,
    char error[LOG_ERROR])
{
	bool whole = (off_t)length == log->size;
	int failed = cut_torn(log, buffer, length);

	if (failed != 0) {
		snprintf(error, LOG_ERROR, "its end cannot be mended: %s",
		    strerror(failed));
		return false;
	}
	const char *last = memrchr(buffer, '\n', length);
	const char *start = buffer;

	length = last != NULL ? (size_t)(last + 1 - buffer) : 0;
	if (!whole && length > 0) {
		start = (const char *)memchr(buffer, '\n', length) + 1;
		length -= (size_t)(start - buffer);
	}
	if (!whole && length == 0) {
		snprintf(error, LOG_ERROR, "its end holds no entry");
		return false;
	}
	take_lines(log, start, length, whole);
	return true;
}

static bool
read_end(struct audit_log *log, char error[LOG_ERROR])
{
	struct stat status;

	if (fstat(log->fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		snprintf(error, LOG_ERROR, "it is no file");
		return false;
	}
	log->size = status.st_size;
	size_t window =
	    (uint64_t)log->size < RING_OCTETS ? (size_t)log->size : RING_OCTETS;
	char *buffer = malloc(window + 1);
	bool good = false;

	if (buffer == NULL ||
	    log_read_at(log->fd, buffer, window, log->size - (off_t)window) !=
	        (ssize_t)window) {
		snprintf(error, LOG_ERROR, "it cannot be read: %s",
		    strerror(errno));
	} else {
		good = take_end(log, buffer, window, error);
	}
	free(buffer);
	return good;
}

/* Opens STATE/log and the file in it.  0 or an errno. */
static int
open_file(struct audit_log *log, const char *state)
{
	int top = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (top < 0) {
		return errno;
	}
	int error = durable_mkdir(top, "log", 0750);

	if (error == 0) {
		log->directory = openat(top, "log",
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		error =
		    log->directory < 0 ? errno : durable_fault(DURABLE_OPEN);
	}
	close(top);
	if (error != 0) {
		return error;
	}
	log->fd = openat(log->directory, AUDIT_LOG_NAME,
	    O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (log->fd < 0) {
		return errno;
	}
	/* Its name, if it is new. */
	return fsync(log->directory) == 0 ? 0 : errno;
}

static bool
open_and_read(struct audit_log *log, const char *state, char why[LOG_ERROR])
{
	int failed = open_file(log, state);

	if (failed != 0) {
		snprintf(why, LOG_ERROR, "%s", strerror(failed));
		return false;
	}
	if (read_end(log, why)) {
		return true;
	}
	if (log->damage[0] != '\0' || durable_fault(DURABLE_RENAME) != 0 ||
	    renameat(log->directory, AUDIT_LOG_NAME, log->directory, BROKEN) !=
	        0) {
		return false;
	}
	damaged(log, why);
	log->last = (struct log_link){.sequence = 0};
	close(log->fd);
	close(log->directory);
	log->directory = log->fd = -1;
	return open_and_read(log, state, why);
}

struct audit_log *
audit_log_open(const char *state, char error[LOG_ERROR])
{
	struct audit_log *log = calloc(1, sizeof(*log));
	char why[LOG_ERROR] = "";

	if (log == NULL) {
		snprintf(error, LOG_ERROR, "out of memory");
		return NULL;
	}
	log->directory = log->fd = -1;
	if (!open_and_read(log, state, why)) {
		snprintf(error, LOG_ERROR,
		    "%.80s/log/" AUDIT_LOG_NAME ": %.150s", state, why);
		audit_log_close(log);
		return NULL;
	}
	return log;
}

void
audit_log_close(struct audit_log *log)
{
	if (log == NULL) {
		return;
	}
	log_ring_release(log);
	if (log->fd >= 0) {
		close(log->fd);
	}
	if (log->directory >= 0) {
		close(log->directory);
	}
	free(log);
}

const char *
audit_log_damage(const struct audit_log *log)
{
	return log->damage;
}

uint64_t
audit_log_head(const struct audit_log *log, char hash[65])
{
	snprintf(hash, 65, "%s",
	    log->last.sequence > 0 ? log->last.hash : LOG_NO_HASH);
	return log->last.sequence;
}

/* ---- writing ---- */

/* Cuts off what a failed write left. */
static int
cut_back(struct audit_log *log)
{
	log->unclean = ftruncate(log->fd, log->size) != 0;
	return log->unclean ? errno : 0;
}

static int
write_line(struct audit_log *log, const char *line, size_t length)
{
	int error = durable_fault(DURABLE_WRITE);

	if (error != 0) {
		return error;
	}
	size_t torn = durable_torn(length);

	if (!write_all(log->fd, line, torn)) {
		return errno;
	}
	error = durable_fault(DURABLE_SYNC);
	if (error != 0) {
		return error;
	}
	return fdatasync(log->fd) == 0 ? 0 : errno;
}

/* Appends LINE, the entry LINK, or nothing. */
static int
append(struct audit_log *log, const struct log_link *link, const char *line,
    size_t length)
{
	int error = log->unclean ? cut_back(log) : 0;

	if (error != 0) {
		return error;
	}
	error = write_line(log, line, length);
	if (error != 0) {
		cut_back(log);
		return error;
	}
	log->size += (off_t)length;
	log_ring_keep(log, link, line, length - 1);
	return 0;
}

int
audit_log_add(struct audit_log *log, int64_t at_s, enum log_level level,
    const char *type, const char *actor, const char *zone, const char *text,
    json_t *data)
{
	struct log_link link = {.sequence = log->last.sequence + 1};
	struct log_entry entry = {.sequence = link.sequence,
	    .at_s = at_s,
	    .level = level,
	    .type = type,
	    .actor = actor,
	    .zone = zone,
	    .text = text,
	    .data = data,
	    .prev = link.prev};
	size_t length = 0;

	audit_log_head(log, link.prev);
	char *line = log_line_make(&entry, link.hash, &length);
	int error = line != NULL ? append(log, &link, line, length) : ENOMEM;

	free(line);
	json_decref(data);
	return error;
}

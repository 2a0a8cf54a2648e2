/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit_log_parts.h -- the open log, and its newest entries, which are at hand.
 */
#pragma once

#include <sys/types.h>

#include "audit_log_line.h"

#define AUDIT_LOG_NAME "audit.log"

/* The newest entries are kept at hand. */
#define RING_LINES 2000
#define RING_OCTETS ((size_t)8 << 20)

struct audit_log {
	int directory, fd;
	off_t size;   /* of the entries; what the file must have */
	bool unclean; /* the file is longer, and could not be cut */
	struct log_link last;
	char damage[LOG_ERROR];
	struct {
		char *line; /* without newline, terminated */
		size_t length;
	} ring[RING_LINES];
	size_t n_ring, octets;
};

/* LINE is the newest entry, LINK.  Without memory the ring is left empty: it
 * saves time, no more. */
void log_ring_keep(struct audit_log *log, const struct log_link *link,
    const char *line, size_t length);
void log_ring_release(struct audit_log *log);

/* Reads SIZE octets AT of a file, fewer at its end; -1 with errno. */
ssize_t log_read_at(int fd, void *to, size_t size, off_t at);

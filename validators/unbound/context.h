/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * context.h -- a libunbound context that knows one small zone and nothing
 * else: no network, no files, no clock but the one it is given.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct event_base;
struct ub_ctx;

struct context_zone {
	const uint8_t *apex; /* wire form */
	const char *text;    /* zone text */
	size_t text_length;
	const char *anchors; /* DS and DNSKEY records, zone text */
	size_t anchors_length;
	int64_t at; /* the time of judgement, seconds since 1970 */
};

struct context {
	struct event_base *base;
	struct ub_ctx *ub;
	int zone_fd, anchors_fd;
	FILE *log;
	char log_octets[2048];
};

/*
 * Makes a context for ZONE.  libunbound reads the text when the first
 * question is asked, not here.  Anything that fails is a fault: it is not
 * about the zone.
 */
void context_open(struct context *context, const struct context_zone *zone);

/* Frees what context_open() took. */
void context_close(struct context *context);

/* The first error libunbound logged since context_open(); "" if none. */
const char *context_error(struct context *context);

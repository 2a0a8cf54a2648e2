/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * events.h -- GET /v1/events: the daemon's log as server-sent events, asked
 * for about once a second for each who listens.
 *
 * An event's id is its number in the log, its data the entry's line; who
 * comes back with Last-Event-ID misses nothing, others begin with what comes
 * next.  A comment every ten seconds keeps the connection.
 */
#pragma once

#include "http/request.h"

struct listeners;

struct listeners *listeners_new(const struct http_limits *limits);

/* Answers REQUEST with a stream, or with 503 if too many listen. */
enum MHD_Result events_answer(struct request *request);

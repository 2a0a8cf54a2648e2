/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * daemon.h -- questions of zonegate-http to `zonegate serve', and its status,
 * asked for at most once a second for all who look.
 */
#pragma once

#include <jansson.h>

#include "http/auth.h"

/* Nobody who looks waits longer than this for the daemon. */
#define DAEMON_STATUS_MS 2000
/* Everything else, */
#define DAEMON_ANSWER_MS 30000
/* but taking a candidate in, behind others perhaps, means unpacking, copying
 * and hashing it. */
#define DAEMON_TAKING_MS 900000

struct daemon;

struct daemon *daemon_new(const char *socket);

/*
 * Asks QUESTION (the reference is taken) on behalf of CALLER.  WITH_TOKEN
 * shows the daemon the caller's token: for what changes something it looks
 * itself.  Always returns an answer, a new reference: when there is none,
 * one with the error "unavailable".
 */
json_t *daemon_ask(struct daemon *daemon, const struct caller *caller,
    bool with_token, json_t *question, int timeout_ms);

/* The daemon's zonegate-status-1, at most a second old, a new reference to what
 * others look at too; NULL if it does not answer. */
json_t *daemon_status(struct daemon *daemon);

/* The HTTP status for an answer: 200 for one that is "ok". */
unsigned daemon_http_status(const json_t *answer);

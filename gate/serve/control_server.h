/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control_server.h -- one question to the daemon: who asks, and where the
 * answer goes.  control_server.c carries them, control_ops.c answers them.
 */
#pragma once

#include <jansson.h>
#include <sys/types.h>

#include "serve/daemon.h"

struct connection;

struct question {
	struct daemon *daemon;
	struct connection *connection;
	json_t *said;
	bool is_http;            /* from zonegate-http, in somebody's name */
	int passed;              /* a descriptor that came along, or -1 */
	char actor[ACTOR_TEXT];  /* who asks, for the log */
	char person[ACTOR_TEXT]; /* whose word it is; "" if nobody's */
	enum role role;
};

/* Answers now: the new reference ANSWER is taken. */
void question_answer(struct connection *connection, json_t *answer);
/* {"ok": false, ...} */
json_t *question_error(const char *code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The connection waits until candidate ID is decided, or UNTIL (monotonic
 * milliseconds). */
void question_wait(struct connection *connection, int64_t id, int64_t until_ms);

/* Fills in who asks: the account UID at the other end of the people's socket
 * (a program that the daemon has started, IS_OURS, may only look), or whom
 * zonegate-http speaks for. */
void question_from_person(struct question *question, uid_t uid, bool is_ours);
void question_from_http(struct question *question);

/* Members of a question. */
const char *question_text(const struct question *question, const char *name);
int64_t question_number(const struct question *question, const char *name,
    int64_t otherwise);
struct zone_run *question_zone(const struct question *question);
json_t *question_no_zone(const struct question *question);
/* The candidate of member `id'; false with the answer in *ERROR. */
bool question_candidate(const struct question *question,
    struct candidate *candidate, json_t **error);

/* control_words.c: what only an operator may ask for. */
json_t *op_approve(struct question *question);
json_t *op_discard(struct question *question);
json_t *op_reload(struct question *question);

/*
 * Answers QUESTION; returns a new reference, or NULL if the answer comes later
 * through question_answer() or question_wait().
 */
json_t *control_op(struct question *question);

struct daemon *connection_daemon(const struct connection *connection);

/* Something that comes later: a place to find the connection again, which may
 * have gone by then. */
struct later *question_later(struct connection *connection);
/* The connection, or NULL; LATER is gone. */
struct connection *later_come(struct later *later);

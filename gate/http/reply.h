/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reply.h -- answers on their way out: status, the headers that all of them
 * have, and content.
 */
#pragma once

#include <jansson.h>
#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

#include "http/request.h"

#define TYPE_JSON "application/json"
#define TYPE_HTML "text/html; charset=utf-8"

/* A header of one answer. */
struct header {
	const char *name, *value;
};

/*
 * Each queues an answer with STATUS and returns what libmicrohttpd's handler
 * is to return.  EXTRA ends with a row without a name, or is NULL.
 */

/* TEXT of LENGTH octets is freed.  NULL means that memory is short. */
enum MHD_Result reply_text(struct request *request, unsigned status,
    const char *type, char *text, size_t length, const struct header *extra);
/* The reference is taken. */
enum MHD_Result reply_json(struct request *request, unsigned status,
    json_t *document, const struct header *extra);
/* {"error": CODE, "message": TEXT}; at once (see below) if content is coming
 * that nobody wants. */
enum MHD_Result reply_problem(struct request *request, unsigned status,
    const char *code, const char *text, const struct header *extra);
/* What the daemon answered that was not "ok"; the reference is taken. */
enum MHD_Result reply_refusal(struct request *request, json_t *answer);
/* The open file FD, which is closed. */
enum MHD_Result reply_file(struct request *request, const char *type, int fd,
    uint64_t size);
/* RESPONSE is released; SIZE is for its deadline, 0 means none. */
enum MHD_Result reply_stream(struct request *request, const char *type,
    struct MHD_Response *response);

/*
 * Says STATUS now, while content is still coming in, when libmicrohttpd takes
 * no answer: written to the connection past it, which is closed once the
 * content has ended.  The content is read and dropped meanwhile, since closing
 * with octets unread would take the answer away from the other end.
 */
void reply_at_once(struct request *request, unsigned status, const char *code,
    const char *text, const struct header *extra);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/act.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/reply.h"

/* As the ledger keeps it. */
#define REASON_MAX 1023

bool
act_begin(struct request *request, enum MHD_Result *result)
{
	const char *type = request_header(request, "Content-Type");

	/* A browser does not send this type for another site unasked. */
	if (type == NULL || strncasecmp(type, TYPE_JSON, 16) != 0 ||
	    (type[16] != '\0' && type[16] != ';' && type[16] != ' ')) {
		*result = reply_problem(request,
		    MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "bad-request",
		    "Content-Type must be application/json", NULL);
		return false;
	}
	if (request_header(request, "Content-Encoding") != NULL) {
		*result = reply_problem(request,
		    MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "bad-request",
		    "no Content-Encoding is understood here", NULL);
		return false;
	}
	return true;
}

void
act_content(struct request *request, const char *at, size_t size)
{
	if (size > CONTENT_MAX - request->length) {
		reply_at_once(request, MHD_HTTP_CONTENT_TOO_LARGE, "too-large",
		    "the content has more than 65536 octets", NULL);
		return;
	}
	char *text = realloc(request->text, request->length + size);

	if (text == NULL) {
		reply_at_once(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "failed",
		    "out of memory", NULL);
		return;
	}
	memcpy(text + request->length, at, size);
	request->text = text;
	request->length += size;
}

/* ---- reading it ---- */

struct member {
	const char *name;
	bool is_wanted, is_boolean;
};

static const struct member *
member(const struct member *members, const char *name)
{
	for (; members->name != NULL; members++) {
		if (strcmp(members->name, name) == 0) {
			return members;
		}
	}
	return NULL;
}

static bool
fits(const struct member *row, const json_t *value)
{
	if (row == NULL) {
		return false;
	}
	if (row->is_boolean) {
		return json_is_boolean(value);
	}
	return json_is_string(value) && json_string_length(value) > 0 &&
	       json_string_length(value) <= REASON_MAX &&
	       strlen(json_string_value(value)) == json_string_length(value);
}

/* The content as an object with these MEMBERS and no others, or NULL. */
static json_t *
read_content(const struct request *request, const struct member *members)
{
	json_t *object = request->text == NULL
	                     ? NULL
	                     : json_loadb(request->text, request->length,
	                           JSON_REJECT_DUPLICATES, NULL);
	bool good = json_is_object(object);
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		good = good && fits(member(members, name), value);
	}
	for (const struct member *row = members; row->name != NULL; row++) {
		good = good && (!row->is_wanted ||
		                   json_object_get(object, row->name) != NULL);
	}
	if (good) {
		return object;
	}
	json_decref(object);
	return NULL;
}

/* What is asked: OP, the content's members, and the path's. */
static json_t *
question(const struct request *request, const char *op,
    const struct member *members)
{
	json_t *asked = read_content(request, members);

	if (asked == NULL) {
		return NULL;
	}
	int failed = json_object_set_new(asked, "op", json_string(op));

	if (request->route.zone[0] != '\0') {
		failed |= json_object_set_new(asked, "zone",
		    json_string(request->route.zone));
	} else {
		failed |= json_object_set_new(asked, "id",
		    json_integer(request->route.id));
	}
	if (failed != 0) {
		json_decref(asked);
		return NULL;
	}
	return asked;
}

/* ---- answering ---- */

static enum MHD_Result
reply_approved(struct request *request, json_t *answer)
{
	if (daemon_http_status(answer) != MHD_HTTP_OK) {
		return reply_refusal(request, answer);
	}
	/* Where another person is wanted too, `released' is false. */
	json_t *document = json_pack("{s:O?,s:b,s:O?}", "candidate",
	    json_object_get(answer, "candidate"), "released",
	    json_is_true(json_object_get(answer, "released")), "needs",
	    json_object_get(answer, "needs"));

	json_decref(answer);
	return reply_json(request, MHD_HTTP_OK, document, NULL);
}

static enum MHD_Result
reply_discarded(struct request *request, json_t *answer)
{
	if (daemon_http_status(answer) != MHD_HTTP_OK) {
		return reply_refusal(request, answer);
	}
	json_t *candidate = json_object_get(answer, "candidate");
	json_t *document =
	    candidate == NULL ? json_object() : json_incref(candidate);

	json_decref(answer);
	return reply_json(request, MHD_HTTP_OK, document, NULL);
}

enum MHD_Result
act_end(struct request *request)
{
	static const struct member approve[] = {
	    {"reason", true, false}, {"break_glass", false, true}, {0}};
	static const struct member approvals[] = {{"reason", true, false},
	    {"break_glass", false, true}, {"fingerprint", true, false},
	    {"until", true, false}, {0}};
	static const struct member discard[] = {{"reason", true, false}, {0}};
	bool is_discard = request->route.kind == ROUTE_DISCARD;
	json_t *asked = question(request, is_discard ? "discard" : "approve",
	    is_discard                               ? discard
	    : request->route.kind == ROUTE_APPROVALS ? approvals
	                                             : approve);

	if (asked == NULL) {
		return reply_problem(request, MHD_HTTP_BAD_REQUEST,
		    "bad-request",
		    request->route.kind == ROUTE_APPROVALS
		        ? "the content must be a JSON object with \"reason\", "
		          "\"fingerprint\" and \"until\", and perhaps "
		          "\"break_glass\""
		    : is_discard
		        ? "the content must be a JSON object with \"reason\""
		        : "the content must be a JSON object with \"reason\", "
		          "and perhaps \"break_glass\"",
		    NULL);
	}
	json_t *answer = daemon_ask(request->http->daemon, &request->caller,
	    true, asked, DAEMON_ANSWER_MS);

	return is_discard ? reply_discarded(request, answer)
	                  : reply_approved(request, answer);
}

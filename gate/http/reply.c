/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/reply.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Pages have one style sheet each within them, no scripts, and nothing from
 * elsewhere; nobody frames them, and what they say is of this moment. */
static const struct header always[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

static bool
add(struct MHD_Response *response, const char *name, const char *value)
{
	return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool
add_all(struct request *request, struct MHD_Response *response,
    const char *type, const struct header *extra)
{
	bool good = add(response, "Content-Type", type);

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		good = good && add(response, always[i].name, always[i].value);
	}
	for (; extra != NULL && extra->name != NULL; extra++) {
		good = good && add(response, extra->name, extra->value);
	}
	/* Content that was not read must not be taken for a request. */
	if (request->has_content) {
		good = good && add(response, "Connection", "close");
	}
	return good;
}

/* Takes RESPONSE, which may be NULL. */
static enum MHD_Result
queue(struct request *request, unsigned status, const char *type,
    struct MHD_Response *response, enum phase phase, uint64_t size,
    const struct header *extra)
{
	if (response == NULL) {
		return MHD_NO;
	}
	enum MHD_Result result = MHD_NO;

	if (add_all(request, response, type, extra)) {
		connections_phase(request->http->connections, request->row,
		    phase, size);
		result =
		    MHD_queue_response(request->connection, status, response);
	}
	MHD_destroy_response(response);
	return result;
}

enum MHD_Result
reply_text(struct request *request, unsigned status, const char *type,
    char *text, size_t length, const struct header *extra)
{
	if (text == NULL) {
		return MHD_NO;
	}
	struct MHD_Response *response = MHD_create_response_from_buffer(length,
	    text, MHD_RESPMEM_MUST_FREE);

	if (response == NULL) {
		free(text);
	}
	return queue(request, status, type, response, PHASE_ANSWER, length,
	    extra);
}

enum MHD_Result
reply_json(struct request *request, unsigned status, json_t *document,
    const struct header *extra)
{
	char *text =
	    json_dumps(document, JSON_INDENT(1) | JSON_REAL_PRECISION(9));

	json_decref(document);
	if (text == NULL) {
		return MHD_NO;
	}
	/* A terminal shows it better so; the NUL's place is free. */
	size_t length = strlen(text);

	text[length] = '\n';
	return reply_text(request, status, TYPE_JSON, text, length + 1, extra);
}

/* True if content follows that its sender does not hold back. */
static bool
is_content_coming(const struct request *request)
{
	return request->has_content &&
	       request_header(request, "Expect") == NULL;
}

enum MHD_Result
reply_problem(struct request *request, unsigned status, const char *code,
    const char *text, const struct header *extra)
{
	if (is_content_coming(request)) {
		reply_at_once(request, status, code, text, extra);
		return MHD_YES;
	}
	return reply_json(request, status,
	    json_pack("{s:s,s:s}", "error", code, "message", text), extra);
}

enum MHD_Result
reply_refusal(struct request *request, json_t *answer)
{
	static const struct header later[] = {{"Retry-After", "5"}, {0}};
	unsigned status = daemon_http_status(answer);
	json_t *code = json_object_get(answer, "error");
	json_t *text = json_object_get(answer, "message");
	json_t *problem =
	    json_pack("{s:O,s:O}", "error", code, "message", text);

	json_decref(answer);
	return reply_json(request, status, problem,
	    status == 429 || status == 503 ? later : NULL);
}

enum MHD_Result
reply_file(struct request *request, const char *type, int fd, uint64_t size)
{
	struct MHD_Response *response = MHD_create_response_from_fd64(size, fd);

	if (response == NULL) {
		close(fd);
	}
	return queue(request, MHD_HTTP_OK, type, response, PHASE_ANSWER, size,
	    NULL);
}

enum MHD_Result
reply_stream(struct request *request, const char *type,
    struct MHD_Response *response)
{
	return queue(request, MHD_HTTP_OK, type, response, PHASE_WORK, 0, NULL);
}

/* ---- past libmicrohttpd ---- */

/* Nothing else is on its way out, so there is room for this; should there be
 * none, the connection is closed without a word. */
static void
send_past(struct request *request, const char *text, size_t size)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(request->connection,
	        MHD_CONNECTION_INFO_GNUTLS_SESSION);

	if (request->http->tls && info != NULL) {
		(void)gnutls_record_send(info->tls_session, text, size);
		(void)gnutls_bye(info->tls_session, GNUTLS_SHUT_WR);
	} else if (!request->http->tls) {
		(void)send(request->row->fd, text, size,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		(void)shutdown(request->row->fd, SHUT_WR);
	}
}

void
reply_at_once(struct request *request, unsigned status, const char *code,
    const char *text, const struct header *extra)
{
	char *answer = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&answer, &size);
	json_t *problem =
	    json_pack("{s:s,s:s}", "error", code, "message", text);
	char *content = json_dumps(problem, JSON_INDENT(1));

	request->answered = true;
	connections_phase(request->http->connections, request->row,
	    PHASE_ANSWER, 0);
	if (out != NULL && content != NULL) {
		fprintf(out,
		    "HTTP/1.1 %u %s\r\nConnection: close\r\n"
		    "Content-Type: " TYPE_JSON "\r\n"
		    "Content-Length: %zu\r\n",
		    status, MHD_get_reason_phrase_for(status),
		    strlen(content) + 1);
		for (size_t i = 0; i < sizeof(always) / sizeof(always[0]);
		     i++) {
			fprintf(out, "%s: %s\r\n", always[i].name,
			    always[i].value);
		}
		for (; extra != NULL && extra->name != NULL; extra++) {
			fprintf(out, "%s: %s\r\n", extra->name, extra->value);
		}
		fprintf(out, "\r\n%s\n", content);
	}
	if (out != NULL && fclose(out) == 0) {
		send_past(request, answer, size);
	}
	free(answer);
	free(content);
	json_decref(problem);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/die.h"
#include "http/act.h"
#include "http/certificate.h"
#include "http/put.h"
#include "http/reply.h"
#include "http/upload.h"
#include "http/view.h"

/* A header beyond this is refused; libmicrohttpd's own limit is what it has
 * for header and content together. */
#define HEADER_MAX 16384
#define CONNECTION_MEMORY 65536
#define STACK ((size_t)512 << 10)
/* After an answer that came before the content's end, so much more is read
 * and dropped, so that the answer is not lost with the connection. */
#define DROP_MAX (64u << 20)

/* ---- before anything else ---- */

/* Headers that mean one thing must be there once. */
static const char *const once[] = {"Authorization", "Content-Digest",
    "Content-Encoding", "Content-Length", "Content-Type", "Host",
    "Last-Event-ID", "Transfer-Encoding"};

struct seen {
	unsigned n[sizeof(once) / sizeof(once[0])];
};

static enum MHD_Result
count(void *context, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
	struct seen *seen = context;

	(void)kind;
	(void)value;
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
		seen->n[i] += strcasecmp(once[i], name) == 0;
	}
	return MHD_YES;
}

static bool
has_doubles(const struct request *request)
{
	struct seen seen = {.n = {0}};

	(void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND,
	    count, &seen);
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
		if (seen.n[i] > 1) {
			return true;
		}
	}
	return false;
}

static size_t
header_size(const struct request *request)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(request->connection,
	        MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	return info == NULL ? 0 : info->header_size;
}

/* A reason why the header cannot be meant so, or NULL. */
static const char *
framing_fault(const struct request *request)
{
	const char *coding = request_header(request, "Transfer-Encoding");

	if (has_doubles(request)) {
		return "a header is there twice";
	}
	/* RFC 9112 6.1: somebody between us may have understood it otherwise.
	 */
	if (coding != NULL &&
	    request_header(request, "Content-Length") != NULL) {
		return "both Content-Length and Transfer-Encoding";
	}
	if (coding != NULL && strcasecmp(coding, "chunked") != 0) {
		return "Transfer-Encoding may be chunked";
	}
	return NULL;
}

/* Without credentials only loopback listens; a name that somebody made point
 * there ("DNS rebinding") must not let a browser's page look in. */
static bool
is_host_local(const char *host)
{
	static const char *const local[] = {"localhost", "127.0.0.1", "[::1]"};

	if (host == NULL) {
		return true; /* no browser */
	}
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		size_t length = strlen(local[i]);

		if (strncasecmp(host, local[i], length) == 0 &&
		    (host[length] == '\0' || host[length] == ':')) {
			return true;
		}
	}
	return strncmp(host, "127.", 4) == 0 &&
	       strspn(host, "0123456789.:") == strlen(host);
}

/* ---- who, and whether he may ---- */

static bool
refuse(struct request *request, enum MHD_Result *result, unsigned status,
    const char *code, const char *text, const struct header *extra)
{
	*result = reply_problem(request, status, code, text, extra);
	return false;
}

static bool
is_allowed(struct request *request, enum MHD_Result *result)
{
	static const struct header ask[] = {
	    {"WWW-Authenticate", "Bearer realm=\"zonegate\""}, {0}};
	/* A browser asks for a password: any name, and a token. */
	static const struct header ask_to_view[] = {
	    {"WWW-Authenticate", "Bearer realm=\"zonegate\""},
	    {"WWW-Authenticate",
	        "Basic realm=\"zonegate: any name, a token as password\", "
	        "charset=\"UTF-8\""},
	    {0}};
	static const struct header again[] = {
	    {"WWW-Authenticate",
	        "Bearer realm=\"zonegate\", error=\"invalid_token\""},
	    {0}};
	const struct http_settings *settings = request->http->settings;
	enum http_role role = request->route.row->role;
	uint8_t sha256[32];
	bool shown = settings->n_clients != 0 &&
	             certificate_of(request->connection, sha256);
	enum auth_end end =
	    auth_read(settings, request_header(request, "Authorization"),
	        shown ? sha256 : NULL, &request->caller);

	if (role == HTTP_ROLE_NONE) {
		return true;
	}
	if (end == AUTH_REFUSED) {
		return refuse(request, result, MHD_HTTP_UNAUTHORIZED,
		    "forbidden", "this token is not known here",
		    role == HTTP_ROLE_VIEWER ? ask_to_view : again);
	}
	if (end == AUTH_NOBODY) {
		return refuse(request, result, MHD_HTTP_UNAUTHORIZED,
		    "forbidden", "a bearer token is wanted",
		    role == HTTP_ROLE_VIEWER ? ask_to_view : ask);
	}
	if (!auth_configured(settings) && role != HTTP_ROLE_VIEWER) {
		return refuse(request, result, MHD_HTTP_FORBIDDEN, "forbidden",
		    "no tokens are configured, so this is for reading only",
		    NULL);
	}
	if (!auth_includes(&request->caller, role) ||
	    (request->route.kind == ROUTE_SUBMIT &&
	        !auth_may_submit(&request->caller, request->route.zone))) {
		return refuse(request, result, MHD_HTTP_FORBIDDEN, "forbidden",
		    role == HTTP_ROLE_SUBMITTER
		        ? "this is for submitters of this zone"
		        : "this is for operators, with a token",
		    NULL);
	}
	return true;
}

/* Browsers say where a request comes from. */
static bool
is_from_elsewhere(const struct request *request)
{
	const char *site = request_header(request, "Sec-Fetch-Site");

	return request->route.row->method != METHOD_GET && site != NULL &&
	       strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

/* Everything that can be said by the header alone; false if REQUEST is
 * answered, with *RESULT. */
static bool
check_header(struct request *request, enum MHD_Result *result)
{
	const char *fault = framing_fault(request);
	const char *allowed = "";

	if (header_size(request) > HEADER_MAX) {
		return refuse(request, result,
		    MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "too-large",
		    "the header has more than 16384 octets", NULL);
	}
	if (fault != NULL) {
		return refuse(request, result, MHD_HTTP_BAD_REQUEST,
		    "bad-request", fault, NULL);
	}
	if (!auth_configured(request->http->settings) &&
	    !is_host_local(request_header(request, "Host"))) {
		return refuse(request, result, MHD_HTTP_MISDIRECTED_REQUEST,
		    "bad-request",
		    "no tokens are configured: ask by a loopback address",
		    NULL);
	}
	if (strlen(request->row->target) > ROUTE_TARGET_MAX) {
		return refuse(request, result, MHD_HTTP_URI_TOO_LONG,
		    "bad-request", "the target has more than 4096 octets",
		    NULL);
	}
	switch (route_read(request->row->target, &request->route)) {
	case ROUTE_BAD:
		return refuse(request, result, MHD_HTTP_BAD_REQUEST,
		    "bad-request", "no well-formed target", NULL);
	case ROUTE_NOT_FOUND:
		return refuse(request, result, MHD_HTTP_NOT_FOUND, "not-found",
		    "there is no such path", NULL);
	case ROUTE_FOUND:
		break;
	}
	if (!route_allows(&request->route, request->method, &allowed)) {
		const struct header allow[] = {{"Allow", allowed}, {0}};

		return refuse(request, result, MHD_HTTP_METHOD_NOT_ALLOWED,
		    "bad-request", "there is no such method for this path",
		    allow);
	}
	if (is_from_elsewhere(request)) {
		return refuse(request, result, MHD_HTTP_FORBIDDEN, "forbidden",
		    "another site's page may not ask for this", NULL);
	}
	return is_allowed(request, result);
}

/* ---- one request ---- */

static enum MHD_Result
begin(struct request *request)
{
	enum MHD_Result result = MHD_NO;

	request->has_content =
	    request_header(request, "Transfer-Encoding") != NULL ||
	    request_header(request, "Content-Length") != NULL;
	connections_phase(request->http->connections, request->row, PHASE_WORK,
	    0);
	if (!check_header(request, &result)) {
		return result;
	}
	if (request->route.row->method == METHOD_GET) {
		/* An answer at the header is the connection's last. */
		return request->has_content ? view_answer(request) : MHD_YES;
	}
	bool goes_on = request->route.kind == ROUTE_SUBMIT
	                   ? put_begin(request, &result)
	                   : act_begin(request, &result);

	if (!goes_on) {
		return result;
	}
	connections_phase(request->http->connections, request->row, PHASE_BODY,
	    0);
	return MHD_YES;
}

static enum MHD_Result
go_on(struct request *request, const char *at, size_t size)
{
	if (!request->answered) {
		if (!connections_body(request->http->connections, request->row,
		        size)) {
			reply_at_once(request, MHD_HTTP_REQUEST_TIMEOUT, "busy",
			    "the content comes too slowly", NULL);
		} else if (request->route.kind == ROUTE_SUBMIT) {
			put_content(request, at, size);
		} else {
			act_content(request, at, size);
		}
		if (request->answered) {
			upload_drop(request->upload);
			request->upload = NULL;
		}
		return MHD_YES;
	}
	request->dropped += size;
	return request->dropped <= DROP_MAX && !request_is_gone(request)
	           ? MHD_YES
	           : MHD_NO;
}

/* libmicrohttpd counts our time as the other end's silence. */
static enum MHD_Result
finish(struct request *request)
{
	/* The answer is out; the connection is not to be used again. */
	if (request->answered) {
		return MHD_NO;
	}
	request->has_content = false;
	connections_phase(request->http->connections, request->row, PHASE_WORK,
	    0);
	(void)MHD_set_connection_option(request->connection,
	    MHD_CONNECTION_OPTION_TIMEOUT, 0U);
	enum MHD_Result result =
	    request->route.row->method == METHOD_GET ? view_answer(request)
	    : request->route.kind == ROUTE_SUBMIT    ? put_end(request)
	                                             : act_end(request);

	(void)MHD_set_connection_option(request->connection,
	    MHD_CONNECTION_OPTION_TIMEOUT,
	    (unsigned)request->http->settings->limits.idle_timeout_s);
	return result;
}

/* ---- what libmicrohttpd calls ---- */

static struct connection *
row_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection,
	        MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info == NULL ? NULL : info->socket_context;
}

static enum MHD_Result
handle(void *context, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *data, size_t *size,
    void **state)
{
	struct request *request = *state;

	(void)url;
	(void)version;
	if (request == NULL) {
		request = calloc(1, sizeof(*request));
		if (request == NULL) {
			return MHD_NO;
		}
		*state = request;
		request->http = context;
		request->connection = connection;
		request->row = row_of(connection);
		request->method = route_method(method);
		if (request->row == NULL) {
			return MHD_NO;
		}
		memcpy(request->caller.address, request->row->address,
		    sizeof(request->caller.address));
		return begin(request);
	}
	if (*size > 0) {
		size_t n = *size;

		*size = 0;
		return go_on(request, data, n);
	}
	return finish(request);
}

static void
completed(void *context, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode how)
{
	struct http *http = context;
	struct request *request = *state;

	(void)how;
	(void)connection;
	if (request == NULL) {
		return;
	}
	upload_drop(request->upload);
	free(request->text);
	if (request->row != NULL) {
		connections_phase(http->connections, request->row, PHASE_HEADER,
		    0);
	}
	free(request);
	*state = NULL;
}

/* The target as it was sent, before libmicrohttpd looks at it. */
static void *
take_target(void *context, const char *target,
    struct MHD_Connection *connection)
{
	struct http *http = context;
	struct connection *row = row_of(connection);

	if (row != NULL) {
		connections_line(http->connections, row, target);
	}
	return NULL;
}

static size_t
leave_as_it_is(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

static enum MHD_Result
accept_from(void *context, const struct sockaddr *address, socklen_t length)
{
	struct http *http = context;

	(void)length;
	return connections_room(http->connections, address) ? MHD_YES : MHD_NO;
}

static void
notice(void *context, struct MHD_Connection *connection, void **row,
    enum MHD_ConnectionNotificationCode what)
{
	struct http *http = context;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*row != NULL) {
			connections_remove(http->connections, *row);
		}
		*row = NULL;
		return;
	}
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection,
	        MHD_CONNECTION_INFO_CONNECTION_FD);
	int fd = info == NULL ? -1 : info->connect_fd;

	info = MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	*row = info == NULL ? NULL
	                    : connections_add(http->connections, fd,
	                          info->client_addr, http->tls);
	if (*row == NULL) {
		shutdown(fd, SHUT_RDWR);
	}
}

/* Its words are about clients that went away; no client shall fill our log. */
static void
say_nothing(void *context, const char *format, va_list arguments)
{
	(void)context;
	(void)format;
	(void)arguments;
}

struct MHD_Daemon *
server_start(struct http *http, int fd, const struct server_tls *tls)
{
	const struct http_limits *limits = &http->settings->limits;
	static char priorities[] =
	    "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA";
	struct MHD_OptionItem for_tls[] = {
	    {MHD_OPTION_HTTPS_PRIORITIES, 0, priorities},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, tls == NULL ? NULL : tls->key},
	    {MHD_OPTION_HTTPS_MEM_CERT, 0,
	        tls == NULL ? NULL : tls->certificate},
	    {tls == NULL || tls->client_ca == NULL ? MHD_OPTION_END
	                                           : MHD_OPTION_HTTPS_MEM_TRUST,
	        0, tls == NULL ? NULL : tls->client_ca},
	    {MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION |
	                 MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC |
	                 MHD_USE_ERROR_LOG | (tls == NULL ? 0 : MHD_USE_TLS);

	return MHD_start_daemon(flags, 0, accept_from, http, handle, http,
	    MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
	    limits->connections, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)limits->idle_timeout_s,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
	    MHD_OPTION_THREAD_STACK_SIZE, STACK, MHD_OPTION_STRICT_FOR_CLIENT,
	    1, MHD_OPTION_NOTIFY_COMPLETED, completed, http,
	    MHD_OPTION_NOTIFY_CONNECTION, notice, http,
	    MHD_OPTION_URI_LOG_CALLBACK, take_target, http,
	    MHD_OPTION_UNESCAPE_CALLBACK, leave_as_it_is, NULL,
	    MHD_OPTION_ARRAY, tls == NULL ? none : for_tls, MHD_OPTION_END);
}

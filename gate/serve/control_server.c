/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control_server.c -- the daemon's sockets: connections, lines, who is at the
 * other end.
 */
#include "serve/control_server.h"

#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/spawn.h"
#include "control/control.h"

/* A question is small; answers are as large as they must be. */
#define QUESTION_MOST 65536
/* Of each socket; and of them, those of one account that asks as a person. */
#define CONNECTIONS_MOST 256
#define CONNECTIONS_OF_ONE 64

struct later {
	struct connection *connection; /* NULL: has gone */
};

struct connection {
	struct daemon *daemon;
	struct connection *next;
	int fd;
	bool is_http;
	uid_t uid;
	bool is_ours; /* a program that the daemon itself has started */
	int passed;   /* -1: none */
	struct event *readable, *writable, *timer;
	struct evbuffer *in, *out;
	bool busy;         /* an answer is owed */
	int64_t waits_for; /* a candidate, or 0 */
	struct later *later;
};

struct listener {
	int fd;
	struct event *ready;
	bool is_http;
	struct daemon *daemon;
};

struct control_state {
	struct listener people, http;
	struct connection *connections;
};

static void serve_lines(struct connection *connection);

/* ---- closing ---- */

static void
connection_release(struct connection *connection)
{
	if (connection->later != NULL) {
		connection->later->connection = NULL;
	}
	event_free(connection->readable);
	event_free(connection->writable);
	event_free(connection->timer);
	evbuffer_free(connection->in);
	evbuffer_free(connection->out);
	if (connection->passed >= 0) {
		close(connection->passed);
	}
	close(connection->fd);
	free(connection);
}

static void
connection_free(struct connection *connection)
{
	struct connection **at = &connection->daemon->control->connections;

	while (*at != connection) {
		at = &(*at)->next;
	}
	*at = connection->next;
	connection_release(connection);
}

struct daemon *
connection_daemon(const struct connection *connection)
{
	return connection->daemon;
}

/* ---- later ---- */

struct later *
question_later(struct connection *connection)
{
	struct later *later = xcalloc(1, sizeof(*later));

	assert(connection->later == NULL);
	later->connection = connection;
	connection->later = later;
	return later;
}

struct connection *
later_come(struct later *later)
{
	struct connection *connection = later->connection;

	if (connection != NULL) {
		connection->later = NULL;
	}
	free(later);
	return connection;
}

/* ---- answers ---- */

json_t *
question_error(const char *code, const char *format, ...)
{
	char message[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	json_t *answer = json_pack("{s:b, s:s, s:s}", "ok", 0, "error", code,
	    "message", message);

	return answer != NULL
	           ? answer
	           : json_pack("{s:b, s:s, s:s}", "ok", 0, "error", code,
	                 "message", "(the message cannot be shown)");
}

static void
on_writable(evutil_socket_t fd, short what, void *context)
{
	struct connection *connection = context;

	(void)what;
	if (evbuffer_write(connection->out, fd) < 0 && errno != EAGAIN &&
	    errno != EINTR) {
		connection_free(connection);
	} else if (evbuffer_get_length(connection->out) > 0) {
		event_add(connection->writable, NULL);
	} else if (!connection->busy) {
		serve_lines(connection);
	}
}

void
question_answer(struct connection *connection, json_t *answer)
{
	char *text = json_dumps(answer, JSON_COMPACT);

	json_decref(answer);
	evbuffer_add_printf(connection->out, "%s\n",
	    text != NULL ? text
	                 : "{\"ok\": false, \"error\": \"failed\", "
	                   "\"message\": \"the answer cannot be written\"}");
	free(text);
	connection->busy = false;
	connection->waits_for = 0;
	event_del(connection->timer);
	event_add(connection->writable, NULL);
}

/* ---- waiting ---- */

static void
answer_waiting(struct connection *connection)
{
	struct candidate candidate;
	struct daemon *daemon = connection->daemon;

	if (ledger_get(daemon->ledger, connection->waits_for, &candidate) ==
	    LEDGER_OK) {
		question_answer(connection,
		    json_pack("{s:b, s:o}", "ok", 1, "candidate",
		        candidate_json(daemon, &candidate, true)));
	} else {
		question_answer(connection, question_error("unavailable",
		                                "the ledger does not answer"));
	}
}

static void
on_timer(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	answer_waiting(context);
}

void
question_wait(struct connection *connection, int64_t id, int64_t until_ms)
{
	int64_t in = until_ms - spawn_now_ms();
	struct timeval wait = {
	    in > 0 ? in / 1000 : 0, in > 0 ? in % 1000 * 1000 : 1000};

	connection->waits_for = id;
	evtimer_add(connection->timer, &wait);
}

void
control_decided(struct daemon *daemon, int64_t id)
{
	struct connection *next;

	if (daemon->control == NULL) {
		return;
	}
	for (struct connection *at = daemon->control->connections; at != NULL;
	     at = next) {
		next = at->next;
		if (at->waits_for == id) {
			answer_waiting(at);
		}
	}
}

/* ---- questions ---- */

static void
serve_line(struct connection *connection, const char *line)
{
	struct question question = {.daemon = connection->daemon,
	    .connection = connection,
	    .said = json_loads(line, JSON_REJECT_DUPLICATES, NULL),
	    .is_http = connection->is_http,
	    .passed = connection->passed};
	json_t *answer;

	connection->busy = true;
	connection->passed = -1;
	if (!json_is_object(question.said)) {
		answer = question_error("bad-request", "no JSON object");
	} else {
		if (connection->is_http) {
			question_from_http(&question);
		} else {
			question_from_person(&question, connection->uid,
			    connection->is_ours);
		}
		answer = control_op(&question);
	}
	if (question.passed >= 0) {
		close(question.passed);
	}
	json_decref(question.said);
	if (answer != NULL) {
		question_answer(connection, answer);
	}
}

static void
serve_lines(struct connection *connection)
{
	char *line;

	if (connection->busy || evbuffer_get_length(connection->out) > 0) {
		return; /* one at a time, in order */
	}
	line = evbuffer_readln(connection->in, NULL, EVBUFFER_EOL_LF);
	if (line != NULL) {
		serve_line(connection, line);
		free(line);
	}
}

/* Reads once, with a descriptor that may come along.  Returns as recvmsg(). */
static ssize_t
receive(struct connection *connection, char *buffer, size_t size)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int) * 4)];
	} control;
	struct iovec part = {buffer, size};
	struct msghdr message = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control)};
	ssize_t got = recvmsg(connection->fd, &message, MSG_CMSG_CLOEXEC);

	for (struct cmsghdr *at = got >= 0 ? CMSG_FIRSTHDR(&message) : NULL;
	     at != NULL; at = CMSG_NXTHDR(&message, at)) {
		size_t n = (at->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int fds[4];

		if (at->cmsg_level != SOL_SOCKET ||
		    at->cmsg_type != SCM_RIGHTS) {
			continue;
		}
		memcpy(fds, CMSG_DATA(at), n * sizeof(int));
		for (size_t i = 0; i < n; i++) {
			if (connection->passed < 0) {
				connection->passed = fds[i];
			} else {
				close(fds[i]);
			}
		}
	}
	return got;
}

static void
on_readable(evutil_socket_t fd, short what, void *context)
{
	struct connection *connection = context;
	char buffer[16384];
	ssize_t got = receive(connection, buffer, sizeof(buffer));

	(void)fd;
	(void)what;
	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (got > 0) {
		evbuffer_add(connection->in, buffer, (size_t)got);
	}
	if (got <= 0 || evbuffer_get_length(connection->in) > QUESTION_MOST) {
		connection_free(connection);
		return;
	}
	serve_lines(connection);
}

/* ---- listening ---- */

/* True if process PID, which runs as our own account, was started by us: what
 * speaks to the network for us is nobody's word, whoever may have taken it
 * over.  What cannot be told is taken for such a one. */
static bool
is_our_child(pid_t pid)
{
	char path[48], text[512];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0) {
		close(fd);
	}
	text[got > 0 ? got : 0] = '\0';

	/* proc(5): the name, in parentheses, may hold any octet. */
	const char *at = strrchr(text, ')');
	int parent;

	return at == NULL || sscanf(at, ") %*c %d", &parent) != 1 ||
	       parent == (int)getpid();
}

static bool
may_connect(const struct control_state *control, bool is_http, uid_t uid)
{
	unsigned n = 0, of_one = 0;

	for (const struct connection *at = control->connections; at != NULL;
	     at = at->next) {
		n += at->is_http == is_http;
		of_one += at->is_http == is_http && at->uid == uid;
	}
	return n < CONNECTIONS_MOST && (is_http || of_one < CONNECTIONS_OF_ONE);
}

static void
on_connection(evutil_socket_t fd, short what, void *context)
{
	struct listener *listener = context;
	struct daemon *daemon = listener->daemon;
	struct ucred who;
	socklen_t size = sizeof(who);
	int accepted = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)what;
	if (accepted < 0) {
		return;
	}
	if (getsockopt(accepted, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 ||
	    !may_connect(daemon->control, listener->is_http, who.uid)) {
		close(accepted);
		return;
	}
	struct connection *c = xcalloc(1, sizeof(*c));

	c->daemon = daemon;
	c->fd = accepted;
	c->is_http = listener->is_http;
	c->uid = who.uid;
	c->is_ours = who.uid == geteuid() && is_our_child(who.pid);
	c->passed = -1;
	c->in = evbuffer_new();
	c->out = evbuffer_new();
	c->readable = event_new(daemon->base, accepted, EV_READ | EV_PERSIST,
	    on_readable, c);
	c->writable =
	    event_new(daemon->base, accepted, EV_WRITE, on_writable, c);
	c->timer = evtimer_new(daemon->base, on_timer, c);
	event_add(c->readable, NULL);
	c->next = daemon->control->connections;
	daemon->control->connections = c;
}

static bool
listen_at(struct daemon *daemon, struct listener *listener, const char *name,
    mode_t mode, bool is_http, char why[DAEMON_WHY])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char path[DAEMON_PATH];

	daemon_path(daemon, "run", name, path);
	if (strlen(path) >= sizeof(address.sun_path)) {
		snprintf(why, DAEMON_WHY,
		    "%.300s: longer than a socket's name may be (%zu); choose "
		    "a shorter `state'",
		    path, sizeof(address.sun_path) - 1);
		return false;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	unlink(path);
	listener->daemon = daemon;
	listener->is_http = is_http;
	listener->fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t before = umask(0777 & ~mode);
	bool bound = listener->fd >= 0 &&
	             bind(listener->fd, (struct sockaddr *)(void *)&address,
	                 sizeof(address)) == 0 &&
	             listen(listener->fd, 64) == 0;

	umask(before);
	if (!bound) {
		snprintf(why, DAEMON_WHY, "%.300s: %s", path, strerror(errno));
		return false;
	}
	listener->ready = event_new(daemon->base, listener->fd,
	    EV_READ | EV_PERSIST, on_connection, listener);
	event_add(listener->ready, NULL);
	return true;
}

bool
control_start(struct daemon *daemon, char why[DAEMON_WHY])
{
	daemon->control = xcalloc(1, sizeof(*daemon->control));
	daemon->control->people.fd = daemon->control->http.fd = -1;
	return listen_at(daemon, &daemon->control->people, "control.sock", 0660,
	           false, why) &&
	       listen_at(daemon, &daemon->control->http, "http.sock", 0600,
	           true, why);
}

static void
stop_listening(struct listener *listener)
{
	if (listener->ready != NULL) {
		event_free(listener->ready);
	}
	if (listener->fd >= 0) {
		close(listener->fd);
	}
}

void
control_stop(struct daemon *daemon)
{
	if (daemon->control == NULL) {
		return;
	}
	for (struct connection *at = daemon->control->connections, *next;
	     at != NULL; at = next) {
		next = at->next;
		connection_release(at);
	}
	stop_listening(&daemon->control->people);
	stop_listening(&daemon->control->http);
	free(daemon->control);
	daemon->control = NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/events.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/spawn.h"
#include "http/reply.h"

#define POLL_MS 1000
#define HEARTBEAT_MS 10000
#define EVENTS_AT_ONCE 100
#define EVENT_MAX 65536
#define BLOCK 16384
/* Beyond every entry: JSON's readers agree on integers up to here. */
#define NEWEST ((json_int_t)1 << 53)

struct listeners {
	pthread_mutex_t lock;
	unsigned n, most;
};

struct listener {
	struct http *http;
	struct MHD_Connection *connection;
	struct request *request;
	struct caller caller;
	json_int_t after; /* -1: not known yet */
	int64_t said_ms;
	unsigned idle_s; /* libmicrohttpd's time limit when we are not asleep */
	/* What is on its way out. */
	char *text;
	size_t size, sent, room;
};

struct listeners *
listeners_new(const struct http_limits *limits)
{
	struct listeners *all = xcalloc(1, sizeof(*all));

	pthread_mutex_init(&all->lock, NULL);
	all->most = limits->listeners;
	return all;
}

static bool
enter(struct listeners *all)
{
	pthread_mutex_lock(&all->lock);
	bool room = all->n < all->most;

	all->n += room;
	pthread_mutex_unlock(&all->lock);
	return room;
}

static void
leave(struct listeners *all)
{
	pthread_mutex_lock(&all->lock);
	all->n--;
	pthread_mutex_unlock(&all->lock);
}

/* ---- what is to be said ---- */

static bool
say(struct listener *listener, const char *text, size_t size)
{
	if (listener->size + size > listener->room) {
		size_t room = listener->size + size + 4096;
		char *larger = realloc(listener->text, room);

		if (larger == NULL) {
			return false;
		}
		listener->text = larger;
		listener->room = room;
	}
	memcpy(listener->text + listener->size, text, size);
	listener->size += size;
	return true;
}

/* One entry; its text is one line, since JSON escapes newlines. */
static bool
say_entry(struct listener *listener, const json_t *entry)
{
	json_int_t sequence = json_integer_value(json_object_get(entry, "seq"));
	char *text = json_dumps(entry, JSON_COMPACT);
	char head[64];

	if (text == NULL || sequence <= listener->after) {
		free(text);
		return text != NULL;
	}
	int n = snprintf(head, sizeof(head),
	    "id: %" JSON_INTEGER_FORMAT "\ndata: ", sequence);
	bool good =
	    strlen(text) > EVENT_MAX ||
	    (say(listener, head, (size_t)n) &&
	        say(listener, text, strlen(text)) && say(listener, "\n\n", 2));

	listener->after = sequence;
	free(text);
	return good;
}

/* Asks for what is new; false if memory is short. */
static bool
ask(struct listener *listener)
{
	json_int_t after = listener->after < 0 ? NEWEST : listener->after;
	json_t *answer =
	    daemon_ask(listener->http->daemon, &listener->caller, false,
	        json_pack("{s:s,s:I,s:i}", "op", "events", "after", after,
	            "limit", EVENTS_AT_ONCE),
	        DAEMON_STATUS_MS);
	const json_t *events = json_object_get(answer, "events");
	const json_t *head = json_object_get(answer, "head");
	bool good = true;

	if (json_is_integer(head) &&
	    (listener->after < 0 ||
	        listener->after > json_integer_value(head))) {
		listener->after = json_integer_value(head);
	}
	for (size_t i = 0; good && i < json_array_size(events); i++) {
		good = say_entry(listener, json_array_get(events, i));
	}
	json_decref(answer);
	return good;
}

/* Waits until there is something to say; false when it is over. */
static bool
wait(struct listener *listener)
{
	for (;;) {
		if (!ask(listener)) {
			return false;
		}
		int64_t now_ms = spawn_now_ms();

		if (listener->size == 0 &&
		    now_ms - listener->said_ms >= HEARTBEAT_MS &&
		    !say(listener, ": still here\n\n", 14)) {
			return false;
		}
		if (listener->size > 0) {
			listener->said_ms = now_ms;
			return true;
		}
		struct timespec pause = {
		    .tv_sec = POLL_MS / 1000,
		    .tv_nsec = POLL_MS % 1000 * 1000000L,
		};

		nanosleep(&pause, NULL);
		if (request_is_gone(listener->request)) {
			return false;
		}
	}
}

/* libmicrohttpd counts the time in which we wait as the other end's. */
static void
set_timeout(struct listener *listener, unsigned seconds)
{
	(void)MHD_set_connection_option(listener->connection,
	    MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

static ssize_t
read_events(void *context, uint64_t position, char *to, size_t most)
{
	struct listener *listener = context;

	(void)position;
	if (listener->sent == listener->size) {
		listener->size = listener->sent = 0;
		set_timeout(listener, 0);
		bool more = wait(listener);

		set_timeout(listener, listener->idle_s);
		if (!more) {
			return MHD_CONTENT_READER_END_OF_STREAM;
		}
	}
	size_t n = listener->size - listener->sent;

	if (n > most) {
		n = most;
	}
	memcpy(to, listener->text + listener->sent, n);
	listener->sent += n;
	return (ssize_t)n;
}

static void
free_listener(void *context)
{
	struct listener *listener = context;

	leave(listener->http->listeners);
	free(listener->text);
	free(listener);
}

/* Where to begin: -1 for what comes next. */
static json_int_t
last_event(const struct request *request)
{
	const char *text = request_header(request, "Last-Event-ID");
	json_int_t value = 0;

	if (text == NULL || *text == '\0' || strlen(text) > 15) {
		return -1;
	}
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9') {
			return -1;
		}
		value = 10 * value + (*text - '0');
	}
	return value;
}

enum MHD_Result
events_answer(struct request *request)
{
	static const char type[] = "text/event-stream";
	static const struct header later[] = {{"Retry-After", "30"}, {0}};
	struct http *http = request->http;

	if (request->method == METHOD_HEAD) {
		return reply_text(request, MHD_HTTP_OK, type, strdup(""), 0,
		    NULL);
	}
	if (!enter(http->listeners)) {
		return reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "busy", "too many listen to events already", later);
	}
	struct listener *listener = calloc(1, sizeof(*listener));

	if (listener == NULL) {
		leave(http->listeners);
		return MHD_NO;
	}
	listener->http = http;
	listener->connection = request->connection;
	listener->request = request;
	listener->caller = request->caller;
	listener->caller.token = NULL;
	listener->after = last_event(request);
	listener->said_ms = spawn_now_ms();
	listener->idle_s = (unsigned)http->settings->limits.idle_timeout_s;
	struct MHD_Response *response = NULL;

	/* The header goes out with the first octets. */
	if (say(listener, "retry: 3000\n\n", 13)) {
		response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN,
		    BLOCK, read_events, listener, free_listener);
	}
	if (response == NULL) {
		free_listener(listener);
		return MHD_NO;
	}
	return reply_stream(request, type, response);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/connections.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/spawn.h"

#define LOOK_MS 200
/* An answer may take this long, and longer by its size at this rate. */
#define ANSWER_MS 30000
#define ANSWER_OCTETS_PER_S 10000

struct connections {
	pthread_mutex_t lock;
	struct http_limits limits;
	struct connection *rows, *free;
};

struct connections *
connections_new(const struct http_limits *limits)
{
	struct connections *all = xcalloc(1, sizeof(*all));

	pthread_mutex_init(&all->lock, NULL);
	all->limits = *limits;
	all->rows = xcalloc(limits->connections, sizeof(all->rows[0]));
	for (unsigned i = 0; i < limits->connections; i++) {
		all->rows[i].next = all->free;
		all->free = &all->rows[i];
	}
	return all;
}

/* ---- addresses ---- */

/* What counts as one: whoever has one address of an IPv6 /64 has them all. */
static struct in6_addr
origin(const struct sockaddr *address)
{
	struct in6_addr from = {.s6_addr = {0}};

	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		from.s6_addr[10] = from.s6_addr[11] = 0xff;
		memcpy(&from.s6_addr[12], &in.sin_addr, 4);
	} else if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof(in6));
		memcpy(from.s6_addr, &in6.sin6_addr, 8);
	}
	return from;
}

void
address_text(const struct sockaddr *address, char text[AUTH_ADDRESS])
{
	text[0] = '\0';
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, text, AUTH_ADDRESS);
	} else if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof(in6));
		inet_ntop(AF_INET6, &in6.sin6_addr, text, AUTH_ADDRESS);
	}
}

bool
connections_room(struct connections *all, const struct sockaddr *address)
{
	struct in6_addr from = origin(address);
	unsigned same = 0;

	pthread_mutex_lock(&all->lock);
	bool room = all->free != NULL;

	for (unsigned i = 0; i < all->limits.connections; i++) {
		const struct connection *row = &all->rows[i];

		if (row->used && memcmp(&row->from, &from, sizeof(from)) == 0) {
			same++;
		}
	}
	pthread_mutex_unlock(&all->lock);
	return room && same < all->limits.connections_per_ip;
}

/* ---- rows ---- */

static void
begin(const struct connections *all, struct connection *row, enum phase phase,
    uint64_t size)
{
	row->phase = phase;
	row->since_ms = spawn_now_ms();
	row->octets = 0;
	switch (phase) {
	case PHASE_HEADER:
		row->has_line = false;
		row->until_ms =
		    row->since_ms + all->limits.header_timeout_s * 1000;
		break;
	case PHASE_BODY:
		row->until_ms =
		    row->since_ms + all->limits.idle_timeout_s * 1000;
		break;
	case PHASE_WORK:
		row->until_ms = INT64_MAX;
		break;
	case PHASE_ANSWER:
		row->until_ms = row->since_ms + ANSWER_MS +
		                (int64_t)(size / ANSWER_OCTETS_PER_S) * 1000;
		break;
	}
}

struct connection *
connections_add(struct connections *all, int fd, const struct sockaddr *address,
    bool tls)
{
	pthread_mutex_lock(&all->lock);
	struct connection *row = all->free;

	if (row != NULL) {
		all->free = row->next;
		row->next = NULL;
		row->used = true;
		row->fd = fd;
		row->tls = tls;
		row->from = origin(address);
		row->target[0] = '\0';
		address_text(address, row->address);
		begin(all, row, PHASE_HEADER, 0);
	}
	pthread_mutex_unlock(&all->lock);
	return row;
}

void
connections_remove(struct connections *all, struct connection *row)
{
	pthread_mutex_lock(&all->lock);
	row->used = false;
	row->fd = -1;
	row->next = all->free;
	all->free = row;
	pthread_mutex_unlock(&all->lock);
}

void
connections_line(struct connections *all, struct connection *row,
    const char *target)
{
	size_t length = strnlen(target, sizeof(row->target) - 1);

	pthread_mutex_lock(&all->lock);
	row->has_line = true;
	pthread_mutex_unlock(&all->lock);
	memcpy(row->target, target, length);
	row->target[length] = '\0';
}

void
connections_phase(struct connections *all, struct connection *row,
    enum phase phase, uint64_t size)
{
	pthread_mutex_lock(&all->lock);
	begin(all, row, phase, size);
	pthread_mutex_unlock(&all->lock);
}

/* The window of ROW is over: another begins if enough came in it. */
static bool
fast_enough(const struct connections *all, struct connection *row)
{
	uint64_t least =
	    all->limits.upload_rate_min * (uint64_t)all->limits.idle_timeout_s;

	if (row->octets < least) {
		return false;
	}
	begin(all, row, PHASE_BODY, 0);
	return true;
}

bool
connections_body(struct connections *all, struct connection *row, size_t size)
{
	bool fast = true;

	pthread_mutex_lock(&all->lock);
	row->octets += size;
	if (row->phase == PHASE_BODY && spawn_now_ms() >= row->until_ms) {
		fast = fast_enough(all, row);
	}
	pthread_mutex_unlock(&all->lock);
	return fast;
}

/* ---- ending them ---- */

/* Where nothing else can be on its way out, a word before the end. */
static void
end(const struct connection *row)
{
	static const char text[] = "HTTP/1.1 408 Request Timeout\r\n"
	                           "Connection: close\r\n"
	                           "Content-Length: 0\r\n\r\n";

	if (row->phase == PHASE_HEADER && row->has_line && !row->tls) {
		(void)send(row->fd, text, sizeof(text) - 1,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	shutdown(row->fd, SHUT_RDWR);
}

static void
look(struct connections *all)
{
	int64_t now_ms = spawn_now_ms();

	pthread_mutex_lock(&all->lock);
	for (unsigned i = 0; i < all->limits.connections; i++) {
		struct connection *row = &all->rows[i];

		if (row->used && now_ms >= row->until_ms &&
		    (row->phase != PHASE_BODY || !fast_enough(all, row))) {
			end(row);
			/* Once: its thread sees the end and closes it. */
			row->until_ms = INT64_MAX;
		}
	}
	pthread_mutex_unlock(&all->lock);
}

static void *
watch(void *context)
{
	struct connections *all = context;

	for (;;) {
		struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};

		nanosleep(&pause, NULL);
		look(all);
	}
	return NULL;
}

int
connections_watch(struct connections *all)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, watch, all);

	if (error == 0) {
		pthread_detach(thread);
	}
	return error;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * connections.h -- who is connected, how many of them from where, and since
 * when each has been at what it does: a thread ends those that are too slow.
 *
 * libmicrohttpd's own time limit begins anew with each octet, so that one
 * octet now and then would hold a connection for ever.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "http/auth.h"
#include "http/route.h"
#include "http/settings.h"

enum phase {
	PHASE_HEADER, /* zero: waiting for the whole header, with a deadline */
	PHASE_BODY,   /* reading the content, with a least rate */
	PHASE_WORK,   /* ours to do: no limit */
	PHASE_ANSWER, /* being read by the other end, with a deadline */
};

struct connection {
	struct connection *next; /* free ones */
	bool used;
	int fd;
	bool tls;
	struct in6_addr from; /* what counts as one address: IPv6 by /64 */
	char address[AUTH_ADDRESS];
	enum phase phase;
	int64_t since_ms, until_ms;
	uint64_t octets; /* of the content in this window */
	bool has_line;   /* of the header, the request line is there */
	char target[ROUTE_TARGET_MAX + 2];
};

struct connections;

struct connections *connections_new(const struct http_limits *limits);

/* Starts the thread that ends slow ones; 0 or an errno. */
int connections_watch(struct connections *connections);

/* True if there is room for one more from ADDRESS. */
bool connections_room(struct connections *connections,
    const struct sockaddr *address);

/* Takes a row for the connection FD; NULL if there is none left. */
struct connection *connections_add(struct connections *connections, int fd,
    const struct sockaddr *address, bool tls);
void connections_remove(struct connections *connections,
    struct connection *connection);

/* The request line of the next request is there; TARGET is in it. */
void connections_line(struct connections *connections,
    struct connection *connection, const char *target);

/* CONNECTION is now in PHASE; SIZE is that of the answer, for PHASE_ANSWER. */
void connections_phase(struct connections *connections,
    struct connection *connection, enum phase phase, uint64_t size);

/* SIZE octets of content came.  False if they came too slowly. */
bool connections_body(struct connections *connections,
    struct connection *connection, size_t size);

/* Writes ADDRESS as text. */
void address_text(const struct sockaddr *address, char text[AUTH_ADDRESS]);

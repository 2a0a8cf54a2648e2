/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * server.h -- libmicrohttpd, and what happens to a request before it is known
 * what it wants: limits, who asks, whether he may.
 *
 * A thread per connection, of which there is a bounded number: waiting for the
 * daemon, for a verdict and for events is then plain code.
 */
#pragma once

#include "http/request.h"

struct server_tls {
	char *certificate, *key; /* PEM text */
	char *client_ca;         /* or NULL */
};

/* Serves what comes to the listening socket FD; NULL on failure, with a
 * message on stderr.  TLS is NULL for plain HTTP. */
struct MHD_Daemon *server_start(struct http *http, int fd,
    const struct server_tls *tls);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * request.h -- one request, from its header to the end of its answer, and what
 * all requests share.
 */
#pragma once

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/auth.h"
#include "http/connections.h"
#include "http/daemon.h"
#include "http/route.h"
#include "http/settings.h"

/* Content of a POST. */
#define CONTENT_MAX 65536

struct http {
	const struct http_settings *settings;
	struct connections *connections;
	struct daemon *daemon;
	struct uploads *uploads;
	struct listeners *listeners;
	int reports_fd; /* directory */
	bool tls;
};

struct request {
	struct http *http;
	struct MHD_Connection *connection;
	struct connection *row;
	enum route_method method;
	struct route route;
	struct caller caller;
	bool has_content; /* some was announced */
	/* Of content: an upload, or text that is kept. */
	struct upload *upload;
	char *text;
	size_t length;
	/* Answered while content was coming: the rest is dropped. */
	bool answered;
	uint64_t dropped;
};

/* The header NAME's value, or NULL. */
const char *request_header(const struct request *request, const char *name);

/* True if the other end has closed the connection, or half of it. */
bool request_is_gone(const struct request *request);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * route.h -- what a request's target means: a row for each path that there
 * is, and the methods and roles it wants.
 *
 * Pure, and strict: what is not exactly one of the paths is none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/limits.h"
#include "http/settings.h"

/* A request line that is longer is refused whole. */
#define ROUTE_TARGET_MAX 4096

enum route_kind {
	ROUTE_NONE, /* zero: no such path */
	ROUTE_HEALTHZ,
	ROUTE_READYZ,
	ROUTE_HEALTH,
	ROUTE_METRICS,
	ROUTE_OPENAPI,
	ROUTE_PAGE,
	ROUTE_ZONE_PAGE,
	ROUTE_ZONES,
	ROUTE_ZONE,
	ROUTE_ZONE_CANDIDATES,
	ROUTE_SUBMIT,
	ROUTE_APPROVALS,
	ROUTE_CANDIDATE,
	ROUTE_REPORT,
	ROUTE_REPORT_JSON,
	ROUTE_REPORT_HTML,
	ROUTE_APPROVE,
	ROUTE_DISCARD,
	ROUTE_EVENTS,
};

enum route_method {
	METHOD_OTHER, /* zero: refused everywhere */
	METHOD_GET,
	METHOD_HEAD,
	METHOD_PUT,
	METHOD_POST,
};

/* A path's row. */
struct route_row {
	const char *pattern; /* "Z" and "N" stand for a zone and a number */
	enum route_kind kind;
	enum route_method method; /* GET is HEAD too */
	enum http_role role;      /* the least; NONE: open to everybody */
};

struct route {
	enum route_kind kind;
	const struct route_row *row;
	/* Lower case, with a final dot; "" if the path has none.  "@" in the
	 * path is the root zone. */
	char zone[LIMIT_NAME_TEXT];
	int64_t id; /* of a candidate; 0 if the path has none */
	/* The query, decoded: */
	int64_t limit, before; /* 0: not given */
	bool html;             /* "?html" */
};

enum route_end {
	ROUTE_BAD, /* zero: 400, no well-formed target */
	ROUTE_NOT_FOUND,
	ROUTE_FOUND,
};

/* Reads TARGET as it was sent: path and query, not decoded. */
enum route_end route_read(const char *target, struct route *route);

enum route_method route_method(const char *text);

/* True if ROUTE is there for METHOD; ALLOWED is what the header Allow says
 * (RFC 9110 10.2.1). */
bool route_allows(const struct route *route, enum route_method method,
    const char **allowed);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/route.h"

#include <string.h>

#define SEGMENTS_MAX 5
/* A segment's text once decoded. */
#define SEGMENT_MAX LIMIT_NAME_TEXT
#define NUMBER_DIGITS 18

/* clang-format off */
static const struct route_row rows[] = {
	/* path                      what                   method       role */
	{ "",                        ROUTE_PAGE,            METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "healthz",                 ROUTE_HEALTHZ,         METHOD_GET,  HTTP_ROLE_NONE },
	{ "readyz",                  ROUTE_READYZ,          METHOD_GET,  HTTP_ROLE_NONE },
	{ "health",                  ROUTE_HEALTH,          METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "metrics",                 ROUTE_METRICS,         METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "openapi.json",            ROUTE_OPENAPI,         METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "v1/openapi.json",         ROUTE_OPENAPI,         METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "zones/Z",                 ROUTE_ZONE_PAGE,       METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "v1/zones",                ROUTE_ZONES,           METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "v1/zones/Z",              ROUTE_ZONE,            METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "v1/zones/Z/candidates",   ROUTE_ZONE_CANDIDATES, METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "v1/zones/Z/candidate",    ROUTE_SUBMIT,          METHOD_PUT,  HTTP_ROLE_SUBMITTER },
	{ "v1/zones/Z/approvals",    ROUTE_APPROVALS,       METHOD_POST, HTTP_ROLE_OPERATOR },
	{ "v1/candidates/N",         ROUTE_CANDIDATE,       METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "v1/candidates/N/report",  ROUTE_REPORT,          METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "v1/candidates/N/report.json", ROUTE_REPORT_JSON, METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "v1/candidates/N/report.html", ROUTE_REPORT_HTML, METHOD_GET,  HTTP_ROLE_VIEWER },
	{ "v1/candidates/N/approve", ROUTE_APPROVE,         METHOD_POST, HTTP_ROLE_OPERATOR },
	{ "v1/candidates/N/discard", ROUTE_DISCARD,         METHOD_POST, HTTP_ROLE_OPERATOR },
	{ "v1/events",               ROUTE_EVENTS,          METHOD_GET,  HTTP_ROLE_VIEWER },
};
/* clang-format on */

/* A path cut at its slashes, each part decoded. */
struct segments {
	char text[SEGMENTS_MAX][SEGMENT_MAX];
	size_t n;
};

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	                              : -1;
}

/*
 * Decodes LENGTH octets at FROM into TO.  False for what is not well-formed
 * (RFC 3986 2.1) and for octets that no name of ours has: controls, spaces, a
 * slash or NUL in disguise, anything beyond ASCII.
 */
static bool
decode(const char *from, size_t length, char to[SEGMENT_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char octet = (unsigned char)from[i];

		if (octet == '%') {
			int high = length - i > 2 ? hex_digit(from[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(from[i + 2]) : -1;

			if (low < 0) {
				return false;
			}
			octet = (unsigned char)(16 * high + low);
			i += 2;
		}
		if (octet <= ' ' || octet >= 0x7f || octet == '/' ||
		    n + 1 >= SEGMENT_MAX) {
			return false;
		}
		to[n++] = (char)octet;
	}
	to[n] = '\0';
	return strcmp(to, ".") != 0 && strcmp(to, "..") != 0;
}

/* Cuts PATH, LENGTH octets after its first slash. */
static enum route_end
cut(const char *path, size_t length, struct segments *segments)
{
	segments->n = 0;
	if (length == 0) {
		return ROUTE_FOUND;
	}
	for (size_t at = 0; at <= length;) {
		const char *slash = memchr(path + at, '/', length - at);
		size_t end = slash == NULL ? length : (size_t)(slash - path);

		if (segments->n == SEGMENTS_MAX || end == at) {
			return ROUTE_NOT_FOUND;
		}
		if (!decode(path + at, end - at, segments->text[segments->n])) {
			return ROUTE_BAD;
		}
		segments->n++;
		at = end + 1;
	}
	return ROUTE_FOUND;
}

/* A number without sign or leading zero, from 1. */
static bool
read_number(const char *text, size_t length, int64_t *number)
{
	int64_t value = 0;

	if (length == 0 || length > NUMBER_DIGITS || text[0] == '0') {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return false;
		}
		value = 10 * value + (text[i] - '0');
	}
	*number = value;
	return true;
}

/* TEXT in lower case with a final dot. */
static bool
read_zone(const char *text, char zone[LIMIT_NAME_TEXT])
{
	size_t length = strlen(text), slashes = 0;

	if (strcmp(text, "@") == 0) {
		memcpy(zone, ".", 2);
		return true;
	}
	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		zone[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	while (slashes + 1 < length && text[length - 2 - slashes] == '\\') {
		slashes++;
	}
	/* "a\." ends with an escaped dot, which is a letter like others. */
	if (text[length - 1] != '.' || slashes % 2 != 0) {
		zone[length++] = '.';
	}
	if (length >= LIMIT_NAME_TEXT) {
		return false;
	}
	zone[length] = '\0';
	return true;
}

/* True if SEGMENTS are what PATTERN says; fills in ROUTE. */
static bool
matches(const char *pattern, const struct segments *segments,
    struct route *route)
{
	size_t i = 0;

	while (*pattern != '\0') {
		size_t length = strcspn(pattern, "/");

		if (i == segments->n) {
			return false;
		}
		const char *text = segments->text[i++];

		if (length == 1 && *pattern == 'Z') {
			if (!read_zone(text, route->zone)) {
				return false;
			}
		} else if (length == 1 && *pattern == 'N') {
			if (!read_number(text, strlen(text), &route->id)) {
				return false;
			}
		} else if (strlen(text) != length ||
		           memcmp(text, pattern, length) != 0) {
			return false;
		}
		pattern += length + (pattern[length] == '/');
	}
	return i == segments->n;
}

/* One "name=value" of a query.  Those that a path has no use for are
 * ignored, those that make no sense are not. */
static bool
read_parameter(const char *text, size_t length, struct route *route)
{
	const char *equals = memchr(text, '=', length);
	size_t name = equals == NULL ? length : (size_t)(equals - text);
	const char *value = text + name + (equals != NULL);
	size_t rest = length - name - (equals != NULL);

	if (name == 5 && memcmp(text, "limit", 5) == 0) {
		return read_number(value, rest, &route->limit) &&
		       route->limit <= 1000;
	}
	if (name == 6 && memcmp(text, "before", 6) == 0) {
		return read_number(value, rest, &route->before);
	}
	if (name == 4 && memcmp(text, "html", 4) == 0) {
		route->html = true;
	}
	return true;
}

static bool
read_query(const char *query, struct route *route)
{
	while (*query != '\0') {
		size_t length = strcspn(query, "&");

		if (!read_parameter(query, length, route)) {
			return false;
		}
		query += length + (query[length] == '&');
	}
	return true;
}

/* Where the path of TARGET begins: behind "http://authority" if it is there
 * (RFC 9112 3.2.2), NULL if there is no path. */
static const char *
path_of(const char *target)
{
	static const char *const schemes[] = {"http://", "https://"};

	if (target[0] == '/') {
		return target;
	}
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t length = strlen(schemes[i]);

		if (strncmp(target, schemes[i], length) == 0) {
			return strchr(target + length, '/');
		}
	}
	return NULL;
}

enum route_end
route_read(const char *target, struct route *route)
{
	struct segments segments = {.n = 0};

	*route = (struct route){.kind = ROUTE_NONE};
	if (strlen(target) > ROUTE_TARGET_MAX) {
		return ROUTE_BAD;
	}
	const char *path = path_of(target);

	if (path == NULL) {
		return ROUTE_BAD;
	}
	size_t length = strcspn(path, "?#");

	if (path[length] == '#') {
		return ROUTE_BAD;
	}
	enum route_end end = cut(path + 1, length - 1, &segments);

	if (end != ROUTE_FOUND) {
		return end;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct route found = {
		    .kind = rows[i].kind,
		    .row = &rows[i],
		};

		if (matches(rows[i].pattern, &segments, &found)) {
			if (path[length] == '?' &&
			    !read_query(path + length + 1, &found)) {
				return ROUTE_BAD;
			}
			*route = found;
			return ROUTE_FOUND;
		}
	}
	return ROUTE_NOT_FOUND;
}

enum route_method
route_method(const char *text)
{
	return strcmp(text, "GET") == 0    ? METHOD_GET
	       : strcmp(text, "HEAD") == 0 ? METHOD_HEAD
	       : strcmp(text, "PUT") == 0  ? METHOD_PUT
	       : strcmp(text, "POST") == 0 ? METHOD_POST
	                                   : METHOD_OTHER;
}

bool
route_allows(const struct route *route, enum route_method method,
    const char **allowed)
{
	switch (route->row->method) {
	case METHOD_GET:
	case METHOD_HEAD:
		*allowed = "GET, HEAD";
		return method == METHOD_GET || method == METHOD_HEAD;
	case METHOD_PUT:
		*allowed = "PUT";
		return method == METHOD_PUT;
	case METHOD_POST:
		*allowed = "POST";
		return method == METHOD_POST;
	case METHOD_OTHER:
		break;
	}
	*allowed = "";
	return false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything of a request that zonegate-http reads itself: the target, and the
 * fields Authorization, Content-Digest and Prefer.  The first octet says which.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/auth.h"
#include "http/digest.h"
#include "http/listen.h"
#include "http/put.h"
#include "http/route.h"

static void
read_target(const char *text)
{
	struct route route;
	const char *allowed = NULL;

	if (route_read(text, &route) != ROUTE_FOUND) {
		assert(route.kind == ROUTE_NONE);
		return;
	}
	assert(route.kind != ROUTE_NONE && route.row->kind == route.kind);
	assert(route.id >= 0 && route.limit >= 0 && route.before >= 0);
	size_t length = strlen(route.zone);

	/* No way out of a directory, nor of a line. */
	assert(length == 0 || route.zone[length - 1] == '.');
	assert(strchr(route.zone, '/') == NULL);
	assert(strcmp(route.zone, "..") != 0);
	for (size_t i = 0; i < length; i++) {
		assert(route.zone[i] > ' ' && route.zone[i] < 0x7f);
	}
	assert(!route_allows(&route, METHOD_OTHER, &allowed));
}

static void
read_authorization(const char *text)
{
	static char *zones[] = {"shop.", NULL};
	static struct http_account token = {
	    .name = "x", .role = HTTP_ROLE_OPERATOR, .zones = zones};
	const struct http_settings settings = {.tokens = &token, .n_tokens = 1};
	struct caller caller;

	/* Nobody finds what has the digest of zeros. */
	assert(auth_read(&settings, text, NULL, &caller) == AUTH_REFUSED);
	assert(caller.role == HTTP_ROLE_NONE);
	assert(!auth_includes(&caller, HTTP_ROLE_VIEWER));
}

static void
read_digest(const char *text)
{
	struct digest digest;

	if (digest_read(text, &digest)) {
		assert(digest_begin(&digest));
		assert(digest_update(&digest, text, strlen(text)));
		/* A field that holds its own digest is not to be found. */
		assert(!digest_matches(&digest));
	}
	digest_release(&digest);
}

static void
read_address(const char *text)
{
	struct sockaddr_storage address;
	socklen_t length = 0;

	if (listen_address(text, &address, &length)) {
		assert(address.ss_family == AF_INET ||
		       address.ss_family == AF_INET6);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0) {
		return 0;
	}
	char *text = malloc(size);

	if (text == NULL) {
		return 0;
	}
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	switch (data[0] % 8) {
	case 0:
		read_target(text);
		break;
	case 1:
		read_authorization(text);
		break;
	case 2:
		read_digest(text);
		break;
	case 3: {
		int seconds = put_wait(text);

		assert(seconds >= -1 && seconds <= PUT_WAIT_MAX);
		break;
	}
	default:
		read_address(text);
	}
	free(text);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "http/connections.h"

#define BACKLOG 128

static bool
read_port(const char *text, uint16_t *port)
{
	uint32_t value = 0;

	if (*text == '\0' || strlen(text) > 5) {
		return false;
	}
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9') {
			return false;
		}
		value = 10 * value + (uint32_t)(*text - '0');
	}
	*port = (uint16_t)value;
	return value <= UINT16_MAX;
}

bool
listen_address(const char *text, struct sockaddr_storage *address,
    socklen_t *length)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + 2];
	uint16_t port = 0;
	size_t n = colon == NULL ? 0 : (size_t)(colon - text);

	if (n == 0 || n >= sizeof(host) || !read_port(colon + 1, &port)) {
		return false;
	}
	memcpy(host, text, n);
	host[n] = '\0';
	memset(address, 0, sizeof(*address));
	if (host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		in6.sin6_port = htons(port);
		*length = sizeof(in6);
		if (inet_pton(AF_INET6, host + 1, &in6.sin6_addr) != 1) {
			return false;
		}
		memcpy(address, &in6, sizeof(in6));
		return true;
	}
	in.sin_port = htons(port);
	*length = sizeof(in);
	memcpy(address, &in, sizeof(in));
	if (inet_pton(AF_INET, host, &in.sin_addr) != 1) {
		return false;
	}
	memcpy(address, &in, sizeof(in));
	return true;
}

int
listen_on(const char *text)
{
	struct sockaddr_storage address;
	socklen_t length = 0;
	int on = 1;

	if (!listen_address(text, &address, &length)) {
		die("listen: \"%s\" is no address and port, such as "
		    "127.0.0.1:8053 or [::1]:8053",
		    text);
	}
	int fd = socket(address.ss_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0) {
		die("listen: %s: %s", text, strerror(errno));
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address.ss_family == AF_INET6) {
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	}
	if (bind(fd, (struct sockaddr *)&address, length) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		die("listen: %s: %s", text, strerror(errno));
	}
	return fd;
}

void
listen_name(int fd, char *text, size_t size)
{
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	socklen_t length = sizeof(address);
	char host[AUTH_ADDRESS];

	(void)getsockname(fd, (struct sockaddr *)&address, &length);
	address_text((struct sockaddr *)&address, host);
	memcpy(&in, &address, sizeof(in));
	memcpy(&in6, &address, sizeof(in6));
	if (address.ss_family == AF_INET6) {
		snprintf(text, size, "[%s]:%u", host, ntohs(in6.sin6_port));
	} else {
		snprintf(text, size, "%s:%u", host, ntohs(in.sin_port));
	}
}

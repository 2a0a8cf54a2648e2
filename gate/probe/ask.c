/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "probe/ask.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/die.h"
#include "base/spawn.h"

/* A question or an answer is lost: said again after so long. */
#define AGAIN_MS 1000
#define MESSAGE_MOST 65535

/* One exchange with one nameserver. */
struct exchange {
	const struct sockaddr *address;
	socklen_t size;
	const ldns_rdf *zone;
	int64_t deadline_ms;
	uint16_t id;
	uint8_t *question;
	size_t length;
	struct answer *answer;
	uint8_t octets[MESSAGE_MOST];
};

static void
failed(struct exchange *exchange, const char *what)
{
	exchange->answer->kind = ANSWER_NONE;
	snprintf(exchange->answer->why, sizeof(exchange->answer->why), "%s: %s",
	    what, strerror(errno));
}

/* Waits for EVENTS on FD; false when UNTIL_MS is over. */
static bool
wait_for(int fd, short events, int64_t until_ms)
{
	for (;;) {
		struct pollfd polled = {.fd = fd, .events = events};
		int64_t left_ms = until_ms - spawn_now_ms();
		int ready = poll(&polled, 1, left_ms < 0 ? 0 : (int)left_ms);

		if (ready > 0) {
			return true;
		}
		if (ready == 0 || errno != EINTR) {
			return false;
		}
	}
}

/* ---- UDP ---- */

/* Takes what comes until UNTIL_MS; true once it is an answer.  The socket is
 * connected: others' packets do not arrive. */
static bool
listen_until(struct exchange *exchange, int fd, int64_t until_ms)
{
	while (wait_for(fd, POLLIN, until_ms)) {
		ssize_t got =
		    recv(fd, exchange->octets, MESSAGE_MOST, MSG_DONTWAIT);

		if (got < 0 && errno != EAGAIN && errno != EINTR) {
			/* Nobody there, says the host; it may come. */
			failed(exchange, "UDP");
			wait_for(-1, 0, until_ms);
			return false;
		}
		if (got < 0) {
			continue;
		}
		answer_read(exchange->octets, (size_t)got, exchange->zone,
		    exchange->id, exchange->answer);
		if (exchange->answer->kind != ANSWER_NONE) {
			return true;
		}
	}
	return false;
}

static void
ask_udp(struct exchange *exchange)
{
	int fd =
	    socket(exchange->address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, exchange->address, exchange->size) != 0) {
		failed(exchange, "UDP");
	}
	for (bool done = fd < 0;
	     !done && spawn_now_ms() < exchange->deadline_ms;) {
		int64_t again_ms = spawn_now_ms() + AGAIN_MS;

		if (send(fd, exchange->question, exchange->length,
		        MSG_NOSIGNAL) < 0) {
			failed(exchange, "UDP");
		}
		done = listen_until(exchange, fd,
		    again_ms < exchange->deadline_ms ? again_ms
		                                     : exchange->deadline_ms);
	}
	if (fd >= 0) {
		close(fd);
	}
}

/* ---- TCP ---- */

static bool
connected(struct exchange *exchange, int fd)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (connect(fd, exchange->address, exchange->size) == 0) {
		return true;
	}
	if (errno == EINPROGRESS &&
	    wait_for(fd, POLLOUT, exchange->deadline_ms) &&
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0) {
		errno = error;
		return error == 0;
	}
	errno = errno == EINPROGRESS ? ETIMEDOUT : errno;
	return false;
}

static bool
write_whole(struct exchange *exchange, int fd, const uint8_t *at, size_t size)
{
	while (size > 0) {
		if (!wait_for(fd, POLLOUT, exchange->deadline_ms)) {
			errno = ETIMEDOUT;
			return false;
		}
		ssize_t took = send(fd, at, size, MSG_NOSIGNAL);

		if (took < 0 && errno != EAGAIN && errno != EINTR) {
			return false;
		}
		at += took > 0 ? took : 0;
		size -= took > 0 ? (size_t)took : 0;
	}
	return true;
}

static bool
read_whole(struct exchange *exchange, int fd, uint8_t *at, size_t size)
{
	while (size > 0) {
		if (!wait_for(fd, POLLIN, exchange->deadline_ms)) {
			errno = ETIMEDOUT;
			return false;
		}
		ssize_t got = recv(fd, at, size, MSG_DONTWAIT);

		if (got == 0) {
			errno = ECONNRESET;
			return false;
		}
		if (got < 0 && errno != EAGAIN && errno != EINTR) {
			return false;
		}
		at += got > 0 ? got : 0;
		size -= got > 0 ? (size_t)got : 0;
	}
	return true;
}

/* One message each way, its length in two octets before it (RFC 1035
 * 4.2.2). */
static bool
talk(struct exchange *exchange, int fd, size_t *got)
{
	uint8_t length[2] = {
	    (uint8_t)(exchange->length >> 8), (uint8_t)exchange->length};

	if (!connected(exchange, fd) ||
	    !write_whole(exchange, fd, length, sizeof(length)) ||
	    !write_whole(exchange, fd, exchange->question, exchange->length) ||
	    !read_whole(exchange, fd, length, sizeof(length))) {
		return false;
	}
	*got = (size_t)length[0] << 8 | length[1];
	return read_whole(exchange, fd, exchange->octets, *got);
}

static void
ask_tcp(struct exchange *exchange)
{
	int fd = socket(exchange->address->sa_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	size_t got;

	if (fd < 0 || !talk(exchange, fd, &got)) {
		failed(exchange, "TCP, after a truncated answer");
	} else {
		answer_read(exchange->octets, got, exchange->zone, exchange->id,
		    exchange->answer);
		if (exchange->answer->kind == ANSWER_TRUNCATED) {
			exchange->answer->kind = ANSWER_NONE;
		}
	}
	if (fd >= 0) {
		close(fd);
	}
}

void
ask(const struct sockaddr *address, socklen_t size, const ldns_rdf *zone,
    int64_t deadline_ms, struct answer *answer)
{
	static struct exchange exchange;

	*answer = (struct answer){.why = "no answer"};
	exchange = (struct exchange){.address = address,
	    .size = size,
	    .zone = zone,
	    .deadline_ms = deadline_ms,
	    .answer = answer};
	if (getrandom(&exchange.id, sizeof(exchange.id), 0) !=
	        sizeof(exchange.id) ||
	    !question_make(zone, exchange.id, &exchange.question,
	        &exchange.length)) {
		die("the question cannot be made");
	}
	ask_udp(&exchange);
	if (answer->kind == ANSWER_TRUNCATED) {
		ask_tcp(&exchange);
	}
	free(exchange.question);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control.c -- the side that asks; the daemon's side is serve.c's.
 */
#include "control/control.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A daemon whose backlog is full may make one wait for this long. */
#define CONNECT_S 2

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void say(char error[CONTROL_ERROR], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(char error[CONTROL_ERROR], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, CONTROL_ERROR, format, arguments);
	va_end(arguments);
}

int
control_connect(const char *path, char error[CONTROL_ERROR])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval most = {.tv_sec = CONNECT_S};
	size_t length = strlen(path);

	if (length >= sizeof(address.sun_path)) {
		say(error,
		    "%s: a socket's path has at most %zu octets, this one has "
		    "%zu: choose a shorter state directory",
		    path, sizeof(address.sun_path) - 1, length);
		return -1;
	}
	memcpy(address.sun_path, path, length);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		say(error, "socket: %s", strerror(errno));
		return -1;
	}
	/* The kernel bounds a connect to AF_UNIX by the time for sending. */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		int why = errno;

		close(fd);
		say(error, "%s: %s%s", path, strerror(why),
		    why == ENOENT || why == ECONNREFUSED
		        ? ": is `zonegate serve' running?"
		    : why == EACCES ? ": this account may not ask the daemon"
		                    : "");
		return -1;
	}
	return fd;
}

/* Waits until FD is ready for EVENTS; false, with ERROR, after UNTIL. */
static bool
ready(int fd, short events, int64_t until, char error[CONTROL_ERROR])
{
	for (;;) {
		int64_t left = until - now_ms();
		struct pollfd one = {.fd = fd, .events = events};
		int n = left <= 0 ? 0 : poll(&one, 1, (int)left);

		if (n > 0) {
			return true;
		}
		if (n == 0) {
			say(error, "the daemon does not answer in time");
			return false;
		}
		if (errno != EINTR) {
			say(error, "poll: %s", strerror(errno));
			return false;
		}
	}
}

/* Some octets of TEXT, and with them the descriptor PASS unless it is -1. */
static ssize_t
send_some(int fd, const char *text, size_t size, int pass)
{
	union {
		char octets[CMSG_SPACE(sizeof(int))];
		struct cmsghdr aligned;
	} ancillary = {.octets = {0}};
	struct iovec part = {.iov_len = size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	/* sendmsg() does not write there. */
	memcpy(&part.iov_base, &text, sizeof(text));
	if (pass >= 0) {
		message.msg_control = &ancillary;
		message.msg_controllen = sizeof(ancillary.octets);
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);

		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &pass, sizeof(pass));
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static bool
send_all(int fd, const char *text, size_t size, int pass, int64_t until,
    char error[CONTROL_ERROR])
{
	while (size > 0) {
		ssize_t n = send_some(fd, text, size, pass);

		if (n > 0) {
			text += n;
			size -= (size_t)n;
			pass = -1;
		} else if (n < 0 && errno == EAGAIN) {
			if (!ready(fd, POLLOUT, until, error)) {
				return false;
			}
		} else if (n == 0 || errno != EINTR) {
			say(error, "asking the daemon: %s", strerror(errno));
			return false;
		}
	}
	return true;
}

/* An answer on its way in. */
struct line {
	char *text;
	size_t size, room;
};

/* Makes room for more; false when the line is as long as one may be. */
static bool
make_room(struct line *line)
{
	if (line->size < line->room) {
		return true;
	}
	size_t room = line->room == 0 ? 16384 : 2 * line->room;

	if (line->room >= CONTROL_LINE_MAX) {
		return false;
	}
	char *text = realloc(line->text, room);

	if (text != NULL) {
		line->text = text;
		line->room = room;
	}
	return text != NULL;
}

/* Reads until the newline; the octets before it stay in LINE. */
static bool
receive(int fd, struct line *line, int64_t until, char error[CONTROL_ERROR])
{
	for (;;) {
		if (!make_room(line)) {
			say(error,
			    "the daemon's answer is longer than %u octets",
			    CONTROL_LINE_MAX);
			return false;
		}
		char *at = line->text + line->size;
		ssize_t n = recv(fd, at, line->room - line->size, MSG_DONTWAIT);

		if (n > 0) {
			char *end = memchr(at, '\n', (size_t)n);

			line->size += (size_t)n;
			if (end == NULL) {
				continue;
			}
			if (end + 1 != line->text + line->size) {
				say(error,
				    "the daemon answers more than it was "
				    "asked");
				return false;
			}
			line->size--;
			return true;
		}
		if (n == 0) {
			say(error, "the daemon closed the connection");
			return false;
		}
		if (errno == EAGAIN) {
			if (!ready(fd, POLLIN, until, error)) {
				return false;
			}
		} else if (errno != EINTR) {
			say(error, "the daemon's answer: %s", strerror(errno));
			return false;
		}
	}
}

/* One answer, whose "ok" is there. */
static json_t *
read_answer(int fd, int64_t until, char error[CONTROL_ERROR])
{
	struct line line = {.text = NULL};
	json_t *answer = NULL;

	if (receive(fd, &line, until, error)) {
		json_error_t why;

		answer = json_loadb(line.text, line.size,
		    JSON_REJECT_DUPLICATES, &why);
		if (answer == NULL) {
			say(error, "the daemon's answer is no JSON: %s",
			    why.text);
		} else if (!json_is_boolean(json_object_get(answer, "ok"))) {
			say(error, "the daemon's answer lacks \"ok\"");
			json_decref(answer);
			answer = NULL;
		}
	}
	free(line.text);
	return answer;
}

json_t *
control_ask(int fd, const json_t *question, int pass, int timeout_ms,
    char error[CONTROL_ERROR])
{
	int64_t until = now_ms() + timeout_ms;
	char *text = json_dumps(question, JSON_COMPACT);

	if (text == NULL) {
		say(error, "the question cannot be written as JSON");
		return NULL;
	}
	size_t size = strlen(text);
	json_t *answer = NULL;

	if (size >= CONTROL_LINE_MAX) {
		say(error, "the question is longer than %u octets",
		    CONTROL_LINE_MAX - 1);
	} else {
		/* json_dumps() ends it with a NUL, the protocol with this. */
		text[size] = '\n';
		if (send_all(fd, text, size + 1, pass, until, error)) {
			answer = read_answer(fd, until, error);
		}
	}
	free(text);
	return answer;
}

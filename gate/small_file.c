/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/spawn.h"

/* Waits until FD can be read; returns 0, or an errno if nothing comes. */
static int
wait_readable(int fd, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd polled = {.fd = fd, .events = POLLIN};
		int64_t left = deadline_ms - spawn_now_ms();
		int ready = poll(&polled, 1, left < 0 ? 0 : (int)left);

		if (ready > 0) {
			return 0;
		}
		if (ready == 0) {
			return ETIMEDOUT;
		}
		if (errno != EINTR) {
			return errno;
		}
	}
}

static int
read_all(int fd, char *text, size_t size, size_t *length)
{
	int64_t deadline_ms = spawn_now_ms() + SMALL_FILE_WAIT_MS;

	*length = 0;
	while (*length < size) {
		int error = wait_readable(fd, deadline_ms);

		if (error != 0) {
			return error;
		}
		ssize_t got = read(fd, text + *length, size - *length);

		if (got == 0) {
			return 0;
		}
		if (got < 0 && errno != EINTR && errno != EAGAIN) {
			return errno;
		}
		*length += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

char *
small_file_read(const char *file, size_t most, size_t *length, char *error,
    size_t error_size)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int reason = fd < 0 ? errno : 0;
	char *text = xmalloc(most + 1);

	if (fd >= 0) {
		reason = read_all(fd, text, most + 1, length);
		close(fd);
	}
	if (reason != 0) {
		snprintf(error, error_size, "%.100s: %s", file,
		    strerror(reason));
	} else if (*length > most) {
		snprintf(error, error_size, "%.100s: larger than %zu octets",
		    file, most);
	} else {
		return text;
	}
	free(text);
	return NULL;
}

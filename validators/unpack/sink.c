/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unpack/sink.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "contract/job.h"
#include "contract/limits.h"

void
unfit(const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	warn("%s", text);
	exit(WORKER_EXIT_OPERAND);
}

const char *
sink_refuses(const struct sink *sink, size_t length)
{
	if (length > sink->max || sink->written > sink->max - length) {
		return "more octets than allowed come out";
	}
	uint64_t total = sink->written + length;

	/* A zone is text and its signatures are random: it does not shrink to
	 * next to nothing. */
	if (total > LIMIT_UNPACK_RATIO_FROM &&
	    total / LIMIT_UNPACK_RATIO >= sink->consumed) {
		return "it unpacks to too many times its size";
	}
	return NULL;
}

void
sink_write(struct sink *sink, const uint8_t *octets, size_t length)
{
	const char *wrong = sink_refuses(sink, length);

	if (wrong != NULL) {
		unfit("%s", wrong);
	}
	while (length > 0) {
		ssize_t n = write(sink->fd, octets, length);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			die("output: %s", strerror(errno));
		}
		sink->written += (uint64_t)n;
		octets += n;
		length -= (size_t)n;
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c -- see output.h. */
#include "survey/output.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"

#define BUFFER_OCTETS (4 * OUTPUT_ROOM)

static void
write_all(int fd, const char *at, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, at, length);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			die("cannot write what was found: %s",
			    n < 0 ? strerror(errno) : "nothing is taken");
		}
		at += n;
		length -= (size_t)n;
	}
}

static void
flush(struct output *output)
{
	write_all(output->fd, output->buffer, output->used);
	output->used = 0;
}

void
output_init(struct output *output, int fd)
{
	*output = (struct output){
	    .fd = fd,
	    .buffer = xmalloc(BUFFER_OCTETS),
	};
}

void
output_write(struct output *output, const void *octets, size_t length)
{
	if (length > BUFFER_OCTETS - output->used) {
		flush(output);
	}
	output->offset += length;
	if (length > BUFFER_OCTETS) {
		write_all(output->fd, octets, length);
	} else if (length > 0) {
		memcpy(output->buffer + output->used, octets, length);
		output->used += length;
	}
}

void
output_align(struct output *output)
{
	static const char zeros[8];

	output_write(output, zeros, (8 - output->offset % 8) % 8);
}

char *
output_room(struct output *output, size_t length)
{
	assert(length <= OUTPUT_ROOM);
	if (length > BUFFER_OCTETS - output->used) {
		flush(output);
	}
	return output->buffer + output->used;
}

void
output_taken(struct output *output, size_t length)
{
	assert(length <= BUFFER_OCTETS - output->used);
	output->used += length;
	output->offset += length;
}

void
output_release(struct output *output)
{
	flush(output);
	free(output->buffer);
	output->buffer = NULL;
}

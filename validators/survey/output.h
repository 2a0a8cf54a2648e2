/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * output.h -- buffered writing to a descriptor; whatever fails is a fault.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct output {
	int fd;
	uint64_t offset; /* octets written so far, those in the buffer too */
	size_t used;
	char *buffer;
};

void output_init(struct output *output, int fd);
void output_write(struct output *output, const void *octets, size_t length);

/* Writes zeros until the offset is a multiple of 8. */
void output_align(struct output *output);

/* Returns room for LENGTH octets, at most OUTPUT_ROOM; output_taken() says how
 * many were used. */
#define OUTPUT_ROOM ((size_t)1 << 18)
char *output_room(struct output *output, size_t length);
void output_taken(struct output *output, size_t length);

/* Writes what is left and frees the buffer. */
void output_release(struct output *output);

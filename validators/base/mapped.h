/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mapped.h -- the whole of a descriptor's file as octets.
 */
#pragma once

#include <stddef.h>

struct mapped {
	const void *at;
	size_t size;
};

/* Maps the whole of FD read-only, or dies; WHAT is its name in the message.
 * An empty file is "" of size 0. */
struct mapped mapped_file(int fd, const char *what);

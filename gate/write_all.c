/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "write_all.h"

#include <errno.h>
#include <unistd.h>

bool
write_all(int fd, const void *at, size_t size)
{
	const char *next = at;

	while (size > 0) {
		ssize_t wrote = write(fd, next, size);

		if (wrote < 0 && errno == EINTR) {
			continue;
		}
		if (wrote <= 0) {
			return false;
		}
		next += wrote;
		size -= (size_t)wrote;
	}
	return true;
}

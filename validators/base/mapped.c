/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mapped.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/die.h"

struct mapped
mapped_file(int fd, const char *what)
{
	struct stat status;

	if (fstat(fd, &status) != 0 || status.st_size < 0) {
		die("%s: %s", what, strerror(errno));
	}
	/* mmap(2) does not map nothing. */
	if (status.st_size == 0) {
		return (struct mapped){"", 0};
	}
	size_t size = (size_t)status.st_size;
	void *at = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED) {
		die("%s: cannot be mapped: %s", what, strerror(errno));
	}
	return (struct mapped){at, size};
}

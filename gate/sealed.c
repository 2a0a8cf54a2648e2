/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "write_all.h"

int
sealed_new(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0) {
		die("%s: no file in memory: %s", name, strerror(errno));
	}
	return fd;
}

uint64_t
sealed_close(int fd)
{
	struct stat status;

	if (fcntl(fd, F_ADD_SEALS,
	        F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) !=
	        0 ||
	    fstat(fd, &status) != 0) {
		die("cannot seal a file in memory: %s", strerror(errno));
	}
	return (uint64_t)status.st_size;
}

int
sealed_reopen(int fd)
{
	char path[64];

	/* A descriptor of its own: workers do not share a file offset, and
	 * cannot write even where a seal is still to come. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int copy = open(path, O_RDONLY | O_CLOEXEC);

	if (copy < 0) {
		die("%s: %s", path, strerror(errno));
	}
	return copy;
}

const void *
sealed_map(int fd, size_t size)
{
	if (size == 0) {
		return NULL;
	}
	const void *at = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED) {
		die("cannot map a file in memory: %s", strerror(errno));
	}
	return at;
}

void
sealed_unmap(const void *at, size_t size)
{
	if (at != NULL) {
		munmap((void *)(uintptr_t)at, size);
	}
}

int
sealed_copy(const char *name, const void *at, size_t size)
{
	int fd = sealed_new(name);

	if (!write_all(fd, at, size)) {
		die("%s: cannot fill a file in memory: %s", name,
		    strerror(errno));
	}
	sealed_close(fd);
	return fd;
}

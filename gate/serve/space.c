/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "space.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "durable.h"

#define NAME "reserve"

uint64_t
space_free(const char *state)
{
	struct statvfs status;

	if (statvfs(state, &status) != 0) {
		return 0;
	}
	return (uint64_t)status.f_bavail * (uint64_t)status.f_frsize;
}

/* What is allocated for FD: a file with holes keeps nothing. */
static bool
allocated(int fd, uint64_t size, uint64_t *has)
{
	struct stat status;

	if (fstat(fd, &status) != 0) {
		return false;
	}
	*has = (uint64_t)status.st_blocks * 512;
	if (*has > (uint64_t)status.st_size) {
		*has = (uint64_t)status.st_size;
	}
	return *has >= size;
}

static bool
allocate(int fd, uint64_t size)
{
	return durable_fault(DURABLE_WRITE) == 0 &&
	       posix_fallocate(fd, 0, (off_t)size) == 0;
}

static bool
reserve(int fd, const char *state, uint64_t size)
{
	uint64_t has = 0;

	if (allocated(fd, size, &has)) {
		/* The configuration may ask for less than before. */
		return ftruncate(fd, (off_t)size) == 0 || has >= size;
	}
	/* Not while it would take the last room from what needs it now: then
	 * it would come and go. */
	if (size - has > INT64_MAX / 2 ||
	    space_free(state) < size - has + size) {
		return false;
	}
	if (!allocate(fd, size)) {
		/* Half a reserve only takes room. */
		(void)!ftruncate(fd, 0);
		return false;
	}
	return true;
}

bool
space_reserve(const char *state, uint64_t size)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/" NAME, state) >=
	    (int)sizeof(path)) {
		return false;
	}
	if (size == 0) {
		return unlink(path) == 0 || errno == ENOENT;
	}
	if (durable_fault(DURABLE_OPEN) != 0) {
		return false;
	}
	int fd = open(path,
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);

	if (fd < 0) {
		return false;
	}
	bool whole = reserve(fd, state, size);

	close(fd);
	return whole;
}

void
space_use_reserve(const char *state)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/" NAME, state) <
	    (int)sizeof(path)) {
		unlink(path);
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "write_all.h"

static bool
failed(const char *what, char error[DELIVER_ERROR])
{
	snprintf(error, DELIVER_ERROR,
	    "the report could not be written to "
	    "%.120s: %s",
	    what, strerror(errno));
	return false;
}

/* A pipe, a terminal, a device: written in place, and never replaced. */
static bool
deliver_in_place(int fd, const char *what, const char *text, size_t length,
    char error[DELIVER_ERROR])
{
	if (!write_all(fd, text, length)) {
		return failed(what, error);
	}
	/* Full file systems may only say so now; pipes cannot be synced. */
	if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS &&
	    errno != ENOTSUP) {
		return failed(what, error);
	}
	return true;
}

/* The directory part of FILE; free it. */
static char *
directory_of(const char *file)
{
	char *copy = xstrdup(file);
	char *directory = xstrdup(dirname(copy));

	free(copy);
	return directory;
}

/* A rename lasts only once its directory has been written. */
static bool
sync_directory(const char *file)
{
	char *directory = directory_of(file);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

	if (fd >= 0) {
		close(fd);
	}
	free(directory);
	return good;
}

static bool
replace(const char *file, const char *text, size_t length,
    char error[DELIVER_ERROR])
{
	char *beside;

	if (asprintf(&beside, "%s.XXXXXX", file) < 0) {
		die("out of memory");
	}
	int fd = mkostemp(beside, O_CLOEXEC);

	if (fd < 0) {
		free(beside);
		return failed(file, error);
	}
	mode_t mask = umask(0);

	umask(mask);

	bool good = fchmod(fd, 0666 & ~mask) == 0 &&
	            write_all(fd, text, length) && fsync(fd) == 0;

	good = close(fd) == 0 && good;
	good = good && rename(beside, file) == 0;
	if (!good) {
		failed(file, error);
		unlink(beside);
	} else if (!sync_directory(file)) {
		good = failed(file, error);
	}
	free(beside);
	return good;
}

bool
deliver(const char *output, const char *text, size_t length,
    char error[DELIVER_ERROR])
{
	struct stat status;

	if (output == NULL) {
		return deliver_in_place(STDOUT_FILENO, "standard output", text,
		    length, error);
	}
	if (stat(output, &status) != 0) {
		return errno == ENOENT ? replace(output, text, length, error)
		                       : failed(output, error);
	}
	if (S_ISREG(status.st_mode)) {
		char *file = realpath(output, NULL); /* not the link to it */
		bool good = file == NULL ? failed(output, error)
		                         : replace(file, text, length, error);

		free(file);
		return good;
	}
	/* A pipe that nobody reads must not be waited for. */
	int fd = open(output, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd >= 0 && fcntl(fd, F_SETFL, 0) != 0) {
		close(fd);
		fd = -1;
	}

	if (fd < 0) {
		return failed(output, error);
	}
	bool good = deliver_in_place(fd, output, text, length, error);

	close(fd);
	return good;
}

bool
deliver_possible(const char *output, char error[DELIVER_ERROR])
{
	struct stat status;
	bool good;

	if (output == NULL) {
		return true;
	}
	if (stat(output, &status) == 0 && !S_ISREG(status.st_mode)) {
		errno = EISDIR;
		return S_ISDIR(status.st_mode) ? failed(output, error) : true;
	}
	char *directory = directory_of(output);

	good = access(directory, W_OK | X_OK) == 0;
	free(directory);
	return good ? true : failed(output, error);
}

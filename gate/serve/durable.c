/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_OCTETS ((size_t)256 * 1024)
#define MODE 0644

/* ---- hashing ---- */

static int
hash_all(int fd, EVP_MD_CTX *hash, unsigned char *buffer, uint64_t *size)
{
	for (;;) {
		ssize_t got = pread(fd, buffer, BUFFER_OCTETS, (off_t)*size);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return errno;
		}
		if (got == 0) {
			return 0;
		}
		if (EVP_DigestUpdate(hash, buffer, (size_t)got) != 1) {
			return ENOMEM;
		}
		*size += (uint64_t)got;
	}
}

int
durable_hash_fd(int fd, uint8_t sha256[32], uint64_t *size)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	unsigned char *buffer = malloc(BUFFER_OCTETS);
	uint8_t digest[32];
	uint64_t count = 0;
	int error = ENOMEM;

	if (hash != NULL && buffer != NULL &&
	    EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1) {
		error = hash_all(fd, hash, buffer, &count);
	}
	if (error == 0 && EVP_DigestFinal_ex(hash, digest, NULL) != 1) {
		error = ENOMEM;
	}
	EVP_MD_CTX_free(hash);
	free(buffer);
	if (error == 0) {
		memcpy(sha256, digest, sizeof(digest));
		*size = count;
	}
	return error;
}

int
durable_hash(int directory, const char *name, uint8_t sha256[32],
    uint64_t *size)
{
	int fd = openat(directory, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	int error = 0;

	if (fd < 0) {
		return errno;
	}
	if (fstat(fd, &status) != 0) {
		error = errno;
	} else if (!S_ISREG(status.st_mode)) {
		error = EINVAL;
	} else {
		error = durable_hash_fd(fd, sha256, size);
	}
	close(fd);
	return error;
}

/* ---- one call each, that a test can make fail ---- */

static int
sync_fd(int fd)
{
	int error = durable_fault(DURABLE_SYNC);

	if (error == 0 && fsync(fd) != 0) {
		error = errno;
	}
	return error;
}

static int
write_whole(int fd, const void *at, size_t size)
{
	const char *next = at;

	while (size > 0) {
		int error = durable_fault(DURABLE_WRITE);

		if (error != 0) {
			return error;
		}
		ssize_t wrote = write(fd, next, durable_torn(size));

		if (wrote < 0 && errno == EINTR) {
			continue;
		}
		if (wrote <= 0) {
			return wrote < 0 ? errno : EIO;
		}
		next += wrote;
		size -= (size_t)wrote;
	}
	return 0;
}

static int
unlink_name(int directory, const char *name)
{
	int error = durable_fault(DURABLE_UNLINK);

	if (error == 0 && unlinkat(directory, name, 0) != 0) {
		error = errno;
	}
	return error;
}

/* ---- a new file on its way to its place ---- */

struct fresh {
	int directory;
	int fd; /* -1: not open */
	char name[sizeof(DURABLE_NEW) + 48];
};

/* Names are never as long as the longest that the file system takes, however
 * long the file's own is. */
static int
fresh_open(struct fresh *fresh, int directory, mode_t mode)
{
	static unsigned long count;
	int error = durable_fault(DURABLE_OPEN);

	fresh->directory = directory;
	fresh->fd = -1;
	for (int i = 0; error == 0 && fresh->fd < 0; i++) {
		snprintf(fresh->name, sizeof(fresh->name),
		    DURABLE_NEW "%ld-%lu", (long)getpid(), ++count);
		fresh->fd = openat(directory, fresh->name,
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fresh->fd < 0 && (errno != EEXIST || i == 1000)) {
			error = errno;
		}
	}
	if (error == 0 && fchmod(fresh->fd, mode) != 0) {
		error = errno;
	}
	return error;
}

/* Ends it after ERROR, or with 0 puts it in its place for good. */
static int
fresh_finish(struct fresh *fresh, const char *name, int error)
{
	if (fresh->fd >= 0 && close(fresh->fd) != 0 && error == 0) {
		error = errno;
	}
	if (error == 0) {
		error = durable_fault(DURABLE_RENAME);
		if (error == 0 && renameat(fresh->directory, fresh->name,
		                      fresh->directory, name) != 0) {
			error = errno;
		}
		if (error == 0) {
			return sync_fd(fresh->directory);
		}
	}
	if (fresh->fd >= 0) {
		unlink_name(fresh->directory, fresh->name);
	}
	return error;
}

int
durable_write_mode(int directory, const char *name, const void *at, size_t size,
    unsigned mode)
{
	struct fresh fresh;
	int error = fresh_open(&fresh, directory, (mode_t)mode);

	if (error == 0) {
		error = write_whole(fresh.fd, at, size);
	}
	if (error == 0) {
		error = sync_fd(fresh.fd);
	}
	return fresh_finish(&fresh, name, error);
}

int
durable_write(int directory, const char *name, const void *at, size_t size)
{
	return durable_write_mode(directory, name, at, size, MODE);
}

static int
copy_all(int from, int to, uint64_t most)
{
	unsigned char *buffer = malloc(BUFFER_OCTETS);
	uint64_t done = 0;
	int error = buffer == NULL ? ENOMEM : 0;

	while (error == 0) {
		ssize_t got = pread(from, buffer, BUFFER_OCTETS, (off_t)done);

		if (got == 0) {
			break;
		}
		if (got < 0) {
			error = errno == EINTR ? 0 : errno;
		} else if ((uint64_t)got > most - done) {
			error = EFBIG;
		} else {
			error = write_whole(to, buffer, (size_t)got);
			done += (uint64_t)got;
		}
	}
	free(buffer);
	return error;
}

/* Copies, and reads back what became of it: from the disk as far as the
 * kernel lets go of its own copy. */
static int
copy_and_hash(int from, int to, uint64_t most, uint8_t sha256[32],
    uint64_t *size)
{
	int error = copy_all(from, to, most);

	if (error == 0) {
		error = sync_fd(to);
	}
	if (error != 0) {
		return error;
	}
	posix_fadvise(to, 0, 0, POSIX_FADV_DONTNEED);
	return durable_hash_fd(to, sha256, size);
}

int
durable_copy(int from, int directory, const char *name, uint64_t most,
    uint8_t sha256[32], uint64_t *size)
{
	struct fresh fresh;
	int error = fresh_open(&fresh, directory, MODE);

	if (error == 0) {
		error = copy_and_hash(from, fresh.fd, most, sha256, size);
	}
	return fresh_finish(&fresh, name, error);
}

int
durable_copy_exactly(int from, int directory, const char *name,
    const uint8_t sha256[32], uint64_t size)
{
	struct fresh fresh;
	uint8_t found[32];
	uint64_t octets;
	int error = fresh_open(&fresh, directory, MODE);

	if (error == 0) {
		error = copy_and_hash(from, fresh.fd, size, found, &octets);
	}
	if (error == EFBIG ||
	    (error == 0 && (octets != size ||
	                       memcmp(found, sha256, sizeof(found)) != 0))) {
		error = EBADMSG;
	}
	return fresh_finish(&fresh, name, error);
}

/* ---- removing, directories ---- */

int
durable_remove(int directory, const char *name)
{
	int error = unlink_name(directory, name);

	/* One that is gone may be gone by a call that was never synced. */
	return error == 0 || error == ENOENT ? sync_fd(directory) : error;
}

static int
make_directory(int directory, const char *name, mode_t mode)
{
	struct stat status;
	int error = durable_fault(DURABLE_OPEN);

	if (error != 0) {
		return error;
	}
	/* Not a mode of its own later: a crash between would leave one that
	 * nameservers cannot enter. */
	mode_t mask = umask(0);

	error = mkdirat(directory, name, mode) == 0 ? 0 : errno;
	umask(mask);
	if (error == EEXIST && fstatat(directory, name, &status, 0) == 0) {
		error = S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
	}
	return error;
}

int
durable_mkdir(int directory, const char *name, unsigned mode)
{
	int error = make_directory(directory, name, (mode_t)mode);

	return error == 0 ? sync_fd(directory) : error;
}

int
durable_sync(int directory)
{
	return sync_fd(directory);
}

/* Removes them all from the stream LIST of DIRECTORY. */
static int
clean_listed(int directory, DIR *list)
{
	int error = 0;

	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(list);

		if (entry == NULL) {
			return error != 0 ? error : errno;
		}
		if (strncmp(entry->d_name, DURABLE_NEW,
		        sizeof(DURABLE_NEW) - 1) == 0) {
			int failed = durable_remove(directory, entry->d_name);

			error = error == 0 ? failed : error;
		}
	}
}

int
durable_clean(int directory)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = copy < 0 ? NULL : fdopendir(copy);

	if (list == NULL) {
		int error = errno;

		if (copy >= 0) {
			close(copy);
		}
		return error;
	}
	int error = clean_listed(directory, list);

	closedir(list);
	return error;
}

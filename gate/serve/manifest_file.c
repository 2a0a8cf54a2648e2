/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "report_words.h"

#define SUFFIX ".json"
/* A release each second, for thirty years. */
#define LIMIT_IDS ((size_t)1 << 30)

/* ---- one ---- */

static int
read_fd(int fd, char *text, size_t most, size_t *length)
{
	struct stat status;

	if (fstat(fd, &status) != 0) {
		return errno;
	}
	if (!S_ISREG(status.st_mode)) {
		return EINVAL;
	}
	while (*length <= most) {
		ssize_t got = read(fd, text + *length, most + 1 - *length);

		if (got == 0) {
			return 0;
		}
		if (got < 0 && errno != EINTR) {
			return errno;
		}
		*length += got > 0 ? (size_t)got : 0;
	}
	return EFBIG;
}

static int
read_text(struct manifest_file *file, int directory, const char *name)
{
	int fd = openat(directory, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	uint8_t sha256[32] = {0};

	if (fd < 0) {
		return errno;
	}
	file->text = xmalloc(LIMIT_MANIFEST_BYTES + 1);
	int failed =
	    read_fd(fd, file->text, LIMIT_MANIFEST_BYTES, &file->length);

	close(fd);
	EVP_Digest(file->text, file->length, sha256, NULL, EVP_sha256(), NULL);
	sha256_to_text(sha256, file->hash);
	return failed;
}

bool
manifest_file_read(struct manifest_file *file, int directory, const char *name,
    const struct manifest_key *key)
{
	char hash[65];

	memset(file, 0, sizeof(*file));
	file->failed = read_text(file, directory, name);
	if (file->failed != 0) {
		snprintf(file->why, sizeof(file->why), "%s",
		    strerror(file->failed));
		return false;
	}
	file->good = manifest_read(file->text, file->length, key,
	    &file->manifest, hash, file->why);
	return file->good;
}

void
manifest_file_release(struct manifest_file *file)
{
	free(file->text);
	file->text = NULL;
}

/* ---- an archive ---- */

char *
manifest_file_name(int64_t candidate, char name[MANIFEST_FILE_NAME])
{
	snprintf(name, MANIFEST_FILE_NAME, "%lld" SUFFIX, (long long)candidate);
	return name;
}

/* The id that file NAME is of, or 0. */
static int64_t
id_of(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	if (digits == 0 || digits > 18 || name[0] == '0' ||
	    strcmp(name + digits, SUFFIX) != 0) {
		return 0;
	}
	return strtoll(name, NULL, 10);
}

static int
by_number(const void *one, const void *other)
{
	int64_t a = *(const int64_t *)one;
	int64_t b = *(const int64_t *)other;

	return (a > b) - (a < b);
}

static int
list_ids(DIR *list, int64_t **ids, size_t *n)
{
	size_t capacity = 0;

	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(list);

		if (entry == NULL) {
			return errno;
		}
		int64_t id = id_of(entry->d_name);

		if (id > 0) {
			*ids =
			    grow(*ids, *n, &capacity, LIMIT_IDS, sizeof(**ids));
			(*ids)[(*n)++] = id;
		}
	}
}

int
manifest_ids(int directory, int64_t **ids, size_t *n)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (copy < 0) {
		return errno;
	}
	DIR *list = fdopendir(copy);

	if (list == NULL) {
		close(copy);
		return ENOMEM;
	}
	*ids = NULL;
	*n = 0;
	int failed = list_ids(list, ids, n);

	closedir(list);
	if (failed != 0) {
		free(*ids);
		return failed;
	}
	if (*n > 0) {
		qsort(*ids, *n, sizeof(**ids), by_number);
	}
	return 0;
}

/* What one leaves behind for the next. */
struct end {
	char hash[65];
	char zone[LIMIT_NAME_TEXT];
};

/* Why the manifest named after ID does not follow END; NULL if it does. */
static const char *
wrong(int64_t id, const struct manifest_file *file, const struct end *end)
{
	if (!file->good) {
		return file->why;
	}
	if (file->manifest.candidate != id) {
		return "it is of another candidate than its name says";
	}
	if (end->zone[0] != '\0' &&
	    strcmp(file->manifest.zone, end->zone) != 0) {
		return "it is of another zone than the one before it";
	}
	if (strcmp(file->manifest.previous, end->hash) != 0) {
		return end->hash[0] == '\0'
		           ? "it is the first here, and names one before it"
		           : "`previous' is not the hash of the one before it";
	}
	return NULL;
}

int
manifest_chain(int directory, const struct manifest_key *key,
    void (*each)(void *context, const struct chain_link *link), void *context)
{
	struct end end = {{0}, {0}};
	int64_t *ids = NULL;
	size_t n = 0;
	int failed = manifest_ids(directory, &ids, &n);

	if (failed != 0) {
		return failed;
	}
	for (size_t i = 0; i < n; i++) {
		struct manifest_file file;
		char name[MANIFEST_FILE_NAME];

		manifest_file_read(&file, directory,
		    manifest_file_name(ids[i], name), key);
		each(context, &(struct chain_link){
		                  ids[i], &file, wrong(ids[i], &file, &end)});
		snprintf(end.hash, sizeof(end.hash), "%s", file.hash);
		if (file.good) {
			snprintf(end.zone, sizeof(end.zone), "%s",
			    file.manifest.zone);
		}
		manifest_file_release(&file);
	}
	free(ids);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/memory.h"
#include "write_all.h"

/* Of an upload whose size is not known, room is taken in steps. */
#define ROOM_STEP (1u << 20)

struct uploads {
	int fd;
	struct http_limits limits;
	pthread_mutex_t lock;
	uint64_t room; /* taken by those in progress */
	struct upload *first;
};

struct upload {
	struct uploads *all;
	struct upload *next;
	char *zone;
	char name[UPLOAD_NAME];
	int fd;
	uint64_t room, octets;
	struct digest digest;
};

/* ---- the directory ---- */

static bool
is_part(const char *name)
{
	size_t length = strlen(name);

	return length > 5 && strcmp(name + length - 5, ".part") == 0;
}

static void
remove_leftovers(int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = again < 0 ? NULL : fdopendir(again);

	if (folder == NULL) {
		return;
	}
	for (struct dirent *entry = readdir(folder); entry != NULL;
	     entry = readdir(folder)) {
		if (is_part(entry->d_name)) {
			(void)unlinkat(fd, entry->d_name, 0);
		}
	}
	closedir(folder);
}

struct uploads *
uploads_new(const char *path, const struct http_limits *limits)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		return NULL;
	}
	struct uploads *all = xcalloc(1, sizeof(*all));

	all->fd = fd;
	all->limits = *limits;
	pthread_mutex_init(&all->lock, NULL);
	remove_leftovers(fd);
	return all;
}

int
uploads_fd(const struct uploads *all)
{
	return all->fd;
}

/* ---- room ---- */

/* Takes SIZE octets of room for UPLOAD; with the lock held. */
static bool
take(struct upload *upload, uint64_t size)
{
	struct uploads *all = upload->all;

	if (size > all->limits.upload_total_max - all->room) {
		return false;
	}
	all->room += size;
	upload->room += size;
	return true;
}

/* Puts UPLOAD into the list if there is room for it. */
static enum upload_end
enter(struct upload *upload, uint64_t size)
{
	struct uploads *all = upload->all;
	enum upload_end end = UPLOAD_BUSY;
	unsigned same = 0;

	pthread_mutex_lock(&all->lock);
	for (struct upload *other = all->first; other != NULL;
	     other = other->next) {
		same += strcmp(other->zone, upload->zone) == 0;
	}
	if (same < UPLOADS_PER_ZONE && take(upload, size)) {
		upload->next = all->first;
		all->first = upload;
		end = UPLOAD_GOOD;
	}
	pthread_mutex_unlock(&all->lock);
	return end;
}

static void
leave(struct upload *upload)
{
	struct uploads *all = upload->all;

	pthread_mutex_lock(&all->lock);
	for (struct upload **at = &all->first; *at != NULL; at = &(*at)->next) {
		if (*at == upload) {
			*at = upload->next;
			all->room -= upload->room;
			break;
		}
	}
	pthread_mutex_unlock(&all->lock);
}

/* ---- one ---- */

static enum upload_end
failure(int why)
{
	errno = why;
	return why == ENOSPC || why == EDQUOT ? UPLOAD_NO_SPACE : UPLOAD_FAILED;
}

static int
open_part(struct upload *upload)
{
	uint8_t octets[16];

	if (getrandom(octets, sizeof(octets), 0) != sizeof(octets)) {
		return -1;
	}
	for (size_t i = 0; i < sizeof(octets); i++) {
		snprintf(upload->name + 2 * i, 3, "%02x", octets[i]);
	}
	memcpy(upload->name + 2 * sizeof(octets), ".part", 6);
	int fd = openat(upload->all->fd, upload->name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	/* What is not ours is not removed. */
	if (fd < 0) {
		upload->name[0] = '\0';
	}
	return fd;
}

enum upload_end
upload_begin(struct uploads *all, const char *zone, uint64_t size,
    const struct digest *digest, struct upload **result)
{
	if (size > all->limits.upload_bytes_max) {
		return UPLOAD_TOO_LARGE;
	}
	struct upload *upload = calloc(1, sizeof(*upload));

	if (upload == NULL) {
		return failure(ENOMEM);
	}
	upload->all = all;
	upload->fd = -1;
	upload->zone = strdup(zone);
	enum upload_end end =
	    upload->zone == NULL ? failure(ENOMEM) : enter(upload, size);

	if (end == UPLOAD_GOOD) {
		upload->fd = open_part(upload);
		if (upload->fd < 0) {
			end = failure(errno);
		}
	}
	if (end != UPLOAD_GOOD) {
		int why = errno;

		upload_drop(upload);
		errno = why;
		return end;
	}
	upload->digest = *digest;
	*result = upload;
	return end;
}

/* Room for SIZE octets more. */
static enum upload_end
make_room(struct upload *upload, size_t size)
{
	const struct http_limits *limits = &upload->all->limits;
	bool good = true;

	if (size > limits->upload_bytes_max - upload->octets) {
		return UPLOAD_TOO_LARGE;
	}
	if (upload->octets + size > upload->room) {
		uint64_t step = size > ROOM_STEP ? size : ROOM_STEP;
		uint64_t left = limits->upload_bytes_max - upload->room;

		pthread_mutex_lock(&upload->all->lock);
		good = take(upload, step < left ? step : left) ||
		       take(upload, size);
		pthread_mutex_unlock(&upload->all->lock);
	}
	return good ? UPLOAD_GOOD : UPLOAD_BUSY;
}

enum upload_end
upload_add(struct upload *upload, const void *at, size_t size)
{
	enum upload_end end = make_room(upload, size);

	if (end != UPLOAD_GOOD) {
		return end;
	}
	if (!write_all(upload->fd, at, size)) {
		return failure(errno);
	}
	upload->octets += size;
	return digest_update(&upload->digest, at, size) ? UPLOAD_GOOD
	                                                : failure(EIO);
}

enum upload_end
upload_finish(struct upload *upload)
{
	if (upload->octets == 0) {
		return UPLOAD_EMPTY;
	}
	if (!digest_matches(&upload->digest)) {
		return UPLOAD_DIFFERS;
	}
	int why = fsync(upload->fd) == 0 ? 0 : errno;

	if (close(upload->fd) != 0 && why == 0) {
		why = errno;
	}
	upload->fd = -1;
	return why == 0 ? UPLOAD_GOOD : failure(why);
}

const char *
upload_name(const struct upload *upload)
{
	return upload->name;
}

void
upload_drop(struct upload *upload)
{
	if (upload == NULL) {
		return;
	}
	if (upload->fd >= 0) {
		close(upload->fd);
	}
	if (upload->name[0] != '\0') {
		(void)unlinkat(upload->all->fd, upload->name, 0);
	}
	leave(upload);
	digest_release(&upload->digest);
	free(upload->zone);
	free(upload);
}

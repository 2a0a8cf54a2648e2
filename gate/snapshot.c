/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "snapshot.h"

#include <errno.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "sealed.h"
#include "write_all.h"

#define BUFFER_OCTETS ((size_t)256 * 1024)

/* How files begin that are packed: those that zonegate-unpack unpacks, and
 * those of which it can only be said that they are no zone text. */
static const struct compression {
	const char *name;
	bool is_unpacked;
	size_t length;
	unsigned char magic[6];
} compressions[] = {
    {"gzip", true, 2, {0x1f, 0x8b}},
    {"xz", true, 6, {0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00}},
    {"zstd", true, 4, {0x28, 0xb5, 0x2f, 0xfd}},
    {"bzip2", false, 3, {0x42, 0x5a, 0x68}},
    {"lzma", false, 3, {0x5d, 0x00, 0x00}},
    {"compress", false, 2, {0x1f, 0x9d}},
    {"lz4", false, 4, {0x04, 0x22, 0x4d, 0x18}},
    {"zip", false, 4, {0x50, 0x4b, 0x03, 0x04}},
};

/* Octets on their way into a sealed file. */
struct copy {
	int to;
	uint64_t most;
	uint64_t size;
	bool is_too_large;
	EVP_MD_CTX *hash;
	unsigned char *buffer;
	unsigned char head[6]; /* the first octets */
};

static void
copy_init(struct copy *copy, const char *name)
{
	memset(copy, 0, sizeof(*copy));
	copy->to = sealed_new(name);
	copy->hash = EVP_MD_CTX_new();
	copy->buffer = xmalloc(BUFFER_OCTETS);
	if (copy->hash == NULL ||
	    EVP_DigestInit_ex(copy->hash, EVP_sha256(), NULL) != 1) {
		die("OpenSSL has no SHA-256");
	}
}

/* Seals what was copied; the caller owns copy->to. */
static void
copy_finish(struct copy *copy, uint8_t sha256[32])
{
	if (EVP_DigestFinal_ex(copy->hash, sha256, NULL) != 1) {
		die("SHA-256 failed");
	}
	sealed_close(copy->to);
	EVP_MD_CTX_free(copy->hash);
	free(copy->buffer);
}

/* Snapshots lie in memory, and what is made of one takes some times more. */
static uint64_t
memory_bears(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);

	if (pages <= 0 || page <= 0) {
		return LIMIT_SNAPSHOT_BYTES;
	}
	uint64_t quarter = (uint64_t)pages / 4 * (uint64_t)page;

	return quarter < LIMIT_SNAPSHOT_BYTES ? quarter : LIMIT_SNAPSHOT_BYTES;
}

static uint64_t
most_octets(const struct request *request)
{
	uint64_t most = memory_bears();

	return request->most > 0 && request->most < most ? request->most : most;
}

static bool
is_too_large(uint64_t size, uint64_t most, char why[WHY_TEXT])
{
	if (size <= most) {
		return false;
	}
	snprintf(why, WHY_TEXT, "larger than %llu octets, the most %s",
	    (unsigned long long)most,
	    most < memory_bears() ? "that is allowed"
	                          : "for this machine's memory");
	return true;
}

static bool
copy_add(struct copy *copy, size_t length, char why[WHY_TEXT])
{
	if (is_too_large(copy->size + length, copy->most, why)) {
		copy->is_too_large = true;
		return false;
	}
	for (size_t i = 0; i < length && copy->size + i < sizeof(copy->head);
	     i++) {
		copy->head[copy->size + i] = copy->buffer[i];
	}
	if (EVP_DigestUpdate(copy->hash, copy->buffer, length) != 1) {
		die("SHA-256 failed");
	}
	if (!write_all(copy->to, copy->buffer, length)) {
		snprintf(why, WHY_TEXT, "no memory for it: %s",
		    strerror(errno));
		return false;
	}
	copy->size += length;
	return true;
}

/* Waits until FROM can be read: a pipe's writer may never finish. */
static bool
wait_readable(int from, int64_t deadline_ms, char why[WHY_TEXT])
{
	struct pollfd polled = {.fd = from, .events = POLLIN};
	int64_t left = deadline_ms - spawn_now_ms();

	while (left > 0) {
		int wait = left > 3600000 ? 3600000 : (int)left;
		int ready = poll(&polled, 1, wait);

		if (ready > 0 || (ready < 0 && errno != EINTR)) {
			return true; /* read() will say what is wrong */
		}
		left = deadline_ms - spawn_now_ms();
	}
	snprintf(why, WHY_TEXT, "its end had not come at the deadline");
	return false;
}

static bool
copy_all(struct copy *copy, int from, int64_t deadline_ms, char why[WHY_TEXT])
{
	for (;;) {
		if (!wait_readable(from, deadline_ms, why)) {
			return false;
		}
		ssize_t got = read(from, copy->buffer, BUFFER_OCTETS);

		if (got == 0) {
			return true;
		}
		if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
			continue;
		}
		if (got < 0) {
			snprintf(why, WHY_TEXT, "cannot be read: %s",
			    strerror(errno));
			return false;
		}
		if (!copy_add(copy, (size_t)got, why)) {
			return false;
		}
	}
}

static const struct compression *
compression_of(const struct copy *copy)
{
	size_t n = sizeof(compressions) / sizeof(compressions[0]);

	for (size_t i = 0; i < n; i++) {
		if (copy->size >= compressions[i].length &&
		    memcmp(copy->head, compressions[i].magic,
		        compressions[i].length) == 0) {
			return &compressions[i];
		}
	}
	return NULL;
}

static void
hash_file(int fd, uint64_t size, uint8_t sha256[32])
{
	const void *at = sealed_map(fd, (size_t)size);

	if (EVP_Digest(at == NULL ? "" : at, (size_t)size, sha256, NULL,
	        EVP_sha256(), NULL) != 1) {
		die("SHA-256 failed");
	}
	sealed_unmap(at, (size_t)size);
}

/* Has the worker unpack SNAPSHOT, whose file becomes the plain one. */
static bool
unpack(const struct request *request, int64_t deadline_ms,
    struct snapshot *snapshot, char why[WHY_TEXT])
{
	struct worker_run run;
	struct crowd crowd = {.deadline_ms = deadline_ms};
	int plain = sealed_new("snapshot");
	char reason[WHY_TEXT];

	memcpy(snapshot->compressed_sha256, snapshot->sha256, 32);
	snapshot->compressed_size = snapshot->size;
	run_init(&run, WORKER_UNPACK, request, snapshot->size,
	    snapshot->sha256);
	run.job.max_output = most_octets(request);
	run_give(&run, snapshot->fd, JOB_FD_SNAPSHOT);
	run_give_itself(&run, plain, JOB_FD_VERDICTS);
	run_start(&run, &crowd);
	crowd_wait(&crowd, NULL);

	enum worker_end end = run_end(&run, reason);

	snapshot->is_unfit = run.child.end == SPAWN_EXITED &&
	                     run.child.status == WORKER_EXIT_OPERAND;
	run_release(&run);
	close(snapshot->fd);
	snapshot->fd = plain;
	snapshot->size = sealed_close(plain);
	if (end != WORKER_DONE) {
		snprintf(why, WHY_TEXT, "cannot be unpacked (%s): %.200s",
		    snapshot->compression, reason);
		return false;
	}
	if (is_too_large(snapshot->size, most_octets(request), why)) {
		snapshot->is_unfit = true;
		return false;
	}
	hash_file(plain, snapshot->size, snapshot->sha256);
	return true;
}

bool
snapshot_take(int from, const struct request *request, int64_t deadline_ms,
    struct snapshot *snapshot, char why[WHY_TEXT])
{
	struct copy copy;

	memset(snapshot, 0, sizeof(*snapshot));
	copy_init(&copy, "snapshot");
	copy.most = most_octets(request);
	bool whole = copy_all(&copy, from, deadline_ms, why);

	copy_finish(&copy, snapshot->sha256);
	snapshot->fd = copy.to;
	snapshot->size = copy.size;
	snapshot->is_unfit = copy.is_too_large;
	if (!whole) {
		return false;
	}
	const struct compression *compression = compression_of(&copy);

	if (compression == NULL) {
		return true;
	}
	if (!compression->is_unpacked) {
		snprintf(why, WHY_TEXT,
		    "is packed by %s, which is not unpacked here; give gzip, "
		    "xz, zstd or the text",
		    compression->name);
		snapshot->is_unfit = true;
		return false;
	}
	snapshot->compression = compression->name;
	return unpack(request, deadline_ms, snapshot, why);
}

void
snapshot_release(struct snapshot *snapshot)
{
	if (snapshot->fd >= 0) {
		close(snapshot->fd);
		snapshot->fd = -1;
	}
}

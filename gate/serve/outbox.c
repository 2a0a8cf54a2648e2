/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox.c -- what distribution has; how it gets there is outbox_release.c.
 */
#include "outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "config.h"
#include "durable.h"
#include "outbox_parts.h"

int
outbox_fail(char error[OUTBOX_ERROR], int number, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, OUTBOX_ERROR, format, arguments);
	va_end(arguments);
	return number;
}

/* ---- opening ---- */

int
outbox_open_made(int at, const char *name, int *fd)
{
	int failed = durable_mkdir(at, name, 0755);

	if (failed != 0) {
		return failed;
	}
	*fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd < 0 ? errno : 0;
}

/* 0 or an errno. */
static int
open_directories(struct outbox *outbox, const char *state)
{
	int at = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (at < 0) {
		return errno;
	}
	int failed = outbox_open_made(at, "outbox", &outbox->outbox);

	if (failed == 0) {
		failed = outbox_open_made(at, "manifests", &outbox->manifests);
	}
	close(at);
	return failed;
}

struct outbox *
outbox_open(const char *state, const struct manifest_key *key,
    char error[OUTBOX_ERROR])
{
	struct outbox *outbox = xcalloc(1, sizeof(*outbox));

	outbox->key = key;
	outbox->outbox = -1;
	outbox->manifests = -1;
	if (snprintf(outbox->path, sizeof(outbox->path), "%s/outbox", state) >=
	    (int)sizeof(outbox->path)) {
		outbox_fail(error, 0, "%.200s...: the path is too long", state);
		outbox_close(outbox);
		return NULL;
	}
	int failed = open_directories(outbox, state);

	if (failed == 0) {
		/* Leftovers do no harm where they cannot be removed. */
		durable_clean(outbox->outbox);
		return outbox;
	}
	outbox_fail(error, 0, "%.200s: outbox, manifests: %s", state,
	    strerror(failed));
	outbox_close(outbox);
	return NULL;
}

void
outbox_close(struct outbox *outbox)
{
	if (outbox == NULL) {
		return;
	}
	for (size_t i = 0; i < outbox->n_archives; i++) {
		free(outbox->archives[i].file_name);
	}
	free(outbox->archives);
	if (outbox->outbox >= 0) {
		close(outbox->outbox);
	}
	if (outbox->manifests >= 0) {
		close(outbox->manifests);
	}
	free(outbox);
}

/* ---- names ---- */

int
outbox_name(const char *file_name, const char *suffix, char name[OUTBOX_NAME])
{
	if (file_name[0] == '\0' || file_name[0] == '.' ||
	    strchr(file_name, '/') != NULL) {
		return EINVAL;
	}
	return snprintf(name, OUTBOX_NAME, "%s%s", file_name, suffix) > NAME_MAX
	           ? ENAMETOOLONG
	           : 0;
}

char *
outbox_path(const struct outbox *outbox, const char *file_name,
    char path[OUTBOX_PATH])
{
	snprintf(path, OUTBOX_PATH, "%s/%.*s" OUTBOX_ZONE, outbox->path,
	    (int)(NAME_MAX - sizeof(OUTBOX_ZONE)), file_name);
	return path;
}

/* ---- manifests as they stand ---- */

void
outbox_read(struct manifest_file *standing, const struct outbox *outbox,
    int directory, const char *name, const char *file_name)
{
	char zone[ZONE_FILE_NAME];

	/* Another zone's, moved here with its zone file, is well signed. */
	if (manifest_file_read(standing, directory, name, outbox->key) &&
	    (!zone_file_name(standing->manifest.zone, zone) ||
	        strcmp(zone, file_name) != 0)) {
		standing->good = false;
		snprintf(standing->why, sizeof(standing->why),
		    "it is of another zone: %.200s", standing->manifest.zone);
	}
}

/* ---- looking ---- */

/* What a zone is that was read (or not, with FAILED) beside STANDING. */
static enum outbox_state
judge(const struct manifest_file *standing, int failed,
    const uint8_t sha256[32], char why[OUTBOX_ERROR])
{
	if (failed == ENOENT && standing->failed == ENOENT) {
		outbox_fail(why, 0, "nothing was released yet");
		return OUTBOX_EMPTY;
	}
	if (!standing->good) {
		outbox_fail(why, 0, "the manifest: %.400s", standing->why);
		return OUTBOX_UNMARKED;
	}
	if (failed != 0) {
		outbox_fail(why, 0, "the zone file: %s", strerror(failed));
		return OUTBOX_OTHER;
	}
	if (memcmp(sha256, standing->manifest.sha256, 32) != 0) {
		outbox_fail(why, 0,
		    "the zone file is not the one that was released (candidate "
		    "%lld)",
		    (long long)standing->manifest.candidate);
		return OUTBOX_OTHER;
	}
	outbox_fail(why, 0, "as released (candidate %lld)",
	    (long long)standing->manifest.candidate);
	return OUTBOX_GOOD;
}

enum outbox_state
outbox_look(struct outbox *outbox, const char *file_name,
    struct manifest *manifest, uint8_t sha256[32], char why[OUTBOX_ERROR])
{
	struct manifest_file standing;
	char zone_name[OUTBOX_NAME];
	char manifest_name[OUTBOX_NAME];
	uint64_t size;
	int failed = outbox_name(file_name, OUTBOX_MANIFEST, manifest_name);

	memset(sha256, 0, 32);
	if (failed != 0) {
		outbox_fail(why, 0, "no file can be called so");
		return OUTBOX_UNMARKED;
	}
	outbox_name(file_name, OUTBOX_ZONE, zone_name);
	outbox_read(&standing, outbox, outbox->outbox, manifest_name,
	    file_name);
	failed = durable_hash(outbox->outbox, zone_name, sha256, &size);
	enum outbox_state state = judge(&standing, failed, sha256, why);

	if (standing.good) {
		*manifest = standing.manifest;
	}
	manifest_file_release(&standing);
	return state;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox.c -- what distribution has.
 *
 * A release is three files, each put in its place by one rename that is on disk
 * before the next one is made:
 *
 *	1. outbox/<zone>.zone       the octets
 *	2. outbox/<zone>.manifest   what they are
 *	3. manifests/<zone>/<candidate>.json   the same text, for good
 *
 * The zone comes before its manifest: no manifest speaks of what never was in
 * the outbox.  The outbox's manifest comes before the archive's: it is the one
 * end of the chain, replaced as a whole, and `previous' of the next is its
 * hash.  Stopped
 *
 *	before 1: nothing happened.
 *	between 1 and 2: OUTBOX_OTHER.  Doing it again finds the zone in its
 *	   place and signs the manifest on the same `previous'.
 *	between 2 and 3: OUTBOX_GOOD.  Doing it again finds the manifest of this
 *	   candidate and keeps its text, so that it neither follows itself nor
 *	   exists in two versions; it goes to the archive.  If another candidate
 *	   comes first, what stands in the outbox is archived before it is
 *	   replaced.
 *
 * Ids only grow along the chain.  So the end is still found when the outbox
 * lost its manifest, or has an older one (somebody restored it): the archive's
 * newest.  It is referred to by its hash even if its signature cannot be
 * checked any more, for the chain must go on.
 */
#include "outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "config.h"
#include "durable.h"
#include "manifest_file.h"

#define ZONE_SUFFIX ".zone"
#define MANIFEST_SUFFIX ".manifest"

/* The newest id in a zone's archive, read from the disk once. */
struct archive {
	char *file_name;
	int64_t newest; /* 0: none */
};

struct outbox {
	char path[OUTBOX_PATH - NAME_MAX - 1];
	const struct manifest_key *key;
	int outbox;
	int manifests;
	struct archive *archives;
	size_t n_archives, capacity;
};

static int __attribute__((format(printf, 3, 4)))
fail(char error[OUTBOX_ERROR], int number, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, OUTBOX_ERROR, format, arguments);
	va_end(arguments);
	return number;
}

/* ---- opening ---- */

/* Directory NAME of AT, made if it is not there; -1 with errno. */
static int
open_made(int at, const char *name)
{
	int failed = durable_mkdir(at, name, 0755);

	if (failed != 0) {
		errno = failed;
		return -1;
	}
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool
open_directories(struct outbox *outbox, const char *state)
{
	int at = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (at < 0) {
		return false;
	}
	outbox->outbox = open_made(at, "outbox");
	if (outbox->outbox >= 0) {
		outbox->manifests = open_made(at, "manifests");
	}
	int failed = errno;

	close(at);
	errno = failed;
	return outbox->manifests >= 0;
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
		fail(error, 0, "%.200s...: the path is too long", state);
	} else if (!open_directories(outbox, state)) {
		fail(error, 0, "%.200s: outbox, manifests: %s", state,
		    strerror(errno));
	} else {
		/* Leftovers do no harm where they cannot be removed. */
		durable_clean(outbox->outbox);
		return outbox;
	}
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

#define FILE_TEXT (NAME_MAX + 1)

/* FILE_NAME with SUFFIX behind it, or with nothing. */
static int
named(const char *file_name, const char *suffix, char name[FILE_TEXT])
{
	if (file_name[0] == '\0' || file_name[0] == '.' ||
	    strchr(file_name, '/') != NULL) {
		return EINVAL;
	}
	return snprintf(name, FILE_TEXT, "%s%s", file_name, suffix) > NAME_MAX
	           ? ENAMETOOLONG
	           : 0;
}

char *
outbox_path(const struct outbox *outbox, const char *file_name,
    char path[OUTBOX_PATH])
{
	snprintf(path, OUTBOX_PATH, "%s/%.*s" ZONE_SUFFIX, outbox->path,
	    (int)(NAME_MAX - sizeof(ZONE_SUFFIX)), file_name);
	return path;
}

/* ---- manifests as they stand ---- */

/* Reads NAME in DIRECTORY, a manifest of the zone whose files are called
 * FILE_NAME. */
static void
standing_read(struct manifest_file *standing, const struct outbox *outbox,
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

/* ---- the archive ---- */

/* What is known of FILE_NAME's archive, directory AT; NULL with errno. */
static struct archive *
archive_of(struct outbox *outbox, int at, const char *file_name)
{
	for (size_t i = 0; i < outbox->n_archives; i++) {
		if (strcmp(outbox->archives[i].file_name, file_name) == 0) {
			return &outbox->archives[i];
		}
	}
	int64_t *ids = NULL;
	size_t n = 0;
	int failed = manifest_ids(at, &ids, &n);

	if (failed != 0) {
		errno = failed;
		return NULL;
	}
	durable_clean(at);
	outbox->archives = grow(outbox->archives, outbox->n_archives,
	    &outbox->capacity, (size_t)1 << 24, sizeof(*outbox->archives));
	struct archive *archive = &outbox->archives[outbox->n_archives++];

	archive->file_name = xstrdup(file_name);
	archive->newest = n > 0 ? ids[n - 1] : 0;
	free(ids);
	return archive;
}

/* ---- releasing ---- */

struct release {
	struct outbox *outbox;
	const char *file_name;
	int fd;
	struct manifest manifest; /* `previous' filled in */
	int at;                   /* manifests/<zone> */
	struct archive *archive;
	struct manifest_file standing; /* in the outbox */
	struct manifest_file archived; /* the archive's newest */
	char *text;                    /* what is to stand there */
	size_t length;
	char hash[65];
	char *error;
};

static bool
is_ours(const struct release *release, const struct manifest_file *standing)
{
	const struct manifest *m = &standing->manifest;

	return standing->good && m->candidate == release->manifest.candidate &&
	       m->bytes == release->manifest.bytes &&
	       memcmp(m->sha256, release->manifest.sha256, sizeof(m->sha256)) ==
	           0;
}

static int
keep_text(struct release *release, const struct manifest_file *standing)
{
	release->text = xmalloc(standing->length);
	memcpy(release->text, standing->text, standing->length);
	release->length = standing->length;
	snprintf(release->hash, sizeof(release->hash), "%s", standing->hash);
	return 0;
}

/* The manifest behind the one with id NEWEST and HASH, or the first. */
static int
sign(struct release *release, int64_t newest, const char *hash)
{
	struct manifest *m = &release->manifest;

	if (m->candidate <= newest) {
		return fail(release->error, EEXIST,
		    "%s: candidate %lld is not newer than %lld, which was "
		    "released already; if the ledger was lost, run `zonegate "
		    "rebuild'",
		    release->file_name, (long long)m->candidate,
		    (long long)newest);
	}
	snprintf(m->previous, sizeof(m->previous), "%s", hash);
	release->text = manifest_write(m, release->outbox->key,
	    &release->length, release->hash);
	return release->text != NULL ? 0
	                             : fail(release->error, EINVAL,
	                                   "%s: the manifest cannot be signed",
	                                   release->file_name);
}

/* Finds or makes the text of this release's manifest. */
static int
choose_text(struct release *release)
{
	const struct manifest_file *standing = &release->standing;
	int64_t stands = standing->good ? standing->manifest.candidate : 0;
	int64_t newest = release->archive->newest;

	if (is_ours(release, standing)) {
		return keep_text(release, standing);
	}
	if (standing->good && stands >= newest) {
		return sign(release, stands, standing->hash);
	}
	if (newest == 0) {
		return sign(release, 0, "");
	}
	char name[MANIFEST_FILE_NAME];

	standing_read(&release->archived, release->outbox, release->at,
	    manifest_file_name(newest, name), release->file_name);
	if (release->archived.failed != 0) {
		return fail(release->error, release->archived.failed,
		    "manifests/%s/%s: %s", release->file_name, name,
		    release->archived.why);
	}
	if (is_ours(release, &release->archived)) {
		return keep_text(release, &release->archived);
	}
	return sign(release, newest, release->archived.hash);
}

/* Puts TEXT in the archive as ID, unless it is there. */
static int
archive_text(struct release *release, int64_t id, const char *text,
    size_t length)
{
	char name[FILE_TEXT];

	if (release->archive->newest >= id) {
		return durable_sync(release->at);
	}
	int failed = durable_write(release->at, manifest_file_name(id, name),
	    text, length);

	if (failed != 0) {
		return fail(release->error, failed, "manifests/%s/%s: %s",
		    release->file_name, name, strerror(failed));
	}
	release->archive->newest = id;
	return 0;
}

/* 0 if the SIZE octets hashed to SHA256 are those of the manifest. */
static int
compare(const struct release *release, const uint8_t sha256[32], uint64_t size)
{
	return size == release->manifest.bytes &&
	               memcmp(sha256, release->manifest.sha256, 32) == 0
	           ? 0
	           : EBADMSG;
}

/* True if the zone in the outbox has the octets already.  Asked only where it
 * is likely: a copy costs less than reading a large zone for nothing. */
static bool
zone_is_there(const struct release *release, const char *name)
{
	struct stat status;
	uint8_t sha256[32];
	uint64_t size;

	return is_ours(release, &release->standing) &&
	       fstatat(release->outbox->outbox, name, &status,
	           AT_SYMLINK_NOFOLLOW) == 0 &&
	       (uint64_t)status.st_size == release->manifest.bytes &&
	       durable_hash(release->outbox->outbox, name, sha256, &size) ==
	           0 &&
	       compare(release, sha256, size) == 0;
}

static int
check_octets(const struct release *release)
{
	uint8_t sha256[32];
	uint64_t size;
	int failed = durable_hash_fd(release->fd, sha256, &size);

	return failed == 0 ? compare(release, sha256, size) : failed;
}

static int
place_zone(struct release *release)
{
	char name[FILE_TEXT];
	int failed = named(release->file_name, ZONE_SUFFIX, name);

	if (failed == 0 && zone_is_there(release, name)) {
		failed = check_octets(release);
		if (failed == 0) {
			failed = durable_sync(release->outbox->outbox);
		}
	} else if (failed == 0) {
		failed = durable_copy_exactly(release->fd,
		    release->outbox->outbox, name, release->manifest.sha256,
		    release->manifest.bytes);
	}
	if (failed == EBADMSG) {
		return fail(release->error, failed,
		    "%s: the octets of candidate %lld are not those that were "
		    "judged; it was not released",
		    release->file_name, (long long)release->manifest.candidate);
	}
	return failed == 0 ? 0
	                   : fail(release->error, failed, "outbox/%s: %s", name,
	                         strerror(failed));
}

static int
place_manifest(struct release *release)
{
	const struct manifest_file *standing = &release->standing;
	char name[FILE_TEXT];
	int failed = named(release->file_name, MANIFEST_SUFFIX, name);

	if (failed == 0 && standing->failed == 0 &&
	    standing->length == release->length &&
	    memcmp(standing->text, release->text, release->length) == 0) {
		failed = durable_sync(release->outbox->outbox);
	} else if (failed == 0) {
		failed = durable_write(release->outbox->outbox, name,
		    release->text, release->length);
	}
	return failed == 0 ? 0
	                   : fail(release->error, failed, "outbox/%s: %s", name,
	                         strerror(failed));
}

static int
run(struct release *release)
{
	const struct manifest_file *standing = &release->standing;
	int failed = choose_text(release);

	/* It is about to be replaced, and was stopped on its way there. */
	if (failed == 0 && standing->good) {
		failed = archive_text(release, standing->manifest.candidate,
		    standing->text, standing->length);
	}
	if (failed == 0) {
		failed = place_zone(release);
	}
	if (failed == 0) {
		failed = place_manifest(release);
	}
	if (failed == 0) {
		failed = archive_text(release, release->manifest.candidate,
		    release->text, release->length);
	}
	return failed;
}

/* Opens the zone's archive, which is made, and reads what stands. */
static int
set_up(struct release *release)
{
	struct outbox *outbox = release->outbox;
	char name[FILE_TEXT];
	int failed = named(release->file_name, MANIFEST_SUFFIX, name);

	if (failed != 0) {
		return fail(release->error, failed,
		    "%.200s: no file can be called so", release->file_name);
	}
	release->at = open_made(outbox->manifests, release->file_name);
	if (release->at >= 0) {
		release->archive =
		    archive_of(outbox, release->at, release->file_name);
	}
	if (release->archive == NULL) {
		return fail(release->error, errno, "manifests/%s: %s",
		    release->file_name, strerror(errno));
	}
	standing_read(&release->standing, outbox, outbox->outbox, name,
	    release->file_name);
	return 0;
}

int
outbox_release(struct outbox *outbox, const char *file_name, int fd,
    const struct manifest *manifest, char hash[65], char error[OUTBOX_ERROR])
{
	struct release release = {
	    .outbox = outbox,
	    .file_name = file_name,
	    .fd = fd,
	    .manifest = *manifest,
	    .at = -1,
	    .error = error,
	};
	int failed = set_up(&release);

	if (failed == 0) {
		failed = run(&release);
	}
	if (failed == 0) {
		snprintf(hash, 65, "%s", release.hash);
	}
	if (release.at >= 0) {
		close(release.at);
	}
	free(release.text);
	manifest_file_release(&release.standing);
	manifest_file_release(&release.archived);
	return failed;
}

/* ---- looking ---- */

/* What a zone is that was read (or not, with FAILED) beside STANDING. */
static enum outbox_state
judge(const struct manifest_file *standing, int failed,
    const uint8_t sha256[32], char why[OUTBOX_ERROR])
{
	if (failed == ENOENT && standing->failed == ENOENT) {
		fail(why, 0, "nothing was released yet");
		return OUTBOX_EMPTY;
	}
	if (!standing->good) {
		fail(why, 0, "the manifest: %.400s", standing->why);
		return OUTBOX_UNMARKED;
	}
	if (failed != 0) {
		fail(why, 0, "the zone file: %s", strerror(failed));
		return OUTBOX_OTHER;
	}
	if (memcmp(sha256, standing->manifest.sha256, 32) != 0) {
		fail(why, 0,
		    "the zone file is not the one that was released (candidate "
		    "%lld)",
		    (long long)standing->manifest.candidate);
		return OUTBOX_OTHER;
	}
	fail(why, 0, "as released (candidate %lld)",
	    (long long)standing->manifest.candidate);
	return OUTBOX_GOOD;
}

enum outbox_state
outbox_look(struct outbox *outbox, const char *file_name,
    struct manifest *manifest, uint8_t sha256[32], char why[OUTBOX_ERROR])
{
	struct manifest_file standing;
	char zone_name[FILE_TEXT];
	char manifest_name[FILE_TEXT];
	uint64_t size;
	int failed = named(file_name, MANIFEST_SUFFIX, manifest_name);

	memset(sha256, 0, 32);
	if (failed != 0) {
		fail(why, 0, "no file can be called so");
		return OUTBOX_UNMARKED;
	}
	named(file_name, ZONE_SUFFIX, zone_name);
	standing_read(&standing, outbox, outbox->outbox, manifest_name,
	    file_name);
	failed = durable_hash(outbox->outbox, zone_name, sha256, &size);
	enum outbox_state state = judge(&standing, failed, sha256, why);

	if (standing.good) {
		*manifest = standing.manifest;
	}
	manifest_file_release(&standing);
	return state;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox_release.c -- how a zone gets into the outbox.
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
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "durable.h"
#include "outbox_parts.h"

/* ---- the archive ---- */

/* Gives what is known of FILE_NAME's archive, directory AT.  0 or an errno. */
static int
archive_of(struct outbox *outbox, int at, const char *file_name,
    struct archive **archive)
{
	int64_t *ids = NULL;
	size_t n = 0;

	for (size_t i = 0; i < outbox->n_archives; i++) {
		if (strcmp(outbox->archives[i].file_name, file_name) == 0) {
			*archive = &outbox->archives[i];
			return 0;
		}
	}
	int failed = manifest_ids(at, &ids, &n);

	if (failed != 0) {
		return failed;
	}
	durable_clean(at);
	outbox->archives = grow(outbox->archives, outbox->n_archives,
	    &outbox->capacity, (size_t)1 << 24, sizeof(*outbox->archives));
	*archive = &outbox->archives[outbox->n_archives++];
	(*archive)->file_name = xstrdup(file_name);
	(*archive)->newest = n > 0 ? ids[n - 1] : 0;
	free(ids);
	return 0;
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
		return outbox_fail(release->error, EEXIST,
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
	                             : outbox_fail(release->error, EINVAL,
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

	outbox_read(&release->archived, release->outbox, release->at,
	    manifest_file_name(newest, name), release->file_name);
	if (release->archived.failed != 0) {
		return outbox_fail(release->error, release->archived.failed,
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
	char name[OUTBOX_NAME];

	if (release->archive->newest >= id) {
		return durable_sync(release->at);
	}
	int failed = durable_write(release->at, manifest_file_name(id, name),
	    text, length);

	if (failed != 0) {
		return outbox_fail(release->error, failed,
		    "manifests/%s/%s: %s", release->file_name, name,
		    strerror(failed));
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
	char name[OUTBOX_NAME];
	int failed = outbox_name(release->file_name, OUTBOX_ZONE, name);

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
		return outbox_fail(release->error, failed,
		    "%s: the octets of candidate %lld are not those that were "
		    "judged; it was not released",
		    release->file_name, (long long)release->manifest.candidate);
	}
	return failed == 0 ? 0
	                   : outbox_fail(release->error, failed,
	                         "outbox/%s: %s", name, strerror(failed));
}

static int
place_manifest(struct release *release)
{
	const struct manifest_file *standing = &release->standing;
	char name[OUTBOX_NAME];
	int failed = outbox_name(release->file_name, OUTBOX_MANIFEST, name);

	if (failed == 0 && standing->failed == 0 &&
	    standing->length == release->length &&
	    memcmp(standing->text, release->text, release->length) == 0) {
		failed = durable_sync(release->outbox->outbox);
	} else if (failed == 0) {
		failed = durable_write(release->outbox->outbox, name,
		    release->text, release->length);
	}
	return failed == 0 ? 0
	                   : outbox_fail(release->error, failed,
	                         "outbox/%s: %s", name, strerror(failed));
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
	char name[OUTBOX_NAME];
	int failed = outbox_name(release->file_name, OUTBOX_MANIFEST, name);

	if (failed != 0) {
		outbox_fail(release->error, failed,
		    "%.200s: no file can be called so", release->file_name);
		return failed;
	}
	failed = outbox_open_made(outbox->manifests, release->file_name,
	    &release->at);
	if (failed == 0) {
		failed = archive_of(outbox, release->at, release->file_name,
		    &release->archive);
	}
	if (failed != 0) {
		outbox_fail(release->error, failed, "manifests/%s: %s",
		    release->file_name, strerror(failed));
		return failed;
	}
	outbox_read(&release->standing, outbox, outbox->outbox, name,
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

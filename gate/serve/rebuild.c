/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rebuild.c -- the ledger from outbox and manifests.
 *
 * It is built in STATE/rebuild/, then the old one is moved aside, then the new
 * one into its place.  Stopped before the last step, there is no ledger at
 * all, and rebuild_is_wanted() says so at the next start.  The old one goes
 * before its -wal: an older database without its log could pass for a good
 * one, a log without a database cannot.
 */
#include "rebuild.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "clock.h"
#include "durable.h"
#include "ledger.h"
#include "manifest_file.h"

#define LEDGER "ledger.sqlite"
#define FOLDER "rebuild"
#define MANIFEST_SUFFIX ".manifest"

/* Candidates kept of each zone, beside the note of its release. */
#define KEEP_ROWS 1000
/* Releases in one transaction. */
#define BATCH 64
/* Ids that may have been given since the newest that is known. */
#define GAP 1000

static const char *const suffixes[] = {"", "-wal", "-shm"};
#define N_SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

struct rebuild {
	const char *state;
	char *words;
	int at;        /* STATE */
	int manifests; /* -1: none */
	int outbox;    /* -1: none */
	struct manifest_key *key;
	struct ledger *ledger;
	bool failed;
	int64_t newest_id;
	int64_t newest_time;
	size_t n_zones, n_releases, n_bad;

	/* Of one zone. */
	struct past_release *batch;
	size_t n_batch;
	size_t left; /* manifests still to come */
	int64_t last_id;
	int64_t last_good_at;
};

static bool __attribute__((format(printf, 2, 3)))
refuse(struct rebuild *rebuild, const char *format, ...)
{
	va_list arguments;

	if (!rebuild->failed) {
		va_start(arguments, format);
		vsnprintf(rebuild->words, REBUILD_ERROR, format, arguments);
		va_end(arguments);
	}
	rebuild->failed = true;
	return false;
}

static bool
refuse_ledger(struct rebuild *rebuild)
{
	return refuse(rebuild, FOLDER "/" LEDGER ": %s",
	    ledger_error(rebuild->ledger));
}

static int
open_directory(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
close_directory(int at)
{
	if (at >= 0) {
		close(at);
	}
}

/* ---- one zone ---- */

static bool
write_batch(struct rebuild *rebuild)
{
	if (rebuild->failed || rebuild->n_batch == 0) {
		return !rebuild->failed;
	}
	if (ledger_restore(rebuild->ledger, rebuild->batch, rebuild->n_batch) !=
	    LEDGER_OK) {
		return refuse_ledger(rebuild);
	}
	rebuild->n_releases += rebuild->n_batch;
	rebuild->n_batch = 0;
	return true;
}

static void
read_decision(const char *text, struct candidate *candidate)
{
	for (int i = DECISION_UNJUDGED; i <= DECISION_RELEASE; i++) {
		if (strcmp(text, decision_name((enum decision)i)) == 0) {
			candidate->decided = true;
			candidate->decision = (enum decision)i;
		}
	}
}

/* What is known of a candidate by its manifest M. */
static void
describe(struct candidate *candidate, const struct manifest *m)
{
	*candidate = (struct candidate){
	    .id = m->candidate,
	    .bytes = m->bytes,
	    .received_at = m->at,
	    .via = "manifest",
	    .actor = "zonegate rebuild",
	    .judged_at = m->at,
	    .has_serial = m->has_serial,
	    .serial = m->serial,
	    .expiry = m->expiry,
	    .soa_expire = m->soa_expire,
	    .reason = "known by its manifest: the ledger was made again",
	    .released_at = m->at,
	};
	snprintf(candidate->zone, sizeof(candidate->zone), "%s", m->zone);
	snprintf(candidate->released_by, sizeof(candidate->released_by), "%s",
	    m->released_by);
	memcpy(candidate->sha256, m->sha256, sizeof(m->sha256));
	memcpy(candidate->received_sha256, m->sha256, sizeof(m->sha256));
	memcpy(candidate->policy_sha256, m->policy_sha256,
	    sizeof(m->policy_sha256));
	read_decision(m->decision, candidate);
	candidate->state =
	    candidate->decided ? CANDIDATE_RELEASED : CANDIDATE_OBSERVED;
}

/* Takes a release up; the one before it was replaced by it. */
static void
add(struct rebuild *rebuild, const struct manifest_file *file)
{
	const struct manifest *m = &file->manifest;

	if (rebuild->n_batch > 0) {
		struct past_release *before =
		    &rebuild->batch[rebuild->n_batch - 1];

		if (before->candidate.state == CANDIDATE_RELEASED) {
			before->candidate.state = CANDIDATE_REPLACED;
		}
	}
	/* The last one stays here until it is known what follows it. */
	if (rebuild->n_batch == BATCH) {
		write_batch(rebuild);
	}
	struct past_release *past = &rebuild->batch[rebuild->n_batch];

	if (rebuild->failed) {
		return;
	}
	describe(&past->candidate, m);
	past->row = rebuild->left < KEEP_ROWS;
	snprintf(past->manifest_sha256, sizeof(past->manifest_sha256), "%s",
	    file->hash);
	rebuild->n_batch++;
	rebuild->last_id = m->candidate;
	if (m->at > rebuild->newest_time) {
		rebuild->newest_time = m->at;
	}
	if (strcmp(m->released_by, "verdict") == 0) {
		rebuild->last_good_at = m->at;
	}
}

static void
add_link(void *context, const struct chain_link *link)
{
	struct rebuild *rebuild = context;

	rebuild->left -= rebuild->left > 0;
	/* A break of the chain does not undo a release; a bad signature, or
	 * another candidate's manifest, says nothing about one. */
	if (link->file->good && link->file->manifest.candidate == link->id) {
		add(rebuild, link->file);
	}
	rebuild->n_bad += link->why != NULL;
}

static void
count_id(struct rebuild *rebuild, int64_t id)
{
	if (id > rebuild->newest_id) {
		rebuild->newest_id = id;
	}
}

/* Goes through the archive of the zone whose files are called FILE_NAME. */
static bool
read_archive(struct rebuild *rebuild, const char *file_name)
{
	int at = open_directory(rebuild->manifests, file_name);
	int64_t *ids = NULL;
	size_t n = 0;

	if (at < 0 && errno == ENOTDIR) {
		return true;
	}
	if (at < 0) {
		return refuse(rebuild, "manifests/%.200s: %s", file_name,
		    strerror(errno));
	}
	int failed = manifest_ids(at, &ids, &n);

	if (failed == 0) {
		count_id(rebuild, n > 0 ? ids[n - 1] : 0);
		free(ids);
		rebuild->left = n;
		failed = manifest_chain(at, rebuild->key, add_link, rebuild);
	}
	close(at);
	return failed == 0 ? !rebuild->failed
	                   : refuse(rebuild, "manifests/%.200s: %s", file_name,
	                         strerror(failed));
}

/* What stands in the outbox may not have reached the archive. */
static void
read_standing(struct rebuild *rebuild, const char *file_name)
{
	struct manifest_file file;
	char name[NAME_MAX + 1];

	if (rebuild->outbox < 0 ||
	    snprintf(name, sizeof(name), "%s" MANIFEST_SUFFIX, file_name) >=
	        (int)sizeof(name)) {
		return;
	}
	if (manifest_file_read(&file, rebuild->outbox, name, rebuild->key)) {
		count_id(rebuild, file.manifest.candidate);
		if (file.manifest.candidate > rebuild->last_id) {
			add(rebuild, &file);
		}
	}
	manifest_file_release(&file);
}

static bool
keep_fact(struct rebuild *rebuild, const char *zone, const char *name,
    int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	return ledger_set_fact(rebuild->ledger, zone, name, text) == LEDGER_OK
	           ? true
	           : refuse_ledger(rebuild);
}

static bool
read_zone(struct rebuild *rebuild, const char *file_name)
{
	rebuild->n_batch = 0;
	rebuild->last_id = 0;
	rebuild->last_good_at = 0;
	if (!read_archive(rebuild, file_name)) {
		return false;
	}
	read_standing(rebuild, file_name);
	if (rebuild->failed || rebuild->n_batch == 0) {
		return !rebuild->failed;
	}
	char zone[LIMIT_NAME_TEXT];

	snprintf(zone, sizeof(zone), "%s",
	    rebuild->batch[rebuild->n_batch - 1].candidate.zone);
	rebuild->n_zones++;
	return write_batch(rebuild) &&
	       (rebuild->last_good_at == 0 ||
	           keep_fact(rebuild, zone, "last_good_at",
	               rebuild->last_good_at));
}

/* ---- directories ---- */

/* Calls EACH for every name in directory AT that does not begin with a dot;
 * false, with errno, if it cannot be read or EACH returns false. */
static bool
for_each(int at, struct rebuild *rebuild,
    bool (*each)(struct rebuild *rebuild, const char *name))
{
	int copy = open_directory(at, ".");
	DIR *list = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	bool good = true;

	if (list == NULL) {
		if (copy >= 0) {
			close(copy);
		}
		return false;
	}
	errno = 0;
	while (good && (entry = readdir(list)) != NULL) {
		good = entry->d_name[0] == '.' || each(rebuild, entry->d_name);
		errno = good ? 0 : errno;
	}
	int failed = good ? errno : EIO;

	closedir(list);
	errno = failed;
	return failed == 0;
}

static bool
read_zones(struct rebuild *rebuild)
{
	return rebuild->manifests < 0 ||
	       for_each(rebuild->manifests, rebuild, read_zone) ||
	       refuse(rebuild, "manifests: %s", strerror(errno));
}

/* A report's file name begins with its candidate's id. */
static bool
count_report(struct rebuild *rebuild, const char *name)
{
	size_t digits = strspn(name, "0123456789");

	if (digits > 0 && digits <= 15) {
		count_id(rebuild, strtoll(name, NULL, 10));
	}
	return true;
}

static bool
skip_ids(struct rebuild *rebuild)
{
	int reports = open_directory(rebuild->at, "reports");

	if (reports >= 0) {
		for_each(reports, rebuild, count_report);
		close(reports);
	}
	if (rebuild->newest_id == 0) {
		return true;
	}
	int64_t above = rebuild->newest_id > INT64_MAX / 2
	                    ? rebuild->newest_id
	                    : rebuild->newest_id + GAP;

	return ledger_skip_ids(rebuild->ledger, above) == LEDGER_OK
	           ? true
	           : refuse_ledger(rebuild);
}

/* Looks for a manifest; false: there is one, no need to look on. */
static bool
has_none(struct rebuild *rebuild, const char *file_name)
{
	int at = open_directory(rebuild->manifests, file_name);
	int64_t *ids = NULL;
	size_t n = 0;

	if (at < 0) {
		return true;
	}
	if (manifest_ids(at, &ids, &n) == 0) {
		free(ids);
	}
	close(at);
	return n == 0;
}

/* ---- the new one ---- */

/* Removes what an earlier attempt left in directory AT. */
static int
clear(int at)
{
	int failed = 0;

	for (size_t i = 0; i < N_SUFFIXES && failed == 0; i++) {
		char name[64];

		snprintf(name, sizeof(name), LEDGER "%s", suffixes[i]);
		failed = durable_remove(at, name);
	}
	return failed;
}

static bool
fill(struct rebuild *rebuild)
{
	return read_zones(rebuild) && skip_ids(rebuild) &&
	       (rebuild->newest_time == 0 ||
	           keep_fact(rebuild, "", "newest_time", rebuild->newest_time));
}

/* Makes it in directory AT, STATE/rebuild. */
static bool
build(struct rebuild *rebuild, int at)
{
	char path[4096];
	char error[LEDGER_ERROR];
	struct stat status;
	int failed = clear(at);

	if (failed != 0) {
		return refuse(rebuild, FOLDER ": %s", strerror(failed));
	}
	if (snprintf(path, sizeof(path), "%s/" FOLDER, rebuild->state) >=
	    (int)sizeof(path)) {
		return refuse(rebuild, "the path of %.100s... is too long",
		    rebuild->state);
	}
	if (ledger_open(path, true, &rebuild->ledger, error) != LEDGER_OK) {
		return refuse(rebuild, FOLDER "/" LEDGER ": %s", error);
	}
	bool good = fill(rebuild);

	ledger_close(rebuild->ledger);
	rebuild->ledger = NULL;
	/* Closing takes the log over; what is still in it would be lost. */
	if (good && fstatat(at, LEDGER "-wal", &status, 0) == 0 &&
	    status.st_size > 0) {
		return refuse(rebuild,
		    FOLDER "/" LEDGER ": its log could not be taken over; is "
		           "the disk full?");
	}
	return good;
}

/* ---- in the place of the old one ---- */

static int
move(int from, const char *name, int to, const char *new_name)
{
	int failed = durable_fault(DURABLE_RENAME);

	if (failed == 0 && renameat(from, name, to, new_name) != 0) {
		failed = errno;
	}
	return failed == ENOENT ? 0 : failed;
}

/* "ledger.sqlite.broken-20261121T230000Z", which is not there yet. */
static void
name_broken(const struct rebuild *rebuild, char name[80])
{
	time_t now = (time_t)clock_now();
	struct tm at = {0};
	char time_text[32] = "";

	if (gmtime_r(&now, &at) != NULL) {
		strftime(time_text, sizeof(time_text), "%Y%m%dT%H%M%SZ", &at);
	}
	snprintf(name, 80, LEDGER ".broken-%s", time_text);
	for (int i = 2; i < 1000 && faccessat(rebuild->at, name, F_OK,
	                                AT_SYMLINK_NOFOLLOW) == 0;
	     i++) {
		snprintf(name, 80, LEDGER ".broken-%s-%d", time_text, i);
	}
}

static bool
put_in_place(struct rebuild *rebuild, int from)
{
	char broken[80];
	int failed = 0;

	name_broken(rebuild, broken);
	for (size_t i = 0; i < N_SUFFIXES && failed == 0; i++) {
		char name[64];
		char aside[96];

		snprintf(name, sizeof(name), LEDGER "%s", suffixes[i]);
		snprintf(aside, sizeof(aside), "%s%s", broken, suffixes[i]);
		failed = move(rebuild->at, name, rebuild->at, aside);
		if (failed == 0) {
			failed = durable_sync(rebuild->at);
		}
	}
	if (failed == 0) {
		failed = move(from, LEDGER, rebuild->at, LEDGER);
	}
	if (failed == 0) {
		failed = durable_sync(rebuild->at);
	}
	return failed == 0 ? true
	                   : refuse(rebuild, LEDGER ": %s", strerror(failed));
}

/* ---- all of it ---- */

static bool
open_all(struct rebuild *rebuild)
{
	char error[MANIFEST_ERROR];

	rebuild->at = open_directory(AT_FDCWD, rebuild->state);
	if (rebuild->at < 0) {
		return refuse(rebuild, "%.200s: %s", rebuild->state,
		    strerror(errno));
	}
	rebuild->outbox = open_directory(rebuild->at, "outbox");
	rebuild->manifests = open_directory(rebuild->at, "manifests");
	if (rebuild->manifests < 0 && errno != ENOENT) {
		return refuse(rebuild, "manifests: %s", strerror(errno));
	}
	/* Where nothing was released there need not be a key. */
	bool none = rebuild->manifests < 0 ||
	            for_each(rebuild->manifests, rebuild, has_none);

	rebuild->key = manifest_key_open(rebuild->state, none, error);
	return rebuild->key != NULL
	           ? true
	           : refuse(rebuild,
	                 "the key, which tells manifests that are ours: %s",
	                 error);
}

static bool
run(struct rebuild *rebuild)
{
	if (!open_all(rebuild)) {
		return false;
	}
	int failed = durable_mkdir(rebuild->at, FOLDER, 0700);
	int folder = failed == 0 ? open_directory(rebuild->at, FOLDER) : -1;

	if (folder < 0) {
		return refuse(rebuild, FOLDER ": %s",
		    strerror(failed != 0 ? failed : errno));
	}
	bool good = build(rebuild, folder) && put_in_place(rebuild, folder);

	clear(folder);
	close(folder);
	unlinkat(rebuild->at, FOLDER, AT_REMOVEDIR);
	return good;
}

bool
rebuild_ledger(const char *state, char words[REBUILD_ERROR])
{
	struct rebuild rebuild = {
	    .state = state,
	    .words = words,
	    .at = -1,
	    .manifests = -1,
	    .outbox = -1,
	    .batch = xcalloc(BATCH, sizeof(struct past_release)),
	};
	bool good = run(&rebuild);

	if (good) {
		snprintf(words, REBUILD_ERROR,
		    "made again: %zu releases of %zu zones; %zu manifests are "
		    "not as they must be",
		    rebuild.n_releases, rebuild.n_zones, rebuild.n_bad);
	}
	manifest_key_free(rebuild.key);
	free(rebuild.batch);
	close_directory(rebuild.at);
	close_directory(rebuild.manifests);
	close_directory(rebuild.outbox);
	return good;
}

/* ---- is it wanted? ---- */

bool
rebuild_is_wanted(const char *state)
{
	struct rebuild look = {.at = open_directory(AT_FDCWD, state)};
	struct stat status;
	bool wanted = false;

	if (look.at < 0) {
		return false;
	}
	bool lost = fstatat(look.at, LEDGER, &status, 0) == 0
	                ? status.st_size == 0
	                : errno == ENOENT;

	look.manifests = lost ? open_directory(look.at, "manifests") : -1;
	if (look.manifests >= 0) {
		wanted = !for_each(look.manifests, &look, has_none);
		close(look.manifests);
	}
	close(look.at);
	return wanted;
}

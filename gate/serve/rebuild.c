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
#include "rebuild_parts.h"

static const char *const suffixes[] = {"", "-wal", "-shm"};
#define N_SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

bool
rebuild_refuse(struct rebuild *rebuild, const char *format, ...)
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

int
rebuild_directory(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

bool
rebuild_for_each(int at, struct rebuild *rebuild,
    bool (*each)(struct rebuild *rebuild, const char *name))
{
	int copy = rebuild_directory(at, ".");
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

bool
rebuild_has_none(struct rebuild *rebuild, const char *file_name)
{
	int at = rebuild_directory(rebuild->manifests, file_name);
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

static void
close_directory(int at)
{
	if (at >= 0) {
		close(at);
	}
}

/* ---- the new one ---- */

/* Removes what an earlier attempt left in directory AT. */
static int
clear(int at)
{
	int failed = 0;

	for (size_t i = 0; i < N_SUFFIXES && failed == 0; i++) {
		char name[64];

		snprintf(name, sizeof(name), REBUILD_LEDGER "%s", suffixes[i]);
		failed = durable_remove(at, name);
	}
	return failed;
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
		return rebuild_refuse(rebuild, REBUILD_FOLDER ": %s",
		    strerror(failed));
	}
	if (snprintf(path, sizeof(path), "%s/" REBUILD_FOLDER,
	        rebuild->state) >= (int)sizeof(path)) {
		return rebuild_refuse(rebuild,
		    "the path of %.100s... is too long", rebuild->state);
	}
	if (ledger_open(path, true, &rebuild->ledger, error) != LEDGER_OK) {
		return rebuild_refuse(rebuild,
		    REBUILD_FOLDER "/" REBUILD_LEDGER ": %s", error);
	}
	bool good = rebuild_fill(rebuild);

	ledger_close(rebuild->ledger);
	rebuild->ledger = NULL;
	/* Closing takes the log over; what is still in it would be lost. */
	if (good && fstatat(at, REBUILD_LEDGER "-wal", &status, 0) == 0 &&
	    status.st_size > 0) {
		return rebuild_refuse(rebuild, REBUILD_FOLDER
		    "/" REBUILD_LEDGER ": its log could not be taken over; is "
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
	snprintf(name, 80, REBUILD_LEDGER ".broken-%s", time_text);
	for (int i = 2; i < 1000 && faccessat(rebuild->at, name, F_OK,
	                                AT_SYMLINK_NOFOLLOW) == 0;
	     i++) {
		snprintf(name, 80, REBUILD_LEDGER ".broken-%s-%d", time_text,
		    i);
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

		snprintf(name, sizeof(name), REBUILD_LEDGER "%s", suffixes[i]);
		snprintf(aside, sizeof(aside), "%s%s", broken, suffixes[i]);
		failed = move(rebuild->at, name, rebuild->at, aside);
		if (failed == 0) {
			failed = durable_sync(rebuild->at);
		}
	}
	if (failed == 0) {
		failed =
		    move(from, REBUILD_LEDGER, rebuild->at, REBUILD_LEDGER);
	}
	if (failed == 0) {
		failed = durable_sync(rebuild->at);
	}
	return failed == 0 ? true
	                   : rebuild_refuse(rebuild, REBUILD_LEDGER ": %s",
	                         strerror(failed));
}

/* ---- all of it ---- */

static bool
open_all(struct rebuild *rebuild)
{
	char error[MANIFEST_ERROR];

	rebuild->at = rebuild_directory(AT_FDCWD, rebuild->state);
	if (rebuild->at < 0) {
		return rebuild_refuse(rebuild, "%.200s: %s", rebuild->state,
		    strerror(errno));
	}
	rebuild->outbox = rebuild_directory(rebuild->at, "outbox");
	rebuild->manifests = rebuild_directory(rebuild->at, "manifests");
	if (rebuild->manifests < 0 && errno != ENOENT) {
		return rebuild_refuse(rebuild, "manifests: %s",
		    strerror(errno));
	}
	/* Where nothing was released there need not be a key. */
	bool none =
	    rebuild->manifests < 0 ||
	    rebuild_for_each(rebuild->manifests, rebuild, rebuild_has_none);

	rebuild->key = manifest_key_open(rebuild->state, none, error);
	return rebuild->key != NULL
	           ? true
	           : rebuild_refuse(rebuild,
	                 "the key, which tells manifests that are ours: %s",
	                 error);
}

static bool
run(struct rebuild *rebuild)
{
	if (!open_all(rebuild)) {
		return false;
	}
	int failed = durable_mkdir(rebuild->at, REBUILD_FOLDER, 0700);
	int folder =
	    failed == 0 ? rebuild_directory(rebuild->at, REBUILD_FOLDER) : -1;

	if (folder < 0) {
		return rebuild_refuse(rebuild, REBUILD_FOLDER ": %s",
		    strerror(failed != 0 ? failed : errno));
	}
	bool good = build(rebuild, folder) && put_in_place(rebuild, folder);

	clear(folder);
	close(folder);
	unlinkat(rebuild->at, REBUILD_FOLDER, AT_REMOVEDIR);
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
	    .batch = xcalloc(REBUILD_BATCH, sizeof(struct past_release)),
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
	struct rebuild look = {.at = rebuild_directory(AT_FDCWD, state)};
	struct stat status;
	bool wanted = false;

	if (look.at < 0) {
		return false;
	}
	bool lost = fstatat(look.at, REBUILD_LEDGER, &status, 0) == 0
	                ? status.st_size == 0
	                : errno == ENOENT;

	look.manifests = lost ? rebuild_directory(look.at, "manifests") : -1;
	if (look.manifests >= 0) {
		wanted =
		    !rebuild_for_each(look.manifests, &look, rebuild_has_none);
		close(look.manifests);
	}
	close(look.at);
	return wanted;
}

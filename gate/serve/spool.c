/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spool.c -- files that a signer renames into spool/<zone>/: seen at once
 * (inotify), and at intervals.
 *
 * A file in spool/<zone>/ is whole once it was renamed there.  So that a file
 * written in place does no harm, one that somebody still has open for writing
 * is left alone: the kernel grants a read lease only when nobody has.  Where
 * leases cannot be had, it must not have changed for a scan interval.  Names
 * that begin with a dot or end in `~', ".tmp" or ".part" are never taken.
 */
#include "serve/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

struct spool {
	struct daemon *daemon;
	int inotify;
	struct event *changed, *scan, *soon;
};

static bool
ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), n = strlen(end);

	return length > n && strcmp(name + length - n, end) == 0;
}

static bool
may_be_taken(const char *name)
{
	return name[0] != '.' && !ends_in(name, "~") &&
	       !ends_in(name, ".tmp") && !ends_in(name, ".part");
}

/* True if nobody has FD's file open for writing. */
static bool
is_whole(int fd, const struct stat *status, int64_t settled_s)
{
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return true;
	}
	if (errno == EAGAIN) {
		return false;
	}
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec - status->st_mtime >= settled_s &&
	       now.tv_sec - status->st_ctime >= settled_s;
}

static void
take_from_spool(struct zone_run *run, int folder, const char *name)
{
	struct daemon *daemon = run->daemon;
	char file[ZONE_FILE_NAME + 64], to[DAEMON_PATH];
	struct stat status;
	struct timespec now;
	int fd = openat(folder, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0) {
		return;
	}
	bool whole = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	             is_whole(fd, &status, daemon->config->scan_interval_s);

	close(fd);
	if (!whole) {
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(file, sizeof(file), "%s,%lld%09ld.spool", run->file_name,
	    (long long)now.tv_sec, now.tv_nsec);
	if (renameat(folder, name, AT_FDCWD,
	        daemon_path(daemon, "upload", file, to)) == 0) {
		intake_take(run, -1, file, "spool", "spool", NULL, NULL);
	}
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* A file in the spool, and since when: a rename sets st_ctime. */
struct found {
	const char *name;
	struct timespec since;
};

static int
by_time(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->since.tv_sec != y->since.tv_sec) {
		return x->since.tv_sec < y->since.tv_sec ? -1 : 1;
	}
	if (x->since.tv_nsec != y->since.tv_nsec) {
		return x->since.tv_nsec < y->since.tv_nsec ? -1 : 1;
	}
	return strcmp(x->name, y->name);
}

static int
wanted(const struct dirent *entry)
{
	return may_be_taken(entry->d_name);
}

/* Oldest first, so that the newest is the last received. */
static void
take_all(struct zone_run *run, int folder, struct dirent **entries, int n)
{
	struct found *found = xcalloc((size_t)n, sizeof(*found));
	size_t n_found = 0;

	for (int i = 0; i < n; i++) {
		struct stat s;

		if (fstatat(folder, entries[i]->d_name, &s,
		        AT_SYMLINK_NOFOLLOW) == 0) {
			found[n_found++] =
			    (struct found){entries[i]->d_name, s.st_ctim};
		}
	}
	qsort(found, n_found, sizeof(*found), by_time);
	for (size_t i = 0; i < n_found && intake_has_room(run); i++) {
		take_from_spool(run, folder, found[i].name);
	}
	free(found);
}

static void
scan_zone(struct zone_run *run)
{
	char path[DAEMON_PATH];
	struct dirent **entries;

	run->spool_changed = false;
	if (run->zone == NULL || !run->zone->spool || !intake_has_room(run) ||
	    !intake_is_open(run->daemon)) {
		return;
	}
	daemon_path(run->daemon, "spool", run->file_name, path);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int n = folder < 0 ? -1 : scandir(path, &entries, wanted, by_name);

	if (n > 0) {
		take_all(run, folder, entries, n);
	}
	for (int i = 0; i < n; i++) {
		free(entries[i]);
	}
	if (n >= 0) {
		free(entries);
	}
	if (folder >= 0) {
		close(folder);
	}
}

/* What was on its way in when the daemon stopped, as far as there is room; and
 * octets that had been taken in, but that the ledger does not know. */
static void
recover(struct daemon *daemon)
{
	char path[DAEMON_PATH];
	struct dirent **entries;

	snprintf(path, sizeof(path), "%s/upload", daemon->state);
	int n = scandir(path, &entries, wanted, by_name);

	for (int i = 0; i < n; i++) {
		char *name = entries[i]->d_name;
		char zone[ZONE_FILE_NAME];
		size_t length = strcspn(name, ",");

		snprintf(zone, sizeof(zone), "%.*s", (int)length, name);
		for (size_t j = 0; j < daemon->n_zones; j++) {
			struct zone_run *run = daemon->zones[j];

			if (name[length] == ',' &&
			    strcmp(run->file_name, zone) == 0 &&
			    intake_has_room(run) && !intake_has(run, name)) {
				intake_take(run, -1, name, "spool", "spool",
				    NULL, NULL);
			}
		}
		free(entries[i]);
	}
	if (n >= 0) {
		free(entries);
	}
}

static void
on_scan(evutil_socket_t fd, short what, void *context)
{
	struct spool *spool = context;
	struct daemon *daemon = spool->daemon;

	(void)fd;
	(void)what;
	intake_try_again(daemon);
	recover(daemon);
	for (size_t i = 0; i < daemon->n_zones; i++) {
		scan_zone(daemon->zones[i]);
	}
}

static void
on_soon(evutil_socket_t fd, short what, void *context)
{
	const struct spool *spool = context;
	const struct daemon *daemon = spool->daemon;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < daemon->n_zones; i++) {
		if (daemon->zones[i]->spool_changed) {
			scan_zone(daemon->zones[i]);
		}
	}
}

void
spool_look_soon(struct spool *spool, struct zone_run *run)
{
	run->spool_changed = true;
	event_active(spool->soon, EV_TIMEOUT, 0);
}

/* However many files came, each zone is looked at once. */
static void
on_changed(evutil_socket_t fd, short what, void *context)
{
	char buffer[16384]
	    __attribute__((aligned(__alignof__(struct inotify_event))));
	const struct spool *spool = context;
	const struct daemon *daemon = spool->daemon;

	for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;) {
		for (char *at = buffer; at < buffer + got;) {
			const struct inotify_event *event =
			    (const struct inotify_event *)(const void *)at;

			for (size_t i = 0; i < daemon->n_zones; i++) {
				if (daemon->zones[i]->spool_watch ==
				    event->wd) {
					daemon->zones[i]->spool_changed = true;
				}
			}
			at += sizeof(*event) + event->len;
		}
	}
	on_soon(-1, what, context);
}

static void
watch_zone(const struct spool *spool, struct zone_run *run)
{
	char path[DAEMON_PATH];

	daemon_path(spool->daemon, "spool", run->file_name, path);
	run->spool_watch = inotify_add_watch(spool->inotify, path,
	    IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR);
}

/* ---- all of it ---- */

struct spool *
spool_start(struct daemon *daemon)
{
	struct spool *spool = xcalloc(1, sizeof(*spool));

	spool->daemon = daemon;
	spool->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (spool->inotify >= 0) {
		spool->changed = event_new(daemon->base, spool->inotify,
		    EV_READ | EV_PERSIST, on_changed, spool);
		event_add(spool->changed, NULL);
	}
	spool->scan = event_new(daemon->base, -1, EV_PERSIST, on_scan, spool);
	spool->soon = evtimer_new(daemon->base, on_soon, spool);
	spool_follow_config(spool);
	return spool;
}

void
spool_follow_config(struct spool *spool)
{
	struct daemon *daemon = spool->daemon;
	struct timeval interval = {daemon->config->scan_interval_s, 0};

	event_add(spool->scan, &interval);
	for (size_t i = 0; i < daemon->n_zones; i++) {
		if (daemon->zones[i]->zone != NULL) {
			watch_zone(spool, daemon->zones[i]);
		}
	}
	on_scan(-1, 0, spool);
}

void
spool_stop(struct spool *spool)
{
	if (spool->changed != NULL) {
		event_free(spool->changed);
	}
	event_free(spool->scan);
	event_free(spool->soon);
	close(spool->inotify);
	free(spool);
}

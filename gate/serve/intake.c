/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * intake.c -- how a candidate gets in: taken from the spool or handed over,
 * copied, unpacked and hashed by a child (`zonegate take'), then noted in the
 * ledger.  Only then is it acknowledged and the original removed.
 *
 * A file in spool/<zone>/ is whole once it was renamed there.  So that a file
 * written in place does no harm, one that somebody still has open for writing
 * is left alone: the kernel grants a read lease only when nobody has.  Where
 * leases cannot be had, it must not have changed for a scan interval.  Names
 * that begin with a dot or end in `~', ".tmp" or ".part" are never taken.
 */

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "report_words.h"
#include "serve/daemon.h"
#include "serve/durable.h"

#define TAKE_DEADLINE "600s"
#define TAKE_DEADLINE_MS 630000
/* Octets on their way in, of one zone and of all. */
#define TAKINGS_MOST 16
#define TAKING_AT_ONCE 2
#define TAKING_NAME "taking.tmp"

struct taking {
	struct zone_run *run;
	struct taking *next;
	int fd;     /* -1: FILE */
	char *file; /* in STATE/upload/, or NULL */
	char via[16];
	char actor[ACTOR_TEXT];
	taken_done *done;
	void *context;
	struct task *task;
	bool again; /* the disk was full */
};

struct intake_state {
	struct daemon *daemon;
	int inotify;
	struct event *changed, *scan;
	unsigned running;
};

static void poke(struct daemon *daemon);

/* ---- paths ---- */

char *
candidate_path(const struct zone_run *run, const struct candidate *candidate,
    char path[DAEMON_PATH])
{
	char digits[65], name[ZONE_FILE_NAME + 80];

	sha256_to_text(candidate->sha256, digits);
	snprintf(name, sizeof(name), "%s/%s.zone", run->file_name, digits);
	return daemon_path(run->daemon, "candidates", name, path);
}

bool
intake_is_open(const struct daemon *daemon)
{
	return daemon->reserve_whole && !daemon->ledger_corrupt &&
	       !daemon->stopping;
}

/* ---- the end of one ---- */

static void
taking_free(struct taking *taking)
{
	if (taking->fd >= 0) {
		close(taking->fd);
	}
	free(taking->file);
	free(taking);
}

static void
remove_upload(struct daemon *daemon, const char *file)
{
	char path[DAEMON_PATH];

	if (file != NULL) {
		unlink(daemon_path(daemon, "upload", file, path));
	}
}

/* What cannot be a zone is kept, the last one of each zone, for whoever
 * wonders. */
static void
keep_refused(struct taking *taking)
{
	char from[DAEMON_PATH], to[DAEMON_PATH];

	if (taking->file != NULL && strcmp(taking->via, "spool") == 0) {
		daemon_path(taking->run->daemon, "upload", taking->file, from);
		daemon_path(taking->run->daemon, "refused",
		    taking->run->file_name, to);
		if (rename(from, to) != 0) {
			unlink(from);
		}
	} else {
		remove_upload(taking->run->daemon, taking->file);
	}
}

/* Takes the oldest of RUN off its list, tells whoever asked, goes on. */
static void
ended(struct zone_run *run, int64_t id, bool known, const char *error,
    const char *message)
{
	struct taking *taking = run->takings;
	struct daemon *daemon = run->daemon;

	run->takings = taking->next;
	if (taking->done != NULL) {
		taking->done(taking->context, id, known, error, message);
	}
	taking_free(taking);
	poke(daemon);
}

static void
refuse(struct zone_run *run, const char *error, const char *message)
{
	struct taking *taking = run->takings;

	daemon_log(run->daemon, LOG_LEVEL_WARNING, "candidate.refused",
	    taking->actor, run->name, NULL, "%s", message);
	keep_refused(taking);
	ended(run, 0, false, error, message);
}

/* ---- the ledger's part ---- */

/* True if the octets are those of a candidate that stands as it is: it need
 * not come in again. */
static bool
stands(const struct zone_run *run, const struct candidate *candidate)
{
	switch (candidate->state) {
	case CANDIDATE_WAITING:
	case CANDIDATE_JUDGING:
	case CANDIDATE_RELEASING:
	case CANDIDATE_RELEASED:
	case CANDIDATE_DISCARDED:
		return true;
	case CANDIDATE_HELD:
	case CANDIDATE_QUARANTINED:
		/* Another policy, or another try, may say otherwise. */
		return candidate->decided &&
		       candidate->decision != DECISION_UNJUDGED &&
		       memcmp(candidate->policy_sha256,
		           run->zone->policy->sha256, 32) == 0;
	case CANDIDATE_NONE:
	case CANDIDATE_REPLACED:
	case CANDIDATE_OBSERVED:
	case CANDIDATE_SUPERSEDED:
	case N_CANDIDATE_STATES:
		break;
	}
	return false;
}

static bool
place_file(struct zone_run *run, const struct candidate *candidate)
{
	char from[DAEMON_PATH], to[DAEMON_PATH], name[ZONE_FILE_NAME + 32];
	char folder[DAEMON_PATH];

	snprintf(name, sizeof(name), "%s/" TAKING_NAME, run->file_name);
	daemon_path(run->daemon, "candidates", name, from);
	candidate_path(run, candidate, to);
	if (durable_fault(DURABLE_RENAME) != 0 || rename(from, to) != 0) {
		return false;
	}
	daemon_path(run->daemon, "candidates", run->file_name, folder);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	close(fd);
	return synced;
}

static void
admit(struct zone_run *run, struct candidate *candidate)
{
	struct taking *taking = run->takings;
	struct daemon *daemon = run->daemon;
	char digits[65];

	if (run->zone->mode == ZONE_OBSERVE &&
	    !release_observed(run, candidate)) {
		/* It stays in the ledger; the look at everything tries again. */
		daemon_look_soon(daemon);
	}
	run->counters.received++;
	daemon_log(daemon, LOG_LEVEL_INFO, "candidate.received", taking->actor,
	    run->name,
	    json_pack("{s:I, s:s, s:I}", "candidate", (json_int_t)candidate->id,
	        "sha256", sha256_to_text(candidate->sha256, digits), "bytes",
	        (json_int_t)candidate->bytes),
	    "candidate %lld, %llu octets, by %s", (long long)candidate->id,
	    (unsigned long long)candidate->bytes, taking->via);
	remove_upload(daemon, taking->file);
	judging_add(run, candidate);
	ended(run, candidate->id, false, NULL, NULL);
	judging_poke(daemon);
}

/* The octets lie in candidates/<zone>/TAKING_NAME.  False if the disk did not
 * take what must be noted; then nothing has ended. */
static bool
taken(struct zone_run *run, struct candidate *candidate)
{
	struct daemon *daemon = run->daemon;
	struct taking *taking = run->takings;
	struct candidate before;

	snprintf(candidate->zone, sizeof(candidate->zone), "%s", run->name);
	snprintf(candidate->via, sizeof(candidate->via), "%s", taking->via);
	snprintf(candidate->actor, sizeof(candidate->actor), "%s",
	    taking->actor);
	candidate->received_at = clock_now();
	candidate->state = CANDIDATE_WAITING;
	if (!place_file(run, candidate)) {
		return false;
	}
	if (ledger_find(daemon->ledger, run->name, candidate->sha256,
	        &before) == LEDGER_OK &&
	    stands(run, &before)) {
		remove_upload(daemon, taking->file);
		ended(run, before.id, true, NULL, NULL);
		return true;
	}
	if (!KEEP(daemon, "a new candidate",
	        ledger_add(daemon->ledger, candidate))) {
		return false;
	}
	admit(run, candidate);
	return true;
}

/* Whoever waits for an answer has a way to try again; what lay in the spool is
 * tried again by us. */
static void
try_again(struct zone_run *run)
{
	if (strcmp(run->takings->via, "spool") == 0) {
		run->takings->again = true;
	} else {
		refuse(run, "no-space",
		    "there is no room on the disk for it; nothing was kept");
	}
}

/* ---- the child ---- */

static bool
hex_to_sha256(const char *text, uint8_t sha256[32])
{
	if (text == NULL || strlen(text) != 64) {
		return false;
	}
	for (unsigned i = 0; i < 32; i++) {
		char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
		char *end;

		sha256[i] = (uint8_t)strtoul(pair, &end, 16);
		if (end != pair + 2 || pair[0] == '-' || pair[0] == '+') {
			return false;
		}
	}
	return true;
}

/* The last line of what the child said that is a JSON object. */
static json_t *
answer(const char *output)
{
	const char *at = strrchr(output, '{');

	for (const char *line = output; line != NULL && *line != '\0';) {
		if (*line == '{') {
			at = line;
		}
		line = strchr(line, '\n');
		line = line == NULL ? NULL : line + 1;
	}
	return at == NULL ? NULL : json_loads(at, JSON_DISABLE_EOF_CHECK, NULL);
}

static bool
read_answer(const json_t *said, struct candidate *candidate)
{
	const char *sha256, *received;
	json_int_t bytes;

	*candidate = (struct candidate){.state = CANDIDATE_NONE};
	if (json_unpack((json_t *)(uintptr_t)said, "{s:s, s:s, s:I}", "sha256",
	        &sha256, "received_sha256", &received, "bytes", &bytes) != 0 ||
	    bytes <= 0) {
		return false;
	}
	candidate->bytes = (uint64_t)bytes;
	return hex_to_sha256(sha256, candidate->sha256) &&
	       hex_to_sha256(received, candidate->received_sha256);
}

static void
on_taken(void *context, const struct task_result *result)
{
	struct zone_run *run = context;
	struct taking *taking = run->takings;
	struct candidate candidate;
	char words[TASK_WORDS], message[DAEMON_WHY];
	json_t *said = answer(result->output);

	taking->task = NULL;
	run->daemon->intake->running--;
	if (task_is_good(result) && read_answer(said, &candidate)) {
		if (!taken(run, &candidate)) {
			try_again(run);
		}
	} else if (result->end == TASK_EXITED && result->status == 1) {
		const char *why =
		    json_string_value(json_object_get(said, "error"));

		snprintf(message, sizeof(message),
		    "what was handed in cannot be a zone: %s",
		    why != NULL ? why : "no reason was given");
		refuse(run, "bad-request", message);
	} else if (json_is_true(json_object_get(said, "no_space")) ||
	           strcmp(taking->via, "spool") == 0) {
		try_again(run);
	} else {
		snprintf(message, sizeof(message), "taking it in %s",
		    task_words(result, words));
		refuse(run, "failed", message);
	}
	json_decref(said);
	poke(run->daemon);
}

static void
begin(struct zone_run *run)
{
	struct daemon *daemon = run->daemon;
	struct taking *taking = run->takings;
	char folder[DAEMON_PATH], path[DAEMON_PATH], most[24];
	int fd = taking->fd;

	if (taking->file != NULL) {
		daemon_path(daemon, "upload", taking->file, path);
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0) {
			refuse(run, "failed", "the file is no longer there");
			return;
		}
	}
	daemon_path(daemon, "candidates", run->file_name, folder);
	snprintf(most, sizeof(most), "%llu",
	    (unsigned long long)run->zone->candidate_bytes_max);
	const char *const argv[] = {daemon->program, "take", "--most", most,
	    "--deadline", TAKE_DEADLINE, "-", folder, TAKING_NAME, NULL};

	taking->again = false;
	daemon->intake->running++;
	taking->task =
	    task_start(daemon->base, argv, fd, TAKE_DEADLINE_MS, on_taken, run);
	if (fd != taking->fd) {
		close(fd);
	}
}

static void
poke(struct daemon *daemon)
{
	for (size_t i = 0; i < daemon->n_zones; i++) {
		struct zone_run *run = daemon->zones[i];

		if (daemon->intake->running >= TAKING_AT_ONCE ||
		    daemon->stopping) {
			return;
		}
		if (run->takings != NULL && run->takings->task == NULL &&
		    !run->takings->again && run->zone != NULL) {
			begin(run);
		}
	}
}

void
intake_take(struct zone_run *run, int fd, const char *file, const char *via,
    const char *actor, taken_done *done, void *context)
{
	struct taking *taking = xcalloc(1, sizeof(*taking));
	struct taking **last = &run->takings;
	unsigned n = 0;

	taking->run = run;
	taking->fd = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
	taking->file = file != NULL ? xstrdup(file) : NULL;
	snprintf(taking->via, sizeof(taking->via), "%s", via);
	snprintf(taking->actor, sizeof(taking->actor), "%s", actor);
	taking->done = done;
	taking->context = context;
	for (; *last != NULL; last = &(*last)->next) {
		n++;
	}
	if (n >= TAKINGS_MOST) {
		if (done != NULL) {
			done(context, 0, false, "busy",
			    "too many candidates of this zone are on their "
			    "way in");
		}
		remove_upload(run->daemon, file);
		taking_free(taking);
		return;
	}
	*last = taking;
	poke(run->daemon);
}

/* ---- the spool ---- */

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

static bool
has_room(const struct zone_run *run)
{
	unsigned n = 0;

	for (struct taking *t = run->takings; t != NULL; t = t->next) {
		n++;
	}
	return n < TAKINGS_MOST - 1;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
wanted(const struct dirent *entry)
{
	return may_be_taken(entry->d_name);
}

/* The file that has lain longest in FOLDER: a rename sets st_ctime.  NULL if
 * there is none but those in SEEN. */
static const char *
longest_there(int folder, struct dirent **entries, int n, const bool *seen,
    int *which)
{
	struct timespec oldest = {0, 0};

	*which = -1;
	for (int i = 0; i < n; i++) {
		struct stat s;

		if (seen[i] || fstatat(folder, entries[i]->d_name, &s,
		                   AT_SYMLINK_NOFOLLOW) != 0) {
			continue;
		}
		if (*which < 0 || s.st_ctim.tv_sec < oldest.tv_sec ||
		    (s.st_ctim.tv_sec == oldest.tv_sec &&
		        s.st_ctim.tv_nsec < oldest.tv_nsec)) {
			oldest = s.st_ctim;
			*which = i;
		}
	}
	return *which < 0 ? NULL : entries[*which]->d_name;
}

/* Oldest first, so that the newest is the last received. */
static void
take_all(struct zone_run *run, int folder, struct dirent **entries, int n)
{
	bool *seen = xcalloc((size_t)n + 1, sizeof(*seen));
	const char *name;
	int which;

	while (has_room(run) && (name = longest_there(folder, entries, n, seen,
	                             &which)) != NULL) {
		take_from_spool(run, folder, name);
		seen[which] = true;
	}
	free(seen);
}

static void
scan_zone(struct zone_run *run)
{
	char path[DAEMON_PATH];
	struct dirent **entries;

	if (run->zone == NULL || !run->zone->spool ||
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

static void
on_scan(evutil_socket_t fd, short what, void *context)
{
	struct daemon *daemon = context;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < daemon->n_zones; i++) {
		if (daemon->zones[i]->takings != NULL) {
			daemon->zones[i]->takings->again = false;
		}
		scan_zone(daemon->zones[i]);
	}
	poke(daemon);
}

static void
on_changed(evutil_socket_t fd, short what, void *context)
{
	char buffer[16384]
	    __attribute__((aligned(__alignof__(struct inotify_event))));
	struct daemon *daemon = context;

	(void)what;
	for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;) {
		for (char *at = buffer; at < buffer + got;) {
			const struct inotify_event *event =
			    (const struct inotify_event *)(const void *)at;

			for (size_t i = 0; i < daemon->n_zones; i++) {
				if (daemon->zones[i]->spool_watch ==
				    event->wd) {
					scan_zone(daemon->zones[i]);
				}
			}
			at += sizeof(*event) + event->len;
		}
	}
}

static void
watch_spool(struct zone_run *run)
{
	char path[DAEMON_PATH];
	struct daemon *daemon = run->daemon;

	daemon_path(daemon, "spool", run->file_name, path);
	run->spool_watch = inotify_add_watch(daemon->intake->inotify, path,
	    IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR);
}

/* What was on its way in when the daemon stopped; and octets that had been
 * taken in, but that the ledger does not know. */
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
			    has_room(run)) {
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

void
intake_start(struct daemon *daemon)
{
	struct intake_state *state = xcalloc(1, sizeof(*state));
	struct timeval interval = {daemon->config->scan_interval_s, 0};

	daemon->intake = state;
	state->daemon = daemon;
	state->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (state->inotify >= 0) {
		state->changed = event_new(daemon->base, state->inotify,
		    EV_READ | EV_PERSIST, on_changed, daemon);
		event_add(state->changed, NULL);
	}
	state->scan = event_new(daemon->base, -1, EV_PERSIST, on_scan, daemon);
	event_add(state->scan, &interval);
	for (size_t i = 0; i < daemon->n_zones; i++) {
		watch_spool(daemon->zones[i]);
	}
	recover(daemon);
	on_scan(-1, 0, daemon);
}

void
intake_reload(struct daemon *daemon)
{
	struct timeval interval = {daemon->config->scan_interval_s, 0};

	event_add(daemon->intake->scan, &interval);
	for (size_t i = 0; i < daemon->n_zones; i++) {
		if (daemon->zones[i]->zone != NULL) {
			watch_spool(daemon->zones[i]);
		}
	}
	on_scan(-1, 0, daemon);
}

void
intake_stop(struct daemon *daemon)
{
	struct intake_state *state = daemon->intake;

	if (state == NULL) {
		return;
	}
	for (size_t i = 0; i < daemon->n_zones; i++) {
		struct zone_run *run = daemon->zones[i];

		while (run->takings != NULL) {
			struct taking *taking = run->takings;

			run->takings = taking->next;
			if (taking->task != NULL) {
				task_abandon(taking->task);
			}
			taking_free(taking);
		}
	}
	if (state->changed != NULL) {
		event_free(state->changed);
	}
	event_free(state->scan);
	close(state->inotify);
	free(state);
	daemon->intake = NULL;
}

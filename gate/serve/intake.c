/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * intake.c -- how a candidate gets in: taken from the spool or handed over,
 * copied, unpacked and hashed by a child (`zonegate take'), then noted in the
 * ledger.  Only then is it acknowledged and the original removed.
 */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "report_words.h"
#include "serve/daemon.h"
#include "serve/durable.h"
#include "serve/spool.h"
#include "serve/taken.h"

#define TAKE_DEADLINE "600s"
#define TAKE_DEADLINE_MS 630000
/* Octets on their way in, of one zone and of all. */
#define TAKINGS_MOST 16
#define TAKING_AT_ONCE 2
/* Tries of a spool's file that come to nothing for no lack of room. */
#define TRIES_MOST 10
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
	bool again; /* the disk was full, or the child fell over it */
	unsigned tries;
};

struct intake_state {
	unsigned running;
	size_t turn; /* whose turn is next, so that no zone waits for ever */
	struct spool *spool;
};

static void poke(struct daemon *daemon);

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
	if (run->takings == NULL && daemon->intake->spool != NULL) {
		/* There may be more in the spool than was taken at once. */
		spool_look_soon(daemon->intake->spool, run);
	}
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
	bool synced = fd >= 0 && durable_sync(fd) == 0;

	if (fd >= 0) {
		close(fd);
	}
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
	    taken_stands(run, &before)) {
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
 * tried again by us, as long as nothing newer came behind it. */
static void
try_again(struct zone_run *run)
{
	struct taking *taking = run->takings;

	if (strcmp(taking->via, "spool") == 0) {
		if (taking->next != NULL) {
			refuse(run, "failed",
			    "it could not be taken in, and a newer one has "
			    "come behind it");
			return;
		}
		taking->again = true;
	} else {
		refuse(run, "no-space",
		    "there is no room on the disk for it; nothing was kept");
	}
}

/* ---- the child ---- */

/* The child fell over what lay in the spool: that may be its octets' doing. */
static void
fell_over(struct zone_run *run, const char *words)
{
	struct taking *taking = run->takings;
	char message[DAEMON_WHY];

	snprintf(message, sizeof(message), "taking it in %s", words);
	if (++taking->tries >= TRIES_MOST) {
		refuse(run, "failed", message);
		return;
	}
	if (taking->tries == 1) {
		daemon_log(run->daemon, LOG_LEVEL_WARNING, "candidate.stuck",
		    taking->actor, run->name, NULL,
		    "%s; it is tried again, and stays in upload/%s", message,
		    taking->file != NULL ? taking->file : "");
	}
	try_again(run);
}

/* What lay in the spool waits for the day its zone is configured again. */
static void
no_longer_configured(struct zone_run *run)
{
	if (strcmp(run->takings->via, "spool") == 0) {
		run->takings->again = true;
	} else {
		refuse(run, "unknown-zone",
		    "the zone is no longer in the configuration");
	}
}

static void
on_taken(void *context, const struct task_result *result)
{
	struct zone_run *run = context;
	struct taking *taking = run->takings;
	struct candidate candidate;
	char words[TASK_WORDS], message[DAEMON_WHY];
	json_t *said = taken_answer(result->output);

	taking->task = NULL;
	run->daemon->intake->running--;
	if (run->zone == NULL) {
		no_longer_configured(run);
	} else if (task_is_good(result) && taken_read(said, &candidate)) {
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
	} else if (json_is_true(json_object_get(said, "no_space"))) {
		try_again(run);
	} else if (strcmp(taking->via, "spool") == 0) {
		fell_over(run, task_words(result, words));
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
	daemon_clean(folder);
	snprintf(most, sizeof(most), "%llu",
	    (unsigned long long)run->zone->candidate_bytes_max);
	const char *argv[16] = {daemon->program, "take", "--most", most,
	    "--deadline", TAKE_DEADLINE, "-", folder, TAKING_NAME};

	/* It takes them as one list. */
	daemon_waivers(daemon, argv, 9);
	if (argv[9] != NULL && argv[11] != NULL) {
		argv[10] = "landlock,seccomp";
		argv[11] = NULL;
	}
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
		size_t turn = daemon->intake->turn++ % daemon->n_zones;
		struct zone_run *run = daemon->zones[turn];

		if (daemon->intake->running >= TAKING_AT_ONCE ||
		    daemon->stopping) {
			daemon->intake->turn--;
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

bool
intake_has(const struct zone_run *run, const char *file)
{
	for (struct taking *t = run->takings; t != NULL; t = t->next) {
		if (t->file != NULL && strcmp(t->file, file) == 0) {
			return true;
		}
	}
	return false;
}

bool
intake_has_room(const struct zone_run *run)
{
	unsigned n = 0;

	for (struct taking *t = run->takings; t != NULL; t = t->next) {
		n++;
	}
	return n < TAKINGS_MOST - 1;
}

/* ---- all of it ---- */

void
intake_try_again(struct daemon *daemon)
{
	for (size_t i = 0; i < daemon->n_zones; i++) {
		if (daemon->zones[i]->takings != NULL) {
			daemon->zones[i]->takings->again = false;
		}
	}
	poke(daemon);
}

void
intake_start(struct daemon *daemon)
{
	daemon->intake = xcalloc(1, sizeof(*daemon->intake));
	daemon->intake->spool = spool_start(daemon);
}

void
intake_reload(struct daemon *daemon)
{
	spool_follow_config(daemon->intake->spool);
}

void
intake_stop(struct daemon *daemon)
{
	if (daemon->intake == NULL) {
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
	spool_stop(daemon->intake->spool);
	free(daemon->intake);
	daemon->intake = NULL;
}

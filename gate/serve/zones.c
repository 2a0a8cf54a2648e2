/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zones.c -- the zones as the daemon finds them at start, or when the
 * configuration names a new one: what the ledger knows, what the outbox has,
 * and what had been left half done.
 */
#include "serve/zones.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "report_words.h"

/* ---- facts ---- */

static int64_t
number_fact(struct daemon *daemon, const char *zone, const char *name)
{
	char *text = ledger_fact(daemon->ledger, zone, name);
	int64_t value = text != NULL ? strtoll(text, NULL, 10) : 0;

	free(text);
	return value;
}

static void
set_number(struct daemon *daemon, const char *zone, const char *name,
    int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	(void)KEEP(daemon, "a fact",
	    ledger_set_fact(daemon->ledger, zone, name, text));
}

static void
read_counters(struct zone_run *run)
{
	char *text = ledger_fact(run->daemon->ledger, run->name, "counters");
	json_t *o = text != NULL ? json_loads(text, 0, NULL) : NULL;
	struct counters *c = &run->counters;
	const struct {
		const char *name;
		int64_t *into;
	} rows[] = {{"received", &c->received}, {"superseded", &c->superseded},
	    {"unjudged", &c->decided[DECISION_UNJUDGED]},
	    {"disputed", &c->decided[DECISION_DISPUTED]},
	    {"block", &c->decided[DECISION_BLOCK]},
	    {"hold", &c->decided[DECISION_HOLD]},
	    {"release", &c->decided[DECISION_RELEASE]},
	    {"released", &c->released}, {"approved", &c->approved},
	    {"disputed_claims", &c->disputed_claims}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		*rows[i].into =
		    json_integer_value(json_object_get(o, rows[i].name));
	}
	c->duration_sum = json_number_value(json_object_get(o, "sum"));
	for (size_t i = 0; i <= N_DURATION_BUCKETS; i++) {
		c->durations[i] =
		    json_integer_value(json_array_get(json_object_get(o,
		                                          "durations"),
		        i));
	}
	json_decref(o);
	free(text);
}

static void
read_judged_set(struct zone_run *run)
{
	char *text = ledger_fact(run->daemon->ledger, run->name, "judged_set");

	snprintf(run->judged_set, sizeof(run->judged_set), "%s",
	    text != NULL ? text : "");
	free(text);
}

/* ---- candidates that were on their way ---- */

static bool
has_octets(const struct zone_run *run, const struct candidate *candidate)
{
	char path[DAEMON_PATH];

	return access(candidate_path(run, candidate, path), R_OK) == 0;
}

static void
end_as(struct zone_run *run, struct candidate *candidate,
    enum candidate_state state, int64_t by, const char *reason)
{
	candidate->state = state;
	candidate->superseded_by = by;
	if (reason != NULL) {
		snprintf(candidate->reason, sizeof(candidate->reason), "%s",
		    reason);
	}
	(void)KEEP(run->daemon, "a candidate",
	    ledger_update(run->daemon->ledger, candidate));
}

/* ROWS are newest first. */
static void
resume(struct zone_run *run, struct candidate *candidate)
{
	bool is_over =
	    run->released != NULL && candidate->id < run->released->id;
	char digits[65];

	/* What was kept is told, even if the daemon ended before it told it. */
	daemon_log(run->daemon, LOG_LEVEL_INFO, "candidate.resumed", "zonegate",
	    run->name,
	    json_pack("{s:I, s:s, s:s}", "candidate", (json_int_t)candidate->id,
	        "sha256", sha256_to_text(candidate->sha256, digits), "state",
	        candidate_state_name(candidate->state)),
	    "candidate %lld, by %s (%s), is found %s", (long long)candidate->id,
	    candidate->actor, candidate->via,
	    candidate_state_name(candidate->state));
	if (candidate->state == CANDIDATE_RELEASING) {
		/* Its decision stands; release_resume() goes on with it. */
		if (run->releasing == NULL) {
			place_candidate(&run->releasing, candidate);
		}
		return;
	}
	if (is_over && run->zone->mode == ZONE_GATE) {
		end_as(run, candidate, CANDIDATE_SUPERSEDED, run->released->id,
		    NULL);
		return;
	}
	if (candidate_is_held(candidate)) {
		if (run->held == NULL) {
			place_candidate(&run->held, candidate);
		}
		return;
	}
	if (!has_octets(run, candidate)) {
		/* No policy: handed in again, they are judged (intake.c). */
		memset(candidate->policy_sha256, 0, 32);
		end_as(run, candidate, CANDIDATE_DISCARDED, 0,
		    "its octets are no longer there");
		daemon_log(run->daemon, LOG_LEVEL_ALARM, "candidate.lost",
		    "zonegate", run->name, NULL,
		    "candidate %lld: its file is gone from candidates/; have "
		    "the signer hand the zone in again",
		    (long long)candidate->id);
	} else if (run->waiting != NULL) {
		end_as(run, candidate, CANDIDATE_SUPERSEDED, run->waiting->id,
		    NULL);
	} else {
		/* What was not decided is judged anew. */
		candidate->state = CANDIDATE_WAITING;
		(void)KEEP(run->daemon, "a candidate",
		    ledger_update(run->daemon->ledger, candidate));
		place_candidate(&run->waiting, candidate);
	}
}

static void
resume_all(struct zone_run *run)
{
	const struct ledger_filter filter = {.zone = run->name,
	    .states = 1u << CANDIDATE_WAITING | 1u << CANDIDATE_JUDGING |
	              1u << CANDIDATE_HELD | 1u << CANDIDATE_QUARANTINED |
	              1u << CANDIDATE_RELEASING};
	struct candidate *rows = NULL;
	size_t n = 0;

	if (!daemon_kept(run->daemon,
	        ledger_list(run->daemon->ledger, &filter, &rows, &n),
	        "a question")) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		resume(run, &rows[i]);
	}
	free(rows);
}

/* ---- octets that the ledger does not know ---- */

static int64_t
newest_received(const struct zone_run *run)
{
	const struct ledger_filter filter = {.zone = run->name, .limit = 1};
	struct candidate *rows = NULL;
	size_t n = 0;
	int64_t at = 0;

	if (ledger_list(run->daemon->ledger, &filter, &rows, &n) == LEDGER_OK &&
	    n > 0) {
		at = rows[0].received_at;
	}
	free(rows);
	return at;
}

bool
sha256_from_name(const char *name, uint8_t sha256[32])
{
	if (strlen(name) != 64 + 5 || strcmp(name + 64, ".zone") != 0) {
		return false;
	}
	for (unsigned i = 0; i < 64; i++) {
		const char *digits = "0123456789abcdef";
		const char *at = strchr(digits, name[i]);

		if (at == NULL || name[i] == '\0') {
			return false;
		}
		unsigned value = (unsigned)(at - digits);

		sha256[i / 2] =
		    (uint8_t)(i % 2 == 0 ? value << 4 : sha256[i / 2] | value);
	}
	return true;
}

/* A file that came after everything the ledger knows had been taken in, but
 * not noted: it goes the way of the spool again.  Older ones are remains. */
static void
look_at_orphan(struct zone_run *run, int folder, const char *name,
    int64_t newest)
{
	struct candidate found;
	struct stat status;
	uint8_t sha256[32];
	char file[ZONE_FILE_NAME + 64], to[DAEMON_PATH];

	if (!sha256_from_name(name, sha256) ||
	    fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
	    ledger_find(run->daemon->ledger, run->name, sha256, &found) !=
	        LEDGER_NOT_FOUND) {
		return;
	}
	if (status.st_mtime < newest) {
		unlinkat(folder, name, 0);
		return;
	}
	snprintf(file, sizeof(file), "%s,%lld%09ld.spool", run->file_name,
	    (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
	renameat(folder, name, AT_FDCWD,
	    daemon_path(run->daemon, "upload", file, to));
}

static void
find_orphans(struct zone_run *run)
{
	char path[DAEMON_PATH];
	int64_t newest = newest_received(run);
	DIR *folder = opendir(daemon_path(run->daemon, "candidates",
	    run->file_name, path));

	for (struct dirent *entry;
	     folder != NULL && (entry = readdir(folder)) != NULL;) {
		look_at_orphan(run, dirfd(folder), entry->d_name, newest);
	}
	if (folder != NULL) {
		closedir(folder);
	}
}

/* ---- the outbox ---- */

static void
look_at_outbox(struct zone_run *run)
{
	struct manifest manifest;
	char why[OUTBOX_ERROR];
	uint8_t sha256[32];
	enum outbox_state state = outbox_look(run->daemon->outbox,
	    run->file_name, &manifest, sha256, why);

	if (run->releasing != NULL) {
		return; /* it is about to be right */
	}
	run->outbox_why[0] = '\0';
	switch (state) {
	case OUTBOX_EMPTY:
		if (run->released != NULL) {
			snprintf(run->outbox_why, sizeof(run->outbox_why),
			    "candidate %lld is released, but its file is gone "
			    "from the outbox",
			    (long long)run->released->id);
		}
		break;
	case OUTBOX_GOOD:
		if (run->released != NULL &&
		    memcmp(sha256, run->released->sha256, 32) != 0) {
			snprintf(run->outbox_why, sizeof(run->outbox_why),
			    "the outbox has candidate %lld, the ledger says "
			    "%lld",
			    (long long)manifest.candidate,
			    (long long)run->released->id);
		}
		break;
	case OUTBOX_UNMARKED:
	case OUTBOX_OTHER:
		snprintf(run->outbox_why, sizeof(run->outbox_why), "%.500s",
		    why);
		break;
	}
}

void
zone_heal_outbox(struct zone_run *run)
{
	look_at_outbox(run);
	if (run->outbox_why[0] == '\0' || run->released == NULL ||
	    run->releasing != NULL || !has_octets(run, run->released)) {
		return;
	}
	daemon_log(run->daemon, LOG_LEVEL_ALARM, "outbox.restored", "zonegate",
	    run->name, NULL, "%s; it is put there again", run->outbox_why);
	struct candidate again = *run->released;

	release_again(run, &again);
}

/* ---- all of it ---- */

struct zone_run *
zone_run_new(struct daemon *daemon, const struct config_zone *zone)
{
	struct zone_run *run = xcalloc(1, sizeof(*run));
	struct candidate released;
	char path[DAEMON_PATH], why[DAEMON_WHY];

	run->daemon = daemon;
	run->zone = zone;
	run->name = xstrdup(zone->name);
	run->file_name = xstrdup(zone->file_name);
	run->spool_watch = -1;
	/* Those who may write to the spool may write to every zone's. */
	if (mkdir(daemon_path(daemon, "spool", run->file_name, path), 0770) ==
	        0 &&
	    chmod(path, 0770) != 0) {
		daemon_log(daemon, LOG_LEVEL_WARNING, "spool.mode", "zonegate",
		    run->name, NULL, "%.300s: %s", path, strerror(errno));
	}
	mkdir(daemon_path(daemon, "candidates", run->file_name, path), 0750);
	daemon_clean(path);
	if (!zone_set(daemon, zone, run->anchor_file, run->incoming_file,
	        run->set, why)) {
		snprintf(run->set_why, sizeof(run->set_why), "%s", why);
	}
	if (ledger_released(daemon->ledger, run->name, &released) ==
	    LEDGER_OK) {
		place_candidate(&run->released, &released);
	}
	run->first_seen_at = number_fact(daemon, run->name, "first_seen_at");
	run->last_good_at = number_fact(daemon, run->name, "last_good_at");
	if (run->released != NULL &&
	    strcmp(run->released->released_by, "verdict") == 0 &&
	    run->released->released_at > run->last_good_at) {
		/* The daemon ended before it noted it. */
		run->last_good_at = run->released->released_at;
	}
	if (run->first_seen_at == 0) {
		run->first_seen_at = clock_now();
		set_number(daemon, run->name, "first_seen_at",
		    run->first_seen_at);
	}
	read_counters(run);
	read_judged_set(run);
	find_orphans(run);
	resume_all(run);
	zone_heal_outbox(run);
	return run;
}

void
zone_run_free(struct zone_run *run)
{
	if (run->task != NULL) {
		task_abandon(run->task);
	}
	if (run->veto != NULL) {
		task_abandon(run->veto);
	}
	if (run->release_again != NULL) {
		event_free(run->release_again);
	}
	free(run->waiting);
	free(run->judging);
	free(run->releasing);
	free(run->held);
	free(run->released);
	free(run->name);
	free(run->file_name);
	free(run);
}

static int
by_name(const void *a, const void *b)
{
	const struct zone_run *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

void
zones_follow_config(struct daemon *daemon)
{
	const struct config *config = daemon->config;
	size_t before = daemon->n_zones;

	for (size_t i = 0; i < before; i++) {
		daemon->zones[i]->zone =
		    config_zone(config, daemon->zones[i]->name);
	}
	for (size_t i = 0; i < config->n_zones; i++) {
		bool known = false;

		for (size_t j = 0; j < before && !known; j++) {
			known = daemon->zones[j]->zone == &config->zones[i];
		}
		if (!known) {
			daemon->zones = xreallocarray(daemon->zones,
			    daemon->n_zones + 1, sizeof(struct zone_run *));
			daemon->zones[daemon->n_zones++] =
			    zone_run_new(daemon, &config->zones[i]);
		}
	}
	if (daemon->n_zones > 0) {
		qsort(daemon->zones, daemon->n_zones, sizeof(struct zone_run *),
		    by_name);
	}
}

void
zones_go_on(struct daemon *daemon)
{
	for (size_t i = 0; i < daemon->n_zones; i++) {
		struct zone_run *run = daemon->zones[i];

		if (run->zone == NULL) {
			continue;
		}
		deciding_review(run);
		if (run->releasing != NULL && run->veto == NULL) {
			struct candidate releasing = *run->releasing;
			char by[sizeof(releasing.released_by)];

			snprintf(by, sizeof(by), "%s",
			    releasing.released_by[0] != '\0'
			        ? releasing.released_by
			        : "verdict");
			release_begin(run, &releasing, by);
		}
		if (run->zone->mode == ZONE_OBSERVE && run->waiting != NULL &&
		    (run->released == NULL ||
		        run->released->id < run->waiting->id)) {
			release_observed(run, run->waiting);
		}
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * housekeeping.c -- what is forgotten: candidates and reports that are old and
 * decided; first of all, when the disk fills, the octets of those that nobody
 * can want any more.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve/daemon.h"
#include "serve/space.h"
#include "serve/zones.h"

#define FORGET_EVERY_S 3600

static void
remove_report(struct daemon *daemon, int64_t id, const char *ending)
{
	char name[48], path[DAEMON_PATH];

	snprintf(name, sizeof(name), "%lld.%s", (long long)id, ending);
	unlink(daemon_path(daemon, "reports", name, path));
}

/* Octets stay as long as one candidate that may still need them is there. */
static bool
is_needed(enum candidate_state state, bool disk_is_full)
{
	switch (state) {
	case CANDIDATE_WAITING:
	case CANDIDATE_JUDGING:
	case CANDIDATE_HELD:
	case CANDIDATE_QUARANTINED:
	case CANDIDATE_RELEASING:
	case CANDIDATE_RELEASED:
		return true;
	case CANDIDATE_REPLACED:
	case CANDIDATE_OBSERVED:
	case CANDIDATE_SUPERSEDED:
	case CANDIDATE_DISCARDED:
		return !disk_is_full;
	case CANDIDATE_NONE:
	case N_CANDIDATE_STATES:
		break;
	}
	return true;
}

/* Removes the files of ZONE's candidates that are not needed. */
static void
sweep(struct zone_run *run, bool disk_is_full)
{
	struct candidate found;
	char path[DAEMON_PATH];
	DIR *folder = opendir(daemon_path(run->daemon, "candidates",
	    run->file_name, path));

	for (struct dirent *entry;
	     folder != NULL && (entry = readdir(folder)) != NULL;) {
		uint8_t sha256[32];

		if (!sha256_from_name(entry->d_name, sha256)) {
			continue;
		}
		enum ledger_end end =
		    ledger_find(run->daemon->ledger, run->name, sha256, &found);

		if (end == LEDGER_NOT_FOUND ||
		    (end == LEDGER_OK &&
		        !is_needed(found.state, disk_is_full))) {
			unlinkat(dirfd(folder), entry->d_name, 0);
		}
	}
	if (folder != NULL) {
		closedir(folder);
	}
}

static void
forget(struct daemon *daemon)
{
	const struct config *config = daemon->config;
	int64_t *ids = NULL;
	size_t n = 0;

	if (!daemon_kept(daemon,
	        ledger_forget(daemon->ledger, config->keep_candidates,
	            clock_now() - config->keep_candidates_s, &ids, &n),
	        "that old candidates are forgotten")) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		remove_report(daemon, ids[i], "json");
		remove_report(daemon, ids[i], "html");
	}
	free(ids);
	for (size_t i = 0; n > 0 && i < daemon->n_zones; i++) {
		/* Nothing is on its way in that the ledger does not know. */
		if (daemon->zones[i]->takings == NULL) {
			sweep(daemon->zones[i], false);
		}
	}
}

void
housekeeping_look(struct daemon *daemon)
{
	int64_t now = clock_now();

	if (!daemon->reserve_whole ||
	    space_free(daemon->state) < daemon->config->disk_reserve) {
		for (size_t i = 0; i < daemon->n_zones; i++) {
			if (daemon->zones[i]->takings == NULL) {
				sweep(daemon->zones[i], true);
			}
		}
	}
	if (now - daemon->forgot_at >= FORGET_EVERY_S ||
	    now < daemon->forgot_at) {
		daemon->forgot_at = now;
		forget(daemon);
		for (size_t i = 0; i < daemon->n_zones; i++) {
			if (daemon->zones[i]->zone != NULL) {
				zone_heal_outbox(daemon->zones[i]);
			}
		}
	}
}

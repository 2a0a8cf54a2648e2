/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * daemon.c -- what the parts of the daemon have in common: its zones, its word
 * on how the ledger does.
 */
#include "serve/daemon.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "base/sandbox.h"
#include "report_words.h"
#include "serve/durable.h"
#include "serve/space.h"

struct zone_run *
daemon_zone(struct daemon *daemon, const char *name)
{
	const struct config_zone *zone = config_zone(daemon->config, name);

	for (size_t i = 0; zone != NULL && i < daemon->n_zones; i++) {
		if (daemon->zones[i]->zone == zone) {
			return daemon->zones[i];
		}
	}
	return NULL;
}

/* ---- the ledger ---- */

bool
daemon_kept(struct daemon *daemon, enum ledger_end end, const char *what)
{
	const char *word = ledger_error(daemon->ledger);

	switch (end) {
	case LEDGER_OK:
		daemon->ledger_why[0] = '\0';
		return true;
	case LEDGER_FULL:
		space_use_reserve(daemon->state);
		daemon->reserve_whole = false;
		break;
	case LEDGER_CORRUPT:
		daemon->ledger_corrupt = true;
		break;
	case LEDGER_NOT_FOUND:
	case LEDGER_READ_ONLY:
	case LEDGER_NEWER:
	case LEDGER_FAILED:
		break;
	}
	snprintf(daemon->ledger_why, sizeof(daemon->ledger_why),
	    "the ledger did not take %s: %s", what, word);
	daemon_look_soon(daemon);
	return false;
}

void
daemon_waivers(const struct daemon *daemon, const char **argv, unsigned n)
{
	if ((daemon->config->waived & SANDBOX_WAIVE_LANDLOCK) != 0) {
		argv[n++] = "--waive";
		argv[n++] = "landlock";
	}
	if ((daemon->config->waived & SANDBOX_WAIVE_SECCOMP) != 0) {
		argv[n++] = "--waive";
		argv[n++] = "seccomp";
	}
	argv[n] = NULL;
}

char *
daemon_path(const struct daemon *daemon, const char *folder, const char *name,
    char path[DAEMON_PATH])
{
	int n = snprintf(path, DAEMON_PATH, "%s/%s/%s", daemon->state, folder,
	    name);

	if (n < 0 || n >= DAEMON_PATH) {
		die("%s/%s: the path is too long", folder, name);
	}
	return path;
}

char *
candidate_path(const struct zone_run *run, const struct candidate *candidate,
    char path[DAEMON_PATH])
{
	char digits[65], name[ZONE_FILE_NAME + 80];

	sha256_to_text(candidate->sha256, digits);
	snprintf(name, sizeof(name), "%s/%s.zone", run->file_name, digits);
	return daemon_path(run->daemon, "candidates", name, path);
}

void
daemon_clean(const char *path)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder >= 0) {
		durable_clean(folder);
		close(folder);
	}
}

void
place_candidate(struct candidate **place, const struct candidate *candidate)
{
	struct candidate *copy = NULL;

	if (candidate != NULL) {
		copy = xmalloc(sizeof(*copy));
		*copy = *candidate;
	}
	free(*place);
	*place = copy;
}

/* Nothing before the canaries have been judged. */
static bool
is_well(const struct daemon *daemon)
{
	return daemon->canary_at != 0 && daemon->broken_why[0] == '\0' &&
	       !daemon->ledger_corrupt && !daemon->stopping;
}

bool
daemon_may_judge(const struct daemon *daemon)
{
	return is_well(daemon) && daemon->clock_why[0] == '\0';
}

bool
daemon_may_sample(const struct daemon *daemon)
{
	return is_well(daemon) && daemon->clock_by_signers;
}

void
daemon_look_soon(struct daemon *daemon)
{
	const struct timeval soon = {0, 50000};

	if (daemon->look != NULL && !evtimer_pending(daemon->look, NULL)) {
		evtimer_add(daemon->look, &soon);
	}
}

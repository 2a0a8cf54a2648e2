/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canary_run.c -- the built-in zones judged at start, hourly, after a run that
 * came to nothing and when a library has changed.  While one of them does not
 * come back as it must, nothing is judged: the gate is broken, not the zones.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "serve/canary.h"
#include "serve/daemon.h"
#include "time_text.h"

#define CANARY_DEADLINE "60s"
#define CANARY_DEADLINE_MS 90000
/* A broken gate is tried again sooner; a gate that is asked to look again and
 * again does not do so more often than this. */
#define BROKEN_AGAIN_S 60
#define SOON_S 5

struct canary_state {
	struct daemon *daemon;
	size_t at;
	struct task *task;
	struct event *next;
	bool wanted_again;
	bool tried_again; /* the one AT: it came to nothing before */
	char folder[DAEMON_PATH], report[DAEMON_PATH];
	char why[CANARY_WHY]; /* the first that did not come back */
};

static void judge_next(struct canary_state *state);

/* ---- the round's end ---- */

static void
schedule(struct canary_state *state, int64_t in_s)
{
	const struct timeval in = {in_s, 0};

	evtimer_add(state->next, &in);
}

static void
conclude(struct canary_state *state)
{
	struct daemon *daemon = state->daemon;
	bool is_first = daemon->canary_at == 0;
	bool was_broken = daemon->broken_why[0] != '\0';
	bool is_broken = state->why[0] != '\0';

	daemon->canary_at = clock_now();
	snprintf(daemon->broken_why, sizeof(daemon->broken_why), "%s",
	    state->why);
	if (is_broken || was_broken) {
		daemon_log(daemon, is_broken ? LOG_LEVEL_ALARM : LOG_LEVEL_INFO,
		    is_broken ? "gate.broken" : "gate.well", "zonegate", NULL,
		    NULL, "%s",
		    is_broken ? state->why
		              : "every canary came back as it must");
	}
	schedule(state, state->wanted_again ? clock_wait(SOON_S)
	                : is_broken         ? clock_wait(BROKEN_AGAIN_S)
	                            : daemon->config->canary_interval_s);
	state->wanted_again = false;
	for (size_t i = 0; was_broken && !is_broken && i < daemon->n_zones;
	     i++) {
		struct zone_run *run = daemon->zones[i];

		if (run->held != NULL &&
		    run->held->decision == DECISION_UNJUDGED) {
			judge_held_again(run, "the gate was broken");
		}
	}
	if ((is_first || was_broken) && !is_broken) {
		reload_judge_published(daemon, false);
		judging_poke(daemon);
	}
	daemon_look_soon(daemon);
}

/* ---- one canary ---- */

/* The libraries that judged it. */
static void
note_judges(struct canary_state *state, const char *text, size_t length,
    int status)
{
	const struct canary *canary = canary_get(state->at);
	struct outcome outcome;
	char error[OUTCOME_ERROR];
	uint8_t sha256[32];
	size_t size;
	char *zone = canary_text(state->at, &size);

	EVP_Digest(zone, size, sha256, NULL, EVP_sha256(), NULL);
	free(zone);
	if (canary->decision == DECISION_RELEASE &&
	    outcome_read(text, length, status, canary->zone, sha256, &outcome,
	        error)) {
		note_libraries(state->daemon, &outcome);
		outcome_release(&outcome);
	}
}

static void
on_judged(void *context, const struct task_result *result)
{
	struct canary_state *state = context;
	char why[CANARY_WHY], words[TASK_WORDS];
	size_t length = 0;
	char *text = report_read(state->report, &length);
	int status = result->end == TASK_EXITED ? result->status : -1;

	state->task = NULL;
	bool good = canary_judge(state->at, status, text, length, why);

	/* That a process is killed says nothing yet about how we judge. */
	if (!good && !state->tried_again &&
	    (status < 0 || status == EXIT_FAULT)) {
		state->tried_again = true;
		free(text);
		judge_next(state);
		return;
	}
	state->tried_again = false;
	if (!good) {
		if (state->why[0] == '\0') {
			snprintf(state->why, sizeof(state->why),
			    "%.300s (the judging process %s)", why,
			    task_words(result, words));
		}
	} else if (text != NULL) {
		note_judges(state, text, length, status);
	}
	free(text);
	unlink(state->report);
	state->at++;
	judge_next(state);
}

/* How many a round has: all, unless a test of something else is in a hurry. */
static size_t
round_length(void)
{
#ifdef ZONEGATE_FAULT_POINTS
	const char *fewer = getenv("ZONEGATE_CANARIES");

	if (fewer != NULL) {
		return strtoul(fewer, NULL, 10);
	}
#endif
	return canary_count();
}

static void
judge_next(struct canary_state *state)
{
	struct daemon *daemon = state->daemon;
	const struct canary *canary =
	    state->at < round_length() ? canary_get(state->at) : NULL;
	char at[TIME_TEXT], zone[DAEMON_PATH], anchor[DAEMON_PATH];
	char policy[DAEMON_PATH];

	if (canary == NULL) {
		conclude(state);
		return;
	}
	int folder = open(state->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = folder >= 0 ? canary_write(state->at, folder) : ENOENT;

	if (folder >= 0) {
		close(folder);
	}
	if (error != 0) {
		snprintf(state->why, sizeof(state->why),
		    "the canaries cannot be written to %.300s: %s",
		    state->folder, strerror(error));
		conclude(state);
		return;
	}
	snprintf(zone, sizeof(zone), "%.3900s/%s.zone", state->folder,
	    canary->name);
	snprintf(anchor, sizeof(anchor), "%.3900s/%s.anchor", state->folder,
	    canary->name);
	snprintf(policy, sizeof(policy), "%.3900s/%s.conf", state->folder,
	    canary->name);
	const char *argv[32] = {daemon->program, "audit", "--format", "json",
	    "--output", state->report, "--at", time_to_text(canary->at_s, at),
	    "--zone", canary->zone, "--policy", policy, "--anchor", anchor,
	    "--jobs", "1", "--deadline", CANARY_DEADLINE, zone};

	daemon_waivers(daemon, argv, 19);
	unlink(state->report);
	state->task = task_start(daemon->base, argv, -1, CANARY_DEADLINE_MS,
	    on_judged, state);
}

static void
on_next(evutil_socket_t fd, short what, void *context)
{
	struct canary_state *state = context;

	(void)fd;
	(void)what;
	if (state->task != NULL || state->daemon->stopping) {
		return;
	}
	state->at = 0;
	state->why[0] = '\0';
	judge_next(state);
}

void
canary_soon(struct daemon *daemon)
{
	struct canary_state *state = daemon->canary;

	if (state == NULL) {
		return;
	}
	int64_t since = clock_now() - daemon->canary_at;
	int64_t soon = clock_wait(SOON_S);

	if (state->task != NULL) {
		state->wanted_again = true;
	} else {
		schedule(state, since < 0 || since > soon ? 0 : soon - since);
	}
}

void
canary_start(struct daemon *daemon)
{
	struct canary_state *state = xcalloc(1, sizeof(*state));

	daemon->canary = state;
	state->daemon = daemon;
	daemon_path(daemon, "run", "canaries", state->folder);
	mkdir(state->folder, 0750);
	daemon_clean(state->folder);
	daemon_path(daemon, "run", "canary.json", state->report);
	state->next = evtimer_new(daemon->base, on_next, state);
	schedule(state, 0);
}

void
canary_stop(struct daemon *daemon)
{
	struct canary_state *state = daemon->canary;

	if (state == NULL) {
		return;
	}
	if (state->task != NULL) {
		task_abandon(state->task);
	}
	event_free(state->next);
	free(state);
	daemon->canary = NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judging.c -- whose turn it is, and the child that judges: `zonegate audit'
 * over the candidate's file, with what is published as the previous release.
 *
 * A run is never cancelled for a newer candidate.  What the child wrote is
 * hostile input like any worker's: outcome.c reads it.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/spawn.h"
#include "serve/daemon.h"
#include "serve/queue.h"
#include "small_file.h"
#include "time_text.h"

/* The child keeps its own deadline; this one is for a child that does not. */
#define GRACE_S 30

/* ---- the command ---- */

static void
push(struct judge_command *command, unsigned *n, const char *option,
    const char *value)
{
	command->argv[(*n)++] = option;
	if (value != NULL) {
		command->argv[(*n)++] = value;
	}
}

static unsigned
jobs(const struct config *config)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned share = online < 1 ? 1 : (unsigned)online;

	if (config->jobs > 0) {
		return config->jobs;
	}
	share /= config->max_parallel;
	return share < 1 ? 1 : share > 8 ? 8 : share;
}

void
judge_command(struct judge_command *command, const struct zone_run *run,
    const struct config_zone *zone, const char *anchor_file,
    const char *incoming_file, const char *file, const char *previous,
    int64_t at_s, const char *output, const char *html)
{
	const struct config *config = run->daemon->config;
	int64_t deadline =
	    zone->deadline_s > 0
	        ? zone->deadline_s
	        : zone->policy->values.option[OPTION_gate_max_duration];
	unsigned n = 0;

	*command = (struct judge_command){.at = ""};
	push(command, &n, run->daemon->program, "audit");
	push(command, &n, "--zone", zone->name);
	push(command, &n, "--policy", zone->policy->file);
	push(command, &n, "--at", time_to_text(at_s, command->at));
	push(command, &n, "--format", "json");
	push(command, &n, "--output", output);
	snprintf(command->jobs, sizeof(command->jobs), "%u", jobs(config));
	push(command, &n, "--jobs", command->jobs);
	duration_to_text(deadline, command->deadline);
	push(command, &n, "--deadline", command->deadline);
	if (anchor_file[0] != '\0') {
		push(command, &n, "--anchor", anchor_file);
	}
	if (incoming_file[0] != '\0') {
		push(command, &n, "--incoming-anchor", incoming_file);
	}
	if (zone->mode == ZONE_OBSERVE) {
		push(command, &n, "--mode", "observe");
	}
	if (previous != NULL) {
		push(command, &n, "--previous", previous);
	}
	if (html != NULL) {
		snprintf(command->html, sizeof(command->html), "html=%s", html);
		push(command, &n, "--report", command->html);
	}
	push(command, &n, file, NULL);
	assert(n + 5 <= sizeof(command->argv) / sizeof(command->argv[0]));
	daemon_waivers(run->daemon, command->argv, n);
}

char *
report_read(const char *path, size_t *length)
{
	char error[256];

	return small_file_read(path, LIMIT_REPORT_BYTES, length, error,
	    sizeof(error));
}

/* ---- one run ---- */

char *
published_path(const struct zone_run *run, char path[DAEMON_PATH])
{
	/* Our own copy; that in the outbox is within reach of others. */
	if (run->released == NULL ||
	    access(candidate_path(run, run->released, path), R_OK) != 0) {
		outbox_path(run->daemon->outbox, run->file_name, path);
	}
	return path;
}

static void
report_paths(const struct daemon *daemon, int64_t id, char json[DAEMON_PATH],
    char html[DAEMON_PATH])
{
	char name[32];

	snprintf(name, sizeof(name), "%lld.json", (long long)id);
	daemon_path(daemon, "reports", name, json);
	snprintf(name, sizeof(name), "%lld.html", (long long)id);
	daemon_path(daemon, "reports", name, html);
}

/* What the child left: read, and handed on. */
static void
conclude(struct zone_run *run, const struct task_result *result)
{
	struct outcome outcome;
	char json[DAEMON_PATH], html[DAEMON_PATH], error[OUTCOME_ERROR];
	char words[TASK_WORDS], why[DAEMON_WHY];
	size_t length = 0;
	char *text = NULL;

	report_paths(run->daemon, run->judging->id, json, html);
	if (result->end != TASK_EXITED) {
		snprintf(why, sizeof(why), "the judging process %s",
		    task_words(result, words));
		decided(run, NULL, why, result->end == TASK_KILLED,
		    result->seconds);
		return;
	}
	text = report_read(json, &length);
	if (text == NULL) {
		snprintf(why, sizeof(why),
		    "the judging process exited with status %d and left no "
		    "report: %.300s",
		    result->status, result->output);
		decided(run, NULL, why, false, result->seconds);
	} else if (!outcome_read(text, length, result->status, run->name,
	               run->judging->sha256, &outcome, error)) {
		snprintf(why, sizeof(why),
		    "the judging process left a report that is no verdict: %s",
		    error);
		decided(run, NULL, why, false, result->seconds);
	} else {
		decided(run, &outcome, NULL, false, result->seconds);
		outcome_release(&outcome);
	}
	free(text);
}

static void
on_judged(void *context, const struct task_result *result)
{
	struct zone_run *run = context;
	struct daemon *daemon = run->daemon;
	int64_t now_ms = spawn_now_ms();

	run->task = NULL;
	daemon->running--;
	run->spent_s = queue_decay(run->spent_s,
	                   (double)(now_ms - run->spent_at_ms) / 1000) +
	               result->seconds;
	run->spent_at_ms = now_ms;
	if (!daemon->stopping) {
		conclude(run, result);
	}
	judging_poke(daemon);
	daemon_look_soon(daemon);
}

static void
begin(struct zone_run *run)
{
	struct daemon *daemon = run->daemon;
	struct judge_command command;
	char file[DAEMON_PATH], json[DAEMON_PATH], html[DAEMON_PATH];
	char previous[DAEMON_PATH];

	run->judging = run->waiting;
	run->waiting = NULL;
	run->judging->state = CANDIDATE_JUDGING;
	if (!KEEP(daemon, "a candidate's turn",
	        ledger_update(daemon->ledger, run->judging))) {
		/* Nothing may be judged whose verdict could not be kept. */
		run->waiting = run->judging;
		run->judging = NULL;
		run->waiting->state = CANDIDATE_WAITING;
		run->waiting->not_before = clock_now() + 10;
		return;
	}
	candidate_path(run, run->judging, file);
	report_paths(daemon, run->judging->id, json, html);
	unlink(json);
	unlink(html);
	published_path(run, previous);
	/* In observe mode these very octets are published already. */
	bool compare = run->released != NULL && run->zone->mode == ZONE_GATE;

	judge_command(&command, run, run->zone, run->anchor_file,
	    run->incoming_file, file, compare ? previous : NULL, clock_now(),
	    json, html);
	run->judged_alone = !compare;
	snprintf(run->judged_set, sizeof(run->judged_set), "%s", run->set);
	run->judged_against = run->released != NULL ? run->released->id : 0;
	duration_from_text(command.deadline, &run->judge_deadline_s);
	run->task = task_start(daemon->base, command.argv, -1,
	    (run->judge_deadline_s + GRACE_S) * 1000, on_judged, run);
	daemon->running++;
	daemon_look_soon(daemon);
}

/* ---- the queue ---- */

void
judging_add(struct zone_run *run, const struct candidate *candidate)
{
	struct daemon *daemon = run->daemon;

	if (run->waiting != NULL && run->waiting->id != candidate->id) {
		run->waiting->state = CANDIDATE_SUPERSEDED;
		run->waiting->superseded_by = candidate->id;
		(void)KEEP(daemon, "a superseded candidate",
		    ledger_update(daemon->ledger, run->waiting));
		run->counters.superseded++;
		daemon_log(daemon, LOG_LEVEL_INFO, "candidate.superseded",
		    "zonegate", run->name,
		    json_pack("{s:I, s:I}", "candidate",
		        (json_int_t)run->waiting->id, "by",
		        (json_int_t)candidate->id),
		    "candidate %lld, not yet judged, gives way to %lld",
		    (long long)run->waiting->id, (long long)candidate->id);
		control_decided(daemon, run->waiting->id);
	}
	place_candidate(&run->waiting, candidate);
}

/* True if CANDIDATE's time has come.  Nobody waits longer than that: a clock
 * that was set back must not keep one for ever. */
static bool
is_due(const struct candidate *candidate, int64_t now)
{
	return candidate->not_before <= now ||
	       candidate->not_before - now > LONGEST_WAIT_S + 1;
}

/* True if RUN's candidate may have its turn. */
static bool
waits(const struct zone_run *run, int64_t now)
{
	if (run->waiting == NULL || run->zone == NULL ||
	    !is_due(run->waiting, now) || run->releasing != NULL) {
		return false;
	}
	return daemon_may_judge(run->daemon) ||
	       (daemon_may_sample(run->daemon) &&
	           run->waiting->id > run->sampled);
}

static struct queue_zone
seen_by_queue(const struct zone_run *run, int64_t now, int64_t now_ms)
{
	const struct candidate *of =
	    run->judging != NULL ? run->judging : run->waiting;

	return (struct queue_zone){
	    .waits = waits(run, now),
	    .runs = run->judging != NULL,
	    .large =
	        of != NULL && of->bytes >= run->daemon->config->large_candidate,
	    .spent_s = queue_decay(run->spent_s,
	        (double)(now_ms - run->spent_at_ms) / 1000),
	    .waiting_since =
	        run->waiting == NULL ? 0 : run->waiting->received_at,
	};
}

static void
on_turn(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	judging_poke(context);
}

/* Comes back when the first of those that wait for a time may go on. */
static void
set_alarm_clock(struct daemon *daemon, int64_t now)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < daemon->n_zones; i++) {
		const struct candidate *c = daemon->zones[i]->waiting;

		if (c != NULL && !is_due(c, now) && c->not_before < first) {
			first = c->not_before;
		}
	}
	if (daemon->turn == NULL) {
		daemon->turn = evtimer_new(daemon->base, on_turn, daemon);
	}
	if (first != INT64_MAX) {
		const struct timeval in = {first - now, 0};

		evtimer_add(daemon->turn, &in);
	}
}

void
judging_poke(struct daemon *daemon)
{
	struct queue_zone *zones = xcalloc(daemon->n_zones + 1, sizeof(*zones));
	int64_t now = clock_now(), now_ms = spawn_now_ms();

	while (daemon_may_judge(daemon) || daemon_may_sample(daemon)) {
		for (size_t i = 0; i < daemon->n_zones; i++) {
			zones[i] = seen_by_queue(daemon->zones[i], now, now_ms);
		}
		int next = queue_next(zones, daemon->n_zones,
		    daemon->config->max_parallel);

		if (next < 0) {
			break;
		}
		begin(daemon->zones[next]);
	}
	set_alarm_clock(daemon, now);
	free(zones);
}

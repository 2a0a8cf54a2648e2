/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reload.c -- a new configuration, and what it makes of the zones that are
 * published already.
 *
 * The published zone is judged by the new set (policy and anchors) at the time
 * at which it was judged for its release, so that nothing but the set differs.
 * A set that would refuse it for something it was not refused for then is a
 * mistake in the set, or a change that a named person must want.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "serve/daemon.h"
#include "serve/outbox.h"
#include "serve/zones.h"

#define GRACE_S 30

/* One published zone to be judged by a set. */
struct row {
	struct zone_run *run;
	const struct config_zone *zone; /* of the set's configuration */
	char anchor_file[DAEMON_PATH], incoming_file[DAEMON_PATH];
	char set[65];
	char why[DAEMON_WHY]; /* "": good */
};

struct reload_state {
	struct daemon *daemon;
	struct config *config; /* the new one; NULL: the present one */
	struct row *rows;
	size_t n, at;
	struct task *task;
	char report[DAEMON_PATH];
	char person[ACTOR_TEXT], reason[REASON_TEXT];
	bool force;
	reload_done *done;
	void *context;
	bool once_more; /* the libraries have changed meanwhile */
};

static void go_on(struct reload_state *state);

/* ---- the end ---- */

static void
state_free(struct reload_state *state)
{
	config_free(state->config);
	free(state->rows);
	free(state);
}

/* STATE is gone; a signal that came meanwhile has its turn. */
static void
ended(struct reload_state *state)
{
	struct daemon *daemon = state->daemon;

	daemon->reload = NULL;
	state_free(state);
	daemon_look_soon(daemon);
	if (daemon->hangup) {
		daemon->hangup = false;
		reload(daemon, "SIGHUP", false, "SIGHUP", NULL, NULL);
	}
}

static void
answer(struct reload_state *state, bool ok, const char *message)
{
	struct daemon *daemon = state->daemon;

	daemon_log(daemon, ok ? LOG_LEVEL_INFO : LOG_LEVEL_ALARM,
	    ok ? "config.reloaded" : "config.refused", state->person, NULL,
	    json_pack("{s:b, s:s}", "forced", (int)state->force, "reason",
	        state->reason),
	    "%s", message);
	snprintf(daemon->reload_why, sizeof(daemon->reload_why), "%s",
	    ok ? "" : message);
	if (state->done != NULL) {
		state->done(state->context, ok, message);
	}
	ended(state);
}

static void
keep_set(struct row *row)
{
	struct zone_run *run = row->run;

	run->set_why[0] = '\0';
	(void)KEEP(run->daemon, "a zone's set",
	    ledger_set_fact(run->daemon->ledger, run->name, "set", row->set));
}

/* The new configuration is the present one from here on. */
static void
change_over(struct reload_state *state)
{
	struct daemon *daemon = state->daemon;
	struct config *before = daemon->config;
	char why[DAEMON_WHY];

	daemon->config = state->config;
	daemon->generation++;
	state->config = NULL;
	zones_follow_config(daemon);
	for (size_t i = 0; i < daemon->n_zones; i++) {
		struct zone_run *run = daemon->zones[i];

		if (run->zone == NULL) {
			continue;
		}
		if (!zone_set(daemon, run->zone, run->anchor_file,
		        run->incoming_file, run->set, why)) {
			snprintf(run->set_why, sizeof(run->set_why), "%s", why);
		}
	}
	for (size_t i = 0; i < state->n; i++) {
		keep_set(&state->rows[i]);
	}
	config_free(before);
	/* A signal is sent by scripts, too; only people look at clocks. */
	if (strcmp(state->person, "SIGHUP") != 0) {
		clock_accept(daemon, state->force ? state->person : NULL);
	}
	intake_reload(daemon);
	http_start(daemon);
	zones_go_on(daemon);
	judging_poke(daemon);
}

/* All rows of a new configuration have been judged. */
static void
conclude_new(struct reload_state *state)
{
	char message[DAEMON_WHY];
	const struct row *bad = NULL;
	size_t n = 0;

	for (size_t i = 0; i < state->n; i++) {
		if (state->rows[i].why[0] != '\0') {
			bad = bad == NULL ? &state->rows[i] : bad;
			n++;
		}
	}
	if (bad != NULL && !state->force) {
		snprintf(message, sizeof(message),
		    "the new configuration would refuse what is published (%zu "
		    "zone%s); the old one stays. %s: %.300s",
		    n, n == 1 ? "" : "s", bad->run->name, bad->why);
		answer(state, false, message);
		return;
	}
	change_over(state);
	snprintf(message, sizeof(message),
	    "the configuration is read again: %zu zones%s%s%s",
	    state->daemon->config->n_zones, bad != NULL ? "; forced by " : "",
	    bad != NULL ? state->person : "",
	    bad != NULL ? ", although it would refuse what is published" : "");
	answer(state, true, message);
}

/* What is published has been judged by the present configuration. */
static void
conclude_present(struct reload_state *state)
{
	struct daemon *daemon = state->daemon;
	bool once_more = state->once_more;
	size_t bad = 0;

	for (size_t i = 0; i < state->n; i++) {
		struct row *row = &state->rows[i];

		if (row->why[0] == '\0') {
			keep_set(row);
			continue;
		}
		bad++;
		snprintf(row->run->set_why, sizeof(row->run->set_why), "%s",
		    row->why);
		snprintf(daemon->reload_why, sizeof(daemon->reload_why),
		    "%s: what is published would be refused now: %.350s",
		    row->run->name, row->why);
		daemon_log(daemon, LOG_LEVEL_ALARM, "published.refused",
		    "zonegate", row->run->name, NULL, "%s", daemon->reload_why);
	}
	if (bad == 0 && state->n > 0) {
		daemon->reload_why[0] = '\0';
	}
	if (bad == 0) {
		daemon->library_text[0] = '\0';
	}
	ended(state);
	if (once_more) {
		reload_judge_published(daemon, true);
	}
}

/* ---- one zone ---- */

/* True if CHECK was worse than a warning already when the zone was released. */
static bool
was_found_then(const struct outcome *then, const char *check)
{
	for (size_t i = 0; i < then->n_findings; i++) {
		if (then->findings[i].severity <= SEVERITY_HOLD &&
		    strcmp(then->findings[i].check, check) == 0) {
			return true;
		}
	}
	return false;
}

/* Fills in ROW->why if OUTCOME refuses what nobody refused then. */
static void
compare(struct row *row, const struct outcome *outcome)
{
	struct outcome then = {.n_findings = 0};
	char error[OUTCOME_ERROR];
	char *kept =
	    ledger_summary(row->run->daemon->ledger, row->run->released->id);
	bool has = kept != NULL && outcome_from_summary(kept, &then, error);
	bool explained = has && (outcome->decision == DECISION_HOLD ||
	                            outcome->decision == DECISION_BLOCK);

	for (size_t i = 0; explained && i < outcome->n_findings; i++) {
		const struct outcome_finding *f = &outcome->findings[i];

		if (f->severity <= SEVERITY_HOLD &&
		    !was_found_then(&then, f->check)) {
			explained = false;
		}
	}
	if (outcome->decision != DECISION_RELEASE && !explained) {
		char words[REASON_TEXT];

		snprintf(row->why, sizeof(row->why), "%s: %.400s",
		    decision_name(outcome->decision),
		    outcome_words(outcome, words));
	}
	if (has) {
		outcome_release(&then);
	}
	free(kept);
}

static void
on_judged(void *context, const struct task_result *result)
{
	struct reload_state *state = context;
	struct row *row = &state->rows[state->at];
	struct outcome outcome;
	char words[TASK_WORDS], error[OUTCOME_ERROR];
	size_t length = 0;
	char *text = report_read(state->report, &length);

	state->task = NULL;
	unlink(state->report);
	if (result->end != TASK_EXITED || text == NULL) {
		snprintf(row->why, sizeof(row->why),
		    "it could not be judged: the process %s",
		    task_words(result, words));
	} else if (!outcome_read(text, length, result->status, row->run->name,
	               row->run->released->sha256, &outcome, error)) {
		snprintf(row->why, sizeof(row->why),
		    "it could not be judged: %s", error);
	} else {
		compare(row, &outcome);
		outcome_release(&outcome);
	}
	free(text);
	state->at++;
	go_on(state);
}

static void
go_on(struct reload_state *state)
{
	struct daemon *daemon = state->daemon;
	struct judge_command command;
	char file[DAEMON_PATH];

	/* Something else may have been released, or nothing be left. */
	while (state->at < state->n &&
	       state->rows[state->at].run->released == NULL) {
		state->at++;
	}
	if (state->at == state->n) {
		if (state->config != NULL) {
			conclude_new(state);
		} else {
			conclude_present(state);
		}
		return;
	}
	struct row *row = &state->rows[state->at];
	const struct candidate *released = row->run->released;

	published_path(row->run, file);
	judge_command(&command, row->run, row->zone, row->anchor_file,
	    row->incoming_file, file, NULL,
	    released->judged_at != 0 ? released->judged_at : clock_now(),
	    state->report, NULL);
	state->task = task_start(daemon->base, command.argv, -1,
	    ((row->zone->deadline_s > 0
	             ? row->zone->deadline_s
	             : row->zone->policy->values
	                   .option[OPTION_gate_max_duration]) +
	        GRACE_S) *
	        1000,
	    on_judged, state);
}

/* ---- beginning ---- */

static struct reload_state *
state_new(struct daemon *daemon)
{
	struct reload_state *state = xcalloc(1, sizeof(*state));

	state->daemon = daemon;
	state->rows = xcalloc(daemon->n_zones + 1, sizeof(*state->rows));
	daemon_path(daemon, "reports", "published.json", state->report);
	return state;
}

/* Adds RUN if its set under ZONE is not that under which it was judged. */
static bool
add_row(struct reload_state *state, struct zone_run *run,
    const struct config_zone *zone, bool all, char why[DAEMON_WHY])
{
	struct row *row = &state->rows[state->n];
	char *before;

	row->run = run;
	row->zone = zone;
	if (!zone_set(state->daemon, zone, row->anchor_file, row->incoming_file,
	        row->set, why)) {
		return false;
	}
	if (run->released == NULL || zone->mode != ZONE_GATE ||
	    !run->released->decided) {
		return true;
	}
	before = ledger_fact(state->daemon->ledger, run->name, "set");
	if (all || before == NULL || strcmp(before, row->set) != 0) {
		state->n++;
	}
	free(before);
	return true;
}

void
reload(struct daemon *daemon, const char *person, bool force,
    const char *reason, reload_done *done, void *context)
{
	char error[CONFIG_ERROR] = "", why[DAEMON_WHY] = "";
	struct reload_state *state;

	if (daemon->reload != NULL) {
		daemon->hangup |= done == NULL;
		if (done != NULL) {
			done(context, false,
			    "what is published is being judged; ask again in a "
			    "moment");
		}
		return;
	}
	state = daemon->reload = state_new(daemon);
	state->force = force;
	state->done = done;
	state->context = context;
	snprintf(state->person, sizeof(state->person), "%s", person);
	snprintf(state->reason, sizeof(state->reason), "%s", reason);
	state->config = config_read(daemon->config_file, error);
	if (state->config == NULL) {
		answer(state, false, error);
		return;
	}
	if (strcmp(state->config->state, daemon->state) != 0) {
		answer(state, false,
		    "`state' cannot change while the daemon runs; stop it "
		    "first");
		return;
	}
	for (size_t i = 0; i < daemon->n_zones; i++) {
		const struct config_zone *zone =
		    config_zone(state->config, daemon->zones[i]->name);

		if (zone != NULL &&
		    !add_row(state, daemon->zones[i], zone, false, why)) {
			answer(state, false, why);
			return;
		}
	}
	go_on(state);
}

void
reload_judge_published(struct daemon *daemon, bool all)
{
	char why[DAEMON_WHY];
	struct reload_state *state;

	if (daemon->reload != NULL) {
		daemon->reload->once_more |= all;
		return;
	}
	state = daemon->reload = state_new(daemon);
	for (size_t i = 0; i < daemon->n_zones; i++) {
		struct zone_run *run = daemon->zones[i];

		if (run->zone != NULL &&
		    !add_row(state, run, run->zone, all, why)) {
			snprintf(run->set_why, sizeof(run->set_why), "%s", why);
		}
	}
	go_on(state);
}

void
reload_stop(struct daemon *daemon)
{
	if (daemon->reload != NULL) {
		if (daemon->reload->task != NULL) {
			task_abandon(daemon->reload->task);
		}
		state_free(daemon->reload);
		daemon->reload = NULL;
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * releasing.c -- from a decision to the outbox: vetoes, zone, manifest, ledger.
 *
 * The candidate is RELEASING in the ledger before anything is touched, so that
 * a restart goes on with it; every step may be done again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "serve/command_words.h"
#include "serve/daemon.h"
#include "serve/space.h"

#define AGAIN_S 10
#define VETO_TRIES 3

static void go_on(struct zone_run *run);

/* ---- the manifest ---- */

/* "alice: reason; bob: reason" */
static void
approvals_text(struct zone_run *run, const struct candidate *candidate,
    char text[REASON_TEXT])
{
	struct approval *rows = NULL;
	size_t n = 0, at = 0;

	text[0] = '\0';
	if (ledger_approvals(run->daemon->ledger, candidate, clock_now(), &rows,
	        &n) != LEDGER_OK) {
		return;
	}
	for (size_t i = 0; i < n && at < REASON_TEXT - 1; i++) {
		at += (size_t)snprintf(text + at, REASON_TEXT - at,
		    "%s%s: %.200s", i > 0 ? "; " : "", rows[i].person,
		    rows[i].reason);
	}
	free(rows);
}

static void
describe(struct zone_run *run, const struct candidate *candidate,
    struct manifest *manifest)
{
	*manifest = (struct manifest){.candidate = candidate->id,
	    .has_serial = candidate->has_serial,
	    .serial = candidate->serial,
	    .bytes = candidate->bytes,
	    .at = clock_now(),
	    .expiry = candidate->expiry,
	    .soa_expire = candidate->soa_expire};
	snprintf(manifest->zone, sizeof(manifest->zone), "%s", run->name);
	memcpy(manifest->sha256, candidate->sha256, 32);
	snprintf(manifest->decision, sizeof(manifest->decision), "%s",
	    candidate->decided ? decision_name(candidate->decision) : "none");
	snprintf(manifest->released_by, sizeof(manifest->released_by), "%s",
	    candidate->released_by);
	if (strcmp(candidate->released_by, "approval") == 0) {
		approvals_text(run, candidate, manifest->approvals);
	}
	if (candidate->decided) {
		snprintf(manifest->ldns, sizeof(manifest->ldns), "%s",
		    run->daemon->ldns);
		snprintf(manifest->unbound, sizeof(manifest->unbound), "%s",
		    run->daemon->unbound);
	}
	memcpy(manifest->policy_sha256,
	    candidate->decided ? candidate->policy_sha256
	                       : run->zone->policy->sha256,
	    32);
	snprintf(manifest->policy, sizeof(manifest->policy), "%s",
	    run->zone->policy->name);
}

/* ---- the outbox ---- */

/* Where CANDIDATE's octets are: perhaps in the outbox already. */
static int
open_octets(struct zone_run *run, const struct candidate *candidate,
    char path[DAEMON_PATH])
{
	char there[OUTBOX_PATH];
	int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
	int fd = open(candidate_path(run, candidate, path), flags);

	if (fd < 0 && errno == ENOENT) {
		fd = open(outbox_path(run->daemon->outbox, run->file_name,
		              there),
		    flags);
	}
	return fd;
}

/* 0 or an errno, with WHY. */
static int
into_outbox(struct zone_run *run, const struct candidate *candidate,
    char hash[65], char why[OUTBOX_ERROR])
{
	struct daemon *daemon = run->daemon;
	struct manifest manifest;
	char path[DAEMON_PATH];
	int fd = open_octets(run, candidate, path);

	if (fd < 0) {
		int error = errno;

		snprintf(why, OUTBOX_ERROR, "%.400s: %s", path,
		    strerror(error));
		/* What is not there will not come back. */
		return error == ENOENT ? EBADMSG : error;
	}
	describe(run, candidate, &manifest);
	int error = outbox_release(daemon->outbox, run->file_name, fd,
	    &manifest, hash, why);

	if (error == ENOSPC) {
		space_use_reserve(daemon->state);
		daemon->reserve_whole = false;
		error = outbox_release(daemon->outbox, run->file_name, fd,
		    &manifest, hash, why);
	}
	close(fd);
	return error;
}

static void
on_again(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	go_on(context);
}

static void
again(struct zone_run *run)
{
	const struct timeval in = {clock_wait(AGAIN_S), 0};

	if (run->release_again == NULL) {
		run->release_again =
		    evtimer_new(run->daemon->base, on_again, run);
	}
	evtimer_add(run->release_again, &in);
	daemon_look_soon(run->daemon);
}

/*
 * CANDIDATE is in the outbox with manifest HASH: what follows from it is kept,
 * then told, and only then is it RELEASED in the ledger.  A restart goes on
 * with what is not, so that after a crash anywhere neither a step nor the log's
 * word is missing; the log may have it twice.
 */
static bool
note_release(struct zone_run *run, struct candidate *candidate,
    const char hash[65])
{
	struct daemon *daemon = run->daemon;

	candidate->released_at = clock_now();
	if (!steps_add(run, candidate)) {
		return false;
	}
	if (run->told_release != candidate->id) {
		daemon_log(daemon, LOG_LEVEL_INFO, "zone.released", "zonegate",
		    run->name,
		    json_pack("{s:I, s:o, s:s, s:s}", "candidate",
		        (json_int_t)candidate->id, "serial",
		        candidate->has_serial
		            ? json_integer((json_int_t)candidate->serial)
		            : json_null(),
		        "by", candidate->released_by, "manifest", hash),
		    "candidate %lld is released (%s)", (long long)candidate->id,
		    candidate->released_by);
		run->told_release = candidate->id;
	}
	return KEEP(daemon, "a release",
	    ledger_release(daemon->ledger, candidate, hash));
}

/* The zone is in the outbox: note it, tell everybody, follow up. */
static void
done(struct zone_run *run, const char hash[65])
{
	struct daemon *daemon = run->daemon;
	struct candidate candidate = *run->releasing;

	candidate.state = CANDIDATE_RELEASING;
	if (!note_release(run, &candidate, hash)) {
		again(run);
		return;
	}
	candidate.state = CANDIDATE_RELEASED;
	place_candidate(&run->releasing, NULL);
	place_candidate(&run->released, &candidate);
	if (run->held != NULL && run->held->id < candidate.id) {
		place_candidate(&run->held, NULL);
	}
	if (run->waiting != NULL && run->waiting->id < candidate.id) {
		int64_t gone = run->waiting->id;

		place_candidate(&run->waiting, NULL);
		control_decided(daemon, gone);
	}
	run->outbox_why[0] = run->veto_why[0] = '\0';
	run->counters.released++;
	if (strcmp(candidate.released_by, "verdict") == 0) {
		char text[24];

		run->last_good_at = candidate.released_at;
		snprintf(text, sizeof(text), "%lld",
		    (long long)run->last_good_at);
		(void)KEEP(daemon, "a fact",
		    ledger_set_fact(daemon->ledger, run->name, "last_good_at",
		        text));
	}
	steps_look(daemon);
	control_decided(daemon, candidate.id);
	judging_poke(daemon);
	daemon_look_soon(daemon);
}

/* ---- the vetoes ---- */

/* A veto, or the outbox, has refused: only people may say otherwise. */
static void
refused(struct zone_run *run, const char *name, const char *why)
{
	struct daemon *daemon = run->daemon;
	struct candidate candidate = *run->releasing;

	candidate.state = CANDIDATE_HELD;
	snprintf(candidate.reason, sizeof(candidate.reason),
	    "the decision was \"%s\", but %s refused: %s",
	    decision_name(candidate.decision), name, why);
	if (candidate.decision == DECISION_RELEASE) {
		candidate.decision = DECISION_HOLD;
	}
	candidate.released_by[0] = '\0';
	if (!KEEP(daemon, "a veto",
	        ledger_update(daemon->ledger, &candidate))) {
		again(run);
		return;
	}
	run->vetoed = candidate.id;
	snprintf(run->veto_why, sizeof(run->veto_why), "%s: %.400s", name, why);
	place_candidate(&run->releasing, NULL);
	place_candidate(&run->held, &candidate);
	daemon_log(daemon, LOG_LEVEL_ALARM, "candidate.vetoed", name, run->name,
	    json_pack("{s:I}", "candidate", (json_int_t)candidate.id),
	    "candidate %lld: %s", (long long)candidate.id, candidate.reason);
	control_decided(daemon, candidate.id);
	judging_poke(daemon);
	daemon_look_soon(daemon);
}

/* The outbox will never take it: its octets are not those that were judged, or
 * something newer was released. */
static void
give_up(struct zone_run *run, const char *why)
{
	struct daemon *daemon = run->daemon;
	struct candidate candidate = *run->releasing;

	candidate.state = CANDIDATE_DISCARDED;
	candidate.released_by[0] = '\0';
	/* No policy: handed in again, it is judged (intake.c). */
	memset(candidate.policy_sha256, 0, 32);
	snprintf(candidate.reason, sizeof(candidate.reason),
	    "it cannot be released: %.800s; hand the zone in again", why);
	if (!KEEP(daemon, "a refusal of the outbox",
	        ledger_update(daemon->ledger, &candidate))) {
		again(run);
		return;
	}
	place_candidate(&run->releasing, NULL);
	find_held(run);
	daemon_log(daemon, LOG_LEVEL_ALARM, "release.impossible", "zonegate",
	    run->name,
	    json_pack("{s:I}", "candidate", (json_int_t)candidate.id),
	    "candidate %lld: %s", (long long)candidate.id, candidate.reason);
	control_decided(daemon, candidate.id);
	judging_poke(daemon);
	daemon_look_soon(daemon);
}

static void
on_veto(void *context, const struct task_result *result)
{
	struct zone_run *run = context;
	const struct config_command *veto;
	char words[TASK_WORDS], why[DAEMON_WHY];

	run->veto = NULL;
	if (run->daemon->stopping) {
		return;
	}
	if (run->zone == NULL ||
	    run->veto_generation != run->daemon->generation) {
		/* The configuration has changed: begin again. */
		run->next_veto = 0;
		if (run->zone != NULL) {
			deciding_review(run);
		}
		again(run);
		return;
	}
	veto = &run->zone->vetoes[run->next_veto];
	if (task_is_good(result)) {
		run->next_veto++;
		run->veto_tries = 0;
		go_on(run);
		return;
	}
	snprintf(why, sizeof(why), "%s%s%.300s", task_words(result, words),
	    result->output[0] != '\0' ? ": " : "", result->output);
	if (result->end != TASK_EXITED && ++run->veto_tries < VETO_TRIES) {
		/* It did not speak; that it is asked again costs little. */
		again(run);
		return;
	}
	run->veto_tries = 0;
	refused(run, veto->name, why);
}

static void
ask_veto(struct zone_run *run, const struct config_command *veto)
{
	char path[DAEMON_PATH], serial[16];
	struct command_words words;
	const struct command_fields fields = {.zone = run->name,
	    .file = candidate_path(run, run->releasing, path),
	    .manifest = "",
	    .serial = serial};

	run->veto_generation = run->daemon->generation;
	snprintf(serial, sizeof(serial), "%u", run->releasing->serial);
	command_words(&words, veto, &fields);
	run->veto =
	    task_start(run->daemon->base, (const char *const *)words.argv, -1,
	        veto->deadline_s * 1000, on_veto, run);
	command_words_release(&words);
}

/* ---- all of it ---- */

static bool
skips_vetoes(const struct candidate *candidate)
{
	return strcmp(candidate->released_by, "approval") == 0;
}

static void
go_on(struct zone_run *run)
{
	char hash[65], why[OUTBOX_ERROR];
	int error;

	if (run->releasing == NULL || run->veto != NULL || run->zone == NULL ||
	    run->daemon->stopping) {
		return;
	}
	if (!skips_vetoes(run->releasing) &&
	    run->next_veto < run->zone->n_vetoes) {
		ask_veto(run, &run->zone->vetoes[run->next_veto]);
		return;
	}
	error = into_outbox(run, run->releasing, hash, why);
	if (error == 0) {
		done(run, hash);
		return;
	}
	if (error == EBADMSG || error == EEXIST || error == EINVAL ||
	    error == ENAMETOOLONG) {
		give_up(run, why);
		return;
	}
	snprintf(run->outbox_why, sizeof(run->outbox_why),
	    "candidate %lld is to be released, but: %.400s",
	    (long long)run->releasing->id, why);
	daemon_log(run->daemon, LOG_LEVEL_ALARM, "release.failed", "zonegate",
	    run->name, NULL, "%s; it is tried again", run->outbox_why);
	again(run);
}

void
release_begin(struct zone_run *run, const struct candidate *candidate,
    const char *released_by)
{
	struct candidate releasing = *candidate;

	releasing.state = CANDIDATE_RELEASING;
	snprintf(releasing.released_by, sizeof(releasing.released_by), "%s",
	    released_by);
	place_candidate(&run->releasing, &releasing);
	run->next_veto = 0;
	run->veto_tries = 0;
	go_on(run);
}

void
release_again(struct zone_run *run, const struct candidate *candidate)
{
	char hash[65], why[OUTBOX_ERROR];

	if (into_outbox(run, candidate, hash, why) == 0) {
		run->outbox_why[0] = '\0';
	} else {
		snprintf(run->outbox_why, sizeof(run->outbox_why), "%s", why);
	}
}

bool
release_observed(struct zone_run *run, struct candidate *candidate)
{
	char hash[65], why[OUTBOX_ERROR];

	snprintf(candidate->released_by, sizeof(candidate->released_by), "%s",
	    "observe");
	if (into_outbox(run, candidate, hash, why) != 0) {
		snprintf(run->outbox_why, sizeof(run->outbox_why),
		    "candidate %lld (observed) did not get into the outbox: "
		    "%.400s",
		    (long long)candidate->id, why);
		daemon_log(run->daemon, LOG_LEVEL_ALARM, "release.failed",
		    "zonegate", run->name, NULL, "%s", run->outbox_why);
		return false;
	}
	if (!note_release(run, candidate, hash)) {
		return false;
	}
	run->outbox_why[0] = '\0';
	run->counters.released++;
	place_candidate(&run->released, candidate);
	steps_look(run->daemon);
	return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steps.c -- what follows a release: hooks, then pushes, then probes.
 *
 * They live in the ledger until they are done or a newer release makes them
 * pointless.  One that fails is tried again, later and later; it never takes
 * the release back, and never keeps another zone waiting.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "paths.h"
#include "report_words.h"
#include "serve/command_words.h"
#include "serve/daemon.h"

#define UNDER_WAY_MOST 64
#define AGAIN_FIRST_S 5
#define AGAIN_LONGEST_S 300
#define PROBE_AGAIN_S 5
#define PROBE_TIMEOUT "5s"
#define PROBE_DEADLINE_MS 15000
#define PUSH_DEADLINE_MS 600000

/* A step whose program or message is on its way. */
struct under_way {
	struct daemon *daemon;
	struct step step;
	struct task *task; /* NULL: a push */
	struct under_way *next;
};

static struct under_way **
find(struct daemon *daemon, int64_t id)
{
	struct under_way **at = &daemon->steps;

	while (*at != NULL && (*at)->step.id != id) {
		at = &(*at)->next;
	}
	return at;
}

static unsigned
count(const struct daemon *daemon)
{
	unsigned n = 0;

	for (struct under_way *at = daemon->steps; at != NULL; at = at->next) {
		n++;
	}
	return n;
}

/* ---- how one ended ---- */

static int64_t
wait_s(const struct step *step)
{
	int64_t s = AGAIN_FIRST_S;

	if (step->kind == STEP_PROBE) {
		return clock_wait(PROBE_AGAIN_S);
	}
	for (unsigned i = 1; i < step->attempts && s < AGAIN_LONGEST_S; i++) {
		s *= 2;
	}
	return clock_wait(s < AGAIN_LONGEST_S ? s : AGAIN_LONGEST_S);
}

static const char *const kind_names[N_STEP_KINDS] = {
    [STEP_HOOK] = "hook",
    [STEP_PUSH] = "push",
    [STEP_PROBE] = "probe",
};

const char *
step_kind_name(enum step_kind kind)
{
	return kind_names[kind];
}

static void
ended(struct daemon *daemon, struct step *step, bool good, const char *output)
{
	int64_t now = clock_now();
	bool first = step->attempts == 0;

	step->attempts++;
	step->state = good ? STEP_DONE : STEP_FAILED;
	step->done_at = good ? now : 0;
	step->next_at = good ? 0 : now + wait_s(step);
	snprintf(step->output, sizeof(step->output), "%s", output);
	(void)KEEP(daemon, "a step", ledger_update_step(daemon->ledger, step));
	/* A probe that has to ask twice is nothing to speak of. */
	if (good || (first && step->kind != STEP_PROBE)) {
		daemon_log(daemon, good ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		    good ? "step.done" : "step.failed", step->name, step->zone,
		    json_pack("{s:I, s:s, s:i}", "candidate",
		        (json_int_t)step->candidate, "kind",
		        kind_names[step->kind], "attempts",
		        (int)step->attempts),
		    "%s %s of candidate %lld %s%s%.300s",
		    kind_names[step->kind], step->name,
		    (long long)step->candidate,
		    good ? "is done" : "failed and is tried again",
		    output[0] != '\0' ? ": " : "", output);
	}
	daemon_look_soon(daemon);
	steps_look(daemon);
}

static void
on_hook(void *context, const struct task_result *result)
{
	struct under_way *mine = context;
	struct daemon *daemon = mine->daemon;
	char words[TASK_WORDS], text[512];

	*find(daemon, mine->step.id) = mine->next;
	snprintf(text, sizeof(text), "%s%s%.300s", task_words(result, words),
	    result->output[0] != '\0' ? ": " : "", result->output);
	ended(daemon, &mine->step, task_is_good(result), text);
	free(mine);
}

static void
on_probe(void *context, const struct task_result *result)
{
	struct under_way *mine = context;
	struct daemon *daemon = mine->daemon;
	struct candidate candidate;
	json_t *said = json_loads(result->output, JSON_DISABLE_EOF_CHECK, NULL);
	const json_t *serial = json_object_get(said, "serial");
	char text[512];
	bool good = false;

	*find(daemon, mine->step.id) = mine->next;
	if (!task_is_good(result) || !json_is_integer(serial)) {
		const char *why =
		    json_string_value(json_object_get(said, "error"));
		char words[TASK_WORDS];

		snprintf(text, sizeof(text), "no answer: %s",
		    why != NULL ? why : task_words(result, words));
	} else if (ledger_get(daemon->ledger, mine->step.candidate,
	               &candidate) != LEDGER_OK ||
	           !candidate.has_serial) {
		snprintf(text, sizeof(text), "the serial is not known yet");
	} else {
		bool is_signed = json_is_true(json_object_get(said, "signed"));

		good = is_signed && json_integer_value(serial) ==
		                        (json_int_t)candidate.serial;
		snprintf(text, sizeof(text),
		    "it serves serial %lld%s; released is %u",
		    (long long)json_integer_value(serial),
		    is_signed ? "" : " without signatures", candidate.serial);
	}
	json_decref(said);
	ended(daemon, &mine->step, good, text);
	free(mine);
}

void
steps_pushed(struct daemon *daemon, int64_t id, bool ok, const char *why)
{
	struct under_way **at = find(daemon, id), *mine = *at;

	if (mine != NULL) {
		*at = mine->next;
		ended(daemon, &mine->step, ok, why);
		free(mine);
	}
}

void
steps_lost_pushes(struct daemon *daemon)
{
	for (struct under_way **at = &daemon->steps; *at != NULL;) {
		struct under_way *mine = *at;

		if (mine->task != NULL) {
			at = &mine->next;
			continue;
		}
		*at = mine->next;
		if (!daemon->stopping) {
			mine->step.attempts++;
			mine->step.state = STEP_FAILED;
			mine->step.next_at = clock_now() + AGAIN_FIRST_S;
			(void)KEEP(daemon, "a step",
			    ledger_update_step(daemon->ledger, &mine->step));
		}
		free(mine);
	}
}

/* ---- starting one ---- */

static struct under_way *
put_under_way(struct daemon *daemon, const struct step *step)
{
	struct under_way *mine = xcalloc(1, sizeof(*mine));

	mine->daemon = daemon;
	mine->step = *step;
	mine->next = daemon->steps;
	daemon->steps = mine;
	return mine;
}

static bool
fields_of(struct zone_run *run, const struct step *step,
    struct command_fields *fields, char file[OUTBOX_PATH],
    char manifest[OUTBOX_PATH], char serial[16])
{
	size_t length;

	if (run->released == NULL || run->released->id != step->candidate) {
		return false;
	}
	outbox_path(run->daemon->outbox, run->file_name, file);
	length = strlen(file);
	snprintf(manifest, OUTBOX_PATH, "%.*s.manifest",
	    (int)(length > 5 ? length - 5 : length), file);
	snprintf(serial, 16, "%u", run->released->serial);
	*fields = (struct command_fields){.zone = run->name,
	    .file = file,
	    .serial = serial,
	    .manifest = manifest};
	return true;
}

static void
start_hook(struct zone_run *run, const struct step *step,
    const struct config_command *hook)
{
	char file[OUTBOX_PATH], manifest[OUTBOX_PATH], serial[16];
	struct command_fields fields;
	struct command_words words;

	if (!fields_of(run, step, &fields, file, manifest, serial)) {
		return;
	}
	struct under_way *mine = put_under_way(run->daemon, step);

	command_words(&words, hook, &fields);
	mine->task =
	    task_start(run->daemon->base, (const char *const *)words.argv, -1,
	        hook->deadline_s * 1000, on_hook, mine);
	command_words_release(&words);
}

static void
start_probe(struct zone_run *run, const struct step *step,
    const struct config_probe *probe)
{
	char port[8];
	struct under_way *mine = put_under_way(run->daemon, step);

	snprintf(port, sizeof(port), "%u", probe->port);
	const char *argv[16] = {path_program("zonegate-probe"), probe->address,
	    port, run->name, "--timeout", PROBE_TIMEOUT};

	daemon_waivers(run->daemon, argv, 6);

	mine->task = task_start(run->daemon->base, argv, -1, PROBE_DEADLINE_MS,
	    on_probe, mine);
}

static void
start_push(struct zone_run *run, const struct step *step,
    const struct config_push *push)
{
	char file[OUTBOX_PATH], manifest[OUTBOX_PATH], serial[16], digits[65];
	struct command_fields fields;

	if (!fields_of(run, step, &fields, file, manifest, serial)) {
		return;
	}
	char *url = words_fill(push->url, &fields);
	char serial_header[64];

	sha256_to_text(run->released->sha256, digits);
	snprintf(serial_header, sizeof(serial_header), "X-Zonegate-Serial: %s",
	    serial);
	json_t *message = json_pack("{s:s, s:s, s:s, s:s, s:[s, s], s:s, s:s?, "
	                            "s:s?, s:s?, s:s?, s:i}",
	    "kind", "push", "method", "PUT", "url", url, "file", file,
	    "headers", "Content-Type: text/dns", serial_header, "sha256",
	    digits, "token_file", push->token_file, "ca", push->ca,
	    "certificate", push->certificate, "key", push->key, "deadline_ms",
	    PUSH_DEADLINE_MS);

	free(url);
	put_under_way(run->daemon, step);
	if (!messages_push(run->daemon, step->id, message)) {
		steps_pushed(run->daemon, step->id, false,
		    "zonegate-notify does not run");
	}
}

/* The step is no longer configured. */
static void
drop(struct daemon *daemon, struct step *step)
{
	step->state = STEP_DROPPED;
	(void)KEEP(daemon, "a step", ledger_update_step(daemon->ledger, step));
}

static void
start(struct zone_run *run, struct step *step)
{
	const struct config_zone *zone = run->zone;

	switch (step->kind) {
	case STEP_HOOK:
		for (size_t i = 0; i < zone->n_hooks; i++) {
			if (strcmp(zone->hooks[i].name, step->name) == 0) {
				start_hook(run, step, &zone->hooks[i]);
				return;
			}
		}
		break;
	case STEP_PUSH:
		for (size_t i = 0; i < zone->n_pushes; i++) {
			if (strcmp(zone->pushes[i].name, step->name) == 0) {
				start_push(run, step, &zone->pushes[i]);
				return;
			}
		}
		break;
	case STEP_PROBE:
		for (size_t i = 0; i < zone->n_probes; i++) {
			if (strcmp(zone->probes[i].name, step->name) == 0) {
				start_probe(run, step, &zone->probes[i]);
				return;
			}
		}
		break;
	case N_STEP_KINDS:
		break;
	}
	drop(run->daemon, step);
}

/* Hooks go before pushes, pushes before probes; but one that has failed once
 * holds up nobody. */
static bool
must_wait(const struct step *step, const struct step *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].candidate == step->candidate &&
		    rows[i].kind < step->kind && rows[i].attempts == 0) {
			return true;
		}
		/* Hooks of one zone run one after the other. */
		if (rows[i].candidate == step->candidate &&
		    rows[i].kind == STEP_HOOK && step->kind == STEP_HOOK &&
		    rows[i].id < step->id && rows[i].attempts == 0) {
			return true;
		}
	}
	return false;
}

/* Steps are kept before their release is: it is yet to be noted. */
static bool
is_early(const struct zone_run *run, const struct step *step)
{
	return run->released == NULL || run->released->id < step->candidate;
}

/* Nobody waits longer than the longest: the clock may have been set back. */
static bool
is_due(const struct step *step, int64_t now)
{
	return step->next_at <= now || step->next_at - now > AGAIN_LONGEST_S;
}

void
steps_look(struct daemon *daemon)
{
	struct step *rows = NULL;
	size_t n = 0;
	int64_t now = clock_now();

	if (daemon->stopping || daemon->looking_at_steps) {
		return;
	}
	daemon->looking_at_steps = true;
	if (ledger_steps(daemon->ledger, 0, &rows, &n) != LEDGER_OK) {
		n = 0;
	}
	for (size_t i = 0; i < n && count(daemon) < UNDER_WAY_MOST; i++) {
		struct zone_run *run = daemon_zone(daemon, rows[i].zone);

		if (run == NULL || run->zone == NULL ||
		    !is_due(&rows[i], now) || is_early(run, &rows[i]) ||
		    *find(daemon, rows[i].id) != NULL ||
		    must_wait(&rows[i], rows, n)) {
			continue;
		}
		start(run, &rows[i]);
	}
	free(rows);
	daemon->looking_at_steps = false;
}

/* ---- of a release ---- */

static void
fill(struct step *step, const struct candidate *candidate, enum step_kind kind,
    const char *name)
{
	*step = (struct step){.candidate = candidate->id,
	    .kind = kind,
	    .state = STEP_PENDING,
	    .created_at = clock_now()};
	snprintf(step->zone, sizeof(step->zone), "%s", candidate->zone);
	snprintf(step->name, sizeof(step->name), "%s", name);
}

bool
steps_add(struct zone_run *run, const struct candidate *candidate)
{
	const struct config_zone *zone = run->zone;
	size_t n = 0;
	struct step *steps =
	    xcalloc(zone->n_hooks + zone->n_pushes + zone->n_probes + 1,
	        sizeof(*steps));

	for (size_t i = 0; i < zone->n_hooks; i++) {
		fill(&steps[n++], candidate, STEP_HOOK, zone->hooks[i].name);
	}
	for (size_t i = 0; i < zone->n_pushes; i++) {
		fill(&steps[n++], candidate, STEP_PUSH, zone->pushes[i].name);
	}
	for (size_t i = 0; i < zone->n_probes; i++) {
		fill(&steps[n++], candidate, STEP_PROBE, zone->probes[i].name);
	}
	bool kept = KEEP(run->daemon, "steps",
	    ledger_add_steps(run->daemon->ledger, steps, n));

	free(steps);
	return kept;
}

void
steps_stop(struct daemon *daemon)
{
	while (daemon->steps != NULL) {
		struct under_way *mine = daemon->steps;

		daemon->steps = mine->next;
		if (mine->task != NULL) {
			task_abandon(mine->task);
		}
		free(mine);
	}
}

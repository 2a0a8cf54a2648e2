/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alarms.c -- the look at everything: gathers what the daemon knows for
 * watch.c, and tells the log and the webhooks what has changed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "serve/daemon.h"
#include "serve/helper.h"
#include "serve/space.h"

#define WEBHOOKS_SHOWN 32
/* A faster clock than the monotonic one, or a slower one, by this: a step. */
#define STEP_MOST_S 60

/* ---- the clock ---- */

static int64_t
monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

/* True, with WHY, if the clock was set while we were running, and is neither
 * back nor known to be right.  The kernel's word counts only where it is asked:
 * without clock_holdover it is not. */
static bool
has_stepped(struct daemon *daemon, bool synchronised, char why[CLOCK_WHY])
{
	int64_t offset = clock_now() - monotonic_s();
	int64_t step = offset - daemon->clock_offset;

	synchronised &= daemon->config->clock_holdover_s > 0;
	if (!daemon->clock_is_steady) {
		daemon->clock_offset = offset;
		daemon->clock_is_steady = true;
		return false;
	}
	if (synchronised || (step <= STEP_MOST_S && step >= -STEP_MOST_S)) {
		/* A clock that is slewed is followed. */
		if (synchronised || (step <= 1 && step >= -1)) {
			daemon->clock_offset = offset;
		}
		return false;
	}
	snprintf(why, CLOCK_WHY,
	    "the clock jumped by %lld s while the gate was running; set it "
	    "right, or `zonegate reload' if it is right now",
	    (long long)step);
	return true;
}

void
clock_accept(struct daemon *daemon, const char *person)
{
	int64_t now = clock_now();
	char known[TIME_TEXT];

	/* From the next look on, once it is not behind what is known. */
	daemon->clock_is_steady = false;
	if (person == NULL || daemon->newest_time <= now) {
		return;
	}
	daemon_log(daemon, LOG_LEVEL_ALARM, "clock.accepted", person, NULL,
	    NULL, "the clock is right, and the ledger's time, %s, was not",
	    time_to_text(daemon->newest_time, known));
	daemon->newest_time = now;
	daemon->newest_time_kept = 0;
}

static void
look_at_clock(struct daemon *daemon)
{
	struct clock_sample *samples =
	    xcalloc(daemon->n_zones + 1, sizeof(*samples));
	int64_t now = clock_now();
	bool synchronised = clock_is_synchronised();
	char why[CLOCK_WHY] = "";
	size_t n = 0;

	for (size_t i = 0; i < daemon->n_zones; i++) {
		if (daemon->zones[i]->sample.at != 0) {
			samples[n++] = daemon->zones[i]->sample;
		}
	}
	if (synchronised) {
		daemon->unsynchronised_since = 0;
	} else if (daemon->unsynchronised_since == 0) {
		daemon->unsynchronised_since = monotonic_s();
	}
	int64_t without =
	    synchronised ? 0 : monotonic_s() - daemon->unsynchronised_since;
	bool good = clock_is_good(now, daemon->newest_time, synchronised,
	    without, daemon->config->clock_holdover_s, samples, n, why);

	if (good) {
		good = !has_stepped(daemon, synchronised, why);
	}
	if (good && now > daemon->newest_time) {
		daemon->newest_time = now;
	}
	snprintf(daemon->clock_why, sizeof(daemon->clock_why), "%s",
	    good ? "" : why);
	free(samples);
}

/* The newest time is kept now and then, so that a restart knows it. */
static void
keep_time(struct daemon *daemon)
{
	char text[24];
	uint64_t sequence;
	char hash[65];

	if (daemon->newest_time - daemon->newest_time_kept < 60) {
		return;
	}
	daemon->newest_time_kept = daemon->newest_time;
	snprintf(text, sizeof(text), "%lld", (long long)daemon->newest_time);
	(void)KEEP(daemon, "the time",
	    ledger_set_fact(daemon->ledger, "", "newest_time", text));
	sequence = audit_log_head(daemon->log, hash);
	/* What the ledger knows of a log that has lost entries is evidence. */
	if (sequence > 0 && daemon->log_why[0] == '\0') {
		(void)KEEP(daemon, "the log's head",
		    ledger_set_log_head(daemon->ledger, sequence, hash));
	}
}

/* ---- one zone ---- */

static void
fill_steps(struct watched_zone *watched, const struct config_zone *zone,
    const struct step *steps, size_t n)
{
	watched->steps = xcalloc(n + 1, sizeof(*watched->steps));
	for (size_t i = 0; i < n; i++) {
		struct watched_step *s = &watched->steps[watched->n_steps];

		if (strcmp(steps[i].zone, zone->name) != 0) {
			continue;
		}
		*s =
		    (struct watched_step){.kind = step_kind_name(steps[i].kind),
		        .name = steps[i].name,
		        .attempts = steps[i].attempts,
		        .created_at = steps[i].created_at,
		        .output = steps[i].output};
		for (size_t j = 0; j < zone->n_probes; j++) {
			if (steps[i].kind == STEP_PROBE &&
			    strcmp(zone->probes[j].name, steps[i].name) == 0) {
				s->overdue_s = zone->probes[j].overdue_s;
			}
		}
		watched->n_steps++;
	}
}

static const char *
or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static void
fill_zone(struct watched_zone *watched, const struct zone_run *run,
    const struct step *steps, size_t n)
{
	*watched = (struct watched_zone){.zone = run->zone,
	    .observe_refused = run->observe_refused,
	    .last_good_at = run->last_good_at,
	    .first_seen_at = run->first_seen_at,
	    .outbox_why = or_null(run->outbox_why),
	    .veto_why = or_null(run->veto_why),
	    .key_without_anchor = run->key_without_anchor,
	    .slow = run->slow,
	    .seconds = run->seconds};
	snprintf(watched->key_text, sizeof(watched->key_text), "%s",
	    run->key_text);
	if (run->released != NULL) {
		watched->has_released = true;
		watched->released = *run->released;
	}
	if (run->held != NULL) {
		watched->has_open = true;
		watched->open = *run->held;
	}
	fill_steps(watched, run->zone, steps, n);
}

/* ---- the gate ---- */

static void
fill_gate(struct daemon *daemon, struct watched_gate *gate)
{
	const char *names[WEBHOOKS_SHOWN], *whys[WEBHOOKS_SHOWN];
	int64_t sinces[WEBHOOKS_SHOWN];
	size_t n =
	    messages_failing(daemon, WEBHOOKS_SHOWN, names, whys, sinces);

	if (clock_now() - daemon->worker_faults_since > 3600) {
		daemon->worker_faults = 0;
	}
	*gate = (struct watched_gate){.now = clock_now(),
	    .broken_why = or_null(daemon->broken_why),
	    .clock_why = or_null(daemon->clock_why),
	    .disk_free = space_free(daemon->state),
	    .disk_reserve = daemon->config->disk_reserve,
	    .reserve_touched = !daemon->reserve_whole,
	    .ledger_why = or_null(daemon->ledger_why),
	    .ledger_corrupt = daemon->ledger_corrupt,
	    .log_why = or_null(daemon->log_why),
	    .worker_faults = daemon->worker_faults,
	    .reload_why = or_null(daemon->reload_why),
	    .http_down = daemon->http != NULL && daemon->http->pid == 0,
	    .notify_down = !messages_run(daemon),
	    .library_text = or_null(daemon->library_text)};
	gate->webhooks = xcalloc(n + 1, sizeof(*gate->webhooks));
	gate->n_webhooks = n;
	for (size_t i = 0; i < n; i++) {
		gate->webhooks[i].name = names[i];
		gate->webhooks[i].why = whys[i];
		gate->webhooks[i].since = sinces[i];
	}
}

/* ---- what changed ---- */

static void
tell(struct daemon *daemon, const struct alarm *alarm, const char *event)
{
	char host[256] = "";
	bool raised = strcmp(event, "raised") == 0;

	gethostname(host, sizeof(host) - 1);
	daemon_log(daemon,
	    !raised                          ? LOG_LEVEL_INFO
	    : alarm->level == ALARM_CRITICAL ? LOG_LEVEL_ALARM
	                                     : LOG_LEVEL_WARNING,
	    raised ? "alarm.raised" : "alarm.resolved", "zonegate",
	    alarm->zone[0] != '\0' ? alarm->zone : NULL,
	    json_pack("{s:s, s:s}", "kind", alarm->kind, "detail",
	        alarm->detail),
	    "%s%s: %s", alarm->kind, raised ? "" : " is over", alarm->text);
	messages_send(daemon, alarm_message(alarm, event, host, clock_now()));
}

static void
on_raised(void *context, const struct alarm *alarm)
{
	tell(context, alarm, "raised");
}

static void
on_resolved(void *context, const struct alarm *alarm)
{
	tell(context, alarm, "resolved");
}

static void
free_watched(struct watched_gate *gate, struct watched_zone *zones, size_t n)
{
	free(gate->webhooks);
	for (size_t i = 0; i < n; i++) {
		free(zones[i].steps);
	}
	free(zones);
}

void
alarms_look(struct daemon *daemon)
{
	struct watched_zone *zones =
	    xcalloc(daemon->n_zones + 1, sizeof(*zones));
	struct watched_gate gate;
	struct step *steps = NULL;
	struct alarm *now = NULL;
	size_t n_steps = 0, n = 0;

	look_at_clock(daemon);
	keep_time(daemon);
	daemon->reserve_whole =
	    space_reserve(daemon->state, daemon->config->disk_reserve);
	if (ledger_steps(daemon->ledger, 0, &steps, &n_steps) != LEDGER_OK) {
		n_steps = 0;
	}
	for (size_t i = 0; i < daemon->n_zones; i++) {
		if (daemon->zones[i]->zone != NULL) {
			fill_zone(&zones[n++], daemon->zones[i], steps,
			    n_steps);
		}
	}
	fill_gate(daemon, &gate);
	size_t n_now =
	    watch(&gate, zones, n, daemon->alarms, daemon->n_alarms, &now);

	watch_changes(daemon->alarms, daemon->n_alarms, now, n_now, on_raised,
	    on_resolved, daemon);
	free(daemon->alarms);
	daemon->alarms = now;
	daemon->n_alarms = n_now;
	free_watched(&gate, zones, n);
	free(steps);
}

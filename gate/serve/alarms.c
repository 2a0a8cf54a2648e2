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

/* ---- time ---- */

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

	clock_look(daemon);
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

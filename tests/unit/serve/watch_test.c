/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/watch.h"

#define NOW 1767571200
#define DAY 86400

struct world {
	struct watched_gate gate;
	struct config_zone config;
	struct watched_zone zone;
	struct alarm *before, *alarms;
	size_t n_before, n;
};

/* A zone that is as it must be. */
static void
good_world(struct world *world)
{
	memset(world, 0, sizeof(*world));
	world->gate.now = NOW;
	world->gate.disk_free = 100u << 20;
	world->gate.disk_reserve = 10u << 20;
	struct config_zone *config = &world->config;

	config->name = (char *)(uintptr_t) "shop.";
	config->headroom_warn_s = 5 * DAY;
	config->headroom_crit_s = 2 * DAY;
	config->resign_interval_max_s = DAY;
	struct watched_zone *zone = &world->zone;

	zone->zone = config;
	zone->has_released = true;
	zone->released.state = CANDIDATE_RELEASED;
	zone->released.expiry = NOW + 10 * DAY;
	zone->released.soa_expire = 14 * DAY;
	zone->released.released_at = NOW - 3600;
	zone->first_seen_at = NOW - 100 * DAY;
	zone->last_good_at = NOW - 3600;
}

static void
look(struct world *world)
{
	free(world->before);
	world->before = world->alarms;
	world->n_before = world->n;
	world->n = watch(&world->gate, &world->zone, 1, world->before,
	    world->n_before, &world->alarms);
}

static const struct alarm *
the(const struct world *world, const char *kind)
{
	const struct alarm *found = NULL;

	for (size_t i = 0; i < world->n; i++) {
		if (strcmp(world->alarms[i].kind, kind) == 0) {
			cr_assert_null(found, "two of %s", kind);
			found = &world->alarms[i];
		}
	}
	return found;
}

/* Exactly one alarm is on, of KIND and LEVEL. */
static const struct alarm *
only(struct world *world, const char *kind, enum alarm_level level)
{
	look(world);
	cr_assert_eq(world->n, 1, "%s: %zu alarms, the first %s", kind,
	    world->n, world->n == 0 ? "" : world->alarms[0].kind);
	cr_assert_str_eq(world->alarms[0].kind, kind);
	cr_assert_eq(world->alarms[0].level, level, "%s", kind);
	cr_assert_eq(world->alarms[0].text[strlen(world->alarms[0].text) - 1],
	    '.', "%s was cut", kind);
	return &world->alarms[0];
}

static void
done(struct world *world)
{
	free(world->before);
	free(world->alarms);
}

Test(watch, all_is_well)
{
	struct world world;

	good_world(&world);
	look(&world);
	cr_assert_eq(world.n, 0, "%s", world.n ? world.alarms[0].text : "");
	done(&world);
}

/* ---- what is published ---- */

Test(watch, headroom_runs_out_by_and_by)
{
	static const struct {
		int64_t left;
		const char *kind;
		enum alarm_level level;
	} rows[] = {
	    {5 * DAY, NULL, ALARM_WARNING},
	    {5 * DAY - 1, "headroom-warning", ALARM_WARNING},
	    {2 * DAY, "headroom-warning", ALARM_WARNING},
	    {2 * DAY - 1, "headroom-critical", ALARM_CRITICAL},
	    {1, "headroom-critical", ALARM_CRITICAL},
	    {0, "signatures-expired", ALARM_CRITICAL},
	    {-DAY, "signatures-expired", ALARM_CRITICAL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world world;

		good_world(&world);
		world.zone.released.expiry = NOW + rows[i].left;
		if (rows[i].kind == NULL) {
			look(&world);
			cr_assert_eq(world.n, 0);
		} else {
			const struct alarm *alarm =
			    only(&world, rows[i].kind, rows[i].level);

			cr_expect_eq(alarm->until,
			    rows[i].left > 0 ? NOW + rows[i].left : 0);
			cr_expect_str_eq(alarm->zone, "shop.");
		}
		done(&world);
	}
}

Test(watch, an_unknown_expiry_is_no_headroom_alarm)
{
	struct world world;

	good_world(&world);
	world.zone.released.expiry = 0;
	look(&world);
	cr_assert_eq(world.n, 0);
	world.zone.has_released = false;
	world.zone.released.expiry = NOW - 5;
	look(&world);
	cr_assert_null(the(&world, "signatures-expired"));
	done(&world);
}

Test(watch, soa_expire_comes_near)
{
	struct world world;

	good_world(&world);
	world.config.resign_interval_max_s = 100 * DAY;
	world.zone.released.expiry = NOW + 100 * DAY;
	world.zone.released.released_at = NOW - 11 * DAY;
	const struct alarm *alarm =
	    only(&world, "soa-expire-near", ALARM_WARNING);

	cr_assert_eq(alarm->until, NOW + 3 * DAY);
	world.zone.released.soa_expire = 0;
	look(&world);
	cr_assert_eq(world.n, 0);
	/* Short, but released just now. */
	world.zone.released.soa_expire = 7200;
	world.zone.released.released_at = NOW - 600;
	look(&world);
	cr_assert_eq(world.n, 0);
	done(&world);
}

/* ---- what was not released ---- */

static void
open_candidate(struct world *world, enum decision decision)
{
	struct candidate *open = &world->zone.open;

	world->zone.has_open = true;
	open->id = 77;
	open->state = CANDIDATE_HELD;
	open->decided = true;
	open->decision = decision;
	open->judged_at = NOW - 600;
	open->has_serial = true;
	open->serial = 2026010500;
	snprintf(open->reason, sizeof(open->reason), "one finding");
}

Test(watch, each_decision_has_its_alarm)
{
	static const struct {
		enum decision decision;
		const char *kind;
		enum alarm_level level;
	} rows[] = {
	    {DECISION_HOLD, "zone-held", ALARM_WARNING},
	    {DECISION_RELEASE, "zone-held", ALARM_WARNING},
	    {DECISION_BLOCK, "zone-blocked", ALARM_CRITICAL},
	    {DECISION_DISPUTED, "zone-disputed", ALARM_CRITICAL},
	    {DECISION_UNJUDGED, "zone-unjudged", ALARM_WARNING},
	    {(enum decision)77, "zone-unjudged", ALARM_WARNING},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world world;

		good_world(&world);
		open_candidate(&world, rows[i].decision);
		const struct alarm *alarm =
		    only(&world, rows[i].kind, rows[i].level);

		cr_expect_eq(alarm->since, NOW - 600);
		cr_expect_eq(alarm->until, NOW + 10 * DAY);
		cr_expect_not_null(strstr(alarm->text, "2026010500"));
		cr_expect_not_null(strstr(alarm->text, "one finding"));
		cr_expect_not_null(strstr(alarm->text, "2026-01-15T"));
		done(&world);
	}
}

Test(watch, a_hold_becomes_critical_with_headroom)
{
	struct world world;

	good_world(&world);
	open_candidate(&world, DECISION_HOLD);
	only(&world, "zone-held", ALARM_WARNING);
	world.zone.released.expiry = NOW + 5 * DAY - 1;
	look(&world);
	cr_assert_eq(the(&world, "zone-held")->level, ALARM_CRITICAL);
	cr_assert_eq(the(&world, "headroom-warning")->level, ALARM_WARNING);
	done(&world);
}

Test(watch, unjudged_pages_when_nobody_tries_any_more)
{
	struct world world;

	good_world(&world);
	open_candidate(&world, DECISION_UNJUDGED);
	world.zone.open.attempts = 2;
	only(&world, "zone-unjudged", ALARM_WARNING);
	world.zone.open.attempts = 3;
	only(&world, "zone-unjudged", ALARM_CRITICAL);
	world.zone.open.state = CANDIDATE_QUARANTINED;
	only(&world, "candidate-quarantined", ALARM_CRITICAL);
	done(&world);
}

Test(watch, a_hold_counts_to_the_soa_if_no_expiry_is_known)
{
	struct world world;

	good_world(&world);
	open_candidate(&world, DECISION_BLOCK);
	world.zone.released.expiry = 0;
	cr_assert_eq(only(&world, "zone-blocked", ALARM_CRITICAL)->until,
	    NOW - 3600 + 14 * DAY);
	world.zone.released.soa_expire = 0;
	cr_assert_eq(only(&world, "zone-blocked", ALARM_CRITICAL)->until, 0);
	world.zone.has_released = false;
	cr_assert_eq(only(&world, "zone-blocked", ALARM_CRITICAL)->until, 0);
	done(&world);
}

Test(watch, a_veto_speaks_for_itself)
{
	struct world world;

	good_world(&world);
	open_candidate(&world, DECISION_RELEASE);
	world.zone.veto_why = "nsd-checkzone exited with status 1";
	const struct alarm *alarm = only(&world, "veto-refused", ALARM_WARNING);

	cr_assert_not_null(strstr(alarm->text, "nsd-checkzone"));
	cr_assert_eq(alarm->until, NOW + 10 * DAY);
	world.zone.open.decision = DECISION_HOLD;
	look(&world);
	cr_assert_not_null(the(&world, "zone-held"));
	cr_assert_not_null(the(&world, "veto-refused"));
	done(&world);
}

Test(watch, what_is_observed_holds_nothing)
{
	struct world world;

	good_world(&world);
	open_candidate(&world, DECISION_BLOCK);
	world.config.mode = ZONE_OBSERVE;
	look(&world);
	cr_assert_eq(world.n, 0);
	world.zone.observe_refused = true;
	only(&world, "observe-would-refuse", ALARM_WARNING);
	done(&world);
}

/* ---- the interval ---- */

Test(watch, a_signer_falls_silent)
{
	struct world world;

	good_world(&world);
	world.zone.last_good_at = NOW - DAY;
	look(&world);
	cr_assert_eq(world.n, 0);
	world.zone.last_good_at--;
	const struct alarm *alarm =
	    only(&world, "resign-overdue", ALARM_WARNING);

	cr_assert_eq(alarm->since, NOW - 1);
	cr_assert_eq(alarm->until, NOW + 10 * DAY);
	world.zone.released.expiry = NOW + DAY;
	look(&world);
	cr_assert_eq(the(&world, "resign-overdue")->level, ALARM_CRITICAL);
	/* Never a good one, but released by hand. */
	world.zone.released.expiry = NOW + 10 * DAY;
	world.zone.last_good_at = 0;
	only(&world, "resign-overdue", ALARM_WARNING);
	world.zone.first_seen_at = NOW - DAY;
	look(&world);
	cr_assert_eq(world.n, 0);
	world.config.resign_interval_max_s = 0;
	world.zone.first_seen_at = 1;
	look(&world);
	cr_assert_eq(world.n, 0);
	done(&world);
}

Test(watch, a_zone_that_never_came)
{
	struct world world;

	good_world(&world);
	world.zone.has_released = false;
	world.zone.last_good_at = 0;
	only(&world, "never-released", ALARM_WARNING);
	world.zone.first_seen_at = NOW - DAY;
	look(&world);
	cr_assert_eq(world.n, 0);
	done(&world);
}

Test(watch, an_observed_signer_lives_by_its_zones)
{
	struct world world;

	good_world(&world);
	world.config.mode = ZONE_OBSERVE;
	world.zone.last_good_at = 0;
	look(&world);
	cr_assert_eq(world.n, 0);
	world.zone.released.released_at = NOW - DAY - 1;
	only(&world, "resign-overdue", ALARM_WARNING);
	done(&world);
}

/* ---- after a release ---- */

Test(watch, steps_that_fail)
{
	struct watched_step step = {.kind = "hook",
	    .name = "rndc",
	    .created_at = NOW - 60,
	    .output = "connection refused"};
	struct world world;

	good_world(&world);
	world.zone.steps = &step;
	world.zone.n_steps = 1;
	look(&world);
	cr_assert_eq(world.n, 0, "its first attempt is still under way");
	step.attempts = 1;
	const struct alarm *alarm = only(&world, "hook-failed", ALARM_WARNING);

	cr_assert_str_eq(alarm->detail, "rndc");
	cr_assert_eq(alarm->since, NOW - 60);
	cr_assert_not_null(strstr(alarm->text, "connection refused"));
	step.attempts = 5;
	only(&world, "hook-failed", ALARM_CRITICAL);
	step.kind = "push";
	only(&world, "push-failed", ALARM_CRITICAL);
	step.kind = NULL;
	step.name = step.output = NULL;
	only(&world, "hook-failed", ALARM_CRITICAL);
	done(&world);
}

Test(watch, probes_that_wait)
{
	struct watched_step step = {.kind = "probe",
	    .name = "ns1",
	    .created_at = NOW - 60,
	    .overdue_s = 60,
	    .attempts = 9};
	struct world world;

	good_world(&world);
	world.zone.steps = &step;
	world.zone.n_steps = 1;
	look(&world);
	cr_assert_eq(world.n, 0);
	step.created_at--;
	cr_assert_eq(only(&world, "probe-overdue", ALARM_WARNING)->since,
	    NOW - 1);
	step.created_at = NOW - 1000;
	only(&world, "probe-overdue", ALARM_CRITICAL);
	done(&world);
}

Test(watch, two_steps_of_one_name_are_one_alarm)
{
	struct watched_step steps[] = {
	    {.kind = "hook", .name = "rndc", .created_at = NOW, .attempts = 1},
	    {.kind = "hook", .name = "knotc", .created_at = NOW, .attempts = 1},
	    {.kind = "hook", .name = "rndc", .created_at = NOW, .attempts = 9},
	};
	struct world world;

	good_world(&world);
	world.zone.steps = steps;
	world.zone.n_steps = 3;
	look(&world);
	cr_assert_eq(world.n, 2);
	cr_assert_str_eq(world.alarms[0].detail, "rndc");
	cr_assert_eq(world.alarms[0].level, ALARM_CRITICAL);
	cr_assert_str_eq(world.alarms[1].detail, "knotc");
	done(&world);
}

Test(watch, what_else_a_zone_has)
{
	struct world world;

	good_world(&world);
	world.zone.outbox_why = "its hash differs";
	only(&world, "outbox-damaged", ALARM_CRITICAL);
	world.zone.outbox_why = NULL;
	world.zone.key_without_anchor = true;
	snprintf(world.zone.key_text, sizeof(world.zone.key_text), "12345");
	only(&world, "key-without-anchor", ALARM_WARNING);
	world.zone.key_without_anchor = false;
	world.zone.slow = true;
	world.zone.seconds = 43.2;
	only(&world, "slow-judgement", ALARM_WARNING);
	done(&world);
}

/* ---- the gate itself ---- */

Test(watch, the_gate_has_its_own)
{
	struct world world;

	good_world(&world);
	world.gate.broken_why = "canary bad-bit: released";
	cr_assert_str_eq(only(&world, "gate-broken", ALARM_CRITICAL)->zone, "");
	world.gate.broken_why = NULL;
	world.gate.clock_why = "late";
	only(&world, "clock-suspect", ALARM_CRITICAL);
	world.gate.clock_why = NULL;
	world.gate.ledger_why = "disk full";
	only(&world, "ledger-read-only", ALARM_CRITICAL);
	world.gate.ledger_corrupt = true;
	only(&world, "ledger-corrupt", ALARM_CRITICAL);
	world.gate.ledger_why = NULL;
	only(&world, "ledger-corrupt", ALARM_CRITICAL);
	world.gate.ledger_corrupt = false;
	world.gate.log_why = "line 7";
	only(&world, "log-broken", ALARM_CRITICAL);
	world.gate.log_why = NULL;
	world.gate.worker_faults = 1;
	only(&world, "worker-faults", ALARM_WARNING);
	world.gate.worker_faults = 10;
	only(&world, "worker-faults", ALARM_CRITICAL);
	world.gate.worker_faults = 0;
	world.gate.reload_why = "zonegate.conf:3: unknown key";
	only(&world, "reload-refused", ALARM_WARNING);
	world.gate.reload_why = NULL;
	world.gate.http_down = true;
	only(&world, "http-down", ALARM_WARNING);
	world.gate.http_down = false;
	world.gate.notify_down = true;
	only(&world, "notify-down", ALARM_CRITICAL);
	world.gate.notify_down = false;
	world.gate.library_text = "libunbound.so.8";
	only(&world, "library-changed", ALARM_WARNING);
	done(&world);
}

Test(watch, the_disk_fills_up)
{
	struct world world;

	good_world(&world);
	world.gate.disk_free = (10u << 20) - 1;
	only(&world, "disk-low", ALARM_WARNING);
	world.gate.reserve_touched = true;
	only(&world, "disk-low", ALARM_CRITICAL);
	done(&world);
}

/* The longest words still leave what to do. */
Test(watch, texts_are_never_cut_before_what_to_do)
{
	static char name[LIMIT_NAME_TEXT], words[4096];
	struct watched_step step = {.kind = "probe",
	    .name = words,
	    .created_at = 1,
	    .overdue_s = 60,
	    .attempts = 4000000000,
	    .output = words};
	struct world world;

	good_world(&world);
	memset(name, 'n', sizeof(name) - 2);
	name[sizeof(name) - 2] = '.';
	memset(words, 'w', sizeof(words) - 1);
	world.config.name = name;
	open_candidate(&world, DECISION_DISPUTED);
	memset(world.zone.open.reason, 'r', REASON_TEXT - 1);
	world.zone.open.id = INT64_MAX;
	world.zone.veto_why = world.zone.outbox_why = words;
	world.zone.last_good_at = 1;
	world.zone.released.expiry = NOW + DAY;
	world.zone.released.released_at = NOW - 13 * DAY;
	world.zone.key_without_anchor = world.zone.slow = true;
	world.zone.seconds = 1e300;
	world.zone.steps = &step;
	world.zone.n_steps = 1;
	world.gate.broken_why = world.gate.clock_why = words;
	world.gate.ledger_why = world.gate.log_why = words;
	world.gate.reload_why = world.gate.library_text = words;
	look(&world);
	cr_assert_geq(world.n, 14);
	for (size_t i = 0; i < world.n; i++) {
		const char *text = world.alarms[i].text;

		cr_expect_eq(text[strlen(text) - 1], '.', "%s: %s",
		    world.alarms[i].kind, text);
		cr_expect_lt(strlen(text), REASON_TEXT - 1, "%s",
		    world.alarms[i].kind);
	}
	done(&world);
}

Test(watch, extremes_do_not_overflow)
{
	static const int64_t ends[] = {INT64_MIN, -1, 0, 1, INT64_MAX};

	for (size_t i = 0; i < 125; i++) {
		struct watched_step step = {.kind = "probe",
		    .created_at = ends[i % 5],
		    .overdue_s = ends[i / 5 % 5]};
		struct world world;

		good_world(&world);
		world.gate.now = ends[i / 25];
		world.zone.released.expiry = ends[i % 5];
		world.zone.released.released_at = ends[i / 5 % 5];
		world.zone.last_good_at = ends[i % 5];
		world.zone.steps = &step;
		world.zone.n_steps = 1;
		open_candidate(&world, DECISION_HOLD);
		look(&world);
		look(&world);
		done(&world);
	}
}

/* ---- sets ---- */

Test(watch, worst_first)
{
	struct config_zone config[3];
	struct watched_zone zones[3];
	struct alarm *alarms;
	struct world world;

	good_world(&world);
	world.gate.reload_why = "line 3";
	world.gate.clock_why = "late";
	for (size_t i = 0; i < 3; i++) {
		config[i] = world.config;
		zones[i] = world.zone;
		zones[i].zone = &config[i];
	}
	config[0].name = (char *)(uintptr_t) "a.";
	zones[0].released.expiry = NOW + 4 * DAY;
	config[1].name = (char *)(uintptr_t) "b.";
	zones[1].released.expiry = NOW + 3 * DAY;
	config[2].name = (char *)(uintptr_t) "c.";
	zones[2].released.expiry = NOW + DAY;
	size_t n = watch(&world.gate, zones, 3, NULL, 0, &alarms);

	cr_assert_eq(n, 5);
	cr_expect_str_eq(alarms[0].kind, "clock-suspect");
	cr_expect_str_eq(alarms[1].kind, "headroom-critical");
	cr_expect_str_eq(alarms[2].kind, "reload-refused");
	cr_expect_str_eq(alarms[3].zone, "b.");
	cr_expect_str_eq(alarms[4].zone, "a.");
	free(alarms);
}

Test(watch, since_is_kept_while_it_is_on)
{
	struct world world;

	good_world(&world);
	world.gate.log_why = "line 7";
	cr_assert_eq(only(&world, "log-broken", ALARM_CRITICAL)->since, NOW);
	world.gate.now += 500;
	world.gate.log_why = "line 8";
	cr_assert_eq(only(&world, "log-broken", ALARM_CRITICAL)->since, NOW);
	world.gate.log_why = NULL;
	look(&world);
	cr_assert_eq(world.n, 0);
	world.gate.log_why = "line 9";
	cr_assert_eq(only(&world, "log-broken", ALARM_CRITICAL)->since,
	    NOW + 500);
	done(&world);
}

Test(watch, since_is_never_in_the_future)
{
	struct world world;

	good_world(&world);
	open_candidate(&world, DECISION_HOLD);
	world.zone.open.judged_at = NOW + 100;
	cr_assert_eq(only(&world, "zone-held", ALARM_WARNING)->since, NOW);
	done(&world);
}

struct heard {
	char raised[256], resolved[256];
};

static void
hear(char *list, const struct alarm *alarm)
{
	size_t n = strlen(list);

	snprintf(list + n, 256 - n, "%s/%s/%s ", alarm->kind, alarm->zone,
	    alarm->detail);
}

static void
hear_raised(void *context, const struct alarm *alarm)
{
	hear(((struct heard *)context)->raised, alarm);
}

static void
hear_resolved(void *context, const struct alarm *alarm)
{
	hear(((struct heard *)context)->resolved, alarm);
}

static struct heard
changes(const struct world *world)
{
	struct heard heard = {.raised = ""};

	watch_changes(world->before, world->n_before, world->alarms, world->n,
	    hear_raised, hear_resolved, &heard);
	return heard;
}

Test(watch, changes_are_told_once)
{
	struct world world;

	good_world(&world);
	look(&world);
	cr_assert_str_eq(changes(&world).raised, "");
	open_candidate(&world, DECISION_HOLD);
	look(&world);
	cr_assert_str_eq(changes(&world).raised, "zone-held/shop./ ");
	cr_assert_str_eq(changes(&world).resolved, "");
	/* Another candidate, another text: the same alarm. */
	world.zone.open.id++;
	look(&world);
	cr_assert_str_eq(changes(&world).raised, "");
	/* It became critical. */
	world.zone.released.expiry = NOW + 4 * DAY;
	look(&world);
	cr_assert_str_eq(changes(&world).raised,
	    "zone-held/shop./ headroom-warning/shop./ ");
	cr_assert_str_eq(changes(&world).resolved, "");
	/* It is a warning again: neither new nor gone. */
	world.zone.released.expiry = NOW + 10 * DAY;
	look(&world);
	cr_assert_str_eq(changes(&world).raised, "");
	cr_assert_str_eq(changes(&world).resolved, "headroom-warning/shop./ ");
	world.zone.has_open = false;
	look(&world);
	cr_assert_str_eq(changes(&world).raised, "");
	cr_assert_str_eq(changes(&world).resolved, "zone-held/shop./ ");
	done(&world);
}

/* ---- JSON ---- */

static const char *
text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	cr_assert_not_null(text, "%s", member);
	return text;
}

Test(watch, an_alarm_as_json)
{
	struct world world;

	good_world(&world);
	world.gate.log_why = "line 7";
	json_t *json = alarm_json(only(&world, "log-broken", ALARM_CRITICAL));

	cr_assert_str_eq(text_of(json, "kind"), "log-broken");
	cr_assert_str_eq(text_of(json, "zone"), "");
	cr_assert_str_eq(text_of(json, "detail"), "");
	cr_assert_str_eq(text_of(json, "level"), "critical");
	cr_assert_str_eq(text_of(json, "since"), "2026-01-05T00:00:00Z");
	cr_assert(json_is_null(json_object_get(json, "until")));
	cr_assert_str_eq(text_of(json, "text"), world.alarms[0].text);
	cr_assert_eq(json_object_size(json), 7);
	json_decref(json);
	done(&world);
}

Test(watch, words_that_are_no_utf8_are_sent_all_the_same)
{
	struct watched_step step = {.kind = "hook",
	    .name = "h\xffk",
	    .created_at = NOW,
	    .attempts = 1,
	    .output = "caf\xc3"};
	struct world world;

	good_world(&world);
	world.zone.steps = &step;
	world.zone.n_steps = 1;
	look(&world);
	json_t *json = alarm_json(&world.alarms[0]);

	cr_assert_not_null(json);
	cr_assert_str_eq(text_of(json, "detail"), "h?k");
	cr_assert_not_null(strstr(text_of(json, "text"), "caf?"));
	json_decref(json);
	done(&world);
}

Test(watch, a_message_has_a_key_of_its_own)
{
	struct world world;

	good_world(&world);
	open_candidate(&world, DECISION_HOLD);
	look(&world);
	struct alarm alarm = world.alarms[0];
	json_t *raised = alarm_message(&alarm, "raised", "gate1", NOW);

	alarm.level = ALARM_CRITICAL;
	alarm.since = alarm.until = 5;
	json_t *resolved = alarm_message(&alarm, "resolved", "gate1", NOW + 9);

	snprintf(alarm.detail, sizeof(alarm.detail), "x");
	json_t *other = alarm_message(&alarm, "raised", "gate1", NOW);

	cr_assert_str_eq(text_of(raised, "schema"), "zonegate-alarm-1");
	cr_assert_str_eq(text_of(raised, "event"), "raised");
	cr_assert_str_eq(text_of(resolved, "event"), "resolved");
	cr_assert_str_eq(text_of(raised, "host"), "gate1");
	cr_assert_str_eq(text_of(raised, "at"), "2026-01-05T00:00:00Z");
	cr_assert_eq(strlen(text_of(raised, "key")), 64);
	cr_assert_str_eq(text_of(raised, "key"), text_of(resolved, "key"));
	cr_assert_str_neq(text_of(raised, "key"), text_of(other, "key"));
	cr_assert_str_eq(text_of(json_object_get(raised, "alarm"), "kind"),
	    "zone-held");
	json_decref(raised);
	json_decref(resolved);
	json_decref(other);
	done(&world);
}

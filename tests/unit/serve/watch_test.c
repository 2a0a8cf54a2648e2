/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "watch_world.h"

Test(watch, all_is_well)
{
	struct watch_world world;

	watch_good_world(&world);
	watch_look(&world);
	cr_assert_eq(world.n, 0, "%s", world.n ? world.alarms[0].text : "");
	watch_done(&world);
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
		struct watch_world world;

		watch_good_world(&world);
		world.zone.released.expiry = NOW + rows[i].left;
		if (rows[i].kind == NULL) {
			watch_look(&world);
			cr_assert_eq(world.n, 0);
		} else {
			const struct alarm *alarm =
			    watch_only(&world, rows[i].kind, rows[i].level);

			cr_expect_eq(alarm->until,
			    rows[i].left > 0 ? NOW + rows[i].left : 0);
			cr_expect_str_eq(alarm->zone, "shop.");
		}
		watch_done(&world);
	}
}

Test(watch, an_unknown_expiry_is_no_headroom_alarm)
{
	struct watch_world world;

	watch_good_world(&world);
	world.zone.released.expiry = 0;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	world.zone.has_released = false;
	world.zone.released.expiry = NOW - 5;
	watch_look(&world);
	cr_assert_null(watch_the(&world, "signatures-expired"));
	watch_done(&world);
}

Test(watch, soa_expire_comes_near)
{
	struct watch_world world;

	watch_good_world(&world);
	world.config.resign_interval_max_s = 100 * DAY;
	world.zone.released.expiry = NOW + 100 * DAY;
	world.zone.released.released_at = NOW - 11 * DAY;
	const struct alarm *alarm =
	    watch_only(&world, "soa-expire-near", ALARM_WARNING);

	cr_assert_eq(alarm->until, NOW + 3 * DAY);
	world.zone.released.soa_expire = 0;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	/* Short, but released just now. */
	world.zone.released.soa_expire = 7200;
	world.zone.released.released_at = NOW - 600;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	watch_done(&world);
}

/* ---- what was not released ---- */

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
		struct watch_world world;

		watch_good_world(&world);
		watch_open_candidate(&world, rows[i].decision);
		const struct alarm *alarm =
		    watch_only(&world, rows[i].kind, rows[i].level);

		cr_expect_eq(alarm->since, NOW - 600);
		cr_expect_eq(alarm->until, NOW + 10 * DAY);
		cr_expect_not_null(strstr(alarm->text, "2026010500"));
		cr_expect_not_null(strstr(alarm->text, "one finding"));
		cr_expect_not_null(strstr(alarm->text, "2026-01-15T"));
		watch_done(&world);
	}
}

Test(watch, a_hold_becomes_critical_with_headroom)
{
	struct watch_world world;

	watch_good_world(&world);
	watch_open_candidate(&world, DECISION_HOLD);
	watch_only(&world, "zone-held", ALARM_WARNING);
	world.zone.released.expiry = NOW + 5 * DAY - 1;
	watch_look(&world);
	cr_assert_eq(watch_the(&world, "zone-held")->level, ALARM_CRITICAL);
	cr_assert_eq(watch_the(&world, "headroom-warning")->level,
	    ALARM_WARNING);
	watch_done(&world);
}

Test(watch, unjudged_pages_when_nobody_tries_any_more)
{
	struct watch_world world;

	watch_good_world(&world);
	watch_open_candidate(&world, DECISION_UNJUDGED);
	world.zone.open.attempts = 2;
	watch_only(&world, "zone-unjudged", ALARM_WARNING);
	world.zone.open.attempts = 3;
	watch_only(&world, "zone-unjudged", ALARM_CRITICAL);
	world.zone.open.state = CANDIDATE_QUARANTINED;
	watch_only(&world, "candidate-quarantined", ALARM_CRITICAL);
	watch_done(&world);
}

Test(watch, a_hold_counts_to_the_soa_if_no_expiry_is_known)
{
	struct watch_world world;

	watch_good_world(&world);
	watch_open_candidate(&world, DECISION_BLOCK);
	world.zone.released.expiry = 0;
	cr_assert_eq(watch_only(&world, "zone-blocked", ALARM_CRITICAL)->until,
	    NOW - 3600 + 14 * DAY);
	world.zone.released.soa_expire = 0;
	cr_assert_eq(watch_only(&world, "zone-blocked", ALARM_CRITICAL)->until,
	    0);
	world.zone.has_released = false;
	cr_assert_eq(watch_only(&world, "zone-blocked", ALARM_CRITICAL)->until,
	    0);
	watch_done(&world);
}

Test(watch, a_veto_speaks_for_itself)
{
	struct watch_world world;

	watch_good_world(&world);
	watch_open_candidate(&world, DECISION_RELEASE);
	world.zone.veto_why = "nsd-checkzone exited with status 1";
	const struct alarm *alarm =
	    watch_only(&world, "veto-refused", ALARM_WARNING);

	cr_assert_not_null(strstr(alarm->text, "nsd-checkzone"));
	cr_assert_eq(alarm->until, NOW + 10 * DAY);
	world.zone.open.decision = DECISION_HOLD;
	watch_look(&world);
	cr_assert_not_null(watch_the(&world, "zone-held"));
	cr_assert_not_null(watch_the(&world, "veto-refused"));
	watch_done(&world);
}

Test(watch, what_is_observed_holds_nothing)
{
	struct watch_world world;

	watch_good_world(&world);
	watch_open_candidate(&world, DECISION_BLOCK);
	world.config.mode = ZONE_OBSERVE;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	world.zone.observe_refused = true;
	watch_only(&world, "observe-would-refuse", ALARM_WARNING);
	watch_done(&world);
}

/* ---- the interval ---- */

Test(watch, a_signer_falls_silent)
{
	struct watch_world world;

	watch_good_world(&world);
	world.zone.last_good_at = NOW - DAY;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	world.zone.last_good_at--;
	const struct alarm *alarm =
	    watch_only(&world, "resign-overdue", ALARM_WARNING);

	cr_assert_eq(alarm->since, NOW - 1);
	cr_assert_eq(alarm->until, NOW + 10 * DAY);
	world.zone.released.expiry = NOW + DAY;
	watch_look(&world);
	cr_assert_eq(watch_the(&world, "resign-overdue")->level,
	    ALARM_CRITICAL);
	/* Never a good one, but released by hand. */
	world.zone.released.expiry = NOW + 10 * DAY;
	world.zone.last_good_at = 0;
	watch_only(&world, "resign-overdue", ALARM_WARNING);
	world.zone.first_seen_at = NOW - DAY;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	world.config.resign_interval_max_s = 0;
	world.zone.first_seen_at = 1;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	watch_done(&world);
}

Test(watch, a_zone_that_never_came)
{
	struct watch_world world;

	watch_good_world(&world);
	world.zone.has_released = false;
	world.zone.last_good_at = 0;
	watch_only(&world, "never-released", ALARM_WARNING);
	world.zone.first_seen_at = NOW - DAY;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	watch_done(&world);
}

Test(watch, an_observed_signer_lives_by_its_zones)
{
	struct watch_world world;

	watch_good_world(&world);
	world.config.mode = ZONE_OBSERVE;
	world.zone.last_good_at = 0;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	world.zone.released.released_at = NOW - DAY - 1;
	watch_only(&world, "resign-overdue", ALARM_WARNING);
	watch_done(&world);
}

/* ---- after a release ---- */

Test(watch, steps_that_fail)
{
	struct watched_step step = {.kind = "hook",
	    .name = "rndc",
	    .created_at = NOW - 60,
	    .output = "connection refused"};
	struct watch_world world;

	watch_good_world(&world);
	world.zone.steps = &step;
	world.zone.n_steps = 1;
	watch_look(&world);
	cr_assert_eq(world.n, 0, "its first attempt is still under way");
	step.attempts = 1;
	const struct alarm *alarm =
	    watch_only(&world, "hook-failed", ALARM_WARNING);

	cr_assert_str_eq(alarm->detail, "rndc");
	cr_assert_eq(alarm->since, NOW - 60);
	cr_assert_not_null(strstr(alarm->text, "connection refused"));
	step.attempts = 5;
	watch_only(&world, "hook-failed", ALARM_CRITICAL);
	step.kind = "push";
	watch_only(&world, "push-failed", ALARM_CRITICAL);
	step.kind = NULL;
	step.name = step.output = NULL;
	watch_only(&world, "hook-failed", ALARM_CRITICAL);
	watch_done(&world);
}

Test(watch, probes_that_wait)
{
	struct watched_step step = {.kind = "probe",
	    .name = "ns1",
	    .created_at = NOW - 60,
	    .overdue_s = 60,
	    .attempts = 9};
	struct watch_world world;

	watch_good_world(&world);
	world.zone.steps = &step;
	world.zone.n_steps = 1;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	step.created_at--;
	cr_assert_eq(watch_only(&world, "probe-overdue", ALARM_WARNING)->since,
	    NOW - 1);
	step.created_at = NOW - 1000;
	watch_only(&world, "probe-overdue", ALARM_CRITICAL);
	watch_done(&world);
}

Test(watch, two_steps_of_one_name_are_one_alarm)
{
	struct watched_step steps[] = {
	    {.kind = "hook", .name = "rndc", .created_at = NOW, .attempts = 1},
	    {.kind = "hook", .name = "knotc", .created_at = NOW, .attempts = 1},
	    {.kind = "hook", .name = "rndc", .created_at = NOW, .attempts = 9},
	};
	struct watch_world world;

	watch_good_world(&world);
	world.zone.steps = steps;
	world.zone.n_steps = 3;
	watch_look(&world);
	cr_assert_eq(world.n, 2);
	cr_assert_str_eq(world.alarms[0].detail, "rndc");
	cr_assert_eq(world.alarms[0].level, ALARM_CRITICAL);
	cr_assert_str_eq(world.alarms[1].detail, "knotc");
	watch_done(&world);
}

Test(watch, what_else_a_zone_has)
{
	struct watch_world world;

	watch_good_world(&world);
	world.zone.outbox_why = "its hash differs";
	watch_only(&world, "outbox-damaged", ALARM_CRITICAL);
	world.zone.outbox_why = NULL;
	world.zone.key_without_anchor = true;
	snprintf(world.zone.key_text, sizeof(world.zone.key_text), "12345");
	watch_only(&world, "key-without-anchor", ALARM_WARNING);
	world.zone.key_without_anchor = false;
	world.zone.slow = true;
	world.zone.seconds = 43.2;
	watch_only(&world, "slow-judgement", ALARM_WARNING);
	watch_done(&world);
}

/* ---- the gate itself ---- */

Test(watch, the_gate_has_its_own)
{
	struct watch_world world;

	watch_good_world(&world);
	world.gate.broken_why = "canary bad-bit: released";
	cr_assert_str_eq(watch_only(&world, "gate-broken", ALARM_CRITICAL)
	                     ->zone,
	    "");
	world.gate.broken_why = NULL;
	world.gate.clock_why = "late";
	watch_only(&world, "clock-suspect", ALARM_CRITICAL);
	world.gate.clock_why = NULL;
	world.gate.ledger_why = "disk full";
	watch_only(&world, "ledger-read-only", ALARM_CRITICAL);
	world.gate.ledger_corrupt = true;
	watch_only(&world, "ledger-corrupt", ALARM_CRITICAL);
	world.gate.ledger_why = NULL;
	watch_only(&world, "ledger-corrupt", ALARM_CRITICAL);
	world.gate.ledger_corrupt = false;
	world.gate.log_why = "line 7";
	watch_only(&world, "log-broken", ALARM_CRITICAL);
	world.gate.log_why = NULL;
	world.gate.worker_faults = 1;
	watch_only(&world, "worker-faults", ALARM_WARNING);
	world.gate.worker_faults = 10;
	watch_only(&world, "worker-faults", ALARM_CRITICAL);
	world.gate.worker_faults = 0;
	world.gate.reload_why = "zonegate.conf:3: unknown key";
	watch_only(&world, "reload-refused", ALARM_WARNING);
	world.gate.reload_why = NULL;
	world.gate.http_down = true;
	watch_only(&world, "http-down", ALARM_WARNING);
	world.gate.http_down = false;
	world.gate.notify_down = true;
	watch_only(&world, "notify-down", ALARM_CRITICAL);
	world.gate.notify_down = false;
	world.gate.library_text = "libunbound.so.8";
	watch_only(&world, "library-changed", ALARM_WARNING);
	watch_done(&world);
}

Test(watch, the_disk_fills_up)
{
	struct watch_world world;

	watch_good_world(&world);
	world.gate.disk_free = (10u << 20) - 1;
	watch_only(&world, "disk-low", ALARM_WARNING);
	world.gate.reserve_touched = true;
	watch_only(&world, "disk-low", ALARM_CRITICAL);
	watch_done(&world);
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
	struct watch_world world;

	watch_good_world(&world);
	memset(name, 'n', sizeof(name) - 2);
	name[sizeof(name) - 2] = '.';
	memset(words, 'w', sizeof(words) - 1);
	world.config.name = name;
	watch_open_candidate(&world, DECISION_DISPUTED);
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
	watch_look(&world);
	cr_assert_geq(world.n, 14);
	for (size_t i = 0; i < world.n; i++) {
		const char *text = world.alarms[i].text;

		cr_expect_eq(text[strlen(text) - 1], '.', "%s: %s",
		    world.alarms[i].kind, text);
		cr_expect_lt(strlen(text), REASON_TEXT - 1, "%s",
		    world.alarms[i].kind);
	}
	watch_done(&world);
}

Test(watch, extremes_do_not_overflow)
{
	static const int64_t ends[] = {INT64_MIN, -1, 0, 1, INT64_MAX};

	for (size_t i = 0; i < 125; i++) {
		struct watched_step step = {.kind = "probe",
		    .created_at = ends[i % 5],
		    .overdue_s = ends[i / 5 % 5]};
		struct watch_world world;

		watch_good_world(&world);
		world.gate.now = ends[i / 25];
		world.zone.released.expiry = ends[i % 5];
		world.zone.released.released_at = ends[i / 5 % 5];
		world.zone.last_good_at = ends[i % 5];
		world.zone.steps = &step;
		world.zone.n_steps = 1;
		watch_open_candidate(&world, DECISION_HOLD);
		watch_look(&world);
		watch_look(&world);
		watch_done(&world);
	}
}

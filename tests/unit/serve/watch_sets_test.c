/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch_world.h"

Test(watch_sets, worst_first)
{
	struct config_zone config[3];
	struct watched_zone zones[3];
	struct alarm *alarms;
	struct watch_world world;

	watch_good_world(&world);
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

Test(watch_sets, since_is_kept_while_it_is_on)
{
	struct watch_world world;

	watch_good_world(&world);
	world.gate.log_why = "line 7";
	cr_assert_eq(watch_only(&world, "log-broken", ALARM_CRITICAL)->since,
	    NOW);
	world.gate.now += 500;
	world.gate.log_why = "line 8";
	cr_assert_eq(watch_only(&world, "log-broken", ALARM_CRITICAL)->since,
	    NOW);
	world.gate.log_why = NULL;
	watch_look(&world);
	cr_assert_eq(world.n, 0);
	world.gate.log_why = "line 9";
	cr_assert_eq(watch_only(&world, "log-broken", ALARM_CRITICAL)->since,
	    NOW + 500);
	watch_done(&world);
}

Test(watch_sets, since_is_never_in_the_future)
{
	struct watch_world world;

	watch_good_world(&world);
	watch_open_candidate(&world, DECISION_HOLD);
	world.zone.open.judged_at = NOW + 100;
	cr_assert_eq(watch_only(&world, "zone-held", ALARM_WARNING)->since,
	    NOW);
	watch_done(&world);
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
changes(const struct watch_world *world)
{
	struct heard heard = {.raised = ""};

	watch_changes(world->before, world->n_before, world->alarms, world->n,
	    hear_raised, hear_resolved, &heard);
	return heard;
}

Test(watch_sets, changes_are_told_once)
{
	struct watch_world world;

	watch_good_world(&world);
	watch_look(&world);
	cr_assert_str_eq(changes(&world).raised, "");
	watch_open_candidate(&world, DECISION_HOLD);
	watch_look(&world);
	cr_assert_str_eq(changes(&world).raised, "zone-held/shop./ ");
	cr_assert_str_eq(changes(&world).resolved, "");
	/* Another candidate, another text: the same alarm. */
	world.zone.open.id++;
	watch_look(&world);
	cr_assert_str_eq(changes(&world).raised, "");
	/* It became critical. */
	world.zone.released.expiry = NOW + 4 * DAY;
	watch_look(&world);
	cr_assert_str_eq(changes(&world).raised,
	    "zone-held/shop./ headroom-warning/shop./ ");
	cr_assert_str_eq(changes(&world).resolved, "");
	/* It is a warning again: neither new nor gone. */
	world.zone.released.expiry = NOW + 10 * DAY;
	watch_look(&world);
	cr_assert_str_eq(changes(&world).raised, "");
	cr_assert_str_eq(changes(&world).resolved, "headroom-warning/shop./ ");
	world.zone.has_open = false;
	watch_look(&world);
	cr_assert_str_eq(changes(&world).raised, "");
	cr_assert_str_eq(changes(&world).resolved, "zone-held/shop./ ");
	watch_done(&world);
}

/* ---- JSON ---- */

static const char *
text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	cr_assert_not_null(text, "%s", member);
	return text;
}

Test(watch_sets, an_alarm_as_json)
{
	struct watch_world world;

	watch_good_world(&world);
	world.gate.log_why = "line 7";
	json_t *json =
	    alarm_json(watch_only(&world, "log-broken", ALARM_CRITICAL));

	cr_assert_str_eq(text_of(json, "kind"), "log-broken");
	cr_assert_str_eq(text_of(json, "zone"), "");
	cr_assert_str_eq(text_of(json, "detail"), "");
	cr_assert_str_eq(text_of(json, "level"), "critical");
	cr_assert_str_eq(text_of(json, "since"), "2026-01-05T00:00:00Z");
	cr_assert(json_is_null(json_object_get(json, "until")));
	cr_assert_str_eq(text_of(json, "text"), world.alarms[0].text);
	cr_assert_eq(json_object_size(json), 7);
	json_decref(json);
	watch_done(&world);
}

Test(watch_sets, words_that_are_no_utf8_are_sent_all_the_same)
{
	struct watched_step step = {.kind = "hook",
	    .name = "h\xffk",
	    .created_at = NOW,
	    .attempts = 1,
	    .output = "caf\xc3"};
	struct watch_world world;

	watch_good_world(&world);
	world.zone.steps = &step;
	world.zone.n_steps = 1;
	watch_look(&world);
	json_t *json = alarm_json(&world.alarms[0]);

	cr_assert_not_null(json);
	cr_assert_str_eq(text_of(json, "detail"), "h?k");
	cr_assert_not_null(strstr(text_of(json, "text"), "caf?"));
	json_decref(json);
	watch_done(&world);
}

Test(watch_sets, a_message_has_a_key_of_its_own)
{
	struct watch_world world;

	watch_good_world(&world);
	watch_open_candidate(&world, DECISION_HOLD);
	watch_look(&world);
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
	watch_done(&world);
}

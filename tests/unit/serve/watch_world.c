/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "watch_world.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
watch_good_world(struct watch_world *world)
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

void
watch_look(struct watch_world *world)
{
	free(world->before);
	world->before = world->alarms;
	world->n_before = world->n;
	world->n = watch(&world->gate, &world->zone, 1, world->before,
	    world->n_before, &world->alarms);
}

const struct alarm *
watch_the(const struct watch_world *world, const char *kind)
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

const struct alarm *
watch_only(struct watch_world *world, const char *kind, enum alarm_level level)
{
	watch_look(world);
	cr_assert_eq(world->n, 1, "%s: %zu alarms, the first %s", kind,
	    world->n, world->n == 0 ? "" : world->alarms[0].kind);
	cr_assert_str_eq(world->alarms[0].kind, kind);
	cr_assert_eq(world->alarms[0].level, level, "%s", kind);
	cr_assert_eq(world->alarms[0].text[strlen(world->alarms[0].text) - 1],
	    '.', "%s was cut", kind);
	return &world->alarms[0];
}

void
watch_done(struct watch_world *world)
{
	free(world->before);
	free(world->alarms);
}

void
watch_open_candidate(struct watch_world *world, enum decision decision)
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

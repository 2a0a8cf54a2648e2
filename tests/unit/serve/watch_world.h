/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch_world.h -- a gate with one zone that is as it must be, for tests to
 * spoil, and the alarms that it raises.
 */
#pragma once

#include "serve/watch.h"

#define NOW 1767571200
#define DAY 86400

struct watch_world {
	struct watched_gate gate;
	struct config_zone config;
	struct watched_zone zone;
	struct alarm *before, *alarms;
	size_t n_before, n;
};

/* A zone that is as it must be; watch_done() frees what came of it. */
void watch_good_world(struct watch_world *world);
void watch_done(struct watch_world *world);

/* Gives it a candidate that was not released. */
void watch_open_candidate(struct watch_world *world, enum decision decision);

/* Looks again: what was now is before. */
void watch_look(struct watch_world *world);

/* The alarm of KIND, or NULL. */
const struct alarm *watch_the(const struct watch_world *world,
    const char *kind);

/* Looks again: exactly one alarm is on, of KIND and LEVEL. */
const struct alarm *watch_only(struct watch_world *world, const char *kind,
    enum alarm_level level);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_zones.h -- zones and alarms on the status page.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "http/health_problems.h"

/* What all the parts of the page want to know. */
struct view {
	FILE *out;
	const json_t *status;
	const json_t *zones;
	int64_t now_s; /* 0: unknown */
	enum level level;
	const struct problem *problems; /* worst first */
	size_t n_problems;
	bool *has_card; /* of each zone; view_choose() fills it in */
};

/* The state of the I-th zone. */
const struct state *view_state(const struct view *view, size_t i);

/* Says which zones get a card: what needs somebody, the worst of it. */
void view_choose(const struct view *view);

/* A card for each that has one, worst first. */
void view_cards(const struct view *view);

/* Zones without a card, a row each, by state. */
void view_rows(const struct view *view);

/* Alarms that no card tells of. */
void view_alarms(const struct view *view);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * approve_world.h -- all that a clearance hangs on, for tests to spoil.
 */
#pragma once

#include "serve/approve.h"

#define NOW 1767571200
#define PRINT_A                                                                \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define PRINT_B                                                                \
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct approve_world {
	struct candidate candidate;
	struct outcome outcome;
	struct outcome_finding findings[4];
	struct config_zone zone;
	struct approval approvals[4];
	size_t n_approvals;
	int64_t headroom_s, at_s;
	struct needs needs;
};

struct outcome_finding approve_a_finding(const char *check,
    enum severity severity, enum finding_rule rule, const char *fingerprint);

/* A candidate decided RELEASE. */
void approve_good_world(struct approve_world *world);

/* A candidate on HOLD for one finding of a policy rule, PRINT_A. */
void approve_held_world(struct approve_world *world);

void approve_decide(struct approve_world *world, enum decision decision);
void approve_add_finding(struct approve_world *world,
    struct outcome_finding finding);

/* What they add may be changed further. */
struct approval *approve_candidate(struct approve_world *world,
    const char *person, bool break_glass);
struct approval *approve_finding(struct approve_world *world,
    const char *fingerprint);

/* Both by two persons and by fingerprint and by headroom. */
void approve_all(struct approve_world *world);

enum clearance approve_ask(struct approve_world *world);

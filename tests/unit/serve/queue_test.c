/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <math.h>

#include "serve/queue.h"

#define N(zones) (sizeof(zones) / sizeof((zones)[0]))

Test(queue, nothing_waits)
{
	struct queue_zone zones[] = {{.runs = true}, {.spent_s = 0}};

	cr_assert_eq(queue_next(NULL, 0, 4), -1);
	cr_assert_eq(queue_next(zones, N(zones), 4), -1);
}

Test(queue, all_slots_are_taken)
{
	struct queue_zone zones[] = {
	    {.runs = true}, {.waits = true}, {.runs = true}};

	cr_assert_eq(queue_next(zones, N(zones), 0), -1);
	cr_assert_eq(queue_next(zones, N(zones), 1), -1);
	cr_assert_eq(queue_next(zones, N(zones), 2), -1);
	cr_assert_eq(queue_next(zones, N(zones), 3), 1);
}

Test(queue, one_candidate_of_a_zone_at_a_time)
{
	struct queue_zone zones[] = {
	    {.waits = true, .runs = true}, {.waits = true, .spent_s = 1000}};

	cr_assert_eq(queue_next(zones, N(zones), 4), 1);
	zones[1].waits = false;
	cr_assert_eq(queue_next(zones, N(zones), 4), -1);
}

Test(queue, who_has_spent_least_comes_first)
{
	struct queue_zone zones[] = {
	    {.waits = true, .spent_s = 3, .waiting_since = 1},
	    {.waits = true, .spent_s = 1, .waiting_since = 3},
	    {.waits = true, .spent_s = 2, .waiting_since = 2},
	    {.waits = false, .spent_s = 0, .waiting_since = 0},
	};

	cr_assert_eq(queue_next(zones, N(zones), 1), 1);
}

Test(queue, then_who_waits_longest)
{
	struct queue_zone zones[] = {
	    {.waits = true, .waiting_since = 30},
	    {.waits = true, .waiting_since = 10},
	    {.waits = true, .waiting_since = 10},
	};

	cr_assert_eq(queue_next(zones, N(zones), 1), 1);
}

Test(queue, a_broken_share_never_comes_first)
{
	struct queue_zone zones[] = {
	    {.waits = true, .spent_s = NAN, .waiting_since = 1},
	    {.waits = true, .spent_s = -1, .waiting_since = 1},
	    {.waits = true, .spent_s = 1e9, .waiting_since = 5},
	};

	cr_assert_eq(queue_next(zones, N(zones), 1), 2);
	zones[2].waits = false;
	cr_assert_eq(queue_next(zones, N(zones), 1), 0);
}

Test(queue, one_slot_is_kept_from_large_candidates)
{
	struct queue_zone zones[] = {
	    {.runs = true, .large = true},
	    {.waits = true, .large = true},
	    {.waits = true, .spent_s = 100},
	};

	cr_assert_eq(queue_next(zones, N(zones), 2), 2);
	cr_assert_eq(queue_next(zones, N(zones), 3), 1);
	zones[2].waits = false;
	cr_assert_eq(queue_next(zones, N(zones), 2), -1);
	zones[0].large = false;
	cr_assert_eq(queue_next(zones, N(zones), 2), 1);
}

Test(queue, the_only_slot_is_for_all)
{
	struct queue_zone zones[] = {{.waits = true, .large = true}};

	cr_assert_eq(queue_next(zones, N(zones), 1), 0);
	cr_assert_eq(queue_next(zones, N(zones), 2), 0);
}

/* A zone that always has a candidate, and takes long, does not starve one
 * that seldom has a short one. */
Test(queue, a_busy_zone_does_not_delay_another)
{
	struct queue_zone zones[] = {
	    {.waits = true, .waiting_since = 0, .spent_s = 0},
	    {.waits = true, .waiting_since = 1, .spent_s = 0},
	};

	cr_assert_eq(queue_next(zones, N(zones), 1), 0);
	zones[0].spent_s += 50;
	for (unsigned turn = 0; turn < 10; turn++) {
		cr_assert_eq(queue_next(zones, N(zones), 1), 1);
		zones[1].spent_s += 1;
	}
}

Test(queue, a_share_halves_every_ten_minutes)
{
	cr_assert_float_eq(queue_decay(8, 0), 8, 0);
	cr_assert_float_eq(queue_decay(8, 600), 4, 1e-9);
	cr_assert_float_eq(queue_decay(8, 1800), 1, 1e-9);
	cr_assert_float_eq(queue_decay(8, 300), 8 * 0.70710678118654752, 1e-9);
	cr_assert_float_eq(queue_decay(8, 900), 4 * 0.70710678118654752, 1e-9);
	/* In many steps as in one. */
	double spent = 8;

	for (unsigned i = 0; i < 1000; i++) {
		spent = queue_decay(spent, 0.6);
	}
	cr_assert_float_eq(spent, 4, 1e-9);
}

Test(queue, what_cannot_be_does_no_harm)
{
	cr_assert_float_eq(queue_decay(8, -5), 8, 0);
	cr_assert_float_eq(queue_decay(8, NAN), 8, 0);
	cr_assert_float_eq(queue_decay(8, INFINITY), 0, 0);
	cr_assert_float_eq(queue_decay(8, 1e300), 0, 0);
	cr_assert_float_eq(queue_decay(-8, 5), 0, 0);
	cr_assert_float_eq(queue_decay(NAN, 5), 0, 0);
	cr_assert_float_eq(queue_decay(INFINITY, 5), 0, 0);
}

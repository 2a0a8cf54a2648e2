/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "approve_world.h"

/* ---- the verdict itself ---- */

Test(approve, a_zeroed_world_clears_nothing)
{
	struct approve_world world;

	memset(&world, 0, sizeof(world));
	world.zone.name = (char *)(uintptr_t) "";
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	world.candidate.state = CANDIDATE_HELD;
	world.candidate.decided = true;
	approve_all(&world);
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
}

Test(approve, a_release_needs_nobody)
{
	struct approve_world world;

	approve_good_world(&world);
	cr_assert_eq(approve_ask(&world), CLEARANCE_VERDICT);
	cr_assert_eq(world.needs.persons, 0);
	world.candidate.state = CANDIDATE_HELD;
	cr_assert_eq(approve_ask(&world), CLEARANCE_VERDICT);
	approve_add_finding(&world, approve_a_finding("nsec3-iterations",
	                                SEVERITY_WARN, RULE_PROTOCOL, PRINT_A));
	cr_assert_eq(approve_ask(&world), CLEARANCE_VERDICT);
}

/* Each damages a RELEASE so that its word no longer counts. */
static void
no_claims(struct approve_world *world)
{
	world->outcome.claims = world->outcome.secure = 0;
}
static void
one_not_secure(struct approve_world *world)
{
	world->outcome.secure--;
}
static void
a_dispute(struct approve_world *world)
{
	world->outcome.disputed = 1;
}
static void
an_unjudged_claim(struct approve_world *world)
{
	world->outcome.unjudged = 1;
}
static void
other_octets(struct approve_world *world)
{
	world->outcome.sha256[31] ^= 1;
}
static void
no_octets(struct approve_world *world)
{
	memset(world->outcome.sha256, 0, 32);
	memset(world->candidate.sha256, 0, 32);
}
static void
another_zone(struct approve_world *world)
{
	snprintf(world->outcome.zone, sizeof(world->outcome.zone), "shop.x.");
}
static void
other_decision_kept(struct approve_world *world)
{
	world->candidate.decision = DECISION_UNJUDGED;
}
static void
other_decision_read(struct approve_world *world)
{
	world->outcome.decision = DECISION_DISPUTED;
}
static void
no_such_decision(struct approve_world *world)
{
	world->candidate.decision = world->outcome.decision = (enum decision)77;
}
static void
a_block_beside_it(struct approve_world *world)
{
	approve_add_finding(world, approve_a_finding("apex-ns-present",
	                               SEVERITY_BLOCK, RULE_PROTOCOL, PRINT_B));
}
static void
to_be_judged_again(struct approve_world *world)
{
	world->candidate.state = CANDIDATE_WAITING;
}
static void
crashed_twice(struct approve_world *world)
{
	world->candidate.state = CANDIDATE_QUARANTINED;
}

static void (*const contradictions[])(struct approve_world *) = {no_claims,
    one_not_secure, a_dispute, an_unjudged_claim, other_octets, no_octets,
    another_zone, other_decision_kept, other_decision_read, no_such_decision,
    a_block_beside_it, to_be_judged_again, crashed_twice};
#define N_CONTRADICTIONS (sizeof(contradictions) / sizeof(contradictions[0]))

Test(approve, a_verdict_that_contradicts_itself_is_none)
{
	for (size_t i = 0; i < N_CONTRADICTIONS; i++) {
		struct approve_world world;

		approve_good_world(&world);
		world.zone.release_policy_holds_below_s = 10 * 86400;
		contradictions[i](&world);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE,
		    "release, %zu", i);
		cr_expect_eq(world.needs.persons, 2, "release, %zu", i);
		cr_expect(world.needs.break_glass, "release, %zu", i);

		approve_held_world(&world);
		approve_finding(&world, PRINT_A);
		approve_candidate(&world, "alice", false);
		approve_candidate(&world, "bob", false);
		approve_candidate(&world, "alice", true);
		world.zone.release_policy_holds_below_s = 10 * 86400;
		contradictions[i](&world);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "hold, %zu",
		    i);
		cr_expect(world.needs.break_glass, "hold, %zu", i);
	}
}

Test(approve, a_release_with_a_hold_is_none)
{
	struct approve_world world;

	approve_held_world(&world);
	approve_decide(&world, DECISION_RELEASE);
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
}

Test(approve, two_persons_clear_what_contradicts_itself)
{
	for (size_t i = 0; i < N_CONTRADICTIONS; i++) {
		struct approve_world world;

		approve_held_world(&world);
		approve_all(&world);
		contradictions[i](&world);
		/* Octets that nobody knows cannot be approved. */
		cr_expect_eq(approve_ask(&world),
		    contradictions[i] == no_octets ? CLEARANCE_NONE
		                                   : CLEARANCE_APPROVAL,
		    "%zu", i);
	}
}

Test(approve, without_an_outcome_two_persons_are_needed)
{
	struct approve_world world;

	approve_held_world(&world);
	approve_all(&world);
	world.n_approvals = 1;
	cr_assert_eq(clearance(&world.candidate, NULL, &world.zone,
	                 world.approvals, world.n_approvals, 0, NOW,
	                 &world.needs),
	    CLEARANCE_NONE);
	cr_assert_eq(world.needs.persons, 2);
	cr_assert_eq(world.needs.have, 1);
	cr_assert_eq(clearance(&world.candidate, NULL, &world.zone,
	                 world.approvals, 2, 0, NOW, NULL),
	    CLEARANCE_APPROVAL);
}

/* ---- states, modes, zones ---- */

Test(approve, only_open_candidates_are_cleared)
{
	static const bool is_open[N_CANDIDATE_STATES] = {
	    [CANDIDATE_WAITING] = true,
	    [CANDIDATE_JUDGING] = true,
	    [CANDIDATE_HELD] = true,
	    [CANDIDATE_QUARANTINED] = true,
	    [CANDIDATE_RELEASING] = true,
	};

	for (int state = -1; state <= N_CANDIDATE_STATES + 1; state++) {
		bool open =
		    state >= 0 && state < N_CANDIDATE_STATES && is_open[state];
		struct approve_world world;

		approve_held_world(&world);
		approve_all(&world);
		world.candidate.state = (enum candidate_state)state;
		cr_expect_eq(approve_ask(&world),
		    open ? CLEARANCE_APPROVAL : CLEARANCE_NONE, "state %d",
		    state);
		cr_expect_eq(world.needs.persons, 0, "state %d", state);

		world.candidate.decided = false;
		cr_expect_eq(approve_ask(&world),
		    state == CANDIDATE_QUARANTINED ? CLEARANCE_APPROVAL
		                                   : CLEARANCE_NONE,
		    "undecided, state %d", state);
	}
}

Test(approve, nothing_is_cleared_in_observe_mode)
{
	struct approve_world world;

	approve_held_world(&world);
	approve_all(&world);
	world.zone.mode = ZONE_OBSERVE;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	approve_good_world(&world);
	world.zone.mode = ZONE_OBSERVE;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	world.zone.mode = (enum zone_mode)9;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
}

Test(approve, nothing_is_cleared_for_another_zone)
{
	struct approve_world world;

	approve_good_world(&world);
	world.zone.name = (char *)(uintptr_t) "shop";
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	cr_assert_eq(clearance(&world.candidate, &world.outcome, NULL, NULL, 0,
	                 0, NOW, &world.needs),
	    CLEARANCE_NONE);
}

/* ---- persons ---- */

Test(approve, a_hold_needs_one_person)
{
	struct approve_world world;

	approve_held_world(&world);
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	cr_assert_eq(world.needs.persons, 1);
	cr_assert_eq(world.needs.have, 0);
	cr_assert_not(world.needs.break_glass);
	approve_candidate(&world, "alice", false);
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
	cr_assert_eq(world.needs.persons, 0);
}

Test(approve, what_is_worse_needs_two_persons)
{
	static const enum decision worse[] = {
	    DECISION_UNJUDGED, DECISION_DISPUTED, DECISION_BLOCK};

	for (size_t i = 0; i < 3; i++) {
		struct approve_world world;

		approve_held_world(&world);
		approve_decide(&world, worse[i]);
		world.zone.release_policy_holds_below_s = 10 * 86400;
		approve_finding(&world, PRINT_A);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
		cr_expect_eq(world.needs.persons, 2);
		approve_candidate(&world, "alice", true);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
		cr_expect_eq(world.needs.have, 1);
		approve_candidate(&world, "bob", false);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE,
		    "who did not break the glass");
		cr_expect_eq(world.needs.have, 1);
		world.approvals[2].break_glass = true;
		cr_expect_eq(approve_ask(&world), CLEARANCE_APPROVAL);
		cr_expect_eq(world.needs.have, 2);
		cr_expect_eq(world.needs.persons, 0);
	}
}

Test(approve, nobody_is_two_persons)
{
	static const char *const same[] = {"alice", "Alice", "ALICE", " alice",
	    "alice ", "al ice", "\talice\n", "a.l-i_c'e", "alice\xc2\xa0",
	    "alice\xe2\x80\x8b"};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct approve_world world;

		approve_held_world(&world);
		approve_decide(&world, DECISION_BLOCK);
		approve_candidate(&world, "alice", true);
		approve_candidate(&world, same[i], true);
		approve_candidate(&world, same[i], true);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "\"%s\"",
		    same[i]);
		cr_expect_eq(world.needs.have, 1);
		approve_candidate(&world, "alice2", true);
		cr_expect_eq(approve_ask(&world), CLEARANCE_APPROVAL);
	}
}

Test(approve, letters_beyond_ascii_are_letters)
{
	struct approve_world world;

	approve_held_world(&world);
	approve_decide(&world, DECISION_BLOCK);
	approve_candidate(&world, "\xc3\x89mile", true);
	approve_candidate(&world, "\xc3\xa9mile", true);
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	approve_candidate(&world, "\xe6\x9d\x8e", true);
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
}

Test(approve, nobody_approves_nothing)
{
	static const char *const nobody[] = {
	    "", " ", "...", "\xff\xfe", "al\xc3"};

	for (size_t i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++) {
		struct approve_world world;

		approve_held_world(&world);
		approve_candidate(&world, nobody[i], true);
		snprintf(approve_finding(&world, PRINT_A)->person, ACTOR_TEXT,
		    "%s", nobody[i]);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "%zu", i);
		approve_decide(&world, DECISION_BLOCK);
		approve_candidate(&world, "alice", true);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "%zu", i);
	}
}

Test(approve, a_person_without_end_approves_nothing)
{
	struct approve_world world;

	approve_held_world(&world);
	memset(approve_candidate(&world, "", false)->person, 'x', ACTOR_TEXT);
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
}

/* ---- what an approval binds to ---- */

Test(approve, an_approval_binds_to_the_octets)
{
	struct approve_world world;

	approve_held_world(&world);
	struct approval *approval = approve_candidate(&world, "alice", true);
	struct approval good = *approval;

	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
	approval->sha256[0] ^= 1;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
	*approval = good;
	snprintf(approval->zone, sizeof(approval->zone), "shop.example.");
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
	snprintf(approval->zone, sizeof(approval->zone), "sho");
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
	*approval = good;
	approval->candidate = 0;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE,
	    "that of a fingerprint");
	approval->candidate = -12;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
	*approval = good;
	snprintf(approval->fingerprint, sizeof(approval->fingerprint), PRINT_A);
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE,
	    "neither one nor the other");
	*approval = good;
	snprintf(approval->reason, sizeof(approval->reason), " \n");
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "without a reason");
	/* The same octets handed in again are another candidate. */
	*approval = good;
	approval->candidate = 3;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
}

Test(approve, other_octets_do_not_break_the_glass)
{
	struct approve_world world;

	approve_held_world(&world);
	approve_decide(&world, DECISION_DISPUTED);
	approve_candidate(&world, "alice", true);
	approve_candidate(&world, "bob", true)->sha256[7] ^= 0x80;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	cr_assert_eq(world.needs.have, 1);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "serve/approve.h"

#define NOW 1767571200
#define PRINT_A                                                                \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define PRINT_B                                                                \
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* All that a clearance hangs on. */
struct world {
	struct candidate candidate;
	struct outcome outcome;
	struct outcome_finding findings[4];
	struct config_zone zone;
	struct approval approvals[4];
	size_t n_approvals;
	int64_t headroom_s, at_s;
	struct needs needs;
};

static struct outcome_finding
a_finding(const char *check, enum severity severity, enum finding_rule rule,
    const char *fingerprint)
{
	struct outcome_finding finding = {
	    .severity = severity, .rule = rule, .count = 1};

	snprintf(finding.check, sizeof(finding.check), "%s", check);
	snprintf(finding.fingerprint, sizeof(finding.fingerprint), "%s",
	    fingerprint);
	return finding;
}

/* A candidate decided RELEASE. */
static void
good_world(struct world *world)
{
	memset(world, 0, sizeof(*world));
	struct candidate *candidate = &world->candidate;

	candidate->id = 12;
	candidate->state = CANDIDATE_JUDGING;
	candidate->decided = true;
	candidate->decision = DECISION_RELEASE;
	candidate->judged_at = NOW - 10;
	snprintf(candidate->zone, sizeof(candidate->zone), "shop.");
	memset(candidate->sha256, 7, 32);
	world->outcome.decision = DECISION_RELEASE;
	snprintf(world->outcome.zone, sizeof(world->outcome.zone), "shop.");
	memset(world->outcome.sha256, 7, 32);
	world->outcome.claims = world->outcome.secure = 9;
	world->outcome.expiry = NOW + 30 * 86400;
	world->outcome.findings = world->findings;
	world->zone.name = (char *)(uintptr_t) "shop.";
	world->zone.mode = ZONE_GATE;
	world->headroom_s = 5 * 86400;
	world->at_s = NOW;
}

static void
decide_world(struct world *world, enum decision decision)
{
	world->candidate.decision = decision;
	world->outcome.decision = decision;
	world->candidate.state = CANDIDATE_HELD;
}

static void
add_finding(struct world *world, struct outcome_finding finding)
{
	world->findings[world->outcome.n_findings++] = finding;
}

/* A candidate on HOLD for one finding of a policy rule. */
static void
held_world(struct world *world)
{
	good_world(world);
	decide_world(world, DECISION_HOLD);
	add_finding(world, a_finding("rrsig-lifetime-max", SEVERITY_HOLD,
	                       RULE_POLICY, PRINT_A));
}

static struct approval *
approve_candidate(struct world *world, const char *person, bool break_glass)
{
	struct approval *approval = &world->approvals[world->n_approvals++];

	memset(approval, 0, sizeof(*approval));
	approval->id = (int64_t)world->n_approvals;
	approval->candidate = 12;
	memset(approval->sha256, 7, 32);
	snprintf(approval->zone, sizeof(approval->zone), "shop.");
	snprintf(approval->person, sizeof(approval->person), "%s", person);
	snprintf(approval->reason, sizeof(approval->reason), "known");
	approval->at = NOW - 5;
	approval->break_glass = break_glass;
	return approval;
}

static struct approval *
approve_finding(struct world *world, const char *fingerprint)
{
	struct approval *approval = approve_candidate(world, "alice", false);

	approval->candidate = 0;
	memset(approval->sha256, 0, 32);
	snprintf(approval->fingerprint, sizeof(approval->fingerprint), "%s",
	    fingerprint);
	approval->at = NOW - 3600;
	approval->until = NOW + 3600;
	return approval;
}

static enum clearance
ask(struct world *world)
{
	world->outcome.findings = world->findings;
	return clearance(&world->candidate, &world->outcome, &world->zone,
	    world->approvals, world->n_approvals, world->headroom_s,
	    world->at_s, &world->needs);
}

/* Both by two persons and by fingerprint and by headroom. */
static void
approve_all(struct world *world)
{
	world->n_approvals = 0;
	approve_candidate(world, "alice", true);
	approve_candidate(world, "bob", true);
	approve_finding(world, PRINT_A);
	world->zone.release_policy_holds_below_s = 10 * 86400;
}

/* ---- the verdict itself ---- */

Test(approve, a_zeroed_world_clears_nothing)
{
	struct world world;

	memset(&world, 0, sizeof(world));
	world.zone.name = (char *)(uintptr_t) "";
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	world.candidate.state = CANDIDATE_HELD;
	world.candidate.decided = true;
	approve_all(&world);
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
}

Test(approve, a_release_needs_nobody)
{
	struct world world;

	good_world(&world);
	cr_assert_eq(ask(&world), CLEARANCE_VERDICT);
	cr_assert_eq(world.needs.persons, 0);
	world.candidate.state = CANDIDATE_HELD;
	cr_assert_eq(ask(&world), CLEARANCE_VERDICT);
	add_finding(&world, a_finding("nsec3-iterations", SEVERITY_WARN,
	                        RULE_PROTOCOL, PRINT_A));
	cr_assert_eq(ask(&world), CLEARANCE_VERDICT);
}

/* Each damages a RELEASE so that its word no longer counts. */
static void
no_claims(struct world *world)
{
	world->outcome.claims = world->outcome.secure = 0;
}
static void
one_not_secure(struct world *world)
{
	world->outcome.secure--;
}
static void
a_dispute(struct world *world)
{
	world->outcome.disputed = 1;
}
static void
an_unjudged_claim(struct world *world)
{
	world->outcome.unjudged = 1;
}
static void
other_octets(struct world *world)
{
	world->outcome.sha256[31] ^= 1;
}
static void
no_octets(struct world *world)
{
	memset(world->outcome.sha256, 0, 32);
	memset(world->candidate.sha256, 0, 32);
}
static void
another_zone(struct world *world)
{
	snprintf(world->outcome.zone, sizeof(world->outcome.zone), "shop.x.");
}
static void
other_decision_kept(struct world *world)
{
	world->candidate.decision = DECISION_UNJUDGED;
}
static void
other_decision_read(struct world *world)
{
	world->outcome.decision = DECISION_DISPUTED;
}
static void
no_such_decision(struct world *world)
{
	world->candidate.decision = world->outcome.decision = (enum decision)77;
}
static void
a_block_beside_it(struct world *world)
{
	add_finding(world, a_finding("apex-ns-present", SEVERITY_BLOCK,
	                       RULE_PROTOCOL, PRINT_B));
}
static void
to_be_judged_again(struct world *world)
{
	world->candidate.state = CANDIDATE_WAITING;
}
static void
crashed_twice(struct world *world)
{
	world->candidate.state = CANDIDATE_QUARANTINED;
}

static void (*const contradictions[])(struct world *) = {no_claims,
    one_not_secure, a_dispute, an_unjudged_claim, other_octets, no_octets,
    another_zone, other_decision_kept, other_decision_read, no_such_decision,
    a_block_beside_it, to_be_judged_again, crashed_twice};
#define N_CONTRADICTIONS (sizeof(contradictions) / sizeof(contradictions[0]))

Test(approve, a_verdict_that_contradicts_itself_is_none)
{
	for (size_t i = 0; i < N_CONTRADICTIONS; i++) {
		struct world world;

		good_world(&world);
		world.zone.release_policy_holds_below_s = 10 * 86400;
		contradictions[i](&world);
		cr_expect_eq(ask(&world), CLEARANCE_NONE, "release, %zu", i);
		cr_expect_eq(world.needs.persons, 2, "release, %zu", i);
		cr_expect(world.needs.break_glass, "release, %zu", i);

		held_world(&world);
		approve_finding(&world, PRINT_A);
		approve_candidate(&world, "alice", false);
		approve_candidate(&world, "bob", false);
		approve_candidate(&world, "alice", true);
		world.zone.release_policy_holds_below_s = 10 * 86400;
		contradictions[i](&world);
		cr_expect_eq(ask(&world), CLEARANCE_NONE, "hold, %zu", i);
		cr_expect(world.needs.break_glass, "hold, %zu", i);
	}
}

Test(approve, a_release_with_a_hold_is_none)
{
	struct world world;

	held_world(&world);
	decide_world(&world, DECISION_RELEASE);
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
}

Test(approve, two_persons_clear_what_contradicts_itself)
{
	for (size_t i = 0; i < N_CONTRADICTIONS; i++) {
		struct world world;

		held_world(&world);
		approve_all(&world);
		contradictions[i](&world);
		/* Octets that nobody knows cannot be approved. */
		cr_expect_eq(ask(&world),
		    contradictions[i] == no_octets ? CLEARANCE_NONE
		                                   : CLEARANCE_APPROVAL,
		    "%zu", i);
	}
}

Test(approve, without_an_outcome_two_persons_are_needed)
{
	struct world world;

	held_world(&world);
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
		struct world world;

		held_world(&world);
		approve_all(&world);
		world.candidate.state = (enum candidate_state)state;
		cr_expect_eq(ask(&world),
		    open ? CLEARANCE_APPROVAL : CLEARANCE_NONE, "state %d",
		    state);
		cr_expect_eq(world.needs.persons, 0, "state %d", state);

		world.candidate.decided = false;
		cr_expect_eq(ask(&world),
		    state == CANDIDATE_QUARANTINED ? CLEARANCE_APPROVAL
		                                   : CLEARANCE_NONE,
		    "undecided, state %d", state);
	}
}

Test(approve, nothing_is_cleared_in_observe_mode)
{
	struct world world;

	held_world(&world);
	approve_all(&world);
	world.zone.mode = ZONE_OBSERVE;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	good_world(&world);
	world.zone.mode = ZONE_OBSERVE;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	world.zone.mode = (enum zone_mode)9;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
}

Test(approve, nothing_is_cleared_for_another_zone)
{
	struct world world;

	good_world(&world);
	world.zone.name = (char *)(uintptr_t) "shop";
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	cr_assert_eq(clearance(&world.candidate, &world.outcome, NULL, NULL, 0,
	                 0, NOW, &world.needs),
	    CLEARANCE_NONE);
}

/* ---- persons ---- */

Test(approve, a_hold_needs_one_person)
{
	struct world world;

	held_world(&world);
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	cr_assert_eq(world.needs.persons, 1);
	cr_assert_eq(world.needs.have, 0);
	cr_assert_not(world.needs.break_glass);
	approve_candidate(&world, "alice", false);
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
	cr_assert_eq(world.needs.persons, 0);
}

Test(approve, what_is_worse_needs_two_persons)
{
	static const enum decision worse[] = {
	    DECISION_UNJUDGED, DECISION_DISPUTED, DECISION_BLOCK};

	for (size_t i = 0; i < 3; i++) {
		struct world world;

		held_world(&world);
		decide_world(&world, worse[i]);
		world.zone.release_policy_holds_below_s = 10 * 86400;
		approve_finding(&world, PRINT_A);
		cr_expect_eq(ask(&world), CLEARANCE_NONE);
		cr_expect_eq(world.needs.persons, 2);
		approve_candidate(&world, "alice", true);
		cr_expect_eq(ask(&world), CLEARANCE_NONE);
		cr_expect_eq(world.needs.have, 1);
		approve_candidate(&world, "bob", false);
		cr_expect_eq(ask(&world), CLEARANCE_NONE,
		    "who did not break the glass");
		cr_expect_eq(world.needs.have, 1);
		world.approvals[2].break_glass = true;
		cr_expect_eq(ask(&world), CLEARANCE_APPROVAL);
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
		struct world world;

		held_world(&world);
		decide_world(&world, DECISION_BLOCK);
		approve_candidate(&world, "alice", true);
		approve_candidate(&world, same[i], true);
		approve_candidate(&world, same[i], true);
		cr_expect_eq(ask(&world), CLEARANCE_NONE, "\"%s\"", same[i]);
		cr_expect_eq(world.needs.have, 1);
		approve_candidate(&world, "alice2", true);
		cr_expect_eq(ask(&world), CLEARANCE_APPROVAL);
	}
}

Test(approve, letters_beyond_ascii_are_letters)
{
	struct world world;

	held_world(&world);
	decide_world(&world, DECISION_BLOCK);
	approve_candidate(&world, "\xc3\x89mile", true);
	approve_candidate(&world, "\xc3\xa9mile", true);
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	approve_candidate(&world, "\xe6\x9d\x8e", true);
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
}

Test(approve, nobody_approves_nothing)
{
	static const char *const nobody[] = {
	    "", " ", "...", "\xff\xfe", "al\xc3"};

	for (size_t i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++) {
		struct world world;

		held_world(&world);
		approve_candidate(&world, nobody[i], true);
		snprintf(approve_finding(&world, PRINT_A)->person, ACTOR_TEXT,
		    "%s", nobody[i]);
		cr_expect_eq(ask(&world), CLEARANCE_NONE, "%zu", i);
		decide_world(&world, DECISION_BLOCK);
		approve_candidate(&world, "alice", true);
		cr_expect_eq(ask(&world), CLEARANCE_NONE, "%zu", i);
	}
}

Test(approve, a_person_without_end_approves_nothing)
{
	struct world world;

	held_world(&world);
	memset(approve_candidate(&world, "", false)->person, 'x', ACTOR_TEXT);
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
}

/* ---- what an approval binds to ---- */

Test(approve, an_approval_binds_to_the_octets)
{
	struct world world;

	held_world(&world);
	struct approval *approval = approve_candidate(&world, "alice", true);
	struct approval good = *approval;

	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
	approval->sha256[0] ^= 1;
	cr_expect_eq(ask(&world), CLEARANCE_NONE);
	*approval = good;
	snprintf(approval->zone, sizeof(approval->zone), "shop.example.");
	cr_expect_eq(ask(&world), CLEARANCE_NONE);
	snprintf(approval->zone, sizeof(approval->zone), "sho");
	cr_expect_eq(ask(&world), CLEARANCE_NONE);
	*approval = good;
	approval->candidate = 0;
	cr_expect_eq(ask(&world), CLEARANCE_NONE, "that of a fingerprint");
	approval->candidate = -12;
	cr_expect_eq(ask(&world), CLEARANCE_NONE);
	*approval = good;
	snprintf(approval->fingerprint, sizeof(approval->fingerprint), PRINT_A);
	cr_expect_eq(ask(&world), CLEARANCE_NONE, "neither one nor the other");
	*approval = good;
	snprintf(approval->reason, sizeof(approval->reason), " \n");
	cr_expect_eq(ask(&world), CLEARANCE_NONE, "without a reason");
	/* The same octets handed in again are the same octets. */
	*approval = good;
	approval->candidate = 3;
	cr_expect_eq(ask(&world), CLEARANCE_APPROVAL);
}

Test(approve, other_octets_do_not_break_the_glass)
{
	struct world world;

	held_world(&world);
	decide_world(&world, DECISION_DISPUTED);
	approve_candidate(&world, "alice", true);
	approve_candidate(&world, "bob", true)->sha256[7] ^= 0x80;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	cr_assert_eq(world.needs.have, 1);
}

/* ---- fingerprints ---- */

Test(approve, a_fingerprint_clears_a_hold)
{
	struct world world;

	held_world(&world);
	approve_finding(&world, PRINT_A);
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
	world.findings[0].rule = RULE_PROTOCOL;
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
	add_finding(&world, a_finding("nsec3-iterations", SEVERITY_WARN,
	                        RULE_PROTOCOL, PRINT_B));
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
}

Test(approve, every_hold_needs_its_fingerprint)
{
	struct world world;

	held_world(&world);
	add_finding(&world,
	    a_finding("denial-mode", SEVERITY_HOLD, RULE_PROTOCOL, PRINT_B));
	approve_finding(&world, PRINT_A);
	approve_finding(&world, PRINT_A);
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	cr_assert_eq(world.needs.persons, 1);
	approve_finding(&world, PRINT_B);
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
}

static void
ended_now(struct approval *approval)
{
	approval->until = NOW;
}
static void
ended_long_ago(struct approval *approval)
{
	approval->at = NOW - 90000;
	approval->until = NOW - 80000;
}
static void
never_ends(struct approval *approval)
{
	approval->until = 0;
}
static void
ends_too_late(struct approval *approval)
{
	approval->until = approval->at + FINGERPRINT_LONGEST_S + 1;
}
static void
ends_with_the_world(struct approval *approval)
{
	approval->until = INT64_MAX;
}
static void
began_with_the_world(struct approval *approval)
{
	approval->at = INT64_MIN;
}
static void
was_never_given(struct approval *approval)
{
	approval->at = 0;
}
static void
is_given_tomorrow(struct approval *approval)
{
	approval->at = NOW + 1;
	approval->until = NOW + 2;
}
static void
is_of_another_zone(struct approval *approval)
{
	snprintf(approval->zone, sizeof(approval->zone), "org.");
}
static void
is_of_another_finding(struct approval *approval)
{
	snprintf(approval->fingerprint, sizeof(approval->fingerprint), PRINT_B);
}
static void
is_of_a_candidate(struct approval *approval)
{
	approval->candidate = 11;
}
static void
has_no_reason(struct approval *approval)
{
	approval->reason[0] = '\0';
}
static void
is_of_nobody(struct approval *approval)
{
	approval->person[0] = '\0';
}

Test(approve, fingerprints_that_do_not_count)
{
	static void (*const damages[])(struct approval *) = {ended_now,
	    ended_long_ago, never_ends, ends_too_late, ends_with_the_world,
	    began_with_the_world, was_never_given, is_given_tomorrow,
	    is_of_another_zone, is_of_another_finding, is_of_a_candidate,
	    has_no_reason, is_of_nobody};

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct world world;

		held_world(&world);
		damages[i](approve_finding(&world, PRINT_A));
		cr_expect_eq(ask(&world), CLEARANCE_NONE, "%zu", i);
	}
}

Test(approve, a_fingerprint_counts_from_its_first_to_its_last_second)
{
	struct world world;

	held_world(&world);
	struct approval *approval = approve_finding(&world, PRINT_A);

	approval->at = NOW;
	approval->until = NOW + FINGERPRINT_LONGEST_S;
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
	world.at_s = approval->until - 1;
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
	world.at_s = approval->until;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
}

Test(approve, a_fingerprint_must_be_one)
{
	struct world world;

	held_world(&world);
	world.findings[0].fingerprint[0] = '\0';
	approve_finding(&world, "");
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	world.findings[0] =
	    a_finding("rrsig-lifetime-max", SEVERITY_HOLD, RULE_POLICY, "abc");
	approve_finding(&world, "abc");
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	memset(world.findings[0].fingerprint, 'a', 65);
	memset(approve_finding(&world, "")->fingerprint, 'a', 65);
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
}

/* ---- which findings ---- */

Test(approve, what_may_be_approved_by_fingerprint)
{
	struct outcome_finding good = a_finding("rrsig-lifetime-max",
	    SEVERITY_HOLD, RULE_POLICY, PRINT_A);
	struct outcome_finding finding = good;

	cr_assert(finding_is_approvable(&finding));
	finding.rule = RULE_PROTOCOL;
	cr_assert(finding_is_approvable(&finding));
	finding.rule = RULE_SOUNDNESS;
	cr_assert_not(finding_is_approvable(&finding));
	finding.rule = RULE_INABILITY;
	cr_assert_not(finding_is_approvable(&finding));
	finding.rule = (enum finding_rule)9;
	cr_assert_not(finding_is_approvable(&finding));

	finding = good;
	for (int severity = -1; severity <= SEVERITY_OFF + 1; severity++) {
		finding.severity = (enum severity)severity;
		cr_expect_eq(finding_is_approvable(&finding),
		    severity == SEVERITY_HOLD);
	}
	finding = good;
	finding.count = 2;
	cr_assert_not(finding_is_approvable(&finding));
	finding.count = 0;
	cr_assert_not(finding_is_approvable(&finding));
	finding = good;
	finding.by_validators = true;
	cr_assert_not(finding_is_approvable(&finding));
	/* Of a check that no policy asks for. */
	finding =
	    a_finding("nsec-bitmap-exact", SEVERITY_HOLD, RULE_POLICY, PRINT_A);
	cr_assert_not(finding_is_approvable(&finding));
	finding = good;
	snprintf(finding.check, sizeof(finding.check), "no-such-check");
	cr_assert_not(finding_is_approvable(&finding));
	finding.check[0] = '\0';
	cr_assert_not(finding_is_approvable(&finding));
}

/* Whatever a policy calls them. */
Test(approve, signatures_and_the_chain_are_never_approved_by_fingerprint)
{
	static const char *const never[] = {"rrsig-valid-all",
	    "rrsig-valid-each-algorithm", "rrsig-present-all",
	    "rrsig-not-expired", "rrsig-inception-not-future",
	    "rrsig-serial-arith", "rrsig-signer-name", "rrsig-labels",
	    "rrsig-original-ttl", "rrsig-sig-length", "ds-parent-match",
	    "ds-algorithm-has-dnskey", "dnskey-sep-present",
	    "algorithm-unjudgeable", "type-unknown-to-reader"};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		struct world world;

		cr_assert_neq(check_find(never[i]), CHECK_none);
		held_world(&world);
		world.findings[0] =
		    a_finding(never[i], SEVERITY_HOLD, RULE_POLICY, PRINT_A);
		cr_expect_not(finding_is_approvable(&world.findings[0]));
		approve_finding(&world, PRINT_A);
		world.zone.release_policy_holds_below_s = 10 * 86400;
		cr_expect_eq(ask(&world), CLEARANCE_NONE, "%s", never[i]);
	}
	for (enum check_id check = 1; check < N_CHECKS; check++) {
		struct outcome_finding finding = a_finding(check_name(check),
		    SEVERITY_HOLD, RULE_POLICY, PRINT_A);

		if (checks[check].standing != OPEN ||
		    checks[check].by == VERDICTS) {
			cr_expect_not(finding_is_approvable(&finding));
		}
	}
}

Test(approve, findings_left_out_are_not_approved)
{
	struct world world;

	held_world(&world);
	world.outcome.findings_left_out = 1;
	approve_finding(&world, PRINT_A);
	world.zone.release_policy_holds_below_s = 10 * 86400;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	cr_assert_eq(world.needs.persons, 1);
	approve_candidate(&world, "alice", false);
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
}

Test(approve, a_hold_for_nothing_is_no_hold)
{
	struct world world;

	held_world(&world);
	world.outcome.n_findings = 0;
	approve_finding(&world, PRINT_A);
	approve_candidate(&world, "alice", false);
	world.zone.release_policy_holds_below_s = 10 * 86400;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	cr_assert(world.needs.break_glass);
	add_finding(&world, a_finding("nsec3-iterations", SEVERITY_WARN,
	                        RULE_PROTOCOL, PRINT_A));
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	/* All of them left out: a person may have seen them in the report. */
	world.outcome.n_findings = 0;
	world.outcome.findings_left_out = 100;
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
}

/* ---- headroom ---- */

static void
low_world(struct world *world)
{
	held_world(world);
	world->zone.release_policy_holds_below_s = 86400;
	world->headroom_s = 86399;
}

Test(approve, low_headroom_clears_policy_holds)
{
	struct world world;

	low_world(&world);
	cr_assert_eq(ask(&world), CLEARANCE_HEADROOM);
	cr_assert_eq(world.needs.persons, 0);
	world.headroom_s = -5;
	cr_assert_eq(ask(&world), CLEARANCE_HEADROOM);
	world.headroom_s = INT64_MIN;
	cr_assert_eq(ask(&world), CLEARANCE_HEADROOM);
	world.headroom_s = 86400;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	world.headroom_s = INT64_MAX;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
}

Test(approve, low_headroom_is_off_unless_asked_for)
{
	struct world world;

	low_world(&world);
	world.zone.release_policy_holds_below_s = 0;
	cr_expect_eq(ask(&world), CLEARANCE_NONE);
	world.headroom_s = -1000;
	cr_expect_eq(ask(&world), CLEARANCE_NONE);
	world.zone.release_policy_holds_below_s = -10;
	cr_expect_eq(ask(&world), CLEARANCE_NONE);
}

Test(approve, low_headroom_clears_nothing_but_policy)
{
	static const enum finding_rule rules[] = {RULE_SOUNDNESS, RULE_PROTOCOL,
	    RULE_INABILITY, (enum finding_rule)9};

	for (size_t i = 0; i < 4; i++) {
		struct world world;

		low_world(&world);
		add_finding(&world, a_finding("rrsig-remaining-min",
		                        SEVERITY_HOLD, rules[i], PRINT_B));
		cr_expect_eq(ask(&world), CLEARANCE_NONE, "rule %d",
		    (int)rules[i]);
	}
}

Test(approve, low_headroom_clears_nothing_that_validators_saw)
{
	struct world world;

	low_world(&world);
	world.findings[0].by_validators = true;
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
	low_world(&world);
	snprintf(world.findings[0].check, sizeof(world.findings[0].check),
	    "nsec-bitmap-exact");
	cr_assert_eq(ask(&world), CLEARANCE_NONE);
}

Test(approve, low_headroom_clears_no_other_decision)
{
	static const enum decision worse[] = {
	    DECISION_UNJUDGED, DECISION_DISPUTED, DECISION_BLOCK};

	for (size_t i = 0; i < 3; i++) {
		struct world world;

		low_world(&world);
		decide_world(&world, worse[i]);
		cr_expect_eq(ask(&world), CLEARANCE_NONE);
	}
}

Test(approve, what_does_not_last_longer_buys_no_time)
{
	struct world world;

	low_world(&world);
	world.outcome.expiry = NOW + world.headroom_s;
	cr_expect_eq(ask(&world), CLEARANCE_HEADROOM);
	world.outcome.expiry--;
	cr_expect_eq(ask(&world), CLEARANCE_NONE);
	world.outcome.expiry = 0;
	cr_expect_eq(ask(&world), CLEARANCE_NONE);
	world.headroom_s = -100000;
	world.outcome.expiry = NOW;
	cr_expect_eq(ask(&world), CLEARANCE_NONE, "expired itself");
}

Test(approve, a_person_comes_before_headroom)
{
	struct world world;

	low_world(&world);
	approve_candidate(&world, "alice", false);
	cr_assert_eq(ask(&world), CLEARANCE_APPROVAL);
}

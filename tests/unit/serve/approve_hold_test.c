/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "approve_world.h"

/* ---- fingerprints ---- */

Test(approve_hold, a_fingerprint_clears_a_hold)
{
	struct approve_world world;

	approve_held_world(&world);
	approve_finding(&world, PRINT_A);
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
	world.findings[0].rule = RULE_PROTOCOL;
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
	approve_add_finding(&world, approve_a_finding("nsec3-iterations",
	                                SEVERITY_WARN, RULE_PROTOCOL, PRINT_B));
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
}

Test(approve_hold, every_hold_needs_its_fingerprint)
{
	struct approve_world world;

	approve_held_world(&world);
	approve_add_finding(&world, approve_a_finding("denial-mode",
	                                SEVERITY_HOLD, RULE_PROTOCOL, PRINT_B));
	approve_finding(&world, PRINT_A);
	approve_finding(&world, PRINT_A);
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	cr_assert_eq(world.needs.persons, 1);
	approve_finding(&world, PRINT_B);
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
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

Test(approve_hold, fingerprints_that_do_not_count)
{
	static void (*const damages[])(struct approval *) = {ended_now,
	    ended_long_ago, never_ends, ends_too_late, ends_with_the_world,
	    began_with_the_world, was_never_given, is_given_tomorrow,
	    is_of_another_zone, is_of_another_finding, is_of_a_candidate,
	    has_no_reason, is_of_nobody};

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct approve_world world;

		approve_held_world(&world);
		damages[i](approve_finding(&world, PRINT_A));
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "%zu", i);
	}
}

Test(approve_hold, a_fingerprint_counts_from_its_first_to_its_last_second)
{
	struct approve_world world;

	approve_held_world(&world);
	struct approval *approval = approve_finding(&world, PRINT_A);

	approval->at = NOW;
	approval->until = NOW + FINGERPRINT_LONGEST_S;
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
	world.at_s = approval->until - 1;
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
	world.at_s = approval->until;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
}

Test(approve_hold, a_fingerprint_must_be_one)
{
	struct approve_world world;

	approve_held_world(&world);
	world.findings[0].fingerprint[0] = '\0';
	approve_finding(&world, "");
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	world.findings[0] = approve_a_finding("rrsig-lifetime-max",
	    SEVERITY_HOLD, RULE_POLICY, "abc");
	approve_finding(&world, "abc");
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	memset(world.findings[0].fingerprint, 'a', 65);
	memset(approve_finding(&world, "")->fingerprint, 'a', 65);
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
}

/* ---- which findings ---- */

Test(approve_hold, what_may_be_approved_by_fingerprint)
{
	struct outcome_finding good = approve_a_finding("rrsig-lifetime-max",
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
	finding = approve_a_finding("nsec-bitmap-exact", SEVERITY_HOLD,
	    RULE_POLICY, PRINT_A);
	cr_assert_not(finding_is_approvable(&finding));
	finding = good;
	snprintf(finding.check, sizeof(finding.check), "no-such-check");
	cr_assert_not(finding_is_approvable(&finding));
	finding.check[0] = '\0';
	cr_assert_not(finding_is_approvable(&finding));
}

/* Whatever a policy calls them. */
Test(approve_hold, signatures_and_the_chain_are_never_approved_by_fingerprint)
{
	static const char *const never[] = {"rrsig-valid-all",
	    "rrsig-valid-each-algorithm", "rrsig-present-all",
	    "rrsig-not-expired", "rrsig-inception-not-future",
	    "rrsig-serial-arith", "rrsig-signer-name", "rrsig-labels",
	    "rrsig-original-ttl", "rrsig-sig-length", "ds-parent-match",
	    "ds-algorithm-has-dnskey", "ksk-retire-before-ds-removed",
	    "dnskey-sep-present",
	    "algorithm-unjudgeable", "type-unknown-to-reader"};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		struct approve_world world;

		cr_assert_neq(check_find(never[i]), CHECK_none);
		approve_held_world(&world);
		world.findings[0] = approve_a_finding(never[i], SEVERITY_HOLD,
		    RULE_POLICY, PRINT_A);
		cr_expect_not(finding_is_approvable(&world.findings[0]));
		approve_finding(&world, PRINT_A);
		world.zone.release_policy_holds_below_s = 10 * 86400;
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "%s",
		    never[i]);
	}
	for (enum check_id check = 1; check < N_CHECKS; check++) {
		struct outcome_finding finding =
		    approve_a_finding(check_name(check), SEVERITY_HOLD,
		        RULE_POLICY, PRINT_A);

		if (!check_may_be_set(check) ||
		    checks[check].by == VERDICTS) {
			cr_expect_not(finding_is_approvable(&finding));
		}
	}
}

Test(approve_hold, findings_left_out_are_not_approved)
{
	struct approve_world world;

	approve_held_world(&world);
	world.outcome.findings_left_out = 1;
	approve_finding(&world, PRINT_A);
	world.zone.release_policy_holds_below_s = 10 * 86400;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	cr_assert_eq(world.needs.persons, 1);
	approve_candidate(&world, "alice", false);
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
}

Test(approve_hold, a_hold_for_nothing_is_no_hold)
{
	struct approve_world world;

	approve_held_world(&world);
	world.outcome.n_findings = 0;
	approve_finding(&world, PRINT_A);
	approve_candidate(&world, "alice", false);
	world.zone.release_policy_holds_below_s = 10 * 86400;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	cr_assert(world.needs.break_glass);
	approve_add_finding(&world, approve_a_finding("nsec3-iterations",
	                                SEVERITY_WARN, RULE_PROTOCOL, PRINT_A));
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	/* All of them left out: a person may have seen them in the report. */
	world.outcome.n_findings = 0;
	world.outcome.findings_left_out = 100;
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
}

/* ---- headroom ---- */

static void
low_world(struct approve_world *world)
{
	approve_held_world(world);
	world->zone.release_policy_holds_below_s = 86400;
	world->headroom_s = 86399;
}

Test(approve_hold, low_headroom_clears_policy_holds)
{
	struct approve_world world;

	low_world(&world);
	cr_assert_eq(approve_ask(&world), CLEARANCE_HEADROOM);
	cr_assert_eq(world.needs.persons, 0);
	world.headroom_s = -5;
	cr_assert_eq(approve_ask(&world), CLEARANCE_HEADROOM);
	world.headroom_s = INT64_MIN;
	cr_assert_eq(approve_ask(&world), CLEARANCE_HEADROOM);
	world.headroom_s = 86400;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	world.headroom_s = INT64_MAX;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
}

Test(approve_hold, low_headroom_is_off_unless_asked_for)
{
	struct approve_world world;

	low_world(&world);
	world.zone.release_policy_holds_below_s = 0;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
	world.headroom_s = -1000;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
	world.zone.release_policy_holds_below_s = -10;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
}

Test(approve_hold, low_headroom_clears_nothing_but_policy)
{
	static const enum finding_rule rules[] = {RULE_SOUNDNESS, RULE_PROTOCOL,
	    RULE_INABILITY, (enum finding_rule)9};

	for (size_t i = 0; i < 4; i++) {
		struct approve_world world;

		low_world(&world);
		approve_add_finding(&world,
		    approve_a_finding("rrsig-remaining-min", SEVERITY_HOLD,
		        rules[i], PRINT_B));
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "rule %d",
		    (int)rules[i]);
	}
}

/* A third of the zone may be gone. */
Test(approve_hold, low_headroom_clears_no_change_in_bulk)
{
	static const char *const checks_of_content[] = {"zone-delta-bounds",
	    "delegation-ds-mass-change", "unsigned-content-identical"};

	for (size_t i = 0; i < 3; i++) {
		struct approve_world world;

		low_world(&world);
		world.findings[0] = approve_a_finding(checks_of_content[i],
		    SEVERITY_HOLD, RULE_POLICY, PRINT_A);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "%s",
		    checks_of_content[i]);
		approve_finding(&world, PRINT_A);
		cr_expect_eq(approve_ask(&world), CLEARANCE_APPROVAL, "%s",
		    checks_of_content[i]);
	}
}

Test(approve_hold, low_headroom_clears_nothing_that_validators_saw)
{
	struct approve_world world;

	low_world(&world);
	world.findings[0].by_validators = true;
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
	low_world(&world);
	snprintf(world.findings[0].check, sizeof(world.findings[0].check),
	    "nsec-bitmap-exact");
	cr_assert_eq(approve_ask(&world), CLEARANCE_NONE);
}

Test(approve_hold, low_headroom_clears_no_other_decision)
{
	static const enum decision worse[] = {
	    DECISION_UNJUDGED, DECISION_DISPUTED, DECISION_BLOCK};

	for (size_t i = 0; i < 3; i++) {
		struct approve_world world;

		low_world(&world);
		approve_decide(&world, worse[i]);
		cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
	}
}

Test(approve_hold, what_does_not_last_longer_buys_no_time)
{
	struct approve_world world;

	low_world(&world);
	world.outcome.expiry = NOW + world.headroom_s;
	cr_expect_eq(approve_ask(&world), CLEARANCE_HEADROOM);
	world.outcome.expiry--;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
	world.outcome.expiry = 0;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE);
	world.headroom_s = -100000;
	world.outcome.expiry = NOW;
	cr_expect_eq(approve_ask(&world), CLEARANCE_NONE, "expired itself");
}

Test(approve_hold, a_person_comes_before_headroom)
{
	struct approve_world world;

	low_world(&world);
	approve_candidate(&world, "alice", false);
	cr_assert_eq(approve_ask(&world), CLEARANCE_APPROVAL);
}

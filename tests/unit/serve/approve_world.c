/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "approve_world.h"

#include <stdio.h>
#include <string.h>

struct outcome_finding
approve_a_finding(const char *check, enum severity severity,
    enum finding_rule rule, const char *fingerprint)
{
	struct outcome_finding finding = {
	    .severity = severity, .rule = rule, .count = 1};

	snprintf(finding.check, sizeof(finding.check), "%s", check);
	snprintf(finding.fingerprint, sizeof(finding.fingerprint), "%s",
	    fingerprint);
	return finding;
}

void
approve_good_world(struct approve_world *world)
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

void
approve_decide(struct approve_world *world, enum decision decision)
{
	world->candidate.decision = decision;
	world->outcome.decision = decision;
	world->candidate.state = CANDIDATE_HELD;
}

void
approve_add_finding(struct approve_world *world, struct outcome_finding finding)
{
	world->findings[world->outcome.n_findings++] = finding;
}

void
approve_held_world(struct approve_world *world)
{
	approve_good_world(world);
	approve_decide(world, DECISION_HOLD);
	approve_add_finding(world, approve_a_finding("rrsig-lifetime-max",
	                               SEVERITY_HOLD, RULE_POLICY, PRINT_A));
}

struct approval *
approve_candidate(struct approve_world *world, const char *person,
    bool break_glass)
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

struct approval *
approve_finding(struct approve_world *world, const char *fingerprint)
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

enum clearance
approve_ask(struct approve_world *world)
{
	world->outcome.findings = world->findings;
	return clearance(&world->candidate, &world->outcome, &world->zone,
	    world->approvals, world->n_approvals, world->headroom_s,
	    world->at_s, &world->needs);
}

void
approve_all(struct approve_world *world)
{
	world->n_approvals = 0;
	approve_candidate(world, "alice", true);
	approve_candidate(world, "bob", true);
	approve_finding(world, PRINT_A);
	world->zone.release_policy_holds_below_s = 10 * 86400;
}

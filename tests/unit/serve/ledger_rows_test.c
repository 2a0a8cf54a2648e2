/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_world.h"

/* ---- verdicts ---- */

Test(ledger_rows, a_verdict_has_findings_and_keys, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	struct candidate candidate =
	    add_candidate("shop.", 1, CANDIDATE_JUDGING);

	candidate.state = CANDIDATE_HELD;
	candidate.decided = true;
	candidate.decision = DECISION_HOLD;
	candidate.judged_at = 1000;
	OK(ledger_decide(the_ledger, &candidate, ledger_world_summary));
	char *stored = ledger_summary(the_ledger, candidate.id);

	cr_assert_str_eq(stored, ledger_world_summary);
	free(stored);
	cr_assert_eq(stored_candidate(candidate.id).decision, DECISION_HOLD);
	cr_assert_eq(count_of("SELECT count(*) FROM findings"), 3);
	cr_assert_eq(count_of("SELECT count FROM findings WHERE fingerprint = "
	                      "'f1'"
	                      " AND check_name = 'rrsig-lifetime-max' AND "
	                      "severity"
	                      " = 'hold' AND owner = 'a.shop.' AND type = 'A'"),
	    3);
	cr_assert_eq(count_of("SELECT count(*) FROM keys"), 2);
	cr_assert_eq(count_of("SELECT count(*) FROM keys WHERE zone = 'shop.' "
	                      "AND"
	                      " kid = 'k1' AND tag = 5 AND algorithm = 13 AND"
	                      " flags = 257 AND signs = 1"),
	    1);
	/* Judged again: another verdict instead, and the keys seen again. */
	candidate.judged_at = 2000;
	OK(ledger_decide(the_ledger, &candidate,
	    "{\"keys\": [{\"kid\": \"k1\", \"tag\": 5}]}"));
	cr_assert_eq(count_of("SELECT count(*) FROM findings"), 0);
	cr_assert_eq(count_of("SELECT first_seen FROM keys WHERE kid = 'k1'"),
	    1000);
	cr_assert_eq(count_of("SELECT last_seen FROM keys WHERE kid = 'k1'"),
	    2000);
	cr_assert_eq(count_of("SELECT last_seen FROM keys WHERE kid = 'k2'"),
	    1000);
	OK(ledger_decide(the_ledger, &candidate, NULL));
	cr_assert_null(ledger_summary(the_ledger, candidate.id));
}

Test(ledger_rows, a_verdict_is_stored_whole_or_not_at_all,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	static const char *const wrong[] = {"[]", "no JSON", "7", "{\"a\": 1"};
	struct candidate candidate =
	    add_candidate("shop.", 1, CANDIDATE_JUDGING);

	candidate.decided = true;
	candidate.decision = DECISION_HOLD;
	OK(ledger_decide(the_ledger, &candidate, ledger_world_summary));
	candidate.decision = DECISION_RELEASE;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_assert_eq(ledger_decide(the_ledger, &candidate, wrong[i]),
		    LEDGER_FAILED);
		cr_assert_neq(ledger_error(the_ledger)[0], '\0');
		cr_assert_eq(stored_candidate(candidate.id).decision,
		    DECISION_HOLD);
		cr_assert_eq(count_of("SELECT count(*) FROM findings"), 3);
	}
	candidate.id = 99;
	cr_assert_eq(ledger_decide(the_ledger, &candidate,
	                 ledger_world_summary),
	    LEDGER_NOT_FOUND);
	cr_assert_null(ledger_summary(the_ledger, 99));
}

/* ---- approvals ---- */

static struct approval
approved(const struct candidate *candidate, const char *person,
    const char *fingerprint, int64_t until)
{
	struct approval approval = {.at = 100, .until = until};

	snprintf(approval.zone, sizeof(approval.zone), "%s", candidate->zone);
	snprintf(approval.person, sizeof(approval.person), "%s", person);
	snprintf(approval.reason, sizeof(approval.reason), "I say so");
	if (fingerprint != NULL) {
		snprintf(approval.fingerprint, sizeof(approval.fingerprint),
		    "%s", fingerprint);
	} else {
		approval.candidate = candidate->id;
		approval.break_glass = true;
		memcpy(approval.sha256, candidate->sha256, 32);
	}
	OK(ledger_approve(the_ledger, &approval));
	cr_assert_neq(approval.id, 0);
	return approval;
}

Test(ledger_rows, approvals_bind_to_octets_or_to_a_fingerprint_for_a_time,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate candidate = add_candidate("shop.", 1, CANDIDATE_HELD);
	struct candidate later = add_candidate("shop.", 2, CANDIDATE_HELD);
	struct candidate other = add_candidate("other.", 1, CANDIDATE_HELD);
	struct approval *rows;
	size_t n;

	approved(&candidate, "alice", NULL, 0);
	approved(&candidate, "bob", "f1", 500);
	approved(&other, "carol", NULL, 0);
	approved(&other, "dave", "f1", 500);
	OK(ledger_approvals(the_ledger, &candidate, 499, &rows, &n));
	cr_assert_eq(n, 2);
	cr_assert_str_eq(rows[0].person, "alice");
	cr_assert_str_eq(rows[0].reason, "I say so");
	cr_assert_eq(rows[0].candidate, candidate.id);
	cr_assert(rows[0].break_glass);
	cr_assert_arr_eq(rows[0].sha256, candidate.sha256, 32);
	cr_assert_str_eq(rows[1].person, "bob");
	cr_assert_str_eq(rows[1].fingerprint, "f1");
	cr_assert_eq(rows[1].until, 500);
	cr_assert_not(rows[1].break_glass);
	free(rows);
	OK(ledger_approvals(the_ledger, &candidate, 500, &rows, &n));
	cr_assert_eq(n, 1);
	free(rows);
	OK(ledger_approvals(the_ledger, &later, 499, &rows, &n));
	cr_assert_eq(n, 1);
	cr_assert_str_eq(rows[0].person, "bob");
	free(rows);
}

/* ---- steps ---- */

static struct step
new_step(const struct candidate *candidate, enum step_kind kind,
    const char *name)
{
	struct step step = {.candidate = candidate->id,
	    .kind = kind,
	    .created_at = 10,
	    .next_at = 10};

	snprintf(step.zone, sizeof(step.zone), "%s", candidate->zone);
	snprintf(step.name, sizeof(step.name), "%s", name);
	return step;
}

static size_t
steps_of(int64_t candidate, struct step **rows)
{
	size_t n = 0;

	OK(ledger_steps(the_ledger, candidate, rows, &n));
	return n;
}

Test(ledger_rows, a_newer_release_drops_the_steps_of_an_older_one,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate first = release_candidate("shop.", 1, 10);
	struct candidate other = release_candidate("other.", 2, 10);
	struct step old[] = {new_step(&first, STEP_HOOK, "reload"),
	    new_step(&first, STEP_PUSH, "north"),
	    new_step(&first, STEP_PROBE, "north")};
	struct step others = new_step(&other, STEP_HOOK, "reload");
	struct step *rows;

	OK(ledger_add_steps(the_ledger, old, 3));
	OK(ledger_add_steps(the_ledger, &others, 1));
	OK(ledger_add_steps(the_ledger, old, 3));
	OK(ledger_add_steps(the_ledger, NULL, 0));
	cr_assert_eq(steps_of(first.id, &rows), 3);
	cr_assert_eq(rows[2].kind, STEP_PROBE);
	cr_assert_str_eq(rows[2].name, "north");
	cr_assert_eq(rows[2].state, STEP_PENDING);
	rows[0].state = STEP_DONE;
	rows[0].done_at = 20;
	rows[0].attempts = 2;
	snprintf(rows[0].output, sizeof(rows[0].output), "fine");
	OK(ledger_update_step(the_ledger, &rows[0]));
	rows[1].state = STEP_FAILED;
	OK(ledger_update_step(the_ledger, &rows[1]));
	struct step failed = rows[1];

	free(rows);
	cr_assert_eq(steps_of(0, &rows), 3);
	free(rows);

	struct candidate second = release_candidate("shop.", 3, 11);
	struct step young[] = {new_step(&second, STEP_HOOK, "reload"),
	    new_step(&second, STEP_PUSH, "north")};

	OK(ledger_add_steps(the_ledger, young, 2));
	cr_assert_eq(steps_of(first.id, &rows), 3);
	cr_assert_eq(rows[0].state, STEP_DONE);
	cr_assert_eq(rows[0].attempts, 2);
	cr_assert_eq(rows[0].done_at, 20);
	cr_assert_str_eq(rows[0].output, "fine");
	cr_assert_eq(rows[1].state, STEP_DROPPED);
	cr_assert_eq(rows[2].state, STEP_DROPPED);
	free(rows);
	cr_assert_eq(steps_of(0, &rows), 3);
	cr_assert_eq(rows[0].candidate, other.id);
	cr_assert_eq(rows[1].candidate, second.id);
	free(rows);

	/* An old one that was under way meanwhile. */
	OK(ledger_update_step(the_ledger, &failed));
	cr_assert_eq(steps_of(0, &rows), 3);
	free(rows);
	OK(ledger_add_steps(the_ledger, old, 3));
	cr_assert_eq(steps_of(0, &rows), 3);
	free(rows);
	failed.state = STEP_DONE;
	OK(ledger_update_step(the_ledger, &failed));
	cr_assert_eq(steps_of(first.id, &rows), 3);
	cr_assert_eq(rows[1].state, STEP_DONE);
	free(rows);
	failed.id = 99;
	cr_assert_eq(ledger_update_step(the_ledger, &failed), LEDGER_NOT_FOUND);
}

Test(ledger_rows, steps_need_a_candidate_that_is_there,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate candidate = release_candidate("shop.", 1, 10);
	struct step steps[] = {new_step(&candidate, STEP_HOOK, "a"),
	    new_step(&candidate, STEP_HOOK, "b")};
	struct step *rows;

	steps[1].candidate = 99;
	cr_assert_eq(ledger_add_steps(the_ledger, steps, 2), LEDGER_FAILED);
	cr_assert_eq(steps_of(0, &rows), 0);
	free(rows);
}

/* ---- facts, the log's head, deliveries ---- */

static void
fact_is(const char *zone, const char *name, const char *wanted)
{
	char *value = ledger_fact(the_ledger, zone, name);

	cr_assert_eq(value == NULL, wanted == NULL);
	cr_assert(wanted == NULL || strcmp(value, wanted) == 0);
	free(value);
}

Test(ledger_rows, facts_live_over_a_restart, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	fact_is("shop.", "a", NULL);
	OK(ledger_set_fact(the_ledger, "shop.", "a", "1"));
	OK(ledger_set_fact(the_ledger, "", "a", "2"));
	OK(ledger_set_fact(the_ledger, "shop.", "a", "3"));
	reopen_ledger();
	fact_is("shop.", "a", "3");
	fact_is("", "a", "2");
	fact_is("shop.", "b", NULL);
	OK(ledger_set_fact(the_ledger, "shop.", "a", NULL));
	fact_is("shop.", "a", NULL);
}

static void
set_head(uint64_t sequence, const char *text)
{
	char hash[65] = "";

	snprintf(hash, sizeof(hash), "%s", text);
	OK(ledger_set_log_head(the_ledger, sequence, hash));
}

Test(ledger_rows, the_logs_head_never_goes_back, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	uint64_t sequence = 77;
	char hash[65] = "x";

	cr_assert_not(ledger_log_head(the_ledger, &sequence, hash));
	cr_assert_eq(sequence, 77);
	set_head(5, "five");
	set_head(4, "four");
	set_head(5, "another five");
	reopen_ledger();
	cr_assert(ledger_log_head(the_ledger, &sequence, hash));
	cr_assert_eq(sequence, 5);
	cr_assert_str_eq(hash, "five");
	set_head(6, "six");
	cr_assert(ledger_log_head(the_ledger, &sequence, hash));
	cr_assert_str_eq(hash, "six");
}

Test(ledger_rows, deliveries_come_when_they_are_due,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	char body[] = "{\"a\": \"\xc3\xa4\"}";
	struct delivery first = {
	    .receiver = "pager", .body = body, .created_at = 10, .next_at = 30};
	struct delivery second = {
	    .receiver = "mail", .body = body, .created_at = 11, .next_at = 20};
	struct delivery *rows;
	size_t n;

	OK(ledger_add_delivery(the_ledger, &first));
	OK(ledger_add_delivery(the_ledger, &second));
	OK(ledger_deliveries(the_ledger, 19, 10, &rows, &n));
	cr_assert_eq(n, 0);
	free(rows);
	OK(ledger_deliveries(the_ledger, 20, 10, &rows, &n));
	cr_assert_eq(n, 1);
	cr_assert_eq(rows[0].id, second.id);
	cr_assert_str_eq(rows[0].receiver, "mail");
	cr_assert_str_eq(rows[0].body, body);
	rows[0].attempts = 3;
	rows[0].next_at = 25;
	OK(ledger_update_delivery(the_ledger, &rows[0]));
	free(rows[0].body);
	free(rows);
	OK(ledger_deliveries(the_ledger, 30, 1, &rows, &n));
	cr_assert_eq(n, 1);
	cr_assert_eq(rows[0].id, first.id);
	free(rows[0].body);
	free(rows);
	OK(ledger_drop_delivery(the_ledger, first.id));
	OK(ledger_drop_delivery(the_ledger, first.id));
	cr_assert_eq(ledger_update_delivery(the_ledger, &first),
	    LEDGER_NOT_FOUND);
	OK(ledger_deliveries(the_ledger, 30, 0, &rows, &n));
	cr_assert_eq(n, 1);
	cr_assert_eq(rows[0].attempts, 3);
	free(rows[0].body);
	free(rows);
}

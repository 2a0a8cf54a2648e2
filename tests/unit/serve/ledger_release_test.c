/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_world.h"

/* ---- releases ---- */

Test(ledger_release, a_release_closes_what_came_before,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate first = release_candidate("shop.", 1, 10);
	struct candidate held = add_candidate("shop.", 2, CANDIDATE_HELD);
	struct candidate odd = add_candidate("shop.", 3, CANDIDATE_QUARANTINED);
	struct candidate waiting = add_candidate("shop.", 4, CANDIDATE_WAITING);
	struct candidate judging = add_candidate("shop.", 5, CANDIDATE_JUDGING);
	struct candidate other = add_candidate("other.", 6, CANDIDATE_WAITING);
	struct candidate second = release_candidate("shop.", 7, 11);
	struct candidate later = add_candidate("shop.", 8, CANDIDATE_WAITING);

	cr_assert_eq(second.state, CANDIDATE_RELEASED);
	cr_assert_eq(stored_candidate(second.id).state, CANDIDATE_RELEASED);
	cr_assert_eq(stored_candidate(second.id).released_at,
	    second.received_at + 10);
	cr_assert_str_eq(stored_candidate(second.id).released_by, "verdict");
	cr_assert_eq(stored_candidate(first.id).state, CANDIDATE_REPLACED);
	cr_assert_eq(stored_candidate(held.id).state, CANDIDATE_SUPERSEDED);
	cr_assert_eq(stored_candidate(held.id).superseded_by, second.id);
	cr_assert_eq(stored_candidate(odd.id).state, CANDIDATE_SUPERSEDED);
	cr_assert_eq(stored_candidate(waiting.id).state, CANDIDATE_SUPERSEDED);
	cr_assert_eq(stored_candidate(judging.id).state, CANDIDATE_JUDGING);
	cr_assert_eq(stored_candidate(other.id).state, CANDIDATE_WAITING);
	cr_assert_eq(stored_candidate(later.id).state, CANDIDATE_WAITING);
}

Test(ledger_release, doing_a_release_twice_changes_nothing,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate first = release_candidate("shop.", 1, 10);
	struct candidate again = first;

	again.released_at += 1000;
	memset(again.sha256, 9, 32);
	OK(ledger_release(the_ledger, &again, "other"));
	cr_assert_eq(again.state, CANDIDATE_RELEASED);
	cr_assert_eq(again.released_at, first.released_at);
	struct candidate held = add_candidate("shop.", 2, CANDIDATE_HELD);
	struct candidate second = release_candidate("shop.", 3, 11);
	struct candidate waiting = add_candidate("shop.", 4, CANDIDATE_WAITING);

	/* Late, after a newer one: neither comes back nor closes anything. */
	OK(ledger_release(the_ledger, &again, "other"));
	cr_assert_eq(again.state, CANDIDATE_REPLACED);
	cr_assert_eq(stored_candidate(second.id).state, CANDIDATE_RELEASED);
	cr_assert_eq(stored_candidate(held.id).superseded_by, second.id);
	cr_assert_eq(stored_candidate(waiting.id).state, CANDIDATE_WAITING);
	OK(ledger_released(the_ledger, "shop.", &again));
	cr_assert_eq(again.id, second.id);
	ledger_look(the_ledger);
	cr_assert_eq(ledger_number(the_ledger, "SELECT count(*) FROM releases",
	                 NO_VALUES, 0),
	    2);
}

Test(ledger_release, a_release_needs_its_candidate_and_its_time,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate old = release_candidate("shop.", 1, 10);
	struct candidate candidate = new_candidate("shop.", 2);

	candidate.id = 99;
	candidate.released_at = 5;
	candidate.state = CANDIDATE_RELEASING;
	cr_assert_eq(ledger_release(the_ledger, &candidate, "m"),
	    LEDGER_NOT_FOUND);
	cr_assert_eq(stored_candidate(old.id).state, CANDIDATE_RELEASED);
	candidate = add_candidate("shop.", 2, CANDIDATE_RELEASING);
	cr_assert_eq(ledger_release(the_ledger, &candidate, "m"),
	    LEDGER_FAILED);
	cr_assert_eq(stored_candidate(old.id).state, CANDIDATE_RELEASED);
	/* Another zone's. */
	candidate.released_at = 5;
	snprintf(candidate.zone, sizeof(candidate.zone), "other.");
	cr_assert_eq(ledger_release(the_ledger, &candidate, "m"),
	    LEDGER_NOT_FOUND);
}

Test(ledger_release, in_observe_mode_only_the_release_is_noted,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate gated = release_candidate("shop.", 1, 10);
	struct candidate waiting = add_candidate("shop.", 2, CANDIDATE_WAITING);
	struct candidate candidate =
	    add_candidate("shop.", 3, CANDIDATE_WAITING);
	uint8_t sha256[32];

	candidate.released_at = 1795302222;
	snprintf(candidate.released_by, sizeof(candidate.released_by),
	    "observe");
	OK(ledger_release(the_ledger, &candidate, "m"));
	cr_assert_eq(candidate.state, CANDIDATE_WAITING);
	cr_assert_eq(stored_candidate(candidate.id).released_at, 1795302222);
	cr_assert_eq(stored_candidate(waiting.id).state, CANDIDATE_WAITING);
	cr_assert_eq(stored_candidate(gated.id).state, CANDIDATE_REPLACED);
	OK(ledger_released(the_ledger, "shop.", &gated));
	cr_assert_eq(gated.id, candidate.id);
	/* Its serial is known later. */
	cr_assert_not(ledger_serial(the_ledger, "shop.", 0, sha256));
	candidate.has_serial = true;
	candidate.serial = 12;
	candidate.state = CANDIDATE_OBSERVED;
	OK(ledger_decide(the_ledger, &candidate, NULL));
	cr_assert(ledger_serial(the_ledger, "shop.", 12, sha256));
	cr_assert_arr_eq(sha256, candidate.sha256, 32);
}

Test(ledger_release, a_serial_is_known_by_its_zone_and_newest_octets,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	uint8_t sha256[32] = {77};

	release_candidate("shop.", 1, 10);
	release_candidate("shop.", 2, 10);
	release_candidate("other.", 3, 11);
	cr_assert(ledger_serial(the_ledger, "shop.", 10, sha256));
	cr_assert_eq(sha256[0], 2);
	cr_assert_not(ledger_serial(the_ledger, "shop.", 11, sha256));
	cr_assert_not(ledger_serial(the_ledger, "none.", 10, sha256));
	cr_assert_eq(sha256[0], 2);
	/* One that cannot say is no reason to think that it is new. */
	sqlite3_exec(the_ledger->db, "DROP TABLE releases", NULL, NULL, NULL);
	cr_assert(ledger_serial(the_ledger, "shop.", 99, sha256));
	cr_assert_eq(sha256[0], 0);
}

Test(ledger_release, nothing_is_released_of_a_new_zone,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate candidate;

	add_candidate("shop.", 1, CANDIDATE_HELD);
	cr_assert_eq(ledger_released(the_ledger, "shop.", &candidate),
	    LEDGER_NOT_FOUND);
}

/* ---- keeping house ---- */

/* Forgets and returns how many; the ids must be there no more. */
static size_t
forgot(unsigned keep, int64_t before)
{
	struct candidate candidate;
	int64_t *ids = NULL;
	size_t n = 99;

	OK(ledger_forget(the_ledger, keep, before, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		cr_assert_eq(ledger_get(the_ledger, ids[i], &candidate),
		    LEDGER_NOT_FOUND);
	}
	free(ids);
	return n;
}

Test(ledger_release, only_what_is_closed_is_forgotten,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate candidate;

	/* One in each state. */
	for (int id = 1; id < N_CANDIDATE_STATES; id++) {
		add_candidate("shop.", (unsigned char)id,
		    (enum candidate_state)id);
	}
	cr_assert_eq(forgot(0, INT64_MAX), 4);
	cr_assert_eq(forgot(0, INT64_MAX), 0);
	for (int id = 1; id < N_CANDIDATE_STATES; id++) {
		bool is_closed =
		    id == CANDIDATE_REPLACED || id == CANDIDATE_OBSERVED ||
		    id == CANDIDATE_SUPERSEDED || id == CANDIDATE_DISCARDED;

		cr_assert_eq(ledger_get(the_ledger, id, &candidate) ==
		                 LEDGER_NOT_FOUND,
		    is_closed);
	}
}

Test(ledger_release, the_newest_and_the_young_are_kept,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate candidate = {0};

	for (unsigned char i = 1; i <= 10; i++) {
		candidate = add_candidate("shop.", i, CANDIDATE_DISCARDED);
		add_candidate("other.", i, CANDIDATE_SUPERSEDED);
		add_candidate("shop.", i, CANDIDATE_HELD);
	}
	cr_assert_eq(forgot(10, INT64_MAX), 0);
	cr_assert_eq(forgot(8, INT64_MAX), 4);
	/* Of the eight left, those received before the last one but five. */
	cr_assert_eq(forgot(2, candidate.received_at - 5), 4);
	cr_assert_eq(forgot(0, candidate.received_at), 10);
	cr_assert_eq(forgot(0, INT64_MAX), 2);
}

Test(ledger_release, what_is_published_is_kept_whatever_its_state,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	struct candidate candidate =
	    add_candidate("shop.", 1, CANDIDATE_WAITING);
	uint8_t sha256[32];

	candidate.released_at = 5;
	OK(ledger_release(the_ledger, &candidate, "m"));
	candidate.state = CANDIDATE_OBSERVED;
	candidate.has_serial = true;
	candidate.serial = 8;
	OK(ledger_decide(the_ledger, &candidate, ledger_world_summary));
	cr_assert_eq(forgot(0, INT64_MAX), 0);
	/* Releases and keys outlive their candidates; the rest goes. */
	OK(ledger_approve(the_ledger,
	    &(struct approval){
	        .zone = "shop.", .candidate = candidate.id, .person = "p"}));
	release_candidate("shop.", 2, 9);
	cr_assert_eq(forgot(0, INT64_MAX), 1);
	cr_assert(ledger_serial(the_ledger, "shop.", 8, sha256));
	cr_assert_eq(count_of("SELECT count(*) FROM releases"), 2);
	cr_assert_eq(count_of("SELECT count(*) FROM keys"), 2);
	cr_assert_eq(count_of("SELECT count(*) FROM findings"), 0);
	cr_assert_eq(count_of("SELECT count(*) FROM summaries"), 0);
	cr_assert_eq(count_of("SELECT count(*) FROM approvals"), 0);
}

Test(ledger_release, old_deliveries_and_approvals_are_forgotten,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down)
{
	char body[] = "{}";
	struct delivery delivery = {.body = body, .created_at = 100};
	struct approval approval = {.zone = "a.", .until = 100};

	OK(ledger_add_delivery(the_ledger, &delivery));
	OK(ledger_approve(the_ledger, &approval));
	cr_assert_eq(forgot(0, 100), 0);
	cr_assert_eq(count_of("SELECT count(*) FROM deliveries"), 1);
	cr_assert_eq(count_of("SELECT count(*) FROM approvals"), 1);
	cr_assert_eq(forgot(0, 101), 0);
	cr_assert_eq(count_of("SELECT count(*) FROM deliveries"), 0);
	cr_assert_eq(count_of("SELECT count(*) FROM approvals"), 0);
}

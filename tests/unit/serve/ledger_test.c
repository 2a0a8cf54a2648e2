/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_world.h"

/* ---- candidates ---- */

Test(ledger, what_is_stored_is_read_again, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	struct candidate in = new_candidate("shop.", 1);

	in.bytes = (uint64_t)1 << 40;
	in.decided = true;
	in.decision = DECISION_HOLD;
	in.judged_at = 1795302077;
	in.seconds = 1.25;
	in.attempts = 2;
	in.crashes = 1;
	in.not_before = 1795302099;
	in.has_serial = true;
	in.serial = 4294967295;
	in.expiry = 1796302099;
	in.soa_expire = 3600000000;
	memset(in.policy_sha256, 9, 32);
	snprintf(in.reason, sizeof(in.reason),
	    "it's \"bad\"; -- \xc3\xa4 \x01");
	in.released_at = 5;
	snprintf(in.released_by, sizeof(in.released_by), "approval");
	in.superseded_by = 7;
	OK(ledger_add(the_ledger, &in));
	cr_assert_eq(in.id, 1);
	reopen_ledger();
	struct candidate out = stored_candidate(in.id);

	cr_assert_str_eq(out.zone, in.zone);
	cr_assert_eq(out.state, in.state);
	cr_assert_arr_eq(out.sha256, in.sha256, 32);
	cr_assert_eq(out.bytes, in.bytes);
	cr_assert_arr_eq(out.received_sha256, in.received_sha256, 32);
	cr_assert_eq(out.received_at, in.received_at);
	cr_assert_str_eq(out.via, in.via);
	cr_assert_str_eq(out.actor, in.actor);
	cr_assert(out.decided);
	cr_assert_eq(out.decision, in.decision);
	cr_assert_eq(out.judged_at, in.judged_at);
	cr_assert_float_eq(out.seconds, in.seconds, 0);
	cr_assert_eq(out.attempts, in.attempts);
	cr_assert_eq(out.crashes, in.crashes);
	cr_assert_eq(out.not_before, in.not_before);
	cr_assert(out.has_serial);
	cr_assert_eq(out.serial, in.serial);
	cr_assert_eq(out.expiry, in.expiry);
	cr_assert_eq(out.soa_expire, in.soa_expire);
	cr_assert_arr_eq(out.policy_sha256, in.policy_sha256, 32);
	cr_assert_str_eq(out.reason, in.reason);
	cr_assert_eq(out.released_at, in.released_at);
	cr_assert_str_eq(out.released_by, in.released_by);
	cr_assert_eq(out.superseded_by, in.superseded_by);
}

Test(ledger, an_update_stores_every_member, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	struct candidate candidate =
	    add_candidate("shop.", 1, CANDIDATE_WAITING);

	candidate.state = CANDIDATE_JUDGING;
	candidate.attempts = 3;
	candidate.bytes = 77;
	OK(ledger_update(the_ledger, &candidate));
	struct candidate out = stored_candidate(candidate.id);

	cr_assert_eq(out.state, CANDIDATE_JUDGING);
	cr_assert_eq(out.attempts, 3);
	cr_assert_eq(out.bytes, 77);
	candidate.id = 99;
	cr_assert_eq(ledger_update(the_ledger, &candidate), LEDGER_NOT_FOUND);
	cr_assert_eq(ledger_get(the_ledger, 99, &out), LEDGER_NOT_FOUND);
	cr_assert_eq(out.id, 1);
}

Test(ledger, a_state_of_zero_is_never_stored, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	struct candidate candidate = new_candidate("shop.", 1);

	candidate.state = CANDIDATE_NONE;
	cr_assert_eq(ledger_add(the_ledger, &candidate), LEDGER_FAILED);
	cr_assert_eq(candidate.id, 0);
	candidate.state = CANDIDATE_WAITING;
	OK(ledger_add(the_ledger, &candidate));
	candidate.state = (enum candidate_state)55;
	cr_assert_eq(ledger_update(the_ledger, &candidate), LEDGER_FAILED);
	cr_assert_eq(stored_candidate(candidate.id).state, CANDIDATE_WAITING);
}

/* ---- finding and listing ---- */

Test(ledger, the_same_octets_are_found_again, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	struct candidate first = add_candidate("shop.", 1, CANDIDATE_HELD);
	struct candidate second = add_candidate("shop.", 1, CANDIDATE_WAITING);
	struct candidate found;

	add_candidate("shop.", 2, CANDIDATE_WAITING);
	add_candidate("other.", 1, CANDIDATE_WAITING);
	OK(ledger_find(the_ledger, "shop.", first.sha256, &found));
	cr_assert_eq(found.id, second.id);
	OK(ledger_find(the_ledger, "shop.", first.received_sha256, &found));
	cr_assert_eq(found.id, second.id);
	memset(first.sha256, 99, 32);
	cr_assert_eq(ledger_find(the_ledger, "shop.", first.sha256, &found),
	    LEDGER_NOT_FOUND);
	cr_assert_eq(ledger_find(the_ledger, "none.", second.sha256, &found),
	    LEDGER_NOT_FOUND);
}

/* What is listed must have the ids WANTED, ending with 0. */
static void
lists(const struct ledger_filter *filter, const int64_t *wanted)
{
	struct candidate *rows = NULL;
	size_t n = 0;

	OK(ledger_list(the_ledger, filter, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		cr_assert_eq(rows[i].id, wanted[i], "%lld at %zu",
		    (long long)rows[i].id, i);
	}
	cr_assert_eq(wanted[n], 0, "%zu rows", n);
	free(rows);
}

#define LISTS(filter, ...)                                                     \
	lists(&(struct ledger_filter)filter, (const int64_t[]){__VA_ARGS__})
#define FILTER(...)                                                            \
	{                                                                      \
		__VA_ARGS__                                                    \
	}

Test(ledger, candidates_are_listed_newest_first, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	unsigned open = 1U << CANDIDATE_HELD | 1U << CANDIDATE_WAITING;

	add_candidate("a.", 1, CANDIDATE_HELD);
	add_candidate("b.", 2, CANDIDATE_WAITING);
	add_candidate("a.", 3, CANDIDATE_WAITING);
	add_candidate("a.", 4, CANDIDATE_DISCARDED);
	add_candidate("b.", 5, CANDIDATE_HELD);
	LISTS(FILTER(0), 5, 4, 3, 2, 1, 0);
	LISTS(FILTER(.limit = 2), 5, 4, 0);
	LISTS(FILTER(.before = 3), 2, 1, 0);
	LISTS(FILTER(.zone = "a."), 4, 3, 1, 0);
	LISTS(FILTER(.zone = "a.", .before = 4, .limit = 1), 3, 0);
	LISTS(FILTER(.states = open), 5, 3, 2, 1, 0);
	LISTS(FILTER(.states = open, .limit = 2), 5, 3, 0);
	LISTS(FILTER(.states = open, .before = 3), 2, 1, 0);
	LISTS(FILTER(.zone = "a.", .states = open), 3, 1, 0);
	LISTS(FILTER(.zone = "b.", .states = 1U << CANDIDATE_HELD), 5, 0);
	LISTS(FILTER(.zone = "c."), 0);
	LISTS(FILTER(.states = 1U << CANDIDATE_REPLACED), 0);
	LISTS(FILTER(.states = 1U << CANDIDATE_NONE), 0);
}

Test(ledger, every_state_can_be_listed, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	for (int id = 1; id < N_CANDIDATE_STATES; id++) {
		add_candidate("a.", (unsigned char)id,
		    (enum candidate_state)id);
	}
	for (int id = 1; id < N_CANDIDATE_STATES; id++) {
		LISTS(FILTER(.states = 1U << id), id, 0);
		LISTS(FILTER(.zone = "a.", .states = 1U << id), id, 0);
	}
}

Test(ledger, an_id_is_never_used_twice, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	int64_t *ids;
	size_t n;

	add_candidate("a.", 1, CANDIDATE_DISCARDED);
	struct candidate last = add_candidate("a.", 2, CANDIDATE_DISCARDED);

	OK(ledger_forget(the_ledger, 0, INT64_MAX, &ids, &n));
	cr_assert_eq(n, 2);
	free(ids);
	reopen_ledger();
	cr_assert_eq(add_candidate("a.", 3, CANDIDATE_WAITING).id, last.id + 1);
}

Test(ledger, one_from_a_manifest_keeps_its_id, .init = ledger_world_set_up,
    .fini = ledger_world_tear_down)
{
	struct candidate candidate = new_candidate("a.", 1);

	candidate.id = 40;
	OK(ledger_add(the_ledger, &candidate));
	cr_assert_eq(candidate.id, 40);
	cr_assert_eq(ledger_add(the_ledger, &candidate), LEDGER_FAILED);
	cr_assert_eq(add_candidate("a.", 2, CANDIDATE_WAITING).id, 41);
}

/* ---- many ---- */

static void
make_many(void)
{
	static const char *const sql[] = {
	    "BEGIN",
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 200) INSERT INTO zones SELECT 'z' || i || '.' FROM n",
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 100000) INSERT INTO candidates SELECT i, 'z' ||"
	    " (i % 200 + 1) || '.', CASE WHEN i > 99980 THEN 'held' ELSE"
	    " 'replaced' END, unhex, 1, unhex, i, 'http', 'a', 1, 'release',"
	    " i, 1.0, 0, 0, 0, 1, i, 0, 0, unhex, '', i, 'verdict', 0 FROM n,"
	    " (SELECT zeroblob(32) AS unhex)",
	    "INSERT INTO releases SELECT id, zone, id, 1, serial, sha256, id,"
	    " 'verdict', 'm' FROM candidates",
	    "UPDATE candidates SET sha256 = CAST(printf('%032d', id) AS BLOB),"
	    " received_sha256 = sha256",
	    "COMMIT",
	};

	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++) {
		cr_assert_eq(sqlite3_exec(the_ledger->db, sql[i], NULL, NULL,
		                 NULL),
		    SQLITE_OK, "%s", sqlite3_errmsg(the_ledger->db));
	}
}

/* No statement so far may have gone through a table, or have taken more than
 * MOST steps of SQLite's machine. */
static void
was_cheap(int most)
{
	for (size_t i = 0; i < the_ledger->n_statements; i++) {
		sqlite3_stmt *prepared = the_ledger->statements[i].prepared;
		int steps =
		    sqlite3_stmt_status(prepared, SQLITE_STMTSTATUS_VM_STEP, 1);

		cr_assert_lt(steps, most, "%d steps: %s", steps,
		    the_ledger->statements[i].sql);
	}
}

Test(ledger, a_hundred_thousand_candidates_cost_nothing,
    .init = ledger_world_set_up, .fini = ledger_world_tear_down, .timeout = 300)
{
	unsigned states[] = {0, 1U << CANDIDATE_HELD,
	    1U << CANDIDATE_HELD | 1U << CANDIDATE_WAITING,
	    1U << CANDIDATE_REPLACED | 1U << CANDIDATE_HELD};
	struct candidate candidate, *rows;
	uint8_t sha256[32];
	size_t n;

	make_many();
	ledger_look(the_ledger);
	was_cheap(INT32_MAX);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct ledger_filter filter = {
		    .states = states[i], .limit = 20};

		OK(ledger_list(the_ledger, &filter, &rows, &n));
		cr_assert_eq(n, 20);
		free(rows);
		filter.zone = "z7.";
		filter.before = 90000;
		OK(ledger_list(the_ledger, &filter, &rows, &n));
		free(rows);
	}
	candidate = stored_candidate(99999);
	OK(ledger_find(the_ledger, candidate.zone, candidate.sha256,
	    &candidate));
	cr_assert_eq(candidate.id, 99999);
	cr_assert(ledger_serial(the_ledger, candidate.zone, 99999, sha256));
	OK(ledger_released(the_ledger, "z7.", &candidate));
	add_candidate("z7.", 1, CANDIDATE_WAITING);
	release_candidate("z7.", 2, 5);
	struct step step = {.candidate = candidate.id, .zone = "z7."};
	struct step *steps;

	OK(ledger_add_steps(the_ledger, &step, 1));
	OK(ledger_steps(the_ledger, 0, &steps, &n));
	cr_assert_eq(n, 1);
	free(steps);
	was_cheap(20000);
	for (int i = 0; i < 2; i++) {
		int64_t *ids;

		OK(ledger_forget(the_ledger, 100, 99000, &ids, &n));
		cr_assert_eq(n, 1000);
		free(ids);
	}
	was_cheap(400000);
}

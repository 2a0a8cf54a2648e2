/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/ledger.h"
#include "serve/ledger_sql.h"

/* ---- tools ---- */

static char state[64];
static struct ledger *ledger;

static void
remove_state(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", state);
	cr_assert_eq(system(command), 0);
}

static void
make_state(void)
{
	snprintf(state, sizeof(state), "/tmp/zonegate-ledger.XXXXXX");
	cr_assert_not_null(mkdtemp(state));
	unsetenv("ZONEGATE_DISK_FAULT");
}

static enum ledger_end
open_it(bool create)
{
	char error[LEDGER_ERROR] = "";
	enum ledger_end end = ledger_open(state, create, &ledger, error);

	cr_assert_eq(end == LEDGER_OK, error[0] == '\0', "%d %s", (int)end,
	    error);
	return end;
}

static void
set_up(void)
{
	make_state();
	cr_assert_eq(open_it(true), LEDGER_OK);
}

static void
tear_down(void)
{
	ledger_close(ledger);
	remove_state();
}

static void
reopen(void)
{
	ledger_close(ledger);
	ledger = NULL;
	cr_assert_eq(open_it(false), LEDGER_OK);
}

#define OK(call)                                                               \
	cr_assert_eq((call), LEDGER_OK, "%s: %s", #call, ledger_error(ledger))

static struct candidate
new_candidate(const char *zone, unsigned char octet)
{
	struct candidate candidate = {
	    .state = CANDIDATE_WAITING,
	    .bytes = 1000,
	    .received_at = 1795302000 + octet,
	    .via = "spool",
	    .actor = "signer",
	};

	snprintf(candidate.zone, sizeof(candidate.zone), "%s", zone);
	memset(candidate.sha256, octet, 32);
	memset(candidate.received_sha256, octet ^ 0x80, 32);
	return candidate;
}

/* Adds one in STATE; returns it. */
static struct candidate
added(const char *zone, unsigned char octet, enum candidate_state as)
{
	struct candidate candidate = new_candidate(zone, octet);

	candidate.state = as;
	OK(ledger_add(ledger, &candidate));
	return candidate;
}

static struct candidate
got(int64_t id)
{
	struct candidate candidate;

	OK(ledger_get(ledger, id, &candidate));
	return candidate;
}

static struct candidate
released(const char *zone, unsigned char octet, uint32_t serial)
{
	struct candidate candidate = added(zone, octet, CANDIDATE_RELEASING);

	candidate.has_serial = true;
	candidate.serial = serial;
	candidate.released_at = candidate.received_at + 10;
	snprintf(candidate.released_by, sizeof(candidate.released_by),
	    "verdict");
	OK(ledger_release(ledger, &candidate, "m"));
	return candidate;
}

/* ---- candidates ---- */

Test(ledger, what_is_stored_is_read_again, .init = set_up, .fini = tear_down)
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
	OK(ledger_add(ledger, &in));
	cr_assert_eq(in.id, 1);
	reopen();
	struct candidate out = got(in.id);

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

Test(ledger, an_update_stores_every_member, .init = set_up, .fini = tear_down)
{
	struct candidate candidate = added("shop.", 1, CANDIDATE_WAITING);

	candidate.state = CANDIDATE_JUDGING;
	candidate.attempts = 3;
	candidate.bytes = 77;
	OK(ledger_update(ledger, &candidate));
	struct candidate out = got(candidate.id);

	cr_assert_eq(out.state, CANDIDATE_JUDGING);
	cr_assert_eq(out.attempts, 3);
	cr_assert_eq(out.bytes, 77);
	candidate.id = 99;
	cr_assert_eq(ledger_update(ledger, &candidate), LEDGER_NOT_FOUND);
	cr_assert_eq(ledger_get(ledger, 99, &out), LEDGER_NOT_FOUND);
	cr_assert_eq(out.id, 1);
}

Test(ledger, a_state_of_zero_is_never_stored, .init = set_up, .fini = tear_down)
{
	struct candidate candidate = new_candidate("shop.", 1);

	candidate.state = CANDIDATE_NONE;
	cr_assert_eq(ledger_add(ledger, &candidate), LEDGER_FAILED);
	cr_assert_eq(candidate.id, 0);
	candidate.state = CANDIDATE_WAITING;
	OK(ledger_add(ledger, &candidate));
	candidate.state = (enum candidate_state)55;
	cr_assert_eq(ledger_update(ledger, &candidate), LEDGER_FAILED);
	cr_assert_eq(got(candidate.id).state, CANDIDATE_WAITING);
}

/* ---- releases ---- */

Test(ledger, a_release_closes_what_came_before, .init = set_up,
    .fini = tear_down)
{
	struct candidate first = released("shop.", 1, 10);
	struct candidate held = added("shop.", 2, CANDIDATE_HELD);
	struct candidate odd = added("shop.", 3, CANDIDATE_QUARANTINED);
	struct candidate waiting = added("shop.", 4, CANDIDATE_WAITING);
	struct candidate judging = added("shop.", 5, CANDIDATE_JUDGING);
	struct candidate other = added("other.", 6, CANDIDATE_WAITING);
	struct candidate second = released("shop.", 7, 11);
	struct candidate later = added("shop.", 8, CANDIDATE_WAITING);

	cr_assert_eq(second.state, CANDIDATE_RELEASED);
	cr_assert_eq(got(second.id).state, CANDIDATE_RELEASED);
	cr_assert_eq(got(second.id).released_at, second.received_at + 10);
	cr_assert_str_eq(got(second.id).released_by, "verdict");
	cr_assert_eq(got(first.id).state, CANDIDATE_REPLACED);
	cr_assert_eq(got(held.id).state, CANDIDATE_SUPERSEDED);
	cr_assert_eq(got(held.id).superseded_by, second.id);
	cr_assert_eq(got(odd.id).state, CANDIDATE_SUPERSEDED);
	cr_assert_eq(got(waiting.id).state, CANDIDATE_SUPERSEDED);
	cr_assert_eq(got(judging.id).state, CANDIDATE_JUDGING);
	cr_assert_eq(got(other.id).state, CANDIDATE_WAITING);
	cr_assert_eq(got(later.id).state, CANDIDATE_WAITING);
}

Test(ledger, doing_a_release_twice_changes_nothing, .init = set_up,
    .fini = tear_down)
{
	struct candidate first = released("shop.", 1, 10);
	struct candidate again = first;

	again.released_at += 1000;
	memset(again.sha256, 9, 32);
	OK(ledger_release(ledger, &again, "other"));
	cr_assert_eq(again.state, CANDIDATE_RELEASED);
	cr_assert_eq(again.released_at, first.released_at);
	struct candidate held = added("shop.", 2, CANDIDATE_HELD);
	struct candidate second = released("shop.", 3, 11);
	struct candidate waiting = added("shop.", 4, CANDIDATE_WAITING);

	/* Late, after a newer one: neither comes back nor closes anything. */
	OK(ledger_release(ledger, &again, "other"));
	cr_assert_eq(again.state, CANDIDATE_REPLACED);
	cr_assert_eq(got(second.id).state, CANDIDATE_RELEASED);
	cr_assert_eq(got(held.id).superseded_by, second.id);
	cr_assert_eq(got(waiting.id).state, CANDIDATE_WAITING);
	OK(ledger_released(ledger, "shop.", &again));
	cr_assert_eq(again.id, second.id);
	ledger_look(ledger);
	cr_assert_eq(ledger_number(ledger, "SELECT count(*) FROM releases",
	                 NO_VALUES, 0),
	    2);
}

Test(ledger, a_release_needs_its_candidate_and_its_time, .init = set_up,
    .fini = tear_down)
{
	struct candidate old = released("shop.", 1, 10);
	struct candidate candidate = new_candidate("shop.", 2);

	candidate.id = 99;
	candidate.released_at = 5;
	candidate.state = CANDIDATE_RELEASING;
	cr_assert_eq(ledger_release(ledger, &candidate, "m"), LEDGER_NOT_FOUND);
	cr_assert_eq(got(old.id).state, CANDIDATE_RELEASED);
	candidate = added("shop.", 2, CANDIDATE_RELEASING);
	cr_assert_eq(ledger_release(ledger, &candidate, "m"), LEDGER_FAILED);
	cr_assert_eq(got(old.id).state, CANDIDATE_RELEASED);
	/* Another zone's. */
	candidate.released_at = 5;
	snprintf(candidate.zone, sizeof(candidate.zone), "other.");
	cr_assert_eq(ledger_release(ledger, &candidate, "m"), LEDGER_NOT_FOUND);
}

Test(ledger, in_observe_mode_only_the_release_is_noted, .init = set_up,
    .fini = tear_down)
{
	struct candidate gated = released("shop.", 1, 10);
	struct candidate waiting = added("shop.", 2, CANDIDATE_WAITING);
	struct candidate candidate = added("shop.", 3, CANDIDATE_WAITING);
	uint8_t sha256[32];

	candidate.released_at = 1795302222;
	snprintf(candidate.released_by, sizeof(candidate.released_by),
	    "observe");
	OK(ledger_release(ledger, &candidate, "m"));
	cr_assert_eq(candidate.state, CANDIDATE_WAITING);
	cr_assert_eq(got(candidate.id).released_at, 1795302222);
	cr_assert_eq(got(waiting.id).state, CANDIDATE_WAITING);
	cr_assert_eq(got(gated.id).state, CANDIDATE_REPLACED);
	OK(ledger_released(ledger, "shop.", &gated));
	cr_assert_eq(gated.id, candidate.id);
	/* Its serial is known later. */
	cr_assert_not(ledger_serial(ledger, "shop.", 0, sha256));
	candidate.has_serial = true;
	candidate.serial = 12;
	candidate.state = CANDIDATE_OBSERVED;
	OK(ledger_decide(ledger, &candidate, NULL));
	cr_assert(ledger_serial(ledger, "shop.", 12, sha256));
	cr_assert_arr_eq(sha256, candidate.sha256, 32);
}

Test(ledger, a_serial_is_known_by_its_zone_and_newest_octets, .init = set_up,
    .fini = tear_down)
{
	uint8_t sha256[32] = {77};

	released("shop.", 1, 10);
	released("shop.", 2, 10);
	released("other.", 3, 11);
	cr_assert(ledger_serial(ledger, "shop.", 10, sha256));
	cr_assert_eq(sha256[0], 2);
	cr_assert_not(ledger_serial(ledger, "shop.", 11, sha256));
	cr_assert_not(ledger_serial(ledger, "none.", 10, sha256));
	cr_assert_eq(sha256[0], 2);
	/* One that cannot say is no reason to think that it is new. */
	sqlite3_exec(ledger->db, "DROP TABLE releases", NULL, NULL, NULL);
	cr_assert(ledger_serial(ledger, "shop.", 99, sha256));
	cr_assert_eq(sha256[0], 0);
}

Test(ledger, nothing_is_released_of_a_new_zone, .init = set_up,
    .fini = tear_down)
{
	struct candidate candidate;

	added("shop.", 1, CANDIDATE_HELD);
	cr_assert_eq(ledger_released(ledger, "shop.", &candidate),
	    LEDGER_NOT_FOUND);
}

/* ---- finding and listing ---- */

Test(ledger, the_same_octets_are_found_again, .init = set_up, .fini = tear_down)
{
	struct candidate first = added("shop.", 1, CANDIDATE_HELD);
	struct candidate second = added("shop.", 1, CANDIDATE_WAITING);
	struct candidate found;

	added("shop.", 2, CANDIDATE_WAITING);
	added("other.", 1, CANDIDATE_WAITING);
	OK(ledger_find(ledger, "shop.", first.sha256, &found));
	cr_assert_eq(found.id, second.id);
	OK(ledger_find(ledger, "shop.", first.received_sha256, &found));
	cr_assert_eq(found.id, second.id);
	memset(first.sha256, 99, 32);
	cr_assert_eq(ledger_find(ledger, "shop.", first.sha256, &found),
	    LEDGER_NOT_FOUND);
	cr_assert_eq(ledger_find(ledger, "none.", second.sha256, &found),
	    LEDGER_NOT_FOUND);
}

/* What is listed must have the ids WANTED, ending with 0. */
static void
lists(const struct ledger_filter *filter, const int64_t *wanted)
{
	struct candidate *rows = NULL;
	size_t n = 0;

	OK(ledger_list(ledger, filter, &rows, &n));
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

Test(ledger, candidates_are_listed_newest_first, .init = set_up,
    .fini = tear_down)
{
	unsigned open = 1U << CANDIDATE_HELD | 1U << CANDIDATE_WAITING;

	added("a.", 1, CANDIDATE_HELD);
	added("b.", 2, CANDIDATE_WAITING);
	added("a.", 3, CANDIDATE_WAITING);
	added("a.", 4, CANDIDATE_DISCARDED);
	added("b.", 5, CANDIDATE_HELD);
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

Test(ledger, every_state_can_be_listed, .init = set_up, .fini = tear_down)
{
	for (int id = 1; id < N_CANDIDATE_STATES; id++) {
		added("a.", (unsigned char)id, (enum candidate_state)id);
	}
	for (int id = 1; id < N_CANDIDATE_STATES; id++) {
		LISTS(FILTER(.states = 1U << id), id, 0);
		LISTS(FILTER(.zone = "a.", .states = 1U << id), id, 0);
	}
}

Test(ledger, an_id_is_never_used_twice, .init = set_up, .fini = tear_down)
{
	int64_t *ids;
	size_t n;

	added("a.", 1, CANDIDATE_DISCARDED);
	struct candidate last = added("a.", 2, CANDIDATE_DISCARDED);

	OK(ledger_forget(ledger, 0, INT64_MAX, &ids, &n));
	cr_assert_eq(n, 2);
	free(ids);
	reopen();
	cr_assert_eq(added("a.", 3, CANDIDATE_WAITING).id, last.id + 1);
}

Test(ledger, one_from_a_manifest_keeps_its_id, .init = set_up,
    .fini = tear_down)
{
	struct candidate candidate = new_candidate("a.", 1);

	candidate.id = 40;
	OK(ledger_add(ledger, &candidate));
	cr_assert_eq(candidate.id, 40);
	cr_assert_eq(ledger_add(ledger, &candidate), LEDGER_FAILED);
	cr_assert_eq(added("a.", 2, CANDIDATE_WAITING).id, 41);
}

/* ---- verdicts ---- */

static const char summary[] =
    "{\"findings\": [{\"check\": \"rrsig-lifetime-max\", \"severity\": "
    "\"hold\", \"owner\": \"a.shop.\", \"type\": \"A\", \"count\": 3, "
    "\"fingerprint\": \"f1\"}, {\"check\": \"odd\"}, 7],"
    "\"keys\": [{\"kid\": \"k1\", \"tag\": 5, \"algorithm\": 13, \"flags\": "
    "257, \"signs_dnskey\": true}, {\"tag\": 6}, {\"kid\": \"k2\"}]}";

static int64_t
count(const char *sql)
{
	sqlite3_stmt *prepared;

	cr_assert_eq(sqlite3_prepare_v2(ledger->db, sql, -1, &prepared, NULL),
	    SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(ledger->db));
	cr_assert_eq(sqlite3_step(prepared), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(prepared, 0);

	sqlite3_finalize(prepared);
	return number;
}

Test(ledger, a_verdict_has_findings_and_keys, .init = set_up, .fini = tear_down)
{
	struct candidate candidate = added("shop.", 1, CANDIDATE_JUDGING);

	candidate.state = CANDIDATE_HELD;
	candidate.decided = true;
	candidate.decision = DECISION_HOLD;
	candidate.judged_at = 1000;
	OK(ledger_decide(ledger, &candidate, summary));
	char *stored = ledger_summary(ledger, candidate.id);

	cr_assert_str_eq(stored, summary);
	free(stored);
	cr_assert_eq(got(candidate.id).decision, DECISION_HOLD);
	cr_assert_eq(count("SELECT count(*) FROM findings"), 3);
	cr_assert_eq(count("SELECT count FROM findings WHERE fingerprint = 'f1'"
	                   " AND check_name = 'rrsig-lifetime-max' AND severity"
	                   " = 'hold' AND owner = 'a.shop.' AND type = 'A'"),
	    3);
	cr_assert_eq(count("SELECT count(*) FROM keys"), 2);
	cr_assert_eq(count("SELECT count(*) FROM keys WHERE zone = 'shop.' AND"
	                   " kid = 'k1' AND tag = 5 AND algorithm = 13 AND"
	                   " flags = 257 AND signs = 1"),
	    1);
	/* Judged again: another verdict instead, and the keys seen again. */
	candidate.judged_at = 2000;
	OK(ledger_decide(ledger, &candidate,
	    "{\"keys\": [{\"kid\": \"k1\", \"tag\": 5}]}"));
	cr_assert_eq(count("SELECT count(*) FROM findings"), 0);
	cr_assert_eq(count("SELECT first_seen FROM keys WHERE kid = 'k1'"),
	    1000);
	cr_assert_eq(count("SELECT last_seen FROM keys WHERE kid = 'k1'"),
	    2000);
	cr_assert_eq(count("SELECT last_seen FROM keys WHERE kid = 'k2'"),
	    1000);
	OK(ledger_decide(ledger, &candidate, NULL));
	cr_assert_null(ledger_summary(ledger, candidate.id));
}

Test(ledger, a_verdict_is_stored_whole_or_not_at_all, .init = set_up,
    .fini = tear_down)
{
	static const char *const wrong[] = {"[]", "no JSON", "7", "{\"a\": 1"};
	struct candidate candidate = added("shop.", 1, CANDIDATE_JUDGING);

	candidate.decided = true;
	candidate.decision = DECISION_HOLD;
	OK(ledger_decide(ledger, &candidate, summary));
	candidate.decision = DECISION_RELEASE;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_assert_eq(ledger_decide(ledger, &candidate, wrong[i]),
		    LEDGER_FAILED);
		cr_assert_neq(ledger_error(ledger)[0], '\0');
		cr_assert_eq(got(candidate.id).decision, DECISION_HOLD);
		cr_assert_eq(count("SELECT count(*) FROM findings"), 3);
	}
	candidate.id = 99;
	cr_assert_eq(ledger_decide(ledger, &candidate, summary),
	    LEDGER_NOT_FOUND);
	cr_assert_null(ledger_summary(ledger, 99));
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
	OK(ledger_approve(ledger, &approval));
	cr_assert_neq(approval.id, 0);
	return approval;
}

Test(ledger, approvals_bind_to_octets_or_to_a_fingerprint_for_a_time,
    .init = set_up, .fini = tear_down)
{
	struct candidate candidate = added("shop.", 1, CANDIDATE_HELD);
	struct candidate later = added("shop.", 2, CANDIDATE_HELD);
	struct candidate other = added("other.", 1, CANDIDATE_HELD);
	struct approval *rows;
	size_t n;

	approved(&candidate, "alice", NULL, 0);
	approved(&candidate, "bob", "f1", 500);
	approved(&other, "carol", NULL, 0);
	approved(&other, "dave", "f1", 500);
	OK(ledger_approvals(ledger, &candidate, 499, &rows, &n));
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
	OK(ledger_approvals(ledger, &candidate, 500, &rows, &n));
	cr_assert_eq(n, 1);
	free(rows);
	OK(ledger_approvals(ledger, &later, 499, &rows, &n));
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

	OK(ledger_steps(ledger, candidate, rows, &n));
	return n;
}

Test(ledger, a_newer_release_drops_the_steps_of_an_older_one, .init = set_up,
    .fini = tear_down)
{
	struct candidate first = released("shop.", 1, 10);
	struct candidate other = released("other.", 2, 10);
	struct step old[] = {new_step(&first, STEP_HOOK, "reload"),
	    new_step(&first, STEP_PUSH, "north"),
	    new_step(&first, STEP_PROBE, "north")};
	struct step others = new_step(&other, STEP_HOOK, "reload");
	struct step *rows;

	OK(ledger_add_steps(ledger, old, 3));
	OK(ledger_add_steps(ledger, &others, 1));
	OK(ledger_add_steps(ledger, old, 3));
	OK(ledger_add_steps(ledger, NULL, 0));
	cr_assert_eq(steps_of(first.id, &rows), 3);
	cr_assert_eq(rows[2].kind, STEP_PROBE);
	cr_assert_str_eq(rows[2].name, "north");
	cr_assert_eq(rows[2].state, STEP_PENDING);
	rows[0].state = STEP_DONE;
	rows[0].done_at = 20;
	rows[0].attempts = 2;
	snprintf(rows[0].output, sizeof(rows[0].output), "fine");
	OK(ledger_update_step(ledger, &rows[0]));
	rows[1].state = STEP_FAILED;
	OK(ledger_update_step(ledger, &rows[1]));
	struct step failed = rows[1];

	free(rows);
	cr_assert_eq(steps_of(0, &rows), 3);
	free(rows);

	struct candidate second = released("shop.", 3, 11);
	struct step young[] = {new_step(&second, STEP_HOOK, "reload"),
	    new_step(&second, STEP_PUSH, "north")};

	OK(ledger_add_steps(ledger, young, 2));
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
	OK(ledger_update_step(ledger, &failed));
	cr_assert_eq(steps_of(0, &rows), 3);
	free(rows);
	OK(ledger_add_steps(ledger, old, 3));
	cr_assert_eq(steps_of(0, &rows), 3);
	free(rows);
	failed.state = STEP_DONE;
	OK(ledger_update_step(ledger, &failed));
	cr_assert_eq(steps_of(first.id, &rows), 3);
	cr_assert_eq(rows[1].state, STEP_DONE);
	free(rows);
	failed.id = 99;
	cr_assert_eq(ledger_update_step(ledger, &failed), LEDGER_NOT_FOUND);
}

Test(ledger, steps_need_a_candidate_that_is_there, .init = set_up,
    .fini = tear_down)
{
	struct candidate candidate = released("shop.", 1, 10);
	struct step steps[] = {new_step(&candidate, STEP_HOOK, "a"),
	    new_step(&candidate, STEP_HOOK, "b")};
	struct step *rows;

	steps[1].candidate = 99;
	cr_assert_eq(ledger_add_steps(ledger, steps, 2), LEDGER_FAILED);
	cr_assert_eq(steps_of(0, &rows), 0);
	free(rows);
}

/* ---- facts, the log's head, deliveries ---- */

static void
fact_is(const char *zone, const char *name, const char *wanted)
{
	char *value = ledger_fact(ledger, zone, name);

	cr_assert_eq(value == NULL, wanted == NULL);
	cr_assert(wanted == NULL || strcmp(value, wanted) == 0);
	free(value);
}

Test(ledger, facts_live_over_a_restart, .init = set_up, .fini = tear_down)
{
	fact_is("shop.", "a", NULL);
	OK(ledger_set_fact(ledger, "shop.", "a", "1"));
	OK(ledger_set_fact(ledger, "", "a", "2"));
	OK(ledger_set_fact(ledger, "shop.", "a", "3"));
	reopen();
	fact_is("shop.", "a", "3");
	fact_is("", "a", "2");
	fact_is("shop.", "b", NULL);
	OK(ledger_set_fact(ledger, "shop.", "a", NULL));
	fact_is("shop.", "a", NULL);
}

static void
set_head(uint64_t sequence, const char *text)
{
	char hash[65] = "";

	snprintf(hash, sizeof(hash), "%s", text);
	OK(ledger_set_log_head(ledger, sequence, hash));
}

Test(ledger, the_logs_head_never_goes_back, .init = set_up, .fini = tear_down)
{
	uint64_t sequence = 77;
	char hash[65] = "x";

	cr_assert_not(ledger_log_head(ledger, &sequence, hash));
	cr_assert_eq(sequence, 77);
	set_head(5, "five");
	set_head(4, "four");
	set_head(5, "another five");
	reopen();
	cr_assert(ledger_log_head(ledger, &sequence, hash));
	cr_assert_eq(sequence, 5);
	cr_assert_str_eq(hash, "five");
	set_head(6, "six");
	cr_assert(ledger_log_head(ledger, &sequence, hash));
	cr_assert_str_eq(hash, "six");
}

Test(ledger, deliveries_come_when_they_are_due, .init = set_up,
    .fini = tear_down)
{
	char body[] = "{\"a\": \"\xc3\xa4\"}";
	struct delivery first = {
	    .receiver = "pager", .body = body, .created_at = 10, .next_at = 30};
	struct delivery second = {
	    .receiver = "mail", .body = body, .created_at = 11, .next_at = 20};
	struct delivery *rows;
	size_t n;

	OK(ledger_add_delivery(ledger, &first));
	OK(ledger_add_delivery(ledger, &second));
	OK(ledger_deliveries(ledger, 19, 10, &rows, &n));
	cr_assert_eq(n, 0);
	free(rows);
	OK(ledger_deliveries(ledger, 20, 10, &rows, &n));
	cr_assert_eq(n, 1);
	cr_assert_eq(rows[0].id, second.id);
	cr_assert_str_eq(rows[0].receiver, "mail");
	cr_assert_str_eq(rows[0].body, body);
	rows[0].attempts = 3;
	rows[0].next_at = 25;
	OK(ledger_update_delivery(ledger, &rows[0]));
	free(rows[0].body);
	free(rows);
	OK(ledger_deliveries(ledger, 30, 1, &rows, &n));
	cr_assert_eq(n, 1);
	cr_assert_eq(rows[0].id, first.id);
	free(rows[0].body);
	free(rows);
	OK(ledger_drop_delivery(ledger, first.id));
	OK(ledger_drop_delivery(ledger, first.id));
	cr_assert_eq(ledger_update_delivery(ledger, &first), LEDGER_NOT_FOUND);
	OK(ledger_deliveries(ledger, 30, 0, &rows, &n));
	cr_assert_eq(n, 1);
	cr_assert_eq(rows[0].attempts, 3);
	free(rows[0].body);
	free(rows);
}

/* ---- keeping house ---- */

/* Forgets and returns how many; the ids must be there no more. */
static size_t
forgot(unsigned keep, int64_t before)
{
	struct candidate candidate;
	int64_t *ids = NULL;
	size_t n = 99;

	OK(ledger_forget(ledger, keep, before, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		cr_assert_eq(ledger_get(ledger, ids[i], &candidate),
		    LEDGER_NOT_FOUND);
	}
	free(ids);
	return n;
}

Test(ledger, only_what_is_closed_is_forgotten, .init = set_up,
    .fini = tear_down)
{
	struct candidate candidate;

	/* One in each state. */
	for (int id = 1; id < N_CANDIDATE_STATES; id++) {
		added("shop.", (unsigned char)id, (enum candidate_state)id);
	}
	cr_assert_eq(forgot(0, INT64_MAX), 4);
	cr_assert_eq(forgot(0, INT64_MAX), 0);
	for (int id = 1; id < N_CANDIDATE_STATES; id++) {
		bool is_closed =
		    id == CANDIDATE_REPLACED || id == CANDIDATE_OBSERVED ||
		    id == CANDIDATE_SUPERSEDED || id == CANDIDATE_DISCARDED;

		cr_assert_eq(ledger_get(ledger, id, &candidate) ==
		                 LEDGER_NOT_FOUND,
		    is_closed);
	}
}

Test(ledger, the_newest_and_the_young_are_kept, .init = set_up,
    .fini = tear_down)
{
	struct candidate candidate = {0};

	for (unsigned char i = 1; i <= 10; i++) {
		candidate = added("shop.", i, CANDIDATE_DISCARDED);
		added("other.", i, CANDIDATE_SUPERSEDED);
		added("shop.", i, CANDIDATE_HELD);
	}
	cr_assert_eq(forgot(10, INT64_MAX), 0);
	cr_assert_eq(forgot(8, INT64_MAX), 4);
	/* Of the eight left, those received before the last one but five. */
	cr_assert_eq(forgot(2, candidate.received_at - 5), 4);
	cr_assert_eq(forgot(0, candidate.received_at), 10);
	cr_assert_eq(forgot(0, INT64_MAX), 2);
}

Test(ledger, what_is_published_is_kept_whatever_its_state, .init = set_up,
    .fini = tear_down)
{
	struct candidate candidate = added("shop.", 1, CANDIDATE_WAITING);
	uint8_t sha256[32];

	candidate.released_at = 5;
	OK(ledger_release(ledger, &candidate, "m"));
	candidate.state = CANDIDATE_OBSERVED;
	candidate.has_serial = true;
	candidate.serial = 8;
	OK(ledger_decide(ledger, &candidate, summary));
	cr_assert_eq(forgot(0, INT64_MAX), 0);
	/* Releases and keys outlive their candidates; the rest goes. */
	OK(ledger_approve(ledger,
	    &(struct approval){
	        .zone = "shop.", .candidate = candidate.id, .person = "p"}));
	released("shop.", 2, 9);
	cr_assert_eq(forgot(0, INT64_MAX), 1);
	cr_assert(ledger_serial(ledger, "shop.", 8, sha256));
	cr_assert_eq(count("SELECT count(*) FROM releases"), 2);
	cr_assert_eq(count("SELECT count(*) FROM keys"), 2);
	cr_assert_eq(count("SELECT count(*) FROM findings"), 0);
	cr_assert_eq(count("SELECT count(*) FROM summaries"), 0);
	cr_assert_eq(count("SELECT count(*) FROM approvals"), 0);
}

Test(ledger, old_deliveries_and_approvals_are_forgotten, .init = set_up,
    .fini = tear_down)
{
	char body[] = "{}";
	struct delivery delivery = {.body = body, .created_at = 100};
	struct approval approval = {.zone = "a.", .until = 100};

	OK(ledger_add_delivery(ledger, &delivery));
	OK(ledger_approve(ledger, &approval));
	cr_assert_eq(forgot(0, 100), 0);
	cr_assert_eq(count("SELECT count(*) FROM deliveries"), 1);
	cr_assert_eq(count("SELECT count(*) FROM approvals"), 1);
	cr_assert_eq(forgot(0, 101), 0);
	cr_assert_eq(count("SELECT count(*) FROM deliveries"), 0);
	cr_assert_eq(count("SELECT count(*) FROM approvals"), 0);
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
		cr_assert_eq(sqlite3_exec(ledger->db, sql[i], NULL, NULL, NULL),
		    SQLITE_OK, "%s", sqlite3_errmsg(ledger->db));
	}
}

/* No statement so far may have gone through a table, or have taken more than
 * MOST steps of SQLite's machine. */
static void
was_cheap(int most)
{
	for (size_t i = 0; i < ledger->n_statements; i++) {
		sqlite3_stmt *prepared = ledger->statements[i].prepared;
		int steps =
		    sqlite3_stmt_status(prepared, SQLITE_STMTSTATUS_VM_STEP, 1);

		cr_assert_lt(steps, most, "%d steps: %s", steps,
		    ledger->statements[i].sql);
	}
}

Test(ledger, a_hundred_thousand_candidates_cost_nothing, .init = set_up,
    .fini = tear_down, .timeout = 300)
{
	unsigned states[] = {0, 1U << CANDIDATE_HELD,
	    1U << CANDIDATE_HELD | 1U << CANDIDATE_WAITING,
	    1U << CANDIDATE_REPLACED | 1U << CANDIDATE_HELD};
	struct candidate candidate, *rows;
	uint8_t sha256[32];
	size_t n;

	make_many();
	ledger_look(ledger);
	was_cheap(INT32_MAX);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct ledger_filter filter = {
		    .states = states[i], .limit = 20};

		OK(ledger_list(ledger, &filter, &rows, &n));
		cr_assert_eq(n, 20);
		free(rows);
		filter.zone = "z7.";
		filter.before = 90000;
		OK(ledger_list(ledger, &filter, &rows, &n));
		free(rows);
	}
	candidate = got(99999);
	OK(ledger_find(ledger, candidate.zone, candidate.sha256, &candidate));
	cr_assert_eq(candidate.id, 99999);
	cr_assert(ledger_serial(ledger, candidate.zone, 99999, sha256));
	OK(ledger_released(ledger, "z7.", &candidate));
	added("z7.", 1, CANDIDATE_WAITING);
	released("z7.", 2, 5);
	struct step step = new_step(&candidate, STEP_HOOK, "h");

	OK(ledger_add_steps(ledger, &step, 1));
	n = steps_of(0, (struct step **)&rows);
	cr_assert_eq(n, 1);
	free(rows);
	was_cheap(20000);
	cr_assert_eq(forgot(100, 99000), 1000);
	cr_assert_eq(forgot(100, 99000), 1000);
	was_cheap(400000);
}

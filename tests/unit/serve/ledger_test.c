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

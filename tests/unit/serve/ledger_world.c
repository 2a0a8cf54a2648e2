/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"

const char ledger_world_summary[] =
    "{\"findings\": [{\"check\": \"rrsig-lifetime-max\", \"severity\": "
    "\"hold\", \"owner\": \"a.shop.\", \"type\": \"A\", \"count\": 3, "
    "\"fingerprint\": \"f1\"}, {\"check\": \"odd\"}, 7],"
    "\"keys\": [{\"kid\": \"k1\", \"tag\": 5, \"algorithm\": 13, \"flags\": "
    "257, \"signs_dnskey\": true}, {\"tag\": 6}, {\"kid\": \"k2\"}]}";

static char place[SCRATCH];
struct ledger *the_ledger;

static enum ledger_end
open_it(bool create)
{
	char error[LEDGER_ERROR] = "";
	enum ledger_end end = ledger_open(place, create, &the_ledger, error);

	cr_assert_eq(end == LEDGER_OK, error[0] == '\0', "%d %s", (int)end,
	    error);
	return end;
}

void
ledger_world_set_up(void)
{
	scratch_make(place);
	unsetenv("ZONEGATE_DISK_FAULT");
	cr_assert_eq(open_it(true), LEDGER_OK);
}

void
ledger_world_tear_down(void)
{
	ledger_close(the_ledger);
	scratch_remove(place);
}

void
reopen_ledger(void)
{
	ledger_close(the_ledger);
	the_ledger = NULL;
	cr_assert_eq(open_it(false), LEDGER_OK);
}

struct candidate
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

struct candidate
add_candidate(const char *zone, unsigned char octet, enum candidate_state as)
{
	struct candidate candidate = new_candidate(zone, octet);

	candidate.state = as;
	OK(ledger_add(the_ledger, &candidate));
	return candidate;
}

struct candidate
stored_candidate(int64_t id)
{
	struct candidate candidate;

	OK(ledger_get(the_ledger, id, &candidate));
	return candidate;
}

struct candidate
release_candidate(const char *zone, unsigned char octet, uint32_t serial)
{
	struct candidate candidate =
	    add_candidate(zone, octet, CANDIDATE_RELEASING);

	candidate.has_serial = true;
	candidate.serial = serial;
	candidate.released_at = candidate.received_at + 10;
	snprintf(candidate.released_by, sizeof(candidate.released_by),
	    "verdict");
	OK(ledger_release(the_ledger, &candidate, "m"));
	return candidate;
}

int64_t
count_of(const char *sql)
{
	sqlite3_stmt *prepared;

	cr_assert_eq(sqlite3_prepare_v2(the_ledger->db, sql, -1, &prepared,
	                 NULL),
	    SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(the_ledger->db));
	cr_assert_eq(sqlite3_step(prepared), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(prepared, 0);

	sqlite3_finalize(prepared);
	return number;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_release.c -- a release is noted, for good; old candidates are
 * forgotten.
 */
#include <stdlib.h>
#include <string.h>

#include "ledger_sql.h"

/* What one call may forget: the daemon has other things to do meanwhile. */
#define FORGET_AT_ONCE 1000

static bool
is_noted(struct ledger *ledger, int64_t id)
{
	return ledger_number(ledger,
	           "SELECT candidate FROM releases WHERE candidate = ?1",
	           VALUES(value_integer(id)), 0) != 0;
}

static void
close_others(struct ledger *ledger, const struct candidate *candidate)
{
	ledger_run(ledger,
	    "UPDATE candidates SET state = 'replaced'"
	    " WHERE zone = ?1 AND state = 'released' AND id <> ?2",
	    VALUES(value_text(candidate->zone), value_integer(candidate->id)));
	if (candidate->state == CANDIDATE_WAITING) {
		return;
	}
	ledger_run(ledger,
	    "UPDATE candidates SET state = 'superseded', superseded_by = ?2"
	    " WHERE zone = ?1 AND id < ?2"
	    " AND state IN ('waiting', 'held', 'quarantined')",
	    VALUES(value_text(candidate->zone), value_integer(candidate->id)));
}

static void
note_on_candidate(struct ledger *ledger, const struct candidate *candidate)
{
	bool observed = candidate->state == CANDIDATE_WAITING;

	if (ledger_run(ledger,
	        "UPDATE candidates SET state = ifnull(?2, state),"
	        " released_at = ?3, released_by = ?4"
	        " WHERE id = ?1 AND zone = ?5",
	        VALUES(value_integer(candidate->id),
	            value_text(observed ? NULL : "released"),
	            value_integer(candidate->released_at),
	            value_text(candidate->released_by),
	            value_text(candidate->zone))) == 0) {
		ledger_refuse(ledger, LEDGER_NOT_FOUND,
		    "there is no candidate %lld of %s",
		    (long long)candidate->id, candidate->zone);
	}
}

static void
note(struct ledger *ledger, const struct candidate *candidate,
    const char *manifest_sha256)
{
	if (candidate->released_at <= 0) {
		ledger_refuse(ledger, LEDGER_FAILED,
		    "a release needs its time, released_at");
	}
	close_others(ledger, candidate);
	note_on_candidate(ledger, candidate);
	ledger_run(ledger,
	    "INSERT INTO releases (zone, candidate, has_serial, serial, sha256,"
	    " released_at, released_by, manifest_sha256)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	    VALUES(value_text(candidate->zone), value_integer(candidate->id),
	        value_integer(candidate->has_serial),
	        value_integer(candidate->serial), value_hash(candidate->sha256),
	        value_integer(candidate->released_at),
	        value_text(candidate->released_by),
	        value_text(manifest_sha256)));
}

enum ledger_end
ledger_release(struct ledger *ledger, struct candidate *candidate,
    const char *manifest_sha256)
{
	struct candidate after;

	ledger_begin(ledger);
	if (!is_noted(ledger, candidate->id)) {
		note(ledger, candidate, manifest_sha256);
	}
	ledger_read_candidate(ledger, candidate->id, &after);
	enum ledger_end end = ledger_finish(ledger);

	if (end == LEDGER_OK) {
		*candidate = after;
	}
	return end;
}

bool
ledger_serial(struct ledger *ledger, const char *zone, uint32_t serial,
    uint8_t sha256[32])
{
	uint8_t released[32] = {0};

	ledger_look(ledger);
	bool found = ledger_hash(ledger,
	    "SELECT sha256 FROM releases WHERE zone = ?1 AND serial = ?2"
	    " AND has_serial = 1 ORDER BY id DESC LIMIT 1",
	    VALUES(value_text(zone), value_integer(serial)), released);

	if (ledger_finish(ledger) != LEDGER_OK) {
		memset(released, 0, sizeof(released));
		found = true;
	}
	if (found) {
		memcpy(sha256, released, sizeof(released));
	}
	return found;
}

/* ---- forgetting ---- */

/* As the partial indices say it. */
#define CLOSED "state IN ('replaced', 'observed', 'superseded', 'discarded')"

/* Adds to IDS, of which there are N, those of ZONE that may go. */
static size_t
forget_zone(struct ledger *ledger, const char *zone, unsigned keep,
    int64_t before_s, int64_t *ids, size_t n)
{
	size_t count = 0;
	int64_t *found = ledger_numbers(ledger,
	    "SELECT id FROM candidates WHERE zone = ?1 AND " CLOSED
	    " AND received_at < ?3"
	    " AND id <= (SELECT id FROM candidates WHERE zone = ?1 AND " CLOSED
	    " ORDER BY id DESC LIMIT 1 OFFSET ?2)"
	    " AND id <> ifnull((SELECT candidate FROM releases"
	    " WHERE zone = ?1 ORDER BY id DESC LIMIT 1), 0)"
	    " ORDER BY received_at LIMIT ?4",
	    VALUES(value_text(zone), value_integer(keep),
	        value_integer(before_s),
	        value_integer((int64_t)(FORGET_AT_ONCE - n))),
	    &count);

	for (size_t i = 0; found != NULL && i < count; i++) {
		ledger_run(ledger, "DELETE FROM candidates WHERE id = ?1",
		    VALUES(value_integer(found[i])));
		ledger_run(ledger, "DELETE FROM approvals WHERE candidate = ?1",
		    VALUES(value_integer(found[i])));
		ids[n++] = found[i];
	}
	free(found);
	return n;
}

/* The zone after BEFORE by name, which is freed; the first after NULL; NULL
 * after the last. */
static char *
next_zone(struct ledger *ledger, char *before)
{
	char *next = ledger_text(ledger,
	    "SELECT name FROM zones WHERE name > ?1 ORDER BY name LIMIT 1",
	    VALUES(value_text(before != NULL ? before : "")));

	free(before);
	return next;
}

/* Forgets at most FORGET_AT_ONCE candidates, to IDS; returns how many. */
static size_t
forget_candidates(struct ledger *ledger, unsigned keep, int64_t before_s,
    int64_t *ids)
{
	char *zone = next_zone(ledger, NULL);
	size_t n = 0;

	while (zone != NULL && n < FORGET_AT_ONCE) {
		n = forget_zone(ledger, zone, keep, before_s, ids, n);
		zone = next_zone(ledger, zone);
	}
	free(zone);
	return n;
}

enum ledger_end
ledger_forget(struct ledger *ledger, unsigned keep, int64_t before_s,
    int64_t **ids, size_t *n)
{
	int64_t *gone = calloc(FORGET_AT_ONCE, sizeof(*gone));

	ledger_begin(ledger);
	if (gone == NULL) {
		ledger_refuse(ledger, LEDGER_FAILED, "out of memory");
		return ledger_finish(ledger);
	}
	size_t count = forget_candidates(ledger, keep, before_s, gone);

	ledger_run(ledger, "DELETE FROM deliveries WHERE created_at < ?1",
	    VALUES(value_integer(before_s)));
	ledger_run(ledger,
	    "DELETE FROM approvals WHERE candidate = 0 AND until < ?1",
	    VALUES(value_integer(before_s)));
	enum ledger_end end = ledger_finish(ledger);

	if (end == LEDGER_OK) {
		*ids = gone;
		*n = count;
	} else {
		free(gone);
	}
	return end;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_restore.c -- releases of before, as their manifests have them.
 */
#include "ledger_sql.h"

#define INSERT_NEW                                                             \
	"INSERT OR IGNORE INTO candidates"                                     \
	" (id" CANDIDATE_COLUMNS(COLUMN_NAME) ") VALUES (?" CANDIDATE_COLUMNS( \
	    COLUMN_PLACE) ")"

static void
restore(struct ledger *ledger, const struct past_release *past)
{
	const struct candidate *candidate = &past->candidate;

	ledger_run(ledger, "INSERT OR IGNORE INTO zones (name) VALUES (?1)",
	    VALUES(value_text(candidate->zone)));
	if (past->row) {
		ledger_store(ledger, INSERT_NEW, &candidate_shape, candidate);
	}
	ledger_run(ledger,
	    "INSERT OR IGNORE INTO releases (zone, candidate, has_serial,"
	    " serial, sha256, released_at, released_by, manifest_sha256)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	    VALUES(value_text(candidate->zone), value_integer(candidate->id),
	        value_integer(candidate->has_serial),
	        value_integer(candidate->serial), value_hash(candidate->sha256),
	        value_integer(candidate->released_at),
	        value_text(candidate->released_by),
	        value_text(past->manifest_sha256)));
}

enum ledger_end
ledger_restore(struct ledger *ledger, const struct past_release *releases,
    size_t n)
{
	ledger_begin(ledger);
	for (size_t i = 0; i < n; i++) {
		restore(ledger, &releases[i]);
	}
	return ledger_finish(ledger);
}

enum ledger_end
ledger_skip_ids(struct ledger *ledger, int64_t above)
{
	ledger_begin(ledger);
	/* AUTOINCREMENT's own table, which has no unique key. */
	ledger_run(ledger,
	    "INSERT INTO sqlite_sequence (name, seq) SELECT 'candidates', 0"
	    " WHERE NOT EXISTS"
	    " (SELECT 1 FROM sqlite_sequence WHERE name = 'candidates')",
	    NO_VALUES);
	ledger_run(ledger,
	    "UPDATE sqlite_sequence SET seq = max(seq, ?1)"
	    " WHERE name = 'candidates'",
	    VALUES(value_integer(above)));
	return ledger_finish(ledger);
}

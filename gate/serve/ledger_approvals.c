/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_approvals.c -- who said that what may go out.
 */
#include "ledger_sql.h"

/* clang-format off */
#define APPROVAL_COLUMNS(X) \
	X(approval, zone, TEXT, NULL) \
	X(approval, candidate, INT64, NULL) \
	X(approval, sha256, HASH, NULL) \
	X(approval, fingerprint, TEXT, NULL) \
	X(approval, person, TEXT, NULL) \
	X(approval, reason, TEXT, NULL) \
	X(approval, at, INT64, NULL) \
	X(approval, until, INT64, NULL) \
	X(approval, break_glass, BOOL, NULL)
/* clang-format on */

static const struct ledger_column columns[] = {
    {COLUMN_INT64, offsetof(struct approval, id), sizeof(int64_t), NULL},
    APPROVAL_COLUMNS(COLUMN_ROW)};

static const struct ledger_shape shape = {
    columns, sizeof(columns) / sizeof(columns[0]), sizeof(struct approval)};

enum ledger_end
ledger_approve(struct ledger *ledger, struct approval *approval)
{
	ledger_begin(ledger);
	ledger_store(ledger, SQL_INSERT(APPROVAL_COLUMNS, "approvals"), &shape,
	    approval);
	int64_t id = sqlite3_last_insert_rowid(ledger->db);
	enum ledger_end end = ledger_finish(ledger);

	if (end == LEDGER_OK) {
		approval->id = id;
	}
	return end;
}

enum ledger_end
ledger_approvals(struct ledger *ledger, const struct candidate *candidate,
    int64_t at_s, struct approval **rows, size_t *n)
{
	ledger_look(ledger);
	struct approval *found = ledger_rows(ledger,
	    SQL_SELECT(APPROVAL_COLUMNS,
	        "approvals") " WHERE zone = ?1 AND"
	                     " ((candidate = ?4 AND candidate <> 0 AND sha256 "
	                     "= ?2) OR"
	                     " (candidate = 0 AND until > ?3)) ORDER BY id",
	    VALUES(value_text(candidate->zone), value_hash(candidate->sha256),
	        value_integer(at_s), value_integer(candidate->id)),
	    &shape, n);

	if (found != NULL) {
		*rows = found;
	}
	return ledger_finish(ledger);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_facts.c -- small things to remember: facts, the audit log's head, and
 * messages on their way out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ledger_sql.h"

#define MOST_BY_DEFAULT 1000

/* ---- facts ---- */

enum ledger_end
ledger_set_fact(struct ledger *ledger, const char *zone, const char *name,
    const char *value)
{
	ledger_begin(ledger);
	if (value == NULL) {
		ledger_run(ledger,
		    "DELETE FROM facts WHERE zone = ?1 AND name = ?2",
		    VALUES(value_text(zone), value_text(name)));
	} else {
		ledger_run(ledger,
		    "INSERT INTO facts (zone, name, value) VALUES (?1, ?2, ?3)"
		    " ON CONFLICT (zone, name) DO UPDATE"
		    " SET value = excluded.value",
		    VALUES(value_text(zone), value_text(name),
		        value_text(value)));
	}
	return ledger_finish(ledger);
}

char *
ledger_fact(struct ledger *ledger, const char *zone, const char *name)
{
	ledger_look(ledger);
	char *value = ledger_text(ledger,
	    "SELECT value FROM facts WHERE zone = ?1 AND name = ?2",
	    VALUES(value_text(zone), value_text(name)));

	ledger_finish(ledger);
	return value;
}

/* ---- the audit log's head ---- */

enum ledger_end
ledger_set_log_head(struct ledger *ledger, uint64_t sequence,
    const char hash[65])
{
	ledger_begin(ledger);
	ledger_run(ledger,
	    "INSERT INTO log_head (one, sequence, hash) VALUES (1, ?1, ?2)"
	    " ON CONFLICT (one) DO UPDATE SET sequence = excluded.sequence,"
	    " hash = excluded.hash WHERE excluded.sequence > sequence",
	    VALUES(value_integer((int64_t)sequence), value_text(hash)));
	return ledger_finish(ledger);
}

bool
ledger_log_head(struct ledger *ledger, uint64_t *sequence, char hash[65])
{
	ledger_look(ledger);
	int64_t known = ledger_number(ledger, "SELECT sequence FROM log_head",
	    NO_VALUES, 0);
	char *text =
	    ledger_text(ledger, "SELECT hash FROM log_head", NO_VALUES);
	bool found = ledger_finish(ledger) == LEDGER_OK && text != NULL;

	if (found) {
		*sequence = (uint64_t)known;
		snprintf(hash, 65, "%s", text);
	}
	free(text);
	return found;
}

/* ---- deliveries ---- */

/* clang-format off */
#define DELIVERY_COLUMNS(X) \
	X(delivery, receiver, TEXT, NULL) \
	X(delivery, body, OWNED, NULL) \
	X(delivery, created_at, INT64, NULL) \
	X(delivery, next_at, INT64, NULL) \
	X(delivery, attempts, UINT32, NULL)
/* clang-format on */

static const struct ledger_column columns[] = {
    {COLUMN_INT64, offsetof(struct delivery, id), sizeof(int64_t), NULL},
    DELIVERY_COLUMNS(COLUMN_ROW)};

static const struct ledger_shape shape = {
    columns, sizeof(columns) / sizeof(columns[0]), sizeof(struct delivery)};

enum ledger_end
ledger_add_delivery(struct ledger *ledger, struct delivery *delivery)
{
	ledger_begin(ledger);
	ledger_store(ledger, SQL_INSERT(DELIVERY_COLUMNS, "deliveries"), &shape,
	    delivery);
	int64_t id = sqlite3_last_insert_rowid(ledger->db);
	enum ledger_end end = ledger_finish(ledger);

	if (end == LEDGER_OK) {
		delivery->id = id;
	}
	return end;
}

enum ledger_end
ledger_update_delivery(struct ledger *ledger, const struct delivery *delivery)
{
	ledger_begin(ledger);
	if (ledger_store(ledger, SQL_UPDATE(DELIVERY_COLUMNS, "deliveries"),
	        &shape, delivery) == 0) {
		ledger_refuse(ledger, LEDGER_NOT_FOUND,
		    "there is no delivery %lld", (long long)delivery->id);
	}
	return ledger_finish(ledger);
}

enum ledger_end
ledger_drop_delivery(struct ledger *ledger, int64_t id)
{
	ledger_begin(ledger);
	ledger_run(ledger, "DELETE FROM deliveries WHERE id = ?1",
	    VALUES(value_integer(id)));
	return ledger_finish(ledger);
}

enum ledger_end
ledger_deliveries(struct ledger *ledger, int64_t at_s, size_t limit,
    struct delivery **rows, size_t *n)
{
	int64_t most =
	    limit > 0 && limit < INT32_MAX ? (int64_t)limit : MOST_BY_DEFAULT;

	ledger_look(ledger);
	struct delivery *found = ledger_rows(ledger,
	    SQL_SELECT(DELIVERY_COLUMNS, "deliveries") " WHERE next_at <= ?1"
	                                               " ORDER BY id LIMIT ?2",
	    VALUES(value_integer(at_s), value_integer(most)), &shape, n);

	if (found != NULL) {
		*rows = found;
	}
	return ledger_finish(ledger);
}

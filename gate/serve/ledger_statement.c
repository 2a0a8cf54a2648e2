/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_statement.c -- statements are prepared once and run here.
 */
#include <stdlib.h>
#include <string.h>

#include "ledger_sql.h"

sqlite3_stmt *
ledger_prepare(struct ledger *ledger, const char *sql)
{
	struct ledger_statement *known = ledger->statements;
	struct ledger_statement *end = known + ledger->n_statements;

	if (ledger->end != LEDGER_OK) {
		return NULL;
	}
	while (known < end && known->sql != sql) {
		known++;
	}
	if (known < end) {
		return known->prepared;
	}
	if (ledger->n_statements == LEDGER_STATEMENTS) {
		ledger_refuse(ledger, LEDGER_FAILED, "too many statements");
		return NULL;
	}
	int rc = sqlite3_prepare_v3(ledger->db, sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &known->prepared, NULL);

	if (rc != SQLITE_OK) {
		/* One that does not fit the tables: they are not ours. */
		if (rc == SQLITE_ERROR) {
			ledger_refuse(ledger, LEDGER_CORRUPT, "%s",
			    sqlite3_errmsg(ledger->db));
		}
		ledger_fail(ledger, rc);
		return NULL;
	}
	known->sql = sql;
	ledger->n_statements++;
	return known->prepared;
}

static int
bind_value(sqlite3_stmt *prepared, int at, const struct ledger_value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		return sqlite3_bind_null(prepared, at);
	case VALUE_INTEGER:
		return sqlite3_bind_int64(prepared, at, value->integer);
	case VALUE_TEXT:
		return sqlite3_bind_text(prepared, at, value->at, -1,
		    SQLITE_STATIC);
	case VALUE_HASH:
		return sqlite3_bind_blob(prepared, at, value->at, 32,
		    SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

sqlite3_stmt *
ledger_bind(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n)
{
	sqlite3_stmt *prepared = ledger_prepare(ledger, sql);

	for (size_t i = 0; i < n && prepared != NULL; i++) {
		int rc = bind_value(prepared, (int)i + 1, &values[i]);

		if (rc != SQLITE_OK) {
			ledger_fail(ledger, rc);
			return NULL;
		}
	}
	return prepared;
}

bool
ledger_step(struct ledger *ledger, sqlite3_stmt *prepared)
{
	if (prepared == NULL || ledger->end != LEDGER_OK) {
		return false;
	}
	int rc = sqlite3_step(prepared);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		ledger_fail(ledger, rc);
	}
	return rc == SQLITE_ROW;
}

void
ledger_leave(sqlite3_stmt *prepared)
{
	if (prepared != NULL) {
		sqlite3_reset(prepared);
		sqlite3_clear_bindings(prepared);
	}
}

int64_t
ledger_run_out(struct ledger *ledger, sqlite3_stmt *prepared)
{
	while (ledger_step(ledger, prepared)) {
		continue;
	}
	ledger_leave(prepared);
	return ledger->end == LEDGER_OK ? sqlite3_changes64(ledger->db) : 0;
}

void
ledger_exec(struct ledger *ledger, const char *sql)
{
	if (ledger->end == LEDGER_OK) {
		int rc = sqlite3_exec(ledger->db, sql, NULL, NULL, NULL);

		if (rc != SQLITE_OK) {
			ledger_fail(ledger, rc);
		}
	}
}

int64_t
ledger_run(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n)
{
	return ledger_run_out(ledger, ledger_bind(ledger, sql, values, n));
}

int64_t
ledger_number(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n, int64_t absent)
{
	sqlite3_stmt *prepared = ledger_bind(ledger, sql, values, n);
	int64_t number = absent;

	if (ledger_step(ledger, prepared) &&
	    sqlite3_column_type(prepared, 0) != SQLITE_NULL) {
		number = sqlite3_column_int64(prepared, 0);
	}
	ledger_leave(prepared);
	return number;
}

char *
ledger_copy_text(struct ledger *ledger, sqlite3_stmt *prepared, int column)
{
	const unsigned char *text = sqlite3_column_text(prepared, column);
	char *copy = text != NULL ? strdup((const char *)text) : strdup("");

	if (copy == NULL) {
		ledger_refuse(ledger, LEDGER_FAILED, "out of memory");
	}
	return copy;
}

char *
ledger_text(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n)
{
	sqlite3_stmt *prepared = ledger_bind(ledger, sql, values, n);
	char *text = NULL;

	if (ledger_step(ledger, prepared) &&
	    sqlite3_column_type(prepared, 0) != SQLITE_NULL) {
		text = ledger_copy_text(ledger, prepared, 0);
	}
	ledger_leave(prepared);
	return text;
}

bool
ledger_copy_hash(sqlite3_stmt *prepared, int column, uint8_t hash[32])
{
	const void *at = sqlite3_column_blob(prepared, column);

	if (at == NULL || sqlite3_column_bytes(prepared, column) != 32) {
		return false;
	}
	memcpy(hash, at, 32);
	return true;
}

bool
ledger_hash(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n, uint8_t hash[32])
{
	sqlite3_stmt *prepared = ledger_bind(ledger, sql, values, n);
	bool found = ledger_step(ledger, prepared);

	if (found && !ledger_copy_hash(prepared, 0, hash)) {
		ledger_refuse(ledger, LEDGER_CORRUPT, "a hash is no hash");
		found = false;
	}
	ledger_leave(prepared);
	return found;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_row.c -- structs become rows, and rows structs.
 */
#include <stdlib.h>
#include <string.h>

#include "ledger_sql.h"

/* ---- structs to rows ---- */

static int
bind_word(sqlite3_stmt *prepared, int at, const struct ledger_column *column,
    const char *member)
{
	unsigned value;

	memcpy(&value, member, sizeof(value));
	const char *word = column->word(value);

	return word != NULL
	           ? sqlite3_bind_text(prepared, at, word, -1, SQLITE_STATIC)
	           : SQLITE_MISMATCH;
}

static int
bind_number(sqlite3_stmt *prepared, int at, const struct ledger_column *column,
    const char *member)
{
	uint32_t narrow;
	int64_t wide;

	if (column->size == sizeof(narrow)) {
		memcpy(&narrow, member, sizeof(narrow));
		return sqlite3_bind_int64(prepared, at, narrow);
	}
	memcpy(&wide, member, sizeof(wide));
	return sqlite3_bind_int64(prepared, at, wide);
}

static int
bind_double(sqlite3_stmt *prepared, int at, const char *member)
{
	double value;

	memcpy(&value, member, sizeof(value));
	return sqlite3_bind_double(prepared, at, value);
}

static int
bind_owned(sqlite3_stmt *prepared, int at, const char *member)
{
	const char *text;

	memcpy(&text, member, sizeof(text));
	return sqlite3_bind_text(prepared, at, text != NULL ? text : "", -1,
	    SQLITE_STATIC);
}

static int
bind_column(sqlite3_stmt *prepared, int at, const struct ledger_column *column,
    const char *row)
{
	const char *member = row + column->offset;

	switch (column->kind) {
	case COLUMN_INT64:
	case COLUMN_UINT64:
	case COLUMN_UINT32:
		return bind_number(prepared, at, column, member);
	case COLUMN_BOOL:
		return sqlite3_bind_int(prepared, at, *member != 0);
	case COLUMN_DOUBLE:
		return bind_double(prepared, at, member);
	case COLUMN_TEXT:
		return sqlite3_bind_text(prepared, at, member,
		    (int)strnlen(member, column->size), SQLITE_STATIC);
	case COLUMN_HASH:
		return sqlite3_bind_blob(prepared, at, member, 32,
		    SQLITE_STATIC);
	case COLUMN_WORD:
		return bind_word(prepared, at, column, member);
	case COLUMN_OWNED:
		return bind_owned(prepared, at, member);
	}
	return SQLITE_MISUSE;
}

int64_t
ledger_store(struct ledger *ledger, const char *sql,
    const struct ledger_shape *shape, const void *row)
{
	sqlite3_stmt *prepared = ledger_prepare(ledger, sql);
	int64_t id;

	if (prepared == NULL) {
		return 0;
	}
	memcpy(&id, row, sizeof(id));
	int rc = id != 0 ? sqlite3_bind_int64(prepared, 1, id)
	                 : sqlite3_bind_null(prepared, 1);

	for (size_t i = 1; i < shape->n_columns && rc == SQLITE_OK; i++) {
		rc = bind_column(prepared, (int)i + 1, &shape->columns[i], row);
	}
	if (rc == SQLITE_MISMATCH) {
		ledger_refuse(ledger, LEDGER_FAILED,
		    "a state that is none cannot be stored");
	} else if (rc != SQLITE_OK) {
		ledger_fail(ledger, rc);
	}
	return ledger_run_out(ledger, prepared);
}

/* ---- rows to structs ---- */

static bool
read_word(sqlite3_stmt *prepared, int at, const struct ledger_column *column,
    char *member)
{
	const unsigned char *text = sqlite3_column_text(prepared, at);

	for (unsigned value = 0; text != NULL && value < 64; value++) {
		const char *word = column->word(value);

		if (word != NULL && strcmp(word, (const char *)text) == 0) {
			memcpy(member, &value, sizeof(value));
			return true;
		}
	}
	return false;
}

static bool
read_text(sqlite3_stmt *prepared, int at, const struct ledger_column *column,
    char *member)
{
	const unsigned char *text = sqlite3_column_text(prepared, at);
	int length = sqlite3_column_bytes(prepared, at);

	if (text == NULL || (size_t)length >= column->size) {
		return false;
	}
	memcpy(member, text, (size_t)length);
	memset(member + length, 0, column->size - (size_t)length);
	return true;
}

static bool
read_number(sqlite3_stmt *prepared, int at, const struct ledger_column *column,
    char *member)
{
	int64_t wide = sqlite3_column_int64(prepared, at);
	uint32_t narrow = (uint32_t)wide;

	if (column->size == sizeof(narrow)) {
		memcpy(member, &narrow, sizeof(narrow));
		return wide >= 0 && wide <= UINT32_MAX;
	}
	memcpy(member, &wide, sizeof(wide));
	return true;
}

static bool
read_owned(struct ledger *ledger, sqlite3_stmt *prepared, int at, char *member)
{
	char *text = ledger_copy_text(ledger, prepared, at);

	memcpy(member, &text, sizeof(text));
	return text != NULL;
}

static bool
read_column(struct ledger *ledger, sqlite3_stmt *prepared, int at,
    const struct ledger_column *column, char *row)
{
	char *member = row + column->offset;
	double real;

	switch (column->kind) {
	case COLUMN_INT64:
	case COLUMN_UINT64:
	case COLUMN_UINT32:
		return read_number(prepared, at, column, member);
	case COLUMN_BOOL:
		*member = sqlite3_column_int(prepared, at) != 0;
		return true;
	case COLUMN_DOUBLE:
		real = sqlite3_column_double(prepared, at);
		memcpy(member, &real, sizeof(real));
		return true;
	case COLUMN_TEXT:
		return read_text(prepared, at, column, member);
	case COLUMN_HASH:
		return ledger_copy_hash(prepared, at, (uint8_t *)member);
	case COLUMN_WORD:
		return read_word(prepared, at, column, member);
	case COLUMN_OWNED:
		return read_owned(ledger, prepared, at, member);
	}
	return false;
}

/* Frees what the COUNT rows own. */
static void
release_rows(const struct ledger_shape *shape, char *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t c = 0; c < shape->n_columns; c++) {
			char *text;

			if (shape->columns[c].kind == COLUMN_OWNED) {
				memcpy(&text,
				    rows + i * shape->size +
				        shape->columns[c].offset,
				    sizeof(text));
				free(text);
			}
		}
	}
}

/* Reads the row that PREPARED stands on into ROW, which is cleared first. */
static void
read_row(struct ledger *ledger, sqlite3_stmt *prepared,
    const struct ledger_shape *shape, char *row)
{
	memset(row, 0, shape->size);
	for (size_t i = 0; i < shape->n_columns; i++) {
		if (!read_column(ledger, prepared, (int)i, &shape->columns[i],
		        row)) {
			ledger_refuse(ledger, LEDGER_CORRUPT,
			    "column %s of row %lld holds what it cannot",
			    sqlite3_column_name(prepared, (int)i),
			    (long long)sqlite3_column_int64(prepared, 0));
			return;
		}
	}
}

struct row_array {
	char *at;
	size_t n, room;
};

/* Makes room for one more; false if memory is short. */
static bool
make_room(struct ledger *ledger, struct row_array *rows, size_t size)
{
	size_t room = rows->room > 0 ? rows->room * 2 : 4;

	if (rows->n < rows->room) {
		return true;
	}
	char *more = reallocarray(rows->at, room, size);

	if (more == NULL) {
		ledger_refuse(ledger, LEDGER_FAILED, "out of memory");
		return false;
	}
	rows->at = more;
	rows->room = room;
	return true;
}

void *
ledger_rows(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n,
    const struct ledger_shape *shape, size_t *n_rows)
{
	sqlite3_stmt *prepared = ledger_bind(ledger, sql, values, n);
	struct row_array rows = {0};

	/* Room ahead, so that no rows are an array too. */
	while (make_room(ledger, &rows, shape->size) &&
	       ledger_step(ledger, prepared)) {
		read_row(ledger, prepared, shape,
		    rows.at + rows.n * shape->size);
		rows.n++;
	}
	ledger_leave(prepared);
	if (ledger->end != LEDGER_OK) {
		release_rows(shape, rows.at, rows.n);
		free(rows.at);
		return NULL;
	}
	*n_rows = rows.n;
	return rows.at;
}

bool
ledger_row_if(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n,
    const struct ledger_shape *shape, void *row)
{
	size_t count = 0;
	void *rows = ledger_rows(ledger, sql, values, n, shape, &count);

	if (rows != NULL && count > 0) {
		memcpy(row, rows, shape->size);
	}
	free(rows);
	return count > 0;
}

void
ledger_row(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n,
    const struct ledger_shape *shape, void *row)
{
	if (!ledger_row_if(ledger, sql, values, n, shape, row)) {
		ledger_refuse(ledger, LEDGER_NOT_FOUND, "there is none");
	}
}

int64_t *
ledger_numbers(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n, size_t *n_rows)
{
	static const struct ledger_column column = {
	    COLUMN_INT64, 0, sizeof(int64_t), NULL};
	static const struct ledger_shape shape = {&column, 1, sizeof(int64_t)};

	return ledger_rows(ledger, sql, values, n, &shape, n_rows);
}

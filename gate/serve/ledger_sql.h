/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_sql.h -- what the ledger's own files share: SQLite behind few calls.
 *
 * A ledger function begins, runs its statements, and ends.  After the first
 * one that fails the others do nothing, and the end rolls back: so that no
 * caller has to look at each.
 */
#pragma once

#include <sqlite3.h>

#include "ledger.h"

#define LEDGER_STATEMENTS 96

struct ledger {
	sqlite3 *db;
	/* How the function under way fares; once it is not LEDGER_OK, its
	 * statements are not run any more. */
	enum ledger_end end;
	bool changes; /* a transaction that writes is under way */
	char error[LEDGER_ERROR];
	struct ledger_statement {
		const char *sql;
		sqlite3_stmt *prepared;
	} statements[LEDGER_STATEMENTS];
	size_t n_statements;
};

/* ---- values for the ?1, ?2, ... of a statement ---- */

struct ledger_value {
	enum {
		VALUE_NULL,
		VALUE_INTEGER,
		VALUE_TEXT,
		VALUE_HASH,
	} kind;
	int64_t integer;
	const void *at;
};

static inline struct ledger_value
value_null(void)
{
	return (struct ledger_value){.kind = VALUE_NULL};
}

static inline struct ledger_value
value_integer(int64_t integer)
{
	return (struct ledger_value){.kind = VALUE_INTEGER, .integer = integer};
}

/* NULL is stored as such.  TEXT lives until the statement was run. */
static inline struct ledger_value
value_text(const char *text)
{
	return (struct ledger_value){.kind = VALUE_TEXT, .at = text};
}

static inline struct ledger_value
value_hash(const uint8_t hash[32])
{
	return (struct ledger_value){.kind = VALUE_HASH, .at = hash};
}

/* VALUES(value_integer(id), value_text(zone)) */
#define VALUES(...)                                                            \
	(const struct ledger_value[]){__VA_ARGS__},                            \
	    sizeof((const struct ledger_value[]){__VA_ARGS__}) /               \
	        sizeof(struct ledger_value)
#define NO_VALUES NULL, 0

/* ---- structs as rows ---- */

enum column_kind {
	COLUMN_INT64,
	COLUMN_UINT64,
	COLUMN_UINT32,
	COLUMN_BOOL,
	COLUMN_DOUBLE,
	COLUMN_TEXT,  /* an array of char */
	COLUMN_HASH,  /* 32 octets */
	COLUMN_WORD,  /* an enum, stored as a word */
	COLUMN_OWNED, /* a char *, malloc'd */
};

/* The word of an enumerator; NULL if VALUE is none that may be stored. */
typedef const char *ledger_word(unsigned value);

struct ledger_column {
	enum column_kind kind;
	size_t offset;
	size_t size;
	ledger_word *word; /* COLUMN_WORD */
};

/* How a struct is stored; column 0 is its id, an int64_t. */
struct ledger_shape {
	const struct ledger_column *columns;
	size_t n_columns;
	size_t size; /* of the struct */
};

extern const struct ledger_shape candidate_shape;

/* A shape's columns come from an X-macro: X(struct, member, KIND, word). */
#define COLUMN_ROW(type, member, kind, word)                                   \
	{COLUMN_##kind, offsetof(struct type, member),                         \
	    sizeof(((struct type *)NULL)->member), word},
#define COLUMN_NAME(type, member, kind, word) ", " #member
#define COLUMN_PLACE(type, member, kind, word) ", ?"
#define COLUMN_SET(type, member, kind, word) ", " #member " = ?"

#define SQL_SELECT(columns, table)                                             \
	"SELECT id" columns(COLUMN_NAME) " FROM " table
#define SQL_INSERT(columns, table)                                             \
	"INSERT INTO " table                                                   \
	" (id" columns(COLUMN_NAME) ") VALUES (?" columns(COLUMN_PLACE) ")"
#define SQL_UPDATE(columns, table)                                             \
	"UPDATE " table " SET id = ?" columns(COLUMN_SET) " WHERE id = ?1"

/* clang-format off */
#define CANDIDATE_COLUMNS(X) \
	X(candidate, zone, TEXT, NULL) \
	X(candidate, state, WORD, ledger_state_word) \
	X(candidate, sha256, HASH, NULL) \
	X(candidate, bytes, UINT64, NULL) \
	X(candidate, received_sha256, HASH, NULL) \
	X(candidate, received_at, INT64, NULL) \
	X(candidate, via, TEXT, NULL) \
	X(candidate, actor, TEXT, NULL) \
	X(candidate, decided, BOOL, NULL) \
	X(candidate, decision, WORD, ledger_decision_word) \
	X(candidate, judged_at, INT64, NULL) \
	X(candidate, seconds, DOUBLE, NULL) \
	X(candidate, attempts, UINT32, NULL) \
	X(candidate, crashes, UINT32, NULL) \
	X(candidate, not_before, INT64, NULL) \
	X(candidate, has_serial, BOOL, NULL) \
	X(candidate, serial, UINT32, NULL) \
	X(candidate, expiry, INT64, NULL) \
	X(candidate, soa_expire, UINT32, NULL) \
	X(candidate, policy_sha256, HASH, NULL) \
	X(candidate, reason, TEXT, NULL) \
	X(candidate, released_at, INT64, NULL) \
	X(candidate, released_by, TEXT, NULL) \
	X(candidate, superseded_by, INT64, NULL)
/* clang-format on */

/* Parts of a transaction: LEDGER_NOT_FOUND if it is not there. */
void ledger_store_candidate(struct ledger *ledger,
    const struct candidate *candidate);
void ledger_read_candidate(struct ledger *ledger, int64_t id,
    struct candidate *candidate);

/* ---- transactions ---- */

/* A function that only reads. */
void ledger_look(struct ledger *ledger);
/* A function that writes: one transaction. */
void ledger_begin(struct ledger *ledger);
/* Ends either: all of it is on disk, or nothing was changed. */
enum ledger_end ledger_finish(struct ledger *ledger);

/* Lets the function under way end with END, in these words. */
void ledger_refuse(struct ledger *ledger, enum ledger_end end,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with what SQLite says of its status RC. */
void ledger_fail(struct ledger *ledger, int rc);

/* ---- statements; SQL is a literal ---- */

/* Runs SQL, any text, which is not kept. */
void ledger_exec(struct ledger *ledger, const char *sql);
/* Runs SQL to its end; returns how many rows it changed. */
int64_t ledger_run(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n);
/* Runs SQL, an SQL_INSERT or SQL_UPDATE, with the members of ROW; an id of 0
 * is stored as the next one.  Returns how many rows it changed. */
int64_t ledger_store(struct ledger *ledger, const char *sql,
    const struct ledger_shape *shape, const void *row);
/* The first row's first column; ABSENT if there is none or it is NULL. */
int64_t ledger_number(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n, int64_t absent);
/* The same as a text, to be freed; NULL if there is none. */
char *ledger_text(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n);
/* The same as 32 octets; false if there is none. */
bool ledger_hash(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n, uint8_t hash[32]);
/* One row into ROW, which is untouched and the end LEDGER_NOT_FOUND if there
 * is none. */
void ledger_row(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n,
    const struct ledger_shape *shape, void *row);
/* Whether there is one, without an end of its own. */
bool ledger_row_if(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n,
    const struct ledger_shape *shape, void *row);
/* All rows, in an array to be freed; NULL after a failure. */
void *ledger_rows(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n,
    const struct ledger_shape *shape, size_t *n_rows);
/* The first column of all rows, in an array to be freed. */
int64_t *ledger_numbers(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n, size_t *n_rows);

/* ---- the same in pieces ---- */

/* The statement for SQL; NULL after a failure. */
sqlite3_stmt *ledger_prepare(struct ledger *ledger, const char *sql);
/* The same with VALUES. */
sqlite3_stmt *ledger_bind(struct ledger *ledger, const char *sql,
    const struct ledger_value *values, size_t n);
/* True if PREPARED, which may be NULL, has another row. */
bool ledger_step(struct ledger *ledger, sqlite3_stmt *prepared);
/* Resets PREPARED: one that is not keeps a transaction open. */
void ledger_leave(sqlite3_stmt *prepared);
/* All rows, and ledger_leave(); how many were changed. */
int64_t ledger_run_out(struct ledger *ledger, sqlite3_stmt *prepared);
/* A copy of a text column; NULL, and a refusal, when memory is short. */
char *ledger_copy_text(struct ledger *ledger, sqlite3_stmt *prepared,
    int column);
/* Copies a column of 32 octets; false if it is not of that size. */
bool ledger_copy_hash(sqlite3_stmt *prepared, int column, uint8_t hash[32]);

/* ---- the schema ---- */

/* Written into the file's header, so that another database is not taken for
 * a ledger: "ZGLG". */
#define LEDGER_APPLICATION 0x5a474c47

/* The steps from no schema to LEDGER_SCHEMA; step N, statements and NULL, makes
 * version N + 1 of version N. */
extern const char *const *const ledger_schema[LEDGER_SCHEMA];

/* Brings the ledger from the version it has to N, each step a transaction. */
void ledger_migrate(struct ledger *ledger, const char *const *const *steps,
    int n);
/* Refuses a file that is no ledger, or a later version's than N. */
void ledger_check_version(struct ledger *ledger, int n);
/* Refuses a ledger in which a table is missing. */
void ledger_check_tables(struct ledger *ledger);

/* The VFS to open with: NULL, SQLite's own, but in builds with fault points. */
const char *ledger_vfs(void);

/* Enumerators' words. */
ledger_word ledger_state_word, ledger_decision_word;

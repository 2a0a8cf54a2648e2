/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_schema.c -- the tables, version by version; described in
 * zonegate-log(5).
 */
#include <stdio.h>

#include "ledger_sql.h"

/* Closed candidates, which may be forgotten: as their queries say it. */
#define CLOSED                                                                 \
	" WHERE state IN ('replaced', 'observed', 'superseded', 'discarded')"

/* clang-format off */
static const char *const from_nothing[] = {
    "PRAGMA application_id = 1514622023",
    "CREATE TABLE zones (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    "CREATE TABLE candidates ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  zone TEXT NOT NULL REFERENCES zones (name),"
    "  state TEXT NOT NULL CHECK (state IN ('waiting', 'judging', 'held',"
    "    'quarantined', 'releasing', 'released', 'replaced', 'observed',"
    "    'superseded', 'discarded')),"
    "  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),"
    "  bytes INTEGER NOT NULL,"
    "  received_sha256 BLOB NOT NULL CHECK (length(received_sha256) = 32),"
    "  received_at INTEGER NOT NULL,"
    "  via TEXT NOT NULL,"
    "  actor TEXT NOT NULL,"
    "  decided INTEGER NOT NULL,"
    "  decision TEXT NOT NULL CHECK (decision IN ('unjudged', 'disputed',"
    "    'block', 'hold', 'release')),"
    "  judged_at INTEGER NOT NULL,"
    "  seconds REAL NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  crashes INTEGER NOT NULL,"
    "  not_before INTEGER NOT NULL,"
    "  has_serial INTEGER NOT NULL,"
    "  serial INTEGER NOT NULL,"
    "  expiry INTEGER NOT NULL,"
    "  soa_expire INTEGER NOT NULL,"
    "  policy_sha256 BLOB NOT NULL CHECK (length(policy_sha256) = 32),"
    "  reason TEXT NOT NULL,"
    "  released_at INTEGER NOT NULL,"
    "  released_by TEXT NOT NULL,"
    "  superseded_by INTEGER NOT NULL"
    ") STRICT",
    "CREATE INDEX candidates_zone ON candidates (zone, id)",
    "CREATE INDEX candidates_state ON candidates (state, id)",
    "CREATE INDEX candidates_zone_state ON candidates (zone, state, id)",
    "CREATE INDEX candidates_sha256 ON candidates (zone, sha256, id)",
    "CREATE INDEX candidates_received"
    "  ON candidates (zone, received_sha256, id)",
    "CREATE INDEX candidates_closed ON candidates (zone, id)"
    CLOSED,
    "CREATE INDEX candidates_closed_at ON candidates (zone, received_at)"
    CLOSED,
    "CREATE TABLE summaries ("
    "  candidate INTEGER PRIMARY KEY"
    "    REFERENCES candidates (id) ON DELETE CASCADE,"
    "  text TEXT NOT NULL"
    ") STRICT",
    "CREATE TABLE findings ("
    "  candidate INTEGER NOT NULL"
    "    REFERENCES candidates (id) ON DELETE CASCADE,"
    "  position INTEGER NOT NULL,"
    "  check_name TEXT NOT NULL,"
    "  severity TEXT NOT NULL,"
    "  owner TEXT NOT NULL,"
    "  type TEXT NOT NULL,"
    "  count INTEGER NOT NULL,"
    "  fingerprint TEXT NOT NULL,"
    "  PRIMARY KEY (candidate, position)"
    ") STRICT, WITHOUT ROWID",
    "CREATE INDEX findings_fingerprint ON findings (fingerprint)",
    "CREATE TABLE keys ("
    "  zone TEXT NOT NULL,"
    "  kid TEXT NOT NULL,"
    "  tag INTEGER NOT NULL,"
    "  algorithm INTEGER NOT NULL,"
    "  flags INTEGER NOT NULL,"
    "  first_seen INTEGER NOT NULL,"
    "  last_seen INTEGER NOT NULL,"
    "  signs INTEGER NOT NULL,"
    "  PRIMARY KEY (zone, kid)"
    ") STRICT, WITHOUT ROWID",
    "CREATE TABLE releases ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  zone TEXT NOT NULL,"
    "  candidate INTEGER NOT NULL UNIQUE,"
    "  has_serial INTEGER NOT NULL,"
    "  serial INTEGER NOT NULL,"
    "  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),"
    "  released_at INTEGER NOT NULL,"
    "  released_by TEXT NOT NULL,"
    "  manifest_sha256 TEXT NOT NULL"
    ") STRICT",
    "CREATE INDEX releases_zone ON releases (zone, id)",
    "CREATE INDEX releases_serial ON releases (zone, serial, id)",
    "CREATE TABLE approvals ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  zone TEXT NOT NULL,"
    "  candidate INTEGER NOT NULL,"
    "  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),"
    "  fingerprint TEXT NOT NULL,"
    "  person TEXT NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  until INTEGER NOT NULL,"
    "  break_glass INTEGER NOT NULL"
    ") STRICT",
    "CREATE INDEX approvals_zone ON approvals (zone, candidate, until)",
    "CREATE INDEX approvals_sha256 ON approvals (zone, sha256)",
    "CREATE INDEX approvals_candidate ON approvals (candidate, until)",
    "CREATE TABLE steps ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  candidate INTEGER NOT NULL"
    "    REFERENCES candidates (id) ON DELETE CASCADE,"
    "  zone TEXT NOT NULL,"
    "  kind TEXT NOT NULL CHECK (kind IN ('hook', 'push', 'probe')),"
    "  name TEXT NOT NULL,"
    "  state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed',"
    "    'dropped')),"
    "  attempts INTEGER NOT NULL,"
    "  created_at INTEGER NOT NULL,"
    "  next_at INTEGER NOT NULL,"
    "  done_at INTEGER NOT NULL,"
    "  output TEXT NOT NULL,"
    "  UNIQUE (candidate, kind, name)"
    ") STRICT",
    "CREATE INDEX steps_open ON steps (zone, candidate)"
    "  WHERE state IN ('pending', 'failed')",
    "CREATE TABLE facts ("
    "  zone TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  value TEXT NOT NULL,"
    "  PRIMARY KEY (zone, name)"
    ") STRICT, WITHOUT ROWID",
    "CREATE TABLE deliveries ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  receiver TEXT NOT NULL,"
    "  body TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL,"
    "  next_at INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL"
    ") STRICT",
    "CREATE INDEX deliveries_due ON deliveries (next_at)",
    "CREATE INDEX deliveries_age ON deliveries (created_at)",
    "CREATE TABLE log_head ("
    "  one INTEGER PRIMARY KEY CHECK (one = 1),"
    "  sequence INTEGER NOT NULL,"
    "  hash TEXT NOT NULL"
    ") STRICT",
    NULL,
};
/* clang-format on */

const char *const *const ledger_schema[LEDGER_SCHEMA] = {
    [0] = from_nothing,
};

_Static_assert(LEDGER_APPLICATION == 1514622023,
    "the schema names the application in decimal");

#define N_TABLES 11

void
ledger_check_tables(struct ledger *ledger)
{
	int64_t there = ledger_number(ledger,
	    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name "
	    "IN ('zones', 'candidates', 'summaries', 'findings', 'keys', "
	    "'releases', 'approvals', 'steps', 'facts', 'deliveries', "
	    "'log_head')",
	    NO_VALUES, 0);

	if (there != N_TABLES) {
		ledger_refuse(ledger, LEDGER_CORRUPT,
		    "tables are missing: %lld of %d are there",
		    (long long)there, N_TABLES);
	}
}

void
ledger_check_version(struct ledger *ledger, int n)
{
	int64_t version =
	    ledger_number(ledger, "PRAGMA user_version", NO_VALUES, 0);
	int64_t application =
	    ledger_number(ledger, "PRAGMA application_id", NO_VALUES, 0);
	int64_t tables = ledger_number(ledger,
	    "SELECT count(*) FROM sqlite_schema", NO_VALUES, 0);
	bool is_new = version == 0 && application == 0 && tables == 0;

	if (application != LEDGER_APPLICATION && !is_new) {
		ledger_refuse(ledger, LEDGER_CORRUPT,
		    "it is a database, but no ledger of zonegate");
	}
	if (version > n) {
		ledger_refuse(ledger, LEDGER_NEWER,
		    "its schema is version %lld; this zonegate knows up to %d",
		    (long long)version, n);
	}
}

/* One step: its STATEMENTS, and the version after it. */
static void
migrate_step(struct ledger *ledger, const char *const *statements,
    int64_t version)
{
	char pragma[64];

	ledger_begin(ledger);
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %lld",
	    (long long)version);
	for (; *statements != NULL; statements++) {
		ledger_exec(ledger, *statements);
	}
	ledger_exec(ledger, pragma);
	ledger_finish(ledger);
}

void
ledger_migrate(struct ledger *ledger, const char *const *const *steps, int n)
{
	int64_t version =
	    ledger_number(ledger, "PRAGMA user_version", NO_VALUES, 0);

	for (; version < n && ledger->end == LEDGER_OK; version++) {
		migrate_step(ledger, steps[version], version + 1);
	}
}

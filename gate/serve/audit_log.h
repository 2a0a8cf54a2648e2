/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit_log.h -- the append-only, hash-chained log: STATE/log/audit.log, one
 * JSON object a line, written by the daemon alone (CentralNic DPS 4.4.1: time,
 * actor, sequence number, type, level).
 *
 * {"seq":1,"time":"2026-11-21T23:00:00Z","type":"candidate.received",
 *  "level":"info","actor":"spool","zone":"shop.","text":"...","data":{...},
 *  "prev":"<64 hex>","hash":"<64 hex>"}
 *
 * `hash' is SHA-256 of the line as written with the member `hash' and its comma
 * left out; `prev' is the hash of the entry before, of the first 64 zeros.  It
 * is a file, not a table, so that it outlives a broken ledger and can be
 * followed by whatever ships logs.  zonegate-log(5) is the whole format.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define LOG_ERROR 256

struct audit_log;

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ALARM };

/*
 * Opens STATE/log/audit.log for appending, made if it is not there.  A last
 * line without newline (the machine stopped in the middle of it) is cut off
 * and kept in audit.log.torn.  Checks the chain of its last 8 MiB; one that is
 * broken is gone on with after its last entry, so that a changed log stops
 * nobody, and one of which not even the end can be read is put aside as
 * audit.log.broken and begun anew: audit_log_damage() says so.
 * Returns NULL with the reason in ERROR.
 */
struct audit_log *audit_log_open(const char *state, char error[LOG_ERROR]);
void audit_log_close(struct audit_log *log);

/* What was found broken at opening; "": nothing. */
const char *audit_log_damage(const struct audit_log *log);
/* True unless entry SEQUENCE is missing or has another hash than HASH. */
bool audit_log_has(struct audit_log *log, uint64_t sequence, const char *hash);

/* The last entry's number (0: none) and hash. */
uint64_t audit_log_head(const struct audit_log *log, char hash[65]);

/*
 * Appends and syncs.  DATA may be NULL; the reference is taken.  ZONE may be
 * NULL.  Texts may hold any octets: what is no UTF-8 becomes U+FFFD, and more
 * than 4 KiB is cut; DATA that make the line longer than 64 KiB are left out.
 * Returns 0 or an errno; then nothing was appended (a torn line is cut off
 * again).
 */
int audit_log_add(struct audit_log *log, int64_t at_s, enum log_level level,
    const char *type, const char *actor, const char *zone, const char *text,
    json_t *data);

/* Entries after sequence AFTER, oldest first, at most LIMIT (0: 1000) and 1000
 * and 4 MiB, as a JSON array.  Cheap for the newest ones.  NULL when they cannot
 * be read. */
json_t *audit_log_read(struct audit_log *log, uint64_t after, size_t limit);

struct log_verified {
	uint64_t entries;
	uint64_t last;      /* sequence */
	char hash[65];      /* of the last entry */
	uint64_t broken_at; /* line of the first break; 0: none */
	bool unfinished;    /* a last line without newline, which is no entry:
	                       it is being written, or was torn */
	char why[LOG_ERROR];
};
/* `zonegate log verify': the whole chain of FILE.  False if it is broken or
 * cannot be read (broken_at is 0 then). */
bool audit_log_verify(const char *file, struct log_verified *verified);
/* The same, and the entry SEQUENCE must be there and have HASH: the head that
 * the ledger knows, asked for before. */
bool audit_log_verify_against(const char *file, uint64_t sequence,
    const char *hash, struct log_verified *verified);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger.h -- what the gate remembers: SQLite in STATE/ledger.sqlite, WAL,
 * synchronous FULL.
 *
 * What is published never hangs on it: outbox and manifests are enough to make
 * it again.  Every function that changes it is one transaction, on disk when
 * it returns 0.  Only the daemon writes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "candidate.h"

#define LEDGER_SCHEMA 1
#define LEDGER_ERROR 256

struct ledger;

/* How a call ended. */
enum ledger_end {
	LEDGER_OK,
	LEDGER_NOT_FOUND,
	LEDGER_FULL,      /* no space; nothing was changed */
	LEDGER_READ_ONLY, /* cannot be written */
	LEDGER_CORRUPT,   /* is no ledger, or not one of ours any more */
	LEDGER_NEWER,     /* written by a later version of zonegate */
	LEDGER_FAILED,    /* anything else; ledger_error() says what */
};

/*
 * Opens STATE/ledger.sqlite, made if it is not there (CREATE; LEDGER_NOT_FOUND
 * otherwise), and brings an older schema up to LEDGER_SCHEMA, each version in
 * one transaction.  With LEDGER_OK, *LEDGER is to be closed with
 * ledger_close(); otherwise it is untouched and the reason is in ERROR.
 * quick_check runs at opening.
 */
enum ledger_end ledger_open(const char *state, bool create,
    struct ledger **ledger, char error[LEDGER_ERROR]);
/* The same for reading only, beside a daemon that writes; no quick_check. */
/* False once another file, or none, has the ledger's name: what is written then
 * is lost with this process. */
bool ledger_is_there(struct ledger *ledger);
enum ledger_end ledger_open_to_read(const char *state, struct ledger **ledger,
    char error[LEDGER_ERROR]);
void ledger_close(struct ledger *ledger); /* NULL is fine */

/* What went wrong last, in words. */
const char *ledger_error(const struct ledger *ledger);

/* ---- candidates ---- */

/* Stores a new candidate and gives it its id.  One that has an id (not 0: it
 * comes from a manifest) keeps it; LEDGER_FAILED if that is taken. */
enum ledger_end ledger_add(struct ledger *ledger, struct candidate *candidate);
/* Stores every member of one that is there: read it anew before, for
 * ledger_release() and ledger_decide() of others change it too. */
enum ledger_end ledger_update(struct ledger *ledger,
    const struct candidate *candidate);
enum ledger_end ledger_get(struct ledger *ledger, int64_t id,
    struct candidate *candidate);
/* The newest candidate of ZONE with these octets (as received, or unpacked). */
enum ledger_end ledger_find(struct ledger *ledger, const char *zone,
    const uint8_t sha256[32], struct candidate *candidate);

/* Which candidates: zero members do not narrow it. */
struct ledger_filter {
	const char *zone;
	unsigned states; /* bits 1 << enum candidate_state */
	int64_t before;  /* ids below this */
	size_t limit;    /* 0: 1000 */
};
/* Newest first.  *ROWS is to be freed; *N is their number. */
enum ledger_end ledger_list(struct ledger *ledger,
    const struct ledger_filter *filter, struct candidate **rows, size_t *n);

/* The verdict on a candidate, decided: its members, and the JSON summary
 * (outcome.h) that pages show, or NULL.  One transaction; `findings' and
 * `keys' rows are made from the summary.  The verdict before it goes. */
enum ledger_end ledger_decide(struct ledger *ledger,
    const struct candidate *candidate, const char *summary);
/* The summary, to be freed; NULL if there is none. */
char *ledger_summary(struct ledger *ledger, int64_t id);

/* CANDIDATE (RELEASING) is in the outbox with its manifest: it becomes
 * RELEASED, the zone's one before it REPLACED, older held and waiting ones
 * SUPERSEDED.  In observe mode (STATE says CANDIDATE_WAITING) only `released_at'
 * and the release are noted, and a RELEASED one is REPLACED.  `released_at' and
 * `released_by' are the caller's to set; the rest of CANDIDATE is read anew.
 * Doing it twice changes nothing. */
enum ledger_end ledger_release(struct ledger *ledger,
    struct candidate *candidate, const char *manifest_sha256);

/* What ZONE has released last: the candidate.  LEDGER_NOT_FOUND if nothing. */
enum ledger_end ledger_released(struct ledger *ledger, const char *zone,
    struct candidate *candidate);

/* True, with the serial's last released SHA-256, if SERIAL of ZONE was ever
 * released; true with zeros if the ledger cannot say. */
bool ledger_serial(struct ledger *ledger, const char *zone, uint32_t serial,
    uint8_t sha256[32]);

/* ---- making it again, from manifests (rebuild.h) ---- */

/* A release of before.  CANDIDATE has its id and its state. */
struct past_release {
	struct candidate candidate;
	char manifest_sha256[65];
	bool row; /* the candidate too, not the release alone */
};

/* Notes N releases of one zone, in their order, in one transaction.  One whose
 * id is noted already is left out. */
enum ledger_end ledger_restore(struct ledger *ledger,
    const struct past_release *releases, size_t n);
/* Ids up to ABOVE are not given any more. */
enum ledger_end ledger_skip_ids(struct ledger *ledger, int64_t above);

/* ---- approvals ---- */

struct approval {
	int64_t id;
	char zone[LIMIT_NAME_TEXT];
	int64_t candidate;    /* 0: binds to the fingerprint */
	uint8_t sha256[32];   /* the candidate's octets */
	char fingerprint[65]; /* of a finding, or "" */
	char person[ACTOR_TEXT];
	char reason[REASON_TEXT];
	int64_t at, until; /* until: 0 for a candidate's */
	bool break_glass;
};

enum ledger_end ledger_approve(struct ledger *ledger,
    struct approval *approval);
/* Those of CANDIDATE that bind to its octets, and the zone's fingerprints
 * that hold at AT_S. */
enum ledger_end ledger_approvals(struct ledger *ledger,
    const struct candidate *candidate, int64_t at_s, struct approval **rows,
    size_t *n);

/* ---- steps after a release: hooks, pushes, probes ---- */

enum step_kind { STEP_HOOK, STEP_PUSH, STEP_PROBE, N_STEP_KINDS };
enum step_state { STEP_PENDING, STEP_DONE, STEP_FAILED, STEP_DROPPED };

struct step {
	int64_t id;
	int64_t candidate;
	char zone[LIMIT_NAME_TEXT];
	enum step_kind kind;
	char name[64];
	enum step_state state; /* FAILED: will be tried again at NEXT_AT */
	unsigned attempts;
	int64_t created_at, next_at, done_at;
	char output[512]; /* the end of what it said, or why it failed */
};

/* Adds the steps of a release, and drops those of the zone's older ones that
 * are not done.  Adding those of a candidate again changes nothing; ids come
 * with ledger_steps(). */
enum ledger_end ledger_add_steps(struct ledger *ledger,
    const struct step *steps, size_t n);
/* One that was dropped meanwhile stays so, unless it is done. */
enum ledger_end ledger_update_step(struct ledger *ledger,
    const struct step *step);
/* Of a candidate, or with 0 all that are PENDING or FAILED. */
enum ledger_end ledger_steps(struct ledger *ledger, int64_t candidate,
    struct step **rows, size_t *n);

/* ---- zones, keys, counters ---- */

/* Small facts that live over restarts, by zone ("" for the gate) and name:
 * "last_good_at", "newest_time", "policy_sha256", ... */
/* VALUE NULL: it is forgotten. */
enum ledger_end ledger_set_fact(struct ledger *ledger, const char *zone,
    const char *name, const char *value);
/* To be freed; NULL if there is none. */
char *ledger_fact(struct ledger *ledger, const char *zone, const char *name);

/* ---- alarms that are on, and messages on their way out ---- */

/* One message to one receiver, kept until it arrives or is too old. */
struct delivery {
	int64_t id;
	char receiver[64]; /* a webhook's name */
	char *body;        /* JSON; malloc'd */
	int64_t created_at, next_at;
	unsigned attempts;
};
enum ledger_end ledger_add_delivery(struct ledger *ledger,
    struct delivery *delivery);
enum ledger_end ledger_update_delivery(struct ledger *ledger,
    const struct delivery *delivery);
enum ledger_end ledger_drop_delivery(struct ledger *ledger, int64_t id);
/* Those due at AT_S, oldest first; rows and bodies are to be freed. */
enum ledger_end ledger_deliveries(struct ledger *ledger, int64_t at_s,
    size_t limit, struct delivery **rows, size_t *n);

/* ---- keeping house ---- */

/*
 * Forgets decided candidates beyond the newest KEEP of each zone that are
 * older than BEFORE_S, never the one that is released, held, waiting or being
 * judged; deliveries older than BEFORE_S too.  The ids whose files may go are
 * in *IDS (to be freed), at most 1000 a call.
 */
enum ledger_end ledger_forget(struct ledger *ledger, unsigned keep,
    int64_t before_s, int64_t **ids, size_t *n);

/* The last entry of the audit log that the ledger knows (audit_log.h): set
 * after each entry, it never goes back, so that entries that were lost are
 * missed.  At start the daemon compares it with audit_log_head(). */
enum ledger_end ledger_set_log_head(struct ledger *ledger, uint64_t sequence,
    const char hash[65]);
bool ledger_log_head(struct ledger *ledger, uint64_t *sequence, char hash[65]);

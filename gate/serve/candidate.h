/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * candidate.h -- a snapshot on its way: what the ledger keeps of it, and the
 * words for its states.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "contract/limits.h"
#include "decide.h"

/*
 *             +-> SUPERSEDED (a newer one arrived before its turn)
 *             |
 *   WAITING --+-> JUDGING --+-> RELEASING --> RELEASED --> REPLACED
 *      ^               |    |        ^
 *      +---------------+    +-> HELD + (approved)
 *       judged again        |     +----> SUPERSEDED, DISCARDED
 *                           +-> QUARANTINED (as HELD; crashed twice)
 *
 * In observe mode: WAITING (published already) --> JUDGING --> OBSERVED.
 */
enum candidate_state {
	CANDIDATE_NONE, /* zero: never valid, never stored */
	CANDIDATE_WAITING,
	CANDIDATE_JUDGING,
	CANDIDATE_HELD,
	CANDIDATE_QUARANTINED,
	CANDIDATE_RELEASING, /* decided; not yet wholly in the outbox */
	CANDIDATE_RELEASED,  /* what distribution has now */
	CANDIDATE_REPLACED,  /* released, and another after it */
	CANDIDATE_OBSERVED,
	CANDIDATE_SUPERSEDED,
	CANDIDATE_DISCARDED,
	N_CANDIDATE_STATES
};

#define ACTOR_TEXT 128
#define REASON_TEXT 1024

struct candidate {
	int64_t id; /* from 1, never used twice */
	char zone[LIMIT_NAME_TEXT];
	enum candidate_state state;
	uint8_t sha256[32]; /* of the unpacked octets, as judged and released */
	uint64_t bytes;
	uint8_t received_sha256[32]; /* as received, packed perhaps */
	int64_t received_at;         /* seconds since 1970, as all times */
	char via[16];                /* "spool", "http", "command" */
	char actor[ACTOR_TEXT];      /* who handed it in */

	bool decided;
	enum decision decision; /* counts only if decided */
	int64_t judged_at;
	double seconds;     /* of the last run */
	unsigned attempts;  /* runs that ended without a verdict */
	unsigned crashes;   /* of the judging process itself */
	int64_t not_before; /* judge (again) no earlier; 0: now */
	bool has_serial;
	uint32_t serial;
	int64_t expiry;      /* earliest RRSIG expiration; 0: unknown */
	uint32_t soa_expire; /* the SOA's EXPIRE field; 0: unknown */
	uint8_t policy_sha256[32];
	char reason[REASON_TEXT]; /* of the decision, in one sentence */

	int64_t released_at;  /* 0: never */
	char released_by[16]; /* "verdict", "approval", "headroom", "observe" */
	int64_t superseded_by; /* a candidate's id, or 0 */
};

/* "waiting", "judging", ... and back; CANDIDATE_NONE if it is no such word. */
const char *candidate_state_name(enum candidate_state state);
enum candidate_state candidate_state_from_name(const char *name);

/* True for those that wait for a person: HELD and QUARANTINED. */
bool candidate_is_held(const struct candidate *candidate);

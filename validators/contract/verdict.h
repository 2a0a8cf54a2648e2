/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verdict.h -- what one validator says of each claim, as a stream of frames.
 *
 * A worker writes: HELLO, CANARY (before) ..., READING (zonegate-ldns only),
 * VERDICTS and WORDS ..., CANARY (after) ..., BYE.  Any other order, a claim
 * answered twice, an octet too many or too few is a garbled stream.  The gate
 * collects a bounded number of octets and reads them with verdicts_read().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/limits.h"
#include "contract/reading.h"

#define VERDICT_MAGIC "zgverdct"
#define VERDICT_VERSION 1

enum verdict {
	VERDICT_UNJUDGED, /* zero: nobody said anything */
	VERDICT_SECURE,   /* the only one that passes */
	VERDICT_INSECURE,
	VERDICT_BOGUS,
	VERDICT_INDETERMINATE,
	N_VERDICTS
};

/* Why a verdict is not SECURE.  Rows: REASON(id, text). */
enum reason {
#define REASON(id, text) REASON_##id,
#include "contract/reasons.def"
#undef REASON
	N_REASONS
};

enum frame_type {
	FRAME_VOID, /* zero: never valid */
	FRAME_HELLO,
	FRAME_CANARY,
	FRAME_READING,
	FRAME_VERDICTS,
	FRAME_WORDS,
	FRAME_BYE,
};

struct frame {
	uint32_t type;   /* enum frame_type */
	uint32_t length; /* of what follows, before padding to 8 */
};

/* "Who judges what." */
struct frame_hello {
	char magic[8];
	uint32_t version;
	uint32_t slice, n_slices;
	uint32_t zero;
	uint8_t snapshot_sha256[32]; /* the job's */
	uint8_t judged_sha256[32]; /* of the octets it really has: for ldns the
	                                snapshot, for unbound the units file */
	char library[32];          /* "ldns", "libunbound" */
	char library_version[32];  /* what is loaded, not what was compiled */
	char crypto[32];           /* "OpenSSL", "Nettle" */
	char crypto_version[64];
};

enum canary_phase { CANARY_BEFORE = 1, CANARY_AFTER = 2 };

/* One signed canary and its twin with one bit of the signature flipped. */
struct frame_canary {
	uint8_t algorithm;
	uint8_t phase;   /* enum canary_phase */
	uint8_t intact;  /* enum verdict: SECURE if awake */
	uint8_t flipped; /* enum verdict: BOGUS if awake */
};

struct verdict_row {
	uint8_t verdict; /* enum verdict */
	uint8_t reason;  /* enum reason */
};

/* Followed by COUNT rows. */
struct frame_verdicts {
	uint32_t first_claim;
	uint32_t count;
};

/* Followed by text: what the library itself says. */
struct frame_words {
	uint32_t claim;
};

struct frame_bye {
	uint64_t judged; /* verdict rows written */
};

/* ---- writing, for workers ---- */

/* All of these return false when the descriptor does not take the octets. */
bool frame_write(int fd, enum frame_type type, const void *payload,
    size_t length);
bool frame_write_verdicts(int fd, uint32_t first_claim,
    const struct verdict_row *rows, uint32_t count);
/* Control octets are replaced, text is cut at LIMIT_MESSAGE_BYTES. */
bool frame_write_words(int fd, uint32_t claim, const char *text);

/* ---- reading, for the gate ---- */

struct words {
	uint32_t claim;
	uint32_t length;
	const char *text; /* into the stream; not terminated */
};

#define LIMIT_CANARIES 64

struct verdicts {
	struct frame_hello hello;
	struct frame_canary canaries[LIMIT_CANARIES];
	unsigned n_canaries;
	bool has_reading;
	struct reading reading;
	struct words words[LIMIT_WORDS_PER_WORKER];
	unsigned n_words;
	uint64_t judged;
};

/* The most octets a well-formed stream over N_CLAIMS claims can have. */
size_t verdicts_max_octets(uint32_t n_claims);

/*
 * Reads the stream of LENGTH octets at AT, aligned to 8, into VERDICTS, and
 * the verdict of each claim c into rows[c]; ROWS has N_CLAIMS entries, which
 * the caller zeroed: those the worker does not speak of stay as they are.
 *
 * Returns NULL, or a text that says how the stream is garbled; then nothing
 * in VERDICTS and ROWS may be used.
 */
const char *verdicts_read(const void *at, size_t length, uint32_t n_claims,
    struct verdict_row *rows, struct verdicts *verdicts);

/* "unjudged", "secure", ... */
const char *verdict_name(enum verdict verdict);

/* The text of reasons.def. */
const char *reason_text(enum reason reason);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manifest.h -- the signed statement beside each released zone: what was
 * released, why, judged by whom.
 *
 * Schema "zonegate-manifest-1", documented in zonegate-manifest(5): a JSON
 * object {"payload": "<base64url of the JSON text that is signed>", "key":
 * "<hex SHA-256 of the raw public key>", "signature": "<base64url, Ed25519>"}.
 * The signature is over the octets "zonegate-manifest-1\n" and then the payload
 * text, so that what is verified is what was written, whatever JSON libraries
 * do in between.  The same manifest under the same key is the same text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "candidate.h"

#define MANIFEST_ERROR 512
#define LIMIT_MANIFEST_BYTES 65536

struct manifest {
	char zone[LIMIT_NAME_TEXT];
	int64_t candidate;
	bool has_serial;
	uint32_t serial;
	uint8_t sha256[32]; /* of the zone text */
	uint64_t bytes;
	char decision[16];    /* decision_name(), or "none" in observe mode */
	char released_by[16]; /* as struct candidate */
	char approvals[REASON_TEXT]; /* "alice: reason; bob: reason", or "" */
	char ldns[96], unbound[96];  /* "ldns 1.8.3, OpenSSL 3.0.17", ... */
	uint8_t policy_sha256[32];
	char policy[64];
	int64_t at;
	int64_t expiry; /* earliest RRSIG expiration, or 0 */
	uint32_t soa_expire;
	char previous[65]; /* SHA-256 of the manifest file before it, or "" */
};

struct manifest_key;

/*
 * The key in STATE/keys/manifest.key (PEM, mode 0600); CREATE makes one, and
 * manifest.pub beside it, if there is none.  The keys in former.pub beside it,
 * if there is such a file, verify too.  NULL with the reason in ERROR.
 */
struct manifest_key *manifest_key_open(const char *state, bool create,
    char error[MANIFEST_ERROR]);
/* The public keys in a PEM file, one or more: verify, cannot sign. */
struct manifest_key *manifest_key_public(const char *file,
    char error[MANIFEST_ERROR]);
void manifest_key_free(struct manifest_key *key);

/*
 * The manifest's file text, to be freed; its SHA-256 in hex in HASH.  In texts
 * that are not UTF-8 the octets that are not ASCII become `?'.  NULL only if
 * KEY cannot sign, or a time is beyond the year 9999.
 */
char *manifest_write(const struct manifest *manifest,
    const struct manifest_key *key, size_t *length, char hash[65]);

/* The payload's JSON text of a manifest that was verified, to be freed. */
char *manifest_payload(const char *text, size_t length, size_t *payload_length);

/*
 * Reads and verifies LENGTH octets of TEXT.  True, with MANIFEST filled and the
 * text's SHA-256 in HASH; or false with the reason in ERROR.
 */
bool manifest_read(const char *text, size_t length,
    const struct manifest_key *key, struct manifest *manifest, char hash[65],
    char error[MANIFEST_ERROR]);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manifest_key.h -- Ed25519 keys: the one that signs, and those whose
 * signatures count.
 */
#pragma once

#include "manifest.h"

#define SIGNATURE_OCTETS 64
/* Public keys in one file: the present one and those before it. */
#define LIMIT_MANIFEST_KEYS 16

/* The name of the key that signs: hex SHA-256 of the raw public key; of a key
 * that cannot sign, that of its first one. */
const char *manifest_key_id(const struct manifest_key *key);

/* False if KEY cannot sign. */
bool manifest_key_sign(const struct manifest_key *key, const void *at,
    size_t size, uint8_t signature[SIGNATURE_OCTETS]);

/* How a signature is. */
enum signature_state {
	SIGNATURE_UNKNOWN_KEY, /* zero: no key of that name */
	SIGNATURE_BAD,
	SIGNATURE_GOOD,
};
enum signature_state manifest_key_verify(const struct manifest_key *key,
    const char *id, const void *at, size_t size,
    const uint8_t signature[SIGNATURE_OCTETS]);

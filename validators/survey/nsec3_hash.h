/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec3_hash.h -- hashed owner names of NSEC3 (RFC 5155 5) and their text
 * form (RFC 4648 7, base32hex without padding).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SHA-1, the only hash algorithm there is (RFC 5155 11). */
#define NSEC3_SHA1 1
#define NSEC3_HASH_OCTETS 20
/* Characters of a hash in base32hex. */
#define NSEC3_HASH_TEXT 32

/* What a chain's hashes are made with. */
struct nsec3_hasher;

/* Dies if there is no SHA-1.  SALT is borrowed until nsec3_hasher_free(). */
struct nsec3_hasher *nsec3_hasher_new(const uint8_t *salt, uint8_t salt_length,
    uint16_t iterations);
void nsec3_hasher_free(struct nsec3_hasher *hasher);

/* Hashes LENGTH octets of a name in wire form and lower case. */
void nsec3_hash(struct nsec3_hasher *hasher, const uint8_t *name, size_t length,
    uint8_t hash[NSEC3_HASH_OCTETS]);

/*
 * Reads LENGTH characters of base32hex, of either case, into HASH.  Returns
 * false unless they are the text of exactly NSEC3_HASH_OCTETS octets.
 */
bool nsec3_hash_from_text(const uint8_t *text, size_t length,
    uint8_t hash[NSEC3_HASH_OCTETS]);

/* Writes the text of HASH in lower case with a final NUL; returns TEXT. */
char *nsec3_hash_to_text(const uint8_t hash[NSEC3_HASH_OCTETS],
    char text[NSEC3_HASH_TEXT + 1]);

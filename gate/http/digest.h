/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * digest.h -- Content-Digest (RFC 9530): what the sender says of its content,
 * and whether that is so.
 */
#pragma once

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is understood, as header Want-Content-Digest says it. */
#define DIGEST_WANTED "sha-512=3, sha-256=10"

enum digest_kind { DIGEST_SHA256, DIGEST_SHA512, N_DIGESTS };

struct digest {
	bool wanted[N_DIGESTS];
	uint8_t said[N_DIGESTS][64];
	EVP_MD_CTX *context[N_DIGESTS];
};

/*
 * Reads FIELD, the value of a Content-Digest header.  False if it is no such
 * thing, or has no digest that is understood: who sends one wants it checked.
 */
bool digest_read(const char *field, struct digest *digest);

/* Starts, goes on with, and compares what is wanted.  False on failure. */
bool digest_begin(struct digest *digest);
bool digest_update(struct digest *digest, const void *at, size_t size);
bool digest_matches(struct digest *digest);

void digest_release(struct digest *digest);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/nsec3_hash.h"

#include <stdlib.h>

#include <openssl/evp.h>

#include "base/die.h"
#include "base/memory.h"

struct nsec3_hasher {
	EVP_MD *sha1;
	EVP_MD_CTX *context;
	const uint8_t *salt;
	uint8_t salt_length;
	uint16_t iterations;
};

struct nsec3_hasher *
nsec3_hasher_new(const uint8_t *salt, uint8_t salt_length, uint16_t iterations)
{
	struct nsec3_hasher *hasher = xcalloc(1, sizeof(*hasher));

	hasher->sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	hasher->context = EVP_MD_CTX_new();
	if (hasher->sha1 == NULL || hasher->context == NULL) {
		die("nsec3: libcrypto has no SHA-1");
	}
	hasher->salt = salt;
	hasher->salt_length = salt_length;
	hasher->iterations = iterations;
	return hasher;
}

void
nsec3_hasher_free(struct nsec3_hasher *hasher)
{
	if (hasher == NULL) {
		return;
	}
	EVP_MD_CTX_free(hasher->context);
	EVP_MD_free(hasher->sha1);
	free(hasher);
}

static void
hash_once(struct nsec3_hasher *hasher, const uint8_t *octets, size_t length,
    uint8_t hash[NSEC3_HASH_OCTETS])
{
	if (EVP_DigestInit_ex2(hasher->context, hasher->sha1, NULL) != 1 ||
	    EVP_DigestUpdate(hasher->context, octets, length) != 1 ||
	    EVP_DigestUpdate(hasher->context, hasher->salt,
	        hasher->salt_length) != 1 ||
	    EVP_DigestFinal_ex(hasher->context, hash, NULL) != 1) {
		die("nsec3: SHA-1 failed");
	}
}

void
nsec3_hash(struct nsec3_hasher *hasher, const uint8_t *name, size_t length,
    uint8_t hash[NSEC3_HASH_OCTETS])
{
	/* RFC 5155 5: IH(salt, x, 0) = H(x || salt); the iterations count
	 * those that come after it. */
	hash_once(hasher, name, length, hash);
	for (unsigned i = 0; i < hasher->iterations; i++) {
		hash_once(hasher, hash, NSEC3_HASH_OCTETS, hash);
	}
}

/* Five bits, or -1. */
static int
digit_value(uint8_t c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'v') {
		return c - 'a' + 10;
	}
	if (c >= 'A' && c <= 'V') {
		return c - 'A' + 10;
	}
	return -1;
}

bool
nsec3_hash_from_text(const uint8_t *text, size_t length,
    uint8_t hash[NSEC3_HASH_OCTETS])
{
	uint8_t octets[NSEC3_HASH_OCTETS];
	uint32_t bits = 0;
	unsigned n_bits = 0;
	size_t n = 0;

	if (length != NSEC3_HASH_TEXT) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		int value = digit_value(text[i]);

		if (value < 0) {
			return false;
		}
		bits = bits << 5 | (uint32_t)value;
		n_bits += 5;
		if (n_bits >= 8) {
			n_bits -= 8;
			octets[n++] = (uint8_t)(bits >> n_bits);
		}
	}
	for (size_t i = 0; i < NSEC3_HASH_OCTETS; i++) {
		hash[i] = octets[i];
	}
	return true;
}

char *
nsec3_hash_to_text(const uint8_t hash[NSEC3_HASH_OCTETS],
    char text[NSEC3_HASH_TEXT + 1])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	uint32_t bits = 0;
	unsigned n_bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < NSEC3_HASH_OCTETS; i++) {
		bits = bits << 8 | hash[i];
		n_bits += 8;
		while (n_bits >= 5) {
			n_bits -= 5;
			text[n++] = digits[bits >> n_bits & 31];
		}
	}
	text[n] = '\0';
	return text;
}

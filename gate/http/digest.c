/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/digest.h"

#include <openssl/crypto.h>
#include <string.h>

static const struct {
	const char *name;
	size_t size;             /* octets */
	size_t encoded, letters; /* in base64, with and without padding */
	const EVP_MD *(*method)(void);
} kinds[N_DIGESTS] = {
    [DIGEST_SHA256] = {"sha-256", 32, 44, 43, EVP_sha256},
    [DIGEST_SHA512] = {"sha-512", 64, 88, 86, EVP_sha512},
};

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* TEXT of LENGTH octets in base64; false if it is none of the right size. */
static bool
read_value(const char *text, size_t length, enum digest_kind kind,
    struct digest *digest)
{
	/* EVP_DecodeBlock() writes zeros for the padding. */
	uint8_t octets[66];

	if (length != kinds[kind].encoded ||
	    strspn(text, base64) != kinds[kind].letters ||
	    EVP_DecodeBlock(octets, (const uint8_t *)text, (int)length) < 0) {
		return false;
	}
	memcpy(digest->said[kind], octets, kinds[kind].size);
	digest->wanted[kind] = true;
	return true;
}

/*
 * Reads one "name=:base64:" at *TEXT and goes behind it (RFC 9530 2: a
 * dictionary of octet sequences).  A name that is not known is passed over.
 */
static bool
read_member(const char **text, struct digest *digest)
{
	const char *name = *text;
	size_t length =
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-.*");
	const char *value = name + length + 2;

	if (length == 0 || name[length] != '=' || name[length + 1] != ':') {
		return false;
	}
	size_t size = strcspn(value, ":");

	if (value[size] != ':' ||
	    strspn(value, base64) +
	            strspn(value + strspn(value, base64), "=") !=
	        size) {
		return false;
	}
	*text = value + size + 1;
	for (enum digest_kind kind = 0; kind < N_DIGESTS; kind++) {
		if (strlen(kinds[kind].name) == length &&
		    memcmp(kinds[kind].name, name, length) == 0) {
			return read_value(value, size, kind, digest);
		}
	}
	return true;
}

bool
digest_read(const char *field, struct digest *digest)
{
	*digest = (struct digest){.wanted = {false}};
	for (;;) {
		field += strspn(field, " \t");
		if (!read_member(&field, digest)) {
			return false;
		}
		field += strspn(field, " \t");
		if (*field == '\0') {
			break;
		}
		if (*field++ != ',') {
			return false;
		}
	}
	return digest->wanted[DIGEST_SHA256] || digest->wanted[DIGEST_SHA512];
}

bool
digest_begin(struct digest *digest)
{
	for (enum digest_kind kind = 0; kind < N_DIGESTS; kind++) {
		if (!digest->wanted[kind]) {
			continue;
		}
		digest->context[kind] = EVP_MD_CTX_new();
		if (digest->context[kind] == NULL ||
		    EVP_DigestInit_ex(digest->context[kind],
		        kinds[kind].method(), NULL) != 1) {
			return false;
		}
	}
	return true;
}

bool
digest_update(struct digest *digest, const void *at, size_t size)
{
	bool good = true;

	for (enum digest_kind kind = 0; kind < N_DIGESTS; kind++) {
		if (digest->context[kind] != NULL) {
			good = EVP_DigestUpdate(digest->context[kind], at,
			           size) == 1 &&
			       good;
		}
	}
	return good;
}

bool
digest_matches(struct digest *digest)
{
	bool same = true;

	for (enum digest_kind kind = 0; kind < N_DIGESTS; kind++) {
		uint8_t found[EVP_MAX_MD_SIZE];

		if (!digest->wanted[kind]) {
			continue;
		}
		same = digest->context[kind] != NULL &&
		       EVP_DigestFinal_ex(digest->context[kind], found, NULL) ==
		           1 &&
		       CRYPTO_memcmp(found, digest->said[kind],
		           kinds[kind].size) == 0 &&
		       same;
	}
	return same;
}

void
digest_release(struct digest *digest)
{
	for (enum digest_kind kind = 0; kind < N_DIGESTS; kind++) {
		EVP_MD_CTX_free(digest->context[kind]);
		digest->context[kind] = NULL;
	}
}

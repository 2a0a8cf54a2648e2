/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/token.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>
#include <strings.h>

const struct config_token *
token_find(const struct config *config, const char *text)
{
	const struct config_token *found = NULL;
	uint8_t sha256[32];

	SHA256((const unsigned char *)text, strlen(text), sha256);
	for (size_t i = 0; i < config->n_tokens; i++) {
		if (CRYPTO_memcmp(sha256, config->tokens[i].sha256, 32) == 0) {
			found = &config->tokens[i];
		}
	}
	return found;
}

/* Names with and without the final dot are the same. */
static bool
is_same_zone(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	n -= n > 1 && a[n - 1] == '.';
	m -= m > 1 && b[m - 1] == '.';
	return n == m && strncasecmp(a, b, n) == 0;
}

bool
zones_name(char *const *zones, const char *zone)
{
	for (; zones != NULL && *zones != NULL; zones++) {
		if (strcmp(*zones, "*") == 0 || is_same_zone(*zones, zone)) {
			return true;
		}
	}
	return false;
}

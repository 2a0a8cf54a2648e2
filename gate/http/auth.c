/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/auth.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

bool
auth_configured(const struct http_settings *settings)
{
	return settings->n_tokens != 0 || settings->n_clients != 0;
}

/* All rows are compared, all octets of each: the time says nothing. */
static const struct http_account *
find(const struct http_account *accounts, size_t n, const uint8_t sha256[32])
{
	const struct http_account *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (CRYPTO_memcmp(accounts[i].sha256, sha256, 32) == 0) {
			found = &accounts[i];
		}
	}
	return found;
}

/* The token in "Bearer TOKEN", or NULL: RFC 6750 2.1. */
static const char *
bearer(const char *authorization)
{
	static const char octets[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                             "abcdefghijklmnopqrstuvwxyz"
	                             "0123456789-._~+/";

	if (strncasecmp(authorization, "Bearer ", 7) != 0) {
		return NULL;
	}
	const char *token = authorization + 7;

	token += strspn(token, " ");
	size_t length = strspn(token, octets);
	size_t end = length + strspn(token + length, "=");

	return length > 0 && end <= AUTH_TOKEN_MAX && token[end] == '\0' ? token
	                                                                 : NULL;
}

static void
become(const struct http_account *account, struct caller *caller)
{
	caller->name = account->name;
	caller->role = account->role;
	caller->zones = account->zones;
}

enum auth_end
auth_read(const struct http_settings *settings, const char *authorization,
    const uint8_t certificate[32], struct caller *caller)
{
	caller->name = "anonymous";
	caller->role = HTTP_ROLE_NONE;
	caller->zones = NULL;
	caller->token = NULL;
	if (!auth_configured(settings)) {
		caller->role = HTTP_ROLE_VIEWER;
		return AUTH_KNOWN;
	}
	const struct http_account *account = NULL;

	if (authorization != NULL) {
		const char *token = bearer(authorization);
		uint8_t sha256[32];
		unsigned size = sizeof(sha256);

		if (token != NULL && EVP_Digest(token, strlen(token), sha256,
		                         &size, EVP_sha256(), NULL) == 1) {
			account =
			    find(settings->tokens, settings->n_tokens, sha256);
		}
		if (account == NULL) {
			return AUTH_REFUSED;
		}
		caller->token = token;
	} else if (certificate != NULL) {
		account =
		    find(settings->clients, settings->n_clients, certificate);
	}
	if (account == NULL) {
		return AUTH_NOBODY;
	}
	become(account, caller);
	/* Browsers show certificates unasked: approving wants a token. */
	if (caller->token == NULL && caller->role == HTTP_ROLE_OPERATOR) {
		caller->role = HTTP_ROLE_VIEWER;
	}
	return AUTH_KNOWN;
}

bool
auth_includes(const struct caller *caller, enum http_role role)
{
	switch (role) {
	case HTTP_ROLE_NONE:
		return true;
	case HTTP_ROLE_VIEWER:
		return caller->role != HTTP_ROLE_NONE;
	case HTTP_ROLE_SUBMITTER:
	case HTTP_ROLE_OPERATOR:
		return caller->role == role;
	}
	return false;
}

bool
auth_may_submit(const struct caller *caller, const char *zone)
{
	if (caller->role != HTTP_ROLE_SUBMITTER || caller->zones == NULL) {
		return false;
	}
	for (char *const *row = caller->zones; *row != NULL; row++) {
		if (strcmp(*row, "*") == 0 || strcmp(*row, zone) == 0) {
			return true;
		}
	}
	return false;
}

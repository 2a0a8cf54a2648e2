/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/auth.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stddef.h>
#include <stdio.h>
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

#define BASIC_MOST 1024

/*
 * The token that stands as the password in "Basic base64(name:token)", in
 * TOKEN; false if there is none: RFC 7617 2.  It is the one thing that every
 * browser can ask its user for.
 */
static bool
basic(const char *authorization, char token[BASIC_MOST])
{
	unsigned char plain[BASIC_MOST];

	if (strncasecmp(authorization, "Basic ", 6) != 0) {
		return false;
	}
	const char *packed = authorization + 6;

	packed += strspn(packed, " ");
	size_t length = strlen(packed);

	/* What is decoded is three quarters as long. */
	if (length == 0 || length % 4 != 0 || length > BASIC_MOST) {
		return false;
	}
	int got =
	    EVP_DecodeBlock(plain, (const unsigned char *)packed, (int)length);

	if (got <= 0) {
		return false;
	}
	/* The padding comes back as zeros, which end the text. */
	plain[got < BASIC_MOST ? got : BASIC_MOST - 1] = '\0';
	const char *colon = strchr((const char *)plain, ':');

	if (colon == NULL || colon[1] == '\0') {
		return false;
	}
	snprintf(token, BASIC_MOST, "%s", colon + 1);
	return true;
}

static const struct http_account *
account_of(const struct http_settings *settings, const char *token)
{
	uint8_t sha256[32];
	unsigned size = sizeof(sha256);

	return EVP_Digest(token, strlen(token), sha256, &size, EVP_sha256(),
	           NULL) == 1
	           ? find(settings->tokens, settings->n_tokens, sha256)
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

	char password[BASIC_MOST];

	if (authorization != NULL && basic(authorization, password)) {
		account = account_of(settings, password);
		if (account == NULL) {
			return AUTH_REFUSED;
		}
		/* Browsers send a password unasked from then on: it opens the
		 * pages, and nothing else. */
		caller->name = account->name;
		caller->role = HTTP_ROLE_VIEWER;
		return AUTH_KNOWN;
	}
	if (authorization != NULL) {
		const char *token = bearer(authorization);

		if (token != NULL) {
			account = account_of(settings, token);
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

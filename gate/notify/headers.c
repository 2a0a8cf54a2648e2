/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/headers.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/die.h"

static void
add(struct curl_slist **list, const char *header)
{
	struct curl_slist *longer = curl_slist_append(*list, header);

	if (longer == NULL) {
		die("out of memory");
	}
	*list = longer;
}

static const char *
given(const struct message *message, size_t i)
{
	return json_string_value(json_array_get(message->headers, i));
}

static void
add_given(const struct message *message, struct curl_slist **list)
{
	bool has_type = false;

	for (size_t i = 0; i < json_array_size(message->headers); i++) {
		has_type = has_type || strncasecmp(given(message, i),
		                           "Content-Type:", 13) == 0;
		add(list, given(message, i));
	}
	if (message->body != NULL && !has_type) {
		add(list, "Content-Type: application/json");
	}
}

static bool
add_signature(const struct message *message, struct curl_slist **list,
    char error[SECRET_ERROR])
{
	char secret[SECRET_MAX], hex[65], header[128];
	size_t length = secret_read(message->secret_file, secret, error);
	int64_t at_s = time(NULL);

	if (length == 0) {
		return false;
	}
	secret_sign(secret, length, at_s, message->body, hex);
	OPENSSL_cleanse(secret, sizeof(secret));
	snprintf(header, sizeof(header), "X-Zonegate-Timestamp: %" PRId64,
	    at_s);
	add(list, header);
	snprintf(header, sizeof(header), "X-Zonegate-Signature: sha256=%s",
	    hex);
	add(list, header);
	return true;
}

static bool
add_token(const struct message *message, struct curl_slist **list,
    char error[SECRET_ERROR])
{
	static const char bearer[] = "Authorization: Bearer ";
	char header[sizeof(bearer) + SECRET_MAX], token[SECRET_MAX];
	size_t length = secret_read(message->token_file, token, error);

	if (length == 0) {
		return false;
	}
	snprintf(header, sizeof(header), "%s%.*s", bearer, (int)length, token);
	add(list, header);
	OPENSSL_cleanse(token, sizeof(token));
	OPENSSL_cleanse(header, sizeof(header));
	return true;
}

bool
headers_make(const struct message *message, uint64_t size,
    struct curl_slist **list, char error[SECRET_ERROR])
{
	char digest[CONTENT_DIGEST_SIZE];

	add_given(message, list);
	if (message->file != NULL) {
		content_digest(message->sha256, digest);
		add(list, digest);
	}
	/* libcurl's way to leave a header out. */
	if (size <= UNASKED_MOST) {
		add(list, "Expect:");
	}
	return (message->secret_file == NULL ||
	           add_signature(message, list, error)) &&
	       (message->token_file == NULL || add_token(message, list, error));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/message.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* What a message weighs beside its line. */
#define MESSAGE_OVERHEAD 2048

/* The members that are text, or null. */
static const struct member {
	const char *name;
	size_t offset;
	bool path; /* absolute, of a file */
} members[] = {
    {"kind", offsetof(struct message, kind), false},
    {"method", offsetof(struct message, method_name), false},
    {"url", offsetof(struct message, url), false},
    {"body", offsetof(struct message, body), false},
    {"file", offsetof(struct message, file), true},
    {"sha256", offsetof(struct message, sha256_hex), false},
    {"secret_file", offsetof(struct message, secret_file), true},
    {"token_file", offsetof(struct message, token_file), true},
    {"ca", offsetof(struct message, ca), true},
    {"certificate", offsetof(struct message, certificate), true},
    {"key", offsetof(struct message, key), true},
};

#define N_MEMBERS (sizeof(members) / sizeof(members[0]))

static bool
fail(char error[MESSAGE_ERROR], const char *why)
{
	snprintf(error, MESSAGE_ERROR, "bad message: %s", why);
	return false;
}

static const char **
text_of(struct message *message, const struct member *member)
{
	return (const char **)(void *)((char *)message + member->offset);
}

static bool
take_text(struct message *message, const char *name, const json_t *value,
    char error[MESSAGE_ERROR])
{
	char why[128];

	for (size_t i = 0; i < N_MEMBERS; i++) {
		if (strcmp(members[i].name, name) != 0) {
			continue;
		}
		const char *text = json_string_value(value);

		if (text == NULL && !json_is_null(value)) {
			snprintf(why, sizeof(why), "\"%s\" is no text", name);
			return fail(error, why);
		}
		if (text != NULL && members[i].path && text[0] != '/') {
			snprintf(why, sizeof(why), "\"%s\" is no absolute path",
			    name);
			return fail(error, why);
		}
		*text_of(message, &members[i]) = text;
		return true;
	}
	snprintf(why, sizeof(why), "unknown member \"%.40s\"", name);
	return fail(error, why);
}

/* RFC 9110 5.6.2 */
static bool
is_token(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)text[i]) &&
		    strchr("!#$%&'*+-.^_`|~", text[i]) == NULL) {
			return false;
		}
	}
	return length > 0;
}

/* These say how the message is framed and who signed it: they are ours. */
static bool
is_ours(const char *header, size_t length)
{
	static const char *const ours[] = {"Host", "Connection",
	    "Content-Length", "Transfer-Encoding", "Content-Digest", "Expect",
	    "X-Zonegate-Signature", "X-Zonegate-Timestamp"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (strlen(ours[i]) == length &&
		    strncasecmp(ours[i], header, length) == 0) {
			return true;
		}
	}
	return false;
}

/* "Name: value", nothing that would begin another line. */
static bool
header_is_good(const char *header)
{
	const char *colon = header == NULL ? NULL : strchr(header, ':');

	if (colon == NULL || strlen(header) > MESSAGE_HEADER_MAX ||
	    colon[1] != ' ' || colon[2] == '\0' ||
	    !is_token(header, (size_t)(colon - header)) ||
	    is_ours(header, (size_t)(colon - header))) {
		return false;
	}
	for (const char *at = colon; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f) {
			return false;
		}
	}
	return true;
}

static bool
take_headers(struct message *message, const json_t *value,
    char error[MESSAGE_ERROR])
{
	if (json_is_null(value)) {
		return true;
	}
	if (!json_is_array(value) ||
	    json_array_size(value) > MESSAGE_HEADERS_MAX) {
		return fail(error, "\"headers\" is no list of 64 at most");
	}
	for (size_t i = 0; i < json_array_size(value); i++) {
		if (!header_is_good(json_string_value(json_array_get(value,
		        i)))) {
			return fail(error,
			    "\"headers\" has one that is not \"Name: value\","
			    " or not to be set");
		}
	}
	message->headers = value;
	return true;
}

static bool
take_deadline(struct message *message, const json_t *value,
    char error[MESSAGE_ERROR])
{
	json_int_t ms = json_integer_value(value);

	if (ms < 1 || ms > MESSAGE_DEADLINE_MOST_MS) {
		return fail(error, "\"deadline_ms\" is not in 1 to 86400000");
	}
	message->deadline_ms = message->received_ms + ms;
	return true;
}

static bool
take_members(struct message *message, char error[MESSAGE_ERROR])
{
	const char *name;
	json_t *value;

	json_object_foreach(message->line, name, value)
	{
		bool taken = true;

		if (strcmp(name, "id") == 0) {
			message->id = json_integer_value(value);
		} else if (strcmp(name, "headers") == 0) {
			taken = take_headers(message, value, error);
		} else if (strcmp(name, "deadline_ms") == 0) {
			taken = take_deadline(message, value, error);
		} else {
			taken = take_text(message, name, value, error);
		}
		if (!taken) {
			return false;
		}
	}
	return true;
}

static bool
take_method(struct message *message, char error[MESSAGE_ERROR])
{
	static const char *const names[] = {
	    [METHOD_GET] = "GET",
	    [METHOD_POST] = "POST",
	    [METHOD_PUT] = "PUT",
	};

	if (message->method_name == NULL) {
		return fail(error, "no \"method\"");
	}
	for (unsigned i = METHOD_GET; i <= METHOD_PUT; i++) {
		if (strcmp(message->method_name, names[i]) == 0) {
			message->method = (enum message_method)i;
		}
	}
	if (message->method == METHOD_NONE) {
		return fail(error, "\"method\" is not GET, POST or PUT");
	}
	return true;
}

/* A push is a PUT of a file, a webhook a POST of a body; a heartbeat is a GET,
 * or a POST. */
static bool
kind_fits(const struct message *message, char error[MESSAGE_ERROR])
{
	const char *kind = message->kind == NULL ? "" : message->kind;
	bool push = strcmp(kind, "push") == 0;
	bool webhook = strcmp(kind, "webhook") == 0;

	if (!push && !webhook && strcmp(kind, "heartbeat") != 0) {
		return fail(error,
		    "\"kind\" is not webhook, push or heartbeat");
	}
	if (push != (message->method == METHOD_PUT) ||
	    (webhook && message->method != METHOD_POST)) {
		return fail(error, "\"method\" does not fit \"kind\"");
	}
	if (push != (message->file != NULL) ||
	    push != (message->sha256_hex != NULL)) {
		return fail(error,
		    "a push, and nothing else, has \"file\" and \"sha256\"");
	}
	if ((webhook && message->body == NULL) ||
	    (message->method != METHOD_POST && message->body != NULL)) {
		return fail(error, "\"body\" does not fit \"method\"");
	}
	if (message->secret_file != NULL && message->body == NULL) {
		return fail(error, "\"secret_file\" without a \"body\"");
	}
	if ((message->certificate == NULL) != (message->key == NULL)) {
		return fail(error, "\"certificate\" and \"key\" go together");
	}
	return true;
}

static int
hex_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = digit == '\0' ? NULL : strchr(digits, digit);

	return at == NULL ? -1 : (int)(at - digits);
}

static bool
take_sha256(struct message *message, char error[MESSAGE_ERROR])
{
	const char *hex = message->sha256_hex;

	if (hex == NULL) {
		return true;
	}
	if (strlen(hex) != 64) {
		return fail(error, "\"sha256\" is not 64 digits");
	}
	for (size_t i = 0; i < sizeof(message->sha256); i++) {
		int high = hex_value(hex[2 * i]);
		int low = hex_value(hex[2 * i + 1]);

		if (high < 0 || low < 0) {
			return fail(error, "\"sha256\" is not 0-9, a-f");
		}
		message->sha256[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* The host that counts for the limit, and that no other scheme slips in. */
static bool
take_parts(struct message *message, CURLU *url, char error[MESSAGE_ERROR])
{
	char *scheme = NULL, *host = NULL, *port = NULL;
	bool good =
	    curl_url_set(url, CURLUPART_URL, message->url, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) ==
	        CURLUE_OK;

	if (!good) {
		fail(error, "\"url\" is no absolute URL");
	} else if (strcmp(scheme, "http") != 0 &&
	           strcmp(scheme, "https") != 0) {
		good = fail(error, "\"url\" is not http or https");
	} else if (snprintf(message->host, MESSAGE_HOST, "%s:%s", host, port) >=
	           MESSAGE_HOST) {
		good = fail(error, "\"url\" has a host name too long");
	}
	for (char *at = message->host; *at != '\0'; at++) {
		*at = (char)tolower((unsigned char)*at);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	return good;
}

static bool
take_url(struct message *message, char error[MESSAGE_ERROR])
{
	if (message->url == NULL) {
		return fail(error, "no \"url\"");
	}
	CURLU *url = curl_url();

	if (url == NULL) {
		return fail(error, "out of memory");
	}
	bool good = take_parts(message, url, error);

	curl_url_cleanup(url);
	return good;
}

struct message *
message_read(const char *line, size_t length, int64_t now_ms, json_t **id,
    char error[MESSAGE_ERROR])
{
	json_error_t where;
	json_t *object =
	    json_loadb(line, length, JSON_REJECT_DUPLICATES, &where);

	*id = json_incref(json_object_get(object, "id"));
	if (!json_is_integer(*id)) {
		json_decref(*id);
		*id = json_null();
		json_decref(object);
		fail(error, "no JSON object with an \"id\"");
		return NULL;
	}
	struct message *message = xcalloc(1, sizeof(*message));

	message->line = object;
	message->received_ms = now_ms;
	message->deadline_ms = now_ms + MESSAGE_DEADLINE_MS;
	message->cost = length + MESSAGE_OVERHEAD;
	if (!take_members(message, error) || !take_method(message, error) ||
	    !kind_fits(message, error) || !take_sha256(message, error) ||
	    !take_url(message, error)) {
		message_free(message);
		return NULL;
	}
	json_decref(*id);
	*id = NULL;
	return message;
}

void
message_free(struct message *message)
{
	if (message != NULL) {
		json_decref(message->line);
		free(message);
	}
}

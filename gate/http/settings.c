/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/settings.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "base/sandbox.h"

/* What the daemon writes is right or one of us is broken. */
static void
refuse(const char *what)
{
	die("settings: %s", what);
}

static char *
copy_of(const json_t *value, const char *what)
{
	if (!json_is_string(value) || json_string_length(value) == 0 ||
	    strlen(json_string_value(value)) != json_string_length(value)) {
		refuse(what);
	}
	return xstrdup(json_string_value(value));
}

/* A member of OBJECT that may be null: then NULL. */
static char *
copy_or_null(const json_t *object, const char *key, const char *what)
{
	const json_t *value = json_object_get(object, key);

	return value == NULL || json_is_null(value) ? NULL
	                                            : copy_of(value, what);
}

static void
only_known(const json_t *object, const char *const *known, const char *what)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object)) {
		refuse(what);
	}
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		size_t i = 0;

		while (known[i] != NULL && strcmp(known[i], key) != 0) {
			i++;
		}
		if (known[i] == NULL) {
			die("settings: %s: unknown member \"%s\"", what, key);
		}
	}
}

/* ---- limits ---- */

static uint64_t
number(const json_t *object, const char *key, uint64_t least, uint64_t most,
    uint64_t otherwise)
{
	const json_t *value = json_object_get(object, key);

	if (value == NULL && otherwise != 0) {
		return otherwise;
	}
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < 0 || (uint64_t)n < least ||
	    (uint64_t)n > most) {
		die("settings: limits: %s is not between %llu and %llu", key,
		    (unsigned long long)least, (unsigned long long)most);
	}
	return (uint64_t)n;
}

static void
read_limits(const json_t *object, struct http_limits *limits)
{
	static const char *const known[] = {"connections", "connections_per_ip",
	    "header_timeout_s", "idle_timeout_s", "upload_bytes_max",
	    "upload_total_max", "upload_rate_min", "listeners", NULL};

	only_known(object, known, "limits");
	limits->connections =
	    (unsigned)number(object, "connections", 1, 10000, 0);
	limits->connections_per_ip =
	    (unsigned)number(object, "connections_per_ip", 1, 10000, 0);
	limits->header_timeout_s =
	    (int64_t)number(object, "header_timeout_s", 1, 3600, 0);
	limits->idle_timeout_s =
	    (int64_t)number(object, "idle_timeout_s", 1, 3600, 0);
	limits->upload_bytes_max =
	    number(object, "upload_bytes_max", 1, INT64_MAX / 2, 0);
	limits->upload_total_max =
	    number(object, "upload_total_max", 1, INT64_MAX / 2, 0);
	limits->upload_rate_min = number(object, "upload_rate_min", 1, 1u << 30,
	    HTTP_UPLOAD_RATE_MIN);
	limits->listeners =
	    (unsigned)number(object, "listeners", 1, 1000, HTTP_LISTENERS);
}

/* ---- accounts ---- */

static enum http_role
read_role(const json_t *value)
{
	const char *text = json_string_value(value);

	for (enum http_role role = HTTP_ROLE_VIEWER;
	     text != NULL && role <= HTTP_ROLE_OPERATOR; role++) {
		if (strcmp(text, http_role_name(role)) == 0) {
			return role;
		}
	}
	refuse("an account's role");
	return HTTP_ROLE_NONE;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	                              : -1;
}

static void
read_sha256(const json_t *value, uint8_t sha256[32])
{
	const char *text = json_string_value(value);

	if (text == NULL || strlen(text) != 64) {
		refuse("an account's sha256");
	}
	for (size_t i = 0; i < 32; i++) {
		int high = hex_digit(text[2 * i]);
		int low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0) {
			refuse("an account's sha256");
		}
		sha256[i] = (uint8_t)(16 * high + low);
	}
}

static void
read_account(const json_t *object, struct http_account *account)
{
	static const char *const known[] = {
	    "name", "sha256", "role", "zones", NULL};

	only_known(object, known, "an account");
	account->name =
	    copy_of(json_object_get(object, "name"), "an account's name");
	account->role = read_role(json_object_get(object, "role"));
	read_sha256(json_object_get(object, "sha256"), account->sha256);
	const json_t *zones = json_object_get(object, "zones");
	size_t n = json_array_size(zones);

	account->zones = xcalloc(n + 1, sizeof(account->zones[0]));
	for (size_t i = 0; i < n; i++) {
		account->zones[i] =
		    copy_of(json_array_get(zones, i), "an account's zones");
	}
}

static struct http_account *
read_accounts(const json_t *array, size_t *n, const char *what)
{
	if (!json_is_array(array)) {
		refuse(what);
	}
	*n = json_array_size(array);
	struct http_account *accounts = xcalloc(*n + 1, sizeof(accounts[0]));

	for (size_t i = 0; i < *n; i++) {
		read_account(json_array_get(array, i), &accounts[i]);
	}
	return accounts;
}

/* ---- the whole ---- */

static void
read_listen(const json_t *array, struct http_settings *settings)
{
	size_t n = json_array_size(array);

	if (n == 0 || n > HTTP_ADDRESSES_MAX) {
		refuse("listen");
	}
	for (size_t i = 0; i < n; i++) {
		settings->listen[i] =
		    copy_of(json_array_get(array, i), "listen");
	}
	settings->n_listen = n;
}

static void
read_tls(const json_t *object, struct http_settings *settings)
{
	static const char *const known[] = {
	    "certificate", "key", "client_ca", NULL};

	if (object == NULL || json_is_null(object)) {
		return;
	}
	only_known(object, known, "tls");
	settings->certificate =
	    copy_of(json_object_get(object, "certificate"), "tls.certificate");
	settings->key = copy_of(json_object_get(object, "key"), "tls.key");
	settings->client_ca =
	    copy_or_null(object, "client_ca", "tls.client_ca");
}

static unsigned
read_waived(const json_t *array)
{
	unsigned waived = 0;

	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *text = json_string_value(json_array_get(array, i));

		if (text != NULL && strcmp(text, "landlock") == 0) {
			waived |= SANDBOX_WAIVE_LANDLOCK;
		} else if (text != NULL && strcmp(text, "seccomp") == 0) {
			waived |= SANDBOX_WAIVE_SECCOMP;
		} else {
			refuse("waived");
		}
	}
	return waived;
}

struct http_settings *
http_settings_parse(const char *text, size_t length)
{
	static const char *const known[] = {"schema", "socket", "upload",
	    "reports", "listen", "tls", "limits", "waived", "tokens", "clients",
	    NULL};
	json_error_t why;
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);

	if (object == NULL) {
		die("settings: %s", why.text);
	}
	only_known(object, known, "settings");
	const char *schema =
	    json_string_value(json_object_get(object, "schema"));

	if (schema == NULL || strcmp(schema, HTTP_SETTINGS_SCHEMA) != 0) {
		refuse("schema is not " HTTP_SETTINGS_SCHEMA);
	}
	struct http_settings *settings = xcalloc(1, sizeof(*settings));

	settings->socket = copy_of(json_object_get(object, "socket"), "socket");
	settings->upload = copy_of(json_object_get(object, "upload"), "upload");
	settings->reports =
	    copy_of(json_object_get(object, "reports"), "reports");
	read_listen(json_object_get(object, "listen"), settings);
	read_tls(json_object_get(object, "tls"), settings);
	read_limits(json_object_get(object, "limits"), &settings->limits);
	settings->waived = read_waived(json_object_get(object, "waived"));
	settings->tokens = read_accounts(json_object_get(object, "tokens"),
	    &settings->n_tokens, "tokens");
	settings->clients = read_accounts(json_object_get(object, "clients"),
	    &settings->n_clients, "clients");
	json_decref(object);
	return settings;
}

struct http_settings *
http_settings_receive(int fd)
{
	char *text = xcalloc(1, HTTP_SETTINGS_MAX);
	size_t size = 0;

	for (;;) {
		ssize_t n = read(fd, text + size, HTTP_SETTINGS_MAX - size);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			die("settings: descriptor %d: %s; zonegate-http is "
			    "started by `zonegate serve'",
			    fd, strerror(errno));
		}
		char *end = memchr(text + size, '\n', (size_t)n);

		size += (size_t)n;
		if (end != NULL) {
			size = (size_t)(end - text);
			break;
		}
		if (n == 0) {
			refuse("they end, or are too long, before the newline");
		}
	}
	struct http_settings *settings = http_settings_parse(text, size);

	free(text);
	return settings;
}

static void
free_accounts(struct http_account *accounts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (char **zone = accounts[i].zones; *zone != NULL; zone++) {
			free(*zone);
		}
		free(accounts[i].zones);
		free(accounts[i].name);
	}
	free(accounts);
}

void
http_settings_free(struct http_settings *settings)
{
	if (settings == NULL) {
		return;
	}
	for (size_t i = 0; i < settings->n_listen; i++) {
		free(settings->listen[i]);
	}
	free_accounts(settings->tokens, settings->n_tokens);
	free_accounts(settings->clients, settings->n_clients);
	free(settings->socket);
	free(settings->upload);
	free(settings->reports);
	free(settings->certificate);
	free(settings->key);
	free(settings->client_ca);
	free(settings);
}

const char *
http_role_name(enum http_role role)
{
	switch (role) {
	case HTTP_ROLE_NONE:
		break;
	case HTTP_ROLE_VIEWER:
		return "viewer";
	case HTTP_ROLE_SUBMITTER:
		return "submitter";
	case HTTP_ROLE_OPERATOR:
		return "operator";
	}
	return "none";
}

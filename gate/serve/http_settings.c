/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/http_settings.h"

#include <stdio.h>

#include "base/sandbox.h"

static const char *
role_word(enum role role)
{
	switch (role) {
	case ROLE_NONE:
		break;
	case ROLE_VIEWER:
		return "viewer";
	case ROLE_SUBMITTER:
		return "submitter";
	case ROLE_OPERATOR:
		return "operator";
	}
	/* No such account can be configured, and zonegate-http refuses it. */
	return "none";
}

static json_t *
texts(char *const *rows)
{
	json_t *array = json_array();

	for (; rows != NULL && *rows != NULL; rows++) {
		(void)json_array_append_new(array, json_string(*rows));
	}
	return array;
}

static json_t *
account(const char *name, const uint8_t sha256[32], enum role role,
    char *const *zones)
{
	char hex[65];

	for (size_t i = 0; i < 32; i++) {
		snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
	}
	return json_pack("{s:s,s:s,s:s,s:o}", "name", name, "sha256", hex,
	    "role", role_word(role), "zones", texts(zones));
}

static json_t *
tokens(const struct config *config)
{
	json_t *array = json_array();

	for (size_t i = 0; i < config->n_tokens; i++) {
		const struct config_token *row = &config->tokens[i];

		(void)json_array_append_new(array,
		    account(row->name, row->sha256, row->role, row->zones));
	}
	return array;
}

static json_t *
clients(const struct config *config)
{
	json_t *array = json_array();

	for (size_t i = 0; i < config->n_clients; i++) {
		const struct config_client *row = &config->clients[i];

		(void)json_array_append_new(array,
		    account(row->name, row->sha256, row->role, row->zones));
	}
	return array;
}

static json_t *
tls(const struct config_http *http)
{
	return http->certificate == NULL
	           ? json_null()
	           : json_pack("{s:s,s:s?,s:s?}", "certificate",
	                 http->certificate, "key", http->key, "client_ca",
	                 http->client_ca);
}

static json_t *
limits(const struct config_http *http)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "connections",
	    (json_int_t)http->connections, "connections_per_ip",
	    (json_int_t)http->connections_per_ip, "header_timeout_s",
	    (json_int_t)http->header_timeout_s, "idle_timeout_s",
	    (json_int_t)http->idle_timeout_s, "upload_bytes_max",
	    (json_int_t)http->upload_bytes_max, "upload_total_max",
	    (json_int_t)http->upload_total_max);
}

static json_t *
waived(unsigned bits)
{
	json_t *array = json_array();

	if ((bits & SANDBOX_WAIVE_LANDLOCK) != 0) {
		(void)json_array_append_new(array, json_string("landlock"));
	}
	if ((bits & SANDBOX_WAIVE_SECCOMP) != 0) {
		(void)json_array_append_new(array, json_string("seccomp"));
	}
	return array;
}

/* STATE/NAME. */
static json_t *
below(const struct config *config, const char *name)
{
	return json_sprintf("%s/%s", config->state, name);
}

json_t *
http_settings(const struct config *config)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "schema",
	    "zonegate-http-settings-1", "socket",
	    below(config, "run/http.sock"), "upload", below(config, "upload"),
	    "reports", below(config, "reports"), "listen",
	    texts(config->http.listen), "tls", tls(&config->http), "limits",
	    limits(&config->http), "waived", waived(config->waived), "tokens",
	    tokens(config), "clients", clients(config));
}

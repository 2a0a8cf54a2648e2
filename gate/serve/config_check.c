/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_check.c -- what is right by itself and wrong together.
 */
#include "config_check.h"

#include <stdlib.h>
#include <string.h>

#include "config_source.h"

/* File names get suffixes in the outbox; a directory's entry has 255 octets. */
#define LIMIT_ZONE_FILE_NAME 220

struct checking {
	const struct config *config;
	const char *file;
	char *error;
};

/* The section ID called TITLE (or the only one); NULL if there is none. */
static const struct config_section *
find(const struct checking *check, enum config_section_id id, const char *title)
{
	const struct config_section *top = check->config->source->top;

	for (size_t i = 0; i < top->n_children; i++) {
		const struct config_section *section = &top->children[i];

		if (section->id == id &&
		    (title == NULL || strcmp(section->title, title) == 0)) {
			return section;
		}
	}
	return NULL;
}

/* The line of KEY in SECTION; of the section, if it is not there. */
static unsigned
line_of(const struct config_section *section, const char *key)
{
	for (size_t i = 0; section != NULL && i < section->n_settings; i++) {
		if (strcmp(section->settings[i].row->key, key) == 0) {
			return section->settings[i].line;
		}
	}
	return section == NULL ? 1 : section->line;
}

/* ---- who may come in ---- */

static bool
listens_beyond_loopback(const struct config_http *http)
{
	for (size_t i = 0; http->listen[i] != NULL; i++) {
		if (!config_is_loopback(http->listen[i])) {
			return true;
		}
	}
	return false;
}

static bool
check_http(const struct checking *check)
{
	const struct config *config = check->config;
	const struct config_http *http = &config->http;
	const struct config_section *section = find(check, SECTION_http, NULL);

	if ((http->certificate == NULL) != (http->key == NULL)) {
		return config_complain(check->file, check->error,
		    line_of(section, http->key == NULL ? "certificate" : "key"),
		    "http: certificate and key go together; %s is missing",
		    http->key == NULL ? "key" : "certificate");
	}
	if (http->client_ca != NULL && http->certificate == NULL) {
		return config_complain(check->file, check->error,
		    line_of(section, "client_ca"),
		    "http: client_ca needs certificate and key: client "
		    "certificates are a part of TLS");
	}
	if (http->connections_per_ip > http->connections) {
		return config_complain(check->file, check->error,
		    line_of(section, "connections_per_ip"),
		    "http: connections_per_ip (%u) must not be more than "
		    "connections (%u)",
		    http->connections_per_ip, http->connections);
	}
	if (http->upload_bytes_max > http->upload_total_max) {
		return config_complain(check->file, check->error,
		    line_of(section, "upload_total_max"),
		    "http: upload_bytes_max must not be more than "
		    "upload_total_max: such an upload could never begin");
	}
	if (!http->enabled || !listens_beyond_loopback(http)) {
		return true;
	}
	if (config->n_tokens == 0 && config->n_clients == 0) {
		return config_complain(check->file, check->error,
		    line_of(section, "listen"),
		    "http: without a token or a client certificate only "
		    "loopback addresses may listen; add a section token "
		    "(zonegate token makes one)");
	}
	/* RFC 6750 5.3: bearer tokens are for TLS alone. */
	if (http->certificate == NULL) {
		return config_complain(check->file, check->error,
		    line_of(section, "listen"),
		    "http: beyond loopback tokens and zones would cross the "
		    "network in the clear; add certificate and key, or listen "
		    "on loopback behind a proxy");
	}
	return true;
}

/* Whether the zones of a token or client fit its role. */
static bool
check_role(const struct checking *check, const struct config_section *section,
    enum role role, char *const *zones)
{
	const char *word = config_sections[section->id].word;

	if (role != ROLE_SUBMITTER && zones != NULL) {
		return config_complain(check->file, check->error,
		    line_of(section, "zones"),
		    "%s %s: zones are for the role submitter; the others see "
		    "all",
		    word, section->title);
	}
	if (role == ROLE_SUBMITTER && zones == NULL) {
		return config_complain(check->file, check->error,
		    line_of(section, "role"),
		    "%s %s: a submitter needs zones, a list or \"*\"", word,
		    section->title);
	}
	for (size_t i = 0; zones != NULL && zones[i] != NULL; i++) {
		if (strcmp(zones[i], "*") != 0 &&
		    config_zone(check->config, zones[i]) == NULL) {
			return config_complain(check->file, check->error,
			    line_of(section, "zones"),
			    "%s %s: there is no zone %s in this file", word,
			    section->title, zones[i]);
		}
	}
	return true;
}

static bool
check_twice(const struct checking *check, enum config_section_id id,
    const char *name, const char *key, unsigned line)
{
	return config_complain(check->file, check->error, line,
	    "%s %s: another has the same %s", config_sections[id].word, name,
	    key);
}

/* The section of the Nth of the sections ID. */
static const struct config_section *
nth(const struct checking *check, enum config_section_id id, size_t n)
{
	const struct config_section *top = check->config->source->top;

	for (size_t i = 0; i < top->n_children; i++) {
		if (top->children[i].id == id && n-- == 0) {
			return &top->children[i];
		}
	}
	abort();
}

static bool
check_tokens(const struct checking *check)
{
	const struct config_token *tokens = check->config->tokens;

	for (size_t i = 0; i < check->config->n_tokens; i++) {
		const struct config_section *section =
		    nth(check, SECTION_token, i);

		for (size_t j = 0; j < i; j++) {
			if (strcmp(tokens[i].name, tokens[j].name) == 0) {
				return check_twice(check, SECTION_token,
				    tokens[i].name, "name", section->line);
			}
			if (memcmp(tokens[i].sha256, tokens[j].sha256, 32) ==
			    0) {
				return check_twice(check, SECTION_token,
				    tokens[i].name, "sha256",
				    line_of(section, "sha256"));
			}
		}
		if (!check_role(check, section, tokens[i].role,
		        tokens[i].zones)) {
			return false;
		}
	}
	return true;
}

static bool
check_client(const struct checking *check, size_t i)
{
	const struct config_client *clients = check->config->clients;
	const struct config_section *section = nth(check, SECTION_client, i);

	for (size_t j = 0; j < i; j++) {
		if (strcmp(clients[i].name, clients[j].name) == 0) {
			return check_twice(check, SECTION_client,
			    clients[i].name, "name", section->line);
		}
		if (memcmp(clients[i].sha256, clients[j].sha256, 32) == 0) {
			return check_twice(check, SECTION_client,
			    clients[i].name, "sha256",
			    line_of(section, "sha256"));
		}
	}
	if (clients[i].role == ROLE_OPERATOR) {
		return config_complain(check->file, check->error,
		    line_of(section, "role"),
		    "client %s: the role is viewer or submitter; approvals "
		    "want a token",
		    clients[i].name);
	}
	if (check->config->http.client_ca == NULL) {
		return config_complain(check->file, check->error, section->line,
		    "client %s: without client_ca in section http nobody is "
		    "asked for a certificate",
		    clients[i].name);
	}
	return check_role(check, section, clients[i].role, clients[i].zones);
}

static bool
check_clients(const struct checking *check)
{
	for (size_t i = 0; i < check->config->n_clients; i++) {
		if (!check_client(check, i)) {
			return false;
		}
	}
	return true;
}

static bool
check_operators(const struct checking *check)
{
	const struct config_operator *all = check->config->operators;

	for (size_t i = 0; i < check->config->n_operators; i++) {
		unsigned line = nth(check, SECTION_operator, i)->line;

		for (size_t j = 0; j < i; j++) {
			if (strcmp(all[i].name, all[j].name) == 0) {
				return check_twice(check, SECTION_operator,
				    all[i].name, "name", line);
			}
			if (strcmp(all[i].user, all[j].user) == 0) {
				return check_twice(check, SECTION_operator,
				    all[i].name, "user", line);
			}
		}
	}
	return true;
}

static bool
check_webhooks(const struct checking *check)
{
	const struct config_webhook *all = check->config->webhooks;

	for (size_t i = 0; i < check->config->n_webhooks; i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(all[i].name, all[j].name) == 0) {
				return check_twice(check, SECTION_webhook,
				    all[i].name, "name",
				    nth(check, SECTION_webhook, i)->line);
			}
		}
	}
	return true;
}

/* ---- zones ---- */

static bool
check_pushes(const struct checking *check, const struct config_zone *zone)
{
	for (size_t i = 0; i < zone->n_pushes; i++) {
		const struct config_push *push = &zone->pushes[i];
		bool is_tls = strncmp(push->url, "https:", 6) == 0;

		if ((push->certificate == NULL) != (push->key == NULL)) {
			return config_complain(check->file, check->error,
			    zone->line,
			    "zone %s: push %s: certificate and key go "
			    "together; %s is missing",
			    zone->name, push->name,
			    push->key == NULL ? "key" : "certificate");
		}
		if (!is_tls &&
		    (push->certificate != NULL || push->token_file != NULL)) {
			return config_complain(check->file, check->error,
			    zone->line,
			    "zone %s: push %s: a certificate or token is for "
			    "https:// alone",
			    zone->name, push->name);
		}
	}
	return true;
}

static bool
check_zones(const struct checking *check)
{
	for (size_t i = 0; i < check->config->n_zones; i++) {
		const struct config_zone *zone = &check->config->zones[i];
		const struct config_section *section =
		    check->config->source->zones[i];

		if (strlen(zone->file_name) > LIMIT_ZONE_FILE_NAME) {
			return config_complain(check->file, check->error,
			    zone->line,
			    "zone %.80s...: the name is too long for a file's "
			    "name: %zu octets, and at most %d",
			    zone->name, strlen(zone->file_name),
			    LIMIT_ZONE_FILE_NAME);
		}
		if (zone->headroom_crit_s > zone->headroom_warn_s) {
			return config_complain(check->file, check->error,
			    line_of(section, "headroom_crit"),
			    "zone %s: headroom_crit must not be more than "
			    "headroom_warn; what is not set here is policy "
			    "%s's",
			    zone->name, zone->policy_name);
		}
		if (zone->policy->values.option[OPTION_unsigned_compare] ==
		    UNSIGNED_REQUIRE) {
			return config_complain(check->file, check->error,
			    line_of(section, "policy"),
			    "zone %s: policy %s demands an unsigned copy to "
			    "compare with, and candidates come without; only "
			    "`zonegate audit' can be given one",
			    zone->name, zone->policy_name);
		}
		if (!check_pushes(check, zone)) {
			return false;
		}
	}
	return true;
}

bool
config_check(const struct config *config, const char *file,
    char error[CONFIG_ERROR])
{
	struct checking check = {
	    .config = config, .file = file, .error = error};

	return check_zones(&check) && check_tokens(&check) &&
	       check_clients(&check) && check_operators(&check) &&
	       check_webhooks(&check) && check_http(&check);
}

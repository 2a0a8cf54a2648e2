/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config.c -- makes a configuration of what the file says.  Values and defaults
 * are config_fill.c's, zones config_zones.c's, and what contradicts itself is
 * config_check.c's to refuse.
 */
#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "config_check.h"
#include "config_fill.h"
#include "small_file.h"

bool
config_complain(const char *file, char *error, unsigned line,
    const char *format, ...)
{
	int length = snprintf(error, CONFIG_ERROR, "%.300s:%u: ", file, line);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error + length, CONFIG_ERROR - (size_t)length, format,
	    arguments);
	va_end(arguments);
	return false;
}

#define N_TOP_SHELVES 4

static void
top_shelves(struct config *config, struct config_shelf shelves[N_TOP_SHELVES])
{
	const struct config_shelf made[N_TOP_SHELVES] = {
	    CONFIG_SHELF(webhook, config_webhook, &config->webhooks,
	        &config->n_webhooks, name),
	    CONFIG_SHELF(token, config_token, &config->tokens,
	        &config->n_tokens, name),
	    CONFIG_SHELF(client, config_client, &config->clients,
	        &config->n_clients, name),
	    CONFIG_SHELF(operator, config_operator, &config->operators,
	        &config->n_operators, name),
	};

	memcpy(shelves, made, sizeof(made));
}

/* The section ID of the top, or NULL. */
static const struct config_section *
only(const struct config_section *top, enum config_section_id id)
{
	for (size_t i = 0; i < top->n_children; i++) {
		if (top->children[i].id == id) {
			return &top->children[i];
		}
	}
	return NULL;
}

static bool
fill_once(const struct config_making *making, enum config_section_id id,
    void *object)
{
	const struct config_section *top = making->config->source->top;
	struct config_instance instance = {
	    .own = id == SECTION_top ? top : only(top, id), .object = object};

	return config_fill(making, id, &instance, NULL);
}

/* Names that stand for others that are not given. */
static void
fill_persons(struct config *config)
{
	for (size_t i = 0; i < config->n_tokens; i++) {
		struct config_token *token = &config->tokens[i];

		if (token->person == NULL) {
			token->person = xstrdup(token->name);
		}
	}
	for (size_t i = 0; i < config->n_operators; i++) {
		struct config_operator *operator= & config->operators[i];

		if (operator->user == NULL) {
			operator->user = xstrdup(operator->name);
		}
		if (operator->person == NULL) {
			operator->person = xstrdup(operator->user);
		}
	}
}

static bool
fill_all(const struct config_making *making)
{
	struct config *config = making->config;
	const struct config_section *top = config->source->top;
	struct config_shelf shelves[N_TOP_SHELVES];

	if (!fill_once(making, SECTION_top, config) ||
	    !fill_once(making, SECTION_http, &config->http) ||
	    !fill_once(making, SECTION_heartbeat, config) ||
	    !config_fill_zones(making)) {
		return false;
	}
	top_shelves(config, shelves);
	for (size_t i = 0; i < N_TOP_SHELVES; i++) {
		size_t n;
		const struct config_section **sections =
		    config_with_id(top, shelves[i].id, &n);
		bool good =
		    config_fill_shelf(making, &shelves[i], sections, n, NULL);

		free(sections);
		if (!good) {
			return false;
		}
	}
	fill_persons(config);
	return config_check(config, making->file, making->error);
}

/* The directory of FILE, absolute; to be freed. */
static char *
directory_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *here = file[0] == '/' ? xstrdup("") : getcwd(NULL, 0);
	char *made;

	if (asprintf(&made, "%s%s%.*s", here == NULL ? "" : here,
	        file[0] == '/' || slash == NULL ? "" : "/",
	        slash == NULL ? 0 : (int)(slash - file), file) < 0) {
		abort();
	}
	free(here);
	return made;
}

struct config *
config_parse_in(const struct config_world *world, const char *text,
    size_t length, const char *file, char error[CONFIG_ERROR])
{
	struct config_section *top =
	    config_draft_read(text, length, file, error);

	if (top == NULL) {
		return NULL;
	}
	struct config *config = xcalloc(1, sizeof(*config));
	struct config_making making = {.config = config,
	    .file = file,
	    .world = world,
	    .directory = directory_of(file),
	    .error = error};

	config->file = xstrdup(file);
	config->source = xcalloc(1, sizeof(*config->source));
	config->source->top = top;
	config->source->defaults = only(top, SECTION_defaults);

	bool good = fill_all(&making);

	free(making.directory);
	if (!good) {
		config_free(config);
		return NULL;
	}
	return config;
}

struct config *
config_parse(const char *text, size_t length, const char *file,
    char error[CONFIG_ERROR])
{
	return config_parse_in(&config_world, text, length, file, error);
}

struct config *
config_read(const char *file, char error[CONFIG_ERROR])
{
	size_t length;
	char *text = small_file_read(file, LIMIT_CONFIG_BYTES, &length, error,
	    CONFIG_ERROR);
	struct config *config =
	    text == NULL ? NULL : config_parse(text, length, file, error);

	free(text);
	return config;
}

void
config_free(struct config *config)
{
	struct config_shelf shelves[N_TOP_SHELVES];

	if (config == NULL) {
		return;
	}
	for (size_t i = 0; i < config->n_zones; i++) {
		config_release_zone(&config->zones[i]);
	}
	free(config->zones);
	top_shelves(config, shelves);
	for (size_t i = 0; i < N_TOP_SHELVES; i++) {
		config_release_shelf(&shelves[i]);
	}
	config_release(SECTION_heartbeat, config);
	config_release(SECTION_http, &config->http);
	config_release(SECTION_top, config);
	for (size_t i = 0; i < config->source->n_policies; i++) {
		policy_release(&config->source->policies[i]);
		free(config->source->policy_names[i]);
	}
	free(config->source->policies);
	free(config->source->policy_names);
	free(config->source->zones);
	config_draft_free(config->source->top);
	free(config->source);
	free(config->file);
	free(config);
}

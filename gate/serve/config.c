/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config.c -- makes a configuration of what the file says: values, defaults,
 * policies.  What contradicts itself is config_check.c's to refuse.
 */
#include "config.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "config_check.h"
#include "config_source.h"
#include "small_file.h"

/* One configuration under way. */
struct making {
	struct config *config;
	const char *file;
	const struct config_world *world;
	char *directory; /* absolute */
	char *error;
};

static bool complain(const struct making *making, unsigned line,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool
complain(const struct making *making, unsigned line, const char *format, ...)
{
	int length = snprintf(making->error, CONFIG_ERROR,
	    "%.300s:%u: ", making->file, line);
	va_list arguments;

	assert(length > 0 && length < CONFIG_ERROR);
	va_start(arguments, format);
	vsnprintf(making->error + length, CONFIG_ERROR - (size_t)length, format,
	    arguments);
	va_end(arguments);
	return false;
}

/* ---- one section ---- */

const struct config_setting *
config_origin(const struct config_instance *instance,
    const struct config_row *row)
{
	const struct config_setting *setting =
	    config_setting(instance->own, row);

	return setting != NULL ? setting : config_setting(instance->base, row);
}

/* "zone shop.", "hook reload": for messages. */
static const char *
section_words(const struct config_section *section, char words[128])
{
	snprintf(words, 128, "%s%s%.80s", config_sections[section->id].word,
	    section->title == NULL ? "" : " ",
	    section->title == NULL ? "" : section->title);
	return words;
}

static bool
refuse_pull(const struct making *making, const struct config_setting *setting,
    const struct policy *policy)
{
	if (policy != NULL &&
	    policy->values.option[OPTION_transfer_initiator] ==
	        TRANSFER_SIGNER) {
		return complain(making, setting->line,
		    "pull: by policy %s only the signer may begin a transfer "
		    "(%s); let it put the zone into the spool, send it over "
		    "HTTP, or call zonegate submit",
		    policy->name, policy->clause[OPTION_transfer_initiator]);
	}
	return complain(making, setting->line,
	    "pull: zonegate asks no signer for zones; let the signer put the "
	    "zone into the spool, send it over HTTP, or call zonegate submit");
}

/* Stores what no setting says. */
static bool
fill_fallback(const struct making *making,
    const struct config_instance *instance, const struct config_row *row,
    const struct config_context *context)
{
	char wrong[CONFIG_WRONG], words[128];
	char option[OPTION_TEXT];
	char *value = option;

	if (row->fallback == NULL) {
		return true;
	}
	if (row->fallback == CONFIG_REQUIRED) {
		return instance->own == NULL ||
		       complain(making, instance->own->line, "%s has no %s: %s",
		           section_words(instance->own, words), row->key,
		           row->meaning);
	}
	if (row->fallback[0] == '@') {
		enum option_id id = option_find(row->fallback + 1);

		assert(id != OPTION_none && instance->policy != NULL);
		option_to_text(id, instance->policy->values.option[id], option);
	} else {
		snprintf(option, sizeof(option), "%s", row->fallback);
	}
	if (config_value_store(row, &value, 1, context, instance->object,
	        wrong)) {
		return true;
	}
	return complain(making, instance->own == NULL ? 1 : instance->own->line,
	    "%s \"%s\": %s", row->key, value, wrong);
}

static bool
fill_row(const struct making *making, const struct config_instance *instance,
    const struct config_row *row, const struct config_context *context)
{
	const struct config_setting *setting = config_origin(instance, row);
	char wrong[CONFIG_WRONG];

	if (setting == NULL) {
		return fill_fallback(making, instance, row, context);
	}
	if (row->kind == KIND_REFUSED) {
		return refuse_pull(making, setting, instance->policy);
	}
	if (config_value_store(row, setting->values, setting->n, context,
	        instance->object, wrong)) {
		return true;
	}
	return complain(making, setting->line, "%s%s%.200s%s: %s", row->key,
	    setting->n == 1 ? " \"" : "",
	    setting->n == 1 ? setting->values[0] : "",
	    setting->n == 1 ? "\"" : "", wrong);
}

/* Fills all rows of section ID. */
static bool
fill(const struct making *making, enum config_section_id id,
    const struct config_instance *instance, const char *zone)
{
	struct config_context context = {.directory = making->directory,
	    .zone = zone,
	    .world = making->world};

	for (size_t i = 0; i < n_config_rows; i++) {
		if (config_rows[i].section == id &&
		    !fill_row(making, instance, &config_rows[i], &context)) {
			return false;
		}
	}
	return true;
}

/* Frees what the rows of section ID point to in OBJECT. */
static void
release(enum config_section_id id, void *object)
{
	for (size_t i = 0; i < n_config_rows; i++) {
		if (config_rows[i].section == id) {
			config_value_free(&config_rows[i], object);
		}
	}
}

/* ---- named sections ---- */

static const struct config_section **
with_id(const struct config_section *section, enum config_section_id id,
    size_t *n)
{
	const struct config_section **found =
	    xcalloc(section->n_children + 1, sizeof(*found));

	*n = 0;
	for (size_t i = 0; i < section->n_children; i++) {
		if (section->children[i].id == id) {
			found[(*n)++] = &section->children[i];
		}
	}
	return found;
}

static const struct config_section *
with_title(const struct config_section *const *sections, size_t n,
    const char *title)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(sections[i]->title, title) == 0) {
			return sections[i];
		}
	}
	return NULL;
}

const struct config_section **
config_sections_of(const struct config_section *zone,
    const struct config_section *defaults, enum config_section_id id, size_t *n)
{
	if (defaults == NULL) {
		return with_id(zone, id, n);
	}
	size_t n_base, n_own;
	const struct config_section **base = with_id(defaults, id, &n_base);
	const struct config_section **own = with_id(zone, id, &n_own);
	const struct config_section **all =
	    xcalloc(n_base + n_own + 1, sizeof(*all));

	*n = 0;
	for (size_t i = 0; i < n_base; i++) {
		const struct config_section *instead =
		    with_title(own, n_own, base[i]->title);

		all[(*n)++] = instead != NULL ? instead : base[i];
	}
	for (size_t i = 0; i < n_own; i++) {
		if (with_title(base, n_base, own[i]->title) == NULL) {
			all[(*n)++] = own[i];
		}
	}
	free(base);
	free(own);
	return all;
}

/* Names are shown, logged, and stand in the ledger. */
static bool
is_name(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= 64 &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
	                    "uvwxyz0123456789._@+-") == length;
}

static bool
fill_title(const struct making *making, const struct config_section *section,
    char **name)
{
	if (!is_name(section->title)) {
		return complain(making, section->line,
		    "\"%.80s\": the name of a %s is 1 to 64 letters, digits "
		    "and . _ @ + -",
		    section->title, config_sections[section->id].word);
	}
	*name = xstrdup(section->title);
	return true;
}

static bool
fill_anchor(const struct making *making, const struct config_section *section,
    enum anchor_state *state)
{
	static const char *const states[] = {[ANCHOR_ACTIVE] = "active",
	    [ANCHOR_INCOMING] = "incoming",
	    [ANCHOR_OUTGOING] = "outgoing"};

	for (unsigned i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(section->title, states[i]) == 0) {
			*state = (enum anchor_state)i;
			return true;
		}
	}
	return complain(making, section->line,
	    "anchor %.80s: the state is active, incoming or outgoing",
	    section->title);
}

/* An array of sections: where its pointer and its length are kept. */
struct shelf {
	enum config_section_id id;
	size_t size; /* of one */
	void *rows;  /* where the pointer to the first is */
	size_t *n;
	size_t name; /* place of its name; of the state, of an anchor */
};

#define SHELF(section, type, array, count, member)                             \
	{                                                                      \
		SECTION_##section, sizeof(struct type), (array), (count),      \
		    offsetof(struct type, member)                              \
	}

static bool
fill_shelf(const struct making *making, const struct shelf *shelf,
    const struct config_section *const *sections, size_t n, const char *zone)
{
	char *rows = xcalloc(n, shelf->size);

	memcpy(shelf->rows, &rows, sizeof(rows));
	for (size_t i = 0; i < n; i++) {
		char *object = rows + i * shelf->size;
		void *name = object + shelf->name;
		struct config_instance instance = {
		    .own = sections[i], .object = object};

		*shelf->n = i + 1;
		if (!(shelf->id == SECTION_anchor
		            ? fill_anchor(making, sections[i], name)
		            : fill_title(making, sections[i], name)) ||
		    !fill(making, shelf->id, &instance, zone)) {
			return false;
		}
	}
	return true;
}

static void
release_shelf(const struct shelf *shelf)
{
	char *rows, *name;

	memcpy(&rows, shelf->rows, sizeof(rows));
	for (size_t i = 0; i < *shelf->n; i++) {
		char *object = rows + i * shelf->size;

		if (shelf->id != SECTION_anchor) {
			memcpy(&name, object + shelf->name, sizeof(name));
			free(name);
		}
		release(shelf->id, object);
	}
	free(rows);
}

#define N_ZONE_SHELVES 5

static void
zone_shelves(struct config_zone *zone, struct shelf shelves[N_ZONE_SHELVES])
{
	const struct shelf made[N_ZONE_SHELVES] = {
	    SHELF(anchor, config_anchor, &zone->anchors, &zone->n_anchors,
	        state),
	    SHELF(veto, config_command, &zone->vetoes, &zone->n_vetoes, name),
	    SHELF(hook, config_command, &zone->hooks, &zone->n_hooks, name),
	    SHELF(push, config_push, &zone->pushes, &zone->n_pushes, name),
	    SHELF(probe, config_probe, &zone->probes, &zone->n_probes, name),
	};

	memcpy(shelves, made, sizeof(made));
}

#define N_TOP_SHELVES 4

static void
top_shelves(struct config *config, struct shelf shelves[N_TOP_SHELVES])
{
	const struct shelf made[N_TOP_SHELVES] = {
	    SHELF(webhook, config_webhook, &config->webhooks,
	        &config->n_webhooks, name),
	    SHELF(token, config_token, &config->tokens, &config->n_tokens,
	        name),
	    SHELF(client, config_client, &config->clients, &config->n_clients,
	        name),
	    SHELF(operator, config_operator, &config->operators,
	        &config->n_operators, name),
	};

	memcpy(shelves, made, sizeof(made));
}

/* ---- zones ---- */

bool
zone_file_name(const char *text, char file_name[ZONE_FILE_NAME])
{
	uint8_t name[LIMIT_NAME_OCTETS], lower[LIMIT_NAME_OCTETS];
	char *at = file_name;

	if (text[0] == '\0' || name_from_text(text, name) == 0) {
		return false;
	}
	name_to_lower(name, lower);
	for (const uint8_t *label = lower; *label != 0; label += 1 + *label) {
		if (label != lower) {
			*at++ = '.';
		}
		for (unsigned i = 1; i <= *label; i++) {
			static const char plain[] =
			    "abcdefghijklmnopqrstuvwxyz0123456789-_";

			if (label[i] != 0 && strchr(plain, label[i]) != NULL) {
				*at++ = (char)label[i];
			} else {
				at += snprintf(at, 4, "%%%02X", label[i]);
			}
		}
	}
	if (at == file_name) {
		*at++ = '@';
	}
	*at = '\0';
	return true;
}

/* The policy called NAME; each is read once. */
static struct policy *
find_policy(const struct making *making, const char *name, char *error)
{
	struct config_source *source = making->config->source;
	struct policy policy;

	for (size_t i = 0; i < source->n_policies; i++) {
		if (strcmp(source->policy_names[i], name) == 0) {
			return &source->policies[i];
		}
	}
	if (source->n_policies == LIMIT_CONFIG_ROWS) {
		snprintf(error, POLICY_ERROR, "there are more than %d policies",
		    LIMIT_CONFIG_ROWS);
		return NULL;
	}
	if (!making->world->policy(name, &policy, error)) {
		return NULL;
	}
	/* Zones point to them: no row may move. */
	if (source->policies == NULL) {
		source->policies =
		    xcalloc(LIMIT_CONFIG_ROWS, sizeof(*source->policies));
		source->policy_names =
		    xcalloc(LIMIT_CONFIG_ROWS, sizeof(char *));
	}
	source->policies[source->n_policies] = policy;
	source->policy_names[source->n_policies] = xstrdup(name);
	return &source->policies[source->n_policies++];
}

static const struct config_row *
zone_row(const char *key)
{
	for (size_t i = 0; i < n_config_rows; i++) {
		if (config_rows[i].section == SECTION_zone &&
		    strcmp(config_rows[i].key, key) == 0) {
			return &config_rows[i];
		}
	}
	abort();
}

/* The policy first: other values follow from it. */
static struct policy *
fill_policy(const struct making *making, const struct config_instance *instance)
{
	struct config_zone made = {0};
	struct config_instance alone = *instance;
	struct config_context context = {
	    .directory = making->directory, .world = making->world};
	const struct config_row *row = zone_row("policy");
	const struct config_setting *setting = config_origin(instance, row);
	char error[POLICY_ERROR];

	alone.object = &made;
	if (!fill_row(making, &alone, row, &context)) {
		return NULL;
	}
	struct policy *policy = find_policy(making, made.policy_name, error);

	if (policy == NULL) {
		complain(making,
		    setting != NULL ? setting->line : instance->own->line,
		    "policy: %s", error);
	}
	free(made.policy_name);
	return policy;
}

static bool
fill_zone(const struct making *making, const struct config_section *section,
    struct config_zone *zone)
{
	const struct config_section *defaults =
	    making->config->source->defaults;
	struct config_instance instance = {
	    .own = section, .base = defaults, .object = zone};
	struct shelf shelves[N_ZONE_SHELVES];
	char file_name[ZONE_FILE_NAME];

	zone->line = section->line;
	zone->name = config_zone_name(section->title);
	if (zone->name == NULL || !zone_file_name(zone->name, file_name)) {
		return complain(making, section->line,
		    "zone \"%.80s\": this is no domain name", section->title);
	}
	zone->file_name = xstrdup(file_name);
	zone->policy = fill_policy(making, &instance);
	instance.policy = zone->policy;
	if (zone->policy == NULL ||
	    !fill(making, SECTION_zone, &instance, file_name)) {
		return false;
	}
	zone_shelves(zone, shelves);
	for (size_t i = 0; i < N_ZONE_SHELVES; i++) {
		size_t n;
		const struct config_section **sections =
		    config_sections_of(section, defaults, shelves[i].id, &n);
		bool good =
		    fill_shelf(making, &shelves[i], sections, n, file_name);

		free(sections);
		if (!good) {
			return false;
		}
	}
	return true;
}

static void
release_zone(struct config_zone *zone)
{
	struct shelf shelves[N_ZONE_SHELVES];

	zone_shelves(zone, shelves);
	for (size_t i = 0; i < N_ZONE_SHELVES; i++) {
		release_shelf(&shelves[i]);
	}
	release(SECTION_zone, zone);
	free(zone->name);
	free(zone->file_name);
}

/* A section with the name that its title means. */
struct named {
	char *name;
	const struct config_section *section;
};

static int
by_name(const void *a, const void *b)
{
	const struct named *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order
	                  : (left->section > right->section) -
	                        (left->section < right->section);
}

/* The zones' sections with their names, sorted; false if there is a title that
 * is no name, or one twice. */
static bool
name_zones(const struct making *making,
    const struct config_section *const *sections, size_t n, struct named *named)
{
	for (size_t i = 0; i < n; i++) {
		named[i].section = sections[i];
		named[i].name = config_zone_name(sections[i]->title);
		if (named[i].name == NULL) {
			return complain(making, sections[i]->line,
			    "zone \"%.80s\": this is no domain name",
			    sections[i]->title);
		}
	}
	qsort(named, n, sizeof(*named), by_name);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(named[i - 1].name, named[i].name) == 0) {
			return complain(making, named[i].section->line,
			    "zone %s is there already, in line %u",
			    named[i].name, named[i - 1].section->line);
		}
	}
	return true;
}

static bool
fill_named(const struct making *making, const struct named *named, size_t n)
{
	struct config *config = making->config;

	config->zones = xcalloc(n, sizeof(*config->zones));
	config->source->zones = xcalloc(n, sizeof(*config->source->zones));
	for (size_t i = 0; i < n; i++) {
		config->n_zones = i + 1;
		config->source->zones[i] = named[i].section;
		if (!fill_zone(making, named[i].section, &config->zones[i])) {
			return false;
		}
	}
	return true;
}

static bool
fill_zones(const struct making *making)
{
	size_t n;
	const struct config_section **sections =
	    with_id(making->config->source->top, SECTION_zone, &n);
	struct named *named = xcalloc(n, sizeof(*named));
	bool good = name_zones(making, sections, n, named) &&
	            fill_named(making, named, n);

	for (size_t i = 0; i < n; i++) {
		free(named[i].name);
	}
	free(named);
	free(sections);
	return good;
}

const struct config_zone *
config_zone(const struct config *config, const char *name)
{
	char *wanted = config_zone_name(name);
	size_t low = 0, high = config->n_zones;
	const struct config_zone *found = NULL;

	while (wanted != NULL && low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(wanted, config->zones[middle].name);

		if (order == 0) {
			found = &config->zones[middle];
			break;
		}
		if (order < 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	free(wanted);
	return found;
}

/* ---- the whole ---- */

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
fill_once(const struct making *making, enum config_section_id id, void *object)
{
	const struct config_section *top = making->config->source->top;
	struct config_instance instance = {
	    .own = id == SECTION_top ? top : only(top, id), .object = object};

	return fill(making, id, &instance, NULL);
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
fill_all(const struct making *making)
{
	struct config *config = making->config;
	const struct config_section *top = config->source->top;
	struct shelf shelves[N_TOP_SHELVES];

	if (!fill_once(making, SECTION_top, config) ||
	    !fill_once(making, SECTION_http, &config->http) ||
	    !fill_once(making, SECTION_heartbeat, config) ||
	    !fill_zones(making)) {
		return false;
	}
	top_shelves(config, shelves);
	for (size_t i = 0; i < N_TOP_SHELVES; i++) {
		size_t n;
		const struct config_section **sections =
		    with_id(top, shelves[i].id, &n);
		bool good = fill_shelf(making, &shelves[i], sections, n, NULL);

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
	struct making making = {.config = config,
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
	struct shelf shelves[N_TOP_SHELVES];

	if (config == NULL) {
		return;
	}
	for (size_t i = 0; i < config->n_zones; i++) {
		release_zone(&config->zones[i]);
	}
	free(config->zones);
	top_shelves(config, shelves);
	for (size_t i = 0; i < N_TOP_SHELVES; i++) {
		release_shelf(&shelves[i]);
	}
	release(SECTION_heartbeat, config);
	release(SECTION_http, &config->http);
	release(SECTION_top, config);
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

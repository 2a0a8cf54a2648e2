/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_fill.c -- sections of the file into the structs of config.h.
 */
#include "config_fill.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

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
refuse_pull(const struct config_making *making,
    const struct config_setting *setting, const struct policy *policy)
{
	if (policy != NULL &&
	    policy->values.option[OPTION_transfer_initiator] ==
	        TRANSFER_SIGNER) {
		return config_complain(making->file, making->error,
		    setting->line,
		    "pull: by policy %s only the signer may begin a transfer "
		    "(%s); let it put the zone into the spool, send it over "
		    "HTTP, or call zonegate submit",
		    policy->name, policy->clause[OPTION_transfer_initiator]);
	}
	return config_complain(making->file, making->error, setting->line,
	    "pull: zonegate asks no signer for zones; let the signer put the "
	    "zone into the spool, send it over HTTP, or call zonegate submit");
}

/* Stores what no setting says. */
static bool
fill_fallback(const struct config_making *making,
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
		       config_complain(making->file, making->error,
		           instance->own->line, "%s has no %s: %s",
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
	return config_complain(making->file, making->error,
	    instance->own == NULL ? 1 : instance->own->line, "%s \"%s\": %s",
	    row->key, value, wrong);
}

bool
config_fill_row(const struct config_making *making,
    const struct config_instance *instance, const struct config_row *row,
    const struct config_context *context)
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
	return config_complain(making->file, making->error, setting->line,
	    "%s%s%.200s%s: %s", row->key, setting->n == 1 ? " \"" : "",
	    setting->n == 1 ? setting->values[0] : "",
	    setting->n == 1 ? "\"" : "", wrong);
}

/* Fills all rows of section ID. */
bool
config_fill(const struct config_making *making, enum config_section_id id,
    const struct config_instance *instance, const char *zone)
{
	struct config_context context = {.directory = making->directory,
	    .zone = zone,
	    .world = making->world};

	for (size_t i = 0; i < n_config_rows; i++) {
		if (config_rows[i].section == id &&
		    !config_fill_row(making, instance, &config_rows[i],
		        &context)) {
			return false;
		}
	}
	return true;
}

/* Frees what the rows of section ID point to in OBJECT. */
void
config_release(enum config_section_id id, void *object)
{
	for (size_t i = 0; i < n_config_rows; i++) {
		if (config_rows[i].section == id) {
			config_value_free(&config_rows[i], object);
		}
	}
}

/* ---- named sections ---- */

const struct config_section **
config_with_id(const struct config_section *section, enum config_section_id id,
    size_t *n)
{
	const struct config_section **found =
	    xcalloc(section->n_children + 1, sizeof(void *));

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
		return config_with_id(zone, id, n);
	}
	size_t n_base, n_own;
	const struct config_section **base =
	    config_with_id(defaults, id, &n_base);
	const struct config_section **own = config_with_id(zone, id, &n_own);
	const struct config_section **all =
	    xcalloc(n_base + n_own + 1, sizeof(void *));

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
fill_title(const struct config_making *making,
    const struct config_section *section, char **name)
{
	if (!is_name(section->title)) {
		return config_complain(making->file, making->error,
		    section->line,
		    "\"%.80s\": the name of a %s is 1 to 64 letters, digits "
		    "and . _ @ + -",
		    section->title, config_sections[section->id].word);
	}
	*name = xstrdup(section->title);
	return true;
}

static bool
fill_anchor(const struct config_making *making,
    const struct config_section *section, enum anchor_state *state)
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
	return config_complain(making->file, making->error, section->line,
	    "anchor %.80s: the state is active, incoming or outgoing",
	    section->title);
}

bool
config_fill_shelf(const struct config_making *making,
    const struct config_shelf *shelf,
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
		    !config_fill(making, shelf->id, &instance, zone)) {
			return false;
		}
	}
	return true;
}

void
config_release_shelf(const struct config_shelf *shelf)
{
	char *rows, *name;

	memcpy(&rows, shelf->rows, sizeof(rows));
	for (size_t i = 0; i < *shelf->n; i++) {
		char *object = rows + i * shelf->size;

		if (shelf->id != SECTION_anchor) {
			memcpy(&name, object + shelf->name, sizeof(name));
			free(name);
		}
		config_release(shelf->id, object);
	}
	free(rows);
}

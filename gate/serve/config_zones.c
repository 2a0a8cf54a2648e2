/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_zones.c -- the zones of a configuration: names, policies, what they
 * take over from `defaults'.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "config_fill.h"
#include "contract/name.h"

#define N_ZONE_SHELVES 5

static void
zone_shelves(struct config_zone *zone,
    struct config_shelf shelves[N_ZONE_SHELVES])
{
	const struct config_shelf made[N_ZONE_SHELVES] = {
	    CONFIG_SHELF(anchor, config_anchor, &zone->anchors,
	        &zone->n_anchors, state),
	    CONFIG_SHELF(veto, config_command, &zone->vetoes, &zone->n_vetoes,
	        name),
	    CONFIG_SHELF(hook, config_command, &zone->hooks, &zone->n_hooks,
	        name),
	    CONFIG_SHELF(push, config_push, &zone->pushes, &zone->n_pushes,
	        name),
	    CONFIG_SHELF(probe, config_probe, &zone->probes, &zone->n_probes,
	        name),
	};

	memcpy(shelves, made, sizeof(made));
}

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
find_policy(const struct config_making *making, const char *name, char *error)
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
fill_policy(const struct config_making *making,
    const struct config_instance *instance)
{
	struct config_zone made = {0};
	struct config_instance alone = *instance;
	struct config_context context = {
	    .directory = making->directory, .world = making->world};
	const struct config_row *row = zone_row("policy");
	const struct config_setting *setting = config_origin(instance, row);
	char error[POLICY_ERROR];

	alone.object = &made;
	if (!config_fill_row(making, &alone, row, &context)) {
		return NULL;
	}
	struct policy *policy = find_policy(making, made.policy_name, error);

	if (policy == NULL) {
		config_complain(making->file, making->error,
		    setting != NULL ? setting->line : instance->own->line,
		    "policy: %s", error);
	}
	free(made.policy_name);
	return policy;
}

/* All of ZONE but its names; what OWN does not say is BASE's to say. */
static bool
fill_rows(const struct config_making *making, const struct config_section *own,
    const struct config_section *base, const char *file_name,
    struct config_zone *zone)
{
	struct config_instance instance = {
	    .own = own, .base = base, .object = zone};
	struct config_shelf shelves[N_ZONE_SHELVES];

	zone->line = own->line;
	zone->policy = fill_policy(making, &instance);
	instance.policy = zone->policy;
	if (zone->policy == NULL ||
	    !config_fill(making, SECTION_zone, &instance, file_name)) {
		return false;
	}
	zone_shelves(zone, shelves);
	for (size_t i = 0; i < N_ZONE_SHELVES; i++) {
		size_t n;
		const struct config_section **sections =
		    config_sections_of(own, base, shelves[i].id, &n);
		bool good = config_fill_shelf(making, &shelves[i], sections, n,
		    file_name);

		free(sections);
		if (!good) {
			return false;
		}
	}
	return true;
}

static bool
fill_zone(const struct config_making *making,
    const struct config_section *section, struct config_zone *zone)
{
	char file_name[ZONE_FILE_NAME];

	zone->name = config_zone_name(section->title);
	if (zone->name == NULL || !zone_file_name(zone->name, file_name)) {
		return config_complain(making->file, making->error,
		    section->line, "zone \"%.80s\": this is no domain name",
		    section->title);
	}
	zone->file_name = xstrdup(file_name);
	return fill_rows(making, section, making->config->source->defaults,
	    file_name, zone);
}

static bool
any_file(enum config_kind kind, const char *path, char wrong[CONFIG_WRONG])
{
	(void)kind;
	(void)path;
	(void)wrong;
	return true;
}

/* Defaults that no zone takes over are to be right all the same.  Files are
 * looked for with a zone's name in theirs. */
static bool
check_defaults(const struct config_making *making)
{
	const struct config_section *defaults =
	    making->config->source->defaults;
	const struct config_world lenient = {
	    .policy = making->world->policy, .file = any_file};
	struct config_making trial = *making;
	struct config_zone zone = {0};

	if (defaults == NULL) {
		return true;
	}
	trial.world = &lenient;

	bool good = fill_rows(&trial, defaults, NULL, "example", &zone);

	config_release_zone(&zone);
	return good;
}

void
config_release_zone(struct config_zone *zone)
{
	struct config_shelf shelves[N_ZONE_SHELVES];

	zone_shelves(zone, shelves);
	for (size_t i = 0; i < N_ZONE_SHELVES; i++) {
		config_release_shelf(&shelves[i]);
	}
	config_release(SECTION_zone, zone);
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
name_zones(const struct config_making *making,
    const struct config_section *const *sections, size_t n, struct named *named)
{
	for (size_t i = 0; i < n; i++) {
		named[i].section = sections[i];
		named[i].name = config_zone_name(sections[i]->title);
		if (named[i].name == NULL) {
			return config_complain(making->file, making->error,
			    sections[i]->line,
			    "zone \"%.80s\": this is no domain name",
			    sections[i]->title);
		}
	}
	qsort(named, n, sizeof(*named), by_name);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(named[i - 1].name, named[i].name) == 0) {
			return config_complain(making->file, making->error,
			    named[i].section->line,
			    "zone %s is there already, in line %u",
			    named[i].name, named[i - 1].section->line);
		}
	}
	return true;
}

static bool
fill_named(const struct config_making *making, const struct named *named,
    size_t n)
{
	struct config *config = making->config;

	config->zones = xcalloc(n, sizeof(*config->zones));
	config->source->zones = xcalloc(n, sizeof(void *));
	for (size_t i = 0; i < n; i++) {
		config->n_zones = i + 1;
		config->source->zones[i] = named[i].section;
		if (!fill_zone(making, named[i].section, &config->zones[i])) {
			return false;
		}
	}
	return true;
}

bool
config_fill_zones(const struct config_making *making)
{
	size_t n;
	const struct config_section **sections =
	    config_with_id(making->config->source->top, SECTION_zone, &n);
	struct named *named = xcalloc(n, sizeof(*named));
	bool good = name_zones(making, sections, n, named) &&
	            fill_named(making, named, n) && check_defaults(making);

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

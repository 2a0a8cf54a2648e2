/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_print.c -- a configuration as a file that says all of it, each value
 * with where it came from.
 */
#include <stdlib.h>
#include <string.h>

#include "config_source.h"

struct printing {
	FILE *out;
	const struct config *config;
};

static void
print_origin(const struct printing *to, const struct config_instance *instance,
    const struct config_row *row)
{
	const struct config_setting *setting = config_origin(instance, row);

	if (setting != NULL) {
		fprintf(to->out, " # %s:%u", to->config->file, setting->line);
	} else if (instance->policy != NULL && row->fallback != NULL &&
	           row->fallback[0] == '@') {
		fprintf(to->out, " # policy %s", instance->policy->name);
	} else {
		fputs(" # default", to->out);
	}
}

static void
print_rows(const struct printing *to, enum config_section_id id,
    const struct config_instance *instance, int indent)
{
	for (size_t i = 0; i < n_config_rows; i++) {
		const struct config_row *row = &config_rows[i];
		char *value = NULL;
		size_t length;
		FILE *out;

		if (row->section != id ||
		    (out = open_memstream(&value, &length)) == NULL) {
			continue;
		}
		bool has = config_value_print(out, row, instance->object);

		if (fclose(out) != 0) {
			abort();
		}
		if (has) {
			fprintf(to->out, "%*s%s = %s", indent, "", row->key,
			    value);
			print_origin(to, instance, row);
			fputc('\n', to->out);
		}
		free(value);
	}
}

static void
print_begin(const struct printing *to, enum config_section_id id,
    const char *title, int indent)
{
	fprintf(to->out, "%*s%s ", indent, "", config_sections[id].word);
	if (title != NULL) {
		config_quote(to->out, title);
		fputc(' ', to->out);
	}
	fputs("{\n", to->out);
}

static void
print_section(const struct printing *to, const struct config_section *section,
    void *object, int indent)
{
	struct config_instance instance = {.own = section, .object = object};

	print_begin(to, section->id, section->title, indent);
	print_rows(to, section->id, &instance, indent + 4);
	fprintf(to->out, "%*s}\n", indent, "");
}

/* The sections ID of a zone; its Nth object is at ROWS + N * SIZE. */
static void
print_inner(const struct printing *to, const struct config_section *zone,
    enum config_section_id id, void *rows, size_t size)
{
	size_t n;
	const struct config_section **sections =
	    config_sections_of(zone, to->config->source->defaults, id, &n);

	for (size_t i = 0; i < n; i++) {
		print_section(to, sections[i], (char *)rows + i * size, 4);
	}
	free(sections);
}

static void
print_zone(const struct printing *to, struct config_zone *zone,
    const struct config_section *section)
{
	struct config_instance instance = {.own = section,
	    .base = to->config->source->defaults,
	    .object = zone,
	    .policy = zone->policy};

	print_begin(to, SECTION_zone, zone->name, 0);
	print_rows(to, SECTION_zone, &instance, 4);
	print_inner(to, section, SECTION_anchor, zone->anchors,
	    sizeof(*zone->anchors));
	print_inner(to, section, SECTION_veto, zone->vetoes,
	    sizeof(*zone->vetoes));
	print_inner(to, section, SECTION_hook, zone->hooks,
	    sizeof(*zone->hooks));
	print_inner(to, section, SECTION_push, zone->pushes,
	    sizeof(*zone->pushes));
	print_inner(to, section, SECTION_probe, zone->probes,
	    sizeof(*zone->probes));
	fputs("}\n", to->out);
}

/* The section ID of the top, or NULL. */
static const struct config_section *
only(const struct config *config, enum config_section_id id)
{
	const struct config_section *top = config->source->top;

	for (size_t i = 0; i < top->n_children; i++) {
		if (top->children[i].id == id) {
			return &top->children[i];
		}
	}
	return NULL;
}

/* The sections ID of the top; the Nth object is at ROWS + N * SIZE. */
static void
print_named(const struct printing *to, enum config_section_id id, void *rows,
    size_t size)
{
	const struct config_section *top = to->config->source->top;
	size_t n = 0;

	for (size_t i = 0; i < top->n_children; i++) {
		if (top->children[i].id == id) {
			print_section(to, &top->children[i],
			    (char *)rows + n++ * size, 0);
		}
	}
}

void
config_print(FILE *out, const struct config *config)
{
	struct printing to = {.out = out, .config = config};
	/* Printing changes nothing; places are in structs that others fill. */
	struct config all = *config;
	struct config_instance instance = {
	    .own = config->source->top, .object = &all};

	print_rows(&to, SECTION_top, &instance, 0);
	instance.own = only(config, SECTION_http);
	instance.object = &all.http;
	print_begin(&to, SECTION_http, NULL, 0);
	print_rows(&to, SECTION_http, &instance, 4);
	fputs("}\n", out);
	if (all.heartbeat_url != NULL) {
		instance.own = only(config, SECTION_heartbeat);
		instance.object = &all;
		print_begin(&to, SECTION_heartbeat, NULL, 0);
		print_rows(&to, SECTION_heartbeat, &instance, 4);
		fputs("}\n", out);
	}
	print_named(&to, SECTION_webhook, all.webhooks, sizeof(*all.webhooks));
	print_named(&to, SECTION_token, all.tokens, sizeof(*all.tokens));
	print_named(&to, SECTION_client, all.clients, sizeof(*all.clients));
	print_named(&to, SECTION_operator, all.operators,
	    sizeof(*all.operators));
	for (size_t i = 0; i < all.n_zones; i++) {
		print_zone(&to, &all.zones[i], config->source->zones[i]);
	}
}

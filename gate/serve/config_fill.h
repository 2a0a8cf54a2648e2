/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_fill.h -- sections of the file into the structs of config.h.
 *
 * Every function that fails has said why in making->error.
 */
#pragma once

#include "config_source.h"

/* One configuration under way. */
struct config_making {
	struct config *config;
	const char *file;
	const struct config_world *world;
	char *directory; /* absolute */
	char *error;     /* CONFIG_ERROR octets */
};

/* Fills the rows of section ID; ZONE is a zone's file name, or NULL. */
bool config_fill(const struct config_making *making, enum config_section_id id,
    const struct config_instance *instance, const char *zone);

bool config_fill_row(const struct config_making *making,
    const struct config_instance *instance, const struct config_row *row,
    const struct config_context *context);

/* Frees what the rows of section ID point to in OBJECT. */
void config_release(enum config_section_id id, void *object);

/* The sections ID in SECTION, to be freed; their number is in *N. */
const struct config_section **config_with_id(const struct config_section
                                                 *section,
    enum config_section_id id, size_t *n);

/* An array of sections: where its pointer and its length are kept. */
struct config_shelf {
	enum config_section_id id;
	size_t size; /* of one */
	void *rows;  /* where the pointer to the first is */
	size_t *n;
	size_t name; /* place of its name; of the state, of an anchor */
};

/* A TYPE for each SECTION, their pointer in ARRAY, their number in COUNT. */
#define CONFIG_SHELF(section, type, array, count, member)                      \
	{                                                                      \
		SECTION_##section, sizeof(struct type), (array), (count),      \
		    offsetof(struct type, member)                              \
	}

bool config_fill_shelf(const struct config_making *making,
    const struct config_shelf *shelf,
    const struct config_section *const *sections, size_t n, const char *zone);
void config_release_shelf(const struct config_shelf *shelf);

/* ---- config_zones.c ---- */

bool config_fill_zones(const struct config_making *making);
void config_release_zone(struct config_zone *zone);

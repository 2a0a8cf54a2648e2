/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_source.h -- where a configuration came from, and the parts of which
 * config.c makes it.
 */
#pragma once

#include "config.h"
#include "config_draft.h"
#include "config_value.h"

struct config_source {
	struct config_section *top;
	const struct config_section *defaults; /* within TOP; or NULL */
	/* Of each zone, as config->zones. */
	const struct config_section **zones;
	struct policy *policies; /* each once; zones point to them */
	char **policy_names;     /* as the zones name them */
	size_t n_policies;
};

/* As config_parse(), in WORLD. */
struct config *config_parse_in(const struct config_world *world,
    const char *text, size_t length, const char *file,
    char error[CONFIG_ERROR]);

/* Writes "FILE:LINE: " and a message into ERROR (CONFIG_ERROR octets); returns
 * false. */
bool config_complain(const char *file, char *error, unsigned line,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A section that holds for a zone or for the whole. */
struct config_instance {
	const struct config_section *own;  /* or NULL: not in the file */
	const struct config_section *base; /* looked into next; or NULL */
	void *object; /* the struct that the places of its rows are in */
	const struct policy *policy; /* for "@option" */
};

/* Where the value of a row comes from: the setting, or NULL for the policy or
 * the fallback. */
const struct config_setting *config_origin(const struct config_instance
                                               *instance,
    const struct config_row *row);

/*
 * The sections ID of ZONE: those of DEFAULTS (or NULL) in their order, each
 * replaced by that of the same title in ZONE, then the rest of ZONE's.
 * Returns them, to be freed, with their number in *N.
 */
const struct config_section **config_sections_of(const struct config_section
                                                     *zone,
    const struct config_section *defaults, enum config_section_id id,
    size_t *n);

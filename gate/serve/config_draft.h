/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_draft.h -- what a configuration file says, word for word: sections
 * and settings with their lines.  What it means is config.c's.
 */
#pragma once

#include <stddef.h>

#include "config_rows.h"

struct config_setting {
	const struct config_row *row;
	char **values; /* one, or those of a list, which may be empty */
	size_t n;
	unsigned line;
};

struct config_section {
	enum config_section_id id;
	char *title; /* or NULL */
	unsigned line;
	struct config_setting *settings; /* those that are set */
	size_t n_settings;
	struct config_section *children; /* in the file's order */
	size_t n_children;
};

/* Reads LENGTH octets of TEXT.  Returns the top section, to be freed, or NULL
 * with FILE, line and reason in ERROR (CONFIG_ERROR octets). */
struct config_section *config_draft_read(const char *text, size_t length,
    const char *file, char *error);

void config_draft_free(struct config_section *top);

/* The setting of ROW in SECTION, or NULL if it is not set there. */
const struct config_setting *config_setting(const struct config_section
                                                *section,
    const struct config_row *row);

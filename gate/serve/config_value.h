/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_value.h -- values of the configuration: text into members and back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config_rows.h"
#include "policy_file.h"

#define CONFIG_WRONG 640

/* What is looked for outside of the file; a test may put its own here. */
struct config_world {
	/* As policy_open(). */
	bool (*policy)(const char *name, struct policy *policy,
	    char error[POLICY_ERROR]);
	/* Whether PATH can be what KIND needs; false says in WRONG why not. */
	bool (*file)(enum config_kind kind, const char *path,
	    char wrong[CONFIG_WRONG]);
};

/* The policy directory and the file system. */
extern const struct config_world config_world;

struct config_context {
	const char *directory; /* absolute: relative paths begin there */
	const char *zone;      /* file name of the zone, or NULL */
	const struct config_world *world;
};

/*
 * Puts VALUES (one, or the N of a list) into ROW's member of OBJECT, where
 * nothing has been put yet.  False, with OBJECT untouched and what it must be
 * in WRONG.
 */
bool config_value_store(const struct config_row *row, char *const *values,
    size_t n, const struct config_context *context, void *object,
    char wrong[CONFIG_WRONG]);

/* Frees what ROW's member of OBJECT points to. */
void config_value_free(const struct config_row *row, void *object);

/* Writes ROW's member of OBJECT as the file would have it; nothing, and false,
 * if it has none. */
bool config_value_print(FILE *out, const struct config_row *row,
    const void *object);

/* Writes TEXT in quotes. */
void config_quote(FILE *out, const char *text);

/* "shop." of "Shop" and its like; NULL if TEXT is no domain name.  To be
 * freed. */
char *config_zone_name(const char *text);

/* Whether LISTENER, which config_value_store() took, is a loopback address. */
bool config_is_loopback(const char *listener);

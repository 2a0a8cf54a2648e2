/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * token.h -- bearer tokens, known by their SHA-256 only.
 */
#pragma once

#include "serve/config.h"

/* The entry whose token TEXT is, or NULL; the time it takes does not tell how
 * near a wrong one is. */
const struct config_token *token_find(const struct config *config,
    const char *text);

/* True if ZONES (a list that ends with NULL; "*" is all) names ZONE. */
bool zones_name(char *const *zones, const char *zone);

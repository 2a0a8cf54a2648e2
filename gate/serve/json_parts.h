/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json_parts.h -- small JSON values, new references each.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

json_t *json_moment(int64_t at);       /* RFC 3339; 0: null */
json_t *json_words(const char *value); /* "": null; no UTF-8: "?" */
json_t *json_hex(const uint8_t sha256[32]);
json_t *json_count(int64_t value);
/* Sets KEY of OBJECT; VALUE's reference is taken. */
void json_put(json_t *object, const char *key, json_t *value);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * openapi.h -- what zonegate-http answers, as OpenAPI 3.1.
 */
#pragma once

#include <stddef.h>

#define OPENAPI_TYPE "application/json"

/* The text of openapi.json; not to be freed. */
const char *openapi_json(size_t *length);

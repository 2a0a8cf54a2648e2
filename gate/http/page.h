/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page.h -- the pages that people look at, from the documents that the daemon
 * answers with (control/control.h).
 *
 * Pure: no I/O and no clock; "now" is what the document says.  Members that
 * are missing or of another type read "unknown".  The pages need no script and
 * nothing from elsewhere, and ask to be loaded again by themselves.
 *
 * Links that they hold:
 *   /  /zones/ZONE  /v1/candidates/ID/report?html  /health  /metrics  /v1/zones
 *   /v1/openapi.json
 * ZONE is the name with its final dot, percent-encoded; the root is "@", since
 * browsers take a path segment "." away.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

#define PAGE_TYPE "text/html; charset=utf-8"

/* GET /: STATUS is a zonegate-status-1, or NULL when the daemon does not
 * answer.  To be freed; NULL when memory is short. */
char *page_html(const json_t *status, size_t *length);

/* GET /zones/ZONE: a zone of the status (its member "at", if somebody puts it
 * there, is the time; else the time is taken from the headroom) and candidates
 * of it, newest first.  Either may be NULL.  To be freed; NULL as above. */
char *page_zone_html(const json_t *zone, const json_t *candidates,
    size_t *length);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unmerged.c -- stands in for the pages until they are there.
 */
#include <stdlib.h>
#include <string.h>

#include "http/health.h"
#include "http/metrics.h"
#include "http/openapi.h"
#include "http/page.h"

static char *
copy(const char *text, size_t *length)
{
	*length = strlen(text);
	return strdup(text);
}

__attribute__((weak)) char *
health_json(const json_t *status, int *http_status, size_t *length)
{
	*http_status = status == NULL ? 503 : 200;
	return copy("{}\n", length);
}

__attribute__((weak)) char *
metrics_text(const json_t *status, size_t *length)
{
	return copy(status == NULL ? "# EOF\n" : "# EOF\n", length);
}

__attribute__((weak)) const char *
openapi_json(size_t *length)
{
	*length = 3;
	return "{}\n";
}

__attribute__((weak)) char *
page_html(const json_t *status, size_t *length)
{
	(void)status;
	return copy("<!DOCTYPE html><title>zonegate</title>", length);
}

__attribute__((weak)) char *
page_zone_html(const json_t *zone, const json_t *candidates, size_t *length)
{
	(void)zone;
	(void)candidates;
	return copy("<!DOCTYPE html><title>zone</title>", length);
}

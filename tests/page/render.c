/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * render.c -- writes what zonegate-http would answer about the document on
 * standard input: `render page|zone|metrics|health|openapi'.
 *
 * An empty input is a daemon that does not answer.  For `zone' it is {"zone":
 * ..., "candidates": ...}.  For `health' the status goes to standard error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/health.h"
#include "http/metrics.h"
#include "http/openapi.h"
#include "http/page.h"

static char *
render(const char *what, const json_t *document, size_t *length)
{
	int http_status;
	char *text;

	if (strcmp(what, "page") == 0) {
		return page_html(document, length);
	}
	if (strcmp(what, "zone") == 0) {
		return page_zone_html(json_object_get(document, "zone"),
		    json_object_get(document, "candidates"), length);
	}
	if (strcmp(what, "metrics") == 0) {
		return metrics_text(document, length);
	}
	if (strcmp(what, "health") == 0) {
		text = health_json(document, &http_status, length);
		fprintf(stderr, "%d\n", http_status);
		return text;
	}
	return strcmp(what, "openapi") == 0 ? strdup(openapi_json(length))
	                                    : NULL;
}

int
main(int argc, char **argv)
{
	json_t *document = json_loadf(stdin, JSON_DECODE_ANY, NULL);
	size_t length = 0;
	char *text = argc == 2 ? render(argv[1], document, &length) : NULL;
	int status = 1;

	if (text != NULL && fwrite(text, 1, length, stdout) == length &&
	    strlen(text) == length) {
		status = 0;
	}
	free(text);
	json_decref(document);
	return status;
}

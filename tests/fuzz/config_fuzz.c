/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_fuzz.c -- config_parse_in() over any octets: it refuses with a file
 * and a text, or what it has read can be printed, and read again with the same
 * values.  No file is opened but the shipped policies.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/config.h"
#include "serve/config_source.h"

#define FILE_NAME "/fuzz/zonegate.conf"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static bool
shipped_policy(const char *name, struct policy *policy,
    char error[POLICY_ERROR])
{
	size_t length = strlen(name);

	if (strchr(name, '/') != NULL ||
	    (length >= 5 && strcmp(name + length - 5, ".conf") == 0)) {
		snprintf(error, POLICY_ERROR, "no files here");
		return false;
	}
	return policy_open(name, policy, error);
}

static bool
any_file(enum config_kind kind, const char *path, char wrong[CONFIG_WRONG])
{
	(void)kind;
	if (path[0] != '/') {
		abort();
	}
	snprintf(wrong, CONFIG_WRONG, "there is none");
	return path[strlen(path) - 1] != '!';
}

static const struct config_world world = {
    .policy = shipped_policy, .file = any_file};

static struct config *
parse(const char *text, size_t length)
{
	char error[CONFIG_ERROR];
	struct config *config =
	    config_parse_in(&world, text, length, FILE_NAME, error);

	if (config == NULL && (strlen(error) >= CONFIG_ERROR ||
	                          strncmp(error, FILE_NAME ":",
	                              strlen(FILE_NAME) + 1) != 0)) {
		abort();
	}
	return config;
}

/* What config_print() writes, without comments: their lines may differ. */
static char *
printed(const struct config *config)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL) {
		abort();
	}
	config_print(out, config);
	fclose(out);

	char *to = text;

	for (const char *at = text; *at != '\0'; at++) {
		const char *comment = strncmp(at, " # ", 3) == 0 ? at : NULL;

		/* The last one of the line is the comment. */
		if (comment != NULL &&
		    memmem(at + 1, strcspn(at + 1, "\n"), " # ", 3) == NULL) {
			at += strcspn(at, "\n");
		}
		*to++ = *at;
	}
	*to = '\0';
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	if (length > 65536) {
		return 0;
	}
	struct config *config = parse((const char *)octets, length);

	if (config == NULL) {
		return 0;
	}
	for (size_t i = 0; i < config->n_zones; i++) {
		if (config_zone(config, config->zones[i].name) !=
		    &config->zones[i]) {
			abort();
		}
	}
	char *once = printed(config);
	struct config *again = parse(once, strlen(once));

	if (again == NULL) {
		abort();
	}
	char *twice = printed(again);

	if (strcmp(once, twice) != 0) {
		abort();
	}
	free(once);
	free(twice);
	config_free(config);
	config_free(again);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config_reader.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "serve/config_source.h"

static char error[CONFIG_ERROR];

/* A world in which every file is what it should be. */
static bool
any_file(enum config_kind kind, const char *path, char wrong[CONFIG_WRONG])
{
	(void)kind;
	snprintf(wrong, CONFIG_WRONG, "%s is missing", path);
	return strstr(path, "missing") == NULL;
}

static const struct config_world calm = {
    .policy = policy_open, .file = any_file};

static struct config *
parse(const char *text)
{
	return config_parse_in(&calm, text, strlen(text), "/conf/zg.conf",
	    error);
}

struct config *
config_reads(const char *text)
{
	struct config *config = parse(text);

	cr_assert_not_null(config, "%s\nof\n%s", error, text);
	return config;
}

void
config_refuses(const char *text, unsigned line, const char *word)
{
	char place[64];

	snprintf(place, sizeof(place), "/conf/zg.conf:%u: ", line);
	error[0] = '\0';
	cr_assert_null(parse(text), "%s", text);
	cr_expect(strncmp(error, place, strlen(place)) == 0,
	    "line %u of\n%s\n%s", line, text, error);
	cr_expect_not_null(strstr(error, word), "%s in: %s", word, error);
}

char *
config_printed(const char *text)
{
	struct config *config = config_reads(text);
	char *made = NULL;
	size_t length;
	FILE *out = open_memstream(&made, &length);

	config_print(out, config);
	fclose(out);
	config_free(config);
	return made;
}

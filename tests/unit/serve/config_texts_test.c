/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_texts_test.c -- what is written about the keys: the samples in etc/
 * and the manual page, held to config.def.
 */
#include <criterion/criterion.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_reader.h"
#include "paths.h"
#include "policy_file.h"
#include "serve/config_draft.h"
#include "small_file.h"

/* A file of the source tree, to be freed. */
static char *
source_file(const char *name)
{
	char path[4096], why[256];
	size_t length;

	snprintf(path, sizeof(path), "%s/../../%s", path_policies(), name);

	char *text = small_file_read(path, LIMIT_CONFIG_BYTES, &length, why,
	    sizeof(why));

	cr_assert_not_null(text, "%s", why);
	text[length] = '\0';
	return text;
}

/* The sample with its settings in force: "#key", "#    key", "#}". */
static char *
uncommented(const char *name)
{
	char *text = source_file(name);
	char *to = text;

	for (const char *at = text; *at != '\0';) {
		size_t line = strcspn(at, "\n");

		if (at[0] == '#' &&
		    (at[1] != ' ' || strncmp(at + 1, "    ", 4) == 0)) {
			at++;
			line--;
		}
		memmove(to, at, line + (at[line] == '\n'));
		to += line + (at[line] == '\n');
		at += line + (at[line] == '\n');
	}
	*to = '\0';
	return text;
}

Test(config_texts, the_sample_is_good)
{
	char *text = source_file("etc/zonegate.conf");
	struct config *config = config_reads(text);

	cr_assert_eq(config->n_zones, 0);
	config_free(config);
	free(text);
}

Test(config_texts, the_minimal_sample_is_five_lines)
{
	char *text = source_file("etc/minimal.conf");
	struct config *config = config_reads(text);
	unsigned lines = 0;

	cr_assert_eq(config->n_zones, 1);
	cr_assert_eq(config->zones[0].n_anchors, 1);
	cr_assert_eq(config->zones[0].n_hooks, 1);
	config_free(config);
	for (const char *at = text; at != NULL && *at != '\0';) {
		lines += *at != '#' && *at != '\n';
		at = strchr(at, '\n');
		at += at != NULL;
	}
	cr_assert_leq(lines, 5);
	free(text);
}

/* A setting of ROW anywhere in or below SECTION. */
static const struct config_setting *
setting_of(const struct config_section *section, const struct config_row *row)
{
	const struct config_setting *found = config_setting(section, row);

	for (size_t i = 0; found == NULL && i < section->n_children; i++) {
		found = setting_of(&section->children[i], row);
	}
	return found;
}

static const char *
fallback_of(const struct config_row *row, char text[OPTION_TEXT])
{
	struct policy policy;
	char why[POLICY_ERROR];

	if (row->fallback == NULL || row->fallback[0] != '@') {
		return row->fallback;
	}
	enum option_id id = option_find(row->fallback + 1);

	cr_assert_neq(id, OPTION_none, "%s", row->fallback);
	cr_assert(policy_open("registry-default", &policy, why), "%s", why);
	option_to_text(id, policy.values.option[id], text);
	policy_release(&policy);
	return text;
}

Test(config_texts, the_sample_shows_every_key_with_its_default)
{
	char *text = uncommented("etc/zonegate.conf");
	char error[CONFIG_ERROR], value[OPTION_TEXT];
	struct config_section *top =
	    config_draft_read(text, strlen(text), "sample", error);

	cr_assert_not_null(top, "%s\n%s", error, text);
	for (size_t i = 0; i < n_config_rows; i++) {
		const struct config_row *row = &config_rows[i];
		const struct config_setting *setting = setting_of(top, row);
		const char *fallback = fallback_of(row, value);

		if (row->kind == KIND_REFUSED) {
			cr_expect_null(setting);
			continue;
		}
		cr_expect_not_null(setting, "%s %s",
		    config_sections[row->section].word, row->key);
		if (setting != NULL && fallback != NULL &&
		    fallback != CONFIG_REQUIRED) {
			cr_expect_eq(setting->n, 1);
			cr_expect_str_eq(setting->values[0], fallback);
		}
	}
	config_draft_free(top);
	config_free(config_reads(text));
	free(text);
}

/* From the line of the manual page that begins with BEGIN to the next that
 * begins with END, to be freed; NULL if there is none. */
static char *
part_of(const char *page, const char *begin, const char *end, const char * or)
{
	const char *at = strstr(page, begin);

	if (at == NULL) {
		return NULL;
	}
	at += strlen(begin);

	const char *stop = strstr(at, end);
	const char *other = strstr(at, or);

	if (stop == NULL || (other != NULL && other < stop)) {
		stop = other;
	}
	return stop == NULL ? strdup(at) : strndup(at, (size_t)(stop - at));
}

/* Whether the items of PART name KEY; several may stand together. */
static char *
item_of(const char *part, const char *key)
{
	char words[2][64];
	char *item;

	snprintf(words[0], sizeof(words[0]), "\n.It Cm %s\n", key);
	snprintf(words[1], sizeof(words[1]), "\n.It Cm %s ,", key);
	item = part_of(part, words[0], "\n.It ", "\n.El");
	if (item == NULL) {
		item = part_of(part, words[1], "\n.It ", "\n.El");
	}
	snprintf(words[0], sizeof(words[0]), ", Cm %s\n", key);
	return item != NULL ? item : part_of(part, words[0], "\n.It ", "\n.El");
}

Test(config_texts, the_manual_page_explains_every_key_with_its_default)
{
	char *page = source_file("gate/serve/zonegate.conf.5");

	for (size_t i = 0; i < n_config_rows; i++) {
		const struct config_row *row = &config_rows[i];
		const char *word = row->section == SECTION_top
		                       ? "Top"
		                       : config_sections[row->section].word;
		char heading[64];

		snprintf(heading, sizeof(heading), "\n.Ss %s", word);

		char *part = part_of(page, heading, "\n.Ss ", "\n.Sh ");

		cr_assert_not_null(part, "%s", heading);

		char *item = item_of(part, row->key);

		cr_expect_not_null(item, "%s: %s", word, row->key);
		if (item != NULL && row->fallback == CONFIG_REQUIRED) {
			cr_expect_not_null(strstr(item, "Must be given."),
			    "%s: %s", word, row->key);
		} else if (item != NULL && row->fallback != NULL) {
			cr_expect_not_null(strstr(item,
			                       row->fallback +
			                           (row->fallback[0] == '@')),
			    "%s: %s: %s", word, row->key, row->fallback);
		}
		free(item);
		free(part);
	}
	free(page);
}

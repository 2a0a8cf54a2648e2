/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * catalogue_json.c -- the checks for programs: `zonegate checks --format json'.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/policy_list.h"
#include "contract/spelling.h"
#include "look.h"
#include "policy_file.h"
#include "report.h"

#define CHECKS_SCHEMA "zonegate-checks-1"

static const char *
standing_word(enum check_standing standing)
{
	switch (standing) {
	case SOUNDNESS:
		return "soundness";
	case INABILITY:
		return "inability";
	case MUST:
		return "must";
	case OPEN:
		return "open";
	}
	return "soundness";
}

static const char *
by_word(enum check_by by)
{
	switch (by) {
	case READING:
		return "reading";
	case INDEX:
		return "index";
	case VERDICTS:
		return "verdicts";
	}
	return "nobody";
}

/* The lines of TEXT. */
static json_t *
lines(const char *text)
{
	json_t *array = json_array();

	while (text[0] != '\0') {
		size_t length = strcspn(text, "\n");

		json_array_append_new(array, json_stringn(text, length));
		text += length + (text[length] == '\n');
	}
	return array;
}

static json_t *
look_of(enum check_id id)
{
	if (looks[id].commands == NULL) {
		return json_null();
	}
	return json_pack("{s:o, s:s}", "commands", lines(looks[id].commands),
	    "shows", looks[id].shows);
}

static json_t *
object_of(enum check_id id)
{
	const struct check *check = &checks[id];

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:{}}",
	    "check", check_name(id), "severity", severity_name(check->severity),
	    "standing", standing_word(check->standing), "found_by",
	    by_word(check->by), "source", check->source, "meaning",
	    check->meaning, "remedy", check->remedy, "look", look_of(id),
	    "policies");
}

/* What POLICY has for the options in WORDS, names with blanks between. */
static json_t *
options_of(const struct policy *policy, const char *words)
{
	json_t *object = json_object();

	while (words != NULL && words[0] != '\0') {
		char name[SPELLING_MAX], text[OPTION_TEXT];
		size_t length = strcspn(words, " ");

		snprintf(name, sizeof(name), "%.*s", (int)length, words);
		words += length + (words[length] == ' ');
		enum option_id id = option_find(name);

		assert(id != OPTION_none);
		json_object_set_new(object, name,
		    json_pack("{s:s, s:s?}", "value",
		        option_rows[id].kind == LIST
		            ? policy_list_text(&policy->values, id)
		            : option_to_text(id, policy->values.option[id],
		                  text),
		        "clause", policy->clause[id]));
	}
	return object;
}

/* Says in every object of ARRAY what POLICY makes of the check. */
static void
add_policy(json_t *array, const char *name, const struct policy *policy)
{
	for (int id = 1; id < N_CHECKS; id++) {
		json_t *object = json_array_get(array, (size_t)id - 1);

		json_object_set_new(json_object_get(object, "policies"), name,
		    json_pack("{s:s, s:s?, s:o}", "severity",
		        severity_name((enum severity)
		                          policy->values.severity[id]),
		        "clause", policy->severity_clause[id], "options",
		        options_of(policy, looks[id].options)));
	}
}

static void
add_policies(json_t *array)
{
	size_t n = 0;
	char **names = policy_names(&n);

	for (size_t i = 0; i < n; i++) {
		struct policy policy;
		char error[POLICY_ERROR];

		if (policy_open(names[i], &policy, error)) {
			add_policy(array, names[i], &policy);
			policy_release(&policy);
		}
		free(names[i]);
	}
	free(names);
}

void
list_checks_json(FILE *out)
{
	json_t *array = json_array();

	for (int id = 1; id < N_CHECKS; id++) {
		json_array_append_new(array, object_of((enum check_id)id));
	}
	add_policies(array);

	json_t *root = json_pack("{s:s, s:s, s:o}", "schema", CHECKS_SCHEMA,
	    "zonegate", ZONEGATE_VERSION, "checks", array);

	assert(root != NULL);
	json_dumpf(root, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(root);
}

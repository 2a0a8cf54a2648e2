/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_value.c -- values of options as text and back, and the canonical
 * text of a policy.  policy_file.c reads the files.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "contract/policy_list.h"
#include "policy_file.h"
#include "time_text.h"

/* Sets hold algorithm numbers; policy_allows() knows 0 to 62. */
#define SET_MOST 62

static bool
number(const char *text, int64_t *value)
{
	int64_t sum = 0;

	if (*text == '\0' || strlen(text) > 18) {
		return false;
	}
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9') {
			return false;
		}
		sum = sum * 10 + (*text - '0');
	}
	*value = sum;
	return true;
}

/* Reads "8,13,15"; blanks around the numbers are allowed. */
static bool
set(const char *text, int64_t *value)
{
	uint64_t bits = 0;

	for (;;) {
		char digits[8];
		int64_t member;

		text += strspn(text, " \t");
		size_t length = strspn(text, "0123456789");

		if (length >= sizeof(digits)) {
			return false;
		}
		memcpy(digits, text, length);
		digits[length] = '\0';
		if (!number(digits, &member) || member > SET_MOST ||
		    (bits >> member & 1) != 0) {
			return false;
		}
		bits |= (uint64_t)1 << member;
		text += length;
		text += strspn(text, " \t");
		if (*text == '\0') {
			*value = (int64_t)bits;
			return true;
		}
		if (*text++ != ',') {
			return false;
		}
	}
}

/* Which of the words in CHOICES, separated by blanks, is TEXT. */
static bool
choice(const char *choices, const char *text, int64_t *value)
{
	size_t wanted = strlen(text);

	for (int64_t i = 0; *choices != '\0'; i++) {
		size_t length = strcspn(choices, " ");

		if (length == wanted && strncmp(choices, text, length) == 0) {
			*value = i;
			return true;
		}
		choices += length + strspn(choices + length, " ");
	}
	return false;
}

static bool
boolean(const char *text, int64_t *value)
{
	*value = strcmp(text, "true") == 0;
	return *value == 1 || strcmp(text, "false") == 0;
}

static bool
of_kind(const struct option_row *row, const char *text, int64_t *value)
{
	switch (row->kind) {
	case COUNT:
		return number(text, value);
	case DURATION:
		return duration_from_text(text, value);
	case SET:
		return set(text, value);
	case CHOICE:
		return choice(row->choices, text, value);
	case BOOL:
		return boolean(text, value);
	case LIST:
		break; /* its value is no number */
	}
	return false;
}

static void
say_allowed(const struct option_row *row, char error[POLICY_ERROR])
{
	char least[TIME_TEXT], most[TIME_TEXT];

	switch (row->kind) {
	case COUNT:
		snprintf(error, POLICY_ERROR,
		    "a number from %" PRId64 " to %" PRId64, row->least,
		    row->most);
		return;
	case DURATION:
		snprintf(error, POLICY_ERROR,
		    "a duration from %s to %s, with units (w, d, h, m, s), "
		    "such as 1d12h",
		    duration_to_text(row->least, least),
		    duration_to_text(row->most, most));
		return;
	case SET:
		snprintf(error, POLICY_ERROR,
		    "numbers from 0 to %d, each once, separated by commas, "
		    "such as \"8,13\"",
		    SET_MOST);
		return;
	case CHOICE:
		snprintf(error, POLICY_ERROR, "one of: %s", row->choices);
		return;
	case BOOL:
		snprintf(error, POLICY_ERROR, "true or false");
		return;
	case LIST:
		snprintf(error, POLICY_ERROR, "a list of %s", row->choices);
		return;
	}
}

bool
option_from_text(enum option_id id, const char *text, int64_t *value,
    char error[POLICY_ERROR])
{
	const struct option_row *row = &option_rows[id];
	int64_t found;

	if (!of_kind(row, text, &found) || found < row->least ||
	    found > row->most) {
		say_allowed(row, error);
		return false;
	}
	*value = found;
	return true;
}

static void
set_to_text(int64_t value, char text[OPTION_TEXT])
{
	size_t length = 0;

	text[0] = '\0';
	for (int i = 0; i <= SET_MOST; i++) {
		if (((uint64_t)value >> i & 1) != 0) {
			length += (size_t)snprintf(text + length,
			    OPTION_TEXT - length, length == 0 ? "%d" : ",%d",
			    i);
		}
	}
}

static void
choice_to_text(const char *choices, int64_t value, char text[OPTION_TEXT])
{
	for (; value > 0; value--) {
		choices += strcspn(choices, " ");
		choices += strspn(choices, " ");
	}
	snprintf(text, OPTION_TEXT, "%.*s", (int)strcspn(choices, " "),
	    choices);
}

char *
option_to_text(enum option_id id, int64_t value, char text[OPTION_TEXT])
{
	switch (option_rows[id].kind) {
	case COUNT:
		snprintf(text, OPTION_TEXT, "%" PRId64, value);
		break;
	case DURATION:
		duration_to_text(value, text);
		break;
	case SET:
		set_to_text(value, text);
		break;
	case CHOICE:
		choice_to_text(option_rows[id].choices, value, text);
		break;
	case BOOL:
		snprintf(text, OPTION_TEXT, "%s",
		    value != 0 ? "true" : "false");
		break;
	case LIST:
		text[0] = '\0';
		break;
	}
	return text;
}

const char *
policy_option_text(const struct policy_values *values, enum option_id id,
    char text[OPTION_TEXT])
{
	return option_rows[id].kind == LIST
	           ? policy_list_text(values, id)
	           : option_to_text(id, values->option[id], text);
}

char *
exemption_owner_text(const struct policy_exemption *exemption,
    char text[LIMIT_NAME_TEXT + 2])
{
	bool is_below = exemption->reach == EXEMPT_BELOW;

	if (exemption->reach == EXEMPT_ALL) {
		snprintf(text, LIMIT_NAME_TEXT + 2, "all");
		return text;
	}
	snprintf(text, LIMIT_NAME_TEXT + 2, "%s", is_below ? "*." : "");
	name_to_text(exemption->owner, text + (is_below ? 2 : 0));
	return text;
}

char *
exemption_to_text(const struct policy_exemption *exemption)
{
	char owner[LIMIT_NAME_TEXT + 2], from[TIME_TEXT], until[TIME_TEXT];
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert(out != NULL);
	fprintf(out, "%s %s %s", exemption_owner_text(exemption, owner),
	    time_to_text(exemption->from, from),
	    time_to_text(exemption->until, until));
	for (int id = 1; id < N_CHECKS; id++) {
		if (exemption->checks[id] != 0) {
			fprintf(out, " %s", checks[id].id);
		}
	}
	int failed = fclose(out);

	assert(failed == 0);
	return text;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
policy_text(FILE *out, const struct policy_values *values)
{
	char *lines[N_OPTIONS + 2 * N_CHECKS + LIMIT_POLICY_EXEMPTIONS];
	char text[OPTION_TEXT];
	size_t n = 0;

	for (int id = 1; id < N_OPTIONS; id++) {
		int length =
		    asprintf(&lines[n++], "%s = %s", option_rows[id].id,
		        policy_option_text(values, (enum option_id)id, text));

		assert(length > 0);
	}
	for (int id = 1; id < N_CHECKS; id++) {
		int length =
		    asprintf(&lines[n++], "severity.%s = %s%s", checks[id].id,
		        severity_name((enum severity)values->severity[id]),
		        values->overridden[id] != 0 ? " (set)" : "");

		assert(length > 0);
	}
	for (int id = 1; id < N_CHECKS; id++) {
		if (values->accepted[id] != 0) {
			int length = asprintf(&lines[n++],
			    "accept_risk.%s = true", checks[id].id);

			assert(length > 0);
		}
	}
	for (unsigned i = 0; i < values->n_exemptions; i++) {
		char *what = exemption_to_text(&values->exemptions[i]);
		int length = asprintf(&lines[n++], "exemption.%s = %s",
		    values->exemptions[i].name, what);

		assert(length > 0);
		free(what);
	}
	qsort(lines, n, sizeof(lines[0]), by_text);
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "%s\n", lines[i]);
		free(lines[i]);
	}
}

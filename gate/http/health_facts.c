/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/health_facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "time_text.h"

const char *
fact_text(const json_t *object, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : otherwise;
}

bool
fact_number(const json_t *object, const char *key, double *number)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_number(value) || !isfinite(json_number_value(value))) {
		return false;
	}
	*number = json_number_value(value);
	return true;
}

bool
fact_integer(const json_t *object, const char *key, int64_t *integer)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value)) {
		return false;
	}
	*integer = json_integer_value(value);
	return true;
}

int64_t
fact_time(const json_t *object, const char *key)
{
	int64_t at = 0;

	return time_from_text(fact_text(object, key, ""), &at) && at > 0 ? at
	                                                                 : 0;
}

const json_t *
fact_object(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_object(value) ? value : NULL;
}

const json_t *
fact_array(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_array(value) ? value : NULL;
}

void
fact_mend(char *text)
{
	size_t length = strlen(text), from = length;

	while (from > 0 && length - from < 4 &&
	       ((unsigned char)text[from - 1] & 0xc0) == 0x80) {
		from--;
	}
	if (from == 0) {
		return;
	}
	unsigned char first = (unsigned char)text[from - 1];
	size_t wanted = first >= 0xf0   ? 4
	                : first >= 0xe0 ? 3
	                : first >= 0xc0 ? 2
	                                : 1;

	if (wanted > 1 && length - from + 1 < wanted) {
		text[from - 1] = '\0';
	}
}

char *
fact_finish(FILE *out, bool is_done, char **text, size_t *length)
{
	bool is_whole = ferror(out) == 0;

	if (fclose(out) == 0 && is_whole && is_done) {
		return *text;
	}
	free(*text);
	*length = 0;
	return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outcome_members.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "time_text.h"
#include "worker_run.h"

#define LONGEST_SECONDS 31536000.0
/* Times of signatures are near the time of judgement, which is of 32 bits. */
#define LAST_TIME ((int64_t)2 << 32)

void
doubt(struct doubt *doubt, const char *format, ...)
{
	va_list arguments;

	if (has_doubt(doubt)) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(doubt->error, doubt->size, format, arguments);
	va_end(arguments);
}

bool
has_doubt(const struct doubt *doubt)
{
	return doubt->error[0] != '\0';
}

/* Member NAME, or NULL after saying that it is not there. */
static const json_t *
member(struct doubt *d, const json_t *o, const char *name)
{
	if (has_doubt(d)) {
		return NULL;
	}
	const json_t *value = json_object_get(o, name);

	if (value == NULL) {
		doubt(d, "it has no member \"%s\"", name);
	}
	return value;
}

/* The same if it is IS what it must be, else NULL. */
static const json_t *
checked(struct doubt *d, const json_t *value, bool is, const char *name,
    const char *wanted)
{
	if (value != NULL && !is) {
		doubt(d, "its member \"%s\" is not %s", name, wanted);
	}
	return value != NULL && is ? value : NULL;
}

const json_t *
member_object(struct doubt *d, const json_t *o, const char *name, bool or_null)
{
	const json_t *value = member(d, o, name);

	if (or_null && json_is_null(value)) {
		return NULL;
	}
	return checked(d, value, json_is_object(value), name, "an object");
}

const json_t *
member_array(struct doubt *d, const json_t *o, const char *name, size_t most)
{
	const json_t *value = member(d, o, name);

	return checked(d, value,
	    json_is_array(value) && json_array_size(value) <= most, name,
	    "an array of the size it may have");
}

const json_t *
row_object(struct doubt *d, const json_t *a, size_t i)
{
	const json_t *row = json_array_get(a, i);

	return has_doubt(d) ? NULL
	                    : checked(d, row, json_is_object(row),
	                          "of an array", "an object");
}

bool
member_is_null(const json_t *o, const char *name)
{
	return json_is_null(json_object_get(o, name));
}

static uint64_t
number(struct doubt *d, const json_t *value, const char *name, uint64_t most)
{
	json_int_t n = json_integer_value(value);

	return checked(d, value,
	           json_is_integer(value) && n >= 0 && (uint64_t)n <= most,
	           name, "a number within its bounds") != NULL
	           ? (uint64_t)n
	           : 0;
}

uint64_t
member_number(struct doubt *d, const json_t *o, const char *name, uint64_t most)
{
	return number(d, member(d, o, name), name, most);
}

uint64_t
member_number_or_null(struct doubt *d, const json_t *o, const char *name,
    uint64_t most)
{
	const json_t *value = member(d, o, name);

	return json_is_null(value) ? 0 : number(d, value, name, most);
}

bool
member_bool(struct doubt *d, const json_t *o, const char *name)
{
	const json_t *value = member(d, o, name);

	return json_is_true(checked(d, value, json_is_boolean(value), name,
	    "true or false"));
}

double
member_seconds(struct doubt *d, const json_t *o, const char *name)
{
	const json_t *value = member(d, o, name);
	double seconds = json_number_value(value);

	return checked(d, value,
	           json_is_number(value) && isfinite(seconds) && seconds >= 0 &&
	               seconds <= LONGEST_SECONDS,
	           name, "a duration in seconds") != NULL
	           ? seconds
	           : 0;
}

int64_t
member_time(struct doubt *d, const json_t *o, const char *name, bool or_null)
{
	const json_t *value = member(d, o, name);
	const char *text = json_string_value(value);
	int64_t at = 0;

	if (or_null && json_is_null(value)) {
		return 0;
	}
	return checked(d, value,
	           text != NULL && strlen(text) < TIME_TEXT &&
	               time_from_text(text, &at) && at > 0 && at < LAST_TIME,
	           name, "a time") != NULL
	           ? at
	           : 0;
}

static bool
is_word(const char *text, size_t size)
{
	size_t length = 0;

	while (text[length] > ' ' && text[length] <= '~') {
		length++;
	}
	return length > 0 && length < size && text[length] == '\0';
}

void
member_word(struct doubt *d, const json_t *o, const char *name, char *text,
    size_t size, bool or_null)
{
	const json_t *value = member(d, o, name);
	const char *word = json_string_value(value);

	text[0] = '\0';
	if (or_null && json_is_null(value)) {
		return;
	}
	if (checked(d, value, word != NULL && is_word(word, size), name,
	        "a word of the length it may have") != NULL) {
		memcpy(text, word, strlen(word) + 1);
	}
}

/* The text of member NAME; "" if it is null, or in doubt. */
static const char *
people_text(struct doubt *d, const json_t *o, const char *name)
{
	const json_t *value = member(d, o, name);

	if (json_is_null(value)) {
		return "";
	}
	value = checked(d, value, json_is_string(value), name, "text");
	return value == NULL ? "" : json_string_value(value);
}

void
member_text(struct doubt *d, const json_t *o, const char *name, char *text,
    size_t size)
{
	const char *said = people_text(d, o, name);

	clean_text(text, size, said, strlen(said));
}

char *
member_text_copy(struct doubt *d, const json_t *o, const char *name,
    size_t most)
{
	const char *said = people_text(d, o, name);
	size_t length = strnlen(said, most);
	char *text = xmalloc(length + 1);

	clean_text(text, length + 1, said, length);
	return text;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	                              : -1;
}

void
member_sha256(struct doubt *d, const json_t *o, const char *name,
    uint8_t sha256[32])
{
	char text[65];

	memset(sha256, 0, 32);
	member_word(d, o, name, text, sizeof(text), false);
	if (has_doubt(d)) {
		return;
	}
	bool good = strlen(text) == 64;

	for (size_t i = 0; good && i < 32; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		good = high >= 0 && low >= 0;
		sha256[i] = (uint8_t)(good ? high * 16 + low : 0);
	}
	if (!good) {
		doubt(d, "its member \"%s\" is not 64 hexadecimal digits",
		    name);
	}
}

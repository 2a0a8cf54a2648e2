/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_scalar.c -- values of the configuration that become numbers: counts,
 * durations, sizes, words, hashes.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/sandbox.h"
#include "config.h"
#include "config_kinds.h"
#include "time_text.h"

bool
config_must_be(char *wrong, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(wrong, CONFIG_WRONG, format, arguments);
	va_end(arguments);
	return false;
}

bool
config_digits(const char *text, size_t length, int64_t *value)
{
	if (length == 0 || length > 15 || strspn(text, "0123456789") < length) {
		return false;
	}
	*value = strtoll(text, NULL, 10);
	return true;
}

static const char size_units[] = "KMGT";

static bool
read_size(const char *text, int64_t *value)
{
	size_t digits = strspn(text, "0123456789");
	const char *unit =
	    text[digits] == '\0' ? NULL : strchr(size_units, text[digits]);

	if (!config_digits(text, digits, value)) {
		return false;
	}
	if (text[digits] == '\0') {
		return true;
	}
	int shift = unit == NULL ? 0 : 10 * (int)(unit - size_units + 1);

	if (unit == NULL || text[digits + 1] != '\0' ||
	    *value > INT64_MAX >> shift) {
		return false;
	}
	*value <<= shift;
	return true;
}

char *
config_size_to_text(uint64_t size, char text[SIZE_TEXT])
{
	int unit = -1;

	while (unit < 3 && size != 0 && size % 1024 == 0) {
		size /= 1024;
		unit++;
	}
	snprintf(text, SIZE_TEXT, "%" PRIu64 "%.*s", size, unit < 0 ? 0 : 1,
	    unit < 0 ? "" : &size_units[unit]);
	return text;
}

static bool
say_range(const struct config_row *row, char *wrong)
{
	char least[TIME_TEXT], most[TIME_TEXT];

	if (row->kind == KIND_TIME) {
		return config_must_be(wrong,
		    "must be a duration from %s to %s, with units (w, d, h, "
		    "m, s), such as 1d12h",
		    duration_to_text(row->least, least),
		    duration_to_text(row->most, most));
	}
	if (row->kind == KIND_SIZE) {
		return config_must_be(wrong,
		    "must be a size from %s to %s: octets, or with a unit (K, "
		    "M, G, T) such as 64M",
		    config_size_to_text((uint64_t)row->least, least),
		    config_size_to_text((uint64_t)row->most, most));
	}
	return config_must_be(wrong,
	    "must be a number from %" PRId64 " to %" PRId64, row->least,
	    row->most);
}

/* A number of ROW's kind and within its bounds. */
bool
config_number(const struct config_row *row, const char *text, int64_t *value,
    char *wrong)
{
	bool good = row->kind == KIND_TIME ? duration_from_text(text, value)
	            : row->kind == KIND_SIZE
	                ? read_size(text, value)
	                : config_digits(text, strlen(text), value);

	return (good && *value >= row->least && *value <= row->most) ||
	       say_range(row, wrong);
}

struct word {
	const char *word;
	unsigned value;
};

static const struct word boolean_words[] = {
    {"true", true}, {"false", false}, {NULL, 0}};
static const struct word mode_words[] = {
    {"gate", ZONE_GATE}, {"observe", ZONE_OBSERVE}, {NULL, 0}};
static const struct word role_words[] = {{"viewer", ROLE_VIEWER},
    {"submitter", ROLE_SUBMITTER}, {"operator", ROLE_OPERATOR}, {NULL, 0}};
static const struct word waiver_words[] = {{"landlock", SANDBOX_WAIVE_LANDLOCK},
    {"seccomp", SANDBOX_WAIVE_SECCOMP}, {NULL, 0}};

static const struct word *
words_of(enum config_kind kind)
{
	return kind == KIND_BOOLEAN ? boolean_words
	       : kind == KIND_MODE  ? mode_words
	       : kind == KIND_ROLE  ? role_words
	                            : waiver_words;
}

bool
config_word(enum config_kind kind, const char *text, unsigned *value,
    char *wrong)
{
	const struct word *words = words_of(kind);
	size_t used;

	for (const struct word *w = words; w->word != NULL; w++) {
		if (strcmp(w->word, text) == 0) {
			*value = w->value;
			return true;
		}
	}
	used = (size_t)snprintf(wrong, CONFIG_WRONG, "must be one of:");
	for (const struct word *w = words; w->word != NULL; w++) {
		used += (size_t)snprintf(wrong + used, CONFIG_WRONG - used,
		    " %s", w->word);
	}
	return false;
}

const char *
config_word_for(enum config_kind kind, unsigned value)
{
	const struct word *words = words_of(kind);

	while (words->word != NULL && words->value != value) {
		words++;
	}
	return words->word;
}

bool
config_waivers(char *const *values, size_t n, unsigned *bits, char *wrong)
{
	*bits = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned bit = 0;

		if (!config_word(KIND_WAIVERS, values[i], &bit, wrong)) {
			return false;
		}
		*bits |= bit;
	}
	return true;
}

/* 64 hexadecimal digits; colons between octets are what OpenSSL prints. */
bool
config_hash(const char *text, uint8_t sha256[32], char *wrong)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	bool colons = strlen(text) == 95;

	if (!colons && strlen(text) != 64) {
		return config_must_be(wrong,
		    "must be a SHA-256 in hex, 64 digits; there are %zu octets",
		    strlen(text));
	}
	for (size_t i = 0; i < 32; i++) {
		const char *at = text + i * (colons ? 3 : 2);
		const char *high = strchr(digits, at[0]);
		const char *low = high == NULL ? NULL : strchr(digits, at[1]);

		if (low == NULL || (colons && i < 31 && at[2] != ':')) {
			return config_must_be(wrong,
			    "must be a SHA-256 in hex, 64 digits");
		}
		sha256[i] = (uint8_t)(((high - digits) & 15) << 4 |
		                      ((low - digits) & 15));
	}
	return true;
}

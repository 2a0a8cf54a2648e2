/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_value.c -- values of the configuration into members and back.  What
 * each kind of text means is config_text.c's and config_scalar.c's.
 */
#include "config_value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_kinds.h"
#include "time_text.h"

static void
put(const struct config_row *row, void *object, const void *value, size_t size)
{
	assert(row->size == size);
	memcpy((char *)object + row->place, value, size);
}

#define PUT(value) put(row, object, &(value), sizeof(value))

static void
get(const struct config_row *row, const void *object, void *value, size_t size)
{
	assert(row->size == size);
	memcpy(value, (const char *)object + row->place, size);
}

#define GET(value) get(row, object, &(value), sizeof(value))

static bool
store_number(const struct config_row *row, const char *text, void *object,
    char *wrong)
{
	int64_t value;

	if (!config_number(row, text, &value, wrong)) {
		return false;
	}
	if (row->kind == KIND_COUNT) {
		unsigned count = (unsigned)value;

		PUT(count);
	} else if (row->kind == KIND_PORT) {
		uint16_t port = (uint16_t)value;

		PUT(port);
	} else {
		PUT(value); /* sizes are below 2^63 */
	}
	return true;
}

static bool
store_word(const struct config_row *row, const char *text, void *object,
    char *wrong)
{
	unsigned value = 0;

	if (!config_word(row->kind, text, &value, wrong)) {
		return false;
	}
	if (row->kind == KIND_BOOLEAN) {
		bool truth = value != 0;

		PUT(truth);
	} else if (row->kind == KIND_MODE) {
		enum zone_mode mode = (enum zone_mode)value;

		PUT(mode);
	} else {
		enum role role = (enum role)value;

		PUT(role);
	}
	return true;
}

static bool
store_string(const struct config_row *row, const char *text,
    const struct config_context *context, void *object, char *wrong)
{
	char *made = config_string(row, text, context, wrong);

	if (made != NULL) {
		PUT(made);
	}
	return made != NULL;
}

static bool
store_list(const struct config_row *row, char *const *values, size_t n,
    void *object, char *wrong)
{
	char **made = config_list(row, values, n, wrong);

	if (made != NULL) {
		PUT(made);
	}
	return made != NULL;
}

bool
config_value_store(const struct config_row *row, char *const *values, size_t n,
    const struct config_context *context, void *object,
    char wrong[CONFIG_WRONG])
{
	uint8_t sha256[32];
	unsigned bits;

	if (n == 0) {
		return config_must_be(wrong, "must not be empty");
	}
	switch (row->kind) {
	case KIND_BOOLEAN:
	case KIND_MODE:
	case KIND_ROLE:
		return store_word(row, values[0], object, wrong);
	case KIND_COUNT:
	case KIND_PORT:
	case KIND_TIME:
	case KIND_SIZE:
		return store_number(row, values[0], object, wrong);
	case KIND_TEXT:
	case KIND_DIRECTORY:
	case KIND_PEM:
	case KIND_SECRET:
	case KIND_ANCHOR:
	case KIND_POLICY:
	case KIND_URL:
	case KIND_PUSH_URL:
	case KIND_ADDRESS:
		return store_string(row, values[0], context, object, wrong);
	case KIND_LISTENERS:
	case KIND_ZONES:
	case KIND_VETO_COMMAND:
	case KIND_HOOK_COMMAND:
		return store_list(row, values, n, object, wrong);
	case KIND_WAIVERS:
		if (!config_waivers(values, n, &bits, wrong)) {
			return false;
		}
		PUT(bits);
		return true;
	case KIND_HASH:
		if (!config_hash(values[0], sha256, wrong)) {
			return false;
		}
		PUT(sha256);
		return true;
	case KIND_REFUSED:
		break;
	}
	return config_must_be(wrong, "is not possible");
}

void
config_value_free(const struct config_row *row, void *object)
{
	char *text;
	char **texts;

	switch (row->kind) {
	case KIND_TEXT:
	case KIND_DIRECTORY:
	case KIND_PEM:
	case KIND_SECRET:
	case KIND_ANCHOR:
	case KIND_POLICY:
	case KIND_URL:
	case KIND_PUSH_URL:
	case KIND_ADDRESS:
		GET(text);
		free(text);
		break;
	case KIND_LISTENERS:
	case KIND_ZONES:
	case KIND_VETO_COMMAND:
	case KIND_HOOK_COMMAND:
		GET(texts);
		config_list_free(texts);
		break;
	case KIND_REFUSED:
	case KIND_BOOLEAN:
	case KIND_COUNT:
	case KIND_PORT:
	case KIND_TIME:
	case KIND_SIZE:
	case KIND_MODE:
	case KIND_ROLE:
	case KIND_WAIVERS:
	case KIND_HASH:
		break;
	}
}

/* ---- back into text ---- */

void
config_quote(FILE *out, const char *text)
{
	/* Between single quotes libconfuse asks no environment. */
	char quote = strstr(text, "${") != NULL ? '\'' : '"';

	fputc(quote, out);
	for (; *text != '\0'; text++) {
		if (*text == quote || *text == '\\') {
			fputc('\\', out);
		}
		fputc(*text, out);
	}
	fputc(quote, out);
}

static bool
print_list(FILE *out, char *const *texts)
{
	if (texts == NULL || texts[0] == NULL) {
		return false;
	}
	for (size_t i = 0; texts[i] != NULL; i++) {
		fputs(i == 0 ? "{" : ", ", out);
		config_quote(out, texts[i]);
	}
	fputc('}', out);
	return true;
}

static bool
print_waivers(FILE *out, unsigned bits)
{
	for (unsigned bit = 1, first = 1; bit != 0; bit <<= 1) {
		if ((bits & bit) != 0) {
			fprintf(out, "%s%s", first ? "{" : ", ",
			    config_word_for(KIND_WAIVERS, bit));
			first = 0;
		}
	}
	fputs(bits != 0 ? "}" : "", out);
	return bits != 0;
}

static void
print_number(FILE *out, const struct config_row *row, const void *object)
{
	char text[TIME_TEXT];
	unsigned count;
	uint16_t port;
	int64_t value;

	if (row->kind == KIND_COUNT) {
		GET(count);
		fprintf(out, "%u", count);
	} else if (row->kind == KIND_PORT) {
		GET(port);
		fprintf(out, "%u", port);
	} else {
		GET(value);
		fputs(row->kind == KIND_TIME
		          ? duration_to_text(value, text)
		          : config_size_to_text((uint64_t)value, text),
		    out);
	}
}

static void
print_word(FILE *out, const struct config_row *row, const void *object)
{
	enum zone_mode mode;
	enum role role;
	bool truth;
	unsigned value = 0;

	if (row->kind == KIND_BOOLEAN) {
		GET(truth);
		value = truth;
	} else if (row->kind == KIND_MODE) {
		GET(mode);
		value = mode;
	} else {
		GET(role);
		value = role;
	}
	fputs(config_word_for(row->kind, value), out);
}

static bool
print_string(FILE *out, const struct config_row *row, const void *object)
{
	const char *text;

	GET(text);
	if (text != NULL) {
		config_quote(out, text);
	}
	return text != NULL;
}

bool
config_value_print(FILE *out, const struct config_row *row, const void *object)
{
	uint8_t sha256[32];
	char **texts;
	unsigned bits;

	switch (row->kind) {
	case KIND_BOOLEAN:
	case KIND_MODE:
	case KIND_ROLE:
		print_word(out, row, object);
		return true;
	case KIND_COUNT:
	case KIND_PORT:
	case KIND_TIME:
	case KIND_SIZE:
		print_number(out, row, object);
		return true;
	case KIND_TEXT:
	case KIND_DIRECTORY:
	case KIND_PEM:
	case KIND_SECRET:
	case KIND_ANCHOR:
	case KIND_POLICY:
	case KIND_URL:
	case KIND_PUSH_URL:
	case KIND_ADDRESS:
		return print_string(out, row, object);
	case KIND_LISTENERS:
	case KIND_ZONES:
	case KIND_VETO_COMMAND:
	case KIND_HOOK_COMMAND:
		GET(texts);
		return print_list(out, texts);
	case KIND_WAIVERS:
		GET(bits);
		return print_waivers(out, bits);
	case KIND_HASH:
		GET(sha256);
		for (size_t i = 0; i < sizeof(sha256); i++) {
			fprintf(out, "%02x", sha256[i]);
		}
		return true;
	case KIND_REFUSED:
		break;
	}
	return false;
}

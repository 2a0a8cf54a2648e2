/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_value.c -- values of the configuration: text into members and back.
 */
#include "config_value.h"

#include <arpa/inet.h>
#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/sandbox.h"
#include "config.h"
#include "contract/name.h"
#include "time_text.h"

#define LIMIT_URL 2048
/* STATE/run/control.sock must fit into sun_path, 108 octets. */
#define LIMIT_STATE 88

static bool must_be(char *wrong, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool
must_be(char *wrong, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(wrong, CONFIG_WRONG, format, arguments);
	va_end(arguments);
	return false;
}

/* ---- texts ---- */

static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f) {
			return false;
		}
	}
	return true;
}

/* Whether every {word} in TEXT is one of ALLOWED, " zone file " say. */
static bool
has_only_placeholders(const char *text, const char *allowed, char *wrong)
{
	for (; (text = strchr(text, '{')) != NULL; text++) {
		size_t length = strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_");
		char word[32];

		if (length == 0 || text[1 + length] != '}') {
			continue;
		}
		snprintf(word, sizeof(word), " %.*s ",
		    (int)(length > 29 ? 29 : length), text + 1);
		if (strstr(allowed, word) == NULL) {
			return must_be(wrong,
			    "{%.*s} stands for nothing here%s%s",
			    (int)(length > 29 ? 29 : length), text + 1,
			    *allowed == '\0' ? "" : "; these do:", allowed);
		}
	}
	return true;
}

static bool
is_text(const char *text, size_t most, char *wrong)
{
	size_t length = strlen(text);

	if (length == 0 || length > most || !is_printable(text)) {
		return must_be(wrong,
		    "must be a text of 1 to %zu octets, none of them a "
		    "control character",
		    most);
	}
	return true;
}

static bool
is_url(const char *text, const char *placeholders, char *wrong)
{
	size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
	                : strncmp(text, "http://", 7) == 0 ? 7
	                                                   : 0;
	size_t host = scheme == 0 ? 0 : strcspn(text + scheme, "/?#");

	if (host == 0 || strlen(text) > LIMIT_URL) {
		return must_be(wrong,
		    "must be a URL: https:// or http://, a host, a path");
	}
	if (memchr(text + scheme, '@', host) != NULL) {
		return must_be(wrong,
		    "must not carry a user name or password: it is shown in "
		    "logs and alarms");
	}
	for (const char *c = text; *c != '\0'; c++) {
		if (*c <= ' ' || *c > '~') {
			return must_be(wrong,
			    "must be a URL of printable ASCII; write other "
			    "octets as %%XX");
		}
	}
	return has_only_placeholders(text, placeholders, wrong);
}

/* TEXT as an absolute path, to be freed; NULL if it cannot be one. */
static char *
absolute(const char *text, const struct config_context *context, char *wrong)
{
	char *path = NULL;

	if (text[0] == '\0' || !is_printable(text)) {
		must_be(wrong, "must be a path without control characters");
		return NULL;
	}
	if (asprintf(&path, "%s%s%s", text[0] == '/' ? "" : context->directory,
	        text[0] == '/' ? "" : "/", text) < 0) {
		abort();
	}
	if (strlen(path) >= PATH_MAX) {
		must_be(wrong, "must be a path of less than %d octets",
		    PATH_MAX);
		free(path);
		return NULL;
	}
	return path;
}

/* TEXT with every {zone} replaced; to be freed. */
static char *
with_zone(const char *text, const char *zone)
{
	char *made = NULL;
	size_t length;
	FILE *out = open_memstream(&made, &length);
	const char *at;

	if (out == NULL) {
		abort();
	}
	while ((at = strstr(text, "{zone}")) != NULL) {
		fwrite(text, 1, (size_t)(at - text), out);
		fputs(zone, out);
		text = at + strlen("{zone}");
	}
	fputs(text, out);
	fclose(out);
	return made;
}

static char *
anchor_path(const char *text, const struct config_context *context, char *wrong)
{
	if (!has_only_placeholders(text, " zone ", wrong)) {
		return NULL;
	}
	char *named =
	    with_zone(text, context->zone == NULL ? "" : context->zone);
	char *path = absolute(named, context, wrong);

	free(named);
	return path;
}

char *
config_zone_name(const char *text)
{
	uint8_t name[LIMIT_NAME_OCTETS], lower[LIMIT_NAME_OCTETS];
	char shown[LIMIT_NAME_TEXT];

	if (text[0] == '\0' || name_from_text(text, name) == 0) {
		return NULL;
	}
	name_to_lower(name, lower);
	return xstrdup(name_to_text(lower, shown));
}

/* ---- one value of each kind ---- */

static char *
policy_name(const char *text, const struct config_context *context, char *wrong)
{
	size_t length = strlen(text);

	/* As policy_open() tells names from files. */
	if (strchr(text, '/') != NULL ||
	    (length >= 5 && strcmp(text + length - 5, ".conf") == 0)) {
		return absolute(text, context, wrong);
	}
	return xstrdup(text);
}

/* A copy of TEXT as ROW wants it, or NULL. */
static char *
string(const struct config_row *row, const char *text,
    const struct config_context *context, char *wrong)
{
	char *made = NULL;

	switch (row->kind) {
	case KIND_TEXT:
		return is_text(text, (size_t)row->most, wrong) ? xstrdup(text)
		                                               : NULL;
	case KIND_URL:
		return is_url(text, "", wrong) ? xstrdup(text) : NULL;
	case KIND_PUSH_URL:
		return is_url(text, " zone serial ", wrong) ? xstrdup(text)
		                                            : NULL;
	case KIND_POLICY:
		return policy_name(text, context, wrong);
	case KIND_ADDRESS: {
		struct in6_addr address;

		if (inet_pton(AF_INET, text, &address) == 1 ||
		    inet_pton(AF_INET6, text, &address) == 1) {
			return xstrdup(text);
		}
		must_be(wrong, "must be an IPv4 or IPv6 address: a name could "
		               "change its mind");
		return NULL;
	}
	case KIND_DIRECTORY:
		made = absolute(text, context, wrong);
		if (made != NULL && strlen(made) > LIMIT_STATE) {
			must_be(wrong,
			    "must be a path of at most %d octets: sockets in "
			    "it have no room for more",
			    LIMIT_STATE);
			free(made);
			return NULL;
		}
		return made;
	case KIND_PEM:
	case KIND_SECRET:
	case KIND_ANCHOR:
		made = row->kind == KIND_ANCHOR
		           ? anchor_path(text, context, wrong)
		           : absolute(text, context, wrong);
		if (made != NULL &&
		    !context->world->file(row->kind, made, wrong)) {
			free(made);
			return NULL;
		}
		return made;
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
	case KIND_LISTENERS:
	case KIND_ZONES:
	case KIND_VETO_COMMAND:
	case KIND_HOOK_COMMAND:
		break;
	}
	abort();
}

static bool
read_digits(const char *text, size_t length, int64_t *value)
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

	if (!read_digits(text, digits, value)) {
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

#define SIZE_TEXT 32

static char *
size_to_text(uint64_t size, char text[SIZE_TEXT])
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
		return must_be(wrong,
		    "must be a duration from %s to %s, with units (w, d, h, "
		    "m, s), such as 1d12h",
		    duration_to_text(row->least, least),
		    duration_to_text(row->most, most));
	}
	if (row->kind == KIND_SIZE) {
		return must_be(wrong,
		    "must be a size from %s to %s: octets, or with a unit (K, "
		    "M, G, T) such as 64M",
		    size_to_text((uint64_t)row->least, least),
		    size_to_text((uint64_t)row->most, most));
	}
	return must_be(wrong, "must be a number from %" PRId64 " to %" PRId64,
	    row->least, row->most);
}

/* A number of ROW's kind and within its bounds. */
static bool
number(const struct config_row *row, const char *text, int64_t *value,
    char *wrong)
{
	bool good = row->kind == KIND_TIME ? duration_from_text(text, value)
	            : row->kind == KIND_SIZE
	                ? read_size(text, value)
	                : read_digits(text, strlen(text), value);

	return (good && *value >= row->least && *value <= row->most) ||
	       say_range(row, wrong);
}

/* Words and what they mean; the first member of each is never 0 by chance. */
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

static bool
word(const struct word *words, const char *text, unsigned *value, char *wrong)
{
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

static const char *
word_for(const struct word *words, unsigned value)
{
	while (words->word != NULL && words->value != value) {
		words++;
	}
	return words->word;
}

static bool
waivers(char *const *values, size_t n, unsigned *bits, char *wrong)
{
	*bits = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned bit = 0;

		if (!word(waiver_words, values[i], &bit, wrong)) {
			return false;
		}
		*bits |= bit;
	}
	return true;
}

/* 64 hexadecimal digits; colons between octets are what OpenSSL prints. */
static bool
hash(const char *text, uint8_t sha256[32], char *wrong)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	bool colons = strlen(text) == 95;

	if (!colons && strlen(text) != 64) {
		return must_be(wrong,
		    "must be a SHA-256 in hex, 64 digits; there are %zu octets",
		    strlen(text));
	}
	for (size_t i = 0; i < 32; i++) {
		const char *at = text + i * (colons ? 3 : 2);
		const char *high = strchr(digits, at[0]);
		const char *low = high == NULL ? NULL : strchr(digits, at[1]);

		if (low == NULL || (colons && i < 31 && at[2] != ':')) {
			return must_be(wrong,
			    "must be a SHA-256 in hex, 64 digits");
		}
		sha256[i] = (uint8_t)(((high - digits) & 15) << 4 |
		                      ((low - digits) & 15));
	}
	return true;
}

/* ---- lists ---- */

/* The port after the last colon of LISTENER, its address in ADDRESS. */
static bool
listener_split(const char *text, char address[INET6_ADDRSTRLEN + 1],
    bool *is_six)
{
	const char *colon = strrchr(text, ':');
	int64_t port;

	if (colon == NULL ||
	    !read_digits(colon + 1, strlen(colon + 1), &port) ||
	    port > UINT16_MAX) {
		return false;
	}
	size_t length = (size_t)(colon - text);

	*is_six = text[0] == '[';
	if (*is_six) {
		if (length < 3 || text[length - 1] != ']') {
			return false;
		}
		text++;
		length -= 2;
	}
	if (length >= INET6_ADDRSTRLEN) {
		return false;
	}
	memcpy(address, text, length);
	address[length] = '\0';
	return true;
}

static bool
is_listener(const char *text)
{
	char address[INET6_ADDRSTRLEN + 1];
	struct in6_addr octets;
	bool is_six;

	return listener_split(text, address, &is_six) &&
	       inet_pton(is_six ? AF_INET6 : AF_INET, address, &octets) == 1;
}

bool
config_is_loopback(const char *listener)
{
	char address[INET6_ADDRSTRLEN + 1];
	struct in6_addr six;
	struct in_addr four;
	bool is_six;

	if (!listener_split(listener, address, &is_six)) {
		return false;
	}
	if (is_six) {
		return inet_pton(AF_INET6, address, &six) == 1 &&
		       (IN6_IS_ADDR_LOOPBACK(&six) ||
		           (IN6_IS_ADDR_V4MAPPED(&six) &&
		               six.s6_addr[12] == 127));
	}
	return inet_pton(AF_INET, address, &four) == 1 &&
	       ntohl(four.s_addr) >> 24 == 127;
}

static bool
is_argument(const struct config_row *row, const char *text, bool first,
    char *wrong)
{
	if (first && text[0] != '/') {
		return must_be(wrong,
		    "must begin with the absolute path of a program; there is "
		    "no shell that would look for it");
	}
	if (!is_printable(text)) {
		return must_be(wrong, "must not have control characters");
	}
	return has_only_placeholders(text,
	    first                            ? ""
	    : row->kind == KIND_VETO_COMMAND ? " zone file serial "
	                                     : " zone file serial manifest ",
	    wrong);
}

/* A copy of VALUE as an element of ROW's list, or NULL. */
static char *
element(const struct config_row *row, const char *value, bool first,
    char *wrong)
{
	char *made = NULL;

	if (row->kind == KIND_ZONES) {
		made = strcmp(value, "*") == 0 ? xstrdup(value)
		                               : config_zone_name(value);
		if (made == NULL) {
			must_be(wrong, "must be names of zones, or \"*\"");
		}
		return made;
	}
	if (row->kind == KIND_LISTENERS) {
		if (!is_listener(value)) {
			must_be(wrong, "must be addresses with ports, such as "
			               "\"127.0.0.1:8053\" or \"[::1]:8053\"");
			return NULL;
		}
		return xstrdup(value);
	}
	return is_argument(row, value, first, wrong) ? xstrdup(value) : NULL;
}

static void
list_free(char **list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
		free(list[i]);
	}
	free(list);
}

static char **
list(const struct config_row *row, char *const *values, size_t n, char *wrong)
{
	if (n > (size_t)row->most) {
		must_be(wrong, "must be at most %" PRId64 ", and are %zu",
		    row->most, n);
		return NULL;
	}
	char **made = xcalloc(n + 1, sizeof(*made));

	for (size_t i = 0; i < n; i++) {
		made[i] = element(row, values[i], i == 0, wrong);
		if (made[i] == NULL) {
			list_free(made);
			return NULL;
		}
	}
	return made;
}

/* ---- members ---- */

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

	if (!number(row, text, &value, wrong)) {
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

	if (!word(words_of(row->kind), text, &value, wrong)) {
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
	char *made = string(row, text, context, wrong);

	if (made != NULL) {
		PUT(made);
	}
	return made != NULL;
}

static bool
store_list(const struct config_row *row, char *const *values, size_t n,
    void *object, char *wrong)
{
	char **made = list(row, values, n, wrong);

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
		return must_be(wrong, "must not be empty");
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
		if (!waivers(values, n, &bits, wrong)) {
			return false;
		}
		PUT(bits);
		return true;
	case KIND_HASH:
		if (!hash(values[0], sha256, wrong)) {
			return false;
		}
		PUT(sha256);
		return true;
	case KIND_REFUSED:
		break;
	}
	return must_be(wrong, "is not possible");
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
		list_free(texts);
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
	const char *separator = "{";

	for (const struct word *w = waiver_words; w->word != NULL; w++) {
		if ((bits & w->value) != 0) {
			fprintf(out, "%s%s", separator, w->word);
			separator = ", ";
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
		          : size_to_text((uint64_t)value, text),
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
	fputs(word_for(words_of(row->kind), value), out);
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

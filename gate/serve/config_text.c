/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_text.c -- values of the configuration that stay texts: what each kind
 * of text must be, and lists of them.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "config_kinds.h"
#include "contract/name.h"

#define LIMIT_URL 2048
/* STATE/run/control.sock must fit into sun_path, 108 octets. */
#define LIMIT_STATE 88

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
			return config_must_be(wrong,
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
		return config_must_be(wrong,
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
		return config_must_be(wrong,
		    "must be a URL: https:// or http://, a host, a path");
	}
	if (memchr(text + scheme, '@', host) != NULL) {
		return config_must_be(wrong,
		    "must not carry a user name or password: it is shown in "
		    "logs and alarms");
	}
	for (const char *c = text; *c != '\0'; c++) {
		if (*c <= ' ' || *c > '~') {
			return config_must_be(wrong,
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
		config_must_be(wrong,
		    "must be a path without control characters");
		return NULL;
	}
	if (asprintf(&path, "%s%s%s", text[0] == '/' ? "" : context->directory,
	        text[0] == '/' ? "" : "/", text) < 0) {
		abort();
	}
	if (strlen(path) >= PATH_MAX) {
		config_must_be(wrong, "must be a path of less than %d octets",
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
	/* Nothing may come together around what was put in. */
	char *path = has_only_placeholders(named, "", wrong)
	                 ? absolute(named, context, wrong)
	                 : NULL;

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
char *
config_string(const struct config_row *row, const char *text,
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
		config_must_be(wrong,
		    "must be an IPv4 or IPv6 address: a name could "
		    "change its mind");
		return NULL;
	}
	case KIND_DIRECTORY:
		made = absolute(text, context, wrong);
		if (made != NULL && strlen(made) > LIMIT_STATE) {
			config_must_be(wrong,
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

/* ---- lists ---- */

/* The port after the last colon of LISTENER, its address in ADDRESS. */
static bool
listener_split(const char *text, char address[INET6_ADDRSTRLEN + 1],
    bool *is_six)
{
	const char *colon = strrchr(text, ':');
	int64_t port;

	if (colon == NULL ||
	    !config_digits(colon + 1, strlen(colon + 1), &port) ||
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
		return config_must_be(wrong,
		    "must begin with the absolute path of a program; there is "
		    "no shell that would look for it");
	}
	if (!is_printable(text)) {
		return config_must_be(wrong,
		    "must not have control characters");
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
			config_must_be(wrong,
			    "must be names of zones, or \"*\"");
		}
		return made;
	}
	if (row->kind == KIND_LISTENERS) {
		if (!is_listener(value)) {
			config_must_be(wrong,
			    "must be addresses with ports, such as "
			    "\"127.0.0.1:8053\" or \"[::1]:8053\"");
			return NULL;
		}
		return xstrdup(value);
	}
	return is_argument(row, value, first, wrong) ? xstrdup(value) : NULL;
}

void
config_list_free(char **list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
		free(list[i]);
	}
	free(list);
}

char **
config_list(const struct config_row *row, char *const *values, size_t n,
    char *wrong)
{
	if (n > (size_t)row->most) {
		config_must_be(wrong,
		    "must be at most %" PRId64 ", and are %zu", row->most, n);
		return NULL;
	}
	char **made = xcalloc(n + 1, sizeof(*made));

	for (size_t i = 0; i < n; i++) {
		made[i] = element(row, values[i], i == 0, wrong);
		if (made[i] == NULL) {
			config_list_free(made);
			return NULL;
		}
	}
	return made;
}

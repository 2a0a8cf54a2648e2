/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/policy_list.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "contract/policy.h"

#define SEPARATORS " \t\r\n,"
#define KID_DIGITS 64

const char *
policy_list_text(const struct policy_values *values, enum option_id id)
{
	assert(option_rows[id].kind == LIST);
	return values->lists + values->option[id];
}

bool
policy_list_next(const struct policy_values *values, enum option_id id,
    size_t *at, char item[POLICY_ITEM])
{
	const char *text = policy_list_text(values, id) + *at;
	size_t length = strcspn(text, " ");

	if (length == 0 || length >= POLICY_ITEM) {
		return false;
	}
	memcpy(item, text, length);
	item[length] = '\0';
	*at += length + (text[length] == ' ');
	return true;
}

/* ---- items ---- */

bool
policy_name_read(const char *item, uint8_t owner[LIMIT_NAME_OCTETS])
{
	uint8_t name[LIMIT_NAME_OCTETS];

	if (*item == '\0' || item[strlen(item) - 1] != '.' ||
	    name_from_text(item, name) == 0) {
		return false;
	}
	name_to_lower(name, owner);
	return true;
}

/* Reads the number of MOST or less that TEXT begins with; returns how many
 * digits it has, or 0. */
static size_t
number(const char *text, unsigned most, unsigned *value)
{
	size_t length = strspn(text, "0123456789");

	if (length == 0 || length > 5) {
		return 0;
	}
	*value = 0;
	for (size_t i = 0; i < length; i++) {
		*value = *value * 10 + (unsigned)(text[i] - '0');
	}
	return *value <= most ? length : 0;
}

static bool
read_tag(const char *item, struct policy_key *key)
{
	unsigned tag, algorithm;
	size_t digits = number(item, UINT16_MAX, &tag);

	if (digits == 0 || item[digits] != '/') {
		return false;
	}
	item += digits + 1;
	digits = number(item, UINT8_MAX, &algorithm);
	if (digits == 0 || item[digits] != '\0') {
		return false;
	}
	*key = (struct policy_key){
	    .tag = (uint16_t)tag,
	    .algorithm = (uint8_t)algorithm,
	};
	return true;
}

static bool
read_kid(const char *item, struct policy_key *key)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";

	if (strspn(item, digits) != KID_DIGITS || item[KID_DIGITS] != '\0') {
		return false;
	}
	*key = (struct policy_key){.has_kid = true};
	for (size_t i = 0; i < KID_DIGITS; i++) {
		size_t value = (size_t)(strchr(digits, item[i]) - digits) % 16;

		key->kid[i / 2] =
		    (uint8_t)((size_t)key->kid[i / 2] << 4 | value);
	}
	return true;
}

bool
policy_key_read(const char *item, struct policy_key *key)
{
	return read_kid(item, key) || read_tag(item, key);
}

/* Splits ITEM, OWNER/REST, at its last slash; returns REST, or NULL. */
static const char *
read_owner(const char *item, uint8_t owner[LIMIT_NAME_OCTETS])
{
	const char *slash = strrchr(item, '/');
	char name[POLICY_ITEM];

	if (slash == NULL || slash == item || strlen(item) >= sizeof(name)) {
		return NULL;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(slash - item), item);
	return policy_name_read(name, owner) ? slash + 1 : NULL;
}

bool
policy_zone_key_read(const char *item, struct policy_zone_key *key)
{
	const char *kid = read_owner(item, key->owner);
	struct policy_key read;

	if (kid == NULL || !read_kid(kid, &read)) {
		return false;
	}
	memcpy(key->kid, read.kid, sizeof(key->kid));
	return true;
}

bool
policy_rrset_read(const char *item, uint8_t owner[LIMIT_NAME_OCTETS],
    uint16_t *type)
{
	const char *text = read_owner(item, owner);

	return text != NULL && type_from_text(text, type);
}

static char *
name_text(const uint8_t *name, char text[POLICY_ITEM])
{
	return name_to_text(name, text);
}

static char *
kid_text(const uint8_t kid[KID_DIGITS / 2], char text[KID_DIGITS + 1])
{
	for (size_t i = 0; i < KID_DIGITS / 2; i++) {
		snprintf(text + 2 * i, 3, "%02x", (unsigned)kid[i]);
	}
	return text;
}

static void
key_text(const struct policy_key *key, char text[POLICY_ITEM])
{
	if (key->has_kid) {
		kid_text(key->kid, text);
	} else {
		snprintf(text, POLICY_ITEM, "%u/%u", (unsigned)key->tag,
		    (unsigned)key->algorithm);
	}
}

static const char *
canonical_zone_key(char item[POLICY_ITEM])
{
	char owner[LIMIT_NAME_TEXT], kid[KID_DIGITS + 1];
	struct policy_zone_key key;

	if (!policy_zone_key_read(item, &key)) {
		return "is not zone/key, the key as SHA-256 in 64 hexadecimal "
		       "digits";
	}
	int length = snprintf(item, POLICY_ITEM, "%s/%s",
	    name_to_text(key.owner, owner), kid_text(key.kid, kid));

	if (length < 0 || length >= POLICY_ITEM) {
		return "is too long";
	}
	return strchr(item, ',') == NULL ? NULL
	                                 : "has a comma, which no list can";
}

/* Rewrites ITEM, of a list of KIND, as lists keep it; returns NULL, or what is
 * wrong. */
static const char *
canonical_item(const char *kind, char item[POLICY_ITEM])
{
	uint8_t owner[LIMIT_NAME_OCTETS];
	struct policy_key key;
	uint16_t type;

	if (strcmp(kind, "names") == 0) {
		if (!policy_name_read(item, owner)) {
			return "is no absolute name, with its final dot";
		}
		name_text(owner, item);
	} else if (strcmp(kind, "keys") == 0) {
		if (!policy_key_read(item, &key)) {
			return "is neither a key's SHA-256 in 64 hexadecimal "
			       "digits nor key tag/algorithm";
		}
		key_text(&key, item);
	} else if (strcmp(kind, "zone-keys") == 0) {
		return canonical_zone_key(item);
	} else if (strcmp(kind, "tags") == 0) {
		if (!read_tag(item, &key)) {
			return "is not key tag/algorithm, as 12345/13";
		}
		key_text(&key, item);
	} else {
		assert(strcmp(kind, "rrsets") == 0);
		if (!policy_rrset_read(item, owner, &type)) {
			return "is not owner/TYPE, as host.example./TXT";
		}
		char *end = name_text(owner, item) + strlen(item);

		*end++ = '/';
		type_to_text(type, end);
	}
	return strchr(item, ',') == NULL ? NULL
	                                 : "has a comma, which no list can";
}

/* ---- lists ---- */

/* True if ITEM is among the LENGTH octets of LIST. */
static bool
is_among(const char *list, size_t length, const char *item)
{
	size_t wanted = strlen(item);

	for (size_t at = 0; at < length;) {
		size_t found = strcspn(list + at, " ");

		if (found == wanted && memcmp(list + at, item, wanted) == 0) {
			return true;
		}
		at += found + 1;
	}
	return false;
}

const char *
policy_list_canonical(enum option_id id, const char *text,
    char canonical[LIMIT_POLICY_LISTS], char item[POLICY_ITEM])
{
	size_t used = 0;

	canonical[0] = '\0';
	for (text += strspn(text, SEPARATORS); *text != '\0';
	     text += strspn(text, SEPARATORS)) {
		size_t length = strcspn(text, SEPARATORS);

		snprintf(item, POLICY_ITEM, "%.*s", (int)length, text);
		if (length >= POLICY_ITEM) {
			return "is too long";
		}
		const char *wrong =
		    canonical_item(option_rows[id].choices, item);

		if (wrong != NULL) {
			return wrong;
		}
		if (is_among(canonical, used, item)) {
			return "stands there twice";
		}
		/* A blank before it, and the terminators of this list and of
		 * the empty one. */
		if (used + strlen(item) + 3 > LIMIT_POLICY_LISTS) {
			return "and what is before it are too long for a list";
		}
		used += (size_t)snprintf(canonical + used,
		    LIMIT_POLICY_LISTS - used, "%s%s", used == 0 ? "" : " ",
		    item);
		text += length;
	}
	return NULL;
}

/* The octets of VALUES' lists in use, the empty list's among them. */
static size_t
lists_length(const struct policy_values *values)
{
	size_t length = 1;

	for (int id = 1; id < N_OPTIONS; id++) {
		if (option_rows[id].kind == LIST && values->option[id] != 0) {
			length +=
			    strlen(values->lists + values->option[id]) + 1;
		}
	}
	return length;
}

static void
list_remove(struct policy_values *values, enum option_id id)
{
	int64_t from = values->option[id];
	size_t used = lists_length(values);

	if (from == 0) {
		return;
	}
	size_t gone = strlen(values->lists + from) + 1;

	memmove(values->lists + from, values->lists + from + gone,
	    used - (size_t)from - gone);
	memset(values->lists + used - gone, 0, gone);
	values->option[id] = 0;
	for (int other = 1; other < N_OPTIONS; other++) {
		if (option_rows[other].kind == LIST &&
		    values->option[other] > from) {
			values->option[other] -= (int64_t)gone;
		}
	}
}

bool
policy_list_set(struct policy_values *values, enum option_id id,
    const char *canonical)
{
	size_t length = strlen(canonical) + 1;

	assert(option_rows[id].kind == LIST);
	list_remove(values, id);
	size_t used = lists_length(values);

	if (length > sizeof(values->lists) - used) {
		return false;
	}
	if (length > 1) {
		memcpy(values->lists + used, canonical, length);
		values->option[id] = (int64_t)used;
	}
	return true;
}

bool
policy_lists_hold(const struct policy_values *values)
{
	char canonical[LIMIT_POLICY_LISTS], item[POLICY_ITEM];

	if (values->lists[0] != '\0') {
		return false;
	}
	for (int id = 1; id < N_OPTIONS; id++) {
		if (option_rows[id].kind != LIST || values->option[id] == 0) {
			continue;
		}
		if (values->option[id] < 0 ||
		    values->option[id] >= LIMIT_POLICY_LISTS ||
		    values->lists[values->option[id]] == '\0') {
			return false;
		}
		const char *text = values->lists + values->option[id];

		if (memchr(text, '\0',
		        LIMIT_POLICY_LISTS - (size_t)values->option[id]) ==
		        NULL ||
		    policy_list_canonical((enum option_id)id, text, canonical,
		        item) != NULL ||
		    strcmp(text, canonical) != 0) {
			return false;
		}
	}
	return true;
}

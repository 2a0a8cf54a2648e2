/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/json_parts.h"

#include "report_words.h"
#include "time_text.h"

json_t *
json_moment(int64_t at)
{
	char when[TIME_TEXT];

	return at == 0 ? json_null() : json_string(time_to_text(at, when));
}

json_t *
json_words(const char *value)
{
	json_t *string = value[0] == '\0' ? json_null() : json_string(value);

	return string != NULL ? string : json_string("?");
}

json_t *
json_hex(const uint8_t sha256[32])
{
	char digits[65];

	return json_string(sha256_to_text(sha256, digits));
}

json_t *
json_count(int64_t value)
{
	return json_integer((json_int_t)value);
}

void
json_put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

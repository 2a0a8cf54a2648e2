/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alarm_json.c -- alarms as JSON, for pages and webhooks.
 */
#include <openssl/evp.h>
#include <stdio.h>

#include "time_text.h"
#include "watch.h"

/* What comes from outside (a hook's words) may have been cut within a
 * character: then what is not ASCII is left out. */
static json_t *
text_json(const char *text)
{
	json_t *string = json_string(text);

	if (string != NULL) {
		return string;
	}
	char ascii[REASON_TEXT];
	size_t n = 0;

	for (; *text != '\0' && n + 1 < sizeof(ascii); text++) {
		ascii[n++] = (unsigned char)*text < 0x80 ? *text : '?';
	}
	ascii[n] = '\0';
	return json_string(ascii);
}

static json_t *
time_json(int64_t at_s)
{
	char text[TIME_TEXT];

	return at_s <= 0 ? json_null() : json_string(time_to_text(at_s, text));
}

static const char *
level_name(enum alarm_level level)
{
	switch (level) {
	case ALARM_WARNING:
		return "warning";
	case ALARM_CRITICAL:
		return "critical";
	}
	return "critical";
}

json_t *
alarm_json(const struct alarm *alarm)
{
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:o}", "kind",
	    text_json(alarm->kind), "zone", text_json(alarm->zone), "detail",
	    text_json(alarm->detail), "level", level_name(alarm->level),
	    "since", time_json(alarm->since), "until", time_json(alarm->until),
	    "text", text_json(alarm->text));
}

/* The same for all events of one alarm, however long its names are. */
static char *
alarm_key(const struct alarm *alarm, const char *host, char key[65])
{
	char text[LIMIT_NAME_TEXT + 512];
	unsigned char digest[EVP_MAX_MD_SIZE];
	int length = snprintf(text, sizeof(text), "%.255s\n%s\n%s\n%s", host,
	    alarm->kind, alarm->zone, alarm->detail);

	key[0] = '\0';
	if (length > 0 && (size_t)length < sizeof(text) &&
	    EVP_Digest(text, (size_t)length, digest, NULL, EVP_sha256(),
	        NULL) == 1) {
		for (size_t i = 0; i < 32; i++) {
			snprintf(key + 2 * i, 3, "%02x", digest[i]);
		}
	}
	return key;
}

json_t *
alarm_message(const struct alarm *alarm, const char *event, const char *host,
    int64_t at_s)
{
	char key[65];

	return json_pack("{s:s, s:s, s:o, s:o, s:s, s:o}", "schema",
	    "zonegate-alarm-1", "event", event, "at", time_json(at_s), "host",
	    text_json(host), "key", alarm_key(alarm, host, key), "alarm",
	    alarm_json(alarm));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time_text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Durations are bounded so that sums with times cannot overflow. */
#define DURATION_MAX ((int64_t)1000 * 365 * 86400)

/* Reads exactly COUNT digits at *TEXT and steps over them; -1 if there are
 * fewer. */
static int
digits(const char **text, int count)
{
	int value = 0;

	for (; count > 0; count--, (*text)++) {
		if (**text < '0' || **text > '9') {
			return -1;
		}
		value = value * 10 + (**text - '0');
	}
	return value;
}

static bool
step_over(const char **text, const char *any)
{
	if (**text == '\0' || strchr(any, **text) == NULL) {
		return false;
	}
	(*text)++;
	return true;
}

/* Converts *AT and refuses what the calendar does not have: timegm() would
 * make 31 February into March. */
static bool
moment(struct tm *at, int64_t *at_s)
{
	struct tm wanted = *at;
	time_t seconds = timegm(at);

	if (at->tm_year != wanted.tm_year || at->tm_mon != wanted.tm_mon ||
	    at->tm_mday != wanted.tm_mday || at->tm_hour != wanted.tm_hour ||
	    at->tm_min != wanted.tm_min || at->tm_sec != wanted.tm_sec) {
		return false;
	}
	*at_s = (int64_t)seconds;
	return true;
}

static bool
from_compact(const char *text, int64_t *at_s)
{
	struct tm at = {0};

	at.tm_year = digits(&text, 4) - 1900;
	at.tm_mon = digits(&text, 2) - 1;
	at.tm_mday = digits(&text, 2);
	at.tm_hour = digits(&text, 2);
	at.tm_min = digits(&text, 2);
	at.tm_sec = digits(&text, 2);
	return *text == '\0' && moment(&at, at_s);
}

/* Reads "Z" or "+02:00"; false if it is neither. */
static bool
offset(const char **text, int64_t *seconds)
{
	*seconds = 0;
	if (step_over(text, "Zz")) {
		return true;
	}
	int64_t sign = **text == '-' ? -1 : 1;

	if (!step_over(text, "+-")) {
		return false;
	}
	int hours = digits(text, 2);

	if (hours < 0 || hours > 23 || !step_over(text, ":")) {
		return false;
	}
	int minutes = digits(text, 2);

	*seconds = sign * (hours * 3600 + minutes * 60);
	return minutes >= 0 && minutes < 60;
}

static bool
from_rfc3339(const char *text, int64_t *at_s)
{
	struct tm at = {0};
	int64_t east;

	at.tm_year = digits(&text, 4) - 1900;
	if (!step_over(&text, "-")) {
		return false;
	}
	at.tm_mon = digits(&text, 2) - 1;
	if (!step_over(&text, "-")) {
		return false;
	}
	at.tm_mday = digits(&text, 2);
	if (!step_over(&text, "Tt ")) {
		return false;
	}
	at.tm_hour = digits(&text, 2);
	if (!step_over(&text, ":")) {
		return false;
	}
	at.tm_min = digits(&text, 2);
	if (!step_over(&text, ":")) {
		return false;
	}
	at.tm_sec = digits(&text, 2);
	if (!offset(&text, &east) || *text != '\0' || !moment(&at, at_s)) {
		return false;
	}
	*at_s -= east;
	return true;
}

bool
time_from_text(const char *text, int64_t *at_s)
{
	int64_t at = 0;

	if (!(strlen(text) == 14 ? from_compact : from_rfc3339)(text, &at)) {
		return false;
	}
	*at_s = at;
	return true;
}

char *
time_to_text(int64_t at_s, char text[TIME_TEXT])
{
	time_t seconds = (time_t)at_s;
	struct tm at;

	if (gmtime_r(&seconds, &at) == NULL ||
	    strftime(text, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &at) == 0) {
		snprintf(text, TIME_TEXT, "%lld s", (long long)at_s);
	}
	return text;
}

static const struct {
	char letter;
	int64_t seconds;
} units[] = {
    {'w', 604800},
    {'d', 86400},
    {'h', 3600},
    {'m', 60},
    {'s', 1},
};
#define N_UNITS (sizeof(units) / sizeof(units[0]))

bool
duration_from_text(const char *text, int64_t *seconds)
{
	int64_t sum = 0;
	size_t unit = 0;

	if (strcmp(text, "0") == 0) {
		*seconds = 0;
		return true;
	}
	do {
		int64_t value = 0;

		if (*text < '0' || *text > '9') {
			return false;
		}
		for (; *text >= '0' && *text <= '9'; text++) {
			value = value * 10 + (*text - '0');
			if (value > DURATION_MAX) {
				return false;
			}
		}
		while (unit < N_UNITS && units[unit].letter != *text) {
			unit++;
		}
		if (unit == N_UNITS ||
		    value > (DURATION_MAX - sum) / units[unit].seconds) {
			return false;
		}
		sum += value * units[unit++].seconds;
		text++;
	} while (*text != '\0');
	*seconds = sum;
	return true;
}

char *
duration_to_text(int64_t seconds, char text[TIME_TEXT])
{
	char *at = text;
	char *end = text + TIME_TEXT;
	uint64_t left = (uint64_t)seconds;

	if (seconds < 0) {
		*at++ = '-';
		left = 0 - left;
	}
	for (size_t i = 1; i < N_UNITS; i++) {
		uint64_t value = left / (uint64_t)units[i].seconds;

		left %= (uint64_t)units[i].seconds;
		if (value > 0) {
			at += snprintf(at, (size_t)(end - at), "%llu%c",
			    (unsigned long long)value, units[i].letter);
		}
	}
	if (seconds == 0) {
		snprintf(text, TIME_TEXT, "0s");
	}
	return text;
}

int64_t
time_from_serial(uint32_t serial, int64_t at_s)
{
	uint32_t ahead = serial - (uint32_t)at_s;

	return ahead < 0x80000000U ? at_s + ahead : at_s - (int64_t)(0 - ahead);
}

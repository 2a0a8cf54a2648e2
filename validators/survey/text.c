/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.c -- times, durations and serial numbers for findings.
 */
#include "survey/text.h"

#include <inttypes.h>
#include <stdio.h>

#define MINUTE 60
#define HOUR 3600
#define DAY 86400

bool
serial_less(uint32_t a, uint32_t b)
{
	uint32_t distance = b - a;

	return distance != 0 && distance < UINT32_C(1) << 31;
}

int64_t
time_near(uint32_t stamp, int64_t at)
{
	uint32_t ahead = stamp - (uint32_t)at;

	if (ahead < UINT32_C(1) << 31) {
		return at + ahead;
	}
	return at - (int64_t)(uint32_t)(0 - ahead);
}

/* gmtime_r() would read the system's time zone files, which are out of
 * reach for a confined process. */
char *
time_to_text(int64_t seconds, char text[TIME_TEXT])
{
	int64_t days = seconds / DAY;
	int64_t second = seconds % DAY;

	if (second < 0) {
		second += DAY;
		days--;
	}
	/* Years begin in March here, so that the leap day is a year's last;
	 * 146,097 days are 400 years, and 719,468 days lie between
	 * 0000-03-01 and 1970-01-01. */
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day = days - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= year * 365 + year / 4 - year / 100;
	int64_t month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	month = month < 10 ? month + 3 : month - 9;
	year += era * 400 + (month <= 2 ? 1 : 0);

	snprintf(text, TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)year,
	    (int)month, (int)day + 1, (int)(second / HOUR),
	    (int)(second % HOUR / MINUTE), (int)(second % MINUTE));
	return text;
}

char *
duration_to_text(int64_t seconds, char text[DURATION_TEXT])
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = {
	    {DAY, 'd'},
	    {HOUR, 'h'},
	    {MINUTE, 'm'},
	    {1, 's'},
	};
	unsigned i = 0;

	while (i < 3 && seconds < units[i].seconds) {
		i++;
	}
	int64_t whole = seconds / units[i].seconds;
	int64_t rest = seconds % units[i].seconds;
	int64_t part = i < 3 ? rest / units[i + 1].seconds : 0;

	if (part > 0) {
		snprintf(text, DURATION_TEXT, "%" PRId64 "%c %" PRId64 "%c",
		    whole, units[i].unit, part, units[i + 1].unit);
	} else {
		snprintf(text, DURATION_TEXT, "%" PRId64 "%c", whole,
		    units[i].unit);
	}
	return text;
}

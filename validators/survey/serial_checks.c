/* SPDX-License-Identifier: GPL-3.0-or-later */
/* serial_checks.c -- checks of the SOA's serial, mostly against that of the
 * previous release. */
#include "survey/changes.h"
#include "survey/text.h"

enum { DAY = 86400 };

static struct place
place_soa(const struct survey *s)
{
	return place_record(s, &s->index.records[s->header.soa_record]);
}

static bool
has_both(const struct survey *s)
{
	return s->has_previous_serial && s->header.soa_record != INDEX_NONE;
}

void
check_serial_increase(struct survey *s)
{
	uint32_t serial = s->header.serial;

	/* RFC 1982 3.2: if the two differ by 2^31 neither is the greater. */
	if (!has_both(s) || serial_less(s->previous_serial, serial)) {
		return;
	}
	/* Then serial_content_bind says it, and more. */
	if (says_enough(s, CHECK_serial_content_bind, CHECK_serial_increase) &&
	    serial_is_rebound(s)) {
		return;
	}
	uint32_t ahead = serial - s->previous_serial;

	finding(s, CHECK_serial_increase, place_soa(s),
	    "expected a serial greater than %u, found %u, which is %s",
	    s->previous_serial, serial,
	    ahead == 0                   ? "the same"
	    : ahead == UINT32_C(1) << 31 ? "neither greater nor less"
	                                 : "less");
}

void
check_serial_content_bind(struct survey *s)
{
	/* RFC 1034 4.3.5: the serial is advanced whenever any change is made;
	 * who has this serial already does not fetch the zone. */
	if (serial_is_rebound(s)) {
		finding(s, CHECK_serial_content_bind, place_soa(s),
		    "expected the records of the previous release, which has "
		    "serial %u too, or a greater serial; found other records",
		    s->header.serial);
	}
}

void
check_serial_jump(struct survey *s)
{
	uint32_t serial = s->header.serial;
	int64_t most = option(s, OPTION_serial_jump_max);

	if (has_both(s) && serial_less(s->previous_serial, serial) &&
	    serial - s->previous_serial > most) {
		finding_as(s, CHECK_serial_jump, SEVERITY_WARN,
		    OPTION_serial_jump_max, place_soa(s),
		    "expected a step of at most %lld since %u, found %u, a "
		    "step of %u",
		    (long long)most, s->previous_serial, serial,
		    serial - s->previous_serial);
	}
	if (s->header.soa_record == INDEX_NONE ||
	    option(s, OPTION_serial_style) != SERIAL_UNIXTIME) {
		return;
	}
	uint32_t now = (uint32_t)s->job->at;
	uint32_t apart = serial_less(now, serial) ? serial - now : now - serial;

	if (apart > DAY) {
		finding_as(s, CHECK_serial_jump, SEVERITY_WARN,
		    OPTION_serial_style, place_soa(s),
		    "expected the time in seconds, within a day of %u, found "
		    "%u",
		    now, serial);
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * option_rows.c -- the options of `zonegate audit', and how their values are
 * read.
 */
#include "option_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/sandbox.h"
#include "contract/name.h"
#include "time_text.h"

static reader read_zone, read_policy, read_anchor, read_at, read_format,
    read_output, read_report, read_incoming, read_previous, read_unsigned,
    read_jobs, read_deadline, read_waive, read_mode;

const struct option_spec audit_options[N_AUDIT_OPTIONS] = {
    {"zone", "NAME", read_zone, false,
        "the zone this must be; from the SOA record by default"},
    {"policy", "NAME|FILE", read_policy, false,
        "what to demand; registry-default by default"},
    {"anchor", "FILE|self", read_anchor, false,
        "DS or DNSKEY records that the zone must stand under; self, the "
        "default, trusts the zone's own keys"},
    {"incoming-anchor", "FILE", read_incoming, false,
        "DS or DNSKEY records that the parent does not have yet: the zone may "
        "not stand under them, but keys they name are expected"},
    {"at", "TIME", read_at, false,
        "judge as of this time, RFC 3339 or YYYYMMDDHHMMSS (UTC); now by "
        "default"},
    {"format", "text|json|html", read_format, false,
        "how the report is written; text by default"},
    {"output", "FILE", read_output, false,
        "where it is written, whole or not at all; standard output by "
        "default"},
    {"report", "FORMAT=FILE", read_report, true,
        "one more report of this run, in this format, to this file; may be "
        "given several times"},
    {"previous", "ZONEFILE", read_previous, false,
        "the release before this one, to compare with"},
    {"unsigned", "ZONEFILE", read_unsigned, false,
        "the zone as the signer was given it, to compare with: signing may "
        "add nothing but DNSSEC"},
    {"jobs", "N", read_jobs, false,
        "libunbound processes side by side; by default one for each "
        "processor, at most 8"},
    {"deadline", "DURATION", read_deadline, false,
        "wall-clock time for all of it, such as 90s or 10m; the policy's "
        "gate_max_duration by default"},
    {"mode", "gate|observe", read_mode, false,
        "observe: the zone is published already, and the report says so"},
    {"waive", "landlock|seccomp", read_waive, true,
        "go on where the kernel lacks this confinement; the report says "
        "so"},
};

/* ---- values ---- */

static const char *
read_zone(const char *value, struct options *options)
{
	uint8_t name[LIMIT_NAME_OCTETS];

	options->zone = value;
	return name_from_text(value, name) > 0 ? NULL : "a domain name";
}

static const char *
read_policy(const char *value, struct options *options)
{
	options->policy = value;
	return value[0] != '\0' ? NULL : "a policy's name or a file";
}

static const char *
read_anchor(const char *value, struct options *options)
{
	options->anchor = strcmp(value, "self") == 0 ? NULL : value;
	return value[0] != '\0' ? NULL
	                        : "a file with DS or DNSKEY records, or "
	                          "the word self";
}

static const char *
read_incoming(const char *value, struct options *options)
{
	options->incoming = value;
	return value[0] != '\0' ? NULL : "a file with DS or DNSKEY records";
}

static const char *
read_at(const char *value, struct options *options)
{
	options->has_at = true;
	/* Times of signatures are 32 bits wide; judging far from now would
	 * turn them around (RFC 4034 3.1.5). */
	return time_from_text(value, &options->at) && options->at >= 0 &&
	               options->at < (int64_t)UINT32_MAX
	           ? NULL
	           : "a time like 2026-08-05T00:00:00Z or 20260805000000, from "
	             "1970 "
	             "to 2106";
}

/* The format called by the first LENGTH octets of NAME, or NULL. */
static const struct report_format *
find_format(const char *name, size_t length)
{
	for (unsigned i = 0; i < N_REPORT_FORMATS; i++) {
		if (strlen(report_formats[i].name) == length &&
		    strncmp(report_formats[i].name, name, length) == 0) {
			return &report_formats[i];
		}
	}
	return NULL;
}

static const char *
read_format(const char *value, struct options *options)
{
	options->format = find_format(value, strlen(value));
	return options->format != NULL ? NULL : "text, json or html";
}

static const char *
read_report(const char *value, struct options *options)
{
	size_t length = strcspn(value, "=");
	const struct report_format *format = find_format(value, length);
	const char *file = value + length + (value[length] == '=');

	if (format == NULL || file[0] == '\0' || strcmp(file, "-") == 0) {
		return "text, json or html, then `=' and a file";
	}
	if (options->n_copies == LIMIT_REPORT_COPIES) {
		return "at most 8 of them";
	}
	options->copies[options->n_copies++] =
	    (struct report_copy){.format = format, .file = file};
	return NULL;
}
_Static_assert(LIMIT_REPORT_COPIES == 8, "the message of --report names it");

static const char *
read_output(const char *value, struct options *options)
{
	options->output = strcmp(value, "-") == 0 ? NULL : value;
	return value[0] != '\0' ? NULL : "a file";
}

static const char *
read_other(const char *value, const char **file)
{
	*file = value;
	return value[0] != '\0' && strcmp(value, "-") != 0
	           ? NULL
	           : "a zone file; standard input is for the zone itself";
}

static const char *
read_previous(const char *value, struct options *options)
{
	return read_other(value, &options->previous);
}

static const char *
read_unsigned(const char *value, struct options *options)
{
	return read_other(value, &options->unsigned_copy);
}

static const char *
read_jobs(const char *value, struct options *options)
{
	size_t length = strspn(value, "0123456789");

	if (length == 0 || length > 3 || value[length] != '\0') {
		return "a number from 1 to 32";
	}
	options->jobs = (unsigned)strtoul(value, NULL, 10);
	return options->jobs >= 1 && options->jobs <= LIMIT_JOBS
	           ? NULL
	           : "a number from 1 to 32";
}
_Static_assert(LIMIT_JOBS == 32, "the message of --jobs names it");

static const char *
read_deadline(const char *value, struct options *options)
{
	return duration_from_text(value, &options->deadline_s) &&
	               options->deadline_s >= 1 && options->deadline_s <= 86400
	           ? NULL
	           : "a duration with unit from 1s to 1d, such as 90s or 10m";
}

static const char *
read_mode(const char *value, struct options *options)
{
	options->observed = strcmp(value, "observe") == 0;
	return options->observed || strcmp(value, "gate") == 0
	           ? NULL
	           : "gate or observe";
}

static const char *
read_waive(const char *value, struct options *options)
{
	if (strcmp(value, "landlock") == 0) {
		options->waived |= SANDBOX_WAIVE_LANDLOCK;
		return NULL;
	}
	if (strcmp(value, "seccomp") == 0) {
		options->waived |= SANDBOX_WAIVE_SECCOMP;
		return NULL;
	}
	return "landlock or seccomp";
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "options.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/sandbox.h"
#include "command_line.h"
#include "contract/job.h"
#include "contract/name.h"
#include "time_text.h"

/* ---- the rows ---- */

static const struct command_row {
	const char *name;
	enum command command;
	const char *operand; /* NULL: none */
	const char *help;
} commands[] = {
    {"audit", COMMAND_AUDIT, "ZONEFILE",
        "judge a signed zone; `-' is standard input, and gzip, xz and zstd "
        "are unpacked"},
    {"explain", COMMAND_EXPLAIN, "CHECK",
        "say what a check means, who asks for it, and what to do"},
    {"checks", COMMAND_CHECKS, NULL,
        "list the checks; with --format json, all there is to know of each"},
    {"policies", COMMAND_POLICIES, NULL, "list the shipped policies"},
};
#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* Each returns NULL, or what VALUE should have been. */
typedef const char *reader(const char *value, struct options *options);

static reader read_zone, read_policy, read_anchor, read_at, read_format,
    read_output, read_report, read_incoming, read_previous, read_unsigned,
    read_jobs, read_deadline, read_waive, read_mode;

static const struct option_spec {
	const char *name;
	const char *argument;
	reader *read;
	bool repeats;
	const char *help;
} audit_options[] = {
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
#define N_AUDIT_OPTIONS (sizeof(audit_options) / sizeof(audit_options[0]))

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

/* ---- the parser ---- */

struct cursor {
	int argc;
	char *const *argv;
	int at;
	char *error;
};

static bool complain(struct cursor *cursor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool
complain(struct cursor *cursor, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(cursor->error, OPTIONS_ERROR, format, arguments);
	va_end(arguments);
	return false;
}

static const struct command_row *
find_command(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

/* The row of TEXT, "--name" or "--name=value"; *VALUE is set or NULL. */
static const struct option_spec *
find_option(const char *text, const char **value)
{
	size_t length = strcspn(text + 2, "=");

	*value = text[2 + length] == '=' ? text + 2 + length + 1 : NULL;
	for (size_t i = 0; i < N_AUDIT_OPTIONS; i++) {
		const char *name = audit_options[i].name;

		if (strlen(name) == length &&
		    strncmp(name, text + 2, length) == 0) {
			return &audit_options[i];
		}
	}
	return NULL;
}

static bool
read_option(struct cursor *cursor, bool given[N_AUDIT_OPTIONS],
    struct options *options)
{
	const char *text = cursor->argv[cursor->at++];
	const char *value;
	const struct option_spec *spec =
	    strncmp(text, "--", 2) == 0 ? find_option(text, &value) : NULL;

	if (spec == NULL) {
		return complain(cursor,
		    "audit has no option %s; see `zonegate audit --help'",
		    text);
	}
	if (value == NULL && cursor->at < cursor->argc) {
		value = cursor->argv[cursor->at++];
	}
	if (value == NULL) {
		return complain(cursor, "--%s needs a value: %s", spec->name,
		    spec->argument);
	}
	if (given[spec - audit_options] && !spec->repeats) {
		return complain(cursor, "--%s is given twice; give it once",
		    spec->name);
	}
	given[spec - audit_options] = true;

	const char *wanted = spec->read(value, options);

	if (wanted != NULL) {
		return complain(cursor, "--%s %s: give %s", spec->name, value,
		    wanted);
	}
	return true;
}

static bool
is_help(const char *text)
{
	return strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0;
}

/* A list of checks comes in the formats of reports, but HTML. */
static bool
has_option(const struct command_row *row, const char *text)
{
	const char *value;

	if (row->command == COMMAND_CHECKS && strncmp(text, "--", 2) == 0) {
		const struct option_spec *spec = find_option(text, &value);

		return spec != NULL && spec->read == read_format;
	}
	return row->command == COMMAND_AUDIT;
}

static bool
read_arguments(struct cursor *cursor, const struct command_row *row,
    struct options *options)
{
	bool given[N_AUDIT_OPTIONS] = {false};
	bool operands_only = false;

	while (cursor->at < cursor->argc) {
		const char *text = cursor->argv[cursor->at];

		if (!operands_only && is_help(text)) {
			*options = (struct options){
			    .command = COMMAND_HELP, .of = row->command};
			return true;
		}
		if (!operands_only && strcmp(text, "--") == 0) {
			operands_only = true;
			cursor->at++;
		} else if (!operands_only && text[0] == '-' &&
		           text[1] != '\0') {
			if (!has_option(row, text)) {
				return complain(cursor,
				    "%s has no option %s; see `zonegate %s "
				    "--help'",
				    row->name, text, row->name);
			}
			if (!read_option(cursor, given, options)) {
				return false;
			}
		} else if (row->operand == NULL || options->operand != NULL) {
			return complain(cursor,
			    "%s takes %s; what is \"%s\" for?", row->name,
			    row->operand == NULL ? "no argument"
			                         : "one argument",
			    text);
		} else {
			options->operand = text;
			cursor->at++;
		}
	}
	if (row->operand != NULL &&
	    (options->operand == NULL || options->operand[0] == '\0')) {
		return complain(cursor,
		    "%s needs a %s; see `zonegate %s --help'", row->name,
		    row->operand, row->name);
	}
	return true;
}

bool
options_read(int argc, char *const *argv, struct options *options,
    char error[OPTIONS_ERROR])
{
	struct cursor cursor = {argc, argv, 2, error};
	struct options made = {
	    .format = &report_formats[0], .policy = "registry-default"};

	if (argc < 2) {
		return complain(&cursor,
		    "no command; try `zonegate audit ZONEFILE', or `zonegate "
		    "--help'");
	}
	if (is_help(argv[1]) || strcmp(argv[1], "help") == 0) {
		const struct command_row *of =
		    argc > 2 ? find_command(argv[2]) : NULL;

		made.command = COMMAND_HELP;
		made.of = of == NULL ? COMMAND_NONE : of->command;
		*options = made;
		return true;
	}
	if (strcmp(argv[1], "--version") == 0) {
		made.command = COMMAND_VERSION;
		*options = made;
		return true;
	}
	const struct command_row *row = find_command(argv[1]);

	if (row == NULL) {
		return complain(&cursor,
		    "there is no command \"%s\"; `zonegate --help' lists them",
		    argv[1]);
	}
	made.command = row->command;
	if (!read_arguments(&cursor, row, &made)) {
		return false;
	}
	if (made.command == COMMAND_CHECKS &&
	    made.format->write == report_html) {
		return complain(&cursor, "checks --format: give text or json");
	}
	*options = made;
	return true;
}

/* ---- help ---- */

static void
help_of_program(FILE *out)
{
	fputs("usage: zonegate COMMAND ...\n\n"
	      "Judges a DNSSEC-signed zone with two independent validators "
	      "before it is\npublished.\n\n",
	    out);
	for (size_t i = 0; i < N_COMMANDS; i++) {
		char usage[64];

		snprintf(usage, sizeof(usage), "%s %s", commands[i].name,
		    commands[i].operand == NULL ? "" : commands[i].operand);
		fprintf(out, "  %-18s", usage);
		help_wrap(out, commands[i].help, 20);
	}
	commands_help(out);
	fprintf(out, "  %-18s", "--version");
	help_wrap(out, "the versions of zonegate and of every library it uses",
	    20);
	fputs("\n`zonegate COMMAND --help' says more of one.\n", out);
}

static void
help_of_audit(FILE *out)
{
	fputs("\nOptions:\n", out);
	for (size_t i = 0; i < N_AUDIT_OPTIONS; i++) {
		fprintf(out, "  --%s %s\n%8s", audit_options[i].name,
		    audit_options[i].argument, "");
		help_wrap(out, audit_options[i].help, 8);
	}
	fputs("\nExit status: 0 release, 1 hold or block, 2 the validators "
	      "differ,\n3 not judged (or no report could be written), 64 "
	      "wrong usage.\nOnly 0 means that the zone may be published.\n",
	    out);
}

void
options_help(FILE *out, enum command command)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (commands[i].command != command) {
			continue;
		}
		fprintf(out, "usage: zonegate %s%s%s%s\n\n", commands[i].name,
		    command == COMMAND_AUDIT ? " [OPTION ...]" : "",
		    commands[i].operand == NULL ? "" : " ",
		    commands[i].operand == NULL ? "" : commands[i].operand);
		help_wrap(out, commands[i].help, 0);
		if (command == COMMAND_AUDIT) {
			help_of_audit(out);
		}
		return;
	}
	help_of_program(out);
}

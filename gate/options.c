/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "option_rows.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "command_line.h"

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

		return spec != NULL && strcmp(spec->name, "format") == 0;
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

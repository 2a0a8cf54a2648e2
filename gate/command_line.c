/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "options.h"
#include "time_text.h"

#define HELP_COLUMNS 78

/* ---- the commands ---- */

static const struct command_entry entries[] = {
#define COMMAND(name, run, operand, help) {name, run, operand, help},
#include "commands.def"
#undef COMMAND
    {NULL, NULL, NULL, NULL},
};

const struct command_entry *
command_find(const char *name)
{
	for (const struct command_entry *e = entries; e->name != NULL; e++) {
		if (strcmp(e->name, name) == 0) {
			return e;
		}
	}
	return NULL;
}

void
commands_help(FILE *out)
{
	for (const struct command_entry *e = entries; e->name != NULL; e++) {
		char usage[64];
		int column;

		snprintf(usage, sizeof(usage), "%s %s", e->name, e->operand);
		column = fprintf(out, "  %-18s", usage);
		if (column > 20) {
			fprintf(out, "\n%20s", "");
		}
		help_wrap(out, e->help, 20);
	}
}

void
help_wrap(FILE *out, const char *text, int indent)
{
	int column = indent;

	while (*text != '\0') {
		int word = (int)strcspn(text, " ");

		if (column > indent && column + 1 + word > HELP_COLUMNS) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		}
		column += fprintf(out, "%s%.*s", column > indent ? " " : "",
		    word, text);
		text += word;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

/* ---- the options of one ---- */

static void
help(const struct flag_reader *reader)
{
	printf("usage: zonegate %s%s%s%s\n\n", reader->command,
	    reader->n_rows > 0 ? " [OPTION ...]" : "",
	    reader->operand[0] != '\0' ? " " : "", reader->operand);
	help_wrap(stdout, reader->help, 0);
	if (reader->n_rows > 0) {
		fputs("\nOptions:\n", stdout);
	}
	for (size_t i = 0; i < reader->n_rows; i++) {
		const struct flag_row *row = &reader->rows[i];

		printf("  --%s%s%s\n%8s", row->name,
		    row->argument != NULL ? " " : "",
		    row->argument != NULL ? row->argument : "", "");
		help_wrap(stdout, row->help, 8);
	}
}

static bool
read_number(const char *value, int64_t *number)
{
	size_t length = strspn(value, "0123456789");

	if (length == 0 || length > 15 || value[length] != '\0') {
		return false;
	}
	*number = strtoll(value, NULL, 10);
	return true;
}

/* NULL, or what VALUE should have been. */
static const char *
read_value(const struct flag_row *row, const char *value)
{
	if (row->text != NULL) {
		*row->text = value;
		return value[0] != '\0' ? NULL : "a text that is not empty";
	}
	if (row->number != NULL) {
		return read_number(value, row->number) ? NULL : "a number";
	}
	return duration_from_text(value, row->duration_s) &&
	               *row->duration_s >= 0
	           ? NULL
	           : "a duration with unit, such as 90s or 10m";
}

/* The row of TEXT, "--name" or "--name=value"; *VALUE is set or NULL. */
static const struct flag_row *
find_row(const struct flag_reader *reader, const char *text, const char **value)
{
	size_t length = strcspn(text + 2, "=");

	*value = text[2 + length] == '=' ? text + 2 + length + 1 : NULL;
	for (size_t i = 0; i < reader->n_rows; i++) {
		const char *name = reader->rows[i].name;

		if (strlen(name) == length &&
		    strncmp(name, text + 2, length) == 0) {
			return &reader->rows[i];
		}
	}
	return NULL;
}

/* Reads the option at ARGV[*AT]; false after saying what is wrong. */
static bool
read_row(const struct flag_reader *reader, int argc, char *const *argv, int *at)
{
	const char *text = argv[(*at)++];
	const char *value = NULL;
	const struct flag_row *row =
	    strncmp(text, "--", 2) == 0 ? find_row(reader, text, &value) : NULL;

	if (row == NULL) {
		warn("%s has no option %s; see `zonegate %s --help'",
		    reader->command, text, reader->command);
		return false;
	}
	if (row->flag != NULL) {
		*row->flag = true;
		if (value != NULL) {
			warn("--%s takes no value", row->name);
		}
		return value == NULL;
	}
	if (value == NULL && *at < argc) {
		value = argv[(*at)++];
	}
	if (value == NULL) {
		warn("--%s needs a value: %s", row->name, row->argument);
		return false;
	}
	const char *wanted = read_value(row, value);

	if (wanted != NULL) {
		warn("--%s %s: give %s", row->name, value, wanted);
	}
	return wanted == NULL;
}

int
flags_read(const struct flag_reader *reader, int argc, char *const *argv,
    const char **operands, size_t *n)
{
	bool operands_only = false;
	size_t count = 0;

	for (int at = 1; at < argc;) {
		const char *text = argv[at];

		if (!operands_only &&
		    (strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0)) {
			help(reader);
			return 0;
		}
		if (!operands_only && strcmp(text, "--") == 0) {
			operands_only = true;
			at++;
		} else if (!operands_only && text[0] == '-' &&
		           text[1] != '\0') {
			if (!read_row(reader, argc, argv, &at)) {
				return EXIT_USAGE;
			}
		} else if (count == reader->most) {
			warn("what is \"%s\" for?  see `zonegate %s --help'",
			    text, reader->command);
			return EXIT_USAGE;
		} else {
			operands[count++] = text;
			at++;
		}
	}
	if (count < reader->least) {
		warn("%s needs %s; see `zonegate %s --help'", reader->command,
		    reader->operand, reader->command);
		return EXIT_USAGE;
	}
	*n = count;
	return -1;
}

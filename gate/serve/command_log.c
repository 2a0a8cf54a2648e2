/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_log.c -- `zonegate log': the audit log for people, for auditors, and
 * for other programs.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "audit_log.h"
#include "audit_log_line.h"
#include "base/die.h"
#include "command_line.h"
#include "config.h"
#include "ledger.h"
#include "options.h"
#include "time_text.h"

#define EXIT_BROKEN 1
#define LIMIT_BY_DEFAULT 50
#define LIMIT_AT_MOST 100000

/* The command line. */
struct wanted {
	const char *action; /* "list", "verify", "export" */
	const char *file;   /* of verify, or NULL */
	const char *config, *state, *zone, *since, *from, *to, *format;
	int64_t limit;
	int64_t from_s, to_s; /* of them: from then on, and before then */
};

/* ---- the command line ---- */

/* Reads a moment, or how long ago it was. */
static bool
read_moment(const char *option, const char *text, int64_t *at_s)
{
	int64_t ago;

	if (text == NULL || time_from_text(text, at_s)) {
		return true;
	}
	if (duration_from_text(text, &ago)) {
		*at_s = (int64_t)time(NULL) - ago;
		return true;
	}
	warn("--%s %s: give a time such as 2026-11-21T23:00:00Z, or how long "
	     "ago, such as 2h",
	    option, text);
	return false;
}

/* True unless VALUE was given without USED. */
static bool
fits(bool used, const char *option, const void *value,
    const struct wanted *wanted)
{
	if (!used && value != NULL) {
		warn("--%s does not go with `zonegate log%s%s'", option,
		    wanted->action[0] == 'l' ? "" : " ",
		    wanted->action[0] == 'l' ? "" : wanted->action);
	}
	return used || value == NULL;
}

static bool
check_options(struct wanted *wanted, const char *operand)
{
	bool list = wanted->action[0] == 'l';
	bool verify = wanted->action[0] == 'v';
	bool export = wanted->action[0] == 'e';

	if (!fits(list, "since", wanted->since, wanted) ||
	    !fits(!verify, "zone", wanted->zone, wanted) ||
	    !fits(export, "from", wanted->from, wanted) ||
	    !fits(export, "to", wanted->to, wanted) ||
	    !fits(export, "format", wanted->format, wanted) ||
	    !fits(list, "limit", wanted->limit >= 0 ? "" : NULL, wanted)) {
		return false;
	}
	if (operand != NULL && !verify) {
		warn("what is \"%s\" for?  see `zonegate log --help'", operand);
		return false;
	}
	if (wanted->format != NULL && strcmp(wanted->format, "json") != 0) {
		warn("--format %s: give json", wanted->format);
		return false;
	}
	if (wanted->limit > LIMIT_AT_MOST) {
		warn("--limit: give at most %d", LIMIT_AT_MOST);
		return false;
	}
	wanted->file = operand;
	return true;
}

static bool
read_action(struct wanted *wanted, const char *const *operands, size_t n)
{
	static const char *const actions[] = {"list", "verify", "export"};

	wanted->action = n > 0 ? NULL : actions[0];
	for (size_t i = 1; n > 0 && i < 3; i++) {
		if (strcmp(operands[0], actions[i]) == 0) {
			wanted->action = actions[i];
		}
	}
	if (wanted->action == NULL) {
		warn("log %s: give verify, export, or nothing", operands[0]);
		return false;
	}
	return check_options(wanted, n > 1 ? operands[1] : NULL) &&
	       read_moment("since", wanted->since, &wanted->from_s) &&
	       read_moment("from", wanted->from, &wanted->from_s) &&
	       read_moment("to", wanted->to, &wanted->to_s);
}

/* The state directory, to be freed; NULL after saying why nobody knows. */
static char *
state_of(const struct wanted *wanted)
{
	char error[CONFIG_ERROR];

	if (wanted->state != NULL) {
		return strdup(wanted->state);
	}
	struct config *config =
	    config_read(wanted->config != NULL ? wanted->config
	                                       : DEFAULT_CONFIG,
	        error);

	if (config == NULL) {
		warn("%s\n(--state DIR names the state directory without a "
		     "configuration)",
		    error);
		return NULL;
	}
	char *state = strdup(config->state);

	config_free(config);
	return state;
}

/* ---- printing for people ---- */

/* How many octets at AT would make a terminal do things: controls, and what
 * turns the direction of writing. */
static size_t
unprintable(const unsigned char *at)
{
	if (at[0] < 0x20 || at[0] == 0x7f) {
		return 1;
	}
	if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f) {
		return 2;
	}
	if (at[0] == 0xe2 && at[1] == 0x80 &&
	    ((at[2] >= 0xa8 && at[2] <= 0xae) || at[2] == 0x8e ||
	        at[2] == 0x8f)) {
		return 3;
	}
	return at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9
	           ? 3
	           : 0;
}

static void
print_text(const json_t *entry, const char *name)
{
	const char *text = json_string_value(json_object_get(entry, name));

	if (text == NULL) {
		putchar('-');
		return;
	}
	while (*text != '\0') {
		size_t skip = unprintable((const unsigned char *)text);

		if (skip > 0) {
			putchar('?');
			text += skip;
		} else {
			putchar(*text++);
		}
	}
}

static void
print_entry(const json_t *entry)
{
	static const char *const names[] = {
	    "time", "level", "zone", "type", "actor"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		print_text(entry, names[i]);
		fputs(i + 1 < sizeof(names) / sizeof(names[0]) ? "  " : ": ",
		    stdout);
	}
	print_text(entry, "text");
	putchar('\n');
}

/* ---- going through the log ---- */

/* True if A and B are one zone: any case, final dot or not. */
static bool
same_zone(const char *a, const char *b)
{
	size_t a_length = strlen(a);
	size_t b_length = strlen(b);

	a_length -= a_length > 1 && a[a_length - 1] == '.';
	b_length -= b_length > 1 && b[b_length - 1] == '.';
	return a_length == b_length && strncasecmp(a, b, a_length) == 0;
}

static bool
is_wanted(const struct wanted *wanted, const json_t *entry)
{
	const char *zone = json_string_value(json_object_get(entry, "zone"));
	const char *time = json_string_value(json_object_get(entry, "time"));
	int64_t at_s = 0;

	if (wanted->zone != NULL &&
	    (zone == NULL || !same_zone(zone, wanted->zone))) {
		return false;
	}
	/* One whose time cannot be read is not hidden. */
	return time == NULL || !time_from_text(time, &at_s) ||
	       (at_s >= wanted->from_s && at_s < wanted->to_s);
}

/* The entries on their way to standard output. */
struct shown {
	const struct wanted *wanted;
	bool export;
	json_t **kept; /* a ring of the last ones */
	size_t n_kept, limit;
};

static void
show(struct shown *shown, json_t *entry, const char *line, size_t length)
{
	if (!is_wanted(shown->wanted, entry)) {
		json_decref(entry);
	} else if (shown->export) {
		fwrite(line, 1, length, stdout);
		putchar('\n');
		json_decref(entry);
	} else {
		size_t at = shown->n_kept++ % shown->limit;

		json_decref(shown->kept[at]);
		shown->kept[at] = entry;
	}
}

/* Prints the last ones that were kept, oldest first. */
static void
print_kept(struct shown *shown)
{
	size_t first =
	    shown->n_kept > shown->limit ? shown->n_kept - shown->limit : 0;

	for (size_t i = first; i < shown->n_kept; i++) {
		print_entry(shown->kept[i % shown->limit]);
		json_decref(shown->kept[i % shown->limit]);
	}
}

static int
damaged(const char *path, size_t number, const char *what)
{
	warn("%s:%zu: %s; `zonegate log verify' says more", path, number, what);
	return EXIT_FAULT;
}

static int
go_through(const char *path, struct log_lines *lines, struct shown *shown)
{
	for (size_t number = 1;; number++) {
		const char *line;
		size_t length;
		json_t *entry;

		switch (log_lines_next(lines, &line, &length)) {
		case LOG_GOT_LINE:
			entry = json_loadb(line, length, 0, NULL);
			if (!json_is_object(entry)) {
				json_decref(entry);
				return damaged(path, number, "no entry");
			}
			show(shown, entry, line, length);
			break;
		case LOG_GOT_UNFINISHED: /* the daemon is writing it */
		case LOG_GOT_END:
			return 0;
		case LOG_GOT_TOO_LONG:
			return damaged(path, number, "longer than any entry");
		case LOG_GOT_NOTHING:
			warn("%s: %s", path, strerror(errno));
			return EXIT_FAULT;
		}
	}
}

/* Shows the log at PATH. */
static int
show_log(const char *path, struct shown *shown)
{
	struct log_lines *lines = calloc(1, sizeof(*lines));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int status = EXIT_FAULT;

	if (lines == NULL || fd < 0) {
		warn("%s: %s", path, strerror(errno));
	} else {
		lines->fd = fd;
		status = go_through(path, lines, shown);
	}
	if (fd >= 0) {
		close(fd);
	}
	free(lines);
	return status;
}

static int
run_show(const struct wanted *wanted, const char *path)
{
	struct shown shown = {.wanted = wanted,
	    .export = wanted->action[0] == 'e',
	    .limit =
	        wanted->limit > 0 ? (size_t)wanted->limit : LIMIT_BY_DEFAULT};

	shown.kept = calloc(shown.limit, sizeof(json_t *));
	if (shown.kept == NULL) {
		warn("out of memory");
		return EXIT_FAULT;
	}
	int status = show_log(path, &shown);

	print_kept(&shown);
	free(shown.kept);
	return status;
}

/* ---- verifying ---- */

/* What the ledger in STATE knows of the log. */
enum known {
	KNOWN_NOT,     /* zero: nobody can say */
	KNOWN_NOTHING, /* there is no ledger, or no entry in it */
	KNOWN_HEAD,
};

static enum known
ask_ledger(const char *state, uint64_t *sequence, char hash[65])
{
	char error[LEDGER_ERROR];
	struct ledger *ledger;

	switch (ledger_open_to_read(state, &ledger, error)) {
	case LEDGER_OK:
		break;
	case LEDGER_NOT_FOUND:
		return KNOWN_NOTHING;
	case LEDGER_FULL:
	case LEDGER_READ_ONLY:
	case LEDGER_CORRUPT:
	case LEDGER_NEWER:
	case LEDGER_FAILED:
		warn("%s/ledger.sqlite: %s", state, error);
		return KNOWN_NOT;
	}
	enum known known = KNOWN_NOTHING;

	if (ledger_log_head(ledger, sequence, hash)) {
		known = KNOWN_HEAD;
	} else if (ledger_error(ledger)[0] != '\0') {
		warn("%s/ledger.sqlite: %s", state, ledger_error(ledger));
		known = KNOWN_NOT;
	}
	ledger_close(ledger);
	return known;
}

static int
say_bad(const char *path, const struct log_verified *verified)
{
	if (verified->broken_at == 0) {
		warn("%s: %s", path, verified->why);
		return EXIT_FAULT;
	}
	printf("%s:%llu: broken: %s\n", path,
	    (unsigned long long)verified->broken_at, verified->why);
	return EXIT_BROKEN;
}

static int
say_good(const char *path, const struct log_verified *verified,
    enum known known)
{
	printf("%s: %llu entries, an unbroken chain, the last with hash %s\n",
	    path, (unsigned long long)verified->entries, verified->hash);
	if (verified->unfinished) {
		puts("A last line is not finished: it is being written, or was "
		     "torn; it is no entry.");
	}
	switch (known) {
	case KNOWN_HEAD:
		puts("It has all entries that the ledger knows.");
		return 0;
	case KNOWN_NOTHING:
		puts("Not compared with a ledger: entries missing at its end "
		     "would not show.");
		return 0;
	case KNOWN_NOT:
		break;
	}
	puts("The ledger cannot say whether entries are missing at its end.");
	return EXIT_FAULT;
}

/* Verifies the log at PATH against the ledger in STATE, unless it is NULL. */
static int
run_verify(const char *path, const char *state)
{
	struct log_verified verified;
	uint64_t sequence = 0;
	char hash[65] = "";
	enum known known = KNOWN_NOTHING;

	/* First: the log may grow meanwhile, and is always ahead. */
	if (state != NULL) {
		known = ask_ledger(state, &sequence, hash);
	}
	return audit_log_verify_against(path, sequence, hash, &verified)
	           ? say_good(path, &verified, known)
	           : say_bad(path, &verified);
}

/* ---- the command ---- */

static int
run_in(const struct wanted *wanted, const char *state)
{
	char *path = NULL;

	if (asprintf(&path, "%s/log/audit.log", state) < 0) {
		warn("out of memory");
		return EXIT_FAULT;
	}
	const char *file = wanted->file != NULL ? wanted->file : path;
	int status = wanted->action[0] == 'v' ? run_verify(file, state)
	                                      : run_show(wanted, file);

	free(path);
	return status;
}

static int
run_wanted(const struct wanted *wanted)
{
	/* A copy, somewhere else. */
	if (wanted->file != NULL && wanted->state == NULL &&
	    wanted->config == NULL) {
		return run_verify(wanted->file, NULL);
	}
	char *state = state_of(wanted);
	int status = state != NULL ? run_in(wanted, state) : EXIT_FAULT;

	free(state);
	return status;
}

int
command_log(int argc, char *const *argv)
{
	struct wanted wanted = {.limit = -1, .to_s = INT64_MAX};
	const struct flag_row rows[] = {
	    {.name = "config",
	        .argument = "FILE",
	        .text = &wanted.config,
	        .help = "the configuration, which names the state directory "
	                "(" DEFAULT_CONFIG ")"},
	    {.name = "state",
	        .argument = "DIR",
	        .text = &wanted.state,
	        .help = "the state directory itself"},
	    {.name = "zone",
	        .argument = "ZONE",
	        .text = &wanted.zone,
	        .help = "entries about this zone"},
	    {.name = "since",
	        .argument = "TIME",
	        .text = &wanted.since,
	        .help = "entries from then on: 2026-11-21T23:00:00Z, or 2h for "
	                "two hours ago"},
	    {.name = "limit",
	        .argument = "N",
	        .number = &wanted.limit,
	        .help = "the last N entries (50)"},
	    {.name = "from",
	        .argument = "TIME",
	        .text = &wanted.from,
	        .help = "export: entries from then on"},
	    {.name = "to",
	        .argument = "TIME",
	        .text = &wanted.to,
	        .help = "export: entries before then"},
	    {.name = "format",
	        .argument = "FORMAT",
	        .text = &wanted.format,
	        .help = "export: json, one object a line"},
	};
	const struct flag_reader reader = {
	    .command = "log",
	    .operand = "[verify [FILE] | export]",
	    .help = "Shows the newest entries of the audit log.  `verify' "
	            "checks that none was changed, put in or taken out: exit "
	            "status 0 if so, 1 if the chain is broken (the line is "
	            "named), 3 if that cannot be said.  `export' writes the "
	            "lines as they are: zonegate-log(5).",
	    .rows = rows,
	    .n_rows = sizeof(rows) / sizeof(rows[0]),
	    .most = 2,
	};
	const char *operands[2];
	size_t n;
	int status = flags_read(&reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	return read_action(&wanted, operands, n) ? run_wanted(&wanted)
	                                         : EXIT_USAGE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_log.c -- `zonegate log': the audit log for people, for auditors, and
 * for other programs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit_log.h"
#include "base/die.h"
#include "command_line.h"
#include "command_log.h"
#include "config.h"
#include "ledger.h"
#include "options.h"
#include "time_text.h"

#define EXIT_BROKEN 1
#define LIMIT_AT_MOST 100000

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
    const struct log_wanted *wanted)
{
	if (!used && value != NULL) {
		warn("--%s does not go with `zonegate log%s%s'", option,
		    wanted->action[0] == 'l' ? "" : " ",
		    wanted->action[0] == 'l' ? "" : wanted->action);
	}
	return used || value == NULL;
}

static bool
check_options(struct log_wanted *wanted, const char *operand)
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
read_action(struct log_wanted *wanted, const char *const *operands, size_t n)
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
state_of(const struct log_wanted *wanted)
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
run_in(const struct log_wanted *wanted, const char *state)
{
	char *path = NULL;

	if (asprintf(&path, "%s/log/audit.log", state) < 0) {
		warn("out of memory");
		return EXIT_FAULT;
	}
	const char *file = wanted->file != NULL ? wanted->file : path;
	int status = wanted->action[0] == 'v' ? run_verify(file, state)
	                                      : log_show(wanted, file);

	free(path);
	return status;
}

static int
run_wanted(const struct log_wanted *wanted)
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
	struct log_wanted wanted = {.limit = -1, .to_s = INT64_MAX};
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

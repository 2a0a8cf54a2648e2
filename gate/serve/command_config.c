/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_config.c -- `zonegate config': what the daemon would make of a
 * configuration file.
 */
#include <stdbool.h>
#include <unistd.h>

#include "base/die.h"
#include "command_line.h"
#include "config.h"
#include "options.h"

/* A program that is not there is no reason to refuse the daemon its start:
 * the step fails, and says so.  Better to know before. */
static void
warn_of_commands(const struct config_zone *zone, const char *word,
    const struct config_command *commands, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *program = commands[i].argv[0];

		if (access(program, X_OK) != 0) {
			warn("warning: zone %s: %s %s: %s is no program that "
			     "this account may run",
			    zone->name, word, commands[i].name, program);
		}
	}
}

static void
warn_of_programs(const struct config *config)
{
	for (size_t i = 0; i < config->n_zones; i++) {
		const struct config_zone *zone = &config->zones[i];

		warn_of_commands(zone, "veto", zone->vetoes, zone->n_vetoes);
		warn_of_commands(zone, "hook", zone->hooks, zone->n_hooks);
	}
}

int
command_config(int argc, char *const *argv)
{
	const char *file = DEFAULT_CONFIG;
	bool check = false;
	const struct flag_row rows[] = {
	    {.name = "config",
	        .argument = "FILE",
	        .text = &file,
	        .help = "the configuration; " DEFAULT_CONFIG " by default"},
	    {.name = "check",
	        .flag = &check,
	        .help = "say only whether it is good"},
	};
	const struct flag_reader reader = {.command = "config",
	    .operand = "",
	    .help = "Shows every value that is in effect and where it came "
	            "from, in a form that is itself a configuration. Exit "
	            "status: 0 the configuration is good, 64 it is not, and "
	            "standard error says where.",
	    .rows = rows,
	    .n_rows = sizeof(rows) / sizeof(rows[0])};
	char error[CONFIG_ERROR];
	size_t n;
	int status = flags_read(&reader, argc, argv, NULL, &n);

	if (status >= 0) {
		return status;
	}
	struct config *config = config_read(file, error);

	if (config == NULL) {
		warn("%s", error);
		return EXIT_USAGE;
	}
	if (check) {
		warn_of_programs(config);
		printf("%s: good; zones: %zu\n", file, config->n_zones);
	} else {
		config_print(stdout, config);
	}
	config_free(config);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client.h -- what the commands that speak to the daemon have in common.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "command_line.h"
#include "serve/config.h"

#define CLIENT_TIMEOUT_MS 30000

/* What all of them take. */
struct client {
	const char *config, *state;
	bool json;
	int fd;
};

#define CLIENT_ROWS(client)                                                    \
	{.name = "config",                                                     \
	    .argument = "FILE",                                                \
	    .text = &(client)->config,                                         \
	    .help =                                                            \
	        "the daemon's configuration; " DEFAULT_CONFIG " by default"},  \
	    {.name = "state",                                                  \
	        .argument = "DIRECTORY",                                       \
	        .text = &(client)->state,                                      \
	        .help = "its state directory; from the configuration by "      \
	                "default"},                                            \
	{                                                                      \
		.name = "json", .flag = &(client)->json,                       \
		.help = "write the daemon's answer as JSON"                    \
	}
#define N_CLIENT_ROWS 3

/* Reads the options and connects.  -1 to go on, or the exit status. */
int client_begin(struct client *client, const struct flag_reader *reader,
    int argc, char *const *argv, const char **operands, size_t *n);

/* The answer to QUESTION (its reference is taken) within TIMEOUT_MS, PASS (or
 * -1) going along; NULL after saying what is wrong. */
json_t *client_ask(struct client *client, json_t *question, int pass,
    int timeout_ms);

/* A member as a word ("-" if it has none), or as a number. */
const char *json_word(const json_t *object, const char *name);
int64_t json_number(const json_t *object, const char *name);

void client_print_json(const json_t *value);
/* A candidate on a line; and all of it. */
void client_print_line(const json_t *candidate);
void client_print_candidate(const json_t *candidate);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_words.h -- the arguments of a configured command, with its
 * placeholders filled in.  There is no shell, so nothing needs quoting.
 */
#pragma once

#include "serve/config.h"

struct command_fields {
	const char *zone; /* with the final dot */
	const char *file, *serial, *manifest;
};

struct command_words {
	char **argv; /* ends with NULL */
};

/* Fills in WORDS; release it with command_words_release(). */
void command_words(struct command_words *words,
    const struct config_command *command, const struct command_fields *fields);
void command_words_release(struct command_words *words);

/* TEXT with "{zone}", "{file}", "{serial}", "{manifest}" replaced; to be
 * freed. */
char *words_fill(const char *text, const struct command_fields *fields);

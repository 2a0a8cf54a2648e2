/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/command_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/memory.h"

char *
words_fill(const char *text, const struct command_fields *fields)
{
	const struct {
		const char *name, *value;
	} places[] = {{"{zone}", fields->zone}, {"{file}", fields->file},
	    {"{serial}", fields->serial}, {"{manifest}", fields->manifest}};
	char *made = NULL;
	size_t length;
	FILE *out = open_memstream(&made, &length);

	if (out == NULL) {
		die("out of memory");
	}
	while (*text != '\0') {
		size_t used = 0;

		for (size_t i = 0; i < 4 && used == 0; i++) {
			size_t n = strlen(places[i].name);

			if (strncmp(text, places[i].name, n) == 0) {
				fputs(places[i].value, out);
				used = n;
			}
		}
		if (used == 0) {
			fputc(*text, out);
			used = 1;
		}
		text += used;
	}
	if (fclose(out) != 0) {
		die("out of memory");
	}
	return made;
}

void
command_words(struct command_words *words, const struct config_command *command,
    const struct command_fields *fields)
{
	size_t n = 0;

	while (command->argv[n] != NULL) {
		n++;
	}
	words->argv = xcalloc(n + 1, sizeof(*words->argv));
	for (size_t i = 0; i < n; i++) {
		words->argv[i] = words_fill(command->argv[i], fields);
	}
}

void
command_words_release(struct command_words *words)
{
	for (size_t i = 0; words->argv[i] != NULL; i++) {
		free(words->argv[i]);
	}
	free(words->argv);
	words->argv = NULL;
}

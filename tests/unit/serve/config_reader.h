/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_reader.h -- configurations in a world where every file is what it
 * should be, unless its name has "missing" in it.
 */
#pragma once

#include "serve/config.h"

/* The configuration that TEXT is; or the test fails. */
struct config *config_reads(const char *text);

/* The test fails unless TEXT is refused at LINE, with WORD in the message. */
void config_refuses(const char *text, unsigned line, const char *word);

/* What config_print() writes of TEXT, to be freed. */
char *config_printed(const char *text);

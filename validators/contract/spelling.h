/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spelling.h -- ids in their two spellings: snake_case in code and policy
 * files, kebab-case in print.
 */
#pragma once

#include <stdbool.h>

/* Longest id, with its terminator. */
#define SPELLING_MAX 48

/* Writes ID, at most SPELLING_MAX - 1 octets, to KEBAB with '-' for '_'. */
void spelling_kebab(const char *id, char kebab[SPELLING_MAX]);

/* True if A and B are one id, '-' and '_' being alike. */
bool spelling_equal(const char *a, const char *b);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/spelling.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

void
spelling_kebab(const char *id, char kebab[SPELLING_MAX])
{
	size_t length = strlen(id);

	assert(length < SPELLING_MAX);
	for (size_t i = 0; i <= length; i++) {
		kebab[i] = id[i] == '_' ? '-' : id[i];
	}
}

bool
spelling_equal(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		char left = *a == '-' ? '_' : *a;
		char right = *b == '-' ? '_' : *b;

		if (left != right) {
			return false;
		}
	}
	return *a == *b;
}

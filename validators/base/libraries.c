/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/libraries.h"

#include <limits.h>
#include <link.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"

/* Said of every program; they tell nothing. */
static const char *const common[] = {"libc.so", "libc-", "ld-", "libm.so",
    "linux-vdso", "libgcc_s", "libdl.so", "libpthread.so"};

static bool
is_common(const char *name)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		if (strncmp(name, common[i], strlen(common[i])) == 0) {
			return true;
		}
	}
	return false;
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* Names one library after its file, where links to it end: that name has the
 * full version. */
static int
print_one(struct dl_phdr_info *info, size_t size, void *of)
{
	bool *first = of;

	(void)size;
	if (info->dlpi_name[0] == '\0' ||
	    is_common(last_part(info->dlpi_name))) {
		return 0;
	}
	char *path = realpath(info->dlpi_name, NULL);

	printf("%s %s", *first ? ":" : ",",
	    last_part(path == NULL ? info->dlpi_name : path));
	free(path);
	*first = false;
	return 0;
}

void
libraries_answer(int argc, char **argv, const char *program)
{
	bool first = true;

	if (argc != 2 || strcmp(argv[1], "--version") != 0) {
		return;
	}
	printf("%s %s", program, ZONEGATE_VERSION);
	dl_iterate_phdr(print_one, &first);
	putchar('\n');
	exit(fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : EXIT_FAULT);
}

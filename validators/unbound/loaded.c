/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unbound/loaded.h"

#include <link.h>
#include <nettle/version.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unbound.h>

#include "base/die.h"

/* The validators are worth two only while they share no DNS code and no
 * cryptography. */
static struct {
	const char *soname; /* up to its version */
	bool wanted;
	bool seen;
} libraries[] = {
    {"libunbound.so", true, false},
    {"libnettle.so", true, false},
    {"libhogweed.so", true, false},
    {"libldns.so", false, false},
    {"libcrypto.so", false, false},
    {"libssl.so", false, false},
};

#define N_LIBRARIES (sizeof(libraries) / sizeof(libraries[0]))

static int
see(struct dl_phdr_info *info, size_t size, void *unused)
{
	const char *slash = strrchr(info->dlpi_name, '/');
	const char *name = slash == NULL ? info->dlpi_name : slash + 1;

	(void)size;
	(void)unused;
	for (size_t i = 0; i < N_LIBRARIES; i++) {
		if (strncmp(name, libraries[i].soname,
		        strlen(libraries[i].soname)) == 0) {
			libraries[i].seen = true;
		}
	}
	return 0;
}

void
loaded_check(void)
{
	dl_iterate_phdr(see, NULL);
	for (size_t i = 0; i < N_LIBRARIES; i++) {
		if (libraries[i].wanted != libraries[i].seen) {
			die("%s is %sloaded", libraries[i].soname,
			    libraries[i].wanted ? "not " : "");
		}
	}
}

void
loaded_name(struct frame_hello *hello)
{
	snprintf(hello->library, sizeof(hello->library), "libunbound");
	snprintf(hello->library_version, sizeof(hello->library_version), "%s",
	    ub_version());
	snprintf(hello->crypto, sizeof(hello->crypto), "Nettle");
	snprintf(hello->crypto_version, sizeof(hello->crypto_version), "%d.%d",
	    nettle_version_major(), nettle_version_minor());
}

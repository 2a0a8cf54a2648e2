/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paths.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const names[N_WORKERS] = {
    [WORKER_NONE] = "none",
    [WORKER_SURVEY] = "zonegate-survey",
    [WORKER_LDNS] = "zonegate-ldns",
    [WORKER_UNBOUND] = "zonegate-unbound",
    [WORKER_UNPACK] = "zonegate-unpack",
};

#ifdef ZONEGATE_FAULT_POINTS
static const char *
folder(void)
{
	const char *other = getenv("ZONEGATE_LIBEXECDIR");

	return other != NULL ? other : ZONEGATE_LIBEXECDIR;
}
#else
static const char *
folder(void)
{
	return ZONEGATE_LIBEXECDIR;
}
#endif

const char *
path_worker(enum worker worker)
{
	static char paths[N_WORKERS][PATH_MAX];

	snprintf(paths[worker], PATH_MAX, "%s/%s", folder(), names[worker]);
	return paths[worker];
}

const char *
worker_name(enum worker worker)
{
	return names[worker];
}

const char *
path_program(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder(), name);
	return path;
}

const char *
path_policies(void)
{
	return ZONEGATE_POLICYDIR;
}

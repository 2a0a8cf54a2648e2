/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paths.h"

#include <stddef.h>
#include <stdio.h>

static const char *const programs[N_WORKERS] = {
    [WORKER_NONE] = "/nonexistent/none",
    [WORKER_SURVEY] = ZONEGATE_LIBEXECDIR "/zonegate-survey",
    [WORKER_LDNS] = ZONEGATE_LIBEXECDIR "/zonegate-ldns",
    [WORKER_UNBOUND] = ZONEGATE_LIBEXECDIR "/zonegate-unbound",
    [WORKER_UNPACK] = ZONEGATE_LIBEXECDIR "/zonegate-unpack",
};

static const char *const names[N_WORKERS] = {
    [WORKER_NONE] = "none",
    [WORKER_SURVEY] = "zonegate-survey",
    [WORKER_LDNS] = "zonegate-ldns",
    [WORKER_UNBOUND] = "zonegate-unbound",
    [WORKER_UNPACK] = "zonegate-unpack",
};

const char *
path_worker(enum worker worker)
{
	return programs[worker];
}

const char *
worker_name(enum worker worker)
{
	return names[worker];
}

const char *
path_program(const char *name)
{
	static char path[sizeof(ZONEGATE_LIBEXECDIR) + 64];

	snprintf(path, sizeof(path), "%s/%s", ZONEGATE_LIBEXECDIR, name);
	return path;
}

const char *
path_policies(void)
{
	return ZONEGATE_POLICYDIR;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manifest_sample.h -- a state directory with a key, and a manifest with a
 * value in every member.
 */
#pragma once

#include <stddef.h>

#include "scratch.h"
#include "serve/manifest.h"

extern char sample_place[SCRATCH];
extern struct manifest_key *sample_key;
extern char sample_error[MANIFEST_ERROR];

void sample_make(void);
void sample_remove(void);

struct manifest sample_manifest(void);

/* NAME in the directory; good until the next but three. */
char *sample_path(const char *name);
void sample_put(const char *name, const void *at, size_t size);

/* What /bin/sh makes of SCRIPT, run in the directory. */
int sample_shell(const char *script);

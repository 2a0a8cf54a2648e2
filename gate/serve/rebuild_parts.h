/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rebuild_parts.h -- what rebuild.c and rebuild_fill.c share.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ledger.h"
#include "manifest_file.h"
#include "rebuild.h"

#define REBUILD_LEDGER "ledger.sqlite"
#define REBUILD_FOLDER "rebuild"
/* Releases in one transaction. */
#define REBUILD_BATCH 64

struct rebuild {
	const char *state;
	char *words;
	int at;        /* STATE */
	int manifests; /* -1: none */
	int outbox;    /* -1: none */
	struct manifest_key *key;
	struct ledger *ledger;
	bool failed;
	int64_t newest_id;
	int64_t newest_time;
	size_t n_zones, n_releases, n_bad;

	/* Of one zone. */
	struct past_release *batch;
	size_t n_batch;
	size_t left; /* manifests still to come */
	int64_t last_id;
	int64_t last_good_at;
};

/* Writes the reason, if it is the first; false. */
bool rebuild_refuse(struct rebuild *rebuild, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A descriptor of directory NAME of AT; -1 with errno. */
int rebuild_directory(int at, const char *name);

/* Calls EACH for every name in directory AT that does not begin with a dot;
 * false, with errno, if it cannot be read or EACH returns false. */
bool rebuild_for_each(int at, struct rebuild *rebuild,
    bool (*each)(struct rebuild *rebuild, const char *name));

/* Looks for a manifest of one zone; false: there is one, no need to look on. */
bool rebuild_has_none(struct rebuild *rebuild, const char *file_name);

/* Fills the new ledger with what manifests and reports tell. */
bool rebuild_fill(struct rebuild *rebuild);

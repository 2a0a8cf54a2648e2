/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manifest_file.h -- manifests on the disk: one, and a zone's whole archive,
 * manifests/<zone>/<candidate>.json, as a chain.
 */
#pragma once

#include "manifest.h"

/* One, as it was read. */
struct manifest_file {
	int failed; /* errno: it could not be read, the rest is not set */
	char *text; /* to be freed with manifest_file_release() */
	size_t length;
	char hash[65]; /* of the text, good or not */
	bool good;
	struct manifest manifest; /* if it is good */
	char why[MANIFEST_ERROR]; /* it is not, or could not be read */
};

/* Reads NAME in DIRECTORY, a regular file.  Returns FILE->good. */
bool manifest_file_read(struct manifest_file *file, int directory,
    const char *name, const struct manifest_key *key);
void manifest_file_release(struct manifest_file *file);

/* "12.json"; returns NAME. */
#define MANIFEST_FILE_NAME 32
char *manifest_file_name(int64_t candidate, char name[MANIFEST_FILE_NAME]);

/* The candidates whose manifests are in DIRECTORY, ascending: *IDS is to be
 * freed, *N is their number.  0 or an errno. */
int manifest_ids(int directory, int64_t **ids, size_t *n);

/* A manifest of a chain; the texts live during the call. */
struct chain_link {
	int64_t id; /* by its name */
	const struct manifest_file *file;
	const char *why; /* NULL: good, and follows the one before it */
};

/*
 * Calls EACH for every manifest in DIRECTORY, in order.  A link is good if it
 * is well signed, of the candidate that it is named after, of the same zone as
 * the one before it, and its `previous' is that one's hash; the first has none.
 * 0 or an errno: the directory cannot be read.
 */
int manifest_chain(int directory, const struct manifest_key *key,
    void (*each)(void *context, const struct chain_link *link), void *context);

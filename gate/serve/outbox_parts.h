/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox_parts.h -- what outbox.c and outbox_release.c share.
 */
#pragma once

#include <limits.h>

#include "manifest_file.h"
#include "outbox.h"

#define OUTBOX_ZONE ".zone"
#define OUTBOX_MANIFEST ".manifest"

/* The newest id in a zone's archive, read from the disk once. */
struct archive {
	char *file_name;
	int64_t newest; /* 0: none */
};

struct outbox {
	char path[OUTBOX_PATH - NAME_MAX - 1];
	const struct manifest_key *key;
	int outbox;
	int manifests;
	struct archive *archives;
	size_t n_archives, capacity;
};

/* Writes words to ERROR; returns NUMBER. */
int outbox_fail(char error[OUTBOX_ERROR], int number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Opens directory NAME of AT as *FD, made if it is not there.  0 or an errno. */
int outbox_open_made(int at, const char *name, int *fd);

/* FILE_NAME with SUFFIX behind it; EINVAL or ENAMETOOLONG if no file can be
 * called so. */
#define OUTBOX_NAME (NAME_MAX + 1)
int outbox_name(const char *file_name, const char *suffix,
    char name[OUTBOX_NAME]);

/* Reads NAME in DIRECTORY, a manifest of the zone whose files are called
 * FILE_NAME; another zone's is not good. */
void outbox_read(struct manifest_file *standing, const struct outbox *outbox,
    int directory, const char *name, const char *file_name);

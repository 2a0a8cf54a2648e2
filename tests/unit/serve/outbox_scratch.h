/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox_scratch.h -- a state directory whose outbox is tried out: zone shop.,
 * its candidates, and the chain of its manifests.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "scratch.h"
#include "serve/outbox.h"

extern char box_place[SCRATCH];
extern struct manifest_key *box_key;
extern struct outbox *box;
extern char box_error[OUTBOX_ERROR];

void outbox_scratch_make(void);
void outbox_scratch_remove(void);

/* Opens the outbox anew, as after a start. */
void box_reopen(void);

/* NAME in the directory; good until the next but seven. */
const char *box_path(const char *name);
void box_write(const char *name, const char *text);
/* The text of NAME, "" if it is not there; good until the next but three. */
const char *box_text(const char *name);

/* A candidate with TEXT: its descriptor, and its manifest. */
int box_candidate(int64_t id, const char *text, struct manifest *manifest);
int box_release(int64_t id, const char *text);

/* Looks; what was seen is in SEEN. */
extern struct manifest box_seen;
enum outbox_state box_look(void);

/* The chain in the archive. */
struct walked {
	int64_t ids[64];
	size_t n, bad;
	char why[256];
	char last[65];
};
struct walked box_walk(void);

/* It is good, and of these N candidates. */
void box_chain(const char *when, const int64_t *ids, size_t n);
#define CHAIN(when, ...)                                                       \
	box_chain(when, (const int64_t[]){__VA_ARGS__},                        \
	    sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

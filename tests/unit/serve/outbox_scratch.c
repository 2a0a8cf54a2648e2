/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox_scratch.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve/durable.h"
#include "serve/manifest_file.h"

char box_place[SCRATCH];
struct manifest_key *box_key;
struct outbox *box;
char box_error[OUTBOX_ERROR];

void
box_reopen(void)
{
	outbox_close(box);
	box = outbox_open(box_place, box_key, box_error);
	cr_assert_not_null(box, "%s", box_error);
}

void
outbox_scratch_make(void)
{
	unsetenv("ZONEGATE_DISK_FAULT");
	scratch_make(box_place);
	box_key = manifest_key_open(box_place, true, box_error);
	cr_assert_not_null(box_key, "%s", box_error);
	box_reopen();
}

void
outbox_scratch_remove(void)
{
	outbox_close(box);
	manifest_key_free(box_key);
	scratch_remove(box_place);
}

const char *
box_path(const char *name)
{
	static char path[8][512];
	static int next;
	char *at = path[next++ % 8];

	snprintf(at, 512, "%s/%s", box_place, name);
	return at;
}

void
box_write(const char *name, const char *text)
{
	int fd = open(box_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0644);

	cr_assert(fd >= 0, "%s", name);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* The text of NAME, "" if it is not there; good until the next but three. */
const char *
box_text(const char *name)
{
	static char text[4][65536];
	static int next;
	char *at = text[next++ % 4];
	int fd = open(box_path(name), O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, at, 65535);

	if (fd >= 0) {
		close(fd);
	}
	at[got < 0 ? 0 : got] = '\0';
	return at;
}

/* A candidate with TEXT: its descriptor, and its manifest. */
int
box_candidate(int64_t id, const char *text, struct manifest *manifest)
{
	uint64_t size;
	int fd;

	memset(manifest, 0, sizeof(*manifest));
	snprintf(manifest->zone, sizeof(manifest->zone), "shop.");
	snprintf(manifest->decision, sizeof(manifest->decision), "release");
	manifest->candidate = id;
	manifest->at = 1795302000 + id;
	box_write("candidate", text);
	fd = open(box_path("candidate"), O_RDONLY | O_CLOEXEC);
	cr_assert_eq(durable_hash_fd(fd, manifest->sha256, &size), 0);
	manifest->bytes = size;
	return fd;
}

int
box_release(int64_t id, const char *text)
{
	struct manifest manifest;
	char hash[65];
	int fd = box_candidate(id, text, &manifest);
	int failed =
	    outbox_release(box, "shop", fd, &manifest, hash, box_error);

	close(fd);
	return failed;
}

struct manifest box_seen;
static uint8_t seen_sha256[32];

enum outbox_state
box_look(void)
{
	char why[OUTBOX_ERROR] = "";
	enum outbox_state state =
	    outbox_look(box, "shop", &box_seen, seen_sha256, why);

	cr_assert_neq(why[0], '\0');
	return state;
}

static void
walk_one(void *context, const struct chain_link *link)
{
	struct walked *walked = context;

	walked->ids[walked->n++] = link->id;
	snprintf(walked->last, sizeof(walked->last), "%s", link->file->hash);
	if (link->why != NULL) {
		walked->bad++;
		snprintf(walked->why, sizeof(walked->why), "%.200s", link->why);
	}
}

struct walked
box_walk(void)
{
	struct walked walked = {.n = 0};
	int at = open(box_path("manifests/shop"),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	cr_assert_eq(manifest_chain(at, box_key, walk_one, &walked), 0);
	close(at);
	return walked;
}

void
box_chain(const char *when, const int64_t *ids, size_t n)
{
	struct walked walked = box_walk();

	cr_assert_eq(walked.bad, 0, "%s: %s", when, walked.why);
	cr_assert_eq(walked.n, n, "%s: %zu manifests", when, walked.n);
	for (size_t i = 0; i < n; i++) {
		cr_assert_eq(walked.ids[i], ids[i], "%s", when);
	}
}

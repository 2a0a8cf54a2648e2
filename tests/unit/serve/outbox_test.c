/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "serve/durable.h"
#include "serve/manifest_file.h"
#include "serve/outbox.h"

static char place[SCRATCH];
static struct manifest_key *key;
static struct outbox *outbox;
static char error[OUTBOX_ERROR];

static void
reopen(void)
{
	outbox_close(outbox);
	outbox = outbox_open(place, key, error);
	cr_assert_not_null(outbox, "%s", error);
}

static void
set_up(void)
{
	unsetenv("ZONEGATE_DISK_FAULT");
	scratch_make(place);
	key = manifest_key_open(place, true, error);
	cr_assert_not_null(key, "%s", error);
	reopen();
}

static void
tear_down(void)
{
	outbox_close(outbox);
	manifest_key_free(key);
	scratch_remove(place);
}

TestSuite(outbox, .init = set_up, .fini = tear_down, .timeout = 300);

static const char *
path_of(const char *name)
{
	static char path[8][512];
	static int next;
	char *at = path[next++ % 8];

	snprintf(at, 512, "%s/%s", place, name);
	return at;
}

static void
write_text(const char *name, const char *text)
{
	int fd =
	    open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	cr_assert(fd >= 0, "%s", name);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* The text of NAME, "" if it is not there; good until the next but three. */
static const char *
text_of(const char *name)
{
	static char text[4][65536];
	static int next;
	char *at = text[next++ % 4];
	int fd = open(path_of(name), O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, at, 65535);

	if (fd >= 0) {
		close(fd);
	}
	at[got < 0 ? 0 : got] = '\0';
	return at;
}

/* A candidate with TEXT: its descriptor, and its manifest. */
static int
candidate(int64_t id, const char *text, struct manifest *manifest)
{
	uint64_t size;
	int fd;

	memset(manifest, 0, sizeof(*manifest));
	snprintf(manifest->zone, sizeof(manifest->zone), "shop.");
	snprintf(manifest->decision, sizeof(manifest->decision), "release");
	manifest->candidate = id;
	manifest->at = 1795302000 + id;
	write_text("candidate", text);
	fd = open(path_of("candidate"), O_RDONLY | O_CLOEXEC);
	cr_assert_eq(durable_hash_fd(fd, manifest->sha256, &size), 0);
	manifest->bytes = size;
	return fd;
}

static int
release(int64_t id, const char *text)
{
	struct manifest manifest;
	char hash[65];
	int fd = candidate(id, text, &manifest);
	int failed = outbox_release(outbox, "shop", fd, &manifest, hash, error);

	close(fd);
	return failed;
}

static struct manifest seen;
static uint8_t seen_sha256[32];

static enum outbox_state
look(void)
{
	char why[OUTBOX_ERROR] = "";
	enum outbox_state state =
	    outbox_look(outbox, "shop", &seen, seen_sha256, why);

	cr_assert_neq(why[0], '\0');
	return state;
}

/* ---- the chain in the archive ---- */

struct walked {
	int64_t ids[64];
	size_t n, bad;
	char why[256];
	char last[65];
};

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

static struct walked
walk(void)
{
	struct walked walked = {.n = 0};
	int at =
	    open(path_of("manifests/shop"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	cr_assert_eq(manifest_chain(at, key, walk_one, &walked), 0);
	close(at);
	return walked;
}

static void
assert_chain(const char *when, const int64_t *ids, size_t n)
{
	struct walked walked = walk();

	cr_assert_eq(walked.bad, 0, "%s: %s", when, walked.why);
	cr_assert_eq(walked.n, n, "%s: %zu manifests", when, walked.n);
	for (size_t i = 0; i < n; i++) {
		cr_assert_eq(walked.ids[i], ids[i], "%s", when);
	}
}

#define CHAIN(when, ...)                                                       \
	assert_chain(when, (const int64_t[]){__VA_ARGS__},                     \
	    sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

/* ---- without faults ---- */

Test(outbox, is_empty_at_first)
{
	cr_assert_eq(look(), OUTBOX_EMPTY);
}

Test(outbox, releases_one_after_another)
{
	struct stat status;

	umask(077);
	cr_assert_eq(release(3, "three\n"), 0, "%s", error);
	cr_assert_eq(look(), OUTBOX_GOOD);
	cr_assert_eq(seen.candidate, 3);
	cr_assert_str_eq(seen.previous, "");
	cr_assert_eq(release(5, "five\n"), 0, "%s", error);
	cr_assert_eq(release(6, "five\n"), 0, "%s", error);
	cr_assert_eq(look(), OUTBOX_GOOD);
	cr_assert_eq(seen.candidate, 6);
	cr_assert_str_eq(text_of("outbox/shop.zone"), "five\n");
	cr_assert_str_eq(text_of("outbox/shop.manifest"),
	    text_of("manifests/shop/6.json"));
	CHAIN("released", 3, 5, 6);
	cr_assert_eq(stat(path_of("outbox/shop.zone"), &status), 0);
	cr_assert_eq(status.st_mode & 07777, 0644);
	cr_assert_eq(stat(path_of("outbox"), &status), 0);
	cr_assert_eq(status.st_mode & 07777, 0755);
}

Test(outbox, releasing_again_changes_nothing)
{
	struct stat before;
	struct stat after;

	cr_assert_eq(release(3, "three\n"), 0);
	cr_assert_eq(stat(path_of("outbox/shop.zone"), &before), 0);
	reopen();
	cr_assert_eq(release(3, "three\n"), 0, "%s", error);
	cr_assert_eq(stat(path_of("outbox/shop.zone"), &after), 0);
	cr_assert_eq(before.st_ino, after.st_ino);
	CHAIN("again", 3);
}

Test(outbox, releasing_again_later_keeps_the_manifest_that_is_there)
{
	struct manifest manifest;
	char hash[2][65];
	int fd = candidate(3, "three\n", &manifest);

	cr_assert_eq(outbox_release(outbox, "shop", fd, &manifest, hash[0],
	                 error),
	    0);
	manifest.at += 100;
	cr_assert_eq(outbox_release(outbox, "shop", fd, &manifest, hash[1],
	                 error),
	    0);
	cr_assert_str_eq(hash[0], hash[1]);
	CHAIN("later", 3);
	close(fd);
}

Test(outbox, octets_that_were_not_judged_change_nothing)
{
	struct manifest manifest;
	char hash[65];
	int fd = candidate(4, "four\n", &manifest);

	cr_assert_eq(release(3, "three\n"), 0);
	manifest.sha256[0] ^= 1;
	cr_assert_eq(outbox_release(outbox, "shop", fd, &manifest, hash, error),
	    EBADMSG);
	manifest.sha256[0] ^= 1;
	manifest.bytes++;
	cr_assert_eq(outbox_release(outbox, "shop", fd, &manifest, hash, error),
	    EBADMSG);
	manifest.bytes -= 2;
	cr_assert_eq(outbox_release(outbox, "shop", fd, &manifest, hash, error),
	    EBADMSG);
	/* Not even when what is there is right. */
	close(fd);
	fd = candidate(3, "three\n", &manifest);
	write_text("candidate", "other\n");
	cr_assert_eq(outbox_release(outbox, "shop", fd, &manifest, hash, error),
	    EBADMSG);
	close(fd);
	cr_assert_eq(look(), OUTBOX_GOOD);
	cr_assert_eq(seen.candidate, 3);
	cr_assert_str_eq(text_of("outbox/shop.zone"), "three\n");
	CHAIN("refused", 3);
}

Test(outbox, an_id_is_released_once_and_never_after_a_newer_one)
{
	cr_assert_eq(release(5, "five\n"), 0);
	cr_assert_eq(release(5, "other\n"), EEXIST);
	cr_assert_eq(release(4, "four\n"), EEXIST);
	cr_assert_eq(release(6, "six\n"), 0);
	cr_assert_eq(release(5, "five\n"), EEXIST);
	reopen();
	cr_assert_eq(release(5, "five\n"), EEXIST);
	cr_assert_str_eq(text_of("outbox/shop.zone"), "six\n");
	CHAIN("refused", 5, 6);
}

Test(outbox, names_that_no_file_can_have_are_refused)
{
	struct manifest manifest;
	char hash[65];
	char name[300];
	int fd = candidate(3, "three\n", &manifest);

	memset(name, 'n', sizeof(name));
	name[250] = '\0';
	cr_assert_eq(outbox_release(outbox, name, fd, &manifest, hash, error),
	    ENAMETOOLONG);
	cr_assert_eq(outbox_release(outbox, "", fd, &manifest, hash, error),
	    EINVAL);
	cr_assert_eq(outbox_release(outbox, "../x", fd, &manifest, hash, error),
	    EINVAL);
	cr_assert_eq(outbox_release(outbox, "a/b", fd, &manifest, hash, error),
	    EINVAL);
	close(fd);
}

Test(outbox, says_where_a_zone_is)
{
	char expected[OUTBOX_PATH];
	char path[OUTBOX_PATH];

	snprintf(expected, sizeof(expected), "%s/outbox/shop.zone", place);
	cr_assert_str_eq(outbox_path(outbox, "shop", path), expected);
}

/* ---- damage ---- */

Test(outbox, a_changed_zone_is_seen_and_healed)
{
	cr_assert_eq(release(3, "three\n"), 0);
	write_text("outbox/shop.zone", "throe\n");
	cr_assert_eq(look(), OUTBOX_OTHER);
	cr_assert_eq(seen.candidate, 3);
	cr_assert_eq(release(3, "three\n"), 0);
	cr_assert_eq(look(), OUTBOX_GOOD);
	CHAIN("healed", 3);
}

Test(outbox, a_zone_that_is_gone_or_no_file_is_seen_and_healed)
{
	cr_assert_eq(release(3, "three\n"), 0);
	cr_assert_eq(unlink(path_of("outbox/shop.zone")), 0);
	cr_assert_eq(look(), OUTBOX_OTHER);
	cr_assert_eq(symlink("/etc/hostname", path_of("outbox/shop.zone")), 0);
	cr_assert_eq(look(), OUTBOX_OTHER);
	cr_assert_eq(release(3, "three\n"), 0, "%s", error);
	cr_assert_eq(look(), OUTBOX_GOOD);
}

Test(outbox, a_missing_manifest_is_seen_and_healed_from_the_archive)
{
	cr_assert_eq(release(2, "two\n"), 0);
	cr_assert_eq(release(3, "three\n"), 0);
	cr_assert_eq(unlink(path_of("outbox/shop.manifest")), 0);
	cr_assert_eq(look(), OUTBOX_UNMARKED);
	cr_assert_eq(release(3, "three\n"), 0);
	cr_assert_eq(look(), OUTBOX_GOOD);
	CHAIN("same", 2, 3);
	cr_assert_eq(unlink(path_of("outbox/shop.manifest")), 0);
	cr_assert_eq(release(4, "four\n"), 0);
	CHAIN("next", 2, 3, 4);
}

Test(outbox, an_older_release_put_back_does_not_fork_the_chain)
{
	cr_assert_eq(release(2, "two\n"), 0);
	char *older = strdup(text_of("outbox/shop.manifest"));

	cr_assert_eq(release(3, "three\n"), 0);
	write_text("outbox/shop.manifest", older);
	write_text("outbox/shop.zone", "two\n");
	cr_assert_eq(look(), OUTBOX_GOOD);
	cr_assert_eq(seen.candidate, 2);
	cr_assert_eq(release(4, "four\n"), 0, "%s", error);
	CHAIN("forward", 2, 3, 4);
	free(older);
}

Test(outbox, another_zone_s_release_does_not_pass_for_ours)
{
	struct manifest manifest;
	char hash[65];
	int fd = candidate(2, "two\n", &manifest);

	snprintf(manifest.zone, sizeof(manifest.zone), "other.");
	cr_assert_eq(outbox_release(outbox, "other", fd, &manifest, hash,
	                 error),
	    0);
	close(fd);
	cr_assert_eq(release(3, "three\n"), 0);
	write_text("outbox/shop.zone", text_of("outbox/other.zone"));
	write_text("outbox/shop.manifest", text_of("outbox/other.manifest"));
	cr_assert_eq(look(), OUTBOX_UNMARKED);
	cr_assert_eq(release(3, "three\n"), 0);
	cr_assert_eq(look(), OUTBOX_GOOD);
	CHAIN("healed", 3);
}

Test(outbox, hostile_manifests_do_no_harm)
{
	static const char *const texts[] = {
	    "", "{}", "[[[[[[[[", "{\"payload\":\"\"}"};

	cr_assert_eq(release(3, "three\n"), 0);
	for (size_t i = 0; i < 4; i++) {
		write_text("outbox/shop.manifest", texts[i]);
		cr_assert_eq(look(), OUTBOX_UNMARKED);
		cr_assert_eq(release(4 + (int64_t)i, "more\n"), 0);
	}
	cr_assert_eq(unlink(path_of("outbox/shop.manifest")), 0);
	cr_assert_eq(mkfifo(path_of("outbox/shop.manifest"), 0600), 0);
	cr_assert_eq(look(), OUTBOX_UNMARKED);
	cr_assert_eq(truncate(path_of("outbox/shop.zone"), 1 << 20), 0);
	cr_assert_eq(unlink(path_of("outbox/shop.manifest")), 0);
	write_text("outbox/shop.manifest", "");
	cr_assert_eq(truncate(path_of("outbox/shop.manifest"), (off_t)1 << 40),
	    0);
	cr_assert_eq(look(), OUTBOX_UNMARKED);
	cr_assert_eq(release(8, "eight\n"), 0);
	CHAIN("after all", 3, 4, 5, 6, 7, 8);
}

Test(outbox, a_new_key_goes_on_with_the_chain)
{
	cr_assert_eq(release(3, "three\n"), 0);
	struct walked before = walk();

	cr_assert_eq(rename(path_of("keys/manifest.pub"),
	                 path_of("keys/was.pub")),
	    0);
	cr_assert_eq(unlink(path_of("keys/manifest.key")), 0);
	manifest_key_free(key);
	key = manifest_key_open(place, true, error);
	cr_assert_not_null(key);
	reopen();
	cr_assert_eq(look(), OUTBOX_UNMARKED);
	cr_assert_eq(release(4, "four\n"), 0);
	cr_assert_eq(look(), OUTBOX_GOOD);
	cr_assert_str_eq(seen.previous, before.last);
	cr_assert_eq(walk().bad, 1);
	cr_assert_eq(rename(path_of("keys/was.pub"),
	                 path_of("keys/former.pub")),
	    0);
	manifest_key_free(key);
	key = manifest_key_open(place, true, error);
	cr_assert_not_null(key, "%s", error);
	reopen();
	CHAIN("with the former key", 3, 4);
}

Test(outbox, breaks_of_the_chain_are_seen)
{
	for (int64_t id = 1; id <= 4; id++) {
		cr_assert_eq(release(id, "some\n"), 0);
	}
	char *first = strdup(text_of("manifests/shop/1.json"));
	char *two = strdup(text_of("manifests/shop/2.json"));

	write_text("manifests/shop/9.json", two);
	cr_assert_eq(walk().bad, 1);
	unlink(path_of("manifests/shop/9.json"));
	write_text("manifests/shop/2.json", first);
	cr_assert_eq(walk().bad, 2);
	unlink(path_of("manifests/shop/2.json"));
	cr_assert_eq(walk().bad, 1);
	write_text("manifests/shop/2.json", two);
	cr_assert_eq(walk().bad, 0);
	unlink(path_of("manifests/shop/1.json"));
	cr_assert_eq(walk().bad, 1);
	write_text("manifests/shop/01.json", "no id");
	write_text("manifests/shop/x.json", "no id");
	write_text("manifests/shop/1.json", first);
	cr_assert_eq(walk().bad, 0);
	free(first);
	free(two);
}

Test(outbox, leftovers_are_removed)
{
	write_text("outbox/.zonegate-new-1-1", "half a zo");
	cr_assert_eq(release(3, "three\n"), 0);
	write_text("manifests/shop/.zonegate-new-1-1", "half a ma");
	reopen();
	cr_assert_eq(access(path_of("outbox/.zonegate-new-1-1"), F_OK), -1);
	cr_assert_eq(release(4, "four\n"), 0);
	cr_assert_eq(access(path_of("manifests/shop/.zonegate-new-1-1"), F_OK),
	    -1);
}

/* ---- every way to fail, at every call ---- */

static char old_text[400000];
static char new_text[400000];

/* Zones of more than one buffer, of the same size. */
static void
fill_texts(void)
{
	memset(old_text, 'o', sizeof(old_text) - 1);
	memset(new_text, 'n', sizeof(new_text) - 1);
}

static bool
is_zone(const char *text)
{
	static char found[sizeof(old_text) + 1];
	int fd = open(path_of("outbox/shop.zone"), O_RDONLY | O_CLOEXEC);
	ssize_t got = read(fd, found, sizeof(found));

	close(fd);
	return got == (ssize_t)strlen(text) &&
	       memcmp(found, text, (size_t)got) == 0;
}

/* As the daemon would after a start: opens, and releases. */
static int64_t acted_id;

static int
act(void)
{
	outbox = outbox_open(place, key, error);
	if (outbox == NULL) {
		return 200;
	}
	int failed = release(acted_id, acted_id % 2 == 1 ? old_text : new_text);

	outbox_close(outbox);
	return failed;
}

static void
start_over(void)
{
	static const char *const files[] = {"outbox/shop.zone",
	    "outbox/shop.manifest", "manifests/shop/1.json",
	    "manifests/shop/2.json", "manifests/shop/3.json"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		unlink(path_of(files[i]));
	}
	reopen();
	cr_assert_eq(release(1, old_text), 0, "%s", error);
}

/* Candidate 2 is stopped; it is done again, or another comes first. */
static void
check_stopped(const char *fault, bool again)
{
	reopen();
	enum outbox_state state = look();

	cr_assert(state == OUTBOX_GOOD || state == OUTBOX_OTHER, "%s: %d",
	    fault, (int)state);
	cr_assert(is_zone(old_text) || is_zone(new_text), "%s", fault);
	bool marked = seen.candidate == 2;

	/* No manifest speaks of what never was in the outbox. */
	cr_assert(!marked || is_zone(new_text), "%s", fault);
	if (again) {
		cr_assert_eq(release(2, new_text), 0, "%s: %s", fault, error);
		cr_assert_eq(look(), OUTBOX_GOOD, "%s", fault);
		cr_assert_eq(seen.candidate, 2);
		cr_assert(is_zone(new_text), "%s", fault);
		CHAIN(fault, 1, 2);
	}
	cr_assert_eq(release(3, old_text), 0, "%s: %s", fault, error);
	cr_assert_eq(look(), OUTBOX_GOOD, "%s", fault);
	if (again || marked) {
		CHAIN(fault, 1, 2, 3);
	} else {
		CHAIN(fault, 1, 3);
	}
}

static void
campaign(const char *what, bool again)
{
	bool through = false;
	int n;

	fill_texts();
	acted_id = 2;
	for (n = 1; !through; n++) {
		char fault[64];

		cr_assert_lt(n, 200);
		start_over();
		snprintf(fault, sizeof(fault), "any:%d:%s", n, what);
		through = scratch_with_fault(fault, act) == 0;
		check_stopped(fault, again);
	}
	/* Four directories, three files: the faults did hit. */
	cr_assert_gt(n, 15, "%s: only %d calls", what, n);
}

static const char *const whats[] = {
    "kill", "torn", "enospc", "enospc-once", "eio", "eio-once", "erofs"};

Test(outbox, stopped_anywhere_it_is_done_again)
{
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		campaign(whats[i], true);
	}
}

Test(outbox, stopped_anywhere_another_comes_first)
{
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		campaign(whats[i], false);
	}
}

/* The very first release, and a second crash on the way of healing. */
Test(outbox, stopped_twice_it_is_still_done)
{
	fill_texts();
	acted_id = 2;
	for (int n = 1; n < 40; n++) {
		char fault[64];

		start_over();
		snprintf(fault, sizeof(fault), "any:%d:kill", n);
		scratch_with_fault(fault, act);
		for (int m = 1; m < 40; m += 3) {
			snprintf(fault, sizeof(fault), "any:%d:torn", m);
			if (scratch_with_fault(fault, act) == 0) {
				break;
			}
		}
		check_stopped(fault, true);
	}
}

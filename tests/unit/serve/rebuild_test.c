/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "serve/durable.h"
#include "serve/ledger.h"
#include "serve/outbox.h"
#include "serve/rebuild.h"

static char place[SCRATCH];
static struct manifest_key *key;
static char words[REBUILD_ERROR];

static void
set_up(void)
{
	char error[MANIFEST_ERROR];

	unsetenv("ZONEGATE_DISK_FAULT");
	scratch_make(place);
	key = manifest_key_open(place, true, error);
	cr_assert_not_null(key, "%s", error);
}

static void
tear_down(void)
{
	manifest_key_free(key);
	scratch_remove(place);
}

TestSuite(rebuild, .init = set_up, .fini = tear_down, .timeout = 300);

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

static void
release_by(const char *name, int64_t id, const char *decision)
{
	char error[OUTBOX_ERROR];
	char hash[65];
	struct manifest manifest = {
	    .candidate = id,
	    .has_serial = true,
	    .serial = (uint32_t)(2000 + id),
	    .at = 1795302000 + id,
	    .expiry = 1797894000,
	    .soa_expire = 604800,
	};
	struct outbox *outbox = outbox_open(place, key, error);
	uint64_t size;

	cr_assert_not_null(outbox, "%s", error);
	snprintf(manifest.zone, sizeof(manifest.zone), "%s.", name);
	snprintf(manifest.decision, sizeof(manifest.decision), "%s", decision);
	snprintf(manifest.released_by, sizeof(manifest.released_by), "%s",
	    strcmp(decision, "none") == 0 ? "observe" : "verdict");
	snprintf(hash, sizeof(hash), "%s %lld\n", name, (long long)id);
	write_text("candidate", hash);
	int fd = open(path_of("candidate"), O_RDONLY | O_CLOEXEC);

	cr_assert_eq(durable_hash_fd(fd, manifest.sha256, &size), 0);
	manifest.bytes = size;
	cr_assert_eq(outbox_release(outbox, name, fd, &manifest, hash, error),
	    0, "%s", error);
	close(fd);
	outbox_close(outbox);
}

static void
release(const char *name, int64_t id)
{
	release_by(name, id, "release");
}

static void
some_releases(void)
{
	release("shop", 3);
	release("other", 4);
	release("shop", 5);
	release("shop", 8);
}

static struct ledger *
open_it(void)
{
	struct ledger *ledger = NULL;
	char error[LEDGER_ERROR];

	cr_assert_eq(ledger_open(place, false, &ledger, error), LEDGER_OK, "%s",
	    error);
	return ledger;
}

static int
n_broken(void)
{
	DIR *list = opendir(place);
	const struct dirent *entry;
	int n = 0;

	while ((entry = readdir(list)) != NULL) {
		n += strncmp(entry->d_name, "ledger.sqlite.broken-", 21) == 0;
	}
	closedir(list);
	return n;
}

static void
assert_some_releases(void)
{
	struct ledger *ledger = open_it();
	struct candidate candidate;
	uint8_t sha256[32];

	cr_assert_eq(ledger_released(ledger, "shop.", &candidate), LEDGER_OK);
	cr_assert_eq(candidate.id, 8);
	cr_assert_eq(candidate.state, CANDIDATE_RELEASED);
	cr_assert_eq(candidate.serial, 2008);
	cr_assert_eq(candidate.released_at, 1795302008);
	cr_assert_eq(candidate.expiry, 1797894000);
	cr_assert_eq(candidate.soa_expire, 604800);
	cr_assert_eq(candidate.decision, DECISION_RELEASE);
	cr_assert(candidate.decided);
	cr_assert_eq(candidate.bytes, 7);
	cr_assert_str_eq(candidate.released_by, "verdict");
	cr_assert_eq(ledger_released(ledger, "other.", &candidate), LEDGER_OK);
	cr_assert_eq(candidate.id, 4);
	cr_assert_eq(ledger_get(ledger, 3, &candidate), LEDGER_OK);
	cr_assert_eq(candidate.state, CANDIDATE_REPLACED);
	cr_assert_eq(ledger_get(ledger, 5, &candidate), LEDGER_OK);
	cr_assert_eq(candidate.state, CANDIDATE_REPLACED);
	cr_assert(ledger_serial(ledger, "shop.", 2003, sha256));
	cr_assert_not(ledger_serial(ledger, "shop.", 2004, sha256));
	ledger_close(ledger);
}

/* ---- */

Test(rebuild, knows_releases_again_when_the_ledger_is_lost)
{
	some_releases();
	cr_assert(rebuild_is_wanted(place));
	cr_assert(rebuild_ledger(place, words), "%s", words);
	cr_assert_not(rebuild_is_wanted(place));
	assert_some_releases();
	cr_assert_eq(n_broken(), 0);
	cr_assert_eq(access(path_of("rebuild"), F_OK), -1);
}

Test(rebuild, moves_a_corrupt_ledger_aside_with_its_log)
{
	some_releases();
	write_text("ledger.sqlite", "no database, that is for sure");
	write_text("ledger.sqlite-wal", "no log");
	write_text("ledger.sqlite-shm", "no index");
	cr_assert_not(rebuild_is_wanted(place));
	cr_assert(rebuild_ledger(place, words), "%s", words);
	assert_some_releases();
	cr_assert_eq(n_broken(), 3);
	write_text("ledger.sqlite", "broken again within the same second");
	unlink(path_of("ledger.sqlite-wal"));
	unlink(path_of("ledger.sqlite-shm"));
	cr_assert(rebuild_ledger(place, words), "%s", words);
	assert_some_releases();
	cr_assert_eq(n_broken(), 4);
}

Test(rebuild, new_ids_are_above_all_that_were)
{
	struct candidate candidate = {.zone = "shop.",
	    .state = CANDIDATE_WAITING,
	    .via = "spool",
	    .actor = "signer"};

	some_releases();
	cr_assert_eq(mkdir(path_of("reports"), 0755), 0);
	write_text("reports/41.json", "{}");
	write_text("reports/x42.json", "{}");
	cr_assert(rebuild_ledger(place, words), "%s", words);
	struct ledger *ledger = open_it();

	cr_assert_eq(ledger_add(ledger, &candidate), LEDGER_OK);
	cr_assert_gt(candidate.id, 41);
	ledger_close(ledger);
}

Test(rebuild, an_empty_file_in_place_of_a_lost_ledger_is_seen)
{
	some_releases();
	write_text("ledger.sqlite", "");
	cr_assert(rebuild_is_wanted(place));
	cr_assert(rebuild_ledger(place, words), "%s", words);
	assert_some_releases();
}

Test(rebuild, nothing_is_wanted_where_nothing_was_released)
{
	char error[OUTBOX_ERROR];

	cr_assert_not(rebuild_is_wanted(place));
	cr_assert_not(rebuild_is_wanted("/none/such"));
	outbox_close(outbox_open(place, key, error));
	cr_assert_not(rebuild_is_wanted(place));
	cr_assert_eq(mkdir(path_of("manifests/shop"), 0755), 0);
	cr_assert_not(rebuild_is_wanted(place));
	cr_assert_eq(unlink(path_of("keys/manifest.key")), 0);
	write_text("ledger.sqlite", "broken before anything was released");
	cr_assert(rebuild_ledger(place, words), "%s", words);
	ledger_close(open_it());
	cr_assert_not(rebuild_ledger("/none/such", words));
}

Test(rebuild, without_the_key_nothing_is_taken_for_ours)
{
	some_releases();
	cr_assert_eq(unlink(path_of("keys/manifest.key")), 0);
	write_text("ledger.sqlite", "broken");
	cr_assert_not(rebuild_ledger(place, words));
	cr_assert_eq(access(path_of("keys/manifest.key"), F_OK), -1);
	cr_assert_eq(n_broken(), 0);
}

Test(rebuild, what_reached_only_the_outbox_counts)
{
	struct candidate candidate;

	some_releases();
	cr_assert_eq(unlink(path_of("manifests/shop/8.json")), 0);
	cr_assert(rebuild_ledger(place, words), "%s", words);
	assert_some_releases();
	struct ledger *ledger = open_it();

	cr_assert_eq(ledger_get(ledger, 8, &candidate), LEDGER_OK);
	ledger_close(ledger);
}

Test(rebuild, manifests_that_are_not_ours_count_for_nothing)
{
	struct candidate candidate;

	some_releases();
	cr_assert_eq(link(path_of("manifests/shop/5.json"),
	                 path_of("manifests/shop/70.json")),
	    0);
	write_text("manifests/shop/71.json", "{}");
	write_text("manifests/README", "not a directory");
	cr_assert(rebuild_ledger(place, words), "%s", words);
	assert_some_releases();
	struct ledger *ledger = open_it();

	cr_assert_eq(ledger_get(ledger, 70, &candidate), LEDGER_NOT_FOUND);
	candidate = (struct candidate){.zone = "shop.",
	    .state = CANDIDATE_WAITING,
	    .via = "spool",
	    .actor = "signer"};
	cr_assert_eq(ledger_add(ledger, &candidate), LEDGER_OK);
	cr_assert_gt(candidate.id, 71);
	ledger_close(ledger);
}

Test(rebuild, observed_releases_stay_observed)
{
	struct candidate candidate;

	release_by("shop", 1, "none");
	release_by("shop", 2, "none");
	cr_assert(rebuild_ledger(place, words), "%s", words);
	struct ledger *ledger = open_it();

	cr_assert_eq(ledger_released(ledger, "shop.", &candidate), LEDGER_OK);
	cr_assert_eq(candidate.id, 2);
	cr_assert_eq(candidate.state, CANDIDATE_OBSERVED);
	cr_assert_not(candidate.decided);
	cr_assert_eq(candidate.released_at, 1795302002);
	ledger_close(ledger);
}

Test(rebuild, facts_are_kept)
{
	some_releases();
	cr_assert(rebuild_ledger(place, words), "%s", words);
	struct ledger *ledger = open_it();
	char *newest = ledger_fact(ledger, "", "newest_time");
	char *good = ledger_fact(ledger, "other.", "last_good_at");

	cr_assert_str_eq(newest, "1795302008");
	cr_assert_str_eq(good, "1795302004");
	free(newest);
	free(good);
	ledger_close(ledger);
}

/* More than a batch. */
Test(rebuild, long_chains_are_gone_through)
{
	struct candidate candidate;
	struct candidate *rows = NULL;
	size_t n = 0;

	for (int64_t id = 1; id <= 150; id++) {
		release("shop", id);
	}
	cr_assert(rebuild_ledger(place, words), "%s", words);
	struct ledger *ledger = open_it();
	struct ledger_filter filter = {
	    .zone = "shop.", .states = 1U << CANDIDATE_REPLACED};

	cr_assert_eq(ledger_list(ledger, &filter, &rows, &n), LEDGER_OK);
	cr_assert_eq(n, 149);
	free(rows);
	cr_assert_eq(ledger_released(ledger, "shop.", &candidate), LEDGER_OK);
	cr_assert_eq(candidate.id, 150);
	ledger_close(ledger);
}

/* ---- stopped ---- */

static int
act(void)
{
	return rebuild_ledger(place, words) ? 0 : 1;
}

/* True if there is the broken one, or none and it is known that one is
 * wanted: never an empty or a half one. */
static bool
is_broken_or_wanted(void)
{
	struct ledger *ledger = NULL;
	char error[LEDGER_ERROR];

	if (rebuild_is_wanted(place)) {
		return true;
	}
	enum ledger_end end = ledger_open(place, false, &ledger, error);

	ledger_close(ledger);
	return end == LEDGER_CORRUPT;
}

/* True if the fault did not show: it is done, or was never to be. */
static bool
stop_at(int n, const char *what)
{
	char fault[64];

	unlink(path_of("ledger.sqlite-wal"));
	unlink(path_of("ledger.sqlite-shm"));
	write_text("ledger.sqlite", "this one is broken");
	snprintf(fault, sizeof(fault), "any:%d:%s", n, what);
	bool through = scratch_with_fault(fault, act) == 0;

	if (is_broken_or_wanted()) {
		cr_assert_not(through, "%s", fault);
		cr_assert(rebuild_ledger(place, words), "%s: %s", fault, words);
	}
	assert_some_releases();
	return through;
}

Test(rebuild, stopped_anywhere_it_is_done_again)
{
	int n = 1;

	some_releases();
	while (!stop_at(n, "kill")) {
		n++;
		cr_assert_lt(n, 3000);
	}
	cr_assert_gt(n, 30);
	for (int i = 1; i < n; i += 3) {
		stop_at(i, "torn");
		stop_at(i + 1, "enospc");
		stop_at(i + 2, "eio-once");
	}
}

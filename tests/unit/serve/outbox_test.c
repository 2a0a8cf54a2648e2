/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outbox_scratch.h"

TestSuite(outbox, .init = outbox_scratch_make, .fini = outbox_scratch_remove,
    .timeout = 300);

/* ---- without faults ---- */

Test(outbox, is_empty_at_first)
{
	cr_assert_eq(box_look(), OUTBOX_EMPTY);
}

Test(outbox, releases_one_after_another)
{
	struct stat status;

	umask(077);
	cr_assert_eq(box_release(3, "three\n"), 0, "%s", box_error);
	cr_assert_eq(box_look(), OUTBOX_GOOD);
	cr_assert_eq(box_seen.candidate, 3);
	cr_assert_str_eq(box_seen.previous, "");
	cr_assert_eq(box_release(5, "five\n"), 0, "%s", box_error);
	cr_assert_eq(box_release(6, "five\n"), 0, "%s", box_error);
	cr_assert_eq(box_look(), OUTBOX_GOOD);
	cr_assert_eq(box_seen.candidate, 6);
	cr_assert_str_eq(box_text("outbox/shop.zone"), "five\n");
	cr_assert_str_eq(box_text("outbox/shop.manifest"),
	    box_text("manifests/shop/6.json"));
	CHAIN("released", 3, 5, 6);
	cr_assert_eq(stat(box_path("outbox/shop.zone"), &status), 0);
	cr_assert_eq(status.st_mode & 07777, 0644);
	cr_assert_eq(stat(box_path("outbox"), &status), 0);
	cr_assert_eq(status.st_mode & 07777, 0755);
}

Test(outbox, releasing_again_changes_nothing)
{
	struct stat before;
	struct stat after;

	cr_assert_eq(box_release(3, "three\n"), 0);
	cr_assert_eq(stat(box_path("outbox/shop.zone"), &before), 0);
	box_reopen();
	cr_assert_eq(box_release(3, "three\n"), 0, "%s", box_error);
	cr_assert_eq(stat(box_path("outbox/shop.zone"), &after), 0);
	cr_assert_eq(before.st_ino, after.st_ino);
	CHAIN("again", 3);
}

Test(outbox, releasing_again_later_keeps_the_manifest_that_is_there)
{
	struct manifest manifest;
	char hash[2][65];
	int fd = box_candidate(3, "three\n", &manifest);

	cr_assert_eq(outbox_release(box, "shop", fd, &manifest, hash[0],
	                 box_error),
	    0);
	manifest.at += 100;
	cr_assert_eq(outbox_release(box, "shop", fd, &manifest, hash[1],
	                 box_error),
	    0);
	cr_assert_str_eq(hash[0], hash[1]);
	CHAIN("later", 3);
	close(fd);
}

Test(outbox, octets_that_were_not_judged_change_nothing)
{
	struct manifest manifest;
	char hash[65];
	int fd = box_candidate(4, "four\n", &manifest);

	cr_assert_eq(box_release(3, "three\n"), 0);
	manifest.sha256[0] ^= 1;
	cr_assert_eq(outbox_release(box, "shop", fd, &manifest, hash,
	                 box_error),
	    EBADMSG);
	manifest.sha256[0] ^= 1;
	manifest.bytes++;
	cr_assert_eq(outbox_release(box, "shop", fd, &manifest, hash,
	                 box_error),
	    EBADMSG);
	manifest.bytes -= 2;
	cr_assert_eq(outbox_release(box, "shop", fd, &manifest, hash,
	                 box_error),
	    EBADMSG);
	/* Not even when what is there is right. */
	close(fd);
	fd = box_candidate(3, "three\n", &manifest);
	box_write("candidate", "other\n");
	cr_assert_eq(outbox_release(box, "shop", fd, &manifest, hash,
	                 box_error),
	    EBADMSG);
	close(fd);
	cr_assert_eq(box_look(), OUTBOX_GOOD);
	cr_assert_eq(box_seen.candidate, 3);
	cr_assert_str_eq(box_text("outbox/shop.zone"), "three\n");
	CHAIN("refused", 3);
}

Test(outbox, an_id_is_released_once_and_never_after_a_newer_one)
{
	cr_assert_eq(box_release(5, "five\n"), 0);
	cr_assert_eq(box_release(5, "other\n"), EEXIST);
	cr_assert_eq(box_release(4, "four\n"), EEXIST);
	cr_assert_eq(box_release(6, "six\n"), 0);
	cr_assert_eq(box_release(5, "five\n"), EEXIST);
	box_reopen();
	cr_assert_eq(box_release(5, "five\n"), EEXIST);
	cr_assert_str_eq(box_text("outbox/shop.zone"), "six\n");
	CHAIN("refused", 5, 6);
}

Test(outbox, names_that_no_file_can_have_are_refused)
{
	struct manifest manifest;
	char hash[65];
	char name[300];
	int fd = box_candidate(3, "three\n", &manifest);

	memset(name, 'n', sizeof(name));
	name[250] = '\0';
	cr_assert_eq(outbox_release(box, name, fd, &manifest, hash, box_error),
	    ENAMETOOLONG);
	cr_assert_eq(outbox_release(box, "", fd, &manifest, hash, box_error),
	    EINVAL);
	cr_assert_eq(outbox_release(box, "../x", fd, &manifest, hash,
	                 box_error),
	    EINVAL);
	cr_assert_eq(outbox_release(box, "a/b", fd, &manifest, hash, box_error),
	    EINVAL);
	close(fd);
}

Test(outbox, says_where_a_zone_is)
{
	char expected[OUTBOX_PATH];
	char path[OUTBOX_PATH];

	snprintf(expected, sizeof(expected), "%s/outbox/shop.zone", box_place);
	cr_assert_str_eq(outbox_path(box, "shop", path), expected);
}

/* ---- damage ---- */

Test(outbox, a_changed_zone_is_seen_and_healed)
{
	cr_assert_eq(box_release(3, "three\n"), 0);
	box_write("outbox/shop.zone", "throe\n");
	cr_assert_eq(box_look(), OUTBOX_OTHER);
	cr_assert_eq(box_seen.candidate, 3);
	cr_assert_eq(box_release(3, "three\n"), 0);
	cr_assert_eq(box_look(), OUTBOX_GOOD);
	CHAIN("healed", 3);
}

Test(outbox, a_zone_that_is_gone_or_no_file_is_seen_and_healed)
{
	cr_assert_eq(box_release(3, "three\n"), 0);
	cr_assert_eq(unlink(box_path("outbox/shop.zone")), 0);
	cr_assert_eq(box_look(), OUTBOX_OTHER);
	cr_assert_eq(symlink("/etc/hostname", box_path("outbox/shop.zone")), 0);
	cr_assert_eq(box_look(), OUTBOX_OTHER);
	cr_assert_eq(box_release(3, "three\n"), 0, "%s", box_error);
	cr_assert_eq(box_look(), OUTBOX_GOOD);
}

Test(outbox, a_missing_manifest_is_seen_and_healed_from_the_archive)
{
	cr_assert_eq(box_release(2, "two\n"), 0);
	cr_assert_eq(box_release(3, "three\n"), 0);
	cr_assert_eq(unlink(box_path("outbox/shop.manifest")), 0);
	cr_assert_eq(box_look(), OUTBOX_UNMARKED);
	cr_assert_eq(box_release(3, "three\n"), 0);
	cr_assert_eq(box_look(), OUTBOX_GOOD);
	CHAIN("same", 2, 3);
	cr_assert_eq(unlink(box_path("outbox/shop.manifest")), 0);
	cr_assert_eq(box_release(4, "four\n"), 0);
	CHAIN("next", 2, 3, 4);
}

Test(outbox, an_older_release_put_back_does_not_fork_the_chain)
{
	cr_assert_eq(box_release(2, "two\n"), 0);
	char *older = strdup(box_text("outbox/shop.manifest"));

	cr_assert_eq(box_release(3, "three\n"), 0);
	box_write("outbox/shop.manifest", older);
	box_write("outbox/shop.zone", "two\n");
	cr_assert_eq(box_look(), OUTBOX_GOOD);
	cr_assert_eq(box_seen.candidate, 2);
	cr_assert_eq(box_release(4, "four\n"), 0, "%s", box_error);
	CHAIN("forward", 2, 3, 4);
	free(older);
}

Test(outbox, another_zone_s_release_does_not_pass_for_ours)
{
	struct manifest manifest;
	char hash[65];
	int fd = box_candidate(2, "two\n", &manifest);

	snprintf(manifest.zone, sizeof(manifest.zone), "other.");
	cr_assert_eq(outbox_release(box, "other", fd, &manifest, hash,
	                 box_error),
	    0);
	close(fd);
	cr_assert_eq(box_release(3, "three\n"), 0);
	box_write("outbox/shop.zone", box_text("outbox/other.zone"));
	box_write("outbox/shop.manifest", box_text("outbox/other.manifest"));
	cr_assert_eq(box_look(), OUTBOX_UNMARKED);
	cr_assert_eq(box_release(3, "three\n"), 0);
	cr_assert_eq(box_look(), OUTBOX_GOOD);
	CHAIN("healed", 3);
}

Test(outbox, hostile_manifests_do_no_harm)
{
	static const char *const texts[] = {
	    "", "{}", "[[[[[[[[", "{\"payload\":\"\"}"};

	cr_assert_eq(box_release(3, "three\n"), 0);
	for (size_t i = 0; i < 4; i++) {
		box_write("outbox/shop.manifest", texts[i]);
		cr_assert_eq(box_look(), OUTBOX_UNMARKED);
		cr_assert_eq(box_release(4 + (int64_t)i, "more\n"), 0);
	}
	cr_assert_eq(unlink(box_path("outbox/shop.manifest")), 0);
	cr_assert_eq(mkfifo(box_path("outbox/shop.manifest"), 0600), 0);
	cr_assert_eq(box_look(), OUTBOX_UNMARKED);
	cr_assert_eq(truncate(box_path("outbox/shop.zone"), 1 << 20), 0);
	cr_assert_eq(unlink(box_path("outbox/shop.manifest")), 0);
	box_write("outbox/shop.manifest", "");
	cr_assert_eq(truncate(box_path("outbox/shop.manifest"), (off_t)1 << 40),
	    0);
	cr_assert_eq(box_look(), OUTBOX_UNMARKED);
	cr_assert_eq(box_release(8, "eight\n"), 0);
	CHAIN("after all", 3, 4, 5, 6, 7, 8);
}

Test(outbox, a_new_key_goes_on_with_the_chain)
{
	cr_assert_eq(box_release(3, "three\n"), 0);
	struct walked before = box_walk();

	cr_assert_eq(rename(box_path("keys/manifest.pub"),
	                 box_path("keys/was.pub")),
	    0);
	cr_assert_eq(unlink(box_path("keys/manifest.key")), 0);
	manifest_key_free(box_key);
	box_key = manifest_key_open(box_place, true, box_error);
	cr_assert_not_null(box_key);
	box_reopen();
	cr_assert_eq(box_look(), OUTBOX_UNMARKED);
	cr_assert_eq(box_release(4, "four\n"), 0);
	cr_assert_eq(box_look(), OUTBOX_GOOD);
	cr_assert_str_eq(box_seen.previous, before.last);
	cr_assert_eq(box_walk().bad, 1);
	cr_assert_eq(rename(box_path("keys/was.pub"),
	                 box_path("keys/former.pub")),
	    0);
	manifest_key_free(box_key);
	box_key = manifest_key_open(box_place, true, box_error);
	cr_assert_not_null(box_key, "%s", box_error);
	box_reopen();
	CHAIN("with the former key", 3, 4);
}

Test(outbox, breaks_of_the_chain_are_seen)
{
	for (int64_t id = 1; id <= 4; id++) {
		cr_assert_eq(box_release(id, "some\n"), 0);
	}
	char *first = strdup(box_text("manifests/shop/1.json"));
	char *two = strdup(box_text("manifests/shop/2.json"));

	box_write("manifests/shop/9.json", two);
	cr_assert_eq(box_walk().bad, 1);
	unlink(box_path("manifests/shop/9.json"));
	box_write("manifests/shop/2.json", first);
	cr_assert_eq(box_walk().bad, 2);
	unlink(box_path("manifests/shop/2.json"));
	cr_assert_eq(box_walk().bad, 1);
	box_write("manifests/shop/2.json", two);
	cr_assert_eq(box_walk().bad, 0);
	unlink(box_path("manifests/shop/1.json"));
	cr_assert_eq(box_walk().bad, 1);
	box_write("manifests/shop/01.json", "no id");
	box_write("manifests/shop/x.json", "no id");
	box_write("manifests/shop/1.json", first);
	cr_assert_eq(box_walk().bad, 0);
	free(first);
	free(two);
}

Test(outbox, leftovers_are_removed)
{
	box_write("outbox/.zonegate-new-1-1", "half a zo");
	cr_assert_eq(box_release(3, "three\n"), 0);
	box_write("manifests/shop/.zonegate-new-1-1", "half a ma");
	box_reopen();
	cr_assert_eq(access(box_path("outbox/.zonegate-new-1-1"), F_OK), -1);
	cr_assert_eq(box_release(4, "four\n"), 0);
	cr_assert_eq(access(box_path("manifests/shop/.zonegate-new-1-1"), F_OK),
	    -1);
}

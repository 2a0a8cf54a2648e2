/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "serve/durable.h"

static char place[SCRATCH];
static int directory = -1;

static void
set_up(void)
{
	scratch_make(place);
	directory = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert(directory >= 0);
	unsetenv("ZONEGATE_DISK_FAULT");
}

static void
tear_down(void)
{
	scratch_remove(place);
	close(directory);
}

TestSuite(durable, .init = set_up, .fini = tear_down, .timeout = 120);

/* What is in NAME, or "" if it is not there. */
static const char *
content(const char *name)
{
	static char text[65536];
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0) {
		close(fd);
	}
	text[got < 0 ? 0 : got] = '\0';
	return text;
}

static int
n_entries(void)
{
	DIR *list = opendir(place);
	int n = 0;

	cr_assert_not_null(list);
	while (readdir(list) != NULL) {
		n++;
	}
	closedir(list);
	return n - 2;
}

static int
write_text(const char *name, const char *text)
{
	return durable_write(directory, name, text, strlen(text));
}

static int
file_of(const char *text)
{
	char name[] = "/tmp/durable-from-XXXXXX";
	int fd = mkstemp(name);

	cr_assert(fd >= 0);
	unlink(name);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	return fd;
}

static int
act_write(void)
{
	return write_text("file", "the new text");
}

static int
act_copy(void)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	uint8_t sha256[32];
	uint64_t size;
	int error = durable_copy(from, directory, "file", (uint64_t)1 << 40,
	    sha256, &size);

	close(from);
	return error;
}

Test(durable, writes_and_replaces)
{
	struct stat status;

	umask(077);
	cr_assert_eq(write_text("file", "one"), 0);
	cr_assert_str_eq(content("file"), "one");
	cr_assert_eq(write_text("file", "and two"), 0);
	cr_assert_str_eq(content("file"), "and two");
	cr_assert_eq(fstatat(directory, "file", &status, 0), 0);
	cr_assert_eq(status.st_mode & 07777, 0644);
	cr_assert_eq(n_entries(), 1);
}

Test(durable, takes_a_mode_of_its_own)
{
	struct stat status;

	umask(0);
	cr_assert_eq(durable_write_mode(directory, "key", "x", 1, 0600), 0);
	cr_assert_eq(fstatat(directory, "key", &status, 0), 0);
	cr_assert_eq(status.st_mode & 07777, 0600);
}

Test(durable, replaces_a_link_and_not_what_it_points_to)
{
	cr_assert_eq(write_text("target", "mine"), 0);
	cr_assert_eq(symlinkat("target", directory, "file"), 0);
	cr_assert_eq(write_text("file", "new"), 0);
	cr_assert_str_eq(content("target"), "mine");
	cr_assert_str_eq(content("file"), "new");
}

Test(durable, takes_the_longest_name_and_refuses_a_longer_one)
{
	char name[257];

	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	cr_assert_eq(write_text(name, "text"), 0);
	cr_assert_str_eq(content(name), "text");
	name[255] = 'n';
	name[256] = '\0';
	cr_assert_eq(write_text(name, "text"), ENAMETOOLONG);
	cr_assert_eq(n_entries(), 1);
}

Test(durable, copies_from_the_beginning_and_hashes_what_it_wrote)
{
	int from = file_of("zone text\n");
	uint8_t sha256[32];
	uint8_t again[32];
	uint64_t size = 0;

	cr_assert_eq(durable_copy(from, directory, "file", 100, sha256, &size),
	    0);
	cr_assert_eq(size, 10);
	cr_assert_str_eq(content("file"), "zone text\n");
	cr_assert_eq(durable_hash(directory, "file", again, &size), 0);
	cr_assert_eq(size, 10);
	cr_assert_arr_eq(sha256, again, sizeof(sha256));
	/* printf 'zone text\n' | sha256sum */
	cr_assert_eq(sha256[0], 0x52);
	cr_assert_eq(sha256[31], 0x8e);
	cr_assert_eq(lseek(from, 0, SEEK_CUR), 10);
	close(from);
}

Test(durable, copies_no_more_than_most)
{
	int from = file_of("0123456789");
	uint8_t sha256[32];
	uint64_t size;

	cr_assert_eq(durable_copy(from, directory, "file", 9, sha256, &size),
	    EFBIG);
	cr_assert_eq(n_entries(), 0);
	cr_assert_eq(durable_copy(from, directory, "file", 10, sha256, &size),
	    0);
	close(from);
}

Test(durable, copies_exactly_or_not_at_all)
{
	int from = file_of("0123456789");
	uint8_t sha256[32];
	uint64_t size;

	cr_assert_eq(write_text("file", "old"), 0);
	cr_assert_eq(durable_hash_fd(from, sha256, &size), 0);
	cr_assert_eq(durable_copy_exactly(from, directory, "file", sha256, 9),
	    EBADMSG);
	cr_assert_eq(durable_copy_exactly(from, directory, "file", sha256, 11),
	    EBADMSG);
	sha256[31] ^= 1;
	cr_assert_eq(durable_copy_exactly(from, directory, "file", sha256, 10),
	    EBADMSG);
	cr_assert_str_eq(content("file"), "old");
	cr_assert_eq(n_entries(), 1);
	sha256[31] ^= 1;
	cr_assert_eq(durable_copy_exactly(from, directory, "file", sha256, 10),
	    0);
	cr_assert_str_eq(content("file"), "0123456789");
	close(from);
}

Test(durable, removes_what_is_there_and_what_is_not)
{
	cr_assert_eq(write_text("file", "one"), 0);
	cr_assert_eq(durable_remove(directory, "file"), 0);
	cr_assert_eq(n_entries(), 0);
	cr_assert_eq(durable_remove(directory, "file"), 0);
}

Test(durable, makes_a_directory_once)
{
	struct stat status;

	umask(077);
	cr_assert_eq(durable_mkdir(directory, "sub", 0755), 0);
	cr_assert_eq(durable_mkdir(directory, "sub", 0755), 0);
	cr_assert_eq(fstatat(directory, "sub", &status, 0), 0);
	cr_assert_eq(status.st_mode & 07777, 0755);
	cr_assert_eq(write_text("file", "one"), 0);
	cr_assert_eq(durable_mkdir(directory, "file", 0755), ENOTDIR);
	cr_assert_eq(durable_mkdir(directory, "a/b", 0755), ENOENT);
}

Test(durable, hashes_files_only)
{
	uint8_t sha256[32];
	uint64_t size;

	cr_assert_eq(mkfifoat(directory, "fifo", 0600), 0);
	cr_assert_eq(durable_hash(directory, "fifo", sha256, &size), EINVAL);
	cr_assert_eq(durable_hash(directory, ".", sha256, &size), EINVAL);
	cr_assert_eq(symlinkat("fifo", directory, "link"), 0);
	cr_assert_eq(durable_hash(directory, "link", sha256, &size), ELOOP);
	cr_assert_eq(durable_hash(directory, "none", sha256, &size), ENOENT);
}

Test(durable, cleans_up_leftovers_and_nothing_else)
{
	cr_assert_eq(write_text("file", "one"), 0);
	cr_assert_eq(scratch_with_fault("rename:1:kill", act_write), -1);
	cr_assert_eq(n_entries(), 2);
	cr_assert_eq(durable_clean(directory), 0);
	cr_assert_eq(n_entries(), 1);
	cr_assert_str_eq(content("file"), "one");
}

/* Each way to fail, at each call, until it runs through: the old file or the
 * new one, whole, and nothing else that counts. */
static void
campaign(int (*act)(void), const char *what, bool killed)
{
	bool through = false;

	for (int n = 1; !through; n++) {
		char fault[64];

		cr_assert_lt(n, 1000);
		cr_assert_eq(write_text("file", "the old text"), 0);
		snprintf(fault, sizeof(fault), "any:%d:%s", n, what);
		int status = scratch_with_fault(fault, act);

		through = status == 0;
		cr_assert(through || (status == -1) == killed, "%s: %d", fault,
		    status);
		cr_assert(!through || n > 4, "%s did nothing: %d", fault,
		    status);
		const char *now = content("file");

		if (strcmp(now, "the old text") != 0) {
			cr_assert_eq(scratch_with_fault("", act), 0);
			char *first = strdup(now);

			cr_assert_str_eq(first, content("file"));
			free(first);
		} else {
			cr_assert(!through, "%s: old after success", fault);
		}
		cr_assert_eq(durable_clean(directory), 0);
		cr_assert_eq(n_entries(), 1, "%s", fault);
	}
}

static const char *const whats[] = {
    "enospc", "eio", "erofs", "enospc-once", "eio-once", "kill", "torn"};

Test(durable, writes_whole_or_not_at_all_whatever_fails)
{
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		campaign(act_write, whats[i], i >= 5);
	}
}

static void
campaign_copy(const char *what)
{
	uint8_t whole[32];
	uint8_t found[32];
	uint64_t size;
	bool through = false;

	cr_assert_eq(act_copy(), 0);
	cr_assert_eq(durable_hash(directory, "file", whole, &size), 0);
	for (int n = 1; !through; n++) {
		char fault[64];

		cr_assert_lt(n, 1000);
		cr_assert_eq(write_text("file", "the old text"), 0);
		snprintf(fault, sizeof(fault), "any:%d:%s", n, what);
		through = scratch_with_fault(fault, act_copy) == 0;
		cr_assert_eq(durable_hash(directory, "file", found, &size), 0);
		if (memcmp(found, whole, sizeof(whole)) != 0) {
			cr_assert(!through);
			cr_assert_str_eq(content("file"), "the old text");
		}
	}
	cr_assert_eq(durable_clean(directory), 0);
	cr_assert_eq(n_entries(), 1);
}

Test(durable, copies_whole_or_not_at_all_whatever_fails)
{
	campaign_copy("torn");
	campaign_copy("enospc-once");
}

static int
ask_ten_writes(void)
{
	int failed = 0;

	for (int i = 0; i < 10; i++) {
		failed += durable_fault(DURABLE_WRITE) != 0;
		failed += 16 * (durable_fault(DURABLE_SYNC) != 0);
	}
	return failed;
}

Test(durable, faults_are_counted_by_call)
{
	cr_assert_eq(scratch_with_fault("write:10:eio", ask_ten_writes), 1);
	cr_assert_eq(scratch_with_fault("write:3:eio", ask_ten_writes), 8);
	cr_assert_eq(scratch_with_fault("write:3:enospc-once", ask_ten_writes),
	    1);
	cr_assert_eq(scratch_with_fault("sync:10:erofs", ask_ten_writes), 16);
	cr_assert_eq(scratch_with_fault("write:11:kill", ask_ten_writes), 0);
	cr_assert_eq(scratch_with_fault("any:20:kill", ask_ten_writes), -1);
	cr_assert_eq(scratch_with_fault("any:21:kill", ask_ten_writes), 0);
	cr_assert_eq(scratch_with_fault("rename:1:kill", ask_ten_writes), 0);
}

Test(durable, a_fault_that_is_none_is_said)
{
	static const char *const texts[] = {"write", "write:1", "write:0:eio",
	    "write:x:eio", "writ:1:eio", "write:1:eioo", "write:1:eio:", ":::"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_assert_eq(scratch_with_fault(texts[i], ask_ten_writes), 3,
		    "%s", texts[i]);
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/upload.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct http_limits limits = {
    .upload_bytes_max = 1000,
    .upload_total_max = 2500,
};

static char folder[] = "/tmp/zonegate-upload-XXXXXX";
static struct uploads *uploads;

static void
set_up(void)
{
	cr_assert_not_null(mkdtemp(folder));
	uploads = uploads_new(folder, &limits);
	cr_assert_not_null(uploads);
}

/* How many files there are; removes them if asked to. */
static unsigned
files(bool removed)
{
	DIR *open = opendir(folder);
	unsigned n = 0;

	for (struct dirent *entry = readdir(open); entry != NULL;
	     entry = readdir(open)) {
		if (entry->d_name[0] != '.') {
			n++;
			if (removed) {
				unlinkat(dirfd(open), entry->d_name, 0);
			}
		}
	}
	closedir(open);
	return n;
}

static void
tear_down(void)
{
	files(true);
	rmdir(folder);
}

TestSuite(upload, .init = set_up, .fini = tear_down);

static struct upload *
begin(const char *zone, uint64_t size)
{
	static const struct digest no_digest;
	struct upload *upload = NULL;

	cr_assert_eq(upload_begin(uploads, zone, size, &no_digest, &upload),
	    UPLOAD_GOOD);
	return upload;
}

static enum upload_end
try(const char *zone, uint64_t size)
{
	static const struct digest no_digest;
	struct upload *upload = NULL;
	enum upload_end end =
	    upload_begin(uploads, zone, size, &no_digest, &upload);

	upload_drop(upload);
	return end;
}

Test(upload, what_arrives_whole_stays_until_it_is_dropped)
{
	struct upload *upload = begin("a.", 8);
	struct stat about;
	char text[9] = "";

	cr_assert_eq(upload_add(upload, "zone", 4), UPLOAD_GOOD);
	cr_assert_eq(upload_add(upload, "file", 4), UPLOAD_GOOD);
	cr_assert_eq(upload_finish(upload), UPLOAD_GOOD);
	int fd = openat(uploads_fd(uploads), upload_name(upload), O_RDONLY);

	cr_assert_eq(read(fd, text, 8), 8);
	cr_assert_str_eq(text, "zonefile");
	cr_assert_eq(fstat(fd, &about), 0);
	cr_assert_eq(about.st_mode & 0777, 0600);
	close(fd);
	upload_drop(upload);
	cr_assert_eq(files(false), 0);
}

Test(upload, what_breaks_off_leaves_no_file)
{
	struct upload *upload = begin("a.", 8);

	cr_assert_eq(upload_add(upload, "zone", 4), UPLOAD_GOOD);
	cr_assert_eq(files(false), 1);
	upload_drop(upload);
	cr_assert_eq(files(false), 0);
	upload_drop(NULL);
}

Test(upload, what_has_been_renamed_stays)
{
	struct upload *upload = begin("a.", 4);

	cr_assert_eq(upload_add(upload, "zone", 4), UPLOAD_GOOD);
	cr_assert_eq(upload_finish(upload), UPLOAD_GOOD);
	cr_assert_eq(renameat(uploads_fd(uploads), upload_name(upload),
	                 uploads_fd(uploads), "taken"),
	    0);
	upload_drop(upload);
	cr_assert_eq(files(false), 1);
}

Test(upload, one_has_a_largest_size)
{
	char octets[600] = {0};

	cr_assert_eq(try("a.", 1001), UPLOAD_TOO_LARGE);
	cr_assert_eq(try("a.", UINT64_MAX), UPLOAD_TOO_LARGE);
	cr_assert_eq(try("a.", 1000), UPLOAD_GOOD);
	struct upload *upload = begin("a.", 0);

	cr_assert_eq(upload_add(upload, octets, 600), UPLOAD_GOOD);
	cr_assert_eq(upload_add(upload, octets, 401), UPLOAD_TOO_LARGE);
	cr_assert_eq(upload_add(upload, octets, 400), UPLOAD_GOOD);
	cr_assert_eq(upload_add(upload, octets, 1), UPLOAD_TOO_LARGE);
	upload_drop(upload);
}

Test(upload, all_together_have_one_too)
{
	char octets[600] = {0};
	struct upload *first = begin("a.", 1000), *second = begin("b.", 1000);

	cr_assert_eq(try("c.", 501), UPLOAD_BUSY);
	cr_assert_eq(try("c.", 500), UPLOAD_GOOD);
	struct upload *third = begin("c.", 0);

	cr_assert_eq(upload_add(third, octets, 500), UPLOAD_GOOD);
	cr_assert_eq(upload_add(third, octets, 1), UPLOAD_BUSY);
	upload_drop(first);
	cr_assert_eq(upload_add(third, octets, 1), UPLOAD_GOOD);
	upload_drop(second);
	upload_drop(third);
	first = begin("a.", 1000);
	second = begin("b.", 1000);
	cr_assert_eq(try("c.", 500), UPLOAD_GOOD, "all of it came back");
	upload_drop(first);
	upload_drop(second);
}

Test(upload, a_zone_has_so_many_and_no_more)
{
	struct upload *open[UPLOADS_PER_ZONE];

	for (size_t i = 0; i < UPLOADS_PER_ZONE; i++) {
		open[i] = begin("a.", 1);
	}
	cr_assert_eq(try("a.", 1), UPLOAD_BUSY);
	cr_assert_eq(try("b.", 1), UPLOAD_GOOD);
	upload_drop(open[0]);
	cr_assert_eq(try("a.", 1), UPLOAD_GOOD);
	for (size_t i = 1; i < UPLOADS_PER_ZONE; i++) {
		upload_drop(open[i]);
	}
}

Test(upload, nothing_is_no_candidate)
{
	struct upload *upload = begin("a.", 0);

	cr_assert_eq(upload_finish(upload), UPLOAD_EMPTY);
	upload_drop(upload);
}

Test(upload, a_digest_that_differs_is_said_so)
{
	/* SHA-256 of "abc". */
	static const char good[] =
	    "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";

	for (int round = 0; round < 2; round++) {
		struct digest digest;
		struct upload *upload = NULL;

		cr_assert(digest_read(good, &digest));
		cr_assert(digest_begin(&digest));
		cr_assert_eq(upload_begin(uploads, "a.", 3, &digest, &upload),
		    UPLOAD_GOOD);
		cr_assert_eq(upload_add(upload, "a", 1), UPLOAD_GOOD);
		cr_assert_eq(upload_add(upload, round == 0 ? "bc" : "bd", 2),
		    UPLOAD_GOOD);
		cr_assert_eq(upload_finish(upload),
		    round == 0 ? UPLOAD_GOOD : UPLOAD_DIFFERS);
		upload_drop(upload);
	}
}

Test(upload, leftovers_are_removed_at_start)
{
	int fd =
	    openat(uploads_fd(uploads), "left.part", O_CREAT | O_WRONLY, 0600);

	close(fd);
	fd = openat(uploads_fd(uploads), "other", O_CREAT | O_WRONLY, 0600);
	close(fd);
	cr_assert_not_null(uploads_new(folder, &limits));
	cr_assert_eq(files(false), 1);
	cr_assert_null(uploads_new("/nonexistent", &limits));
}

/* ---- Content-Digest ---- */

Test(digest, fields_that_are_none)
{
	static const char *const bad[] = {"", "sha-256",
	    "sha-256=", "sha-256=:", "sha-256=::", "sha-256=:AAAA:",
	    "SHA-256=:AAAA:", "md5=:AAAA:",
	    "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0:",
	    "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
	    "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:,",
	    "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=: x",
	    "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAF===:",
	    "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa==:",
	    "sha-512=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:",
	    "sha-256=\"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\""};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct digest digest;

		cr_assert(!digest_read(bad[i], &digest), "%s", bad[i]);
	}
}

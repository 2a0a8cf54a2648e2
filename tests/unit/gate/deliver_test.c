/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver.h"

static char directory[] = "/tmp/deliver-test-XXXXXX";
static char file[64];
static char error[DELIVER_ERROR];

static void
enter(void)
{
	cr_assert_not_null(mkdtemp(directory));
	snprintf(file, sizeof(file), "%s/report", directory);
}

static void
leave(void)
{
	unlink(file);
	/* Fails if something was left beside the report. */
	cr_assert_eq(rmdir(directory), 0);
}

static void
holds(const char *wanted)
{
	char text[64] = "";
	int fd = open(file, O_RDONLY);

	cr_assert_geq(read(fd, text, sizeof(text) - 1), 0);
	close(fd);
	cr_assert_str_eq(text, wanted);
}

TestSuite(deliver, .init = enter, .fini = leave);

Test(deliver, a_file_is_written_and_replaced)
{
	cr_assert(deliver(file, "one", 3, error), "%s", error);
	holds("one");
	cr_assert(deliver(file, "two", 3, error), "%s", error);
	holds("two");
}

Test(deliver, a_full_device_is_a_failure)
{
	cr_assert_not(deliver("/dev/full", "one", 3, error));
	cr_assert_not_null(strstr(error, "/dev/full"));
}

Test(deliver, a_device_is_not_replaced)
{
	struct stat status;

	cr_assert(deliver("/dev/null", "one", 3, error));
	cr_assert_eq(stat("/dev/null", &status), 0);
	cr_assert(S_ISCHR(status.st_mode));
}

Test(deliver, a_link_stays_a_link)
{
	struct stat status;
	char link[80];

	snprintf(link, sizeof(link), "%s.link", file);
	cr_assert(deliver(file, "one", 3, error));
	cr_assert_eq(symlink(file, link), 0);
	cr_assert(deliver(link, "two", 3, error), "%s", error);
	cr_assert_eq(lstat(link, &status), 0);
	cr_assert(S_ISLNK(status.st_mode));
	holds("two");
	unlink(link);
}

Test(deliver, a_missing_directory_is_a_failure)
{
	cr_assert_not(deliver("/none/such/report", "one", 3, error));
	cr_assert_not(deliver_possible("/none/such/report", error));
	cr_assert_not(deliver_possible(directory, error));
	cr_assert(deliver_possible(file, error));
	cr_assert(deliver_possible(NULL, error));
}

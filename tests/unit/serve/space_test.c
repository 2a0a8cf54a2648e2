/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "serve/space.h"

#define SIZE ((uint64_t)1 << 20)

static char place[SCRATCH];

static void
set_up(void)
{
	unsetenv("ZONEGATE_DISK_FAULT");
	scratch_make(place);
}

static void
tear_down(void)
{
	scratch_remove(place);
}

TestSuite(space, .init = set_up, .fini = tear_down, .timeout = 120);

static const char *
reserve_path(void)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/reserve", place);
	return path;
}

/* Octets allocated for the reserve, 0 if it is not there. */
static uint64_t
allocated(void)
{
	struct stat status;

	return stat(reserve_path(), &status) == 0
	           ? (uint64_t)status.st_blocks * 512
	           : 0;
}

Test(space, is_asked_of_the_file_system)
{
	cr_assert_gt(space_free(place), 0);
	cr_assert_eq(space_free("/none/such"), 0);
}

Test(space, the_reserve_is_allocated_given_up_and_made_again)
{
	cr_assert(space_reserve(place, SIZE));
	cr_assert_geq(allocated(), SIZE);
	cr_assert(space_reserve(place, SIZE));
	space_use_reserve(place);
	cr_assert_eq(allocated(), 0);
	space_use_reserve(place);
	cr_assert(space_reserve(place, SIZE));
	cr_assert_geq(allocated(), SIZE);
}

Test(space, the_reserve_follows_the_configuration)
{
	cr_assert(space_reserve(place, SIZE));
	cr_assert(space_reserve(place, 2 * SIZE));
	cr_assert_geq(allocated(), 2 * SIZE);
	cr_assert(space_reserve(place, SIZE));
	cr_assert_lt(allocated(), 2 * SIZE);
	cr_assert(space_reserve(place, 0));
	cr_assert_eq(allocated(), 0);
}

Test(space, holes_are_no_reserve)
{
	int fd = open(reserve_path(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_eq(ftruncate(fd, (off_t)SIZE), 0);
	close(fd);
	cr_assert(space_reserve(place, SIZE));
	cr_assert_geq(allocated(), SIZE);
}

Test(space, more_than_half_of_what_is_free_is_not_taken)
{
	uint64_t free_now = space_free(place);

	cr_assert_not(space_reserve(place, free_now / 4 * 3));
	cr_assert_eq(allocated(), 0);
	cr_assert_not(space_reserve(place, UINT64_MAX));
	cr_assert_not(space_reserve(place, (uint64_t)INT64_MAX));
	cr_assert_not(space_reserve("/none/such", SIZE));
}

static int
take_reserve(void)
{
	return space_reserve(place, SIZE) ? 0 : 1;
}

Test(space, a_full_disk_leaves_no_half_reserve)
{
	cr_assert_eq(scratch_with_fault("write:1:enospc", take_reserve), 1);
	cr_assert_eq(allocated(), 0);
	cr_assert_eq(scratch_with_fault("open:1:erofs", take_reserve), 1);
	cr_assert_eq(scratch_with_fault("", take_reserve), 0);
}

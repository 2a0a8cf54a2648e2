/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sealed.h"
#include "snapshot.h"
#include "write_all.h"

static struct snapshot snapshot;
static char why[WHY_TEXT];

static bool
take(int from, int64_t wait_ms)
{
	static const struct request request = {.file = "test"};

	return snapshot_take(from, &request, spawn_now_ms() + wait_ms,
	    &snapshot, why);
}

static int
pipe_with(const char *text)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert(write_all(ends[1], text, strlen(text)));
	close(ends[1]);
	return ends[0];
}

static void
release(void)
{
	snapshot_release(&snapshot);
}

TestSuite(snapshot, .init = NULL, .fini = release);

Test(snapshot, it_is_what_was_read)
{
	uint8_t sha256[32];
	char octets[8] = "";

	cr_assert(take(pipe_with("example"), 1000), "%s", why);
	cr_assert_eq(snapshot.size, 7);
	cr_assert_null(snapshot.compression);
	cr_assert_eq(pread(snapshot.fd, octets, 8, 0), 7);
	cr_assert_str_eq(octets, "example");
	EVP_Digest("example", 7, sha256, NULL, EVP_sha256(), NULL);
	cr_assert_arr_eq(snapshot.sha256, sha256, 32);
}

Test(snapshot, nobody_can_change_it)
{
	cr_assert(take(pipe_with("example"), 1000), "%s", why);
	cr_assert_eq(pwrite(snapshot.fd, "x", 1, 0), -1);
	cr_assert_eq(errno, EPERM);
	cr_assert_neq(ftruncate(snapshot.fd, 0), 0);
	cr_assert_neq(ftruncate(snapshot.fd, 100), 0);
	cr_assert_eq(mmap(NULL, 7, PROT_READ | PROT_WRITE, MAP_SHARED,
	                 snapshot.fd, 0),
	    MAP_FAILED);
	cr_assert_neq(fcntl(snapshot.fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
}

Test(snapshot, a_copy_for_a_worker_cannot_be_written)
{
	cr_assert(take(pipe_with("example"), 1000), "%s", why);
	int copy = sealed_reopen(snapshot.fd);

	cr_assert_eq(lseek(copy, 0, SEEK_CUR), 0);
	cr_assert_eq(fcntl(copy, F_GETFL) & O_ACCMODE, O_RDONLY);
	cr_assert_neq(fcntl(copy, F_GETFD) & FD_CLOEXEC, 0);
	close(copy);
}

Test(snapshot, nothing_is_something_too)
{
	cr_assert(take(open("/dev/null", O_RDONLY), 1000), "%s", why);
	cr_assert_eq(snapshot.size, 0);
}

Test(snapshot, what_cannot_be_read_is_refused)
{
	cr_assert_not(take(open("/", O_RDONLY), 1000));
	cr_assert_str_not_empty(why);
}

Test(snapshot, a_writer_that_never_ends_is_not_waited_for, .timeout = 20)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_not(take(ends[0], 50));
	cr_assert_not_null(strstr(why, "deadline"));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <lzma.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "contract/job.h"
#include "unpack/formats.h"

enum { PLAIN = 300000, PACKED = 400000 };

static uint8_t plain[PLAIN], packed[3 * PACKED], unpacked[3 * PLAIN];

static size_t
pack_gzip(uint8_t *to)
{
	z_stream stream = {0};

	deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	stream.next_in = plain;
	stream.avail_in = PLAIN;
	stream.next_out = to;
	stream.avail_out = PACKED;
	cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out;
}

static size_t
pack_xz(uint8_t *to)
{
	size_t n = 0;

	cr_assert_eq(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, plain,
	                 PLAIN, to, &n, PACKED),
	    LZMA_OK);
	return n;
}

static size_t
pack_zstd(uint8_t *to)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);

	size_t n = ZSTD_compress2(context, to, PACKED, plain, PLAIN);

	ZSTD_freeCCtx(context);
	cr_assert_not(ZSTD_isError(n));
	return n;
}

struct format_row {
	size_t (*pack)(uint8_t *to);
	format_unpack *unpack;
};

static struct format_row rows[] = {
    {pack_gzip, gzip_unpack},
    {pack_xz, xz_unpack},
    {pack_zstd, zstd_unpack},
};

enum { N_FORMATS = sizeof(rows) / sizeof(rows[0]) };

static size_t
pack(unsigned format, unsigned copies)
{
	size_t n = 0;

	/* Hard to pack, but not impossible. */
	for (size_t i = 0; i < PLAIN; i++) {
		plain[i] = (uint8_t)('a' + (i * i ^ i >> 7) % 23);
	}
	for (unsigned i = 0; i < copies; i++) {
		n += rows[format].pack(packed + n);
	}
	cr_assert_eq(format_find(packed, n), rows[format].unpack);
	return n;
}

/* Unpacks N octets of packed; returns how many came out, in unpacked. */
static size_t
unpack(unsigned format, size_t n, uint64_t max)
{
	struct sink sink = {.fd = memfd_create("plain", 0), .max = max};

	cr_assert_geq(sink.fd, 0);
	rows[format].unpack(packed, n, &sink);
	cr_assert_eq(pread(sink.fd, unpacked, sizeof(unpacked), 0),
	    (ssize_t)sink.written);
	close(sink.fd);
	return sink.written;
}

Test(formats, each_comes_out_as_it_went_in)
{
	for (unsigned format = 0; format < N_FORMATS; format++) {
		size_t n = pack(format, 1);

		cr_assert_eq(unpack(format, n, PLAIN), PLAIN);
		cr_assert_arr_eq(unpacked, plain, PLAIN);
	}
}

Test(formats, one_after_another_counts)
{
	for (unsigned format = 0; format < N_FORMATS; format++) {
		size_t n = pack(format, 2);

		cr_assert_eq(unpack(format, n, 2 * PLAIN), 2 * PLAIN);
		cr_assert_arr_eq(unpacked + PLAIN, plain, PLAIN);
	}
}

Test(formats, anything_else_has_none)
{
	cr_assert_null(format_find((const uint8_t *)"example. IN SOA", 15));
	cr_assert_null(format_find((const uint8_t *)"\x1f\x8b", 2));
	cr_assert_null(format_find((const uint8_t *)"\x28\xb5\x2f", 3));
	cr_assert_null(format_find((const uint8_t *)"", 0));
}

/* ---- what must die: had it lived, the exit status would be another ---- */

static void
cut_short(unsigned format)
{
	unpack(format, pack(format, 1) - 1, PLAIN);
	_exit(0);
}

static void
followed(unsigned format)
{
	size_t n = pack(format, 1);

	memcpy(packed + n, "example.", 8);
	unpack(format, n + 8, PLAIN);
	_exit(0);
}

static void
corrupt(unsigned format)
{
	size_t n = pack(format, 1);

	packed[n / 2] ^= 16;
	unpack(format, n, PLAIN);
	_exit(0);
}

static void
too_long(unsigned format)
{
	unpack(format, pack(format, 1), PLAIN - 1);
	_exit(0);
}

Test(formats, gzip_cut_short_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	cut_short(0);
}

Test(formats, xz_cut_short_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	cut_short(1);
}

Test(formats, zstd_cut_short_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	cut_short(2);
}

Test(formats, gzip_followed_by_something_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	followed(0);
}

Test(formats, xz_followed_by_something_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	followed(1);
}

Test(formats, zstd_followed_by_something_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	followed(2);
}

Test(formats, gzip_corrupt_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	corrupt(0);
}

Test(formats, xz_corrupt_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	corrupt(1);
}

Test(formats, zstd_corrupt_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	corrupt(2);
}

Test(formats, gzip_that_is_too_long_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	too_long(0);
}

Test(formats, xz_that_is_too_long_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	too_long(1);
}

Test(formats, zstd_that_is_too_long_dies, .exit_code = WORKER_EXIT_OPERAND)
{
	too_long(2);
}

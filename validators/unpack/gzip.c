/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gzip.c -- zlib checks each member's CRC and length by itself.
 */
#define ZLIB_CONST
#include <zlib.h>

#include "base/die.h"
#include "unpack/formats.h"

/* windowBits: the largest window, and gzip's frame about it and no other. */
#define WINDOW_BITS (15 + 16)

/* Unpacks one member; the stream stands behind it then. */
static void
unpack_member(z_stream *stream, const uint8_t *packed, size_t size,
    struct sink *sink)
{
	static uint8_t plain[FORMAT_CHUNK];
	const uint8_t *end = packed + size;
	int result = Z_OK;

	while (result != Z_STREAM_END) {
		size_t left = (size_t)(end - stream->next_in);

		if (stream->avail_in == 0) {
			/* avail_in is an int's width: files may be longer. */
			stream->avail_in =
			    (uInt)(left < (1u << 30) ? left : 1u << 30);
		}
		stream->next_out = plain;
		stream->avail_out = sizeof(plain);
		result = inflate(stream, Z_NO_FLUSH);
		sink->consumed = (uint64_t)(stream->next_in - packed);
		if (result == Z_BUF_ERROR && stream->next_in == end) {
			unfit("gzip: cut short");
		}
		if (result == Z_MEM_ERROR) {
			die("gzip: no memory");
		}
		if (result != Z_OK && result != Z_STREAM_END) {
			unfit("gzip: corrupt");
		}
		sink_write(sink, plain, sizeof(plain) - stream->avail_out);
	}
}

void
gzip_unpack(const uint8_t *packed, size_t size, struct sink *sink)
{
	z_stream stream = {.next_in = packed};
	int result = inflateInit2(&stream, WINDOW_BITS);

	if (result != Z_OK) {
		die("gzip: cannot begin");
	}
	while (stream.next_in < packed + size) {
		size_t left = size - (size_t)(stream.next_in - packed);

		if (format_find(stream.next_in, left) != gzip_unpack) {
			unfit("gzip: something else follows the end");
		}
		unpack_member(&stream, packed, size, sink);
		if (inflateReset(&stream) != Z_OK) {
			die("gzip: cannot go on");
		}
	}
	inflateEnd(&stream);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * xz.c -- liblzma checks blocks, index and footer by itself.
 */
#include <lzma.h>

#include "base/die.h"
#include "unpack/formats.h"

/* xz -9 needs 65 MiB to unpack. */
#define MEMORY_LIMIT (256ULL << 20)

static const char *
name_of(lzma_ret result)
{
	if (result == LZMA_MEMLIMIT_ERROR) {
		return "it needs more memory than allowed";
	}
	if (result == LZMA_OPTIONS_ERROR || result == LZMA_UNSUPPORTED_CHECK) {
		return "it uses a feature that is not supported";
	}
	/* With LZMA_FINISH, not to get on means that more should follow. */
	if (result == LZMA_BUF_ERROR) {
		return "cut short";
	}
	if (result == LZMA_FORMAT_ERROR) {
		return "something else follows the end";
	}
	return "corrupt";
}

void
xz_unpack(const uint8_t *packed, size_t size, struct sink *sink)
{
	static uint8_t plain[FORMAT_CHUNK];
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_ret result = lzma_stream_decoder(&stream, MEMORY_LIMIT,
	    LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK);

	if (result != LZMA_OK) {
		die("xz: cannot begin");
	}
	stream.next_in = packed;
	stream.avail_in = size;
	while (result != LZMA_STREAM_END) {
		stream.next_out = plain;
		stream.avail_out = sizeof(plain);
		result = lzma_code(&stream, LZMA_FINISH);
		if (result == LZMA_MEM_ERROR) {
			die("xz: no memory");
		}
		if (result != LZMA_OK && result != LZMA_STREAM_END) {
			unfit("xz: %s", name_of(result));
		}
		sink->consumed = size - stream.avail_in;
		sink_write(sink, plain, sizeof(plain) - stream.avail_out);
	}
	if (stream.avail_in != 0) {
		unfit("xz: something else follows the end");
	}
	lzma_end(&stream);
}

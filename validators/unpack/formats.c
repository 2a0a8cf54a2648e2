/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unpack/formats.h"

#include <string.h>

static const struct format {
	size_t length;
	uint8_t magic[6];
	format_unpack *unpack;
} formats[] = {
    {3, {0x1f, 0x8b, 8}, gzip_unpack}, /* 8: deflate, the only one */
    {6, {0xfd, '7', 'z', 'X', 'Z', 0}, xz_unpack},
    {4, {0x28, 0xb5, 0x2f, 0xfd}, zstd_unpack},
};

format_unpack *
format_find(const uint8_t *packed, size_t size)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (size >= formats[i].length &&
		    memcmp(packed, formats[i].magic, formats[i].length) == 0) {
			return formats[i].unpack;
		}
	}
	return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base64url.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* OpenSSL writes the standard alphabet. */
static void
translate(char *text, size_t length, const char *from, const char *to)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == from[0]) {
			text[i] = to[0];
		} else if (text[i] == from[1]) {
			text[i] = to[1];
		}
	}
}

char *
base64url_write(const void *at, size_t size)
{
	size_t length = (size + 2) / 3 * 4;
	char *text = size < INT_MAX / 2 ? malloc(length + 1) : NULL;

	if (text != NULL) {
		text[0] = '\0';
		if (size > 0) {
			EVP_EncodeBlock((unsigned char *)text, at, (int)size);
		}
		translate(text, length, "+/", "-_");
	}
	return text;
}

/* The octets of TEXT with a trailer of zeros for the padding, or NULL. */
static unsigned char *
decode(const char *text, size_t length)
{
	char *standard = malloc(length + 1);
	unsigned char *octets = malloc(length + 1);
	bool good = standard != NULL && octets != NULL;

	if (good) {
		memcpy(standard, text, length);
		translate(standard, length, "-_", "+/");
		good = EVP_DecodeBlock(octets, (unsigned char *)standard,
		           (int)length) == (int)(length / 4 * 3);
	}
	free(standard);
	if (!good) {
		free(octets);
		return NULL;
	}
	return octets;
}

bool
base64url_read(const char *text, size_t length, void *octets, size_t most,
    size_t *size)
{
	if (length % 4 != 0 || length >= INT_MAX / 2) {
		return false;
	}
	if (length == 0) {
		*size = 0;
		return true;
	}
	size_t count = length / 4 * 3;

	count -= text[length - 1] == '=';
	count -= text[length - 2] == '=';
	unsigned char *decoded = decode(text, length);
	char *again = decoded != NULL && count <= most
	                  ? base64url_write(decoded, count)
	                  : NULL;
	/* OpenSSL overlooks white space and spare bits. */
	bool good = again != NULL && strlen(again) == length &&
	            memcmp(again, text, length) == 0;

	if (good) {
		memcpy(octets, decoded, count);
		*size = count;
	}
	free(again);
	free(decoded);
	return good;
}

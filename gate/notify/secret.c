/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"

int
regular_file_open(const char *path, uint64_t *size, char error[SECRET_ERROR])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0) {
		snprintf(error, SECRET_ERROR, "%.180s: %s", path,
		    strerror(errno));
	} else if (!S_ISREG(status.st_mode)) {
		snprintf(error, SECRET_ERROR, "%.180s: is no regular file",
		    path);
	} else {
		*size = (uint64_t)status.st_size;
		return fd;
	}
	if (fd >= 0) {
		close(fd);
	}
	return -1;
}

/* The length of the line that TEXT begins with; 0 if it is not usable. */
static size_t
line_length(const char *text, size_t there)
{
	size_t length = 0;

	while (length < there && text[length] != '\n') {
		length++;
	}
	if (length == there && there == SECRET_MAX) {
		return 0;
	}
	while (length > 0 &&
	       (text[length - 1] == ' ' || text[length - 1] == '\t' ||
	           text[length - 1] == '\r')) {
		length--;
	}
	for (size_t i = 0; i < length; i++) {
		if (text[i] < ' ' || text[i] > '~') {
			return 0;
		}
	}
	return length;
}

size_t
secret_read(const char *path, char secret[SECRET_MAX], char error[SECRET_ERROR])
{
	uint64_t size;
	int fd = regular_file_open(path, &size, error);

	if (fd < 0) {
		return 0;
	}
	ssize_t got = read(fd, secret, SECRET_MAX);
	size_t length = got > 0 ? line_length(secret, (size_t)got) : 0;

	if (got < 0) {
		snprintf(error, SECRET_ERROR, "%.180s: %s", path,
		    strerror(errno));
	} else if (length == 0) {
		snprintf(error, SECRET_ERROR,
		    "%.160s: the first line is empty, too long, or not ASCII",
		    path);
	}
	close(fd);
	if (length == 0) {
		OPENSSL_cleanse(secret, SECRET_MAX);
	} else {
		OPENSSL_cleanse(secret + length, SECRET_MAX - length);
	}
	return length;
}

void
secret_sign(const char *secret, size_t length, int64_t at_s, const char *body,
    char hex[65])
{
	size_t size = strlen(body) + 24;
	char *text = xmalloc(size);
	int wrote = snprintf(text, size, "%" PRId64 ".%s", at_s, body);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (wrote < 0 ||
	    HMAC(EVP_sha256(), secret, (int)length, (unsigned char *)text,
	        (size_t)wrote, digest, &n) == NULL ||
	    n != 32) {
		die("HMAC-SHA256 cannot be computed");
	}
	free(text);
	for (size_t i = 0; i < 32; i++) {
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	}
}

void
content_digest(const uint8_t sha256[32], char header[CONTENT_DIGEST_SIZE])
{
	unsigned char base64[45]; /* 4 for each 3, and a zero */

	EVP_EncodeBlock(base64, sha256, 32);
	snprintf(header, CONTENT_DIGEST_SIZE,
	    "Content-Digest: sha-256=:%s:", (char *)base64);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/upload.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"

static bool
digest_begin(struct upload *upload)
{
	return EVP_DigestInit_ex(upload->digest, EVP_sha256(), NULL) == 1;
}

static bool
digest_fits(struct upload *upload)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	return EVP_DigestFinal_ex(upload->digest, digest, &n) == 1 && n == 32 &&
	       memcmp(digest, upload->sha256, n) == 0;
}

void
upload_say_changed(const struct upload *upload, char *error, size_t size)
{
	snprintf(error, size,
	    "%.120s has other octets than its SHA-256 says; they were not "
	    "sent whole",
	    upload->path);
}

bool
upload_open(struct upload *upload, const char *path, const uint8_t sha256[32],
    char error[SECRET_ERROR])
{
	*upload = (struct upload){.path = path, .sha256 = sha256};
	upload->fd = regular_file_open(path, &upload->size, error);
	if (upload->fd < 0) {
		return false;
	}
	upload->digest = EVP_MD_CTX_new();
	if (upload->digest == NULL || !digest_begin(upload)) {
		die("SHA-256 cannot be computed");
	}
	/* libcurl asks for octets only if there are any. */
	if (upload->size == 0 && !digest_fits(upload)) {
		upload_say_changed(upload, error, SECRET_ERROR);
		return false;
	}
	return true;
}

void
upload_close(struct upload *upload)
{
	EVP_MD_CTX_free(upload->digest);
	if (upload->fd >= 0) {
		close(upload->fd);
	}
	*upload = (struct upload){.fd = -1};
}

size_t
upload_read(char *at, size_t size, size_t n, void *context)
{
	struct upload *upload = context;
	uint64_t left = upload->size - upload->sent;
	size_t wanted = size * n < left ? size * n : (size_t)left;

	if (left == 0) {
		return 0;
	}
	ssize_t got = pread(upload->fd, at, wanted, (off_t)upload->sent);

	if (got <= 0 ||
	    EVP_DigestUpdate(upload->digest, at, (size_t)got) != 1) {
		upload->changed = got == 0;
		return CURL_READFUNC_ABORT;
	}
	upload->sent += (uint64_t)got;
	/* The last octets go only if all were as they should be. */
	if (upload->sent == upload->size && !digest_fits(upload)) {
		upload->changed = true;
		return CURL_READFUNC_ABORT;
	}
	return (size_t)got;
}

/* libcurl begins again, after an answer 417 for one (RFC 9110 15.5.18). */
int
upload_seek(void *context, int64_t offset, int origin)
{
	struct upload *upload = context;

	if (offset != 0 || origin != SEEK_SET || !digest_begin(upload)) {
		return CURL_SEEKFUNC_FAIL;
	}
	upload->sent = 0;
	return CURL_SEEKFUNC_OK;
}

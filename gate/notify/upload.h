/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * upload.h -- a file on its way out, hashed as it goes: a receiver never has
 * another file whole than the one that the daemon named.
 */
#pragma once

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notify/secret.h"

struct upload {
	const char *path; /* borrowed */
	const uint8_t *sha256;
	int fd; /* -1: none */
	uint64_t size, sent;
	EVP_MD_CTX *digest;
	bool changed; /* its octets are not those of SHA256 */
};

/* Opens the file at PATH, whose SHA-256 should be that.  False with the reason
 * in ERROR.  Both arguments must outlive UPLOAD. */
bool upload_open(struct upload *upload, const char *path,
    const uint8_t sha256[32], char error[SECRET_ERROR]);
void upload_close(struct upload *upload);

/* libcurl's CURLOPT_READFUNCTION and CURLOPT_SEEKFUNCTION, of an upload. */
size_t upload_read(char *at, size_t size, size_t n, void *context);
int upload_seek(void *context, int64_t offset, int origin);

/* Says in ERROR, SIZE octets, that the file has changed. */
void upload_say_changed(const struct upload *upload, char *error, size_t size);

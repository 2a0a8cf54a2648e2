/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manifest_fuzz.c -- manifest_read() over any octets, which no key has signed:
 * refused; and over any octets as a payload that ours has: refused with a
 * text, or it comes back from its own manifest.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve/base64url.h"
#include "serve/manifest_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static struct manifest_key *
make_key(void)
{
	char place[] = "/tmp/manifest-fuzz-XXXXXX";
	char path[128];
	char error[MANIFEST_ERROR];
	static const char *const left[] = {
	    "/keys/manifest.key", "/keys/manifest.pub"};

	if (mkdtemp(place) == NULL) {
		abort();
	}
	struct manifest_key *key = manifest_key_open(place, true, error);

	if (key == NULL) {
		abort();
	}
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s%s", place, left[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/keys", place);
	rmdir(path);
	rmdir(place);
	return key;
}

/* A manifest around any octets, to be freed. */
static char *
signed_by(const struct manifest_key *key, const uint8_t *octets, size_t length,
    size_t *size)
{
	static const char context[] = "zonegate-manifest-1\n";
	uint8_t signature[SIGNATURE_OCTETS];
	char *to_sign = malloc(sizeof(context) - 1 + length);
	char *text = NULL;

	memcpy(to_sign, context, sizeof(context) - 1);
	memcpy(to_sign + sizeof(context) - 1, octets, length);
	if (!manifest_key_sign(key, to_sign, sizeof(context) - 1 + length,
	        signature)) {
		abort();
	}
	char *inner = base64url_write(octets, length);
	char *outer = base64url_write(signature, sizeof(signature));
	int n = asprintf(&text,
	    "{\"payload\":\"%s\",\"key\":\"%s\",\"signature\":\"%s\"}", inner,
	    manifest_key_id(key), outer);

	free(to_sign);
	free(inner);
	free(outer);
	if (n < 0) {
		abort();
	}
	*size = (size_t)n;
	return text;
}

/* What was read is written again, and read. */
static void
come_back(const struct manifest *read, const struct manifest_key *key)
{
	static struct manifest again;
	char hash[65];
	char error[MANIFEST_ERROR];
	size_t size;
	char *text = manifest_write(read, key, &size, hash);

	/* Times before 1970 are read, and not written. */
	if (text == NULL && read->at >= 0 && read->expiry >= 0) {
		abort();
	}
	if (text != NULL &&
	    (!manifest_read(text, size, key, &again, hash, error) ||
	        again.candidate != read->candidate ||
	        again.serial != read->serial || again.at != read->at ||
	        again.expiry != read->expiry ||
	        memcmp(again.sha256, read->sha256, 32) != 0 ||
	        strcmp(again.approvals, read->approvals) != 0 ||
	        strcmp(again.previous, read->previous) != 0)) {
		abort();
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	static struct manifest_key *key;
	static struct manifest manifest;
	char hash[65];
	char error[MANIFEST_ERROR] = "";
	size_t size;

	if (key == NULL) {
		key = make_key();
	}
	if (manifest_read((const char *)octets, length, key, &manifest, hash,
	        error) ||
	    error[0] == '\0') {
		abort();
	}
	if (length > LIMIT_MANIFEST_BYTES) {
		return 0;
	}
	char *text = signed_by(key, octets, length, &size);

	error[0] = '\0';
	if (manifest_read(text, size, key, &manifest, hash, error)) {
		come_back(&manifest, key);
	} else if (error[0] == '\0') {
		abort();
	}
	free(text);
	return 0;
}

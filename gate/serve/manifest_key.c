/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest_key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "durable.h"
#include "report_words.h"
#include "small_file.h"

#define PRIVATE_NAME "manifest.key"
#define PUBLIC_NAME "manifest.pub"
#define FORMER_NAME "former.pub"
#define LIMIT_PEM_BYTES 65536

struct manifest_key {
	EVP_PKEY *private; /* or NULL: cannot sign */
	size_t n;
	struct {
		EVP_PKEY *key;
		char id[65];
	} public[LIMIT_MANIFEST_KEYS];
};

static bool __attribute__((format(printf, 2, 3)))
refuse(char error[MANIFEST_ERROR], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, MANIFEST_ERROR, format, arguments);
	va_end(arguments);
	return false;
}

/* Never asks at a terminal: the daemon has none. */
static int
no_password(char *buffer, int size, int writing, void *context)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

/* Takes the reference of ONE over, as one whose signatures count. */
static bool
add_public(struct manifest_key *key, EVP_PKEY *one)
{
	uint8_t raw[32];
	uint8_t sha256[32];
	size_t size = sizeof(raw);

	if (key->n == LIMIT_MANIFEST_KEYS ||
	    EVP_PKEY_get_id(one) != EVP_PKEY_ED25519 ||
	    EVP_PKEY_get_raw_public_key(one, raw, &size) != 1 ||
	    size != sizeof(raw) ||
	    EVP_Digest(raw, size, sha256, NULL, EVP_sha256(), NULL) != 1) {
		EVP_PKEY_free(one);
		return false;
	}
	sha256_to_text(sha256, key->public[key->n].id);
	key->public[key->n++].key = one;
	return true;
}

/* All public keys of the PEM text in BIO; at least one. */
static bool
read_publics(struct manifest_key *key, BIO *bio, const char *file,
    char error[MANIFEST_ERROR])
{
	size_t n = 0;

	for (;; n++) {
		EVP_PKEY *one =
		    PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);

		if (one == NULL) {
			break;
		}
		if (!add_public(key, one)) {
			return refuse(error,
			    "%.200s: key %zu is no Ed25519 key, or one too "
			    "many",
			    file, n + 1);
		}
	}
	return n > 0 ? true
	             : refuse(error, "%.200s: no public key in PEM form", file);
}

static bool
add_publics_of(struct manifest_key *key, const char *file,
    char error[MANIFEST_ERROR])
{
	size_t length = 0;
	char *text = small_file_read(file, LIMIT_PEM_BYTES, &length, error,
	    MANIFEST_ERROR);
	BIO *bio = text == NULL ? NULL : BIO_new_mem_buf(text, (int)length);
	bool good = bio != NULL && read_publics(key, bio, file, error);

	BIO_free(bio);
	free(text);
	return good;
}

/* ---- the key that signs ---- */

static BIO *
private_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_secmem());

	if (bio != NULL && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0,
	                       NULL, NULL) != 1) {
		BIO_free(bio);
		return NULL;
	}
	return bio;
}

static BIO *
public_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (bio != NULL && PEM_write_bio_PUBKEY(bio, key) != 1) {
		BIO_free(bio);
		return NULL;
	}
	return bio;
}

/* Writes what is in BIO, its own from now on, to NAME in KEYS. */
static bool
store(int keys, const char *name, unsigned mode, BIO *bio,
    char error[MANIFEST_ERROR])
{
	char *text = NULL;
	int failed = ENOMEM;

	if (bio != NULL) {
		long size = BIO_get_mem_data(bio, &text);

		failed =
		    durable_write_mode(keys, name, text, (size_t)size, mode);
	}
	BIO_free(bio);
	return failed == 0
	           ? true
	           : refuse(error, "keys/%s: %s", name, strerror(failed));
}

/* A new key, stored; NULL with ERROR. */
static EVP_PKEY *
make(int keys, char error[MANIFEST_ERROR])
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	if (key == NULL) {
		refuse(error, "OpenSSL makes no Ed25519 key");
		return NULL;
	}
	if (!store(keys, PRIVATE_NAME, 0600, private_pem(key), error)) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

/* Reads the private key of descriptor FD, its own from now on. */
static EVP_PKEY *
read_private(int fd, char error[MANIFEST_ERROR])
{
	FILE *in = fdopen(fd, "r");
	struct stat status;
	EVP_PKEY *key = NULL;

	if (in == NULL || fstat(fd, &status) != 0) {
		refuse(error, "keys/" PRIVATE_NAME ": %s", strerror(errno));
	} else if (!S_ISREG(status.st_mode) ||
	           status.st_size > LIMIT_PEM_BYTES) {
		refuse(error, "keys/" PRIVATE_NAME ": no file, or too large");
	} else if ((status.st_mode & 077) != 0) {
		refuse(error,
		    "keys/" PRIVATE_NAME ": others may read or write it (mode "
		    "%04o): if nobody did, chmod 600",
		    (unsigned)status.st_mode & 07777);
	} else {
		key = PEM_read_PrivateKey(in, NULL, no_password, NULL);
		if (key == NULL || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
			refuse(error, "keys/" PRIVATE_NAME
			              ": no Ed25519 private key in PEM form");
			EVP_PKEY_free(key);
			key = NULL;
		}
	}
	if (in != NULL) {
		fclose(in);
	} else {
		close(fd);
	}
	return key;
}

static EVP_PKEY *
open_private(int keys, bool create, char error[MANIFEST_ERROR])
{
	int fd = openat(keys, PRIVATE_NAME,
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0) {
		return read_private(fd, error);
	}
	if (errno == ENOENT && create) {
		return make(keys, error);
	}
	refuse(error, "keys/" PRIVATE_NAME ": %s", strerror(errno));
	return NULL;
}

/* The directory of keys, or -1 with ERROR. */
static int
open_keys(const char *state, bool create, char error[MANIFEST_ERROR])
{
	int at = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = at < 0 ? errno : 0;
	int keys = -1;

	if (failed == 0 && create) {
		failed = durable_mkdir(at, "keys", 0755);
	}
	if (failed == 0) {
		keys = openat(at, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		failed = keys < 0 ? errno : 0;
	}
	if (failed == 0 && create) {
		/* Half a private key is of no use to anybody. */
		durable_clean(keys);
	}
	if (at >= 0) {
		close(at);
	}
	if (failed != 0) {
		refuse(error, "%.200s/keys: %s", state, strerror(failed));
	}
	return keys;
}

/* KEY's public half first, then the former ones, if there are any. */
static bool
fill(struct manifest_key *key, int keys, const char *state, bool create,
    char error[MANIFEST_ERROR])
{
	char former[4096];

	key->private = open_private(keys, create, error);
	if (key->private == NULL) {
		return false;
	}
	if (EVP_PKEY_up_ref(key->private) != 1 ||
	    !add_public(key, key->private)) {
		return refuse(error, "keys/" PRIVATE_NAME ": not usable");
	}
	/* Also after a crash between the two files. */
	if (create && faccessat(keys, PUBLIC_NAME, F_OK, 0) != 0 &&
	    !store(keys, PUBLIC_NAME, 0644, public_pem(key->private), error)) {
		return false;
	}
	if (faccessat(keys, FORMER_NAME, F_OK, 0) != 0) {
		return errno == ENOENT
		           ? true
		           : refuse(error, "keys/" FORMER_NAME ": %s",
		                 strerror(errno));
	}
	if (snprintf(former, sizeof(former), "%s/keys/" FORMER_NAME, state) >=
	    (int)sizeof(former)) {
		return refuse(error, "keys: the path is too long");
	}
	return add_publics_of(key, former, error);
}

struct manifest_key *
manifest_key_open(const char *state, bool create, char error[MANIFEST_ERROR])
{
	int keys = open_keys(state, create, error);
	struct manifest_key *key = keys < 0 ? NULL : calloc(1, sizeof(*key));
	bool good = key != NULL && fill(key, keys, state, create, error);

	if (keys >= 0) {
		close(keys);
	}
	if (!good) {
		manifest_key_free(key);
		return NULL;
	}
	return key;
}

struct manifest_key *
manifest_key_public(const char *file, char error[MANIFEST_ERROR])
{
	struct manifest_key *key = calloc(1, sizeof(*key));

	if (key == NULL) {
		refuse(error, "%s", strerror(ENOMEM));
		return NULL;
	}
	if (!add_publics_of(key, file, error)) {
		manifest_key_free(key);
		return NULL;
	}
	return key;
}

void
manifest_key_free(struct manifest_key *key)
{
	if (key == NULL) {
		return;
	}
	for (size_t i = 0; i < key->n; i++) {
		EVP_PKEY_free(key->public[i].key);
	}
	EVP_PKEY_free(key->private);
	free(key);
}

/* ---- signatures ---- */

const char *
manifest_key_id(const struct manifest_key *key)
{
	return key->public[0].id;
}

bool
manifest_key_sign(const struct manifest_key *key, const void *at, size_t size,
    uint8_t signature[SIGNATURE_OCTETS])
{
	size_t length = SIGNATURE_OCTETS;
	EVP_MD_CTX *context = key->private == NULL ? NULL : EVP_MD_CTX_new();
	bool good =
	    context != NULL &&
	    EVP_DigestSignInit(context, NULL, NULL, NULL, key->private) == 1 &&
	    EVP_DigestSign(context, signature, &length, at, size) == 1 &&
	    length == SIGNATURE_OCTETS;

	EVP_MD_CTX_free(context);
	return good;
}

enum signature_state
manifest_key_verify(const struct manifest_key *key, const char *id,
    const void *at, size_t size, const uint8_t signature[SIGNATURE_OCTETS])
{
	size_t which = 0;

	while (which < key->n && strcmp(key->public[which].id, id) != 0) {
		which++;
	}
	if (which == key->n) {
		return SIGNATURE_UNKNOWN_KEY;
	}
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = context != NULL &&
	            EVP_DigestVerifyInit(context, NULL, NULL, NULL,
	                key->public[which].key) == 1 &&
	            EVP_DigestVerify(context, signature, SIGNATURE_OCTETS, at,
	                size) == 1;

	EVP_MD_CTX_free(context);
	return good ? SIGNATURE_GOOD : SIGNATURE_BAD;
}

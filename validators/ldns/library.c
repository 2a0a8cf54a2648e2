/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ldns/library.h"

#include <ldns/ldns.h>
#include <link.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/die.h"
#include "base/sanitized.h"

#if SANITIZED
/*
 * ldns 1.8.3 forgets two strings of an IPSECKEY that it cannot read; nothing
 * outside it can free them.
 */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:ldns_str2rdf_ipseckey\n";
}
#endif

struct loaded {
	bool has_ldns;
	bool has_libcrypto;
};

static int
look_at(struct dl_phdr_info *info, size_t size, void *context)
{
	/* Two validators with one library in common would be one. */
	static const char *const foreign[] = {
	    "libunbound.so",
	    "libnettle.so",
	    "libhogweed.so",
	    "libgnutls.so",
	};
	struct loaded *loaded = context;

	(void)size;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		if (strstr(info->dlpi_name, foreign[i]) != NULL) {
			die("%s is loaded", info->dlpi_name);
		}
	}
	if (strstr(info->dlpi_name, "libldns.so") != NULL) {
		loaded->has_ldns = true;
	}
	if (strstr(info->dlpi_name, "libcrypto.so") != NULL) {
		loaded->has_libcrypto = true;
	}
	return 0;
}

void
library_init(void)
{
	struct loaded loaded = {0};

	dl_iterate_phdr(look_at, &loaded);
	if (!loaded.has_ldns || !loaded.has_libcrypto) {
		die("libldns or libcrypto is not loaded as a library");
	}
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
	                            OPENSSL_INIT_LOAD_CRYPTO_STRINGS,
	        NULL) != 1) {
		die("OpenSSL cannot be initialised");
	}
	/* ldns takes and frees 200 KB for each record: keep them. */
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
	mallopt(M_TOP_PAD, 4 << 20);
}

void
library_hello(struct frame_hello *hello)
{
	snprintf(hello->library, sizeof(hello->library), "ldns");
	snprintf(hello->library_version, sizeof(hello->library_version), "%s",
	    ldns_version());
	snprintf(hello->crypto, sizeof(hello->crypto), "OpenSSL");
	snprintf(hello->crypto_version, sizeof(hello->crypto_version), "%s",
	    OpenSSL_version(OPENSSL_VERSION_STRING));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_token.c -- `zonegate token': makes a bearer token.  It is shown once;
 * the configuration gets its hash.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include "base/die.h"
#include "command_line.h"
#include "report_words.h"

#define TOKEN_OCTETS 32

int
command_token(int argc, char *const *argv)
{
	const struct flag_reader reader = {.command = "token",
	    .operand = "",
	    .help = "Makes a bearer token of 256 random bits and shows it, "
	            "once, with the line for its section in zonegate.conf, "
	            "which holds no more than its SHA-256."};
	uint8_t octets[TOKEN_OCTETS], sha256[32];
	char token[65], hash[65];
	size_t n;
	int status = flags_read(&reader, argc, argv, NULL, &n);

	if (status >= 0) {
		return status;
	}
	if (getrandom(octets, sizeof(octets), 0) != (ssize_t)sizeof(octets)) {
		die("no random octets: %s", strerror(errno));
	}
	sha256_to_text(octets, token);
	if (EVP_Digest(token, strlen(token), sha256, NULL, EVP_sha256(),
	        NULL) != 1) {
		die("cannot hash the token");
	}
	sha256_to_text(sha256, hash);
	printf("token:  %s\n"
	       "The line for its section in zonegate.conf:\n"
	       "    sha256 = %s\n",
	    token, hash);
	explicit_bzero(octets, sizeof(octets));
	explicit_bzero(token, sizeof(token));
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "zone_survey.h"

#define N(array) (unsigned)(sizeof(array) / sizeof((array)[0]))

/* An RSA key: FIELDS in hex, up to the modulus; OCTETS of that: FIRST, many
 * FF, LAST. */
struct rsa_case {
	unsigned algorithm;
	const char *fields;
	unsigned octets;
	unsigned first, last;
	enum severity size, encoding; /* of the findings */
};

static void
write_key(char *text, size_t size, const struct rsa_case *key)
{
	unsigned octets =
	    4 + (unsigned)strlen(key->fields) / 2 + key->octets;
	size_t used = (size_t)snprintf(text, size,
	    "example. 3600 IN DNSKEY \\# %u 010003%02x%s", octets,
	    key->algorithm, key->fields);

	for (unsigned i = 0; i < key->octets; i++) {
		unsigned octet = i == 0                 ? key->first
		                 : i == key->octets - 1 ? key->last
		                                        : 0xFF;

		used += (size_t)snprintf(text + used, size - used, "%02x",
		    octet);
	}
	snprintf(text + used, size - used, "\n");
}

static void
expect_only(const struct zone_survey *found, enum check_id check,
    enum severity severity, size_t row)
{
	for (int i = 0; i < SEVERITY_OFF; i++) {
		cr_expect_eq(found->n[check][i], i == (int)severity,
		    "row %zu: %s %s", row, check_name(check),
		    severity_name((enum severity)i));
	}
}

Test(dnskey_public_checks, rsa_keys_have_a_size_and_an_encoding)
{
#define F4 "03010001"
	static const struct rsa_case cases[] = {
	    {8, F4, 256, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_OFF},
	    {8, F4, 256, 0x80, 0xFD, SEVERITY_OFF, SEVERITY_OFF},
	    {8, F4, 256, 0x7F, 0xFD, SEVERITY_WARN, SEVERITY_OFF},
	    {8, F4, 128, 0x80, 0xFD, SEVERITY_WARN, SEVERITY_OFF},
	    {8, F4, 128, 0x7F, 0xFD, SEVERITY_BLOCK, SEVERITY_OFF},
	    {8, F4, 64, 0x80, 0xFD, SEVERITY_BLOCK, SEVERITY_OFF},
	    {8, F4, 64, 0x7F, 0xFD, SEVERITY_BLOCK, SEVERITY_OFF},
	    {8, F4, 512, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_OFF},
	    {8, F4, 513, 0x01, 0xFD, SEVERITY_BLOCK, SEVERITY_OFF},
	    {10, F4, 128, 0x80, 0xFD, SEVERITY_WARN, SEVERITY_OFF},
	    {10, F4, 128, 0x7F, 0xFD, SEVERITY_BLOCK, SEVERITY_OFF},
	    {5, F4, 64, 0x7F, 0xFD, SEVERITY_BLOCK, SEVERITY_OFF},
	    {5, F4, 128, 0x80, 0xFD, SEVERITY_WARN, SEVERITY_OFF},
	    {7, F4, 513, 0x01, 0xFD, SEVERITY_BLOCK, SEVERITY_OFF},
	    /* Not RSA. */
	    {253, "0101", 1, 0, 0, SEVERITY_OFF, SEVERITY_OFF},

	    {8, "0103", 256, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_WARN},
	    {8, "050100000001", 256, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_WARN},
	    {8, "0102", 256, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_HOLD},
	    {8, "0101", 256, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_BLOCK},
	    {8, "0100", 256, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_BLOCK},
	    {8, "020001", 256, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_BLOCK},
	    {8, "0400010001", 256, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_HOLD},
	    {8, "000003010001", 256, 0xFF, 0xFD, SEVERITY_OFF, SEVERITY_HOLD},
	    {8, F4, 257, 0x00, 0xFD, SEVERITY_OFF, SEVERITY_HOLD},
	    {8, F4, 256, 0xFF, 0xFE, SEVERITY_OFF, SEVERITY_BLOCK},
	    /* The prime 2^521 - 1. */
	    {8, F4, 66, 0x01, 0xFF, SEVERITY_BLOCK, SEVERITY_BLOCK},
	    /* Cut off. */
	    {8, F4, 0, 0, 0, SEVERITY_OFF, SEVERITY_HOLD},
	    {8, "030100", 0, 0, 0, SEVERITY_OFF, SEVERITY_HOLD},
	    {8, "00", 0, 0, 0, SEVERITY_OFF, SEVERITY_HOLD},
	    {8, "0000", 0, 0, 0, SEVERITY_OFF, SEVERITY_HOLD},
	    {8, "000000", 9, 1, 1, SEVERITY_OFF, SEVERITY_HOLD},
	};

	for (size_t i = 0; i < N(cases); i++) {
		char text[2048];
		struct zone_survey found;
		struct zone_change change = {.to = text};

		write_key(text, sizeof(text), &cases[i]);
		zone_survey_run(&found, zone_signed, &change, NULL);
		expect_only(&found, CHECK_dnskey_rsa_size, cases[i].size, i);
		expect_only(&found, CHECK_dnskey_rsa_encoding,
		    cases[i].encoding, i);
	}
}

Test(dnskey_public_checks, the_policy_says_which_rsa_keys_are_short)
{
	static const struct rsa_case key = {.algorithm = 8,
	    .fields = F4,
	    .octets = 128,
	    .first = 0xFF,
	    .last = 0xFD};
	char text[2048];
	struct zone_change changes[] = {
	    {NULL, text, "rsa_bits_min=1024", CHECK_dnskey_rsa_size,
	        SEVERITY_OFF},
	    {NULL, text, "rsa_bits_min=1025", CHECK_dnskey_rsa_size,
	        SEVERITY_WARN},
	    {NULL, text, "rsa_bits_block=1025", CHECK_dnskey_rsa_size,
	        SEVERITY_BLOCK},
	};

	write_key(text, sizeof(text), &key);
	zone_survey_expect(zone_signed, NULL, changes, N(changes));
}

#define KEY(fields) "example. 3600 IN DNSKEY " fields "\n"
#define AAAA_32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

Test(dnskey_public_checks, points_are_on_their_curves)
{
	/* The base points of P-256 and P-384. */
	static const char p256[] = KEY(
	    "256 3 13 axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n"
	    "60p8D54WK84zV2sxXs7LtkBoN79R9Q==");
	static const char off[] = KEY(
	    "256 3 13 axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n"
	    "60p8D54WK84zV2sxXs7LtkBoN79R9A==");
	static const char p384[] = KEY(
	    "256 3 14 qofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJd"
	    "v1UpbDpUXjhydgq3NhfeSpYmLG9dnpi/kpLcKfj0Hb0omhR86doxE7XwuMAKYLHO"
	    "HX6BnXpDHXyQ6g5f");
	static const char swapped[] = KEY(
	    "256 3 14 NhfeSpYmLG9dnpi/kpLcKfj0Hb0omhR86doxE7XwuMAKYLHO"
	    "HX6BnXpDHXyQ6g5fqofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJd"
	    "v1UpbDpUXjhydgq3");
	static const struct zone_change changes[] = {
	    {NULL, p256, NULL, CHECK_dnskey_ec_length, SEVERITY_OFF},
	    {NULL, off, NULL, CHECK_dnskey_ec_length, SEVERITY_BLOCK},
	    {NULL, p384, NULL, CHECK_dnskey_ec_length, SEVERITY_OFF},
	    {NULL, swapped, NULL, CHECK_dnskey_ec_length, SEVERITY_BLOCK},
	    {NULL, KEY("256 3 13 AQIDBA=="), NULL, CHECK_dnskey_ec_length,
	        SEVERITY_BLOCK},
	    {NULL, KEY("256 3 14 AQIDBA=="), NULL, CHECK_dnskey_ec_length,
	        SEVERITY_BLOCK},
	    {NULL, KEY("256 3 15 " AAAA_32 "AAAAAAAAAAE="), NULL,
	        CHECK_dnskey_ec_length, SEVERITY_OFF},
	    {NULL, KEY("256 3 15 " AAAA_32 "AAAAAAAAAAAE"), NULL,
	        CHECK_dnskey_ec_length, SEVERITY_BLOCK},
	    {NULL, KEY("256 3 16 " AAAA_32 AAAA_32 "AAAAAAAAAAAB"), NULL,
	        CHECK_dnskey_ec_length, SEVERITY_OFF},
	    {NULL, KEY("256 3 16 " AAAA_32 AAAA_32 "AAAAAAAAAAE="), NULL,
	        CHECK_dnskey_ec_length, SEVERITY_BLOCK},
	    {NULL, KEY("256 3 253 AQIDBA=="), NULL, CHECK_dnskey_ec_length,
	        SEVERITY_OFF},
	};

	zone_survey_expect(zone_signed, NULL, changes, N(changes));
}

Test(dnskey_public_checks, the_policy_says_how_long_keys_are)
{
	static const struct rsa_case key = {8, F4, 256, 0xFF, 0xFD,
	    SEVERITY_OFF, SEVERITY_OFF};
	static const struct {
		const char *options;
		enum severity severity;
	} cases[] = {
	    {"ksk_rsa_bits=1024", SEVERITY_OFF},
	    {"zsk_rsa_bits=2048", SEVERITY_OFF},
	    {"zsk_rsa_bits=2047", SEVERITY_HOLD},
	    {"zsk_rsa_bits=2049", SEVERITY_HOLD},
	    {"zsk_rsa_bits=1024 rsa_bits_min=4096", SEVERITY_HOLD},
	    {"zsk_rsa_bits=1024 rsa_bits_block=4096", SEVERITY_BLOCK},
	    {"zsk_rsa_bits=2048 rsa_bits_min=4096", SEVERITY_WARN},
	};
	char text[2048];

	write_key(text, sizeof(text), &key);
	for (size_t i = 0; i < N(cases); i++) {
		struct zone_survey found;
		struct zone_change change = {
		    .to = text, .options = cases[i].options};

		zone_survey_run(&found, zone_signed, &change, NULL);
		expect_only(&found, CHECK_dnskey_rsa_size, cases[i].severity,
		    i);
	}
}

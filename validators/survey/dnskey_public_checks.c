/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dnskey_public_checks.c -- checks of the public keys in DNSKEY records: how
 * large they are, how they are encoded, and whether everybody has the private
 * part.  Nothing here depends on what the keys sign.
 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "base/die.h"
#include "survey/signing.h"

/* RFC 3110 2. */
struct rsa_public {
	const uint8_t *exponent, *modulus;
	size_t exponent_length, modulus_length;
	bool is_long; /* the exponent's length is written in three octets */
};

/* Where the public key begins: RFC 4034 2.1. */
enum { PUBLIC_KEY = 4 };

/* Bits of an exponent or modulus: RFC 3110 2. */
enum { RSA_MOST_BITS = 4096 };

/* More keys are refused anyway: check dnskey_count_max. */
static uint32_t
n_keys(const struct survey *s)
{
	return s->index.n_keys < LIMIT_KEYS ? s->index.n_keys : LIMIT_KEYS;
}

static bool
is_rsa(const struct index_key *key)
{
	return key->algorithm == ALGORITHM_RSASHA1 ||
	       key->algorithm == ALGORITHM_RSASHA1_NSEC3 ||
	       key->algorithm == ALGORITHM_RSASHA256 ||
	       key->algorithm == ALGORITHM_RSASHA512;
}

/* Sets *PUBLIC to the fields of KEY; returns false if one of them is not
 * there. */
static bool
rsa_read(const struct survey *s, const struct index_key *key,
    struct rsa_public *public)
{
	const uint8_t *at = key_rdata(s, key) + PUBLIC_KEY;
	size_t left = key_record(s, key)->rdata.length - PUBLIC_KEY;
	size_t length_octets = at[0] == 0 ? 3 : 1;

	if (left < length_octets) {
		return false;
	}
	public->is_long = at[0] == 0;
	public->exponent = at + length_octets;
	public->exponent_length =
	    public->is_long ? (size_t)at[1] << 8 | at[2] : at[0];
	left -= length_octets;
	if (public->exponent_length == 0 || left <= public->exponent_length) {
		return false;
	}
	public->modulus = public->exponent + public->exponent_length;
	public->modulus_length = left - public->exponent_length;
	return true;
}

/* Bits of the number in LENGTH octets, the most significant first. */
static unsigned
bits_of(const uint8_t *at, size_t length)
{
	while (length > 0 && at[0] == 0) {
		at++;
		length--;
	}
	if (length == 0) {
		return 0;
	}
	unsigned bits = (unsigned)(length - 1) * 8;

	for (unsigned first = at[0]; first != 0; first >>= 1) {
		bits++;
	}
	return bits;
}

static bool
is_odd(const uint8_t *at, size_t length)
{
	return (at[length - 1] & 1) != 0;
}

/* ---- dnskey_rsa_size ---- */

/* The least bits that the RFCs allow in the modulus of a key. */
static unsigned
rsa_least_bits(uint8_t algorithm)
{
	switch (algorithm) {
	case ALGORITHM_RSASHA256:
		return 512; /* RFC 5702 2.1 */
	case ALGORITHM_RSASHA512:
		return 1024; /* RFC 5702 2.2 */
	default:
		return 0; /* RFC 3110 2 sets only the most */
	}
}

/* Returns the option that wants other than BITS of KEY in a role that it has,
 * or OPTION_none. */
static enum option_id
bits_option(const struct survey *s, const struct index_key *key, unsigned bits)
{
	int64_t ksk = option(s, OPTION_ksk_rsa_bits);
	int64_t zsk = option(s, OPTION_zsk_rsa_bits);

	if (key_is_for_dnskey(s, key) && ksk != 0 && bits != ksk) {
		return OPTION_ksk_rsa_bits;
	}
	if (key_is_for_data(s, key) && zsk != 0 && bits != zsk) {
		return OPTION_zsk_rsa_bits;
	}
	return OPTION_none;
}

void
check_dnskey_rsa_size(struct survey *s)
{
	int64_t wanted = option(s, OPTION_rsa_bits_min);

	for (uint32_t i = 0; i < n_keys(s); i++) {
		const struct index_key *key = &s->index.keys[i];
		struct place place = place_record(s, key_record(s, key));
		unsigned least = rsa_least_bits(key->algorithm);
		struct rsa_public public;

		if (!is_rsa(key) || !rsa_read(s, key, &public)) {
			continue; /* dnskey_rsa_encoding says so */
		}
		unsigned bits = bits_of(public.modulus, public.modulus_length);
		enum option_id exact = bits_option(s, key, bits);

		if (bits < least || bits > RSA_MOST_BITS) {
			finding_as(s, CHECK_dnskey_rsa_size, SEVERITY_BLOCK,
			    OPTION_none, place,
			    "key %u, algorithm %u: expected %u to %u bits, "
			    "found %u",
			    key->tag, key->algorithm, least, RSA_MOST_BITS,
			    bits);
		} else if (bits < option(s, OPTION_rsa_bits_block)) {
			finding_as(s, CHECK_dnskey_rsa_size, SEVERITY_BLOCK,
			    OPTION_rsa_bits_block, place,
			    "key %u: expected at least %d bits, found %u",
			    key->tag, (int)option(s, OPTION_rsa_bits_block),
			    bits);
		} else if (exact != OPTION_none) {
			finding_as(s, CHECK_dnskey_rsa_size, SEVERITY_HOLD,
			    exact, place,
			    "key %u, %s: expected %d bits, found %u", key->tag,
			    exact == OPTION_ksk_rsa_bits ? "for DNSKEY"
			                                 : "for data",
			    (int)option(s, exact), bits);
		} else if (bits < wanted) {
			finding_as(s, CHECK_dnskey_rsa_size, SEVERITY_WARN,
			    OPTION_rsa_bits_min, place,
			    "key %u: expected at least %d bits, found %u",
			    key->tag, (int)wanted, bits);
		}
	}
}

/* ---- dnskey_rsa_encoding ---- */

/* True if the modulus is a prime, whose private exponent anybody computes: by
 * Fermat's test to the base 2.  A product of two primes that passes it is
 * rarer than a broken machine. */
static bool
is_prime(const struct rsa_public *public)
{
	BN_CTX *context = BN_CTX_new();
	BIGNUM *modulus =
	    BN_bin2bn(public->modulus, (int)public->modulus_length, NULL);
	BIGNUM *exponent = BN_new(), *base = BN_new(), *power = BN_new();

	if (context == NULL || modulus == NULL || exponent == NULL ||
	    base == NULL || power == NULL || BN_set_word(base, 2) != 1 ||
	    BN_sub(exponent, modulus, BN_value_one()) != 1 ||
	    BN_mod_exp(power, base, exponent, modulus, context) != 1) {
		die("OpenSSL does not compute");
	}
	bool is = BN_is_one(power) == 1;

	BN_free(power);
	BN_free(base);
	BN_free(exponent);
	BN_free(modulus);
	BN_CTX_free(context);
	return is;
}

/* Returns NULL, or why anybody can sign with the key. */
static const char *
rsa_forgeable(const struct rsa_public *public)
{
	unsigned bits = bits_of(public->modulus, public->modulus_length);

	if (bits_of(public->exponent, public->exponent_length) <= 1) {
		return "expected an exponent of 3 or more";
	}
	if (!is_odd(public->modulus, public->modulus_length)) {
		return "expected an odd modulus";
	}
	/* Beyond, dnskey_rsa_size blocks, and the test takes long. */
	if (bits <= 1 || (bits <= RSA_MOST_BITS && is_prime(public))) {
		return "expected a product of two primes as modulus";
	}
	return NULL;
}

/* Returns NULL, or what in the encoding no verifier need take. */
static const char *
rsa_misencoded(const struct rsa_public *public)
{
	/* RFC 3110 2: leading zero octets are prohibited. */
	if (public->exponent[0] == 0) {
		return "expected no leading zero octets in the exponent";
	}
	if (public->modulus[0] == 0) {
		return "expected no leading zero octets in the modulus";
	}
	/* RFC 3110 2: one octet if it is in the range of 1 to 255. */
	if (public->is_long && public->exponent_length <= UINT8_MAX) {
		return "expected the exponent's length in one octet";
	}
	if (bits_of(public->exponent, public->exponent_length) >
	    RSA_MOST_BITS) {
		return "expected an exponent of at most 4096 bits";
	}
	if (!is_odd(public->exponent, public->exponent_length)) {
		return "expected an odd exponent";
	}
	return NULL;
}

/* True if the policy allows the exponent. */
static bool
is_allowed(const struct survey *s, const struct rsa_public *public)
{
	int64_t allowed = option(s, OPTION_rsa_exponent);
	bool is_65537 = public->exponent_length == 3 &&
	                memcmp(public->exponent, "\1\0\1", 3) == 0;
	bool is_3 = public->exponent_length == 1 && public->exponent[0] == 3;

	return allowed == EXPONENT_ANY || is_65537 ||
	       (allowed == EXPONENT_3_OR_65537 && is_3);
}

static void
rsa_encoding(struct survey *s, const struct index_key *key)
{
	struct place place = place_record(s, key_record(s, key));
	struct rsa_public public;

	if (!rsa_read(s, key, &public)) {
		finding_as(s, CHECK_dnskey_rsa_encoding, SEVERITY_HOLD,
		    OPTION_none, place,
		    "key %u: expected exponent and modulus, the key ends "
		    "before",
		    key->tag);
		return;
	}
	const char *forgeable = rsa_forgeable(&public);
	const char *misencoded = rsa_misencoded(&public);

	if (forgeable != NULL) {
		finding_as(s, CHECK_dnskey_rsa_encoding, SEVERITY_BLOCK,
		    OPTION_none, place, "key %u: %s; anybody can sign with it",
		    key->tag, forgeable);
	} else if (misencoded != NULL) {
		finding_as(s, CHECK_dnskey_rsa_encoding, SEVERITY_HOLD,
		    OPTION_none, place, "key %u: %s", key->tag, misencoded);
	} else if (!is_allowed(s, &public)) {
		finding_as(s, CHECK_dnskey_rsa_encoding, SEVERITY_WARN,
		    OPTION_rsa_exponent, place,
		    "key %u: expected exponent %s, found another of %u bits",
		    key->tag,
		    option(s, OPTION_rsa_exponent) == EXPONENT_3_OR_65537
		        ? "3 or 65537"
		        : "65537",
		    bits_of(public.exponent, public.exponent_length));
	}
}

void
check_dnskey_rsa_encoding(struct survey *s)
{
	for (uint32_t i = 0; i < n_keys(s); i++) {
		if (is_rsa(&s->index.keys[i])) {
			rsa_encoding(s, &s->index.keys[i]);
		}
	}
}

/* ---- dnskey_ec_length ---- */

struct curve {
	size_t octets;
	int nid; /* OpenSSL's curve of uncompressed points, or 0 */
};

static struct curve
curve_of(uint8_t algorithm)
{
	switch (algorithm) {
	case ALGORITHM_ECDSAP256:
		/* RFC 6605 4. */
		return (struct curve){64, NID_X9_62_prime256v1};
	case ALGORITHM_ECDSAP384:
		return (struct curve){96, NID_secp384r1};
	case ALGORITHM_ED25519:
		/* RFC 8080 3. */
		return (struct curve){32, 0};
	case ALGORITHM_ED448:
		return (struct curve){57, 0};
	default:
		return (struct curve){0, 0};
	}
}

/* True if the two coordinates at XY are those of a point on CURVE. */
static bool
is_point(const struct curve *curve, const uint8_t *xy)
{
	uint8_t encoded[1 + 96] = {4}; /* uncompressed: SEC 1 2.3.3 */
	EC_GROUP *group = EC_GROUP_new_by_curve_name(curve->nid);
	EC_POINT *point = group == NULL ? NULL : EC_POINT_new(group);

	if (point == NULL) {
		die("OpenSSL does not know the curve");
	}
	memcpy(encoded + 1, xy, curve->octets);
	bool is = EC_POINT_oct2point(group, point, encoded, curve->octets + 1,
	              NULL) == 1;

	EC_POINT_free(point);
	EC_GROUP_free(group);
	return is;
}

void
check_dnskey_ec_length(struct survey *s)
{
	for (uint32_t i = 0; i < n_keys(s); i++) {
		const struct index_key *key = &s->index.keys[i];
		struct place place = place_record(s, key_record(s, key));
		struct curve curve = curve_of(key->algorithm);
		size_t found = key_record(s, key)->rdata.length - PUBLIC_KEY;

		if (curve.octets == 0) {
			continue;
		}
		if (found != curve.octets) {
			finding(s, CHECK_dnskey_ec_length, place,
			    "key %u, algorithm %u: expected %zu octets, "
			    "found %zu",
			    key->tag, key->algorithm, curve.octets, found);
		} else if (curve.nid != 0 &&
		           !is_point(&curve, key_rdata(s, key) + PUBLIC_KEY)) {
			finding(s, CHECK_dnskey_ec_length, place,
			    "key %u, algorithm %u: expected a point on the "
			    "curve",
			    key->tag, key->algorithm);
		}
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zone_keys.c -- keys are imported by ldns' own functions, so that what a key is
 * stays its word.
 *
 * ldns_verify_rrsig_keylist() imports the key for every signature, which
 * takes several times as long as the signature; ldns offers the half that
 * comes after, ldns_verify_rrsig_evp(), for keys that are imported already.
 */
/* ldns hands RSA keys out in the form before OpenSSL 3.0, which has to be
 * wrapped by a function of that time. */
#define OPENSSL_API_COMPAT 10100

#include "ldns/zone_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/memory.h"
#include "contract/name.h"
#include "ldns/signed_data.h"

/* Which digest goes with an algorithm: RFC 8624 3.1 lists the documents. */
static const struct algorithm {
	const char *digest; /* OpenSSL's name; NULL: EdDSA digests by itself */
	uint8_t number;
	bool is_rsa;
} algorithms[] = {
    {"SHA1", LDNS_RSASHA1, true},
    {"SHA1", LDNS_RSASHA1_NSEC3, true},
    {"SHA256", LDNS_RSASHA256, true},
    {"SHA512", LDNS_RSASHA512, true},
    {"SHA256", LDNS_ECDSAP256SHA256, false},
    {"SHA384", LDNS_ECDSAP384SHA384, false},
    {NULL, LDNS_ED25519, false},
    {NULL, LDNS_ED448, false},
};
enum { N_ALGORITHMS = sizeof(algorithms) / sizeof(algorithms[0]) };

static const struct algorithm *
algorithm_find(uint8_t number)
{
	for (int i = 0; i < N_ALGORITHMS; i++) {
		if (algorithms[i].number == number) {
			return &algorithms[i];
		}
	}
	return NULL;
}

bool
algorithm_is_known(uint8_t number)
{
	return algorithm_find(number) != NULL;
}

/* Fetched once: OpenSSL would look it up again for each signature. */
static const EVP_MD *
digest_of(const struct algorithm *algorithm)
{
	static EVP_MD *fetched[N_ALGORITHMS];
	size_t i = (size_t)(algorithm - algorithms);

	if (algorithm->digest == NULL) {
		return NULL;
	}
	if (fetched[i] == NULL) {
		fetched[i] = EVP_MD_fetch(NULL, algorithm->digest, NULL);
		if (fetched[i] == NULL) {
			die("OpenSSL: no %s", algorithm->digest);
		}
	}
	return fetched[i];
}

static EVP_PKEY *
import_rsa(const unsigned char *octets, size_t length)
{
	RSA *rsa = ldns_key_buf2rsa_raw(octets, length);

	if (rsa == NULL) {
		return NULL;
	}
	EVP_PKEY *public = EVP_PKEY_new();

	if (public == NULL || EVP_PKEY_assign(public, EVP_PKEY_RSA, rsa) != 1) {
		die("OpenSSL: no memory for a key");
	}
	return public;
}

static EVP_PKEY *
import(const struct algorithm *algorithm, const uint8_t *octets, size_t length)
{
	if (algorithm->is_rsa) {
		return import_rsa(octets, length);
	}
	if (algorithm->number == LDNS_ED25519) {
		return ldns_ed255192pkey_raw(octets, length);
	}
	if (algorithm->number == LDNS_ED448) {
		return ldns_ed4482pkey_raw(octets, length);
	}
	return ldns_ecdsa2pkey_raw(octets, length, algorithm->number);
}

/* Fills KEY from RECORD; returns false if ldns takes it for no key. */
static bool
key_init(struct key *key, const struct zone *zone, uint32_t record)
{
	const struct zone_record *row = &zone->records[record];

	/* RFC 4034 2.1: flags, protocol, algorithm, public key. */
	if (row->rdata_length < 5) {
		return false;
	}
	memset(key, 0, sizeof(*key));
	key->rr = signed_data_rr(zone, row);
	if (key->rr == NULL) {
		return false;
	}
	key->record = record;
	key->flags = (uint16_t)(row->rdata[0] << 8 | row->rdata[1]);
	key->protocol = row->rdata[2];
	key->algorithm = row->rdata[3];
	key->tag = ldns_calc_keytag(key->rr);

	const struct algorithm *algorithm = algorithm_find(key->algorithm);

	if (algorithm != NULL) {
		key->digest = digest_of(algorithm);
		key->public =
		    import(algorithm, row->rdata + 4, row->rdata_length - 4u);
	}
	return true;
}

static void
key_release(struct key *key)
{
	ldns_rr_free(key->rr);
	EVP_PKEY_free(key->public);
}

static bool
is_duplicate(const struct keys *keys, const struct zone *zone, uint32_t record)
{
	const struct zone_record *row = &zone->records[record];

	for (unsigned i = 0; i < keys->n; i++) {
		const struct zone_record *other =
		    &zone->records[keys->key[i].record];

		if (other->rdata_length == row->rdata_length &&
		    memcmp(other->rdata, row->rdata, row->rdata_length) == 0) {
			return true;
		}
	}
	return false;
}

static void
add_key(struct keys *keys, const struct zone *zone, uint32_t record)
{
	struct key key;

	if (is_duplicate(keys, zone, record) || !key_init(&key, zone, record)) {
		return;
	}
	size_t bit = (size_t)key.algorithm << 16 | key.tag;

	keys->named[bit / 8] |= (uint8_t)(1u << bit % 8);
	if (keys->n == LIMIT_KEYS) {
		keys->too_many = true;
		key_release(&key);
		return;
	}
	keys->key[keys->n++] = key;
}

void
keys_init(struct keys *keys, const struct zone *zone, const uint8_t *apex)
{
	memset(keys, 0, sizeof(*keys));
	keys->named = xcalloc((size_t)256 * 65536 / 8, 1);
	keys->apex = zone_find_owner(zone, apex);
	if (keys->apex == ZONE_NONE) {
		return;
	}
	keys->rrset = zone_find_rrset(zone, keys->apex, TYPE_DNSKEY, CLASS_IN);
	for (uint32_t i = 0; i < keys->rrset.n; i++) {
		add_key(keys, zone, zone->order[keys->rrset.first + i]);
	}
}

void
keys_release(struct keys *keys)
{
	for (unsigned i = 0; i < keys->n; i++) {
		key_release(&keys->key[i]);
	}
	free(keys->named);
	memset(keys, 0, sizeof(*keys));
}

bool
keys_name(const struct keys *keys, uint16_t tag, uint8_t algorithm)
{
	size_t bit = (size_t)algorithm << 16 | tag;

	return (keys->named[bit / 8] >> bit % 8 & 1) != 0;
}

void
keys_count_owed(const struct keys *keys, struct zone *zone)
{
	struct rrsig_rdata rdata;

	for (size_t i = 0; i < zone->n_rrsigs; i++) {
		const struct zone_rrsig *rrsig = &zone->rrsigs[i];
		const struct zone_record *record =
		    &zone->records[rrsig->record];

		if (zone_rrsig_rdata(record, &rdata) &&
		    keys_name(keys, rdata.key_tag, rdata.algorithm) &&
		    zone_find_rrset(zone, record->owner, rdata.type_covered,
		        record->class_)
		            .n > 0) {
			zone->reading.owed++;
			sum256_add(&zone->reading.owed_sum, rrsig->digest);
		}
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reading.c -- digests of records and their sums, through OpenSSL.
 */
#include "contract/reading.h"

#include <assert.h>
#include <openssl/evp.h>
#include <string.h>
#include <threads.h>

#include "base/die.h"
#include "contract/index.h"
#include "contract/name.h"

/* Looking the algorithm up costs more than digesting a record: once. */
static EVP_MD *sha256;
static once_flag sha256_once = ONCE_FLAG_INIT;
static _Thread_local EVP_MD_CTX *context;

static void
fetch_sha256(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static EVP_MD_CTX *
digest_begin(void)
{
	call_once(&sha256_once, fetch_sha256);
	if (context == NULL) {
		context = EVP_MD_CTX_new();
	}
	if (sha256 == NULL || context == NULL ||
	    EVP_DigestInit_ex2(context, sha256, NULL) != 1) {
		die("OpenSSL: no SHA-256");
	}
	return context;
}

static void
put_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

void
record_digest(const uint8_t *owner_lower, uint16_t type, uint16_t class_,
    uint32_t ttl, const uint8_t *rdata, size_t rdata_length, uint8_t digest[32])
{
	uint8_t head[LIMIT_NAME_OCTETS + 10];
	size_t n = name_length(owner_lower, LIMIT_NAME_OCTETS);
	EVP_MD_CTX *ctx = digest_begin();

	assert(n > 0 && rdata_length <= LIMIT_RDATA_OCTETS);
	memcpy(head, owner_lower, n);
	put_u16(head + n, type);
	put_u16(head + n + 2, class_);
	put_u16(head + n + 4, (uint16_t)(ttl >> 16));
	put_u16(head + n + 6, (uint16_t)ttl);
	put_u16(head + n + 8, (uint16_t)rdata_length);
	if (EVP_DigestUpdate(ctx, head, n + 10) != 1 ||
	    EVP_DigestUpdate(ctx, rdata, rdata_length) != 1 ||
	    EVP_DigestFinal_ex(ctx, digest, NULL) != 1) {
		die("OpenSSL: SHA-256 failed");
	}
}

void
sum256_add(struct sum256 *sum, const uint8_t digest[32])
{
	uint64_t carry = 0;

	for (size_t i = 0; i < 4; i++) {
		uint64_t addend;

		memcpy(&addend, digest + 8 * i, sizeof(addend));
		addend += carry;
		carry = addend < carry;
		sum->word[i] += addend;
		carry += sum->word[i] < addend;
	}
}

static void
digest_of(const struct index *index, const struct index_record *record,
    uint8_t digest[32])
{
	const struct index_rrset *rrset = &index->rrsets[record->rrset];

	record_digest(index_rrset_owner(index, rrset), rrset->type,
	    rrset->class_, record->ttl, index_at(index, record->rdata),
	    record->rdata.length, digest);
}

/*
 * Adds an RRSIG to what is owed if it is a claim and the claim's own digest,
 * by which a validator finds the RRSIG, is the digest of that RRSIG.  A claim
 * for which that does not hold is missed, and so the readings will differ.
 */
static void
add_owed(const struct index *index, const struct index_rrsig *rrsig,
    const uint8_t digest[32], struct reading *reading)
{
	if (rrsig->claim != INDEX_NONE &&
	    memcmp(index->claims[rrsig->claim].digest, digest, 32) == 0) {
		reading->owed++;
		sum256_add(&reading->owed_sum, digest);
	}
}

void
reading_of_index(const struct index *index, struct reading *reading)
{
	uint8_t digest[32];

	memset(reading, 0, sizeof(*reading));
	for (uint32_t i = 0; i < index->n_records; i++) {
		const struct index_record *record = &index->records[i];

		if (index->rrsets[record->rrset].type != TYPE_RRSIG) {
			digest_of(index, record, digest);
			reading->records++;
			sum256_add(&reading->records_sum, digest);
		}
	}
	/* Each RRSIG record is exactly one row: index_open() saw to it. */
	for (uint32_t i = 0; i < index->n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &index->rrsigs[i];

		digest_of(index, &index->records[rrsig->record], digest);
		reading->records++;
		sum256_add(&reading->records_sum, digest);
		reading->rrsigs++;
		sum256_add(&reading->rrsigs_sum, digest);
		add_owed(index, rrsig, digest, reading);
	}
}

static bool
sum256_equal(const struct sum256 *a, const struct sum256 *b)
{
	return memcmp(a->word, b->word, sizeof(a->word)) == 0;
}

const char *
reading_difference(const struct reading *a, const struct reading *b)
{
	if (a->records != b->records) {
		return "the number of records";
	}
	if (a->rrsigs != b->rrsigs) {
		return "the number of RRSIG records";
	}
	if (a->owed != b->owed) {
		return "the number of RRSIG records that name a published key";
	}
	if (!sum256_equal(&a->records_sum, &b->records_sum)) {
		return "the records";
	}
	if (!sum256_equal(&a->rrsigs_sum, &b->rrsigs_sum)) {
		return "the RRSIG records";
	}
	if (!sum256_equal(&a->owed_sum, &b->owed_sum)) {
		return "the RRSIG records that name a published key";
	}
	return NULL;
}

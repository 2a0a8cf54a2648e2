/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zonemd_digest.c -- the digests of a zone by the SIMPLE scheme of RFC 8976.
 *
 * RFC 8976 3.3.1 wants owners in canonical order, RRsets at one name by type,
 * records by RDATA: the order of the index.
 */
#include "survey/zonemd_digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/memory.h"
#include "survey/canonical.h"
#include "survey/rdata.h"

/* Collects octets for the hash functions, whose calls cost more than most
 * records do. */
struct feed {
	EVP_MD_CTX *contexts[2];
	unsigned n_contexts;
	uint8_t *scratch; /* for canonical RDATA */
	uint8_t *buffer;
	size_t used;
};

/* A record in wire form fits in: owner, ten octets, RDATA. */
#define FEED_OCTETS ((size_t)4 * LIMIT_RDATA_OCTETS)
#define RECORD_OCTETS_MAX ((size_t)LIMIT_NAME_OCTETS + 10 + LIMIT_RDATA_OCTETS)

static void
feed_begin(struct feed *feed, const EVP_MD *hash)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context == NULL || EVP_DigestInit_ex(context, hash, NULL) != 1) {
		die("zonemd: cannot begin a digest");
	}
	feed->contexts[feed->n_contexts++] = context;
}

static void
feed_flush(struct feed *feed)
{
	for (unsigned i = 0; i < feed->n_contexts; i++) {
		if (EVP_DigestUpdate(feed->contexts[i], feed->buffer,
		        feed->used) != 1) {
			die("zonemd: cannot digest");
		}
	}
	feed->used = 0;
}

static void
feed_end(struct feed *feed, unsigned which, uint8_t *digest, unsigned octets)
{
	unsigned length = 0;
	uint8_t whole[EVP_MAX_MD_SIZE];

	if (EVP_DigestFinal_ex(feed->contexts[which], whole, &length) != 1 ||
	    length != octets) {
		die("zonemd: cannot end a digest");
	}
	memcpy(digest, whole, octets);
	EVP_MD_CTX_free(feed->contexts[which]);
}

static void
feed_put(struct feed *feed, const void *octets, size_t length)
{
	memcpy(feed->buffer + feed->used, octets, length);
	feed->used += length;
}

static void
feed_number(struct feed *feed, uint32_t number, unsigned octets)
{
	while (octets-- > 0) {
		feed->buffer[feed->used++] = (uint8_t)(number >> octets * 8);
	}
}

/* One record as RFC 8976 3.3.1 has it: on the wire, not compressed, in
 * canonical form, with the TTL it has in the zone. */
static void
feed_record(struct feed *feed, const struct survey *s,
    const struct index_rrset *rrset, const struct index_record *record)
{
	const struct index_owner *owner = &s->index.owners[rrset->owner];

	if (feed->used + RECORD_OCTETS_MAX > FEED_OCTETS) {
		feed_flush(feed);
	}
	feed_put(feed, at(s, owner->name), owner->name.length);
	feed_number(feed, rrset->type, 2);
	feed_number(feed, rrset->class_, 2);
	feed_number(feed, record->ttl, 4);
	feed_number(feed, record->rdata.length, 2);
	feed_put(feed,
	    canonical_rdata(rrset->type, at(s, record->rdata),
	        record->rdata.length, feed->scratch),
	    record->rdata.length);
}

/* RFC 8976 3.3.1.1: what is left out of the digest. */
static bool
is_left_out(const struct survey *s, const struct index_rrset *rrset,
    const struct index_record *record)
{
	if (rrset->owner != s->index.header->apex) {
		return false;
	}
	if (rrset->type == TYPE_ZONEMD) {
		return true;
	}
	const uint8_t *rdata = at(s, record->rdata);

	return rrset->type == TYPE_RRSIG &&
	       (rdata[0] << 8 | rdata[1]) == TYPE_ZONEMD;
}

static bool
is_same_rdata(const struct survey *s, uint16_t type,
    const struct index_record *a, const struct index_record *b)
{
	return rdata_compare(type, at(s, a->rdata), a->rdata.length,
	           at(s, b->rdata), b->rdata.length) == 0;
}

static void
feed_rrset(struct feed *feed, const struct survey *s,
    const struct index_rrset *rrset)
{
	const struct index_record *record =
	    &s->index.records[rrset->first_record];

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		/* RFC 8976 3.3.1.1: of duplicates, one. */
		bool is_twin = i > 0 && is_same_rdata(s, rrset->type,
		                            &record[i - 1], &record[i]);

		if (!is_twin && !is_left_out(s, rrset, &record[i])) {
			feed_record(feed, s, rrset, &record[i]);
		}
	}
}

void
zonemd_digests_compute(const struct survey *s, struct zonemd_digests *digests)
{
	struct feed feed = {
	    .scratch = xmalloc(LIMIT_RDATA_OCTETS),
	    .buffer = xmalloc(FEED_OCTETS),
	};
	unsigned which = 0;

	if (digests->wants_sha384) {
		feed_begin(&feed, EVP_sha384());
	}
	if (digests->wants_sha512) {
		feed_begin(&feed, EVP_sha512());
	}
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		/* What is not of this zone is no part of it; glue and
		 * occluded data are (RFC 8976 3.3.1.1). */
		if ((s->index.owners[rrset->owner].flags & OWNER_OUT_OF_ZONE) ==
		    0) {
			feed_rrset(&feed, s, rrset);
		}
	}
	feed_flush(&feed);
	if (digests->wants_sha384) {
		feed_end(&feed, which++, digests->sha384, ZONEMD_SHA384_OCTETS);
	}
	if (digests->wants_sha512) {
		feed_end(&feed, which++, digests->sha512, ZONEMD_SHA512_OCTETS);
	}
	free(feed.scratch);
	free(feed.buffer);
}

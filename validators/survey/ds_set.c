/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ds_set.c -- see ds_set.h. */
#include "survey/ds_set.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "contract/policy_list.h"
#include "survey/rdata.h"

size_t
ds_digest(const struct survey *s, uint8_t digest_type, const uint8_t *rdata,
    size_t length, uint8_t digest[DS_DIGEST_MAX])
{
	/* RFC 4034 A.2, RFC 4509, RFC 6605 2. */
	const EVP_MD *kind = digest_type == 1   ? EVP_sha1()
	                     : digest_type == 2 ? EVP_sha256()
	                     : digest_type == 4 ? EVP_sha384()
	                                        : NULL;
	unsigned digest_length = 0;

	if (kind == NULL) {
		return 0;
	}
	size_t apex_length = name_length(s->apex, LIMIT_NAME_OCTETS);
	uint8_t *octets = xmalloc(apex_length + length);

	memcpy(octets, s->apex, apex_length);
	memcpy(octets + apex_length, rdata, length);
	if (EVP_Digest(octets, apex_length + length, digest, &digest_length,
	        kind, NULL) != 1) {
		die("OpenSSL does not digest");
	}
	free(octets);
	return digest_length;
}

struct anchor
anchor_of(uint16_t type, const uint8_t *rdata, size_t length)
{
	struct anchor anchor = {
	    .type = type,
	    .rdata = rdata,
	    .rdata_length = (uint16_t)length,
	    .key = INDEX_NONE,
	};

	if (type == TYPE_DS) {
		anchor.tag = (uint16_t)(rdata[0] << 8 | rdata[1]);
		anchor.algorithm = rdata[2];
		anchor.digest_type = rdata[3];
	} else {
		anchor.tag = rdata_key_tag(rdata, length);
		anchor.algorithm = rdata[3];
	}
	return anchor;
}

bool
anchor_names(const struct survey *s, const struct anchor *anchor,
    const uint8_t *rdata, size_t length)
{
	uint8_t digest[DS_DIGEST_MAX];

	if (anchor->type == TYPE_DNSKEY) {
		return anchor->rdata_length == length &&
		       memcmp(anchor->rdata, rdata, length) == 0;
	}
	if (anchor->algorithm != rdata[3] ||
	    anchor->tag != rdata_key_tag(rdata, length)) {
		return false;
	}
	size_t digest_length =
	    ds_digest(s, anchor->digest_type, rdata, length, digest);

	return digest_length != 0 &&
	       anchor->rdata_length == 4 + digest_length &&
	       memcmp(anchor->rdata + 4, digest, digest_length) == 0;
}

uint32_t
anchor_find_key(const struct survey *s, const struct anchor *anchor)
{
	uint32_t key = anchor_find_tag(s, anchor);

	while (key != INDEX_NONE) {
		struct index_octets octets =
		    key_record(s, &s->index.keys[key])->rdata;

		if (anchor_names(s, anchor, at(s, octets), octets.length)) {
			break;
		}
		key = next_key_like(s, key);
	}
	return key;
}

uint32_t
anchor_find_tag(const struct survey *s, const struct anchor *anchor)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (key->tag == anchor->tag &&
		    key->algorithm == anchor->algorithm) {
			return i;
		}
	}
	return INDEX_NONE;
}

const char *
entry_fault(const struct index_key *key)
{
	/* RFC 4034 5.2, RFC 4035 5.2: Flags bit 7 set. */
	if ((key->flags & DNSKEY_ZONE) == 0) {
		return "has no Zone Key flag";
	}
	/* RFC 4034 2.1.2. */
	if (key->protocol != 3) {
		return "does not have protocol 3";
	}
	/* RFC 5011 2.1. */
	if (key_is_revoked(key)) {
		return "is revoked";
	}
	/* RFC 4035 5.2: the corresponding private key has signed the
	 * apex DNSKEY RRset. */
	if (key->n_dnskey_rrsigs == 0) {
		return "does not sign DNSKEY";
	}
	return NULL;
}

bool
has_anchored_entry(const struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		if (s->index.keys[i].is_anchored != 0 &&
		    entry_fault(&s->index.keys[i]) == NULL) {
			return true;
		}
	}
	return false;
}

bool
signs_dnskey_with(const struct survey *s, uint8_t algorithm)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		if (s->index.keys[i].algorithm == algorithm &&
		    entry_fault(&s->index.keys[i]) == NULL) {
			return true;
		}
	}
	return false;
}

static bool
has_usable_key_of(const struct survey *s, uint8_t algorithm)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		if (s->index.keys[i].algorithm == algorithm &&
		    key_is_usable(&s->index.keys[i])) {
			return true;
		}
	}
	return false;
}

struct algorithms
anchor_algorithms_unsigned(const struct survey *s)
{
	struct algorithms set = {{0}};

	if (s->job->has_anchors == 0 || !has_anchored_entry(s)) {
		return set;
	}
	for (unsigned i = 0; i < s->n_anchors; i++) {
		uint8_t algorithm = s->anchors[i].algorithm;

		/* Of one without any key ds_algorithm_has_dnskey speaks. */
		if (has_usable_key_of(s, algorithm) &&
		    !signs_dnskey_with(s, algorithm)) {
			algorithms_add(&set, algorithm);
		}
	}
	return set;
}

/* True if A and B name one key, as far as two records without it can tell. */
static bool
is_same_key(const struct survey *s, const struct anchor *a,
    const struct anchor *b)
{
	if (a->type == TYPE_DNSKEY) {
		return anchor_names(s, b, a->rdata, a->rdata_length);
	}
	if (b->type == TYPE_DNSKEY) {
		return anchor_names(s, a, b->rdata, b->rdata_length);
	}
	return a->rdata_length == b->rdata_length &&
	       memcmp(a->rdata, b->rdata, a->rdata_length) == 0;
}

bool
anchor_is_among(const struct survey *s, const struct anchor *anchor,
    const struct anchor *others, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (is_same_key(s, anchor, &others[i])) {
			return true;
		}
	}
	return false;
}

bool
anchor_stands_by(const struct survey *s, const struct anchor *anchor)
{
	char item[POLICY_ITEM];
	struct policy_key key;
	size_t next = 0;

	while (policy_list_next(&s->job->policy, OPTION_standby_ds, &next,
	    item)) {
		if (policy_key_read(item, &key) && key.tag == anchor->tag &&
		    key.algorithm == anchor->algorithm) {
			return true;
		}
	}
	return anchor_is_among(s, anchor, s->incoming, s->n_incoming);
}

struct place
place_dnskey(const struct survey *s)
{
	struct place place = place_zone();

	place.owner = s->apex;
	place.type = TYPE_DNSKEY;
	return place;
}

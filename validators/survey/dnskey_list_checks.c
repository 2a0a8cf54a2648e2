/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dnskey_list_checks.c -- checks of the keys against the lists of keys that
 * the operator keeps: those expected, those retired, those of other zones;
 * and against those that the previous release revoked.
 */
#include <openssl/evp.h>
#include <string.h>

#include "base/die.h"
#include "contract/policy_list.h"
#include "survey/changes.h"
#include "survey/signing.h"

/* More keys are refused anyway: check dnskey_count_max. */
static uint32_t
n_keys(const struct survey *s)
{
	return s->index.n_keys < LIMIT_KEYS ? s->index.n_keys : LIMIT_KEYS;
}

static struct place
place_key(const struct survey *s, const struct index_key *key)
{
	return place_record(s, key_record(s, key));
}

/* True if LISTED names KEY; by its tag also if the key is revoked, which
 * changes the tag (RFC 5011 2.1). */
static bool
is_listed_as(const struct survey *s, const struct index_key *key,
    const struct policy_key *listed)
{
	if (listed->has_kid) {
		return memcmp(listed->kid, key->kid, sizeof(key->kid)) == 0;
	}
	return listed->algorithm == key->algorithm &&
	       (listed->tag == key->tag ||
	           (key_is_revoked(key) &&
	               listed->tag == key_tag_toggled(s, key)));
}

static bool
is_listed(const struct survey *s, const struct index_key *key,
    enum option_id list)
{
	char item[POLICY_ITEM];
	struct policy_key listed;
	size_t next = 0;

	while (policy_list_next(&s->job->policy, list, &next, item)) {
		if (policy_key_read(item, &listed) &&
		    is_listed_as(s, key, &listed)) {
			return true;
		}
	}
	return false;
}

static bool
is_empty(const struct survey *s, enum option_id list)
{
	return *policy_list_text(&s->job->policy, list) == '\0';
}

void
check_dnskey_unexpected(struct survey *s)
{
	if (is_empty(s, OPTION_expected_keys)) {
		return;
	}
	for (uint32_t i = 0; i < n_keys(s); i++) {
		const struct index_key *key = &s->index.keys[i];

		if (!is_listed(s, key, OPTION_expected_keys)) {
			finding_as(s, CHECK_dnskey_unexpected, SEVERITY_HOLD,
			    OPTION_expected_keys, place_key(s, key),
			    "key %u, algorithm %u, flags %u: expected one of "
			    "the policy's expected_keys",
			    key->tag, key->algorithm, key->flags);
		}
	}
}

/* RFC 5011 2.1: revocation is permanent; resolvers that saw it will not take
 * the key for an anchor again. */
static bool
was_revoked(const struct changes *changes, const struct index_key *key)
{
	for (unsigned i = 0; changes != NULL && i < changes->n_keys; i++) {
		const struct former_key *former = &changes->keys[i];

		if (former->is_revoked && former->signed_dnskey &&
		    memcmp(former->kid, key->kid, sizeof(key->kid)) == 0) {
			return true;
		}
	}
	return false;
}

void
check_dnskey_reuse_after_retire(struct survey *s)
{
	const struct changes *changes = changes_of(s);

	for (uint32_t i = 0; i < n_keys(s); i++) {
		const struct index_key *key = &s->index.keys[i];

		/* A revoked key is on its way out, and does no harm:
		 * dnskey_revoked_handling sees to that. */
		if (key_is_revoked(key)) {
			continue;
		}
		if (!is_listed(s, key, OPTION_retired_keys)) {
			if (was_revoked(changes, key)) {
				finding(s, CHECK_dnskey_reuse_after_retire,
				    place_key(s, key),
				    "key %u, algorithm %u, was revoked in the "
				    "previous release: expected it revoked or "
				    "gone, found it without the flag",
				    key->tag, key->algorithm);
			}
			continue;
		}
		finding_as(s, CHECK_dnskey_reuse_after_retire, SEVERITY_BLOCK,
		    OPTION_retired_keys, place_key(s, key),
		    "key %u, algorithm %u, is one of the policy's "
		    "retired_keys: expected it gone, found it published, and "
		    "%u signatures that name it",
		    key->tag, key->algorithm,
		    key->n_dnskey_rrsigs + key->n_data_rrsigs);
	}
}

/* True if KEY would be called KID if it were OWNER's and had FLAGS. */
static bool
has_kid(const struct survey *s, const struct index_key *key,
    const struct policy_zone_key *foreign, uint16_t flags)
{
	const uint8_t head[] = {(uint8_t)(flags >> 8), (uint8_t)flags};
	struct index_octets rdata = key_record(s, key)->rdata;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t kid[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	if (context == NULL ||
	    EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(context, foreign->owner,
	        name_length(foreign->owner, LIMIT_NAME_OCTETS)) != 1 ||
	    EVP_DigestUpdate(context, head, sizeof(head)) != 1 ||
	    EVP_DigestUpdate(context, at(s, rdata) + sizeof(head),
	        rdata.length - sizeof(head)) != 1 ||
	    EVP_DigestFinal_ex(context, kid, &length) != 1) {
		die("OpenSSL does not digest");
	}
	EVP_MD_CTX_free(context);
	return length == sizeof(foreign->kid) &&
	       memcmp(kid, foreign->kid, sizeof(foreign->kid)) == 0;
}

/* A key may be a KSK here and a ZSK there. */
static bool
is_key_of(const struct survey *s, const struct index_key *key,
    const struct policy_zone_key *foreign)
{
	return has_kid(s, key, foreign, DNSKEY_ZONE) ||
	       has_kid(s, key, foreign, DNSKEY_ZONE | DNSKEY_SEP);
}

void
check_dnskey_shared_across_zones(struct survey *s)
{
	char item[POLICY_ITEM], owner[LIMIT_NAME_TEXT];
	struct policy_zone_key foreign;
	size_t next = 0;

	while (policy_list_next(&s->job->policy, OPTION_foreign_keys, &next,
	    item)) {
		if (!policy_zone_key_read(item, &foreign)) {
			continue;
		}
		for (uint32_t i = 0; i < n_keys(s); i++) {
			const struct index_key *key = &s->index.keys[i];

			if (!is_key_of(s, key, &foreign)) {
				continue;
			}
			finding_as(s, CHECK_dnskey_shared_across_zones,
			    SEVERITY_BLOCK, OPTION_foreign_keys,
			    place_key(s, key),
			    "key %u, algorithm %u: expected a key of this zone "
			    "only, found the key of %.600s",
			    key->tag, key->algorithm,
			    name_to_text(foreign.owner, owner));
		}
	}
}

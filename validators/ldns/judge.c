/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ldns/judge.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/memory.h"
#include "contract/name.h"

#define ALL_KEYS UINT64_MAX

/* An RRSIG under judgement. */
struct question {
	uint32_t rrsig; /* row of zone.records */
	struct rrsig_rdata rdata;
	struct zone_rrset rrset;
	const struct key *keys[LIMIT_KEYS_PER_CLAIM]; /* that it may name */
	unsigned n_keys;
};

void
judge_init(struct judge *judge, const struct zone *zone,
    const struct keys *keys, const uint8_t *apex, int64_t at)
{
	memset(judge, 0, sizeof(*judge));
	judge->zone = zone;
	judge->keys = keys;
	judge->apex = apex;
	judge->at = at;
	judge->n_judged = xcalloc(zone->n_records, 1);
	judge->words_left = LIMIT_WORDS_PER_WORKER;
	judge->second_looks_left = LIMIT_WORDS_PER_WORKER;
	signed_data_init(&judge->data);
}

void
judge_release(struct judge *judge)
{
	free(judge->n_judged);
	signed_data_release(&judge->data);
}

static struct verdict_row
row(enum verdict verdict, enum reason reason)
{
	return (struct verdict_row){
	    .verdict = (uint8_t)verdict,
	    .reason = (uint8_t)reason,
	};
}

static struct verdict_row
bogus(struct judge *judge, const char *words)
{
	snprintf(judge->words, sizeof(judge->words), "%s", words);
	return row(VERDICT_BOGUS, REASON_bogus);
}

/* ---- what ldns says ---- */

/* ldns' validation of one RRSIG, keys imported anew.  The time is left out:
 * reason_of_time() has judged it, and ldns 1.8.3 takes times past 2^31 - 1 for
 * earlier ones. */
static ldns_status
ask_keylist(const struct judge *judge, const struct question *question)
{
	ldns_rr_list *keys = ldns_rr_list_new();
	ldns_rr_list *good = ldns_rr_list_new();
	ldns_status status;

	if (keys == NULL || good == NULL) {
		die("ldns: no memory");
	}
	for (unsigned i = 0; i < question->n_keys; i++) {
		if (!ldns_rr_list_push_rr(keys, question->keys[i]->rr)) {
			die("ldns: no memory");
		}
	}
	status = ldns_verify_rrsig_keylist_notime(judge->data.rrset,
	    judge->data.rrsig, keys, good);
	ldns_rr_list_free(keys);
	ldns_rr_list_free(good);
	ERR_clear_error();
	return status;
}

/* The second half of it, for keys that are imported already. */
static ldns_status
ask_evp(const struct judge *judge, const struct question *question)
{
	const struct signed_data *data = &judge->data;
	ldns_status status = LDNS_STATUS_CRYPTO_BOGUS;

	for (unsigned i = 0; i < question->n_keys; i++) {
		const struct key *key = question->keys[i];

		if (key->public == NULL) {
			continue;
		}
		status = ldns_verify_rrsig_evp_raw(
		    ldns_buffer_begin(data->signature),
		    ldns_buffer_position(data->signature), data->octets,
		    key->public, key->digest);
		if (status == LDNS_STATUS_OK) {
			return status;
		}
		ERR_clear_error();
	}
	return status;
}

/* Both ways of asking ldns must end alike; if not, nobody knows. */
static struct verdict_row
contradiction(struct judge *judge)
{
	snprintf(judge->words, sizeof(judge->words),
	    "ldns_verify_rrsig_evp and ldns_verify_rrsig_keylist differ");
	return row(VERDICT_INDETERMINATE, REASON_library);
}

/* BOGUS for REASON, in ldns' own words as long as there is room for them. */
static struct verdict_row
refuse(struct judge *judge, const struct question *question, enum reason reason)
{
	if (judge->words_left == 0) {
		return row(VERDICT_BOGUS, reason);
	}
	judge->words_left--;

	ldns_status status = ask_keylist(judge, question);

	if (status == LDNS_STATUS_OK) {
		return contradiction(judge);
	}
	snprintf(judge->words, sizeof(judge->words), "%s",
	    ldns_get_errorstr_by_id(status));
	return row(VERDICT_BOGUS, reason);
}

static struct verdict_row
confirm(struct judge *judge, const struct question *question)
{
	if (judge->second_looks_left > 0) {
		judge->second_looks_left--;
		if (ask_keylist(judge, question) != LDNS_STATUS_OK) {
			return contradiction(judge);
		}
	}
	return row(VERDICT_SECURE, REASON_none);
}

/* ---- what ldns leaves to its callers ---- */

/* RFC 4034 3.1.5: serial number arithmetic, RFC 1982, modulo 2^32.  Equal is
 * in time (RFC 4035 5.3.1); a distance of 2^31, which RFC 1982 leaves open, is
 * not. */
static bool
is_from(uint32_t time, uint32_t from)
{
	return time - from < UINT32_C(1) << 31;
}

static enum reason
reason_of_time(const struct judge *judge, const struct rrsig_rdata *rdata)
{
	uint32_t now = (uint32_t)judge->at;

	if (!is_from(rdata->expiration, rdata->inception)) {
		return REASON_bogus;
	}
	if (!is_from(now, rdata->inception)) {
		return REASON_not_yet_valid;
	}
	if (!is_from(rdata->expiration, now)) {
		return REASON_expired;
	}
	return REASON_none;
}

/* Signed by the zone itself, at a name the signature can be for: RFC 4035
 * 5.3.1.  Returns NULL or what is wrong. */
static const char *
wrong_place(const struct judge *judge, const struct question *question)
{
	const struct zone_record *record =
	    &judge->zone->records[question->rrsig];
	const uint8_t *owner = judge->zone->owners[record->owner].name;
	size_t n = name_length(judge->apex, LIMIT_NAME_OCTETS);
	unsigned labels = name_labels(owner) - name_is_wildcard(owner);

	if (memcmp(question->rdata.signer, judge->apex, n) != 0) {
		return "the signer's name is not the zone's";
	}
	if (question->rdata.labels > labels) {
		return "the RRSIG has more labels than its owner";
	}
	return NULL;
}

/* Which keys of ALLOWED (bits) the RRSIG may mean.  Returns false if they
 * are too many to try. */
static bool
find_keys(const struct judge *judge, struct question *question,
    uint64_t allowed)
{
	question->n_keys = 0;
	for (unsigned i = 0; i < judge->keys->n; i++) {
		const struct key *key = &judge->keys->key[i];

		if ((allowed >> i & 1) == 0 ||
		    key->tag != question->rdata.key_tag ||
		    key->algorithm != question->rdata.algorithm) {
			continue;
		}
		if (question->n_keys == LIMIT_KEYS_PER_CLAIM) {
			return false;
		}
		question->keys[question->n_keys++] = key;
	}
	return true;
}

/* RFC 4034 2.1.1 and 2.1.2: without the zone flag, or with another protocol
 * than 3, a key must not be used for this.  ldns uses it. */
static void
drop_unfit_keys(struct question *question)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < question->n_keys; i++) {
		const struct key *key = question->keys[i];

		if ((key->flags & KEY_FLAG_ZONE) != 0 && key->protocol == 3) {
			question->keys[kept++] = key;
		}
	}
	question->n_keys = kept;
}

static struct verdict_row
verify(struct judge *judge, const struct question *question)
{
	enum reason reason = reason_of_time(judge, &question->rdata);
	ldns_status status = signed_data_make(&judge->data, judge->zone,
	    question->rrsig, &question->rdata, question->rrset);

	/* ldns read these records and cannot read them again. */
	if (status == LDNS_STATUS_WIRE_RDATA_ERR) {
		return row(VERDICT_UNJUDGED, REASON_library);
	}
	if (reason == REASON_bogus) {
		return bogus(judge, "it expires before its inception");
	}
	if (reason != REASON_none) {
		return row(VERDICT_BOGUS, reason);
	}
	if (status != LDNS_STATUS_OK ||
	    ask_evp(judge, question) != LDNS_STATUS_OK) {
		return refuse(judge, question, REASON_bad_signature);
	}
	return confirm(judge, question);
}

/* QUESTION has its RRSIG, RDATA and RRset. */
static struct verdict_row
examine(struct judge *judge, struct question *question, uint64_t allowed)
{
	if (!find_keys(judge, question, allowed)) {
		return row(VERDICT_UNJUDGED, REASON_too_many_keys);
	}
	if (question->n_keys == 0) {
		return row(VERDICT_BOGUS, REASON_no_key);
	}
	if (!algorithm_is_known(question->rdata.algorithm)) {
		return row(VERDICT_UNJUDGED, REASON_algorithm);
	}
	const char *wrong = wrong_place(judge, question);

	if (wrong != NULL) {
		return bogus(judge, wrong);
	}
	drop_unfit_keys(question);
	if (question->n_keys == 0) {
		return bogus(judge, "the key is no zone key");
	}
	return verify(judge, question);
}

struct verdict_row
judge_rrsig(struct judge *judge, uint32_t rrsig)
{
	const struct zone_record *record = &judge->zone->records[rrsig];
	struct question question = {.rrsig = rrsig};

	judge->words[0] = '\0';
	if (judge->keys->too_many) {
		return row(VERDICT_UNJUDGED, REASON_too_many_keys);
	}
	if (!zone_rrsig_rdata(record, &question.rdata)) {
		return row(VERDICT_UNJUDGED, REASON_library);
	}
	question.rrset = zone_find_rrset(judge->zone, record->owner,
	    question.rdata.type_covered, record->class_);
	if (question.rrset.n == 0) {
		return row(VERDICT_UNJUDGED, REASON_no_rrset);
	}
	/* One RRset with a thousand signatures and colliding tags would take
	 * the time of a whole zone. */
	uint8_t *n_judged = &judge->n_judged[question.rrset.first];

	if (*n_judged == LIMIT_RRSIGS_PER_RRSET) {
		return row(VERDICT_UNJUDGED, REASON_too_many_rrsigs);
	}
	(*n_judged)++;
	return examine(judge, &question, ALL_KEYS);
}

/* ---- the chain ---- */

/* Looks for one good signature among the first RRSIGs over DNSKEY; if there
 * is none, says what was wrong with the first by an allowed key. */
static struct verdict_row
search_chain(struct judge *judge, uint64_t allowed)
{
	const struct zone *zone = judge->zone;
	struct zone_rrset rrsigs =
	    zone_find_rrset(zone, judge->keys->apex, TYPE_RRSIG, CLASS_IN);
	struct question question = {.rrset = judge->keys->rrset};
	struct verdict_row first = row(VERDICT_BOGUS, REASON_no_key);
	unsigned n_tried = 0;

	for (uint32_t i = 0; i < rrsigs.n; i++) {
		question.rrsig = zone->order[rrsigs.first + i];
		if (!zone_rrsig_rdata(&zone->records[question.rrsig],
		        &question.rdata) ||
		    question.rdata.type_covered != TYPE_DNSKEY) {
			continue;
		}
		if (n_tried++ == LIMIT_RRSIGS_PER_RRSET) {
			return row(VERDICT_UNJUDGED, REASON_too_many_rrsigs);
		}
		struct verdict_row now = examine(judge, &question, allowed);

		if (now.verdict == VERDICT_SECURE) {
			return now;
		}
		if (first.reason == REASON_no_key) {
			first = now;
		}
	}
	return first;
}

struct verdict_row
judge_chain(struct judge *judge, const struct anchors *anchors)
{
	judge->words[0] = '\0';
	if (judge->keys->too_many) {
		return row(VERDICT_UNJUDGED, REASON_too_many_keys);
	}
	uint64_t allowed = anchors_keys(anchors, judge->keys);

	if (allowed == 0) {
		return row(VERDICT_BOGUS, REASON_no_anchor);
	}
	struct verdict_row found = search_chain(judge, allowed);

	if (found.verdict == VERDICT_SECURE) {
		judge->words[0] = '\0';
	} else if (found.reason == REASON_no_key) {
		return bogus(judge,
		    "no key that an anchor names signed the DNSKEY RRset");
	}
	return found;
}

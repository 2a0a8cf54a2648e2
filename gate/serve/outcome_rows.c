/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outcome_rows.c -- the findings and keys of an outcome, from JSON.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/memory.h"
#include "contract/name.h"
#include "outcome_parts.h"
#include "report_words.h"

#define LIMIT_REMEDY 1024
#define LIMIT_SOURCE 256

static void
hash_text(EVP_MD_CTX *hash, const char *text)
{
	/* With its terminator, so that no two rows run together alike. */
	if (EVP_DigestUpdate(hash, text, strlen(text) + 1) != 1) {
		die("SHA-256 failed");
	}
}

static void
make_fingerprint(struct outcome_finding *finding)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	uint8_t sha256[EVP_MAX_MD_SIZE];
	char count[16];

	snprintf(count, sizeof(count), "%u", finding->count);
	if (hash == NULL || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1) {
		die("OpenSSL has no SHA-256");
	}
	hash_text(hash, finding->check);
	hash_text(hash, finding->owner);
	hash_text(hash, finding->type);
	hash_text(hash, finding->message);
	hash_text(hash, count);
	if (EVP_DigestFinal_ex(hash, sha256, NULL) != 1) {
		die("SHA-256 failed");
	}
	EVP_MD_CTX_free(hash);
	sha256_to_text(sha256, finding->fingerprint);
}

static void
read_severity(struct doubt *d, const json_t *o, enum severity *severity)
{
	char text[16];
	enum severity found = SEVERITY_BLOCK;

	member_word(d, o, "severity", text, sizeof(text), false);
	if (!has_doubt(d) &&
	    (!severity_find(text, &found) || found == SEVERITY_OFF)) {
		doubt(d, "a finding's severity is \"%s\"", text);
	}
	*severity = found;
}

/* A check that this program does not know may have come with a newer one:
 * nobody waves it through. */
static void
read_rule(struct doubt *d, const json_t *o, struct outcome_finding *finding)
{
	enum check_id check = check_find(finding->check);
	enum finding_rule rule = RULE_SOUNDNESS;
	char text[16];

	member_word(d, o, "rule", text, sizeof(text), false);
	if (has_doubt(d)) {
		return;
	}
	if (!rule_find(text, &rule)) {
		doubt(d, "a finding's rule is \"%s\"", text);
	} else if (check != CHECK_none && !rule_fits(check, rule)) {
		doubt(d, "a finding of %s is said to be of the rule \"%s\"",
		    finding->check, text);
	}
	finding->rule = check == CHECK_none ? RULE_SOUNDNESS : rule;
}

static void
read_owner(struct doubt *d, const json_t *o, struct outcome_finding *finding)
{
	uint8_t name[LIMIT_NAME_OCTETS];

	member_word(d, o, "owner", finding->owner, sizeof(finding->owner),
	    true);
	if (finding->owner[0] != '\0' &&
	    name_from_text(finding->owner, name) == 0) {
		doubt(d, "a finding's owner is no name");
	}
}

/* Who has seen it, "structure" or others. */
static void
read_seen_by(struct doubt *d, const json_t *o, struct outcome_finding *finding)
{
	const json_t *a = member_array(d, o, "seen_by", 4);

	finding->by_validators = json_array_size(a) > 0;
	for (size_t i = 0; i < json_array_size(a); i++) {
		const char *name = json_string_value(json_array_get(a, i));

		if (name == NULL) {
			doubt(d, "a finding's \"seen_by\" is not of names");
		} else if (strcmp(name, "ldns") != 0 &&
		           strcmp(name, "unbound") != 0) {
			finding->by_validators = false;
		}
	}
}

static void
read_finding(struct doubt *d, const json_t *o, struct outcome_finding *finding)
{
	member_word(d, o, "check", finding->check, sizeof(finding->check),
	    false);
	read_severity(d, o, &finding->severity);
	read_rule(d, o, finding);
	read_owner(d, o, finding);
	member_word(d, o, "type", finding->type, sizeof(finding->type), true);
	finding->line =
	    (uint32_t)member_number_or_null(d, o, "line", UINT32_MAX);
	finding->count = (uint32_t)member_number(d, o, "count", UINT32_MAX);
	if (finding->count == 0) {
		doubt(d, "a finding stands for no place");
	}
	read_seen_by(d, o, finding);
	finding->message =
	    member_text_copy(d, o, "message", LIMIT_MESSAGE_BYTES);
	finding->remedy = member_text_copy(d, o, "remedy", LIMIT_REMEDY);
	finding->source = member_text_copy(d, o, "source", LIMIT_SOURCE);
	make_fingerprint(finding);
}

struct outcome_finding *
findings_read(struct doubt *d, const json_t *a, size_t *n)
{
	size_t most = json_array_size(a);
	struct outcome_finding *rows =
	    xcalloc(most > 0 ? most : 1, sizeof(*rows));

	*n = 0;
	while (*n < most && !has_doubt(d)) {
		size_t i = (*n)++;

		read_finding(d, row_object(d, a, i), &rows[i]);
		if (i > 0 && rows[i].severity < rows[i - 1].severity) {
			doubt(d, "its findings are not worst first");
		}
	}
	return rows;
}

static void
read_key(struct doubt *d, const json_t *o, struct outcome_key *key)
{
	uint8_t kid[32];

	key->tag = (uint16_t)member_number(d, o, "tag", UINT16_MAX);
	key->flags = (uint16_t)member_number(d, o, "flags", UINT16_MAX);
	key->algorithm = (uint8_t)member_number(d, o, "algorithm", UINT8_MAX);
	key->signs_dnskey = member_bool(d, o, "signs_dnskey");
	key->anchored = member_bool(d, o, "anchored");
	key->incoming = member_bool(d, o, "incoming");
	member_sha256(d, o, "kid", kid);
	sha256_to_text(kid, key->kid);
}

struct outcome_key *
keys_read(struct doubt *d, const json_t *a, size_t *n)
{
	size_t most = json_array_size(a);
	struct outcome_key *rows = xcalloc(most > 0 ? most : 1, sizeof(*rows));

	*n = 0;
	while (*n < most && !has_doubt(d)) {
		size_t i = (*n)++;

		read_key(d, row_object(d, a, i), &rows[i]);
	}
	return rows;
}

void
findings_count(const struct outcome *outcome, struct tally *tally)
{
	for (size_t i = 0; i < outcome->n_findings; i++) {
		const struct outcome_finding *row = &outcome->findings[i];

		if (row->rule == RULE_INABILITY) {
			tally->inabilities += row->count;
		} else {
			tally->findings[row->severity] += row->count;
		}
	}
}

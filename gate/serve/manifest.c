/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64url.h"
#include "manifest_key.h"
#include "report_words.h"
#include "time_text.h"

#define SCHEMA "zonegate-manifest-1"
/* What stands before the payload in what is signed: a signature made for
 * something else says nothing here. */
#define CONTEXT SCHEMA "\n"
#define CONTEXT_OCTETS (sizeof(CONTEXT) - 1)

/* The last second whose year has four digits. */
#define LAST_TIME 253402300799

static bool __attribute__((format(printf, 2, 3)))
refuse(char error[MANIFEST_ERROR], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, MANIFEST_ERROR, format, arguments);
	va_end(arguments);
	return false;
}

static void
hash_of(const void *at, size_t size, char hash[65])
{
	uint8_t sha256[32] = {0};

	EVP_Digest(at, size, sha256, NULL, EVP_sha256(), NULL);
	sha256_to_text(sha256, hash);
}

/* CONTEXT and then the payload: what is signed.  To be freed. */
static char *
signed_text(const char *payload, size_t length)
{
	char *text = malloc(CONTEXT_OCTETS + length);

	if (text != NULL) {
		memcpy(text, CONTEXT, CONTEXT_OCTETS);
		memcpy(text + CONTEXT_OCTETS, payload, length);
	}
	return text;
}

/* ---- writing ---- */

/* A reason that was cut in the middle of a character stops no release. */
static json_t *
text_json(const char *text)
{
	json_t *value = json_string(text);
	char ascii[REASON_TEXT];
	size_t i = 0;

	if (value != NULL) {
		return value;
	}
	for (; i < sizeof(ascii) - 1 && text[i] != '\0'; i++) {
		ascii[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
	}
	ascii[i] = '\0';
	return json_string(ascii);
}

static json_t *
hash_json(const uint8_t sha256[32])
{
	char text[65];

	return json_string(sha256_to_text(sha256, text));
}

static json_t *
time_json(int64_t at_s)
{
	char text[TIME_TEXT];

	return json_string(time_to_text(at_s, text));
}

static json_t *
payload_json(const struct manifest *m)
{
	return json_pack("{ss so sI so so sI so so so s{so so} s{so so} so so "
	                 "sI so}",
	    "schema", SCHEMA, "zone", text_json(m->zone), "candidate",
	    (json_int_t)m->candidate, "serial",
	    m->has_serial ? json_integer(m->serial) : json_null(), "sha256",
	    hash_json(m->sha256), "bytes", (json_int_t)m->bytes, "decision",
	    text_json(m->decision), "released_by", text_json(m->released_by),
	    "approvals", text_json(m->approvals), "validators", "ldns",
	    text_json(m->ldns), "unbound", text_json(m->unbound), "policy",
	    "name", text_json(m->policy), "sha256", hash_json(m->policy_sha256),
	    "at", time_json(m->at), "expiry",
	    m->expiry != 0 ? time_json(m->expiry) : json_null(), "soa_expire",
	    (json_int_t)m->soa_expire, "previous",
	    m->previous[0] != '\0' ? json_string(m->previous) : json_null());
}

static json_t *
envelope_json(const char *payload, size_t length,
    const struct manifest_key *key)
{
	uint8_t signature[SIGNATURE_OCTETS];
	char *to_sign = signed_text(payload, length);
	bool good = to_sign != NULL && manifest_key_sign(key, to_sign,
	                                   CONTEXT_OCTETS + length, signature);

	free(to_sign);
	if (!good) {
		return NULL;
	}
	char *payload_text = base64url_write(payload, length);
	char *signature_text = base64url_write(signature, sizeof(signature));
	json_t *envelope = json_pack("{ss ss ss}", "payload", payload_text,
	    "key", manifest_key_id(key), "signature", signature_text);

	free(payload_text);
	free(signature_text);
	return envelope;
}

/* TEXT with a newline behind it; TEXT is freed. */
static char *
with_newline(char *text, size_t *length)
{
	size_t size = text == NULL ? 0 : strlen(text);
	char *line = text == NULL ? NULL : realloc(text, size + 2);

	if (line == NULL) {
		free(text);
		return NULL;
	}
	line[size] = '\n';
	line[size + 1] = '\0';
	*length = size + 1;
	return line;
}

char *
manifest_write(const struct manifest *manifest, const struct manifest_key *key,
    size_t *length, char hash[65])
{
	if (manifest->at < 0 || manifest->at > LAST_TIME ||
	    manifest->expiry < 0 || manifest->expiry > LAST_TIME) {
		return NULL;
	}
	json_t *payload = payload_json(manifest);
	char *inner =
	    payload == NULL ? NULL : json_dumps(payload, JSON_COMPACT);
	json_t *envelope =
	    inner == NULL ? NULL : envelope_json(inner, strlen(inner), key);
	char *text =
	    envelope == NULL
	        ? NULL
	        : with_newline(json_dumps(envelope, JSON_INDENT(1)), length);

	json_decref(payload);
	json_decref(envelope);
	free(inner);
	if (text != NULL) {
		hash_of(text, *length, hash);
	}
	return text;
}

/* ---- reading ---- */

/* The object that LENGTH octets of TEXT are; NULL with ERROR. */
static json_t *
parse(const char *text, size_t length, const char *what,
    char error[MANIFEST_ERROR])
{
	json_error_t at;
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &at);

	if (object == NULL) {
		refuse(error, "%s is no JSON: line %d, column %d", what,
		    at.line, at.column);
	} else if (!json_is_object(object)) {
		refuse(error, "%s is no JSON object", what);
		json_decref(object);
		object = NULL;
	}
	return object;
}

static bool
get_text(const json_t *object, const char *name, char *text, size_t size,
    char error[MANIFEST_ERROR])
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_string(value)) {
		return refuse(error, "\"%s\" is no string", name);
	}
	if (json_string_length(value) >= size) {
		return refuse(error, "\"%s\" is longer than %zu octets", name,
		    size - 1);
	}
	memcpy(text, json_string_value(value), json_string_length(value) + 1);
	return true;
}

static bool
is_hash(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static bool
get_hash_text(const json_t *object, const char *name, char hash[65],
    char error[MANIFEST_ERROR])
{
	if (!get_text(object, name, hash, 65, error)) {
		return false;
	}
	return is_hash(hash)
	           ? true
	           : refuse(error, "\"%s\" is no SHA-256 in hex", name);
}

static uint8_t
digit(char character)
{
	return (uint8_t)(character <= '9' ? character - '0'
	                                  : character - 'a' + 10);
}

static bool
get_hash(const json_t *object, const char *name, uint8_t sha256[32],
    char error[MANIFEST_ERROR])
{
	char text[65] = {0};

	if (!get_hash_text(object, name, text, error)) {
		return false;
	}
	for (size_t i = 0; i < 32; i++) {
		sha256[i] =
		    (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	}
	return true;
}

static bool
get_number(const json_t *object, const char *name, json_int_t least,
    json_int_t most, json_int_t *number, char error[MANIFEST_ERROR])
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_integer(value) || json_integer_value(value) < least ||
	    json_integer_value(value) > most) {
		return refuse(error, "\"%s\" is no number from %lld to %lld",
		    name, (long long)least, (long long)most);
	}
	*number = json_integer_value(value);
	return true;
}

static bool
get_time(const json_t *object, const char *name, int64_t *at_s,
    char error[MANIFEST_ERROR])
{
	char text[TIME_TEXT];

	if (!get_text(object, name, text, sizeof(text), error)) {
		return false;
	}
	return time_from_text(text, at_s)
	           ? true
	           : refuse(error, "\"%s\" is no time", name);
}

static bool
has_value(const json_t *object, const char *name)
{
	return !json_is_null(json_object_get(object, name));
}

static bool
read_numbers(const json_t *object, struct manifest *m,
    char error[MANIFEST_ERROR])
{
	json_int_t candidate = 0, bytes = 0, soa_expire = 0, serial = 0;

	m->has_serial = has_value(object, "serial");
	if (!get_number(object, "candidate", 1, INT64_MAX, &candidate, error) ||
	    !get_number(object, "bytes", 0, INT64_MAX, &bytes, error) ||
	    !get_number(object, "soa_expire", 0, UINT32_MAX, &soa_expire,
	        error) ||
	    (m->has_serial &&
	        !get_number(object, "serial", 0, UINT32_MAX, &serial, error))) {
		return false;
	}
	m->candidate = (int64_t)candidate;
	m->bytes = (uint64_t)bytes;
	m->soa_expire = (uint32_t)soa_expire;
	m->serial = (uint32_t)serial;
	return true;
}

static bool
read_validators(const json_t *object, struct manifest *m,
    char error[MANIFEST_ERROR])
{
	const json_t *validators = json_object_get(object, "validators");
	const json_t *policy = json_object_get(object, "policy");

	return get_text(validators, "ldns", m->ldns, sizeof(m->ldns), error) &&
	       get_text(validators, "unbound", m->unbound, sizeof(m->unbound),
	           error) &&
	       get_text(policy, "name", m->policy, sizeof(m->policy), error) &&
	       get_hash(policy, "sha256", m->policy_sha256, error);
}

static bool
read_times(const json_t *object, struct manifest *m, char error[MANIFEST_ERROR])
{
	return get_time(object, "at", &m->at, error) &&
	       (!has_value(object, "expiry") ||
	           get_time(object, "expiry", &m->expiry, error)) &&
	       (!has_value(object, "previous") ||
	           get_hash_text(object, "previous", m->previous, error));
}

static bool
read_payload(const json_t *object, struct manifest *m,
    char error[MANIFEST_ERROR])
{
	char schema[32];

	memset(m, 0, sizeof(*m));
	if (!get_text(object, "schema", schema, sizeof(schema), error)) {
		return false;
	}
	if (strcmp(schema, SCHEMA) != 0) {
		return refuse(error, "the schema is not " SCHEMA);
	}
	return get_text(object, "zone", m->zone, sizeof(m->zone), error) &&
	       read_numbers(object, m, error) &&
	       get_hash(object, "sha256", m->sha256, error) &&
	       get_text(object, "decision", m->decision, sizeof(m->decision),
	           error) &&
	       get_text(object, "released_by", m->released_by,
	           sizeof(m->released_by), error) &&
	       get_text(object, "approvals", m->approvals, sizeof(m->approvals),
	           error) &&
	       read_validators(object, m, error) &&
	       read_times(object, m, error);
}

/* What the three members of ENVELOPE say; the payload is to be freed. */
struct envelope {
	char *payload;
	size_t length;
	const char *key;
	uint8_t signature[SIGNATURE_OCTETS];
};

static bool
open_envelope(const json_t *object, struct envelope *envelope,
    char error[MANIFEST_ERROR])
{
	const json_t *payload = json_object_get(object, "payload");
	const json_t *key = json_object_get(object, "key");
	const json_t *signature = json_object_get(object, "signature");
	size_t size = 0;

	/* Nothing that is not signed stands in it. */
	if (!json_is_string(payload) || !json_is_string(key) ||
	    !json_is_string(signature) || json_object_size(object) != 3) {
		return refuse(error,
		    "not exactly the strings \"payload\", \"key\" and "
		    "\"signature\"");
	}
	if (!is_hash(json_string_value(key))) {
		return refuse(error, "\"key\" is no SHA-256 in hex");
	}
	if (!base64url_read(json_string_value(signature),
	        json_string_length(signature), envelope->signature,
	        SIGNATURE_OCTETS, &size) ||
	    size != SIGNATURE_OCTETS) {
		return refuse(error,
		    "\"signature\" is not %d octets in "
		    "base64url",
		    SIGNATURE_OCTETS);
	}
	envelope->key = json_string_value(key);
	envelope->payload = malloc(json_string_length(payload) + 1);
	if (envelope->payload == NULL ||
	    !base64url_read(json_string_value(payload),
	        json_string_length(payload), envelope->payload,
	        json_string_length(payload), &envelope->length)) {
		free(envelope->payload);
		envelope->payload = NULL;
		return refuse(error, "\"payload\" is not in base64url");
	}
	return true;
}

static bool
verify(const struct envelope *envelope, const struct manifest_key *key,
    char error[MANIFEST_ERROR])
{
	char *text = signed_text(envelope->payload, envelope->length);
	enum signature_state state =
	    text == NULL
	        ? SIGNATURE_BAD
	        : manifest_key_verify(key, envelope->key, text,
	              CONTEXT_OCTETS + envelope->length, envelope->signature);

	free(text);
	switch (state) {
	case SIGNATURE_GOOD:
		return true;
	case SIGNATURE_BAD:
		return refuse(error, "the signature is bad");
	case SIGNATURE_UNKNOWN_KEY:
		break;
	}
	return refuse(error,
	    "signed by key %.16s..., which is not known; "
	    "known is %.16s...",
	    envelope->key, manifest_key_id(key));
}

bool
manifest_read(const char *text, size_t length, const struct manifest_key *key,
    struct manifest *manifest, char hash[65], char error[MANIFEST_ERROR])
{
	struct envelope envelope = {0};
	struct manifest read;

	if (length > LIMIT_MANIFEST_BYTES) {
		return refuse(error, "larger than %d octets",
		    LIMIT_MANIFEST_BYTES);
	}
	json_t *outer = parse(text, length, "the manifest", error);

	if (outer == NULL || !open_envelope(outer, &envelope, error) ||
	    envelope.payload == NULL) {
		json_decref(outer);
		return false;
	}
	json_t *inner = NULL;
	bool good = verify(&envelope, key, error);

	if (good) {
		inner = parse(envelope.payload, envelope.length, "the payload",
		    error);
		good = inner != NULL && read_payload(inner, &read, error);
	}
	free(envelope.payload);
	json_decref(inner);
	json_decref(outer);
	if (good) {
		*manifest = read;
		hash_of(text, length, hash);
	}
	return good;
}

char *
manifest_payload(const char *text, size_t length, size_t *payload_length)
{
	char error[MANIFEST_ERROR];
	struct envelope envelope = {0};
	json_t *outer = length > LIMIT_MANIFEST_BYTES
	                    ? NULL
	                    : parse(text, length, "the manifest", error);
	bool good = outer != NULL && open_envelope(outer, &envelope, error);

	json_decref(outer);
	if (!good) {
		return NULL;
	}
	*payload_length = envelope.length;
	return envelope.payload;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manifest_hostile_test.c -- manifests that somebody else wrote.
 */
#include <criterion/criterion.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest_sample.h"
#include "serve/base64url.h"
#include "serve/manifest_key.h"

TestSuite(manifest_hostile, .init = sample_make, .fini = sample_remove,
    .timeout = 120);

Test(manifest_hostile, no_changed_octet_goes_unnoticed)
{
	struct manifest manifest = sample_manifest();
	struct manifest read;
	struct manifest untouched;
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, sample_key, &length, hash);

	memset(&untouched, 0x5a, sizeof(untouched));
	for (size_t i = 0; i < length; i++) {
		char was = text[i];
		/* Outside of strings white space is white space. */
		bool is_space = was == ' ' || was == '\n';

		text[i] = (char)(was ^ 1);
		memset(&read, 0x5a, sizeof(read));
		cr_assert(!manifest_read(text, length, sample_key, &read, hash,
		              sample_error) ||
		              is_space,
		    "octet %zu", i);
		cr_assert(is_space ||
		          memcmp(&read, &untouched, sizeof(read)) == 0);
		text[i] = was;
	}
	for (size_t i = 0; i + 1 < length; i++) {
		cr_assert_not(manifest_read(text, i, sample_key, &read, hash,
		    sample_error));
	}
	free(text);
}

Test(manifest_hostile, another_key_s_signature_says_nothing)
{
	struct manifest manifest = sample_manifest();
	struct manifest read;
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, sample_key, &length, hash);

	cr_assert_eq(sample_shell("rm keys/manifest.*"), 0);
	struct manifest_key *other =
	    manifest_key_open(sample_place, true, sample_error);

	cr_assert_not(manifest_read(text, length, other, &read, hash,
	    sample_error));
	/* Nor does the right name over the wrong signature. */
	char *theirs = manifest_write(&manifest, other, &length, hash);
	char *at = strstr(theirs, "\"key\": \"");

	cr_assert_not_null(at);
	memcpy(at + 8, manifest_key_id(sample_key), 64);
	cr_assert_not(manifest_read(theirs, length, sample_key, &read, hash,
	    sample_error));
	free(theirs);
	free(text);
	manifest_key_free(other);
}

/* Signs whatever PAYLOAD is. */
static char *
sign(const char *payload, size_t *length)
{
	char *to_sign = NULL;
	uint8_t signature[SIGNATURE_OCTETS];
	int size = asprintf(&to_sign, "zonegate-manifest-1\n%s", payload);

	cr_assert(size > 0);
	cr_assert(manifest_key_sign(sample_key, to_sign, (size_t)size,
	    signature));
	free(to_sign);
	char *inner = base64url_write(payload, strlen(payload));
	char *outer = base64url_write(signature, sizeof(signature));
	char *text = NULL;

	size = asprintf(&text,
	    "{\"payload\":\"%s\",\"key\":\"%s\",\"signature\":\"%s\"}", inner,
	    manifest_key_id(sample_key), outer);
	cr_assert(size > 0);
	free(inner);
	free(outer);
	*length = (size_t)size;
	return text;
}

/* True if SAMPLE's payload is read with member NAME made VALUE (JSON), or
 * taken away (NULL). */
static bool
is_read_with(const char *name, const char *value)
{
	struct manifest manifest = sample_manifest();
	struct manifest read;
	char hash[65];
	size_t length;
	size_t payload_length;
	char *text = manifest_write(&manifest, sample_key, &length, hash);
	char *payload = manifest_payload(text, length, &payload_length);
	json_t *object = json_loadb(payload, payload_length, 0, NULL);

	cr_assert_not_null(object);
	if (value == NULL) {
		json_object_del(object, name);
	} else {
		json_object_set_new(object, name,
		    json_loads(value, JSON_DECODE_ANY, NULL));
	}
	free(payload);
	free(text);
	payload = json_dumps(object, JSON_COMPACT);
	text = sign(payload, &length);
	bool good =
	    manifest_read(text, length, sample_key, &read, hash, sample_error);

	json_decref(object);
	free(payload);
	free(text);
	return good;
}

Test(manifest_hostile, a_payload_is_read_strictly_even_if_it_is_signed)
{
	static const char *const members[] = {"schema", "zone", "candidate",
	    "serial", "sha256", "bytes", "decision", "released_by", "approvals",
	    "validators", "policy", "at", "expiry", "soa_expire", "previous"};
	static const struct {
		const char *name, *value;
		bool good;
	} rows[] = {
	    {"more", "[1,{}]", true},
	    {"schema", "\"zonegate-manifest-2\"", false},
	    {"zone", "null", false},
	    {"candidate", "0", false},
	    {"candidate", "-1", false},
	    {"candidate", "1.0", false},
	    {"candidate", "\"12\"", false},
	    {"candidate", "9223372036854775807", true},
	    {"serial", "4294967296", false},
	    {"serial", "-1", false},
	    {"serial", "null", true},
	    {"bytes", "-1", false},
	    {"sha256", "\"00\"", false},
	    {"sha256", "null", false},
	    {"decision", "\"releasereleaserelease\"", false},
	    {"at", "\"yesterday\"", false},
	    {"at", "1795302000", false},
	    {"expiry", "null", true},
	    {"expiry", "\"\"", false},
	    {"previous", "\"\"", false},
	    {"previous", "null", true},
	    {"validators", "[]", false},
	    {"policy", "{\"name\":\"x\"}", false},
	    {"approvals", "\"\"", true},
	    {"approvals", "[]", false},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		cr_assert_not(is_read_with(members[i], NULL), "%s", members[i]);
		cr_assert_not(is_read_with(members[i], "{}"), "%s", members[i]);
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(is_read_with(rows[i].name, rows[i].value),
		    rows[i].good, "%s %s", rows[i].name, rows[i].value);
	}
}

Test(manifest_hostile, hostile_texts_are_refused)
{
	static const char *const texts[] = {"", "{", "{}", "[]", "null", "1",
	    "\"x\"", "{\"payload\":1,\"key\":2,\"signature\":3}",
	    "{\"payload\":\"\",\"key\":\"\",\"signature\":\"\"}",
	    "{\"payload\":\"\",\"payload\":\"\",\"key\":\"\",\"signature\":"
	    "\"\"}",
	    "{\"payload\":\"\\u0000\",\"key\":\"\",\"signature\":\"\"}",
	    "\xff\xfe{}"};
	struct manifest read;
	char hash[65];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_assert_not(manifest_read(texts[i], strlen(texts[i]),
		                  sample_key, &read, hash, sample_error),
		    "%s", texts[i]);
	}
	/* Deeper than a stack, and larger than a manifest. */
	char *large = malloc(4 << 20);

	memset(large, '[', 4 << 20);
	cr_assert_not(manifest_read(large, 4 << 20, sample_key, &read, hash,
	    sample_error));
	cr_assert_not(manifest_read(large, LIMIT_MANIFEST_BYTES, sample_key,
	    &read, hash, sample_error));
	memset(large, ' ', 4 << 20);
	large[0] = '{';
	large[(4 << 20) - 1] = '}';
	cr_assert_not(manifest_read(large, 4 << 20, sample_key, &read, hash,
	    sample_error));
	free(large);
	for (size_t i = 0; i < 2; i++) {
		size_t length;
		char *text = sign(i == 0 ? "[1]" : "{\"zone\":", &length);

		cr_assert_not(manifest_read(text, length, sample_key, &read,
		    hash, sample_error));
		free(text);
	}
}

Test(manifest_hostile, a_member_that_is_not_signed_is_refused)
{
	struct manifest manifest = sample_manifest();
	struct manifest read;
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, sample_key, &length, hash);
	char *more = NULL;

	text[strlen(text) - 3] = '\0';
	cr_assert(asprintf(&more, "%s,\n \"note\": \"trust me\"\n}\n", text) >
	          0);
	cr_assert_not(manifest_read(more, strlen(more), sample_key, &read, hash,
	    sample_error));
	free(more);
	more = NULL;
	cr_assert(asprintf(&more, "%s\n}\n", text) > 0);
	cr_assert(manifest_read(more, strlen(more), sample_key, &read, hash,
	    sample_error));
	free(more);
	free(text);
}

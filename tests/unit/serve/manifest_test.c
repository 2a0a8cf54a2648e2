/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "manifest_sample.h"
#include "serve/base64url.h"
#include "serve/manifest_key.h"

TestSuite(manifest, .init = sample_make, .fini = sample_remove, .timeout = 120);

Test(manifest, reads_what_it_wrote)
{
	struct manifest manifest = sample_manifest();
	struct manifest read;
	char hash[65];
	char again[65];
	size_t length;
	char *text = manifest_write(&manifest, sample_key, &length, hash);

	cr_assert_not_null(text);
	cr_assert_eq(text[length - 1], '\n');
	memset(&read, 0xff, sizeof(read));
	cr_assert(manifest_read(text, length, sample_key, &read, again,
	              sample_error),
	    "%s", sample_error);
	cr_assert_str_eq(hash, again);
	cr_assert_str_eq(read.zone, manifest.zone);
	cr_assert_eq(read.candidate, 12);
	cr_assert(read.has_serial);
	cr_assert_eq(read.serial, 4294967295U);
	cr_assert_eq(read.bytes, 123456789012);
	cr_assert_arr_eq(read.sha256, manifest.sha256, 32);
	cr_assert_arr_eq(read.policy_sha256, manifest.policy_sha256, 32);
	cr_assert_str_eq(read.decision, "hold");
	cr_assert_str_eq(read.released_by, "approval");
	cr_assert_str_eq(read.approvals, manifest.approvals);
	cr_assert_str_eq(read.ldns, manifest.ldns);
	cr_assert_str_eq(read.unbound, manifest.unbound);
	cr_assert_str_eq(read.policy, manifest.policy);
	cr_assert_eq(read.at, manifest.at);
	cr_assert_eq(read.expiry, manifest.expiry);
	cr_assert_eq(read.soa_expire, 4294967295U);
	cr_assert_str_eq(read.previous, manifest.previous);
	free(text);
}

Test(manifest, keeps_apart_what_is_zero_and_what_is_not_there)
{
	struct manifest manifest = sample_manifest();
	struct manifest read;
	char hash[65];
	size_t length;

	manifest.has_serial = false;
	manifest.expiry = 0;
	manifest.previous[0] = '\0';
	char *text = manifest_write(&manifest, sample_key, &length, hash);

	cr_assert(manifest_read(text, length, sample_key, &read, hash,
	    sample_error));
	cr_assert_not(read.has_serial);
	cr_assert_eq(read.expiry, 0);
	cr_assert_str_eq(read.previous, "");
	free(text);
	manifest.has_serial = true;
	manifest.serial = 0;
	text = manifest_write(&manifest, sample_key, &length, hash);
	cr_assert(manifest_read(text, length, sample_key, &read, hash,
	    sample_error));
	cr_assert(read.has_serial);
	cr_assert_eq(read.serial, 0);
	free(text);
}

Test(manifest, is_the_same_text_again)
{
	struct manifest manifest = sample_manifest();
	char hash[2][65];
	size_t length;
	char *one = manifest_write(&manifest, sample_key, &length, hash[0]);
	char *two = manifest_write(&manifest, sample_key, &length, hash[1]);

	cr_assert_str_eq(one, two);
	cr_assert_str_eq(hash[0], hash[1]);
	free(one);
	free(two);
}

Test(manifest, a_text_cut_inside_a_character_stops_nothing)
{
	struct manifest manifest = sample_manifest();
	struct manifest read;
	char hash[65];
	size_t length;

	snprintf(manifest.approvals, sizeof(manifest.approvals),
	    "j\xc3\xbcrg: \xe2\x82");
	char *text = manifest_write(&manifest, sample_key, &length, hash);

	cr_assert_not_null(text);
	cr_assert(manifest_read(text, length, sample_key, &read, hash,
	    sample_error));
	cr_assert_str_eq(read.approvals, "j??rg: ??");
	free(text);
}

Test(manifest, the_longest_one_can_be_read)
{
	struct manifest manifest = sample_manifest();
	struct manifest read;
	char hash[65];
	size_t length;

	memset(manifest.approvals, 1, sizeof(manifest.approvals) - 1);
	memset(manifest.zone, '\\', sizeof(manifest.zone) - 1);
	char *text = manifest_write(&manifest, sample_key, &length, hash);

	cr_assert(manifest_read(text, length, sample_key, &read, hash,
	              sample_error),
	    "%s", sample_error);
	cr_assert_str_eq(read.zone, manifest.zone);
	free(text);
}

Test(manifest, a_time_beyond_the_calendar_is_refused)
{
	struct manifest manifest = sample_manifest();
	char hash[65];
	size_t length;

	manifest.at = INT64_MAX;
	cr_assert_null(manifest_write(&manifest, sample_key, &length, hash));
	manifest = sample_manifest();
	manifest.expiry = -1;
	cr_assert_null(manifest_write(&manifest, sample_key, &length, hash));
}

/* ---- keys ---- */

Test(manifest, the_key_stays_and_is_its_owners_alone)
{
	struct stat status;
	struct manifest_key *again =
	    manifest_key_open(sample_place, true, sample_error);

	cr_assert_not_null(again);
	cr_assert_str_eq(manifest_key_id(again), manifest_key_id(sample_key));
	manifest_key_free(again);
	cr_assert_eq(stat(sample_path("keys/manifest.key"), &status), 0);
	cr_assert_eq(status.st_mode & 07777, 0600);
	cr_assert_eq(chmod(sample_path("keys/manifest.key"), 0640), 0);
	cr_assert_null(manifest_key_open(sample_place, true, sample_error));
}

Test(manifest, the_public_key_is_made_again_when_it_is_missing)
{
	cr_assert_eq(unlink(sample_path("keys/manifest.pub")), 0);
	struct manifest_key *again =
	    manifest_key_open(sample_place, true, sample_error);

	cr_assert_not_null(again);
	manifest_key_free(again);
	again =
	    manifest_key_public(sample_path("keys/manifest.pub"), sample_error);
	cr_assert_not_null(again);
	cr_assert_str_eq(manifest_key_id(again), manifest_key_id(sample_key));
	manifest_key_free(again);
}

Test(manifest, a_public_key_cannot_sign)
{
	struct manifest manifest = sample_manifest();
	char hash[65];
	size_t length;
	struct manifest_key *public =
	    manifest_key_public(sample_path("keys/manifest.pub"), sample_error);

	cr_assert_not_null(public);
	cr_assert_null(manifest_write(&manifest, public, &length, hash));
	manifest_key_free(public);
}

Test(manifest, without_create_no_key_is_made)
{
	cr_assert_eq(unlink(sample_path("keys/manifest.key")), 0);
	cr_assert_null(manifest_key_open(sample_place, false, sample_error));
	cr_assert_eq(access(sample_path("keys/manifest.key"), F_OK), -1);
}

Test(manifest, what_is_no_key_is_refused)
{
	static const char *const texts[] = {"", "\n", "no key",
	    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"};

	for (size_t i = 0; i < 4; i++) {
		sample_put("keys/manifest.key", texts[i], strlen(texts[i]));
		cr_assert_null(manifest_key_open(sample_place, true,
		    sample_error));
		sample_put("some.pub", texts[i], strlen(texts[i]));
		cr_assert_null(manifest_key_public(sample_path("some.pub"),
		    sample_error));
	}
	cr_assert_null(manifest_key_public(sample_path("none.pub"),
	    sample_error));
}

Test(manifest, keys_of_other_kinds_are_refused)
{
	cr_assert_eq(sample_shell("openssl genpkey -algorithm EC -pkeyopt "
	                          "ec_paramgen_curve:P-256 >keys/manifest.key "
	                          "2>/dev/null; chmod 600 keys/manifest.key;"
	                          "openssl pkey -in keys/manifest.key -pubout "
	                          ">ec.pub"),
	    0);
	cr_assert_null(manifest_key_open(sample_place, true, sample_error));
	cr_assert_null(manifest_key_public(sample_path("ec.pub"),
	    sample_error));
}

Test(manifest, a_key_with_a_password_does_not_ask_for_it)
{
	cr_assert_eq(sample_shell("openssl pkey -in keys/manifest.key -aes128 "
	                          "-passout pass:x "
	                          ">new; cat new >keys/manifest.key"),
	    0);
	cr_assert_null(manifest_key_open(sample_place, true, sample_error));
}

Test(manifest, former_keys_verify_what_they_signed)
{
	struct manifest manifest = sample_manifest();
	struct manifest read;
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, sample_key, &length, hash);

	cr_assert_eq(sample_shell("cd keys; rm manifest.key; "
	                          "mv manifest.pub was.pub"),
	    0);
	struct manifest_key *fresh =
	    manifest_key_open(sample_place, true, sample_error);

	cr_assert_not_null(fresh);
	cr_assert_not(manifest_read(text, length, fresh, &read, hash,
	    sample_error));
	manifest_key_free(fresh);
	cr_assert_eq(sample_shell("mv keys/was.pub keys/former.pub"), 0);
	fresh = manifest_key_open(sample_place, true, sample_error);
	cr_assert_not_null(fresh, "%s", sample_error);
	cr_assert(manifest_read(text, length, fresh, &read, hash, sample_error),
	    "%s", sample_error);
	cr_assert_str_neq(manifest_key_id(fresh), manifest_key_id(sample_key));
	manifest_key_free(fresh);
	cr_assert_eq(sample_shell("cd keys; cat manifest.pub former.pub "
	                          ">both.pub"),
	    0);
	fresh = manifest_key_public(sample_path("keys/both.pub"), sample_error);
	cr_assert(manifest_read(text, length, fresh, &read, hash,
	    sample_error));
	manifest_key_free(fresh);
	free(text);
}

/* ---- as an auditor would ---- */

/* The commands of zonegate-manifest(5). */
static const char verification[] =
    "base64_of() { sed -n \"s/^ *\\\"$1\\\": \\\"\\(.*\\)\\\",*$/\\1/p\" m; }\n"
    "base64_of payload | basenc --base64url -d >payload\n"
    "base64_of signature | basenc --base64url -d >signature\n"
    "{ echo zonegate-manifest-1; cat payload; } >signed\n"
    "openssl pkeyutl -verify -pubin -inkey keys/manifest.pub -rawin "
    "-in signed -sigfile signature >/dev/null 2>&1\n";

Test(manifest, openssl_verifies_it)
{
	struct manifest manifest = sample_manifest();
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, sample_key, &length, hash);

	sample_put("m", text, length);
	cr_assert_eq(sample_shell(verification), 0);
	sample_put("hash", hash, 64);
	cr_assert_eq(sample_shell("test $(sha256sum <m | cut -c1-64) = $(cat "
	                          "hash)"),
	    0);
	cr_assert_eq(sample_shell("id=$(openssl pkey -pubin -in "
	                          "keys/manifest.pub "
	                          "-outform DER "
	                          "| tail -c 32 | sha256sum | cut -c1-64); "
	                          "grep -q \"^ \\\"key\\\": \\\"$id\\\",\" m"),
	    0);
	cr_assert_eq(sample_shell("grep -q "
	                          "'\"serial\":4294967295,\"sha256\":\"0008' "
	                          "payload"),
	    0);
	free(text);
	/* Another payload under the same signature. */
	manifest.candidate++;
	cr_assert_eq(sample_shell("cp m old"), 0);
	text = manifest_write(&manifest, sample_key, &length, hash);
	sample_put("m", text, length);
	cr_assert_eq(sample_shell("grep -v '\"signature\"' m >new; grep "
	                          "'\"signature\"' old "
	                          ">>new; mv new m"),
	    0);
	cr_assert_neq(sample_shell(verification), 0);
	free(text);
}

/* ---- base64url ---- */

Test(manifest, base64url_takes_only_what_it_writes)
{
	static const struct {
		const char *text;
		int size; /* -1: refused */
	} rows[] = {{"", 0}, {"AA==", 1}, {"_-8=", 2}, {"-_--", 3},
	    {"AB==", -1}, {"AAB=", -1}, {"AA=", -1}, {"AA", -1}, {"A===", -1},
	    {"====", -1}, {"+/8=", -1}, {" AA=", -1}, {"AA=\n", -1},
	    {"AA==AAAA", -1}, {"AAAAAAAAAAAA", -1}, {"A\xc3\xbc=", -1}};
	char octets[8];
	size_t size;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool good = base64url_read(rows[i].text, strlen(rows[i].text),
		    octets, sizeof(octets), &size);

		cr_assert_eq(good, rows[i].size >= 0, "%s", rows[i].text);
		cr_assert(!good || size == (size_t)rows[i].size);
	}
}

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

#include "scratch.h"
#include "serve/base64url.h"
#include "serve/manifest.h"
#include "serve/manifest_key.h"

static char place[SCRATCH];
static struct manifest_key *key;
static char error[MANIFEST_ERROR];

static void
set_up(void)
{
	unsetenv("ZONEGATE_DISK_FAULT");
	scratch_make(place);
	key = manifest_key_open(place, true, error);
	cr_assert_not_null(key, "%s", error);
}

static void
tear_down(void)
{
	manifest_key_free(key);
	scratch_remove(place);
}

TestSuite(manifest, .init = set_up, .fini = tear_down, .timeout = 120);

static struct manifest
sample(void)
{
	struct manifest manifest = {
	    .zone = "shop.",
	    .candidate = 12,
	    .has_serial = true,
	    .serial = 4294967295U,
	    .bytes = 123456789012,
	    .decision = "hold",
	    .released_by = "approval",
	    .approvals = "alice: \"Schlüssel\" gewechselt\n; bob: ja",
	    .ldns = "ldns 1.8.3, OpenSSL 3.0.17",
	    .unbound = "libunbound 1.17.1, Nettle 3.8",
	    .policy = "identity-digital",
	    .at = 1795302000,
	    .expiry = 1797894000,
	    .soa_expire = 4294967295U,
	};

	for (int i = 0; i < 32; i++) {
		manifest.sha256[i] = (uint8_t)(i * 8);
		manifest.policy_sha256[i] = (uint8_t)(255 - i);
	}
	memset(manifest.previous, 'a', 64);
	return manifest;
}

static char *
path_of(const char *name)
{
	static char path[4][256];
	static int next;
	char *at = path[next++ % 4];

	snprintf(at, 256, "%s/%s", place, name);
	return at;
}

static void
write_file(const char *name, const void *at, size_t size)
{
	int fd =
	    open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, at, size), (ssize_t)size);
	close(fd);
}

/* What /bin/sh makes of SCRIPT, run in the test's directory. */
static int
shell(const char *script)
{
	int status;
	pid_t child = fork();

	cr_assert(child >= 0);
	if (child == 0) {
		if (chdir(place) == 0) {
			execl("/bin/sh", "sh", "-euc", script, (char *)NULL);
		}
		_exit(126);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(manifest, reads_what_it_wrote)
{
	struct manifest manifest = sample();
	struct manifest read;
	char hash[65];
	char again[65];
	size_t length;
	char *text = manifest_write(&manifest, key, &length, hash);

	cr_assert_not_null(text);
	cr_assert_eq(text[length - 1], '\n');
	memset(&read, 0xff, sizeof(read));
	cr_assert(manifest_read(text, length, key, &read, again, error), "%s",
	    error);
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
	struct manifest manifest = sample();
	struct manifest read;
	char hash[65];
	size_t length;

	manifest.has_serial = false;
	manifest.expiry = 0;
	manifest.previous[0] = '\0';
	char *text = manifest_write(&manifest, key, &length, hash);

	cr_assert(manifest_read(text, length, key, &read, hash, error));
	cr_assert_not(read.has_serial);
	cr_assert_eq(read.expiry, 0);
	cr_assert_str_eq(read.previous, "");
	free(text);
	manifest.has_serial = true;
	manifest.serial = 0;
	text = manifest_write(&manifest, key, &length, hash);
	cr_assert(manifest_read(text, length, key, &read, hash, error));
	cr_assert(read.has_serial);
	cr_assert_eq(read.serial, 0);
	free(text);
}

Test(manifest, is_the_same_text_again)
{
	struct manifest manifest = sample();
	char hash[2][65];
	size_t length;
	char *one = manifest_write(&manifest, key, &length, hash[0]);
	char *two = manifest_write(&manifest, key, &length, hash[1]);

	cr_assert_str_eq(one, two);
	cr_assert_str_eq(hash[0], hash[1]);
	free(one);
	free(two);
}

Test(manifest, a_text_cut_inside_a_character_stops_nothing)
{
	struct manifest manifest = sample();
	struct manifest read;
	char hash[65];
	size_t length;

	snprintf(manifest.approvals, sizeof(manifest.approvals),
	    "j\xc3\xbcrg: \xe2\x82");
	char *text = manifest_write(&manifest, key, &length, hash);

	cr_assert_not_null(text);
	cr_assert(manifest_read(text, length, key, &read, hash, error));
	cr_assert_str_eq(read.approvals, "j??rg: ??");
	free(text);
}

Test(manifest, the_longest_one_can_be_read)
{
	struct manifest manifest = sample();
	struct manifest read;
	char hash[65];
	size_t length;

	memset(manifest.approvals, 1, sizeof(manifest.approvals) - 1);
	memset(manifest.zone, '\\', sizeof(manifest.zone) - 1);
	char *text = manifest_write(&manifest, key, &length, hash);

	cr_assert(manifest_read(text, length, key, &read, hash, error), "%s",
	    error);
	cr_assert_str_eq(read.zone, manifest.zone);
	free(text);
}

Test(manifest, a_time_beyond_the_calendar_is_refused)
{
	struct manifest manifest = sample();
	char hash[65];
	size_t length;

	manifest.at = INT64_MAX;
	cr_assert_null(manifest_write(&manifest, key, &length, hash));
	manifest = sample();
	manifest.expiry = -1;
	cr_assert_null(manifest_write(&manifest, key, &length, hash));
}

/* ---- keys ---- */

Test(manifest, the_key_stays_and_is_its_owners_alone)
{
	struct stat status;
	struct manifest_key *again = manifest_key_open(place, true, error);

	cr_assert_not_null(again);
	cr_assert_str_eq(manifest_key_id(again), manifest_key_id(key));
	manifest_key_free(again);
	cr_assert_eq(stat(path_of("keys/manifest.key"), &status), 0);
	cr_assert_eq(status.st_mode & 07777, 0600);
	cr_assert_eq(chmod(path_of("keys/manifest.key"), 0640), 0);
	cr_assert_null(manifest_key_open(place, true, error));
}

Test(manifest, the_public_key_is_made_again_when_it_is_missing)
{
	cr_assert_eq(unlink(path_of("keys/manifest.pub")), 0);
	struct manifest_key *again = manifest_key_open(place, true, error);

	cr_assert_not_null(again);
	manifest_key_free(again);
	again = manifest_key_public(path_of("keys/manifest.pub"), error);
	cr_assert_not_null(again);
	cr_assert_str_eq(manifest_key_id(again), manifest_key_id(key));
	manifest_key_free(again);
}

Test(manifest, a_public_key_cannot_sign)
{
	struct manifest manifest = sample();
	char hash[65];
	size_t length;
	struct manifest_key *public =
	    manifest_key_public(path_of("keys/manifest.pub"), error);

	cr_assert_not_null(public);
	cr_assert_null(manifest_write(&manifest, public, &length, hash));
	manifest_key_free(public);
}

Test(manifest, without_create_no_key_is_made)
{
	cr_assert_eq(unlink(path_of("keys/manifest.key")), 0);
	cr_assert_null(manifest_key_open(place, false, error));
	cr_assert_eq(access(path_of("keys/manifest.key"), F_OK), -1);
}

Test(manifest, what_is_no_key_is_refused)
{
	static const char *const texts[] = {"", "\n", "no key",
	    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"};

	for (size_t i = 0; i < 4; i++) {
		write_file("keys/manifest.key", texts[i], strlen(texts[i]));
		cr_assert_null(manifest_key_open(place, true, error));
		write_file("some.pub", texts[i], strlen(texts[i]));
		cr_assert_null(manifest_key_public(path_of("some.pub"), error));
	}
	cr_assert_null(manifest_key_public(path_of("none.pub"), error));
}

Test(manifest, keys_of_other_kinds_are_refused)
{
	cr_assert_eq(shell("openssl genpkey -algorithm EC -pkeyopt "
	                   "ec_paramgen_curve:P-256 >keys/manifest.key "
	                   "2>/dev/null; chmod 600 keys/manifest.key;"
	                   "openssl pkey -in keys/manifest.key -pubout "
	                   ">ec.pub"),
	    0);
	cr_assert_null(manifest_key_open(place, true, error));
	cr_assert_null(manifest_key_public(path_of("ec.pub"), error));
}

Test(manifest, a_key_with_a_password_does_not_ask_for_it)
{
	cr_assert_eq(shell("openssl pkey -in keys/manifest.key -aes128 "
	                   "-passout pass:x "
	                   ">new; cat new >keys/manifest.key"),
	    0);
	cr_assert_null(manifest_key_open(place, true, error));
}

Test(manifest, former_keys_verify_what_they_signed)
{
	struct manifest manifest = sample();
	struct manifest read;
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, key, &length, hash);

	cr_assert_eq(shell("cd keys; rm manifest.key; "
	                   "mv manifest.pub was.pub"),
	    0);
	struct manifest_key *fresh = manifest_key_open(place, true, error);

	cr_assert_not_null(fresh);
	cr_assert_not(manifest_read(text, length, fresh, &read, hash, error));
	manifest_key_free(fresh);
	cr_assert_eq(shell("mv keys/was.pub keys/former.pub"), 0);
	fresh = manifest_key_open(place, true, error);
	cr_assert_not_null(fresh, "%s", error);
	cr_assert(manifest_read(text, length, fresh, &read, hash, error), "%s",
	    error);
	cr_assert_str_neq(manifest_key_id(fresh), manifest_key_id(key));
	manifest_key_free(fresh);
	cr_assert_eq(shell("cd keys; cat manifest.pub former.pub >both.pub"),
	    0);
	fresh = manifest_key_public(path_of("keys/both.pub"), error);
	cr_assert(manifest_read(text, length, fresh, &read, hash, error));
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
	struct manifest manifest = sample();
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, key, &length, hash);

	write_file("m", text, length);
	cr_assert_eq(shell(verification), 0);
	write_file("hash", hash, 64);
	cr_assert_eq(shell("test $(sha256sum <m | cut -c1-64) = $(cat hash)"),
	    0);
	cr_assert_eq(shell("id=$(openssl pkey -pubin -in keys/manifest.pub "
	                   "-outform DER "
	                   "| tail -c 32 | sha256sum | cut -c1-64); "
	                   "grep -q \"^ \\\"key\\\": \\\"$id\\\",\" m"),
	    0);
	cr_assert_eq(shell("grep -q '\"serial\":4294967295,\"sha256\":\"0008' "
	                   "payload"),
	    0);
	free(text);
	/* Another payload under the same signature. */
	manifest.candidate++;
	cr_assert_eq(shell("cp m old"), 0);
	text = manifest_write(&manifest, key, &length, hash);
	write_file("m", text, length);
	cr_assert_eq(shell("grep -v '\"signature\"' m >new; grep "
	                   "'\"signature\"' old "
	                   ">>new; mv new m"),
	    0);
	cr_assert_neq(shell(verification), 0);
	free(text);
}

/* ---- hostile ---- */

Test(manifest, no_changed_octet_goes_unnoticed)
{
	struct manifest manifest = sample();
	struct manifest read;
	struct manifest untouched;
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, key, &length, hash);

	memset(&untouched, 0x5a, sizeof(untouched));
	for (size_t i = 0; i < length; i++) {
		char was = text[i];
		/* Outside of strings white space is white space. */
		bool is_space = was == ' ' || was == '\n';

		text[i] = (char)(was ^ 1);
		memset(&read, 0x5a, sizeof(read));
		cr_assert(!manifest_read(text, length, key, &read, hash,
		              error) ||
		              is_space,
		    "octet %zu", i);
		cr_assert(is_space ||
		          memcmp(&read, &untouched, sizeof(read)) == 0);
		text[i] = was;
	}
	for (size_t i = 0; i + 1 < length; i++) {
		cr_assert_not(manifest_read(text, i, key, &read, hash, error));
	}
	free(text);
}

Test(manifest, another_key_s_signature_says_nothing)
{
	struct manifest manifest = sample();
	struct manifest read;
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, key, &length, hash);

	cr_assert_eq(shell("rm keys/manifest.*"), 0);
	struct manifest_key *other = manifest_key_open(place, true, error);

	cr_assert_not(manifest_read(text, length, other, &read, hash, error));
	/* Nor does the right name over the wrong signature. */
	char *theirs = manifest_write(&manifest, other, &length, hash);
	char *at = strstr(theirs, "\"key\": \"");

	cr_assert_not_null(at);
	memcpy(at + 8, manifest_key_id(key), 64);
	cr_assert_not(manifest_read(theirs, length, key, &read, hash, error));
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
	cr_assert(manifest_key_sign(key, to_sign, (size_t)size, signature));
	free(to_sign);
	char *inner = base64url_write(payload, strlen(payload));
	char *outer = base64url_write(signature, sizeof(signature));
	char *text = NULL;

	size = asprintf(&text,
	    "{\"payload\":\"%s\",\"key\":\"%s\",\"signature\":\"%s\"}", inner,
	    manifest_key_id(key), outer);
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
	struct manifest manifest = sample();
	struct manifest read;
	char hash[65];
	size_t length;
	size_t payload_length;
	char *text = manifest_write(&manifest, key, &length, hash);
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
	bool good = manifest_read(text, length, key, &read, hash, error);

	json_decref(object);
	free(payload);
	free(text);
	return good;
}

Test(manifest, a_payload_is_read_strictly_even_if_it_is_signed)
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

Test(manifest, hostile_texts_are_refused)
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
		cr_assert_not(manifest_read(texts[i], strlen(texts[i]), key,
		                  &read, hash, error),
		    "%s", texts[i]);
	}
	/* Deeper than a stack, and larger than a manifest. */
	char *large = malloc(4 << 20);

	memset(large, '[', 4 << 20);
	cr_assert_not(manifest_read(large, 4 << 20, key, &read, hash, error));
	cr_assert_not(manifest_read(large, LIMIT_MANIFEST_BYTES, key, &read,
	    hash, error));
	memset(large, ' ', 4 << 20);
	large[0] = '{';
	large[(4 << 20) - 1] = '}';
	cr_assert_not(manifest_read(large, 4 << 20, key, &read, hash, error));
	free(large);
	for (size_t i = 0; i < 2; i++) {
		size_t length;
		char *text = sign(i == 0 ? "[1]" : "{\"zone\":", &length);

		cr_assert_not(manifest_read(text, length, key, &read, hash,
		    error));
		free(text);
	}
}

Test(manifest, a_member_that_is_not_signed_is_refused)
{
	struct manifest manifest = sample();
	struct manifest read;
	char hash[65];
	size_t length;
	char *text = manifest_write(&manifest, key, &length, hash);
	char *more = NULL;

	text[strlen(text) - 3] = '\0';
	cr_assert(asprintf(&more, "%s,\n \"note\": \"trust me\"\n}\n", text) >
	          0);
	cr_assert_not(manifest_read(more, strlen(more), key, &read, hash,
	    error));
	free(more);
	more = NULL;
	cr_assert(asprintf(&more, "%s\n}\n", text) > 0);
	cr_assert(manifest_read(more, strlen(more), key, &read, hash, error));
	free(more);
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

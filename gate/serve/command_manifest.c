/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_manifest.c -- `zonegate manifest verify' and `show', for auditors:
 * nothing of the daemon's is needed but its public key.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "command_line.h"
#include "durable.h"
#include "manifest_file.h"
#include "options.h"
#include "report_words.h"
#include "small_file.h"
#include "time_text.h"

#define EXIT_BAD 1

/* A manifest as the command line names it. */
struct named {
	const char *file;
	char *text; /* to be freed */
	size_t length;
	struct manifest manifest;
	char hash[65];
};

/* 0, or the exit status after saying what is wrong. */
static int
read_named(struct named *named, const struct manifest_key *key)
{
	char error[MANIFEST_ERROR];

	named->text = small_file_read(named->file, LIMIT_MANIFEST_BYTES,
	    &named->length, error, sizeof(error));
	if (named->text == NULL) {
		warn("%s", error);
		return EXIT_FAULT;
	}
	if (!manifest_read(named->text, named->length, key, &named->manifest,
	        named->hash, error)) {
		warn("%s: %s", named->file, error);
		return EXIT_BAD;
	}
	return 0;
}

/* ---- the zone file ---- */

static int
verify_zone(const char *file, const struct manifest *manifest)
{
	char found[65];
	char expected[65];
	uint8_t sha256[32];
	uint64_t size = 0;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int failed = fd < 0 ? errno : durable_hash_fd(fd, sha256, &size);

	if (fd >= 0) {
		close(fd);
	}
	if (failed != 0) {
		warn("%s: %s", file, strerror(failed));
		return EXIT_FAULT;
	}
	if (size == manifest->bytes &&
	    memcmp(sha256, manifest->sha256, sizeof(sha256)) == 0) {
		return 0;
	}
	warn("%s is not the zone of the manifest: %llu octets with SHA-256 %s, "
	     "expected %llu with %s",
	    file, (unsigned long long)size, sha256_to_text(sha256, found),
	    (unsigned long long)manifest->bytes,
	    sha256_to_text(manifest->sha256, expected));
	return EXIT_BAD;
}

/* ---- the chain ---- */

struct chain {
	const char *directory;
	const struct named *named;
	size_t n;
	bool bad;
	bool found;   /* the named one is in it */
	bool is_zone; /* all are of its zone */
	char last[65];
};

static void
look_at(void *context, const struct chain_link *link)
{
	struct chain *chain = context;
	char name[MANIFEST_FILE_NAME];
	const struct manifest_file *file = link->file;

	chain->n++;
	if (link->why != NULL) {
		warn("%s/%s: %s", chain->directory,
		    manifest_file_name(link->id, name), link->why);
		chain->bad = true;
	}
	if (file->good &&
	    strcmp(file->manifest.zone, chain->named->manifest.zone) != 0) {
		chain->is_zone = false;
	}
	chain->found =
	    chain->found || strcmp(file->hash, chain->named->hash) == 0;
	memcpy(chain->last, file->hash, sizeof(chain->last));
}

static int
verify_chain(const char *directory, const struct named *named,
    const struct manifest_key *key)
{
	struct chain chain = {
	    .directory = directory, .named = named, .is_zone = true};
	int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = at < 0 ? errno : manifest_chain(at, key, look_at, &chain);

	if (at >= 0) {
		close(at);
	}
	if (failed != 0) {
		warn("%s: %s", directory, strerror(failed));
		return EXIT_FAULT;
	}
	/* The newest goes there last: a crash may have come between. */
	if (!chain.found && strcmp(named->manifest.previous, chain.last) != 0) {
		warn("%s is neither in %s nor the one after its last",
		    named->file, directory);
		return EXIT_BAD;
	}
	if (!chain.is_zone) {
		warn("%s is of another zone than %s", directory,
		    named->manifest.zone);
		return EXIT_BAD;
	}
	if (!chain.bad) {
		printf("%s: %zu manifests, each follows the one before it\n",
		    directory, chain.n);
	}
	return chain.bad ? EXIT_BAD : 0;
}

/* ---- the commands ---- */

static void
say_good(const struct named *named)
{
	const struct manifest *m = &named->manifest;
	char at[TIME_TEXT];
	char serial[16] = "unknown";

	if (m->has_serial) {
		snprintf(serial, sizeof(serial), "%u", (unsigned)m->serial);
	}
	printf("%s: good: %s serial %s, candidate %lld, released at %s\n",
	    named->file, m->zone, serial, (long long)m->candidate,
	    time_to_text(m->at, at));
}

static int
verify_all(struct named *named, const char *zone, const char *directory,
    const struct manifest_key *key)
{
	int status = read_named(named, key);

	if (status != 0) {
		return status;
	}
	if (zone != NULL) {
		status = verify_zone(zone, &named->manifest);
	}
	if (directory != NULL) {
		int chain = verify_chain(directory, named, key);

		status = chain > status ? chain : status;
	}
	if (status == 0) {
		say_good(named);
	}
	return status;
}

static int
show(struct named *named, const struct manifest_key *key)
{
	size_t length = 0;
	int status = read_named(named, key);

	if (status != 0) {
		return status;
	}
	char *payload = manifest_payload(named->text, named->length, &length);
	json_t *object = payload == NULL ? NULL
	                                 : json_loadb(payload, length,
	                                       JSON_REJECT_DUPLICATES, NULL);

	free(payload);
	/* Escaped: a terminal may read it. */
	if (object == NULL || json_dumpf(object, stdout,
	                          JSON_INDENT(2) | JSON_ENSURE_ASCII) != 0) {
		warn("standard output: cannot write");
		status = EXIT_FAULT;
	}
	putchar('\n');
	json_decref(object);
	return status;
}

/* KEY_FILE's key, or NULL after saying why. */
static struct manifest_key *
open_key(const char *command, const char *key_file, int *status)
{
	char error[MANIFEST_ERROR];

	if (key_file == NULL) {
		warn("%s needs --key FILE, the public key in PEM form "
		     "(keys/manifest.pub in the state directory)",
		    command);
		*status = EXIT_USAGE;
		return NULL;
	}
	struct manifest_key *key = manifest_key_public(key_file, error);

	if (key == NULL) {
		warn("%s", error);
		*status = EXIT_FAULT;
	}
	return key;
}

#define KEY_ROW(place)                                                         \
	{                                                                      \
		.name = "key", .argument = "FILE", .text = (place),            \
		.help = "the public key, PEM; several may stand in one file"   \
	}

static int
verify_command(int argc, char *const *argv)
{
	const char *key_file = NULL;
	const char *directory = NULL;
	const char *operands[2] = {NULL, NULL};
	size_t n;
	const struct flag_row rows[] = {
	    KEY_ROW(&key_file),
	    {.name = "chain",
	        .argument = "DIR",
	        .text = &directory,
	        .help = "and all manifests of the zone, manifests/<zone> in "
	                "the state directory: each must name the one before "
	                "it"},
	};
	const struct flag_reader reader = {
	    .command = "manifest verify",
	    .operand = "MANIFEST [ZONEFILE]",
	    .help = "Says whether MANIFEST was signed by the key, and ZONEFILE "
	            "is what it speaks of.  Exit status: 0 good, 1 bad, 3 "
	            "cannot be read.",
	    .rows = rows,
	    .n_rows = sizeof(rows) / sizeof(rows[0]),
	    .least = 1,
	    .most = 2,
	};
	int status = flags_read(&reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	struct manifest_key *key =
	    open_key("manifest verify", key_file, &status);

	if (key == NULL) {
		return status;
	}
	struct named named = {.file = operands[0]};

	status = verify_all(&named, operands[1], directory, key);
	free(named.text);
	manifest_key_free(key);
	return status;
}

static int
show_command(int argc, char *const *argv)
{
	const char *key_file = NULL;
	const char *operands[1] = {NULL};
	size_t n;
	const struct flag_row rows[] = {KEY_ROW(&key_file)};
	const struct flag_reader reader = {
	    .command = "manifest show",
	    .operand = "MANIFEST",
	    .help = "Writes what MANIFEST says, as JSON, if its signature is "
	            "good.  Exit status: 0 good, 1 bad, 3 cannot be read.",
	    .rows = rows,
	    .n_rows = 1,
	    .least = 1,
	    .most = 1,
	};
	int status = flags_read(&reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	struct manifest_key *key = open_key("manifest show", key_file, &status);

	if (key == NULL) {
		return status;
	}
	struct named named = {.file = operands[0]};

	status = show(&named, key);
	free(named.text);
	manifest_key_free(key);
	return status;
}

int
command_manifest(int argc, char *const *argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	if (strcmp(command, "verify") == 0) {
		return verify_command(argc - 1, argv + 1);
	}
	if (strcmp(command, "show") == 0) {
		return show_command(argc - 1, argv + 1);
	}
	if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0) {
		puts("usage: zonegate manifest verify MANIFEST [ZONEFILE] "
		     "--key FILE [--chain DIR]\n"
		     "       zonegate manifest show MANIFEST --key FILE\n\n"
		     "`zonegate manifest verify --help' says more.");
		return 0;
	}
	warn("manifest: give verify or show; see `zonegate manifest --help'");
	return EXIT_USAGE;
}

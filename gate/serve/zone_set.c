/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zone_set.c -- what a zone is judged by: its policy and its anchors, the
 * anchors gathered into files for the judging child, all of it in one digest.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/die.h"
#include "report_words.h"
#include "serve/daemon.h"
#include "small_file.h"

#define ANCHOR_MOST (1u << 20)

/* Appends the files of ZONE's anchors that are (or are not) INCOMING. */
static bool
gather(const struct config_zone *zone, bool incoming, FILE *out,
    char why[DAEMON_WHY])
{
	for (size_t i = 0; i < zone->n_anchors; i++) {
		const struct config_anchor *anchor = &zone->anchors[i];
		size_t length;
		char *text;

		if ((anchor->state == ANCHOR_INCOMING) != incoming) {
			continue;
		}
		text = small_file_read(anchor->file, ANCHOR_MOST, &length, why,
		    DAEMON_WHY);
		if (text == NULL) {
			return false;
		}
		fwrite(text, 1, length, out);
		fputc('\n', out);
		free(text);
	}
	return true;
}

/* Writes the anchors to run/anchors/, under a name made of their digest, so
 * that a judgement under way keeps the file it began with. */
static bool
write_anchors(struct daemon *daemon, const struct config_zone *zone,
    const char *text, size_t length, const char *kind, char file[DAEMON_PATH],
    char why[DAEMON_WHY])
{
	char name[ZONE_FILE_NAME + 96], digits[65];
	uint8_t sha256[32];

	file[0] = '\0';
	if (length == 0) {
		return true;
	}
	EVP_Digest(text, length, sha256, NULL, EVP_sha256(), NULL);
	sha256_to_text(sha256, digits);
	digits[16] = '\0';
	snprintf(name, sizeof(name), "anchors/%s.%s.%s", zone->file_name,
	    digits, kind);
	mkdir(daemon_path(daemon, "run", "anchors", file), 0750);
	daemon_path(daemon, "run", name, file);

	struct stat there;

	/* Its name says what is in it: on a full disk it may not come back. */
	if (stat(file, &there) == 0 && there.st_size == (off_t)length) {
		return true;
	}
	FILE *out = fopen(file, "we");
	bool good = out != NULL && fwrite(text, 1, length, out) == length;

	if (out != NULL && fclose(out) != 0) {
		good = false;
	}
	if (!good) {
		snprintf(why, DAEMON_WHY, "%.300s: %s", file, strerror(errno));
	}
	return good;
}

static bool
anchors(struct daemon *daemon, const struct config_zone *zone, bool incoming,
    EVP_MD_CTX *digest, char file[DAEMON_PATH], char why[DAEMON_WHY])
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL) {
		die("out of memory");
	}
	bool good = gather(zone, incoming, out, why);

	fclose(out);
	EVP_DigestUpdate(digest, text, length);
	EVP_DigestUpdate(digest, "", 1);
	good = good && write_anchors(daemon, zone, text, length,
	                   incoming ? "incoming" : "anchors", file, why);
	free(text);
	return good;
}

bool
zone_set(struct daemon *daemon, const struct config_zone *zone,
    char anchor_file[DAEMON_PATH], char incoming_file[DAEMON_PATH],
    char set[65], char why[DAEMON_WHY])
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	uint8_t sha256[32];

	EVP_DigestInit_ex(digest, EVP_sha256(), NULL);
	EVP_DigestUpdate(digest, zone->policy->sha256, 32);
	bool good = anchors(daemon, zone, false, digest, anchor_file, why) &&
	            anchors(daemon, zone, true, digest, incoming_file, why);

	EVP_DigestFinal_ex(digest, sha256, NULL);
	EVP_MD_CTX_free(digest);
	sha256_to_text(sha256, set);
	if (good && zone->n_anchors > 0 && anchor_file[0] == '\0') {
		snprintf(why, DAEMON_WHY,
		    "%s: every anchor is incoming; one that is in the parent "
		    "must be active",
		    zone->name);
		good = false;
	}
	if (!good) {
		/* A name of nothing: nothing is judged without anchors. */
		daemon_path(daemon, "run", "anchors/unusable", anchor_file);
	}
	return good;
}

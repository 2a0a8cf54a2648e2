/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_world.c -- what the configuration needs of the file system.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anchor_file.h"
#include "config_value.h"
#include "small_file.h"

/* A bundle of all the authorities that there are. */
#define LIMIT_PEM_BYTES (4u << 20)
#define LIMIT_SECRET_BYTES 4096

static bool
is_pem(const char *path, char *wrong)
{
	size_t length;
	char *text = small_file_read(path, LIMIT_PEM_BYTES, &length, wrong,
	    CONFIG_WRONG);

	if (text == NULL) {
		return false;
	}
	bool good = memmem(text, length, "-----BEGIN ", 11) != NULL;

	if (!good) {
		snprintf(wrong, CONFIG_WRONG, "%.400s: no PEM file", path);
	}
	free(text);
	return good;
}

static bool
is_secret(const char *path, char *wrong)
{
	size_t length;
	char *text = small_file_read(path, LIMIT_SECRET_BYTES, &length, wrong,
	    CONFIG_WRONG);

	if (text == NULL) {
		return false;
	}
	bool good = length > 0 && text[0] != '\n' && text[0] != '\r';

	if (!good) {
		snprintf(wrong, CONFIG_WRONG, "%.400s: the first line is empty",
		    path);
	}
	explicit_bzero(text, length);
	free(text);
	return good;
}

static bool
is_there(enum config_kind kind, const char *path, char wrong[CONFIG_WRONG])
{
	if (kind == KIND_PEM) {
		return is_pem(path, wrong);
	}
	if (kind == KIND_SECRET) {
		return is_secret(path, wrong);
	}
	char error[ANCHOR_ERROR];
	int fd = anchor_open(path, error);

	if (fd < 0) {
		snprintf(wrong, CONFIG_WRONG, "%s", error);
		return false;
	}
	close(fd);
	return true;
}

const struct config_world config_world = {
    .policy = policy_open, .file = is_there};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_file.c -- finds policy files and resolves what they inherit.  What
 * stands in one file is policy_draft.c's.
 */
#include "policy_file.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "contract/policy_list.h"
#include "paths.h"
#include "policy_draft.h"
#include "small_file.h"

/* ---- files, and what they inherit ---- */

/* True if NAME can only be a file of the policy directory itself. */
static bool
is_policy_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strlen(name) < 100 &&
	       strchr(name, '/') == NULL;
}

static char *
path_of(const char *directory, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s.conf", directory, name) < 0) {
		die("out of memory");
	}
	return path;
}

static bool
apply_option(const struct draft *draft, enum option_id id,
    struct policy_values *values, const char *file, char *error)
{
	if (option_rows[id].kind != LIST) {
		values->option[id] = draft->option[id];
		return true;
	}
	if (policy_list_set(values, id, draft->list[id])) {
		return true;
	}
	snprintf(error, POLICY_ERROR,
	    "%s: the lists up to %s are longer than %d characters", file,
	    option_rows[id].id, LIMIT_POLICY_LISTS);
	return false;
}

static bool
apply(const struct draft *draft, struct policy *policy, const char *file,
    char *error)
{
	for (int id = 1; id < N_OPTIONS; id++) {
		if (draft->option_clause[id] != NULL) {
			if (!apply_option(draft, (enum option_id)id,
			        &policy->values, file, error)) {
				return false;
			}
			free(policy->clause[id]);
			policy->clause[id] = xstrdup(draft->option_clause[id]);
		}
	}
	for (int id = 1; id < N_CHECKS; id++) {
		if (draft->severity_clause[id] != NULL) {
			policy->values.severity[id] =
			    (uint8_t)draft->severity[id];
			policy->values.overridden[id] = 1;
			free(policy->severity_clause[id]);
			policy->severity_clause[id] =
			    xstrdup(draft->severity_clause[id]);
		}
	}
	return true;
}

/* Applies the policy called NAME, which may not inherit itself: one step can
 * make no loop. */
static bool
apply_inherited(const char *name, const char *file, const char *directory,
    struct policy *policy, char *error)
{
	struct draft draft = {0};
	size_t length;

	if (directory == NULL || !is_policy_name(name)) {
		snprintf(error, POLICY_ERROR,
		    "%s: cannot inherit \"%s\": give the name of a shipped "
		    "policy",
		    file, name);
		return false;
	}
	char *path = path_of(directory, name);
	char *text = small_file_read(path, LIMIT_POLICY_BYTES, &length, error,
	    POLICY_ERROR);
	bool good =
	    text != NULL && draft_read(text, length, path, &draft, error);

	if (good && draft.inherit != NULL) {
		snprintf(error, POLICY_ERROR,
		    "%s: inherits from \"%s\", which itself inherits; only "
		    "one step is allowed",
		    file, name);
		good = false;
	}
	good = good && apply(&draft, policy, path, error);
	draft_release(&draft);
	free(text);
	free(path);
	return good;
}

/* Options that contradict each other. */
static bool
is_consistent(const struct policy *policy, const char *file, char *error)
{
	const int64_t *option = policy->values.option;
	static const enum option_id at_most[][2] = {
	    {OPTION_dnskey_max, OPTION_dnskey_max_block},
	    {OPTION_rrsig_remaining_min, OPTION_rrsig_remaining_warn},
	    {OPTION_rrsig_remaining_block, OPTION_rrsig_remaining_min},
	    {OPTION_nsec3_iterations_max, OPTION_nsec3_iterations_block},
	    {OPTION_published_headroom_crit, OPTION_published_headroom_warn},
	};

	for (size_t i = 0; i < sizeof(at_most) / sizeof(at_most[0]); i++) {
		if (option[at_most[i][0]] > option[at_most[i][1]]) {
			snprintf(error, POLICY_ERROR,
			    "%s: %s must not be more than %s", file,
			    option_rows[at_most[i][0]].id,
			    option_rows[at_most[i][1]].id);
			return false;
		}
	}
	return true;
}

static void
hash_values(struct policy *policy)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL) {
		die("policy: %s", strerror(errno));
	}
	policy_text(out, &policy->values);
	if (fclose(out) != 0 || EVP_Digest(text, length, policy->sha256, NULL,
	                            EVP_sha256(), NULL) != 1) {
		die("policy: cannot hash the effective values");
	}
	free(text);
}

static char *
name_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *name = xstrdup(slash == NULL ? file : slash + 1);
	char *suffix = strrchr(name, '.');

	if (suffix != NULL && strcmp(suffix, ".conf") == 0) {
		*suffix = '\0';
	}
	return name;
}

static void
policy_init(struct policy *policy, const char *file, const char *title)
{
	memset(policy, 0, sizeof(*policy));
	policy_values_init(&policy->values);
	policy->file = xstrdup(file);
	policy->name = name_of(file);
	policy->title = xstrdup(title == NULL ? "" : title);
	for (int id = 0; id < N_OPTIONS; id++) {
		policy->clause[id] = xstrdup("built-in default");
	}
}

bool
policy_read(const char *text, size_t length, const char *file,
    const char *directory, struct policy *policy, char error[POLICY_ERROR])
{
	struct draft draft = {0};
	struct policy made;
	bool good = draft_read(text, length, file, &draft, error);

	policy_init(&made, file, draft.title);
	if (good && draft.inherit != NULL) {
		good = apply_inherited(draft.inherit, file, directory, &made,
		    error);
	}
	good = good && apply(&draft, &made, file, error) &&
	       is_consistent(&made, file, error);
	draft_release(&draft);
	if (!good) {
		policy_release(&made);
		return false;
	}
	hash_values(&made);
	*policy = made;
	return true;
}

bool
policy_open(const char *name, struct policy *policy, char error[POLICY_ERROR])
{
	size_t dot = strlen(name) < 5 ? 0 : strlen(name) - 5;
	bool is_file =
	    strchr(name, '/') != NULL || strcmp(name + dot, ".conf") == 0;
	size_t length;

	if (!is_file && !is_policy_name(name)) {
		snprintf(error, POLICY_ERROR, "\"%.100s\" is no policy's name",
		    name);
		return false;
	}
	char *path = is_file ? xstrdup(name) : path_of(path_policies(), name);

	if (!is_file && access(path, F_OK) != 0) {
		snprintf(error, POLICY_ERROR,
		    "there is no policy called %s in %s; `zonegate policies' "
		    "lists them, and a file is given with a slash",
		    name, path_policies());
		free(path);
		return false;
	}
	char *text = small_file_read(path, LIMIT_POLICY_BYTES, &length, error,
	    POLICY_ERROR);
	bool good = text != NULL && policy_read(text, length, path,
	                                path_policies(), policy, error);

	free(text);
	free(path);
	return good;
}

void
policy_release(struct policy *policy)
{
	free(policy->name);
	free(policy->file);
	free(policy->title);
	for (int i = 0; i < N_OPTIONS; i++) {
		free(policy->clause[i]);
	}
	for (int i = 0; i < N_CHECKS; i++) {
		free(policy->severity_clause[i]);
	}
	memset(policy, 0, sizeof(*policy));
}

static int
is_policy_file(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 &&
	       strcmp(entry->d_name + length - 5, ".conf") == 0;
}

char **
policy_names(size_t *n)
{
	struct dirent **entries;
	int found =
	    scandir(path_policies(), &entries, is_policy_file, alphasort);
	char **names = xcalloc(found < 0 ? 0 : (size_t)found, sizeof(*names));

	*n = found < 0 ? 0 : (size_t)found;
	for (size_t i = 0; i < *n; i++) {
		names[i] = name_of(entries[i]->d_name);
		free(entries[i]);
	}
	if (found >= 0) {
		free(entries);
	}
	return names;
}

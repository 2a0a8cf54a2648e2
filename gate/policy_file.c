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
#include "policy_lint.h"
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
	    "%s:%u: the lists up to %s are longer than %d characters", file,
	    draft->option_line[id], option_rows[id].id, LIMIT_POLICY_LISTS);
	return false;
}

static bool
apply_options(const struct draft *draft, struct policy *policy,
    const char *file, char *error)
{
	for (int id = 1; id < N_OPTIONS; id++) {
		if (draft->option_clause[id] == NULL) {
			continue;
		}
		if (!apply_option(draft, (enum option_id)id, &policy->values,
		        file, error)) {
			return false;
		}
		free(policy->clause[id]);
		policy->clause[id] = xstrdup(draft->option_clause[id]);
		policy->origin[id] =
		    (struct policy_origin){file, draft->option_line[id]};
	}
	return true;
}

static void
apply_severities(const struct draft *draft, struct policy *policy,
    const char *file)
{
	for (int id = 1; id < N_CHECKS; id++) {
		if (draft->severity_clause[id] == NULL) {
			continue;
		}
		policy->values.severity[id] = (uint8_t)draft->severity[id];
		policy->values.overridden[id] = 1;
		free(policy->severity_clause[id]);
		policy->severity_clause[id] =
		    xstrdup(draft->severity_clause[id]);
		policy->severity_origin[id] =
		    (struct policy_origin){file, draft->severity_line[id]};
	}
}

static void
apply_answer(const struct draft_answer *draft, struct policy_answer *answer,
    const char *file)
{
	free(answer->reason);
	free(answer->approver);
	*answer = (struct policy_answer){
	    .reason = xstrdup(draft->reason),
	    .approver = xstrdup(draft->approver),
	    .origin = {file, draft->line},
	};
}

static void
apply_risks(const struct draft *draft, struct policy *policy, const char *file)
{
	for (int id = 1; id < N_CHECKS; id++) {
		if (draft->accepted[id].reason != NULL) {
			policy->values.accepted[id] = 1;
			apply_answer(&draft->accepted[id],
			    &policy->accepted[id], file);
		}
	}
}

static bool
has_exemption(const struct policy_values *values, const char *name)
{
	for (unsigned i = 0; i < values->n_exemptions; i++) {
		if (strcmp(values->exemptions[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

static bool
apply_exemptions(const struct draft *draft, struct policy *policy,
    const char *file, char *error)
{
	struct policy_values *values = &policy->values;

	for (unsigned i = 0; i < draft->n_exemptions; i++) {
		const struct policy_exemption *from = &draft->exemption[i];
		const char *wrong =
		    has_exemption(values, from->name) ? "is there twice"
		    : values->n_exemptions == LIMIT_POLICY_EXEMPTIONS
		        ? "is one too many with those inherited"
		        : NULL;

		if (wrong != NULL) {
			snprintf(error, POLICY_ERROR, "%s:%u: exemption %s %s",
			    file, draft->exempted[i].line, from->name, wrong);
			return false;
		}
		apply_answer(&draft->exempted[i],
		    &policy->exemptions[values->n_exemptions], file);
		values->exemptions[values->n_exemptions++] = *from;
	}
	return true;
}

/* FILE is one of POLICY's own texts. */
static bool
apply(const struct draft *draft, struct policy *policy, const char *file,
    char *error)
{
	apply_severities(draft, policy, file);
	apply_risks(draft, policy, file);
	return apply_options(draft, policy, file, error) &&
	       apply_exemptions(draft, policy, file, error);
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
	policy->inherits = xstrdup(name);
	policy->inherited = path;
	good = good && apply(&draft, policy, path, error);
	draft_release(&draft);
	free(text);
	return good;
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
policy_read_alone(const char *text, size_t length, const char *file,
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
	good = good && apply(&draft, &made, made.file, error);
	draft_release(&draft);
	if (!good) {
		policy_release(&made);
		return false;
	}
	hash_values(&made);
	*policy = made;
	return true;
}

char *
policy_path(const char *name, char error[POLICY_ERROR])
{
	size_t dot = strlen(name) < 5 ? 0 : strlen(name) - 5;
	bool is_file =
	    strchr(name, '/') != NULL || strcmp(name + dot, ".conf") == 0;

	if (!is_file && !is_policy_name(name)) {
		snprintf(error, POLICY_ERROR, "\"%.100s\" is no policy's name",
		    name);
		return NULL;
	}
	char *path = is_file ? xstrdup(name) : path_of(path_policies(), name);

	if (access(path, R_OK) == 0) {
		return path;
	}
	if (is_file) {
		snprintf(error, POLICY_ERROR, "%.400s: %s", path,
		    strerror(errno));
	} else {
		snprintf(error, POLICY_ERROR,
		    "there is no policy called %s in %s; `zonegate policies' "
		    "lists them, and a file is given with a slash",
		    name, path_policies());
	}
	free(path);
	return NULL;
}

bool
policy_open_alone(const char *name, struct policy *policy,
    char error[POLICY_ERROR])
{
	char *path = policy_path(name, error);
	size_t length;

	if (path == NULL) {
		return false;
	}
	char *text = small_file_read(path, LIMIT_POLICY_BYTES, &length, error,
	    POLICY_ERROR);
	bool good = text != NULL && policy_read_alone(text, length, path,
	                                path_policies(), policy, error);

	free(text);
	free(path);
	return good;
}

/* Takes MADE, if its values can be together. */
static bool
take(struct policy *made, struct policy *policy, char error[POLICY_ERROR])
{
	if (policy_is_refused(made, error)) {
		policy_release(made);
		return false;
	}
	*policy = *made;
	return true;
}

bool
policy_read(const char *text, size_t length, const char *file,
    const char *directory, struct policy *policy, char error[POLICY_ERROR])
{
	struct policy made;

	return policy_read_alone(text, length, file, directory, &made, error) &&
	       take(&made, policy, error);
}

bool
policy_open(const char *name, struct policy *policy, char error[POLICY_ERROR])
{
	struct policy made;

	return policy_open_alone(name, &made, error) &&
	       take(&made, policy, error);
}

static void
answer_release(struct policy_answer *answer)
{
	free(answer->reason);
	free(answer->approver);
}

void
policy_release(struct policy *policy)
{
	free(policy->name);
	free(policy->file);
	free(policy->inherits);
	free(policy->inherited);
	free(policy->title);
	for (int i = 0; i < N_OPTIONS; i++) {
		free(policy->clause[i]);
	}
	for (int i = 0; i < N_CHECKS; i++) {
		free(policy->severity_clause[i]);
		answer_release(&policy->accepted[i]);
	}
	for (unsigned i = 0; i < LIMIT_POLICY_EXEMPTIONS; i++) {
		answer_release(&policy->exemptions[i]);
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

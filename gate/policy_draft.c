/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_draft.c -- one policy file through libconfuse.  Values of options
 * are policy_value.c's.
 */
#include "policy_draft.h"

#include <confuse.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/memory.h"
#include "confuse_text.h"
#include "contract/policy_list.h"

/* The parse under way.  libconfuse's callbacks carry no context of ours. */
static struct parse {
	struct draft draft;
	char *error;
	const cfg_opt_t *seen[2 * (N_OPTIONS + N_CHECKS) + 8];
	size_t n_seen;
} parse;

void
draft_release(struct draft *draft)
{
	free(draft->title);
	free(draft->inherit);
	for (int i = 0; i < N_OPTIONS; i++) {
		free(draft->option_clause[i]);
		free(draft->list[i]);
	}
	for (int i = 0; i < N_CHECKS; i++) {
		free(draft->severity_clause[i]);
	}
	memset(draft, 0, sizeof(*draft));
}

/* ---- libconfuse's callbacks ---- */

static void
on_error(cfg_t *cfg, const char *format, va_list arguments)
{
	if (parse.error[0] != '\0') {
		return; /* the first one is the cause */
	}
	int length = snprintf(parse.error, POLICY_ERROR,
	    "%s:%d: ", cfg->filename, cfg->line);

	if (length > 0 && length < POLICY_ERROR) {
		vsnprintf(parse.error + length, (size_t)(POLICY_ERROR - length),
		    format, arguments);
	}
	if (strstr(parse.error, "no such option") != NULL) {
		size_t used = strlen(parse.error);

		snprintf(parse.error + used, POLICY_ERROR - used,
		    "; a policy has title, inherit, limit and severity, and "
		    "the latter two have value and clause");
	}
}

/* libconfuse lets the last of several assignments win; a policy that says two
 * things is a mistake.  Each section has options, hence addresses, of its
 * own. */
static bool
is_repeated(cfg_t *cfg, const cfg_opt_t *option)
{
	for (size_t i = 0; i < parse.n_seen; i++) {
		if (parse.seen[i] == option) {
			cfg_error(cfg, "%s is set twice",
			    cfg_opt_name((cfg_opt_t *)(uintptr_t)option));
			return true;
		}
	}
	if (parse.n_seen == sizeof(parse.seen) / sizeof(parse.seen[0])) {
		cfg_error(cfg, "too many settings");
		return true;
	}
	parse.seen[parse.n_seen++] = option;
	return false;
}

static int
validate_once(cfg_t *cfg, cfg_opt_t *option)
{
	return is_repeated(cfg, option) ? -1 : 0;
}

static int
validate_clause(cfg_t *cfg, cfg_opt_t *option)
{
	const char *clause = cfg_opt_getstr(option);

	if (is_repeated(cfg, option)) {
		return -1;
	}
	if (clause == NULL || clause[0] == '\0') {
		cfg_error(cfg,
		    "clause of %s is empty; name the document and "
		    "section that asks for it, or \"local\"",
		    cfg_title(cfg));
		return -1;
	}
	return 0;
}

static int
take_list(cfg_t *cfg, enum option_id id, const char *text)
{
	char canonical[LIMIT_POLICY_LISTS], item[POLICY_ITEM];
	const char *wrong = policy_list_canonical(id, text, canonical, item);

	if (wrong != NULL) {
		cfg_error(cfg, "\"%.200s\" in %s %s", item, cfg_title(cfg),
		    wrong);
		return -1;
	}
	parse.draft.list[id] = xstrdup(canonical);
	return 0;
}

static int
validate_limit_value(cfg_t *cfg, cfg_opt_t *option)
{
	enum option_id id = option_find(cfg_title(cfg));
	const char *text = cfg_opt_getstr(option);
	char allowed[POLICY_ERROR] = "";

	if (is_repeated(cfg, option)) {
		return -1;
	}
	if (id == OPTION_none) {
		cfg_error(cfg, "there is no limit called %s", cfg_title(cfg));
		return -1;
	}
	if (option_rows[id].kind == LIST) {
		return take_list(cfg, id, text);
	}
	if (!option_from_text(id, text, &parse.draft.option[id], allowed)) {
		cfg_error(cfg, "value \"%s\" of %s must be %s", text,
		    cfg_title(cfg), allowed);
		return -1;
	}
	return 0;
}

static int
validate_severity_value(cfg_t *cfg, cfg_opt_t *option)
{
	enum check_id id = check_find(cfg_title(cfg));
	const char *text = cfg_opt_getstr(option);

	if (is_repeated(cfg, option)) {
		return -1;
	}
	if (id == CHECK_none) {
		cfg_error(cfg, "there is no check called %s", cfg_title(cfg));
		return -1;
	}
	if (checks[id].standing != OPEN) {
		cfg_error(cfg,
		    "%s is a check of soundness: without it the "
		    "verdicts mean nothing, so no policy may set its severity",
		    check_name(id));
		return -1;
	}
	if (!severity_find(text, &parse.draft.severity[id])) {
		cfg_error(cfg,
		    "severity \"%s\" of %s must be one of: block "
		    "hold warn info off",
		    text, check_name(id));
		return -1;
	}
	return 0;
}

/* The newest section of OPTION, its value and clause demanded. */
static const char *
finished_section(cfg_t *cfg, cfg_opt_t *option, const char **title)
{
	cfg_t *section = cfg_opt_getnsec(option, cfg_opt_size(option) - 1);
	const char *clause = cfg_getstr(section, "clause");

	*title = cfg_title(section);
	if (cfg_getstr(section, "value") == NULL || clause == NULL) {
		cfg_error(cfg, "%s %s needs both a value and a clause",
		    cfg_opt_name(option), *title);
		return NULL;
	}
	return clause;
}

static int
validate_limit(cfg_t *cfg, cfg_opt_t *option)
{
	const char *title;
	const char *clause = finished_section(cfg, option, &title);

	if (clause == NULL) {
		return -1;
	}
	enum option_id id = option_find(title);

	if (parse.draft.option_clause[id] != NULL) {
		/* Its two spellings, so libconfuse saw no duplicate. */
		cfg_error(cfg, "limit %s is set twice", title);
		return -1;
	}
	parse.draft.option_clause[id] = xstrdup(clause);
	return 0;
}

static int
validate_severity(cfg_t *cfg, cfg_opt_t *option)
{
	const char *title;
	const char *clause = finished_section(cfg, option, &title);

	if (clause == NULL) {
		return -1;
	}
	enum check_id id = check_find(title);

	if (parse.draft.severity_clause[id] != NULL) {
		cfg_error(cfg, "severity %s is set twice", title);
		return -1;
	}
	parse.draft.severity_clause[id] = xstrdup(clause);
	return 0;
}

/* ---- one file ---- */

static bool
parse_stream(FILE *in, const char *file)
{
	cfg_opt_t limit[] = {
	    CFG_STR("value", NULL, CFGF_NONE),
	    CFG_STR("clause", NULL, CFGF_NONE),
	    CFG_END(),
	};
	cfg_opt_t severity[] = {
	    CFG_STR("value", NULL, CFGF_NONE),
	    CFG_STR("clause", NULL, CFGF_NONE),
	    CFG_END(),
	};
	cfg_opt_t root[] = {
	    CFG_STR("title", NULL, CFGF_NONE),
	    CFG_STR("inherit", NULL, CFGF_NONE),
	    CFG_SEC("limit", limit,
	        CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	    CFG_SEC("severity", severity,
	        CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	    CFG_END(),
	};
	cfg_t *cfg = cfg_init(root, CFGF_NONE);

	if (cfg == NULL) {
		die("policy: libconfuse cannot start");
	}
	cfg->filename = xstrdup(file);
	cfg_set_error_function(cfg, on_error);
	cfg_set_validate_func(cfg, "title", validate_once);
	cfg_set_validate_func(cfg, "inherit", validate_once);
	cfg_set_validate_func(cfg, "limit", validate_limit);
	cfg_set_validate_func(cfg, "limit|value", validate_limit_value);
	cfg_set_validate_func(cfg, "limit|clause", validate_clause);
	cfg_set_validate_func(cfg, "severity", validate_severity);
	cfg_set_validate_func(cfg, "severity|value", validate_severity_value);
	cfg_set_validate_func(cfg, "severity|clause", validate_clause);

	bool good = cfg_parse_fp(cfg, in) == CFG_SUCCESS;

	if (good) {
		const char *title = cfg_getstr(cfg, "title");
		const char *inherit = cfg_getstr(cfg, "inherit");

		parse.draft.title = title == NULL ? NULL : xstrdup(title);
		parse.draft.inherit = inherit == NULL ? NULL : xstrdup(inherit);
	}
	cfg_free(cfg);
	return good;
}

bool
draft_read(const char *text, size_t length, const char *file,
    struct draft *draft, char error[POLICY_ERROR])
{
	char *copy = xmalloc(length + 2);
	bool good = false;

	/* libconfuse wants a line's end at the end of the file. */
	memcpy(copy, text, length);
	memcpy(copy + length, "\n", 2);
	error[0] = '\0';
	memset(&parse, 0, sizeof(parse));
	parse.error = error;
	if (confuse_text(copy, length, file, error, POLICY_ERROR)) {
		FILE *in = fmemopen(copy, length + 1, "r");

		if (in == NULL) {
			die("policy: fmemopen: %s", strerror(errno));
		}
		good = parse_stream(in, file);
		fclose(in);
		if (!good && error[0] == '\0') {
			snprintf(error, POLICY_ERROR, "%s: not a policy", file);
		}
	}
	free(copy);
	*draft = parse.draft;
	return good;
}

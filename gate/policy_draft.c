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
	const cfg_opt_t *seen[2 * (N_OPTIONS + 2 * N_CHECKS) +
	                      6 * (LIMIT_POLICY_EXEMPTIONS + 1) + 8];
	size_t n_seen;
	unsigned answer_line; /* the first of its section; 0: none yet */
	/* Of the exemption under way. */
	unsigned n_check_calls;
	char first_check[64];
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
		draft_answer_release(&draft->accepted[i]);
	}
	for (unsigned i = 0; i < LIMIT_POLICY_EXEMPTIONS; i++) {
		draft_answer_release(&draft->exempted[i]);
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
		    "; a policy has title, inherit, limit, severity, "
		    "accept_risk and exemption; zonegate-policy(5) says what "
		    "they have");
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
	parse.draft.option_line[id] = (unsigned)cfg->line;
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
	parse.draft.severity_line[id] = (unsigned)cfg->line;
	if (!check_may_be_set(id)) {
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

/* ---- who answers for it ---- */

static void
note_line(const cfg_t *cfg)
{
	if (parse.answer_line == 0) {
		parse.answer_line = (unsigned)cfg->line;
	}
}

static int
validate_answer(cfg_t *cfg, cfg_opt_t *option)
{
	const char *text = cfg_opt_getstr(option);

	if (is_repeated(cfg, option)) {
		return -1;
	}
	note_line(cfg);
	if (!answer_is_good(text)) {
		cfg_error(cfg, "%s of %s must be one line of up to %d octets",
		    cfg_opt_name(option), cfg_title(cfg), LIMIT_ANSWER);
		return -1;
	}
	return 0;
}

/* Takes reason and approver of SECTION; false after saying what is missing. */
static bool
take_answer(cfg_t *cfg, cfg_t *section, const char *word,
    struct draft_answer *answer)
{
	const char *reason = cfg_getstr(section, "reason");
	const char *approver = cfg_getstr(section, "approver");

	if (reason == NULL || approver == NULL) {
		cfg_error(cfg, "%s %s needs both a reason and an approver",
		    word, cfg_title(section));
		return false;
	}
	*answer = (struct draft_answer){
	    .reason = xstrdup(reason),
	    .approver = xstrdup(approver),
	    .line = parse.answer_line,
	};
	parse.answer_line = 0;
	return true;
}

static int
validate_risk(cfg_t *cfg, cfg_opt_t *option)
{
	cfg_t *section = cfg_opt_getnsec(option, cfg_opt_size(option) - 1);
	const char *title = cfg_title(section);
	enum check_id id = check_find(title);

	if (id == CHECK_none) {
		cfg_error(cfg, "there is no check called %s", title);
		return -1;
	}
	if (checks[id].standing != MUST) {
		cfg_error(cfg,
		    check_may_be_set(id)
		        ? "no MUST of an RFC stands behind %s: its severity "
		          "needs no accept_risk"
		        : "%s is a check of soundness: without it the "
		          "verdicts mean nothing, so no risk of it can be "
		          "accepted",
		    check_name(id));
		return -1;
	}
	if (parse.draft.accepted[id].reason != NULL) {
		cfg_error(cfg, "accept_risk %s is set twice", title);
		return -1;
	}
	return take_answer(cfg, section, "accept_risk",
	           &parse.draft.accepted[id])
	           ? 0
	           : -1;
}

/* Called for each check of the list, and again at its brace; of two lists the
 * first would be lost. */
static int
validate_checks(cfg_t *cfg, cfg_opt_t *option)
{
	unsigned n = cfg_opt_size(option);
	const char *first = cfg_opt_getnstr(option, 0);

	note_line(cfg);
	if (n == 1 && parse.n_check_calls == 0) {
		snprintf(parse.first_check, sizeof(parse.first_check), "%s",
		    first);
	}
	if (++parse.n_check_calls > n + 1 ||
	    strncmp(first, parse.first_check, sizeof(parse.first_check) - 1) !=
	        0) {
		cfg_error(cfg, "checks is set twice");
		return -1;
	}
	return 0;
}

static bool
take_exemption(cfg_t *cfg, cfg_t *section, struct policy_exemption *exemption)
{
	char wrong[POLICY_ERROR];

	parse.n_check_calls = 0;
	if (!exemption_read(section, exemption, wrong)) {
		cfg_error(cfg, "exemption %s: %s", cfg_title(section), wrong);
		return false;
	}
	return true;
}

static int
validate_exemption(cfg_t *cfg, cfg_opt_t *option)
{
	cfg_t *section = cfg_opt_getnsec(option, cfg_opt_size(option) - 1);
	struct draft *draft = &parse.draft;
	unsigned i = draft->n_exemptions;

	if (i == LIMIT_POLICY_EXEMPTIONS) {
		cfg_error(cfg, "a policy has at most %d exemptions",
		    LIMIT_POLICY_EXEMPTIONS);
		return -1;
	}
	draft->n_exemptions++;
	return take_exemption(cfg, section, &draft->exemption[i]) &&
	               take_answer(cfg, section, "exemption",
	                   &draft->exempted[i])
	           ? 0
	           : -1;
}

/* ---- one file ---- */

static void
set_validators(cfg_t *cfg)
{
	cfg_set_validate_func(cfg, "title", validate_once);
	cfg_set_validate_func(cfg, "inherit", validate_once);
	cfg_set_validate_func(cfg, "limit", validate_limit);
	cfg_set_validate_func(cfg, "limit|value", validate_limit_value);
	cfg_set_validate_func(cfg, "limit|clause", validate_clause);
	cfg_set_validate_func(cfg, "severity", validate_severity);
	cfg_set_validate_func(cfg, "severity|value", validate_severity_value);
	cfg_set_validate_func(cfg, "severity|clause", validate_clause);
	cfg_set_validate_func(cfg, "accept_risk", validate_risk);
	cfg_set_validate_func(cfg, "accept_risk|reason", validate_answer);
	cfg_set_validate_func(cfg, "accept_risk|approver", validate_answer);
	cfg_set_validate_func(cfg, "exemption", validate_exemption);
	cfg_set_validate_func(cfg, "exemption|checks", validate_checks);
	cfg_set_validate_func(cfg, "exemption|owner", validate_once);
	cfg_set_validate_func(cfg, "exemption|from", validate_once);
	cfg_set_validate_func(cfg, "exemption|until", validate_once);
	cfg_set_validate_func(cfg, "exemption|reason", validate_answer);
	cfg_set_validate_func(cfg, "exemption|approver", validate_answer);
}

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
	cfg_opt_t risk[] = {
	    CFG_STR("reason", NULL, CFGF_NONE),
	    CFG_STR("approver", NULL, CFGF_NONE),
	    CFG_END(),
	};
	cfg_opt_t exemption[] = {
	    CFG_STR_LIST("checks", NULL, CFGF_NONE),
	    CFG_STR("owner", NULL, CFGF_NONE),
	    CFG_STR("from", NULL, CFGF_NONE),
	    CFG_STR("until", NULL, CFGF_NONE),
	    CFG_STR("reason", NULL, CFGF_NONE),
	    CFG_STR("approver", NULL, CFGF_NONE),
	    CFG_END(),
	};
	cfg_opt_t root[] = {
	    CFG_STR("title", NULL, CFGF_NONE),
	    CFG_STR("inherit", NULL, CFGF_NONE),
	    CFG_SEC("limit", limit,
	        CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	    CFG_SEC("severity", severity,
	        CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	    CFG_SEC("accept_risk", risk,
	        CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	    CFG_SEC("exemption", exemption,
	        CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	    CFG_END(),
	};
	cfg_t *cfg = cfg_init(root, CFGF_NONE);

	if (cfg == NULL) {
		die("policy: libconfuse cannot start");
	}
	cfg->filename = xstrdup(file);
	cfg_set_error_function(cfg, on_error);
	set_validators(cfg);

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

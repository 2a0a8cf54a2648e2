/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_draft.c -- the configuration file through libconfuse, which knows the
 * sections and keys from config.def.  Every value is text here.
 */
#include "config_draft.h"

#include <confuse.h>
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/memory.h"
#include "config.h"
#include "confuse_text.h"

/* The parse under way.  libconfuse's callbacks carry no context of ours. */
static struct parse {
	cfg_t *root;
	struct config_section *top;
	int begin; /* line of the outer section under way; 0: not known */
	size_t n[N_CONFIG_SECTIONS]; /* outer sections so far */
	char *error;
} parse;

/* ---- the tree ---- */

static void
section_release(struct config_section *section)
{
	for (size_t i = 0; i < section->n_children; i++) {
		section_release(&section->children[i]);
	}
	for (size_t i = 0; i < section->n_settings; i++) {
		for (size_t j = 0; j < section->settings[i].n; j++) {
			free(section->settings[i].values[j]);
		}
		free(section->settings[i].values);
	}
	free(section->settings);
	free(section->children);
	free(section->title);
}

void
config_draft_free(struct config_section *top)
{
	if (top != NULL) {
		section_release(top);
		free(top);
	}
}

const struct config_setting *
config_setting(const struct config_section *section,
    const struct config_row *row)
{
	for (size_t i = 0; section != NULL && i < section->n_settings; i++) {
		if (section->settings[i].row == row) {
			return &section->settings[i];
		}
	}
	return NULL;
}

/* Room for one more of N rows; their number is bounded by config.def and by
 * the file's size. */
static void *
room(void *rows, size_t n, size_t size)
{
	return (n & (n - 1)) == 0
	           ? xreallocarray(rows, n == 0 ? 1 : 2 * n, size)
	           : rows;
}

static struct config_section *
section_add(struct config_section *to, enum config_section_id id,
    const char *title, int line)
{
	to->children =
	    room(to->children, to->n_children, sizeof(*to->children));

	struct config_section *section = &to->children[to->n_children++];

	*section = (struct config_section){.id = id,
	    .title = title == NULL ? NULL : xstrdup(title),
	    .line = line < 1 ? 1 : (unsigned)line};
	return section;
}

static void
setting_add(struct config_section *to, const struct config_row *row,
    cfg_opt_t *option, int line)
{
	to->settings =
	    room(to->settings, to->n_settings, sizeof(*to->settings));

	struct config_setting *setting = &to->settings[to->n_settings++];
	unsigned n = cfg_opt_size(option);

	*setting = (struct config_setting){.row = row,
	    .n = n,
	    .line = line < 1 ? 1 : (unsigned)line,
	    .values = xcalloc(n == 0 ? 1 : n, sizeof(char *))};
	for (unsigned i = 0; i < n; i++) {
		const char *value = cfg_opt_getnstr(option, i);

		setting->values[i] = xstrdup(value == NULL ? "" : value);
	}
}

/* ---- rows by name ---- */

static const struct config_row *
row_find(enum config_section_id section, const char *key)
{
	for (size_t i = 0; i < n_config_rows; i++) {
		if (config_rows[i].section == config_rows_of(section) &&
		    strcmp(config_rows[i].key, key) == 0) {
			return &config_rows[i];
		}
	}
	return NULL;
}

/* The section called WORD in one of PARENT. */
static enum config_section_id
section_find(enum config_section_id parent, const char *word)
{
	for (int id = SECTION_top + 1; id < N_CONFIG_SECTIONS; id++) {
		if (config_sections[id].parent == config_rows_of(parent) &&
		    strcmp(config_sections[id].word, word) == 0) {
			return (enum config_section_id)id;
		}
	}
	return SECTION_none;
}

/* ---- what libconfuse has read ---- */

static void
take(cfg_t *cfg, struct config_section *to)
{
	for (cfg_opt_t *option = cfg->opts; option->name != NULL; option++) {
		const char *line = cfg_opt_getcomment(option);

		if (option->type != CFGT_SEC) {
			/* An empty list never came to on_value(). */
			if (line != NULL ||
			    (option->flags & CFGF_MODIFIED) != 0) {
				setting_add(to, row_find(to->id, option->name),
				    option,
				    line != NULL ? (int)strtol(line, NULL, 10)
				                 : cfg->line);
			}
			continue;
		}
		if (to->id == SECTION_top) {
			continue; /* taken when they ended */
		}
		for (unsigned i = 0; i < cfg_opt_size(option); i++) {
			cfg_t *inner = cfg_opt_getnsec(option, i);

			take(inner,
			    section_add(to, section_find(to->id, option->name),
			        cfg_title(inner), inner->line));
		}
	}
}

/* Values go into JSON, to helpers and to people. */
static bool
is_utf8(const char *text)
{
	json_t *string = json_string(text);

	json_decref(string);
	return string != NULL;
}

/*
 * A key has a value.  The comment, which libconfuse keeps for each option and
 * we do not use, holds its line.
 */
static int
on_value(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
	if (!is_utf8(value)) {
		cfg_error(cfg, "%s: the value is not UTF-8",
		    cfg_opt_name(option));
		return -1;
	}
	/* Of a list, each element comes here, the first with one value. */
	if (cfg_opt_getcomment(option) != NULL && cfg_opt_size(option) <= 1) {
		cfg_error(cfg, "%s is set twice", cfg_opt_name(option));
		return -1;
	}
	if (cfg_opt_getcomment(option) == NULL) {
		char line[16];

		snprintf(line, sizeof(line), "%d", cfg->line);
		cfg_opt_setcomment(option, line);
	}
	if (parse.begin == 0 && cfg != parse.root) {
		/* libconfuse moves it on when the section has ended. */
		parse.begin = parse.root->line;
	}
	*(const char **)result = value;
	return 0;
}

/* A section of a section has ended. */
static int
on_inner_section(cfg_t *cfg, cfg_opt_t *option)
{
	enum config_section_id id =
	    section_find(SECTION_zone, cfg_opt_name(option));

	if (cfg_opt_size(option) > config_sections[id].most) {
		cfg_error(cfg, "there are more than %zu sections %s",
		    config_sections[id].most, config_sections[id].word);
		return -1;
	}
	return 0;
}

/* An outer section has ended.  It is taken at once: libconfuse looks for its
 * title among all that there are. */
static int
on_section(cfg_t *cfg, cfg_opt_t *option)
{
	enum config_section_id id =
	    section_find(SECTION_top, cfg_opt_name(option));
	const struct config_section_row *row = &config_sections[id];
	unsigned last = cfg_opt_size(option) - 1;
	cfg_t *section = cfg_opt_getnsec(option, last);

	if (++parse.n[id] > row->most && !row->named) {
		cfg_error(cfg,
		    "section %s is given twice; put all of it into one",
		    row->word);
		return -1;
	}
	if (parse.n[id] > row->most) {
		cfg_error(cfg, "there are more than %zu sections %s", row->most,
		    row->word);
		return -1;
	}
	take(section,
	    section_add(parse.top, id, row->named ? cfg_title(section) : NULL,
	        parse.begin == 0 ? cfg->line : parse.begin));
	parse.begin = 0;
	if (row->named) {
		cfg_opt_rmnsec(option, last);
	}
	return 0;
}

/* ---- what it says when it cannot ---- */

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
say(const char *format, ...)
{
	size_t used = strlen(parse.error);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(parse.error + used, CONFIG_ERROR - used, format, arguments);
	va_end(arguments);
}

static void
say_what_is_allowed(enum config_section_id section)
{
	const char *separator =
	    section == SECTION_top ? "; at the top there are " : "; there are ";

	for (size_t i = 0; i < n_config_rows; i++) {
		if (config_rows[i].section == config_rows_of(section) &&
		    config_rows[i].kind != KIND_REFUSED) {
			say("%s%s", separator, config_rows[i].key);
			separator = ", ";
		}
	}
	for (int id = SECTION_top + 1; id < N_CONFIG_SECTIONS; id++) {
		if (config_sections[id].parent == config_rows_of(section)) {
			say("%s%s {}", separator, config_sections[id].word);
			separator = ", ";
		}
	}
}

/* The section's id, from the name that libconfuse has for it. */
static enum config_section_id
id_of(const char *name)
{
	enum config_section_id id = section_find(SECTION_top, name);

	if (id == SECTION_none) {
		id = section_find(SECTION_zone, name);
	}
	return id == SECTION_none ? SECTION_top : id;
}

static void
on_error(cfg_t *cfg, const char *format, va_list arguments)
{
	if (parse.error[0] != '\0') {
		return; /* the first one is the cause */
	}
	say("%s:%d: ", parse.root->filename, cfg->line);

	size_t used = strlen(parse.error);

	vsnprintf(parse.error + used, CONFIG_ERROR - used, format, arguments);
	if (strstr(parse.error + used, "no such option") != NULL) {
		say_what_is_allowed(id_of(cfg_name(cfg)));
	} else if (strstr(parse.error + used, "'pull'") != NULL) {
		say("; and there is no pulling: the signer hands its zones in");
	}
}

/* ---- the grammar ---- */

/* Deepest: top, zone, hook. */
#define DEEPEST 3

/* The options of SECTION for libconfuse, to be freed with options_free(). */
static cfg_opt_t *
options_make(enum config_section_id section, unsigned depth)
{
	cfg_opt_t *options =
	    xcalloc(n_config_rows + N_CONFIG_SECTIONS + 1, sizeof(*options));
	size_t n = 0;

	for (size_t i = 0; i < n_config_rows; i++) {
		if (config_rows[i].section == config_rows_of(section)) {
			const char *key = config_rows[i].key;

			options[n++] = config_kind_is_list(config_rows[i].kind)
			                   ? (cfg_opt_t)CFG_STR_LIST_CB(key,
			                         NULL, CFGF_NONE, on_value)
			                   : (cfg_opt_t)CFG_STR_CB(key, NULL,
			                         CFGF_NONE, on_value);
		}
	}
	for (int id = SECTION_top + 1; id < N_CONFIG_SECTIONS; id++) {
		const struct config_section_row *row = &config_sections[id];

		if (row->parent == config_rows_of(section) && depth > 0) {
			cfg_flag_t flags =
			    row->named
			        ? CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES
			        : CFGF_NONE;

			options[n] = (cfg_opt_t)CFG_SEC(row->word,
			    options_make((enum config_section_id)id, depth - 1),
			    flags);
			options[n++].validcb = section == SECTION_top
			                           ? on_section
			                           : on_inner_section;
		}
	}
	options[n] = (cfg_opt_t)CFG_END();
	return options;
}

static void
options_free(cfg_opt_t *options)
{
	for (cfg_opt_t *option = options; option->name != NULL; option++) {
		if (option->type == CFGT_SEC) {
			options_free(option->subopts);
		}
	}
	free(options);
}

static bool
parse_stream(FILE *in, const char *file)
{
	cfg_opt_t *options = options_make(SECTION_top, DEEPEST - 1);

	parse.root = cfg_init(options, CFGF_NONE);
	if (parse.root == NULL) {
		die("configuration: libconfuse cannot start");
	}
	parse.root->filename = xstrdup(file);
	cfg_set_error_function(parse.root, on_error);

	bool good = cfg_parse_fp(parse.root, in) == CFG_SUCCESS;

	if (good) {
		take(parse.root, parse.top);
	}
	cfg_free(parse.root);
	options_free(options);
	return good;
}

struct config_section *
config_draft_read(const char *text, size_t length, const char *file,
    char *error)
{
	char *copy = xmalloc(length + 2);
	struct config_section *top = xcalloc(1, sizeof(*top));
	bool good = false;

	/* libconfuse wants a line's end at the end of the file. */
	memcpy(copy, text, length);
	memcpy(copy + length, "\n", 2);
	top->id = SECTION_top;
	top->line = 1;
	error[0] = '\0';
	memset(&parse, 0, sizeof(parse));
	parse.top = top;
	parse.error = error;
	if (confuse_text(copy, length, file, error, CONFIG_ERROR)) {
		FILE *in = fmemopen(copy, length + 1, "r");

		if (in == NULL) {
			die("configuration: fmemopen: %s", strerror(errno));
		}
		good = parse_stream(in, file);
		fclose(in);
		if (!good && error[0] == '\0') {
			snprintf(error, CONFIG_ERROR,
			    "%s: not a configuration file", file);
		}
	}
	free(copy);
	if (!good) {
		config_draft_free(top);
		return NULL;
	}
	return top;
}

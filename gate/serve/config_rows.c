/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config_rows.h"

#include "config.h"
#include "contract/limits.h"
#include "options.h"

const char CONFIG_REQUIRED[] = "";

#define ONCE false
#define NAMED true

const struct config_section_row config_sections[N_CONFIG_SECTIONS] = {
    [SECTION_none] = {"", SECTION_none, false, 0, ""},
    [SECTION_top] = {"", SECTION_none, false, 1, "the whole file"},
#define SECTION(word, parent, how, most, meaning)                              \
	[SECTION_##word] = {#word, SECTION_##parent, how, most, meaning},
#include "config.def"
};

#define REQUIRED CONFIG_REQUIRED
#define UNSET NULL
#define PLACE(type, member)                                                    \
	offsetof(struct type, member), sizeof(((struct type *)NULL)->member)
#define NO_PLACE 0, 0

const struct config_row config_rows[] = {
#define KEY(section, key, kind, fallback, least, most, place, meaning)         \
	{SECTION_##section, #key, KIND_##kind, fallback, least,                \
	    (int64_t)(most), place, meaning},
#include "config.def"
};
const size_t n_config_rows = sizeof(config_rows) / sizeof(config_rows[0]);

enum config_section_id
config_rows_of(enum config_section_id section)
{
	return section == SECTION_defaults ? SECTION_zone : section;
}

bool
config_kind_is_list(enum config_kind kind)
{
	return kind == KIND_WAIVERS || kind == KIND_LISTENERS ||
	       kind == KIND_ZONES || kind == KIND_VETO_COMMAND ||
	       kind == KIND_HOOK_COMMAND || kind == KIND_REFUSED;
}

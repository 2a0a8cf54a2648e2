/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.h -- what a judgement looks like to people and programs.
 *
 * A report is written to a stream in memory; whether it reaches its file is
 * audit.c's business.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "judgement.h"

typedef void report_writer(FILE *out, const struct judgement *judgement);

report_writer report_text;
report_writer report_json;
report_writer report_html;

struct report_format {
	const char *name;
	report_writer *write;
};

#define N_REPORT_FORMATS 3

/* One row per value of --format; the first is the default. */
static const struct report_format report_formats[N_REPORT_FORMATS] = {
    {"text", report_text},
    {"json", report_json},
    {"html", report_html},
};

/* `zonegate checks': every check, a line each. */
void list_checks(FILE *out);

/* The same, and all that explain_check() says of each, as JSON. */
void list_checks_json(FILE *out);

/* `zonegate explain CHECK': all there is to know of one.  Returns false, and
 * writes nothing, if no check is called ID. */
bool explain_check(FILE *out, const char *id);

/* `zonegate policies': the shipped policies, with their titles. */
void list_policies(FILE *out);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "whole_survey.h"

#define SOA "example. 60 IN SOA ns. host. 1 2 3 4 5\n"

struct refused {
	const char *text;
	uint32_t line;
	enum check_id check;
};

static void
expect_refused(const struct refused *row)
{
	static struct whole_survey made;
	uint32_t line = 0;
	enum index_outcome outcome = whole_survey_run(&made, row->text, "");
	enum index_outcome expected = row->check == CHECK_type_unknown_to_reader
	                                  ? INDEX_UNREADABLE
	                                  : INDEX_REFUSED;

	cr_expect_eq(outcome, expected, "`%s' is outcome %d", row->text,
	    (int)outcome);
	cr_expect_gt(whole_survey_findings(&made, row->check, &line), 0,
	    "`%s' is no %s", row->text, check_name(row->check));
	cr_expect_eq(line, row->line, "`%s' is said of line %u", row->text,
	    line);
	cr_expect_eq(made.survey.index.n_owners, 0);
}

Test(read, what_readers_take_differently_is_refused)
{
	static const struct refused rows[] = {
	    {"", 0, CHECK_zone_parse_clean},
	    {SOA "example. 60 IN NS ns.", 0, CHECK_zone_parse_clean},
	    {SOA "$INCLUDE other\n", 2, CHECK_zone_parse_clean},
	    {SOA "$GENERATE 1-2 a$ A 192.0.2.1\n", 2, CHECK_zone_parse_clean},
	    {SOA "example. IN NS ns.\n", 2, CHECK_zone_parse_clean},
	    {SOA "example. 2147483648 IN NS ns.\n", 2, CHECK_zone_parse_clean},
	    {SOA "a.example. 60 IN A 192.0.2\n", 2, CHECK_zone_parse_clean},
	    {SOA "a.example. 60 IN A ( 192.0.2.1\n", 2, CHECK_zone_parse_clean},
	    {SOA "a.example. 60 IN TXT \"x\n", 2, CHECK_zone_parse_clean},
	    {SOA "a.example. 60 IN TXT ( \"x\ny\" )\n", 2,
	        CHECK_zone_parse_clean},
	    {SOA "\r\n", 2, CHECK_zone_parse_clean},
	    {SOA "a.example. 60 IN TYPE46 \\# 2 0001\n", 2,
	        CHECK_zone_parse_clean},
	    {SOA "\n; c\na.example. 60 IN NSEC3PARAM \\# 5 0100000001\n", 4,
	        CHECK_zone_parse_clean},
	    {SOA "a.example. CLASS1 60 A 192.0.2.1\n", 2,
	        CHECK_zone_parse_clean},
	    {SOA "a.example. 60 CH A 192.0.2.1\n", 2, CHECK_zone_class_in},
	    {SOA "a.example. 60 IN DSYNC CDS NOTIFY 5359 x.\n", 2,
	        CHECK_type_unknown_to_reader},
	    {SOA "x y z\na.example. 60 IN DSYNC CDS NOTIFY 5359 x.\n", 2,
	        CHECK_zone_parse_clean},
	    {" 60 IN A 192.0.2.1\n" SOA, 1, CHECK_zone_parse_clean},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_refused(&rows[i]);
	}
}

Test(read, a_long_string_is_refused)
{
	char text[1024], string[257];

	memset(string, 'x', 256);
	string[256] = '\0';
	snprintf(text, sizeof(text), SOA "a.example. 60 IN TXT \"%s\"\n",
	    string);
	struct refused row = {text, 2, CHECK_zone_parse_clean};

	expect_refused(&row);
	static struct whole_survey made;

	snprintf(text, sizeof(text), SOA "a.example. 60 IN TXT \"%s\" b\n",
	    string + 1);
	cr_assert_eq(whole_survey_run(&made, text, ""), INDEX_COMPLETE);
}

Test(read, a_zone_has_a_name_and_an_soa)
{
	static const struct refused rows[] = {
	    {"; nothing\n", 0, CHECK_zone_single_soa},
	    {"example. 60 IN NS ns.\n", 0, CHECK_zone_single_soa},
	    {"$TTL 60\n@ IN SOA ns h 1 2 3 4 5\n", 2, CHECK_zone_parse_clean},
	    {"$TTL 60\nexample IN SOA ns h 1 2 3 4 5\n", 2,
	        CHECK_zone_parse_clean},
	};
	static struct whole_survey made;
	uint32_t line;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_refused(&rows[i]);
	}
	cr_assert_eq(whole_survey_run(&made, rows[2].text, "Example"),
	    INDEX_COMPLETE);
	cr_assert_eq(whole_survey_run(&made,
	                 "$ORIGIN .\nexample 60 IN SOA ns h 1 2 3 4 5\n", ""),
	    INDEX_COMPLETE);
	cr_assert_eq(whole_survey_run(&made, SOA, "other."), INDEX_REFUSED);
	cr_assert_eq(whole_survey_findings(&made, CHECK_zone_single_soa, &line),
	    1);
}

Test(read, records_know_where_they_begin)
{
	static struct whole_survey made;
	static const char text[] =
	    "; c\n$TTL 60\n\nexample. IN SOA ns. host. ( 1\n 2 3\n4 5 ) ; d\n"
	    "a.example. A ( 192.0.2.1\n\n )\n;\nb.example. ( A\n 192.0.2.2 )\n"
	    "\tA 192.0.2.3\n";
	static const uint32_t lines[] = {4, 7, 11, 13};

	cr_assert_eq(whole_survey_run(&made, text, ""), INDEX_COMPLETE);
	cr_assert_eq(made.survey.index.n_records, 4);
	for (unsigned i = 0; i < 4; i++) {
		cr_expect_eq(made.survey.index.records[i].line, lines[i]);
	}
}

Test(read, too_many_mistakes_end_the_reading)
{
	static struct whole_survey made;
	char text[4096] = "";
	uint32_t line;

	for (int i = 0; i < 100; i++) {
		strcat(text, "x bad\n");
	}
	cr_assert_eq(whole_survey_run(&made, text, ""), INDEX_REFUSED);
	cr_assert_eq(whole_survey_findings(&made, CHECK_zone_parse_clean,
	                 &line),
	    LIMIT_FINDINGS_PER_CHECK);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <string.h>

#include "contract/name.h"
#include "zone_maker.h"

#define SOA "example. 60 IN SOA a. b. 1 2 3 4 5\n"

static uint32_t
ttl_of_last(const char *text)
{
	struct zone zone;
	struct read_end end = read_made(&zone, "example.", text);

	cr_assert_eq(end.status, LDNS_STATUS_OK);

	uint32_t ttl = zone.records[zone.n_records - 1].ttl;

	zone_release(&zone);
	return ttl;
}

Test(read, names_are_below_the_origin)
{
	char text[LIMIT_NAME_TEXT];
	struct zone zone;

	read_made(&zone, "example.", "www 60 A 192.0.2.1\n");
	cr_assert_eq(zone.n_records, 1);
	cr_assert_str_eq(name_to_text(zone.owners[0].name, text),
	    "www.example.");
	zone_release(&zone);
}

Test(read, an_omitted_ttl_is_the_last_one_stated)
{
	cr_assert_eq(ttl_of_last(SOA "www 7 A 192.0.2.1\nwww AAAA ::1\n"), 7);
	cr_assert_eq(ttl_of_last("www 0 A 192.0.2.1\nwww AAAA ::1\n"), 0);
}

Test(read, an_omitted_ttl_is_the_one_of_the_directive)
{
	cr_assert_eq(ttl_of_last("$TTL 9\n" SOA "www A 192.0.2.1\n"), 9);
	cr_assert_eq(ttl_of_last("$TTL 1h\n" SOA "www A 192.0.2.1\n"), 3600);
	cr_assert_eq(ttl_of_last("$TTL 0\n" SOA "www A 192.0.2.1\n"), 0);
	cr_assert_eq(ttl_of_last("$TTL 9\nwww 7 A 192.0.2.1\nwww AAAA ::1\n"),
	    9);
}

Test(read, a_record_without_a_newline_counts)
{
	cr_assert_eq(ttl_of_last(SOA "www 7 A 192.0.2.1"), 7);
}

Test(read, stops_where_ldns_stops)
{
	struct zone zone;
	struct read_end end = read_made(&zone, "example.",
	    SOA "\na 60 TXT (\n \"x\" )\nb 60 A 1.2.3.4 junk\n" SOA);

	cr_assert_neq(end.status, LDNS_STATUS_OK);
	cr_assert_eq(end.line, 5);
	cr_assert_eq(zone.n_records, 2);
	zone_release(&zone);
}

Test(read, opens_no_other_file)
{
	struct zone zone;
	struct read_end end =
	    read_made(&zone, "example.", SOA "$INCLUDE /dev/null\n");

	cr_assert_eq(end.status, LDNS_STATUS_SYNTAX_INCLUDE);
	cr_assert_eq(end.line, 2);
	zone_release(&zone);
}

Test(read, rdata_keeps_its_case)
{
	struct zone zone;

	read_made(&zone, "example.", "WWW 60 NS Ns.Example.\n");
	cr_assert_eq(zone.records[0].rdata_length, 12);
	cr_assert_arr_eq(zone.records[0].rdata, "\2Ns\7Example", 12);
	cr_assert_arr_eq(zone.owners[0].name, "\3www\7example", 13);
	zone_release(&zone);
}

struct type_row {
	char text[64];
	bool unknown;
};

ParameterizedTestParameters(read, tells_an_unknown_type)
{
	static struct type_row rows[] = {
	    {"a 60 IN NOSUCH 1 2\n", true},
	    {"a IN 60 NOSUCH 1 2\n", true},
	    {"a NOSUCH\n", true},
	    {"  60 NOSUCH 1\n", true},
	    {"a (\tNOSUCH 1\n", true},
	    {"a 60 IN A 1.2.3.4 junk\n", false},
	    {"a 60 IN TYPE65400 \\# 0\n", false},
	    {"$INCLUDE x\n", false},
	    {"a 60 IN\n", false},
	    {"a\n", false},
	    {"; NOSUCH\n", false},
	    {"\n", false},
	    {"", false},
	};

	return cr_make_param_array(struct type_row, rows,
	    sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct type_row *row, read, tells_an_unknown_type)
{
	cr_assert_eq(read_type_is_unknown(row->text, strlen(row->text)),
	    row->unknown);
}

Test(read, comments_before_a_record_are_not_the_record)
{
	const char *text = "\n ; x\n;y\r\nwww A 1.2.3.4\n";
	uint64_t line = 7;

	cr_assert_eq(read_skip_comments(text, strlen(text), &line), 10);
	cr_assert_eq(line, 10);
	line = 1;
	cr_assert_eq(read_skip_comments("; x", 3, &line), 0);
	cr_assert_eq(line, 1);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/route.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct route
found(const char *target)
{
	struct route route;

	cr_assert(route_read(target, &route) == ROUTE_FOUND, "%s", target);
	return route;
}

static enum route_end
end_of(const char *target)
{
	struct route route;

	return route_read(target, &route);
}

Test(route, every_path_has_its_row)
{
	static const struct {
		const char *target;
		enum route_kind kind;
		enum http_role role;
	} rows[] = {
	    {"/", ROUTE_PAGE, HTTP_ROLE_VIEWER},
	    {"/healthz", ROUTE_HEALTHZ, HTTP_ROLE_NONE},
	    {"/readyz", ROUTE_READYZ, HTTP_ROLE_NONE},
	    {"/health", ROUTE_HEALTH, HTTP_ROLE_VIEWER},
	    {"/metrics", ROUTE_METRICS, HTTP_ROLE_VIEWER},
	    {"/v1/zones", ROUTE_ZONES, HTTP_ROLE_VIEWER},
	    {"/v1/zones/a", ROUTE_ZONE, HTTP_ROLE_VIEWER},
	    {"/zones/a", ROUTE_ZONE_PAGE, HTTP_ROLE_VIEWER},
	    {"/v1/zones/a/candidates", ROUTE_ZONE_CANDIDATES, HTTP_ROLE_VIEWER},
	    {"/v1/zones/a/candidate", ROUTE_SUBMIT, HTTP_ROLE_SUBMITTER},
	    {"/v1/zones/a/approvals", ROUTE_APPROVALS, HTTP_ROLE_OPERATOR},
	    {"/v1/candidates/1", ROUTE_CANDIDATE, HTTP_ROLE_VIEWER},
	    {"/v1/candidates/1/report", ROUTE_REPORT, HTTP_ROLE_VIEWER},
	    {"/v1/candidates/1/report.html", ROUTE_REPORT_HTML,
	        HTTP_ROLE_VIEWER},
	    {"/v1/candidates/1/approve", ROUTE_APPROVE, HTTP_ROLE_OPERATOR},
	    {"/v1/candidates/1/discard", ROUTE_DISCARD, HTTP_ROLE_OPERATOR},
	    {"/v1/events", ROUTE_EVENTS, HTTP_ROLE_VIEWER},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct route route = found(rows[i].target);

		cr_assert_eq(route.kind, rows[i].kind, "%s", rows[i].target);
		cr_assert_eq(route.row->role, rows[i].role, "%s",
		    rows[i].target);
	}
}

Test(route, a_zone_is_in_lower_case_with_a_final_dot)
{
	cr_assert_str_eq(found("/v1/zones/Shop").zone, "shop.");
	cr_assert_str_eq(found("/v1/zones/shop.").zone, "shop.");
	cr_assert_str_eq(found("/v1/zones/%73%48op").zone, "shop.");
	cr_assert_str_eq(found("/v1/zones/@").zone, ".");
	/* An escaped dot is a letter, an escaped backslash before it is not. */
	cr_assert_str_eq(found("/v1/zones/a%5C.").zone, "a\\..");
	cr_assert_str_eq(found("/v1/zones/a%5c%5c.").zone, "a\\\\.");
	cr_assert_str_eq(found("/v1/events").zone, "");
}

Test(route, a_zone_longer_than_any_name_is_none)
{
	char target[2100] = "/v1/zones/";

	memset(target + 10, 'a', 1023);
	cr_assert_eq(strlen(found(target).zone), 1024);
	memset(target + 10, 'a', 1024);
	cr_assert_eq(end_of(target), ROUTE_NOT_FOUND);
	memset(target + 10, 'a', 1025);
	cr_assert_eq(end_of(target), ROUTE_BAD);
}

Test(route, a_number_is_written_in_one_way)
{
	static const char *const bad[] = {"0", "01", "-1", "+1", "1x", "0x1",
	    "1.0", "1e3", "9999999999999999999", "%00"};

	cr_assert_eq(found("/v1/candidates/1").id, 1);
	cr_assert_eq(found("/v1/candidates/%31%32").id, 12);
	cr_assert_eq(found("/v1/candidates/999999999999999999").id,
	    999999999999999999);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char target[64];

		snprintf(target, sizeof(target), "/v1/candidates/%s", bad[i]);
		cr_assert_neq(end_of(target), ROUTE_FOUND, "%s", target);
	}
}

Test(route, tricks_are_no_paths)
{
	static const struct {
		const char *target;
		enum route_end end;
	} rows[] = {
	    {"", ROUTE_BAD},
	    {"*", ROUTE_BAD},
	    {"v1/zones", ROUTE_BAD},
	    {"http://host", ROUTE_BAD},
	    {"ftp://host/", ROUTE_BAD},
	    {"/v1/zones/..", ROUTE_BAD},
	    {"/v1/zones/%2e%2E", ROUTE_BAD},
	    {"/v1/zones/%2e", ROUTE_BAD},
	    {"/v1/zones/a%2fb", ROUTE_BAD},
	    {"/v1/zones/a%00", ROUTE_BAD},
	    {"/v1/zones/a%", ROUTE_BAD},
	    {"/v1/zones/a%4", ROUTE_BAD},
	    {"/v1/zones/a%4g", ROUTE_BAD},
	    {"/v1/zones/a%20b", ROUTE_BAD},
	    {"/v1/zones/\xc3\xa9", ROUTE_BAD},
	    {"/v1/zones/a#b", ROUTE_BAD},
	    {"//", ROUTE_NOT_FOUND},
	    {"//v1/zones", ROUTE_NOT_FOUND},
	    {"/v1/zones/", ROUTE_NOT_FOUND},
	    {"/v1//zones", ROUTE_NOT_FOUND},
	    {"/a/b/c/d/e/f/g/h", ROUTE_NOT_FOUND},
	    {"/V1/zones", ROUTE_NOT_FOUND},
	    {"/Z", ROUTE_NOT_FOUND},
	    {"/v1/zones/a/Z", ROUTE_NOT_FOUND},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(end_of(rows[i].target), rows[i].end, "%s",
		    rows[i].target);
	}
}

Test(route, the_absolute_form_is_understood)
{
	cr_assert_eq(found("http://host:80/v1/zones").kind, ROUTE_ZONES);
	cr_assert_eq(found("https://host/").kind, ROUTE_PAGE);
}

Test(route, a_query_says_how_many_and_before_which)
{
	struct route route =
	    found("/v1/zones/a/candidates?limit=20&x=1&before=7&y");

	cr_assert_eq(route.limit, 20);
	cr_assert_eq(route.before, 7);
	cr_assert(!route.html);
	cr_assert(found("/v1/candidates/1/report?html").html);
	cr_assert_eq(found("/v1/zones?").kind, ROUTE_ZONES);
	cr_assert_eq(end_of("/v1/zones/a/candidates?limit=1001"), ROUTE_BAD);
	cr_assert_eq(end_of("/v1/zones/a/candidates?limit"), ROUTE_BAD);
	cr_assert_eq(end_of("/v1/zones/a/candidates?before=-1"), ROUTE_BAD);
}

Test(route, methods_are_those_of_the_row)
{
	const char *allowed = NULL;
	struct route page = found("/"), submit = found("/v1/zones/a/candidate");

	cr_assert(route_allows(&page, METHOD_GET, &allowed));
	cr_assert(route_allows(&page, METHOD_HEAD, &allowed));
	cr_assert(!route_allows(&page, METHOD_PUT, &allowed));
	cr_assert_str_eq(allowed, "GET, HEAD");
	cr_assert(route_allows(&submit, METHOD_PUT, &allowed));
	cr_assert(!route_allows(&submit, METHOD_POST, &allowed));
	cr_assert(!route_allows(&submit, METHOD_OTHER, &allowed));
	cr_assert_str_eq(allowed, "PUT");
	cr_assert_eq(route_method("get"), METHOD_OTHER);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "serve/config.h"
#include "serve/config_source.h"

static char error[CONFIG_ERROR];

/* A world in which every file is what it should be. */
static bool
any_file(enum config_kind kind, const char *path, char wrong[CONFIG_WRONG])
{
	(void)kind;
	snprintf(wrong, CONFIG_WRONG, "%s is missing", path);
	return strstr(path, "missing") == NULL;
}

static const struct config_world calm = {
    .policy = policy_open, .file = any_file};

static struct config *
parse(const char *text)
{
	return config_parse_in(&calm, text, strlen(text), "/conf/zg.conf",
	    error);
}

static struct config *
reads(const char *text)
{
	struct config *config = parse(text);

	cr_assert_not_null(config, "%s\nof\n%s", error, text);
	return config;
}

static void
refuses(const char *text, unsigned line, const char *word)
{
	char place[64];

	snprintf(place, sizeof(place), "/conf/zg.conf:%u: ", line);
	error[0] = '\0';
	cr_assert_null(parse(text), "%s", text);
	cr_expect(strncmp(error, place, strlen(place)) == 0,
	    "line %u of\n%s\n%s", line, text, error);
	cr_expect_not_null(strstr(error, word), "%s in: %s", word, error);
}

Test(config, an_empty_file_is_the_defaults)
{
	struct config *config = reads("");

	cr_assert_str_eq(config->state, "/var/lib/zonegate");
	cr_assert_eq(config->max_parallel, 2);
	cr_assert_eq(config->jobs, 0);
	cr_assert_eq(config->waived, 0);
	cr_assert(config->syslog);
	cr_assert_eq(config->canary_interval_s, 3600);
	cr_assert_eq(config->disk_reserve, 256 << 20);
	cr_assert(config->http.enabled);
	cr_assert_str_eq(config->http.listen[0], "127.0.0.1:8053");
	cr_assert_null(config->http.listen[1]);
	cr_assert_null(config->http.certificate);
	cr_assert_null(config->heartbeat_url);
	cr_assert_eq(config->n_zones, 0);
	config_free(config);
}

Test(config, one_zone_takes_a_line)
{
	struct config *config = reads("zone shop {}\n");
	const struct config_zone *zone = config_zone(config, "SHOP.");

	cr_assert_not_null(zone);
	cr_assert_eq(zone, &config->zones[0]);
	cr_assert_str_eq(zone->name, "shop.");
	cr_assert_str_eq(zone->file_name, "shop");
	cr_assert_str_eq(zone->policy_name, "registry-default");
	cr_assert_str_eq(zone->policy->name, "registry-default");
	cr_assert_eq(zone->mode, ZONE_GATE);
	cr_assert(zone->spool);
	cr_assert_eq(zone->n_anchors, 0);
	cr_assert_eq(zone->release_policy_holds_below_s, 0);
	cr_assert_eq(zone->deadline_s, 600);
	cr_assert_eq(zone->resign_interval_max_s, 86400);
	cr_assert_eq(zone->headroom_warn_s, 2 * 86400);
	cr_assert_eq(zone->headroom_crit_s, 86400);
	cr_assert_eq(zone->candidate_bytes_max, 8ULL << 30);
	cr_assert_eq(zone->line, 1);
	config_free(config);
}

Test(config, everything_that_a_zone_can_have)
{
	struct config *config =
	    reads("state = state\n"
	          "max_parallel = 3 jobs = 4 waive = {landlock, seccomp}\n"
	          "syslog = false\n"
	          "zone \"Shop.\" {\n"
	          "  policy = tucows-cloud-2023 mode = observe spool = false\n"
	          "  anchor active { file = shop.ds }\n"
	          "  anchor incoming { file = \"/a/{zone}.ds\" }\n"
	          "  veto nsd { command = {\"/usr/sbin/nsd-checkzone\", "
	          "\"{zone}\", "
	          "\"{file}\"} deadline = 1m }\n"
	          "  hook reload { command = {/bin/echo, \"{manifest}\"} }\n"
	          "  push cdn { url = \"https://a.example/{zone}/{serial}\" ca "
	          "= "
	          "ca.pem\n    certificate = c.pem key = k.pem token_file = t "
	          "}\n"
	          "  probe ns1 { address = ::1 port = 5353 overdue = 90s }\n"
	          "  release_policy_holds_below = 6h deadline = 2m\n"
	          "  headroom_warn = 4h candidate_bytes_max = 1G\n"
	          "}\n");
	const struct config_zone *zone = config_zone(config, "shop");

	cr_assert_str_eq(config->state, "/conf/state");
	cr_assert_eq(config->max_parallel, 3);
	cr_assert_eq(config->jobs, 4);
	cr_assert_eq(config->waived,
	    SANDBOX_WAIVE_LANDLOCK | SANDBOX_WAIVE_SECCOMP);
	cr_assert_not(config->syslog);
	cr_assert_eq(zone->mode, ZONE_OBSERVE);
	cr_assert_not(zone->spool);
	cr_assert_eq(zone->line, 4);
	cr_assert_eq(zone->n_anchors, 2);
	cr_assert_eq(zone->anchors[0].state, ANCHOR_ACTIVE);
	cr_assert_str_eq(zone->anchors[0].file, "/conf/shop.ds");
	cr_assert_eq(zone->anchors[1].state, ANCHOR_INCOMING);
	cr_assert_str_eq(zone->anchors[1].file, "/a/shop.ds");
	cr_assert_eq(zone->n_vetoes, 1);
	cr_assert_str_eq(zone->vetoes[0].name, "nsd");
	cr_assert_str_eq(zone->vetoes[0].argv[2], "{file}");
	cr_assert_null(zone->vetoes[0].argv[3]);
	cr_assert_eq(zone->vetoes[0].deadline_s, 60);
	cr_assert_eq(zone->n_hooks, 1);
	cr_assert_eq(zone->hooks[0].deadline_s, 30);
	cr_assert_eq(zone->n_pushes, 1);
	cr_assert_str_eq(zone->pushes[0].url,
	    "https://a.example/{zone}/{serial}");
	cr_assert_str_eq(zone->pushes[0].token_file, "/conf/t");
	cr_assert_eq(zone->n_probes, 1);
	cr_assert_str_eq(zone->probes[0].address, "::1");
	cr_assert_eq(zone->probes[0].port, 5353);
	cr_assert_eq(zone->probes[0].overdue_s, 90);
	cr_assert_eq(zone->release_policy_holds_below_s, 6 * 3600);
	cr_assert_eq(zone->deadline_s, 120);
	cr_assert_eq(zone->headroom_warn_s, 4 * 3600);
	/* The policy's. */
	cr_assert_eq(zone->headroom_crit_s, 3 * 3600);
	cr_assert_eq(zone->resign_interval_max_s, 1800);
	cr_assert_eq(zone->candidate_bytes_max, 1 << 30);
	config_free(config);
}

Test(config, defaults_are_for_zones_that_say_nothing)
{
	struct config *config =
	    reads("zone a {}\n"
	          "zone b { mode = gate hook two { command = /b } hook x { "
	          "command "
	          "= /x } }\n"
	          "defaults { mode = observe policy = root-zone\n"
	          "  anchor active { file = \"{zone}.ds\" }\n"
	          "  hook one { command = /one }\n"
	          "  hook two { command = /two }\n"
	          "}\n");
	const struct config_zone *a = config_zone(config, "a");
	const struct config_zone *b = config_zone(config, "b");

	cr_assert_eq(a->mode, ZONE_OBSERVE);
	cr_assert_eq(b->mode, ZONE_GATE);
	cr_assert_eq(a->policy, b->policy);
	cr_assert_str_eq(b->anchors[0].file, "/conf/b.ds");
	cr_assert_eq(a->n_hooks, 2);
	cr_assert_str_eq(a->hooks[1].argv[0], "/two");
	cr_assert_eq(b->n_hooks, 3);
	cr_assert_str_eq(b->hooks[0].name, "one");
	cr_assert_str_eq(b->hooks[1].argv[0], "/b");
	cr_assert_str_eq(b->hooks[2].name, "x");
	config_free(config);
}

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"
#define SHB "1123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"

Test(config, people_and_where_alarms_go)
{
	struct config *config =
	    reads("http { listen = {\"127.0.0.1:0\", \"[2001:db8::1]:443\"}\n"
	          "  certificate = c key = k client_ca = ca }\n"
	          "token mon { sha256 = " SHA " role = viewer }\n"
	          "token ops { sha256 = " SHB
	          " role = operator person = \"A B\" }\n"
	          "client signer { sha256 = " SHA
	          " role = submitter zones = {Shop} }\n"
	          "operator alice {}\n"
	          "operator bob { user = rob person = robert }\n"
	          "webhook pager { url = \"https://p.example/x\" secret_file = "
	          "s }\n"
	          "heartbeat { url = https://h.example/ interval = 30s }\n"
	          "zone shop {}\n");

	cr_assert_str_eq(config->http.listen[1], "[2001:db8::1]:443");
	cr_assert_str_eq(config->http.client_ca, "/conf/ca");
	cr_assert_eq(config->n_tokens, 2);
	cr_assert_eq(config->tokens[0].role, ROLE_VIEWER);
	cr_assert_eq(config->tokens[0].sha256[31], 0xEF);
	cr_assert_str_eq(config->tokens[0].person, "mon");
	cr_assert_null(config->tokens[0].zones);
	cr_assert_str_eq(config->tokens[1].person, "A B");
	cr_assert_eq(config->n_clients, 1);
	cr_assert_str_eq(config->clients[0].zones[0], "shop.");
	cr_assert_null(config->clients[0].zones[1]);
	cr_assert_eq(config->n_operators, 2);
	cr_assert_str_eq(config->operators[0].user, "alice");
	cr_assert_str_eq(config->operators[0].person, "alice");
	cr_assert_str_eq(config->operators[1].user, "rob");
	cr_assert_str_eq(config->operators[1].person, "robert");
	cr_assert_eq(config->n_webhooks, 1);
	cr_assert_str_eq(config->webhooks[0].secret_file, "/conf/s");
	cr_assert_str_eq(config->heartbeat_url, "https://h.example/");
	cr_assert_eq(config->heartbeat_interval_s, 30);
	config_free(config);
}

Test(config, what_is_written_wrongly_is_named_with_its_line)
{
	refuses("\n# c\nstat = /x\n", 3, "state");
	refuses("/* a\nb */\nzone a {\n\n  polcy = x\n}\n", 5, "policy");
	refuses("zone a { anchor active { fil = x } }", 1, "file");
	refuses("zone a {}\nzone {}\n", 2, "title");
	refuses("http {}\n\nhttp {}\n", 3, "twice");
	refuses("defaults {}\ndefaults {}\n", 2, "twice");
	refuses("state = /a\nstate = /b\n", 2, "state");
	refuses("zone a { mode = gate\n mode = gate }", 2, "mode");
	refuses("http { listen = \"127.0.0.1:1\"\nlisten = {\"127.0.0.1:2\"}}",
	    2, "listen");
	refuses("zone a {\n hook x { command = /x }\n", 1, "}");
	refuses("state = \"/a\n", 1, "string");
	refuses("a\n/* b", 2, "comment");
	refuses("\nstate = \"${HOME}\"", 2, "environment");
	refuses("zone a { hook x { command = /x }\n hook x { command = /y }}",
	    2, "x");
	refuses("http { listen = {} }", 1, "empty");
	refuses("zone a {}}", 1, "");
}

Test(config, values_out_of_range_are_named_with_what_is_allowed)
{
	refuses("max_parallel = 0", 1, "1 to 64");
	refuses("max_parallel = two", 1, "1 to 64");
	refuses("max_parallel = -1", 1, "1 to 64");
	refuses("jobs = 99999999999999999999", 1, "0 to 32");
	refuses("scan_interval = 30", 1, "1s to 1h");
	refuses("disk_reserve = 64Q", 1, "4K to 1T");
	refuses("disk_reserve = 1MM", 1, "4K to 1T");
	refuses("disk_reserve = 999999999999999T", 1, "4K to 1T");
	refuses("syslog = yes", 1, "true");
	refuses("waive = {landlock,\nsecomp}", 1, "seccomp");
	refuses("zone a { mode = watch }", 1, "observe");
	refuses("zone a { probe p { address = ns1.example } }", 1, "address");
	refuses("zone a { probe p { address = ::1 port = 65536 } }", 1, "port");
	refuses("token t { sha256 = abc role = viewer }", 1, "64");
	refuses("token t { sha256 = " SHA " role = root }", 1, "operator");
	refuses("token \"a b\" { sha256 = " SHA " role = viewer }", 1, "name");
	refuses("webhook w { url = \"ftp://x/\" }", 1, "https://");
	refuses("webhook w { url = \"https://\" }", 1, "host");
	refuses("webhook w { url = \"https://a:b@c/\" }", 1, "password");
	refuses("webhook w { url = \"https://a/b c\" }", 1, "%XX");
	refuses("webhook w { url = \"https://a/{zone}\" }", 1, "{zone}");
	refuses("http { listen = \"localhost:80\" }", 1, "127.0.0.1:8053");
	refuses("http { listen = \"127.0.0.1\" }", 1, "127.0.0.1:8053");
	refuses("http { listen = \"::1:80\" }", 1, "[::1]:8053");
	refuses("http { listen = \"127.0.0.1:65536\" }", 1, "[::1]:8053");
	refuses("state = \"/0123456789012345678901234567890123456789012345678"
	        "9012345678901234567890123456789012345678901234567890\"",
	    1, "sockets");
	refuses("state = \"/a\001\"", 1, "control");
	refuses("token t { sha256 = " SHA " role = operator person = \"\" }", 1,
	    "person");
}

Test(config, what_is_needed_and_missing_is_named)
{
	refuses("\ntoken t { role = viewer }", 2, "sha256");
	refuses("\ntoken t { sha256 = " SHA " }", 2, "role");
	refuses("heartbeat { interval = 1m }", 1, "url");
	refuses("webhook w {}", 1, "url");
	refuses("zone a { hook h {} }", 1, "command");
	refuses("zone a { anchor active {} }", 1, "file");
	refuses("zone a {\n anchor active { file = missing } }", 2, "missing");
	refuses("http { certificate = missing\n key = k }", 1, "missing");
	refuses("webhook w { url = \"https://a/\"\n secret_file = missing }", 2,
	    "missing");
	refuses("zone a {\n policy = no-such }", 2, "no-such");
	refuses("zone a {\n policy = \"/no/such.conf\" }", 2, "/no/such.conf");
	refuses("defaults {\n policy = no-such }\nzone a {}", 2, "no-such");
}

Test(config, zones_are_domain_names_each_once)
{
	refuses("zone a {}\nzone b {}\nzone \"A.\" {}", 3, "line 1");
	refuses("zone a..b {}", 1, "domain name");
	refuses("zone \"\" {}", 1, "domain name");
	refuses("zone \"0123456789012345678901234567890123456789012345678901234"
	        "567890123\" {}",
	    1, "domain name");
}

Test(config, commands_are_absolute_and_their_placeholders_known)
{
	refuses("zone a { hook h {\n command = {nsd-control, reload} } }", 2,
	    "absolute");
	refuses("zone a { hook h {\n command = {/x, \"{zonefile}\"} } }", 2,
	    "{zonefile}");
	refuses("zone a { hook h { command = {\"/x/{zone}\"} } }", 1, "{zone}");
	refuses("zone a { veto v { command = {/x, \"{manifest}\"} } }", 1,
	    "{manifest}");
	refuses("zone a { push p { url = \"https://a/{file}\" } }", 1,
	    "{file}");
	config_free(reads("zone a { hook h { command = {/x, "
	                  "'{\"zone\": \"{zone}\"}', \"{\", \"{}\"} } }"));
}

Test(config, nothing_pulls)
{
	refuses("zone a {\n pull = \"192.0.2.1\" }", 2, "spool");
	refuses("pull = {\"192.0.2.1\"}", 1, "spool");
	refuses("zone a { pull { address = x } }", 1, "signer");
	refuses("zone a { policy = centralnic-2021\n pull = \"192.0.2.1\" }", 2,
	    "CentralNic DPS 5.6");
	refuses("zone a { policy = centralnic-2021 }\n"
	        "defaults {\n pull = \"192.0.2.1\" }",
	    3, "CentralNic DPS 5.6");
}

#define VIEWER "token t { sha256 = " SHA " role = viewer }\n"
#define TLS "certificate = c key = k "

Test(config, strangers_reach_loopback_only)
{
	refuses("http {\n listen = \"0.0.0.0:80\" }", 2, "token");
	refuses("http {\n listen = {\"127.0.0.1:80\", \"192.0.2.1:80\"} }", 2,
	    "token");
	refuses("http { listen = \"[::]:80\" " TLS "}", 1, "token");
	refuses("http { listen = \"[::ffff:192.0.2.1]:80\" " TLS "}", 1,
	    "token");
	refuses(VIEWER "http {\n listen = \"192.0.2.1:80\" }", 3,
	    "certificate");
	refuses("client c { sha256 = " SHA " role = viewer }", 1, "client_ca");
	refuses("http { " TLS "client_ca = ca }\n"
	        "client c { sha256 = " SHA "\n role = operator }",
	    3, "token");
	config_free(reads("http { listen = {\"127.8.9.1:80\", \"[::1]:80\", "
	                  "\"[::ffff:127.0.0.1]:80\"} }"));
	config_free(reads(VIEWER "http { listen = \"0.0.0.0:80\" " TLS "}"));
	config_free(reads("http { enabled = false listen = \"0.0.0.0:80\" }"));
}

Test(config, what_does_not_go_together_is_refused)
{
	refuses("http {\n certificate = c }", 2, "key");
	refuses("http {\n key = c }", 2, "certificate");
	refuses("http {\n client_ca = c }", 2, "certificate");
	refuses("http { connections = 5\n connections_per_ip = 6 }", 2,
	    "connections");
	refuses("http { upload_bytes_max = 2G\n upload_total_max = 1G }", 2,
	    "upload_bytes_max");
	refuses(VIEWER "token u { role = viewer\nsha256 = " SHA " }", 3,
	    "sha256");
	refuses(VIEWER "token t { sha256 = " SHB " role = viewer }", 2, "name");
	refuses("zone a {}\ntoken t { sha256 = " SHA
	        " role = viewer zones = a }",
	    2, "submitter");
	refuses("token t { sha256 = " SHA " role = submitter }", 1, "zones");
	refuses("token t { sha256 = " SHA " role = submitter\nzones = b }", 2,
	    "b.");
	refuses("operator a {}\noperator b { user = a }", 2, "user");
	refuses("operator a {}\noperator a {}", 2, "name");
	refuses("webhook a { url = http://a/ }\nwebhook a { url = http://b/ }",
	    2, "name");
	refuses("zone a { headroom_warn = 1d\n headroom_crit = 2d }", 2,
	    "headroom_crit");
	refuses("zone a { headroom_crit = 3d }", 1, "registry-default");
	refuses("zone a { push p { url = https://a/ key = k } }", 1,
	    "certificate");
	refuses("zone a { push p { url = http://a/ token_file = t } }", 1,
	    "https");
	config_free(reads("zone a {} token t { sha256 = " SHA
	                  " role = submitter zones = {a, \"*\"} }"));
}

Test(config, names_of_zones_are_names_of_files)
{
	static const char *const rows[][2] = {
	    {"Shop.", "shop"},
	    {"shop", "shop"},
	    {".", "@"},
	    {"co.uk.", "co.uk"},
	    {"_x-1.", "_x-1"},
	    {"a\\.b.c.", "a%2Eb.c"},
	    {"a\\000b.", "a%00b"},
	    {"a/b.", "a%2Fb"},
	    {"%41.", "%2541"},
	    {"\\@.", "%40"},
	    {"\\255.", "%FF"},
	};
	char name[ZONE_FILE_NAME];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect(zone_file_name(rows[i][0], name), "%s", rows[i][0]);
		cr_expect_str_eq(name, rows[i][1]);
	}
	cr_expect_not(zone_file_name("", name));
	cr_expect_not(zone_file_name("a..b", name));
	cr_expect_not(zone_file_name("..", name));
	char longest[4 * 241 + 1] = "", text[2200];

	/* Four labels of sixty octets. */
	for (size_t i = 0; i < 240; i++) {
		memcpy(longest + i * 4 + i / 60, "\\255.", 6);
	}
	cr_expect(zone_file_name(longest, name));
	cr_expect_eq(strlen(name), 3 * 240 + 3);

	size_t at = (size_t)snprintf(text, sizeof(text), "zone '");

	for (size_t i = 0; i < 75; i++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s\\255",
		    i == 40 ? "." : "");
	}
	snprintf(text + at, sizeof(text) - at, "' {}\n");
	refuses(text, 1, "too long");
}

Test(config, many_zones_are_found)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	for (unsigned i = 0; i < LIMIT_ZONES; i++) {
		fprintf(out, "zone z%u { mode = gate }\n",
		    i * 7919 % LIMIT_ZONES);
	}
	fclose(out);
	struct config *config = reads(text);

	cr_assert_eq(config->n_zones, LIMIT_ZONES);
	for (unsigned i = 0; i < LIMIT_ZONES; i++) {
		char name[16];

		snprintf(name, sizeof(name), "z%u", i);
		const struct config_zone *zone = config_zone(config, name);

		cr_assert_not_null(zone);
		cr_assert_eq(strncmp(zone->name, name, strlen(name)), 0);
	}
	cr_assert_null(config_zone(config, "z20000"));
	cr_assert_null(config_zone(config, ""));
	cr_assert_null(config_zone(config, "a..b"));
	config_free(config);
	free(text);
}

/* What config_print() writes. */
static char *
printed(const char *text)
{
	struct config *config = reads(text);
	char *made = NULL;
	size_t length;
	FILE *out = open_memstream(&made, &length);

	config_print(out, config);
	fclose(out);
	config_free(config);
	return made;
}

/* The same without comments. */
static char *
values_of(const char *text)
{
	char *made = printed(text);
	char *to = made;

	for (const char *at = made; *at != '\0'; at++) {
		at += strncmp(at, " # ", 3) == 0 ? strcspn(at, "\n") : 0;
		*to++ = *at;
	}
	*to = '\0';
	return made;
}

static const char everything[] =
    "state = '/s/${x} \"q\" \\\\'\n"
    "waive = landlock\n"
    "http { listen = {\"127.0.0.1:0\", \"[::1]:1\"} " TLS "client_ca = ca }\n"
    "heartbeat { url = \"https://h/\" }\n"
    "webhook w { url = \"https://w/\" secret_file = s }\n" VIEWER
    "client c { sha256 = " SHB " role = submitter zones = {a, \"*\"} }\n"
    "operator o { person = \"O P\" }\n"
    "defaults { hook one { command = {/one, \"{zone}\"} } spool = false }\n"
    "zone \"A\" { policy = centralnic-2021 headroom_warn = 36h\n"
    "  anchor outgoing { file = x } veto v { command = /v }\n"
    "  push p { url = \"https://p/\" token_file = t }\n"
    "  probe q { address = 192.0.2.1 }\n"
    "  candidate_bytes_max = 1536M\n"
    "}\n"
    "zone \"a\\\\.b\" {}\n";

Test(config, what_is_printed_says_the_same_when_read)
{
	char *once = values_of(everything);
	char *twice = values_of(once);

	cr_assert_str_eq(once, twice);
	cr_assert_not_null(strstr(once, "candidate_bytes_max = 1536M\n"));
	free(once);
	free(twice);
}

static void
prints(const char *text, const char *line)
{
	char *made = printed(text);

	cr_expect_not_null(strstr(made, line), "%s\nin\n%s", line, made);
	free(made);
}

Test(config, what_is_printed_says_where_it_came_from)
{
	const char *text = "state = \"/x\"\n"
	                   "defaults { headroom_warn = 3d\nspool = true }\n"
	                   "zone b {\n spool = false }\n"
	                   "zone a { policy = root-zone }\n";

	prints(text, "state = \"/x\" # /conf/zg.conf:1\n");
	prints(text, "syslog = true # default\n");
	prints(text, "headroom_warn = 3d # /conf/zg.conf:2\n");
	prints(text, "    headroom_crit = 2d # policy root-zone\n");
	prints(text, "    headroom_crit = 1d # policy registry-default\n");
	prints(text, "    spool = false # /conf/zg.conf:5\n");
	prints(text, "    spool = true # /conf/zg.conf:3\n");
	prints(text, "    listen = {\"127.0.0.1:8053\"} # default\n");
	prints(text, "zone \"a.\" {\n");
}

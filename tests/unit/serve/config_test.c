/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sandbox.h"
#include "config_reader.h"

Test(config, an_empty_file_is_the_defaults)
{
	struct config *config = config_reads("");

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
	struct config *config = config_reads("zone shop {}\n");
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
	    config_reads("state = state\n"
	                 "max_parallel = 3 jobs = 4 waive = {landlock, "
	                 "seccomp}\n"
	                 "syslog = false\n"
	                 "zone \"Shop.\" {\n"
	                 "  policy = tucows-cloud-2023 mode = observe spool = "
	                 "false\n"
	                 "  anchor active { file = shop.ds }\n"
	                 "  anchor incoming { file = \"/a/{zone}.ds\" }\n"
	                 "  veto nsd { command = {\"/usr/sbin/nsd-checkzone\", "
	                 "\"{zone}\", "
	                 "\"{file}\"} deadline = 1m }\n"
	                 "  hook reload { command = {/bin/echo, "
	                 "\"{manifest}\"} }\n"
	                 "  push cdn { url = "
	                 "\"https://a.example/{zone}/{serial}\" ca "
	                 "= "
	                 "ca.pem\n    certificate = c.pem key = k.pem "
	                 "token_file = t "
	                 "}\n"
	                 "  probe ns1 { address = ::1 port = 5353 overdue = "
	                 "90s }\n"
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
	    config_reads("zone a {}\n"
	                 "zone b { mode = gate hook two { command = /b } hook "
	                 "x { "
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
	    config_reads("http { listen = {\"127.0.0.1:0\", "
	                 "\"[2001:db8::1]:443\"}\n"
	                 "  certificate = c key = k client_ca = ca }\n"
	                 "token mon { sha256 = " SHA " role = viewer }\n"
	                 "token ops { sha256 = " SHB
	                 " role = operator person = \"A B\" }\n"
	                 "client signer { sha256 = " SHA
	                 " role = submitter zones = {Shop} }\n"
	                 "operator alice {}\n"
	                 "operator bob { user = rob person = robert }\n"
	                 "webhook pager { url = \"https://p.example/x\" "
	                 "secret_file = "
	                 "s }\n"
	                 "heartbeat { url = https://h.example/ interval = 30s "
	                 "}\n"
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
	struct config *config = config_reads(text);

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
	config_refuses(text, 1, "too long");
}

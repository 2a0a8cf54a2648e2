/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/http_settings.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/sandbox.h"

static const char *
text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

Test(http_settings, say_what_the_configuration_says)
{
	char *listen[] = {"127.0.0.1:8053", NULL}, *zones[] = {"shop.", NULL};
	struct config_token token = {
	    .name = "signer",
	    .person = "nobody",
	    .sha256 = {0xab, 1},
	    .role = ROLE_SUBMITTER,
	    .zones = zones,
	};
	struct config_client client = {
	    .name = "monitor",
	    .role = ROLE_VIEWER,
	};
	struct config config = {
	    .state = "/var/lib/zonegate",
	    .waived = SANDBOX_WAIVE_SECCOMP,
	    .http = {.listen = listen,
	        .certificate = "/c.pem",
	        .key = "/k.pem",
	        .connections = 64,
	        .upload_bytes_max = 1ULL << 40},
	    .tokens = &token,
	    .n_tokens = 1,
	    .clients = &client,
	    .n_clients = 1,
	};
	json_t *settings = http_settings(&config);

	cr_assert_not_null(settings);
	cr_assert_str_eq(text_at(settings, "schema"),
	    "zonegate-http-settings-1");
	cr_assert_str_eq(text_at(settings, "socket"),
	    "/var/lib/zonegate/run/http.sock");
	cr_assert_str_eq(text_at(settings, "upload"),
	    "/var/lib/zonegate/upload");
	const json_t *tls = json_object_get(settings, "tls");

	cr_assert_str_eq(text_at(tls, "certificate"), "/c.pem");
	cr_assert(json_is_null(json_object_get(tls, "client_ca")));
	const json_t *row =
	    json_array_get(json_object_get(settings, "tokens"), 0);

	cr_assert_eq(strncmp(text_at(row, "sha256"), "ab0100", 6), 0);
	cr_assert_eq(strlen(text_at(row, "sha256")), 64);
	cr_assert_str_eq(text_at(row, "role"), "submitter");
	cr_assert_eq(json_array_size(json_object_get(row, "zones")), 1);
	row = json_array_get(json_object_get(settings, "clients"), 0);
	cr_assert_str_eq(text_at(row, "name"), "monitor");
	cr_assert_eq(json_array_size(json_object_get(row, "zones")), 0);
	cr_assert_eq(json_array_size(json_object_get(settings, "waived")), 1);
	cr_assert_eq(json_integer_value(
	                 json_object_get(json_object_get(settings, "limits"),
	                     "upload_bytes_max")),
	    (json_int_t)1 << 40);
	json_decref(settings);
}

Test(http_settings, without_tls_there_is_none)
{
	char *listen[] = {"[::1]:0", NULL};
	struct config config = {.state = "/s", .http = {.listen = listen}};
	json_t *settings = http_settings(&config);

	cr_assert(json_is_null(json_object_get(settings, "tls")));
	json_decref(settings);
}

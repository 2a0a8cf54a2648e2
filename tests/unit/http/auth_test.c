/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/auth.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static char *none[] = {NULL};
static char *shop[] = {"shop.", NULL};
static char *all[] = {"*", NULL};
static struct http_account tokens[] = {
    {.name = "v", .role = HTTP_ROLE_VIEWER, .zones = none},
    {.name = "s", .role = HTTP_ROLE_SUBMITTER, .zones = shop},
    {.name = "a", .role = HTTP_ROLE_SUBMITTER, .zones = all},
    {.name = "o", .role = HTTP_ROLE_OPERATOR, .zones = none},
};
static struct http_account clients[] = {
    {.name = "cs", .sha256 = {1}, .role = HTTP_ROLE_SUBMITTER, .zones = shop},
    {.name = "co", .sha256 = {2}, .role = HTTP_ROLE_OPERATOR, .zones = none},
};

/* Each one's token is "token-" and its name. */
static struct http_settings
settings(void)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		char text[32];

		snprintf(text, sizeof(text), "token-%s", tokens[i].name);
		EVP_Digest(text, strlen(text), tokens[i].sha256, NULL,
		    EVP_sha256(), NULL);
	}
	return (struct http_settings){
	    .tokens = tokens,
	    .n_tokens = sizeof(tokens) / sizeof(tokens[0]),
	    .clients = clients,
	    .n_clients = sizeof(clients) / sizeof(clients[0]),
	};
}

static enum auth_end
read_it(const char *authorization, const uint8_t *certificate,
    struct caller *caller)
{
	struct http_settings with = settings();

	return auth_read(&with, authorization, certificate, caller);
}

Test(auth, a_token_is_known_by_its_digest)
{
	struct caller caller;

	cr_assert_eq(read_it("Bearer token-o", NULL, &caller), AUTH_KNOWN);
	cr_assert_str_eq(caller.name, "o");
	cr_assert_eq(caller.role, HTTP_ROLE_OPERATOR);
	cr_assert_str_eq(caller.token, "token-o");
}

Test(auth, what_is_shown_and_not_known_is_refused)
{
	static const char *const wrong[] = {"", "Bearer", "Bearer ",
	    "Bearer token-x", "Bearer token-v ", "Basic token-v", "token-v",
	    "Bearer token-v,token-o", "Bearertoken-v"};
	static const uint8_t known[32] = {1};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct caller caller;

		cr_assert_eq(read_it(wrong[i], NULL, &caller), AUTH_REFUSED,
		    "%s", wrong[i]);
		cr_assert_eq(caller.role, HTTP_ROLE_NONE);
		/* A certificate does not make a wrong token good. */
		cr_assert_eq(read_it(wrong[i], known, &caller), AUTH_REFUSED);
	}
}

Test(auth, a_token_as_password_opens_the_pages_and_nothing_else)
{
	static const char *const right[] = {
	    "Basic YW55b25lOnRva2VuLW8=", "basic OnRva2VuLW8="};
	/* No colon, no password, an unknown token, half an octet, too long. */
	static const char *const wrong[] = {
	    "Basic dG9rZW4tbw==", "Basic YW55b25lOg==",
	    "Basic YW55b25lOnRva2VuLXg=", "Basic YW55b25lOnRva2VuLW8", "Basic",
	    "Basic ", "Basic ====", "Basic YW55b25lOnRva2VuLW8= x"};

	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		struct caller caller;

		cr_assert_eq(read_it(right[i], NULL, &caller), AUTH_KNOWN);
		cr_assert_str_eq(caller.name, "o");
		cr_assert_eq(caller.role, HTTP_ROLE_VIEWER);
		cr_assert_null(caller.token);
		cr_assert_null(caller.zones);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct caller caller;

		cr_assert_eq(read_it(wrong[i], NULL, &caller), AUTH_REFUSED,
		    "%s", wrong[i]);
		cr_assert_eq(caller.role, HTTP_ROLE_NONE);
	}
	char longest[6 + 4096 + 1] = "Basic ";
	struct caller caller;

	memset(longest + 6, 'A', 4096);
	cr_assert_eq(read_it(longest, NULL, &caller), AUTH_REFUSED);
}

Test(auth, who_shows_nothing_is_nobody)
{
	static const uint8_t unknown[32] = {9};
	struct caller caller;

	cr_assert_eq(read_it(NULL, NULL, &caller), AUTH_NOBODY);
	cr_assert_eq(caller.role, HTTP_ROLE_NONE);
	cr_assert_eq(read_it(NULL, unknown, &caller), AUTH_NOBODY);
	cr_assert_eq(caller.role, HTTP_ROLE_NONE);
}

Test(auth, a_certificate_is_never_an_operator)
{
	static const uint8_t submitter[32] = {1}, operator[32] = {2};
	struct caller caller;

	cr_assert_eq(read_it(NULL, submitter, &caller), AUTH_KNOWN);
	cr_assert_eq(caller.role, HTTP_ROLE_SUBMITTER);
	cr_assert_eq(read_it(NULL, operator, & caller), AUTH_KNOWN);
	cr_assert_eq(caller.role, HTTP_ROLE_VIEWER);
}

Test(auth, without_credentials_everybody_is_a_viewer)
{
	struct http_settings empty = {.n_tokens = 0};
	struct caller caller;

	cr_assert_eq(auth_read(&empty, "Bearer token-o", NULL, &caller),
	    AUTH_KNOWN);
	cr_assert_eq(caller.role, HTTP_ROLE_VIEWER);
	cr_assert_null(caller.token);
	cr_assert(!auth_configured(&empty));
}

Test(auth, roles_include_viewing_and_nothing_else)
{
	static const struct {
		const char *authorization;
		bool view, submit, operate;
	} rows[] = {
	    {"Bearer token-v", true, false, false},
	    {"Bearer token-s", true, true, false},
	    {"Bearer token-o", true, false, true},
	    {NULL, false, false, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct caller caller;

		(void)read_it(rows[i].authorization, NULL, &caller);
		cr_assert(auth_includes(&caller, HTTP_ROLE_NONE));
		cr_assert_eq(auth_includes(&caller, HTTP_ROLE_VIEWER),
		    rows[i].view);
		cr_assert_eq(auth_includes(&caller, HTTP_ROLE_SUBMITTER),
		    rows[i].submit);
		cr_assert_eq(auth_includes(&caller, HTTP_ROLE_OPERATOR),
		    rows[i].operate);
	}
}

Test(auth, submitters_submit_for_their_zones)
{
	struct caller caller;

	(void)read_it("Bearer token-s", NULL, &caller);
	cr_assert(auth_may_submit(&caller, "shop."));
	cr_assert(!auth_may_submit(&caller, "other."));
	cr_assert(!auth_may_submit(&caller, "*"));
	(void)read_it("Bearer token-a", NULL, &caller);
	cr_assert(auth_may_submit(&caller, "other."));
	(void)read_it("Bearer token-o", NULL, &caller);
	cr_assert(!auth_may_submit(&caller, "shop."));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * auth.h -- who asks, and what he may: a bearer token or a client certificate,
 * known by their SHA-256.
 *
 * There are no cookies and no sessions: a browser that somebody lured here
 * has nothing to offer that would approve or upload.  A token given as the
 * password of Basic authentication (RFC 7617), which browsers can ask for,
 * opens the pages and nothing else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "http/settings.h"

#define AUTH_TOKEN_MAX 512
#define AUTH_ADDRESS 64

struct caller {
	const char *name;
	enum http_role role;
	char *const *zones; /* a submitter's; ends with NULL; or NULL */
	const char *token;  /* as it was sent, or NULL */
	char address[AUTH_ADDRESS];
};

enum auth_end {
	AUTH_REFUSED, /* zero: what was shown is not known here */
	AUTH_NOBODY,  /* nothing was shown: role none */
	AUTH_KNOWN,
};

/*
 * Fills in CALLER, all but the address.  AUTHORIZATION is the header's value
 * or NULL, and goes before CERTIFICATE, the SHA-256 of the DER form of a
 * client certificate that has been verified, or NULL.  Where no credentials
 * are configured everybody is a viewer.  CALLER points into its arguments.
 */
enum auth_end auth_read(const struct http_settings *settings,
    const char *authorization, const uint8_t certificate[32],
    struct caller *caller);

/* True if CALLER's role includes ROLE: submitters and operators may view, and
 * neither may do what the other may. */
bool auth_includes(const struct caller *caller, enum http_role role);

/* True if CALLER is a submitter for ZONE. */
bool auth_may_submit(const struct caller *caller, const char *zone);

/* True if any credentials are configured. */
bool auth_configured(const struct http_settings *settings);

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * certificate.h -- the client certificate of a TLS connection.
 */
#pragma once

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

/* True, with the SHA-256 of its DER form, if one was shown that the
 * configured CA vouches for now. */
bool certificate_of(struct MHD_Connection *connection, uint8_t sha256[32]);

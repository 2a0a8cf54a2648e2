/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/certificate.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <openssl/evp.h>
#include <stddef.h>

bool
certificate_of(struct MHD_Connection *connection, uint8_t sha256[32])
{
	static char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
	gnutls_typed_vdata_st data = {.type = GNUTLS_DT_KEY_PURPOSE_OID};
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection,
	        MHD_CONNECTION_INFO_GNUTLS_SESSION);
	unsigned status = GNUTLS_CERT_INVALID, n = 0, size = 32;

	if (info == NULL || info->tls_session == NULL) {
		return false;
	}
	gnutls_session_t session = info->tls_session;

	data.data = (unsigned char *)purpose;

	/* libmicrohttpd asks for one and leaves the rest to us. */
	if (gnutls_certificate_verify_peers(session, &data, 1, &status) !=
	        GNUTLS_E_SUCCESS ||
	    status != 0) {
		return false;
	}
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &n);

	return chain != NULL && n > 0 &&
	       EVP_Digest(chain[0].data, chain[0].size, sha256, &size,
	           EVP_sha256(), NULL) == 1;
}

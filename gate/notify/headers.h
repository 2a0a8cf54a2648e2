/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * headers.h -- the header of a request: what the daemon gave, and what is made
 * of secrets, tokens and digests.
 */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "notify/message.h"
#include "notify/secret.h"

/* Files up to this size go without asking first whether they are wanted. */
#define UNASKED_MOST (1u << 20)

/* Makes MESSAGE's header, of a file of SIZE octets if it is a push, in *LIST,
 * which is to be freed in any case.  False with the reason in ERROR. */
bool headers_make(const struct message *message, uint64_t size,
    struct curl_slist **list, char error[SECRET_ERROR]);

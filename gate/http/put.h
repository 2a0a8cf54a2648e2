/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * put.h -- PUT /v1/zones/ZONE/candidate: a candidate on its way in.
 *
 * What can be refused by its header is refused before its content is read.
 */
#pragma once

#include "http/request.h"

/* Longest that `Prefer: wait=N' is kept waiting, in seconds. */
#define PUT_WAIT_MAX 600

/* The seconds of "wait=N" in a Prefer header (RFC 7240), or -1. */
int put_wait(const char *prefer);

/* At the header: false if REQUEST is answered now, with *RESULT. */
bool put_begin(struct request *request, enum MHD_Result *result);
/* Some content. */
void put_content(struct request *request, const char *at, size_t size);
/* All of it is there. */
enum MHD_Result put_end(struct request *request);

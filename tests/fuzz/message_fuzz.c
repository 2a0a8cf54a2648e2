/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * message_fuzz.c -- any line may come as a message to send.
 */
#include <stdint.h>
#include <stdlib.h>

#include "notify/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[MESSAGE_ERROR];
	json_t *id = NULL;
	struct message *message =
	    message_read((const char *)data, size, 0, &id, error);

	if (message == NULL) {
		if (!json_is_integer(id) && !json_is_null(id)) {
			abort();
		}
		json_decref(id);
	} else if (message->method == METHOD_NONE || message->host[0] == '\0') {
		abort();
	}
	message_free(message);
	return 0;
}

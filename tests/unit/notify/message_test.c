/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "notify/message.h"

static char error[MESSAGE_ERROR];
static json_t *id;

static struct message *
read_text(const char *text)
{
	error[0] = '\0';
	return message_read(text, strlen(text), 1000, &id, error);
}

#define WEBHOOK                                                                \
	"\"id\": 17, \"kind\": \"webhook\", \"method\": \"POST\", "            \
	"\"url\": \"https://Hooks.Example/x\", \"body\": \"text\""

Test(message, a_webhook_is_read)
{
	struct message *message =
	    read_text("{" WEBHOOK
	              ", \"headers\": [\"A: b\"], \"deadline_ms\": 500, "
	              "\"secret_file\": \"/etc/secret\", \"ca\": null}");

	cr_assert_not_null(message, "%s", error);
	cr_assert_null(id);
	cr_assert_eq(message->id, 17);
	cr_assert_eq(message->method, METHOD_POST);
	cr_assert_str_eq(message->body, "text");
	cr_assert_str_eq(message->secret_file, "/etc/secret");
	cr_assert_null(message->ca);
	cr_assert_str_eq(message->host, "hooks.example:443");
	cr_assert_eq(message->deadline_ms, 1500);
	cr_assert_eq(json_array_size(message->headers), 1);
	message_free(message);
}

Test(message, a_push_is_read)
{
	struct message *message = read_text("{\"id\": 1, \"kind\": \"push\", "
	                                    "\"method\": \"PUT\", \"url\": "
	                                    "\"http://[::1]:8053/\", \"file\": "
	                                    "\"/x\", \"sha256\": "
	                                    "\"00112233445566778899aabbccddeeff"
	                                    "00112233445566778899aabbccddeeff\""
	                                    "}");

	cr_assert_not_null(message, "%s", error);
	cr_assert_eq(message->method, METHOD_PUT);
	cr_assert_eq(message->sha256[1], 0x11);
	cr_assert_eq(message->sha256[31], 0xff);
	cr_assert_str_eq(message->host, "[::1]:8053");
	cr_assert_eq(message->deadline_ms, 1000 + MESSAGE_DEADLINE_MS);
	message_free(message);
}

Test(message, its_id_comes_back_with_what_is_wrong)
{
	cr_assert_null(read_text("{" WEBHOOK ", \"unknown\": 1}"));
	cr_assert_eq(json_integer_value(id), 17);
	cr_assert_neq(error[0], '\0');
	json_decref(id);
	cr_assert_null(read_text("{\"id\": -5}"));
	cr_assert_eq(json_integer_value(id), -5);
	json_decref(id);
}

Test(message, without_an_id_it_is_null)
{
	static const char *const none[] = {"", "x", "[]", "{}",
	    "{\"id\": \"\"}", "{\"id\": 1", "{\"id\": 1, \"id\": 2}",
	    "{\"id\": 1e3}"};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		cr_assert_null(read_text(none[i]), "%s", none[i]);
		cr_assert(json_is_null(id), "%s", none[i]);
		cr_assert_neq(error[0], '\0');
	}
}

Test(message, octets_after_its_end_are_not_read)
{
	static const char text[] = "{" WEBHOOK "}garbage";
	struct message *message =
	    message_read(text, sizeof(text) - 8, 0, &id, error);

	cr_assert_not_null(message, "%s", error);
	message_free(message);
}

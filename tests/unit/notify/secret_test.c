/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "notify/secret.h"

static char path[] = "/tmp/zonegate-secret-XXXXXX";
static char secret[SECRET_MAX];
static char error[SECRET_ERROR];

static void
holds(const void *octets, size_t size)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, octets, size), (ssize_t)size);
	close(fd);
}

static void
begin(void)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
}

static void
end(void)
{
	unlink(path);
}

TestSuite(secret, .init = begin, .fini = end);

static void
reads(const char *text, const char *expected)
{
	holds(text, strlen(text));
	cr_assert_eq(secret_read(path, secret, error), strlen(expected), "%s",
	    text);
	cr_assert_arr_eq(secret, expected, strlen(expected));
}

Test(secret, is_the_first_line)
{
	reads("abc\ndef\n", "abc");
	reads("abc", "abc");
	reads("  a b \t\r\n", "  a b");
}

Test(secret, the_longest_fits)
{
	static char text[SECRET_MAX + 1];

	memset(text, 'x', SECRET_MAX - 1);
	holds(text, SECRET_MAX - 1);
	cr_assert_eq(secret_read(path, secret, error), SECRET_MAX - 1);
	text[SECRET_MAX - 1] = '\n';
	holds(text, SECRET_MAX);
	cr_assert_eq(secret_read(path, secret, error), SECRET_MAX - 1);
	text[SECRET_MAX - 1] = 'x';
	holds(text, SECRET_MAX);
	cr_assert_eq(secret_read(path, secret, error), 0);
}

Test(secret, what_is_none_is_refused)
{
	static const char *const none[] = {
	    "", "\n", " \t\n", "a\tb\n", "\xc3\xbc\n", "a\177"};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		error[0] = '\0';
		holds(none[i], strlen(none[i]));
		cr_assert_eq(secret_read(path, secret, error), 0, "%zu", i);
		cr_assert_neq(error[0], '\0');
	}
	holds("a\0b\n", 4);
	cr_assert_eq(secret_read(path, secret, error), 0);
	cr_assert_eq(secret_read("/nowhere/at/all", secret, error), 0);
	cr_assert_eq(secret_read("/tmp", secret, error), 0);
	cr_assert_eq(secret_read("/dev/zero", secret, error), 0);
}

Test(secret, a_pipe_is_not_waited_for, .timeout = 60)
{
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_assert_eq(secret_read(path, secret, error), 0);
}

/* As another program computes it:
 * printf '1795302000.what do ya want for nothing?' |
 *     openssl dgst -sha256 -hmac Jefe */
Test(secret, signs_time_and_body)
{
	char hex[65];

	secret_sign("Jefe", 4, 1795302000, "what do ya want for nothing?", hex);
	cr_assert_str_eq(hex,
	    "5efdde9029369d40ed52574f7d3c153e1870ecbf9d608759cdf15faa13696e70");
}

/* Of the text {"hello": "world"} with a newline, an example of RFC 9530. */
Test(secret, the_digest_is_a_structured_field)
{
	static const uint8_t digest[32] = {0x44, 0xaf, 0xf4, 0xab, 0x2d, 0x7c,
	    0x32, 0x50, 0x52, 0x56, 0x75, 0xa0, 0x8f, 0x0c, 0xfa, 0x95, 0x91,
	    0x16, 0x8c, 0xff, 0xe5, 0x17, 0x91, 0xc5, 0xf5, 0xbb, 0xc4, 0x17,
	    0xc1, 0x5a, 0x6c, 0x38};
	char header[CONTENT_DIGEST_SIZE];

	content_digest(digest, header);
	cr_assert_str_eq(header,
	    "Content-Digest: "
	    "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
}

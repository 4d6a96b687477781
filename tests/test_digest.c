#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"

/* From FIPS 180-4's examples. */
static const char empty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char million_a[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void known_digests(void **state)
{
	char out[DIGEST_HEX];

	(void)state;
	digest_hex("", 0, out);
	assert_string_equal(out, empty);
	digest_hex("abc", 3, out);
	assert_string_equal(out, abc);
}

static void parts_make_the_whole(void **state)
{
	struct digest *d = digest_new();
	char part[1000], out[DIGEST_HEX];

	(void)state;
	memset(part, 'a', sizeof part);
	digest_add(d, part, 0);
	for (int i = 0; i < 999; i++)
		digest_add(d, part, sizeof part);
	for (int i = 0; i < 1000; i++)
		digest_add(d, part, 1);
	digest_end(d, out);
	assert_string_equal(out, million_a);
	d = digest_new();
	digest_end(d, out);
	assert_string_equal(out, empty);
}

static void tokens_differ(void **state)
{
	char tokens[200][TOKEN_HEX];

	(void)state;
	for (int i = 0; i < 200; i++) {
		digest_token(tokens[i]);
		assert_int_equal(strlen(tokens[i]), TOKEN_HEX - 1);
		for (const char *p = tokens[i]; *p; p++)
			assert_true(isdigit((unsigned char)*p) || (*p >= 'a' && *p <= 'f'));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(tokens[i], tokens[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_digests),
		cmocka_unit_test(parts_make_the_whole),
		cmocka_unit_test(tokens_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

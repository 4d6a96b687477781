#include "backends/known_hosts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/data.h"
#include "base/alloc.h"
#include "tests/sshd.h"

/* Only its folder and keys are used: the sshd does not run. */
static struct sshd sshd;
static char *one, *two;
static char *ed, *rsa; /* base64 of two real keys */

static char *second_word(const char *path)
{
	char *text = sshd_get(&sshd, path), *space = strchr(text, ' '), *word;

	assert_non_null(space);
	word = xstrndup(space + 1, strcspn(space + 1, " \n"));
	free(text);
	return word;
}

static enum known_hosts_verdict judge(const char *name, const char *type, const char *key, int line)
{
	char *files[] = {one, two};
	struct known_hosts_answer a;
	enum known_hosts_verdict v;

	known_hosts_look(files, 2, name, type, key, &a);
	v = a.verdict;
	if (line)
		assert_int_equal(a.line, line);
	known_hosts_clear(&a);
	return v;
}

static void put(const char *path, const char *fmt, const char *key)
{
	char *text = xasprintf("%s %s\n", fmt, key);

	sshd_put(&sshd, path, text, 0600);
	free(text);
}

static void test_verdicts(void **state)
{
	(void)state;
	sshd_put(&sshd, "two", "", 0600);
	put("one", "# comment\n\nbroken\nother ssh-rsa AAAA\nedge,10.0.0.1 ssh-ed25519", ed);
	assert_int_equal(judge("edge", "ssh-ed25519", ed, 5), KNOWN_HOSTS_OK);
	assert_int_equal(judge("10.0.0.1", "ssh-ed25519", ed, 5), KNOWN_HOSTS_OK);
	assert_int_equal(judge("EDGE", "ssh-ed25519", ed, 5), KNOWN_HOSTS_OK);
	assert_int_equal(judge("edge2", "ssh-ed25519", ed, 0), KNOWN_HOSTS_UNKNOWN);
	assert_int_equal(judge("edge", "ssh-ed25519", rsa, 5), KNOWN_HOSTS_CHANGED);
	assert_int_equal(judge("edge", "ssh-rsa", rsa, 5), KNOWN_HOSTS_OTHER);
	put("two", "edge ssh-rsa", rsa); /* the second file counts too */
	assert_int_equal(judge("edge", "ssh-rsa", rsa, 1), KNOWN_HOSTS_OK);
	put("one", "*.lan,!bad.lan ssh-ed25519", ed);
	assert_int_equal(judge("a.lan", "ssh-ed25519", ed, 1), KNOWN_HOSTS_OK);
	assert_int_equal(judge("bad.lan", "ssh-ed25519", ed, 0), KNOWN_HOSTS_UNKNOWN);
	put("one", "@cert-authority * ssh-ed25519", ed);
	assert_int_equal(judge("edge", "ssh-ed25519", ed, 0), KNOWN_HOSTS_OTHER); /* two's */
}

static void test_revoked(void **state)
{
	char *text;

	(void)state;
	put("two", "@revoked * ssh-ed25519", ed);
	put("one", "edge ssh-ed25519", ed);
	assert_int_equal(judge("edge", "ssh-ed25519", ed, 1), KNOWN_HOSTS_REVOKED);
	assert_int_equal(judge("nobody", "ssh-ed25519", ed, 1), KNOWN_HOSTS_REVOKED);
	assert_int_equal(judge("edge", "ssh-rsa", rsa, 0), KNOWN_HOSTS_OTHER);
	/* The host's name hashed by ssh-keygen itself, the mark put before it. */
	sshd_put(&sshd, "one", "", 0600);
	put("two", "edge ssh-ed25519", ed);
	assert_int_equal(
		sshd_sh(&sshd, "ssh-keygen -q -H -f two && sed -i 's/^|1/@revoked |1/' two"), 0);
	text = sshd_get(&sshd, "two");
	assert_memory_equal(text, "@revoked |1|", 12);
	free(text);
	assert_int_equal(judge("edge", "ssh-ed25519", ed, 1), KNOWN_HOSTS_REVOKED);
	assert_int_equal(judge("other", "ssh-ed25519", ed, 0), KNOWN_HOSTS_UNKNOWN);
}

static void test_hashed(void **state)
{
	(void)state;
	sshd_put(&sshd, "one", "", 0600);
	put("two", "[10.0.0.1]:2222 ssh-ed25519", ed);
	assert_int_equal(sshd_sh(&sshd, "ssh-keygen -q -H -f two"), 0);
	assert_int_equal(judge("[10.0.0.1]:2222", "ssh-ed25519", ed, 1), KNOWN_HOSTS_OK);
	assert_int_equal(judge("10.0.0.1", "ssh-ed25519", ed, 0), KNOWN_HOSTS_UNKNOWN);
	sshd_put(&sshd, "two",
		"|1|x|y ssh-rsa AAAA\n|1| ssh-rsa AAAA\n|1|a ssh-rsa AAAA\n@revoked\n@revoked a\n",
		0600);
	assert_int_equal(judge("a", "ssh-rsa", "AAAA", 0), KNOWN_HOSTS_UNKNOWN);
}

/* What we add is found by ourselves and by ssh-keygen, hashed or not, after a line without an end too. */
static void test_add(void **state)
{
	char *new = xasprintf("%s/deep/er/known", sshd.dir), *files[] = {new};
	struct known_hosts_answer a;
	struct stat st;

	(void)state;
	assert_int_equal(known_hosts_add(new, "edge", "ssh-ed25519", ed, false, NULL), 0);
	assert_int_equal(stat(new, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	sshd_put(&sshd, "deep/er/known", "x ssh-rsa AAAA", 0600);
	assert_int_equal(known_hosts_add(new, "[edge]:2222", "ssh-ed25519", ed, true, NULL), 0);
	known_hosts_look(files, 1, "[edge]:2222", "ssh-ed25519", ed, &a);
	assert_int_equal(a.verdict, KNOWN_HOSTS_OK);
	assert_int_equal(a.line, 2);
	known_hosts_clear(&a);
	assert_int_equal(sshd_sh(&sshd, "ssh-keygen -F '[edge]:2222' -f deep/er/known"), 0);
	assert_int_equal(sshd_sh(&sshd, "ssh-keygen -F other -f deep/er/known"), 1);
	free(new);
}

static void test_fingerprint_and_types(void **state)
{
	char got[KNOWN_HOSTS_FINGERPRINT], *want, *types;
	char *files[] = {one, two};

	(void)state;
	assert_int_equal(sshd_sh(&sshd, "ssh-keygen -lf etc/host_ed25519.pub >print"), 0);
	want = second_word("print");
	assert_string_equal(known_hosts_fingerprint(ed, got), want);
	free(want);
	assert_string_equal(known_hosts_fingerprint("not base64!", got), "?");
	assert_string_equal(known_hosts_fingerprint("", got), "?");
	put("one", "edge ssh-rsa", rsa);
	put("two", "edge ssh-ed25519 AAAA\nedge ssh-rsa AAAA\nother ecdsa-sha2-nistp256", ed);
	types = known_hosts_types(files, 2, "edge");
	assert_string_equal(types, "ssh-rsa,ssh-ed25519");
	free(types);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_revoked),
		cmocka_unit_test(test_hashed),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_fingerprint_and_types),
	};
	int rc;

	sshd_init(&sshd, NULL);
	one = xasprintf("%s/one", sshd.dir);
	two = xasprintf("%s/two", sshd.dir);
	ed = second_word("etc/host_ed25519.pub");
	rsa = second_word("etc/host_rsa.pub");
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	free(one);
	free(two);
	free(ed);
	free(rsa);
	sshd_clear(&sshd);
	return rc;
}

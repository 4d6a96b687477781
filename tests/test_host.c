#include "backends/host.h"

#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/data.h"
#include "backends/ssh_config.h"
#include "base/alloc.h"
#include "base/err.h"

/* A home of its own for each test: $HOME and $XDG_CONFIG_HOME are inside. */
static char home[64];

static char *at(const char *rest)
{
	return xasprintf("%s/%s", home, rest);
}

static void put(const char *rest, const char *text, int mode)
{
	char *path = at(rest);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, (mode_t)mode), 0);
	free(path);
}

static int setup(void **state)
{
	char *dir;

	(void)state;
	snprintf(home, sizeof home, "/tmp/hosttest.XXXXXX");
	assert_non_null(mkdtemp(home));
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	dir = at(".config/twistertui/hosts");
	assert_int_equal(data_mkdir(dir, NULL), 0);
	free(dir);
	dir = at(".ssh");
	assert_int_equal(data_mkdir(dir, NULL), 0);
	free(dir);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	return nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#define PROFILE ".config/twistertui/hosts/edgeserver"

static void test_profile(void **state)
{
	struct host *h = NULL;
	struct err e = {0};

	(void)state;
	put(PROFILE,
		"# ours\naddress = 192.168.0.30\n  user=twister  \nport = 2222\n\nsudo = never\n"
		"backup.max-age = 26h\nthreshold.disk.root.percent = 80\nthreshold.disk.logs = "
		"10G\n"
		"param.1-foundation-extend-lvm.size = 50G\n",
		0600);
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), 0);
	assert_string_equal(h->name, "edgeserver");
	assert_string_equal(h->address, "192.168.0.30");
	assert_string_equal(h->user, "twister");
	assert_int_equal(h->port, 2222);
	assert_true(h->sudo_never && h->from_profile && h->known);
	assert_string_equal(host_get(h, "backup.max-age", "x"), "26h");
	assert_string_equal(host_get(h, "threshold.disk.logs", "x"), "10G");
	assert_string_equal(host_get(h, "kubeconfig", "x"), "x");
	assert_int_equal(h->settings[0].line, 2);
	assert_int_equal(h->nsettings, 8);
	host_free(h);
}

static void refuse(const char *text, int code, const char *want)
{
	struct host *h = NULL;
	struct err e = {0};

	put(PROFILE, text, 0600);
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), code);
	assert_null(h);
	if (!strstr(e.text, want))
		fail_msg("\"%s\" does not say \"%s\"", e.text, want);
	assert_non_null(strstr(e.text, PROFILE));
}

static void test_profile_errors(void **state)
{
	(void)state;
	refuse("address = a\nadress = b\n", ERR_USAGE,
		"line 2: unknown key \"adress\"; did you mean \"address\"?");
	refuse("address\n", ERR_USAGE, "line 1: no \"=\"");
	refuse("port = 65536\n", ERR_USAGE, "line 1: port should be a port");
	refuse("port = 22x\n", ERR_USAGE, "port");
	refuse("user = a;b\n", ERR_USAGE, "user should be");
	refuse("user = -oProxyCommand=x\n", ERR_USAGE, "user should be");
	refuse("address = $(id)\n", ERR_USAGE, "address should be");
	refuse("address = a b\n", ERR_USAGE, "address should be");
	refuse("jump = -v\n", ERR_USAGE, "jump should be");
	refuse("sudo = yes\n", ERR_USAGE, "sudo should be ask or never");
	refuse("address =\n", ERR_USAGE, "address should be something");
	refuse("user = \033[31mred\n", ERR_USAGE, "line 1: control characters");
	refuse("user = a\nuser = b\n", ERR_USAGE, "line 2: \"user\" stands here twice");
	refuse("threshold.x = lots\n", ERR_USAGE, "a number or a size");
	refuse("param.x = 1\n", ERR_USAGE, "unknown key \"param.x\"");
	refuse("backup.max-age = soon\n", ERR_USAGE, "duration");
}

static void test_profile_writable(void **state)
{
	struct host *h = NULL;
	struct err e = {0};
	char *dir = at(".config/twistertui/hosts");

	(void)state;
	put(PROFILE, "address = a\n", 0662);
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), ERR_REFUSED);
	put(PROFILE, "address = a\n", 0602);
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), ERR_REFUSED);
	put(PROFILE, "address = a\n", 0644);
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), 0);
	host_free(h);
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), ERR_REFUSED);
	free(dir);
}

static void expect_name(const char *name, const char *address, const char *user, int port)
{
	struct host *h = NULL;
	struct err e = {0};

	assert_int_equal(host_find(name, NULL, &h, &e), 0);
	assert_string_equal(h->name, name);
	assert_string_equal(h->address, address);
	if (user)
		assert_string_equal(h->user, user);
	else
		assert_null(h->user);
	assert_int_equal(h->port, port);
	assert_true(h->known);
	host_free(h);
}

static void test_names(void **state)
{
	static const char *const hostile[] = {"", "-oProxyCommand=x", "a b", "a\nb", "$(id)",
		"`id`", "a;b", "../etc", "/etc/passwd", ".hidden", "a'b", "a\"b", "a|b", "x@", "@x",
		"a@b:0", "a@b:99999", "a@b:22x", "[::1", "[::1]x", "[]", "a@[::1]:", "\033[31m",
		"\xff\xfe", "a@-b", "-a@b", "a\xe2\x80\xae", "a&b", "a>b", "a\\b", "a*b", "[a]"};
	struct host *h = NULL;
	struct err e = {0};

	(void)state;
	expect_name("twister@192.168.0.30", "192.168.0.30", "twister", 0);
	expect_name("twister@edge:2222", "edge", "twister", 2222);
	expect_name("edge.example.org", "edge.example.org", NULL, 0);
	expect_name("edge:22", "edge", NULL, 22);
	expect_name("[::1]:2222", "::1", NULL, 2222);
	expect_name("u@[fe80::1%eth0]", "fe80::1%eth0", "u", 0);
	expect_name("fe80::1", "fe80::1", NULL, 0);
	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		memset(&e, 0, sizeof e);
		if (host_find(hostile[i], NULL, &h, &e) != ERR_USAGE)
			fail_msg("\"%s\" was taken for a name", hostile[i]);
		assert_null(h);
		assert_true(e.text[0] && !strpbrk(e.text, "\n\033"));
	}
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), 0);
	assert_false(h->known);
	assert_null(h->address);
	host_free(h);
}

static void test_alias(void **state)
{
	struct host *h = NULL;
	struct err e = {0};
	char **names, *dir = at(".ssh/conf.d");
	size_t n;

	(void)state;
	put(".ssh/config",
		"Include conf.d/*\nHost *\n  User all\nHost web !old web2 \"quoted name\"\n"
		"  HostName 10.0.0.1\nHost wild*\n Port 22\n",
		0600);
	assert_int_equal(data_mkdir(dir, NULL), 0);
	free(dir);
	put(".ssh/conf.d/10", "Host edge2\nHostName 10.0.0.2\n", 0600);
	put(PROFILE, "address = a\n", 0600);
	put(".config/twistertui/hosts/web", "address = b\n", 0600);
	assert_int_equal(host_find("edge2", NULL, &h, &e), 0);
	assert_true(h->known && !h->from_profile && !h->address);
	host_free(h);
	assert_int_equal(host_find("wildcat", NULL, &h, &e), 0);
	assert_true(h->known);
	host_free(h);
	assert_int_equal(host_find("other", NULL, &h, &e), 0);
	assert_false(h->known);
	host_free(h);
	assert_int_equal(host_find("web", NULL, &h, &e), 0); /* a profile goes before an alias */
	assert_string_equal(h->address, "b");
	host_free(h);
	names = host_list(NULL, &n);
	assert_int_equal(n, 4);
	assert_string_equal(names[0], "edge2");
	assert_string_equal(names[1], "edgeserver");
	assert_string_equal(names[2], "web");
	assert_string_equal(names[3], "web2");
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

static void test_save(void **state)
{
	struct host *h = NULL;
	struct err e = {0};
	char *path = at(PROFILE), *text;
	struct stat st;

	(void)state;
	put(PROFILE, "# kept\naddress = old\nport = 2222\nkubeconfig = /k\n", 0600);
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), 0);
	free(h->address);
	h->address = xstrdup("192.168.0.30");
	h->user = xstrdup("twister");
	h->port = 0;
	assert_int_equal(host_save(h, &e), 0);
	host_free(h);
	text = data_read(path, 4096, NULL, &e);
	assert_string_equal(
		text, "# kept\naddress = 192.168.0.30\nkubeconfig = /k\nuser = twister\n");
	free(text);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	unlink(path);
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), 0);
	assert_false(h->known);
	h->address = xstrdup("10.1.1.1");
	h->identity = xstrdup("~/.ssh/id_edge");
	assert_int_equal(host_save(h, &e), 0);
	free(h->address);
	h->address = xstrdup("a\nsudo = never");
	assert_int_equal(host_save(h, &e), ERR_USAGE);
	host_free(h);
	assert_int_equal(host_find("edgeserver", NULL, &h, &e), 0);
	assert_true(h->from_profile);
	assert_string_equal(h->address, "10.1.1.1");
	assert_string_equal(h->identity, "~/.ssh/id_edge");
	host_free(h);
	free(path);
}

/* --- ssh_config ------------------------------------------------------------------------------ */

static void test_config_values(void **state)
{
	struct ssh_config c;
	struct err e = {0};
	char *want;

	(void)state;
	put(".ssh/config",
		"# a comment\nHost edge\n  HostName = 10.0.0.9\n  Port=2200\n\tUser\ttwister\n"
		"  IdentityFile ~/.ssh/%n_key\n  IdentityFile /keys/two\n  IdentitiesOnly yes\n"
		"  UserKnownHostsFile ~/.ssh/kh1 \"/tmp/k h2\"\n  HostKeyAlias real-edge\n"
		"  AddressFamily inet\n  ProxyCommand nc -X \"a b\" %h %p # kept\n  "
		"ServerAliveInterval 1m\n"
		"  StrictHostKeyChecking accept-new\n  PKCS11Provider /x.so\n"
		"Host *\n  Port 1\n  User nobody\n  ConnectTimeout 7\n",
		0600);
	assert_int_equal(ssh_config_read(NULL, "edge", NULL, &c, &e), 0);
	assert_string_equal(c.host_name, "10.0.0.9");
	assert_int_equal(c.port, 2200);
	assert_string_equal(c.user, "twister");
	assert_int_equal(c.identities.n, 2);
	want = at(".ssh/edge_key");
	assert_string_equal(c.identities.words[0], want);
	free(want);
	assert_int_equal(c.identities_only, 1);
	assert_int_equal(c.known_hosts.n, 2);
	assert_string_equal(c.known_hosts.words[1], "/tmp/k h2");
	assert_string_equal(c.host_key_alias, "real-edge");
	assert_int_equal(c.family, AF_INET);
	assert_string_equal(c.proxy_command, "nc -X \"a b\" 10.0.0.9 2200 # kept");
	assert_int_equal(c.alive_interval, 60);
	assert_int_equal(c.connect_timeout, 7);
	assert_int_equal(c.strict, STRICT_ACCEPT_NEW);
	assert_non_null(c.notes);
	ssh_config_clear(&c);
	assert_int_equal(ssh_config_read(NULL, "x", "me", &c, &e), 0);
	assert_int_equal(c.port, 1);
	assert_null(c.host_name);
	assert_int_equal(c.family, AF_UNSPEC);
	ssh_config_clear(&c);
}

/* With its tokens and its place; of ProxyJump and ProxyCommand the first one counts. */
static void test_config_jump(void **state)
{
	struct ssh_config c;
	struct err e = {0};
	char *want = at(".ssh/config");

	(void)state;
	put(".ssh/config",
		"Host a\n  HostName 10.0.0.9\n  ProxyJump %r@gate-%n:2200,%h\n  ProxyCommand nc\n"
		"Host b\n  ProxyCommand nc\n  ProxyJump gate\n"
		"Host c\n  ProxyJump none\n  ProxyCommand nc\n"
		"Host d\n  ProxyCommand none\nHost *\n  User me\n  ProxyJump all\n",
		0600);
	assert_int_equal(ssh_config_read(NULL, "a", NULL, &c, &e), 0);
	assert_string_equal(c.proxy_jump, "me@gate-a:2200,10.0.0.9");
	assert_null(c.proxy_command);
	assert_string_equal(c.jump_file, want);
	assert_int_equal(c.jump_line, 3);
	ssh_config_clear(&c);
	assert_int_equal(ssh_config_read(NULL, "b", NULL, &c, &e), 0);
	assert_string_equal(c.proxy_command, "nc");
	assert_null(c.proxy_jump);
	assert_null(c.jump_file);
	ssh_config_clear(&c);
	for (const char *name = "c"; name; name = *name == 'c' ? "d" : NULL) {
		assert_int_equal(ssh_config_read(NULL, name, NULL, &c, &e), 0);
		assert_null(c.proxy_jump);
		assert_null(c.proxy_command);
		ssh_config_clear(&c);
	}
	assert_int_equal(ssh_config_read(NULL, "e", NULL, &c, &e), 0);
	assert_string_equal(c.proxy_jump, "all");
	assert_int_equal(c.jump_line, 15);
	ssh_config_clear(&c);
	free(want);
}

static int port_of(const char *host, const char *user)
{
	struct ssh_config c;
	struct err e = {0};
	int port;

	assert_int_equal(ssh_config_read(NULL, host, user, &c, &e), 0);
	port = c.port;
	ssh_config_clear(&c);
	return port;
}

static void test_config_match(void **state)
{
	(void)state;
	put(".ssh/config",
		"Match originalhost a exec \"test %n = a\"\n  Port 11\n"
		"Match originalhost a2 exec \"exit 1\"\n  Port 12\n"
		"Match host 10.* user bob\n  Port 13\n"
		"Match !host x*,y* originalhost q?\n  Port 14\n"
		"Host ten\n  HostName 10.1.1.1\n"
		"Match final host 10.1.1.1\n  Port 15\n"
		"Host neg* !negative\n  Port 16\n"
		"Match all\n  Port 99\n",
		0600);
	assert_int_equal(port_of("a", NULL), 11);
	assert_int_equal(port_of("a2", NULL), 99);
	assert_int_equal(port_of("10.3", "bob"), 13);
	assert_int_equal(port_of("10.3", "eve"), 99);
	assert_int_equal(port_of("qq", NULL), 14);
	assert_int_equal(port_of("negate", NULL), 16);
	assert_int_equal(port_of("negative", NULL), 99);
	put(".ssh/config", "Host ten\n HostName 10.1.1.1\nMatch final host 10.1.1.1\n  Port 15\n",
		0600);
	assert_int_equal(port_of("ten", NULL), 15);
}

static void bad_config(const char *text, const char *want)
{
	struct ssh_config c;
	struct err e = {0};

	put(".ssh/config", text, 0600);
	assert_int_equal(ssh_config_read(NULL, "a", NULL, &c, &e), ERR_USAGE);
	if (!strstr(e.text, want))
		fail_msg("\"%s\" does not say \"%s\"", e.text, want);
	ssh_config_clear(&c);
}

static void test_config_errors(void **state)
{
	struct ssh_config c;
	struct err e = {0};

	(void)state;
	bad_config("Host *\nPort 0\n", "line 2: bad value for Port");
	bad_config("Port many\n", "line 1");
	bad_config("IdentitiesOnly maybe\n", "IdentitiesOnly");
	bad_config("User \"open\nHost b\n", "line 1");
	bad_config("User\n", "User");
	bad_config("Match nonsense x\n", "Match");
	bad_config("Include ~/.ssh/config\n", "deeper than 16");
	assert_int_equal(ssh_config_read("/no/such/config", "a", NULL, &c, &e), ERR_IO);
	assert_non_null(strstr(e.text, "/no/such/config"));
	ssh_config_clear(&c);
}

/* Whatever stands there, it is read to the end, within its bounds. */
static void test_config_hostile(void **state)
{
	unsigned seed = 7;
	char text[4096];

	(void)state;
	for (int round = 0; round < 300; round++) {
		static const char *const bits[] = {"Host ", "Match ", "=", "\"", "\\", "#", "\n",
			" ", "*", "!", "exec true", "Include x", "ProxyCommand %", "%h", "~",
			"Port 1", "\t", "\xff", "a", "\r"};
		struct ssh_config c;
		size_t n = 0;
		struct err e;

		while (n < 1000) {
			const char *bit = bits[rand_r(&seed) % (sizeof bits / sizeof bits[0])];

			memcpy(text + n, bit, strlen(bit));
			n += strlen(bit);
		}
		text[n] = '\0';
		put(".ssh/config", text, 0600);
		ssh_config_read(NULL, "a", NULL, &c, &e);
		ssh_config_clear(&c);
	}
}

/* --- data ------------------------------------------------------------------------------------ */

/* The files that a test makes belong to a group that is named after its user and has no other member. */
static bool own_group(void)
{
	const struct passwd *user = getpwuid(geteuid());
	const struct group *group = user ? getgrgid(getegid()) : NULL;

	return group && user->pw_gid == getegid() && strcmp(group->gr_name, user->pw_name) == 0 &&
		!group->gr_mem[0];
}

static void test_data(void **state)
{
	struct err e = {0};
	char *path, *text, *dir;
	size_t n;

	(void)state;
	path = at("file");
	assert_int_equal(data_write(path, "a\0b", 3, &e), 0);
	text = data_read(path, 3, &n, &e);
	assert_int_equal(n, 3);
	assert_memory_equal(text, "a\0b", 4);
	free(text);
	assert_null(data_read(path, 2, &n, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_null(data_read(home, 100, &n, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_null(data_read("/no/such", 100, &n, &e));
	assert_non_null(strstr(e.text, "/no/such"));
	assert_int_equal(data_safe(path, &e), 0);
	/* the group of one's own name is nobody else; everybody is */
	assert_int_equal(chmod(path, 0602), 0);
	assert_int_equal(data_safe(path, &e), ERR_REFUSED);
	assert_int_equal(chmod(path, 0620), 0);
	assert_int_equal(data_safe(path, &e), own_group() ? 0 : ERR_REFUSED);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 0, 1), 0);
		assert_int_equal(data_safe(path, &e), ERR_REFUSED);
	}
	free(path);
	setenv("XDG_STATE_HOME", "relative", 1);
	dir = data_state_dir();
	path = at(".local/state/twistertui");
	assert_string_equal(dir, path);
	free(dir);
	free(path);
	setenv("XDG_STATE_HOME", "/s", 1);
	dir = data_state_dir();
	assert_string_equal(dir, "/s/twistertui");
	free(dir);
	setenv("TWISTERTUI_DATADIR", "/data/here", 1);
	assert_string_equal(data_dir(NULL), "/data/here");
}

static void test_time_scale(void **state)
{
	(void)state;
	unsetenv("TWISTERTUI_TIME_SCALE");
	assert_true(host_time_scale() == 1);
	setenv("TWISTERTUI_TIME_SCALE", "0.1", 1);
	assert_true(host_time_scale() > 0.09 && host_time_scale() < 0.11);
	setenv("TWISTERTUI_TIME_SCALE", "-3", 1);
	assert_true(host_time_scale() == 1);
	setenv("TWISTERTUI_TIME_SCALE", "nan", 1);
	assert_true(host_time_scale() == 1);
	setenv("TWISTERTUI_TIME_SCALE", "1x", 1);
	assert_true(host_time_scale() == 1);
	setenv("TWISTERTUI_TIME_SCALE", "0.1", 1);
	assert_true(host_pause_scale() == host_time_scale());
	setenv("TWISTERTUI_TIME_SCALE", "1,0.25", 1);
	assert_true(host_time_scale() == 1 && host_pause_scale() == 0.25);
	setenv("TWISTERTUI_TIME_SCALE", "0.5,", 1);
	assert_true(host_time_scale() == 1 && host_pause_scale() == 1);
	setenv("TWISTERTUI_TIME_SCALE", "0.5,1000", 1);
	assert_true(host_time_scale() == 1 && host_pause_scale() == 1);
	unsetenv("TWISTERTUI_TIME_SCALE");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_profile),
		TEST(test_profile_errors),
		TEST(test_profile_writable),
		TEST(test_names),
		TEST(test_alias),
		TEST(test_save),
		TEST(test_config_values),
		TEST(test_config_jump),
		TEST(test_config_match),
		TEST(test_config_errors),
		TEST(test_config_hostile),
		TEST(test_data),
		TEST(test_time_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

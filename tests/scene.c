#include "tests/scene.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "tests/scratch.h"

static char home[64];

int scene_open(void **state)
{
	(void)state;
	snprintf(home, sizeof home, "%s/twistertui-scene-XXXXXX", scratch());
	if (!mkdtemp(home))
		return -1;
	setenv("HOME", home, 1);
	setenv("TMPDIR", home, 1);
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("NO_COLOR");
	unsetenv("COLORTERM");
	unsetenv("SSH_AUTH_SOCK");
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

int scene_close(void **state)
{
	(void)state;
	nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}

const char *scene_home(void)
{
	return home;
}

struct vt *scene_start(int rows, int cols, const char *const *args, const char *const *env)
{
	const char *top = getenv("TOP_BUILDDIR");
	const char *argv[16] = {NULL},
		   *all[32] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "LANGUAGE", "LANG"};
	char *program = xasprintf("%s/twistertui", top ? top : ".");
	struct vt *v;
	int n = 4;

	argv[0] = program;
	for (int i = 0; args && args[i] && i < 14; i++)
		argv[i + 1] = args[i];
	for (; env && *env && n < 31; env++)
		all[n++] = *env;
	v = vt_start(rows, cols, argv, all);
	free(program);
	return v;
}

struct vt *scene_demo(int rows, int cols, const char *const *env)
{
	static const char *const args[] = {"--demo", NULL};
	struct vt *v = scene_start(rows, cols, args, env);

	vt_wait(v, "17/22");
	return v;
}

void scene_quit(struct vt *v)
{
	int status;

	vt_keys(v, "q");
	status = vt_end(v);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	vt_assert_restored(v);
	vt_free(v);
}

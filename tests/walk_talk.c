#include "tests/walk_talk.h"

#include <stdlib.h>

#include "base/alloc.h"

struct talk *walk_talk(const struct walk *w, const char *more, const char *env)
{
	char *path = xasprintf("%s/twistertui",
		getenv("TOP_BUILDDIR") ? getenv("TOP_BUILDDIR") : ".");
	char *home = xasprintf("HOME=%s/home", w->dir);
	char *state = xasprintf("XDG_STATE_HOME=%s/state", w->dir);
	char *tmp = xasprintf("TMPDIR=%s/tmp", w->dir);
	const char *argv[] = {path, "--linear", w->which, more, NULL};
	/* On a slow machine what the console waits for only a while (open runs, figures) takes longer. */
	const char *envs[] = {home, state, tmp, "TERM=dumb", "DEMO_FAST=1", "TWISTERTUI_TIME_SCALE=5,1",
		"XDG_CONFIG_HOME", "ACCESSIBLE", "LANGUAGE", "LANG", env, NULL};
	struct talk *t = talk_start(argv, envs);

	free(path);
	free(home);
	free(state);
	free(tmp);
	return t;
}

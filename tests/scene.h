/* scene: the built program in a home of its own, for tests of the screen. */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include "tests/vt.h"

/* Makes the home (cmocka group set-up and tear-down). */
int scene_open(void **state);
int scene_close(void **state);
const char *scene_home(void);
/* `twistertui ARG…` (NULL-terminated) there; env as in vt_start, or NULL. */
struct vt *scene_start(int rows, int cols, const char *const *args, const char *const *env);
/* --demo at that size, overview complete. */
struct vt *scene_demo(int rows, int cols, const char *const *env);
/* q, and that it ends with 0 and gives the terminal back; frees. */
void scene_quit(struct vt *v);

#endif

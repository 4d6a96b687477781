/* walk_talk: the built-in EdgeServer of a walk, in the linear mode, through pipes. */
#ifndef TESTS_WALK_TALK_H
#define TESTS_WALK_TALK_H

#include "tests/talk.h"
#include "tests/walk.h"

/* `twistertui --linear --demo… MORE` (w->which; more may be NULL) in the walk's home; env: one more "NAME=value", or
 * NULL. talk_free() it. */
struct talk *walk_talk(const struct walk *w, const char *more, const char *env);

#endif

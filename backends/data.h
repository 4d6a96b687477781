/* data: where the program's own files are: collect/, remote/, demo/, phases/, themes/. */
#ifndef BACKENDS_DATA_H
#define BACKENDS_DATA_H

#include <stddef.h>

struct err;

/* TWISTERTUI_DATADIR, else the source tree when run from a build tree, else $(pkgdatadir). Borrowed. argv0 only the first time, else NULL. */
const char *data_dir(const char *argv0);
/* Whole file of at most max bytes, owned and 0-terminated; NULL and *e (names the path). */
char *data_read(const char *path, size_t max, size_t *n, struct err *e);
/* $XDG_STATE_HOME/twistertui and $XDG_CONFIG_HOME/twistertui, owned. */
char *data_state_dir(void);
char *data_config_dir(void);
/* mkdir -p with mode 0700. */
int data_mkdir(const char *path, struct err *e);
/* 0 when path (file or folder) belongs to us or root and nobody else may write to it, ERR_REFUSED otherwise. */
int data_safe(const char *path, struct err *e);

#endif

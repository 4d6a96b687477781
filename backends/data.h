/* data: where the program's own files are: collect/, remote/, demo/, phases/, themes/. */
#ifndef BACKENDS_DATA_H
#define BACKENDS_DATA_H

#include <stddef.h>

struct err;

/*
 * $TWISTERTUI_DATADIR, else share/twistertui beside the program (a build folder) or beside its folder
 * (PREFIX/bin/../share), else $(pkgdatadir). Borrowed, found once. argv0 only the first time, else NULL.
 */
const char *data_dir(const char *argv0);
/* The folder for bindtextdomain(), found in the same way. Owned. */
char *data_locale_dir(void);
/* Whole file of at most max bytes, owned and 0-terminated; NULL and *e (names the path). n may be NULL. */
char *data_read(const char *path, size_t max, size_t *n, struct err *e);
/* $XDG_STATE_HOME/twistertui and $XDG_CONFIG_HOME/twistertui, owned. */
char *data_state_dir(void);
char *data_config_dir(void);
/* The user's home folder ($HOME, else the password file's), owned. */
char *data_home(void);
/* mkdir -p with mode 0700. 0 or ERR_IO. */
int data_mkdir(const char *path, struct err *e);
/* Writes the whole file (0600): a new one beside it, synced, then renamed over it. 0 or ERR_IO. */
int data_write(const char *path, const void *bytes, size_t n, struct err *e);
/* The same without waiting for the disk: for what may be lost with the power. */
int data_write_soon(const char *path, const void *bytes, size_t n, struct err *e);
/* 0 when path (file or folder) belongs to us or root and nobody else may write to it, ERR_REFUSED otherwise,
 * ERR_IO when it cannot be looked at. */
int data_safe(const char *path, struct err *e);

#endif

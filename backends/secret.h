/*
 * secret: bytes that are neither swapped out, dumped with a core nor left behind: a password between the
 * dialog and the server. Each lives in pages of its own, locked if the system's limit allows it.
 */
#ifndef BACKENDS_SECRET_H
#define BACKENDS_SECRET_H

#include <stddef.h>

/* A copy of n bytes with a 0 after them; secret_free it. Never NULL. */
char *secret_dup(const void *bytes, size_t n);
/* Wipes and frees; n as given to secret_dup. NULL is fine. */
void secret_free(char *secret, size_t n);

#endif

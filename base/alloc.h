/* alloc: memory that is always there. Out of memory ends the program, terminal restored. */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

/* All return owned memory (free() it) and never NULL. */
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t count, size_t size); /* checks count * size */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Called once before the program aborts for want of memory (the screen gives the terminal back). */
void alloc_on_failure(void (*hook)(void));

/* free(*p) and *p = NULL. */
#define FREE(p) (free(p), (p) = NULL)

#endif

/* match: PCRE2 with limits, for filters, searches and parameter patterns. */
#ifndef BASE_MATCH_H
#define BASE_MATCH_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct match; /* one compiled pattern with its own match data and JIT stack; one thread at a time */

enum match_flags {
	MATCH_CASELESS = 1, /* smart case is the caller's: pass it when the pattern has no capital */
	MATCH_WHOLE = 2,    /* anchored at both ends */
	MATCH_LITERAL = 4,
};

/* Compiles; UTF, invalid UTF matched around, \C forbidden. On error NULL, and *e names the offset. */
struct match *match_new(const char *pattern, int flags, struct err *e);
void match_free(struct match *m);

/* 1 found (offsets of the match in *start, *end; both may be NULL), 0 not, ERR_LIMIT when the
 * match limit or JIT stack ended it: that is an error to show, not "no". */
int match_find(struct match *m, const char *s, size_t n, size_t from, size_t *start, size_t *end);

/* What was typed into a filter, by the smart-case rule: *m (may hold one, which is freed) is
 * replaced, by NULL when pattern is empty. ERR_USAGE: *m stays as it was, and *e names the offset.
 */
int match_filter(struct match **m, const char *pattern, struct err *e);

/* True when pattern has no upper-case letter (\S and its like are none): the smart-case rule. */
bool match_smart_caseless(const char *pattern);

#endif

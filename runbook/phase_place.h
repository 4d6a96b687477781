/*
 * phase_place: where in a JSON text a value stands. cJSON keeps no positions, so the text is
 * walked again along the path by which the value was reached; done only when there is something
 * to complain about.
 */
#ifndef RUNBOOK_PHASE_PLACE_H
#define RUNBOOK_PHASE_PLACE_H

#include <stddef.h>

/* One step of a path; the outermost value has up NULL. */
struct place {
	const struct place *up;
	const char *key; /* member of an object, or NULL */
	int index; /* from 0: which element, or with a key which of several members of that name */
};

/*
 * Byte offset in text (which parses) of the member's key or of the element; the nearest enclosing
 * one that is there.
 */
size_t place_offset(const char *text, size_t n, const struct place *p);
/* The same as a line, from 1. */
int place_line(const char *text, size_t n, const struct place *p);

#endif

/* json: cJSON with its traps closed (facts: case-insensitive look-ups, rounded integers, trailing text). */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct err;

/* Parses exactly n bytes; anything but white space after the value is an error that names line and
 * column. name (a file or "reply of kubectl") goes into the message. NULL and *e on error.
 * cJSON_Delete() the result. */
cJSON *json_parse(const char *bytes, size_t n, const char *name, struct err *e);

/* Like json_parse but also gives the offset where the value ended, for streams of values. */
cJSON *json_parse_next(const char *bytes, size_t n, size_t *end);

/* Case-sensitive member, or NULL. A path is names separated by '/': "status/phase". */
const cJSON *json_get(const cJSON *object, const char *path);
/* Borrowed raw string of a member, or NULL when absent or not a string. Not text yet: text_dup it. */
const char *json_str(const cJSON *object, const char *path);
/* Owned clean text of a member, or a copy of fallback (which may be NULL). */
char *json_text(const cJSON *object, const char *path, const char *fallback);
/* Number of a member: a JSON number or a string that is one; NAN otherwise. */
double json_num(const cJSON *object, const char *path);
bool json_bool(const cJSON *object, const char *path, bool fallback);

/* 1-based line number of byte offset `at` in bytes, for messages. */
int json_line(const char *bytes, size_t at);

#endif

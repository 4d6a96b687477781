/* host_private: what reading and saving profiles share. Only host*.c include it. */
#ifndef BACKENDS_HOST_PRIVATE_H
#define BACKENDS_HOST_PRIVATE_H

#include "backends/host.h"

#define PROFILE_MAX ((size_t)64 << 10)

/* Letters, digits, "._:%-+@[]"; no leading dot or dash. */
bool host_name_ok(const char *s);
/* Owned. */
char *host_profiles_dir(void);
char *host_profile_path(const char *name);
bool host_key_known(const char *key);
/* NULL when the value suits the key, else what it should be. */
const char *host_value_wrong(const char *key, const char *value);
/* White space at both ends goes, in place. */
char *host_trim(char *s);

#endif

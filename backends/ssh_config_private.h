/* ssh_config_private: what reading the files and knowing the keywords share. Only ssh_config*.c include it. */
#ifndef BACKENDS_SSH_CONFIG_PRIVATE_H
#define BACKENDS_SSH_CONFIG_PRIVATE_H

#include "backends/ssh_config.h"

/* Adds a copy, once. */
void ssh_config_list_add(struct ssh_config_list *l, const char *word);
/* words[0] is the keyword (one we do not know is no error), rest all after it. 0, or -1: it makes no sense. */
int ssh_config_value(struct ssh_config *c, char **words, size_t n, const char *rest);
/* True when this would change how or with whom one talks, and we do not do it. */
bool ssh_config_ignores(const char *keyword, const char *value);

#endif

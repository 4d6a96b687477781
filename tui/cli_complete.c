/* cli_complete: what the shells' completions offer: one word a line. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/host.h"
#include "base/alloc.h"
#include "runbook/phase.h"
#include "tui/cli.h"
#include "tui/options.h"

static void list_hosts(const struct options *o)
{
	size_t n;
	char **names = host_list(o->ssh_config, &n);

	for (size_t i = 0; i < n; i++) {
		puts(names[i]);
		free(names[i]);
	}
	free(names);
}

static void list_phases(void)
{
	struct phase_entry *entries = NULL;
	size_t n = 0;

	phase_list(&entries, &n);
	for (size_t i = 0; i < n; i++)
		puts(entries[i].id);
	phase_entries_free(entries, n);
}

/* The user's own come first; one that stands in both folders is named twice, which no shell minds. */
static void list_themes(const char *folder)
{
	char *path = xasprintf("%s/themes", folder);
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		size_t n = strlen(entry->d_name);

		if (n > 6 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 6, ".theme") == 0)
			printf("%.*s\n", (int)n - 6, entry->d_name);
	}
	if (dir)
		closedir(dir);
	free(path);
}

int cli_complete(const struct options *o)
{
	char *config = data_config_dir();
	int status = 0;

	if (strcmp(o->what, "hosts") == 0) {
		list_hosts(o);
	} else if (strcmp(o->what, "phases") == 0) {
		list_phases();
	} else if (strcmp(o->what, "themes") == 0) {
		list_themes(config);
		list_themes(data_dir(NULL));
	} else {
		status = 2;
	}
	free(config);
	return status;
}

/*
 * collect_read NAME MARK [root]: reads a collector's answer from standard input and says what its
 * parser made of it, one line each: state, reason, fact NAME VALUE, note LEVEL TEXT, row TABLE TAG.
 * For the tests of the collectors' shell.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "backends/status.h"
#include "base/buf.h"

static enum panel_id panel_named(const char *name)
{
	int id = 0;

	while (id < PANEL_COUNT && strcmp(panel_name((enum panel_id)id), name) != 0)
		id++;
	return (enum panel_id)id;
}

static void panel_print(const struct panel *p)
{
	printf("state %s\n", status_state_name(p->state));
	if (p->reason)
		printf("reason %s\n", p->reason);
	for (size_t i = 0; i < p->nfacts; i++) {
		const struct fact *f = &p->facts[i];

		if (f->text)
			printf("fact %s %s\n", f->name, f->text);
		else
			printf("fact %s %.0f\n", f->name, f->value);
	}
	for (size_t i = 0; i < p->nnotes; i++)
		printf("note %s %s\n", status_level_name(p->notes[i].level), p->notes[i].text);
	for (int t = 0; t < p->ntables; t++)
		for (size_t i = 0; i < p->tables[t].nrows; i++)
			printf("row %s %s\n", p->tables[t].id, p->tables[t].rows[i].tag);
}

int main(int argc, char **argv)
{
	struct collect_input in = {0};
	struct panel *p;
	struct buf b;
	char block[65536];
	size_t n;
	int rc;

	if (argc < 3 || panel_named(argv[1]) == PANEL_COUNT) {
		fprintf(stderr, "usage: collect_read NAME MARK [root] <ANSWER\n");
		return 2;
	}
	buf_init(&b, 0);
	while ((n = fread(block, 1, sizeof(block), stdin)) > 0)
		buf_add(&b, block, n);
	in.bytes = buf_str(&b);
	in.len = b.len;
	in.mark = argv[2];
	in.as_root = argc > 3 && strcmp(argv[3], "root") == 0;
	rc = collect_parse(panel_named(argv[1]), &in, &p);
	panel_print(p);
	panel_unref(p);
	buf_clear(&b);
	return rc == 0 ? 0 : 1;
}

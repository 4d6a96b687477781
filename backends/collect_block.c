/* What df and lsblk say: read by the collectors of disks and of LVM. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "base/alloc.h"
#include "base/json.h"

#define DF_FIELDS_MAX 64

static bool is_figure(const struct field *f)
{
	return field_is(f, "-") || !isnan(field_number(f));
}

/* "84%" or "-" */
static bool is_percent(const struct field *f)
{
	struct field number = {f->at, f->len ? f->len - 1 : 0};

	return field_is(f, "-") || (f->len > 1 && f->at[f->len - 1] == '%' && is_figure(&number));
}

/*
 * "SOURCE [TYPE] SIZE USED AVAILABLE 84% MOUNT". Source and mount may hold blanks ("//nas/our
 * files"), so the line is hung up on its four figures.
 */
static bool df_line_parse(const char *line, size_t len, bool typed, struct df_line *out)
{
	struct field f[DF_FIELDS_MAX], source, mount, percent;
	int n = fields_split(line, len, 1, f, DF_FIELDS_MAX);
	int first = typed ? 2 : 1;
	int i;

	for (i = first; i + 4 < n; i++)
		if (is_figure(&f[i]) && is_figure(&f[i + 1]) && is_figure(&f[i + 2]) &&
			is_percent(&f[i + 3]))
			break;
	if (i + 4 >= n)
		return false;
	memset(out, 0, sizeof(*out));
	if (typed)
		field_copy(&f[i - 1], out->type, sizeof(out->type));
	source.at = f[0].at;
	source.len = (size_t)(f[i - first].at - f[0].at) + f[i - first].len;
	field_copy(&source, out->source, sizeof(out->source));
	mount.at = f[i + 4].at;
	mount.len = (size_t)(line + len - mount.at);
	field_copy(&mount, out->mount, sizeof(out->mount));
	out->size = field_number(&f[i]);
	out->used = field_number(&f[i + 1]);
	out->available = field_number(&f[i + 2]);
	percent = f[i + 3];
	percent.len--;
	out->percent = field_number(&percent);
	return true;
}

void df_parse(const struct section *s, struct df *out)
{
	const char *line;
	size_t at = 0, len, cap = 0;
	bool typed;

	memset(out, 0, sizeof(*out));
	if (!s || !section_line(s, &at, &line, &len))
		return;
	typed = memmem(line, len, "Type", 4) != NULL;
	while (out->count < DF_LINES_MAX && section_line(s, &at, &line, &len)) {
		if (out->count == cap) {
			cap = cap ? 2 * cap : 16;
			out->lines = xrealloc(out->lines, cap, sizeof(*out->lines));
		}
		if (df_line_parse(line, len, typed, &out->lines[out->count]))
			out->count++;
	}
}

void df_clear(struct df *df)
{
	FREE(df->lines);
	df->count = 0;
}

const struct df_line *df_find(const struct df *df, const char *mount)
{
	/* The last one: what was mounted over the others is what a process meets. */
	for (size_t i = df->count; i > 0; i--)
		if (strcmp(df->lines[i - 1].mount, mount) == 0)
			return &df->lines[i - 1];
	return NULL;
}

static const char *string_or_empty(const cJSON *json, const char *member)
{
	const char *s = json_str(json, member);

	return s ? s : "";
}

/* "mountpoints": [null, "/"] since util-linux 2.37, "mountpoint": "/" before. */
static const char *first_mount(const cJSON *json)
{
	const cJSON *mount;

	cJSON_ArrayForEach(mount,
		json_get(json, "mountpoints")) if (cJSON_IsString(mount) &&
						   mount->valuestring[0]) return mount->valuestring;
	return string_or_empty(json, "mountpoint");
}

/* true, "1" (before 2.33) or nothing. */
static int rotational(const cJSON *json)
{
	const cJSON *rota = json_get(json, "rota");

	if (cJSON_IsBool(rota))
		return cJSON_IsTrue(rota);
	if (cJSON_IsString(rota))
		return rota->valuestring[0] == '1';
	return -1;
}

static void walk(const cJSON *list, int depth, block_fn *fn, void *arg)
{
	const cJSON *json;

	if (depth == BLOCK_DEPTH_MAX)
		return;
	cJSON_ArrayForEach(json, list)
	{
		struct block b = {
			.json = json,
			.name = string_or_empty(json, "name"),
			.type = string_or_empty(json, "type"),
			.fstype = string_or_empty(json, "fstype"),
			.model = string_or_empty(json, "model"),
			.mount = first_mount(json),
			.size = json_num(json, "size"),
			.rotational = rotational(json),
			.depth = depth,
		};

		fn(&b, arg);
		walk(json_get(json, "children"), depth + 1, fn, arg);
	}
}

bool block_walk(const struct section *s, block_fn *fn, void *arg)
{
	cJSON *json = section_json(s);
	const cJSON *list = json_get(json, "blockdevices");
	bool found = cJSON_IsArray(list);

	if (found)
		walk(list, 0, fn, arg);
	cJSON_Delete(json);
	return found;
}

#include "runbook/values.h"

#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "base/alloc.h"
#include "base/err.h"
#include "base/json.h"
#include "runbook/phase.h"

#define FILE_MAX ((size_t)1 << 20)

bool values_kept(const struct param *p)
{
	switch (p->type) {
	case PARAM_TEXT:
	case PARAM_SIZE:
	case PARAM_INTEGER:
	case PARAM_BOOL:
		return true;
	case PARAM_CHOICE:
	case PARAM_CHOICES:
	case PARAM_SECRET:
		break;
	}
	return false;
}

cJSON *values_read(const char *state_dir, const char *host)
{
	char *path = xasprintf("%s/values/%s", state_dir, host);
	cJSON *values = NULL;
	struct err e;
	char *bytes;
	size_t n;

	bytes = data_read(path, FILE_MAX, &n, &e);
	if (bytes)
		values = json_parse(bytes, n, path, &e);
	if (!cJSON_IsObject(values)) {
		cJSON_Delete(values);
		values = cJSON_CreateObject();
	}
	free(bytes);
	free(path);
	return values;
}

static int write_all(const char *state_dir, const char *host, const cJSON *values, struct err *e)
{
	char *folder = xasprintf("%s/values", state_dir), *path = xasprintf("%s/%s", folder, host);
	char *bytes = cJSON_Print(values);
	int rc = data_mkdir(folder, e);

	if (rc == 0)
		rc = data_write_soon(path, bytes, strlen(bytes), e);
	cJSON_free(bytes);
	free(path);
	free(folder);
	return rc;
}

int values_write(const char *state_dir, const char *host, const cJSON *changes, struct err *e)
{
	cJSON *values = values_read(state_dir, host);
	const cJSON *it;
	bool other = false;
	int rc = 0;

	cJSON_ArrayForEach(it, changes) {
		const char *was = json_str(values, it->string);

		if (!was != !cJSON_IsString(it) || (was && strcmp(was, it->valuestring) != 0)) {
			other = true;
			cJSON_DeleteItemFromObjectCaseSensitive(values, it->string);
			if (cJSON_IsString(it))
				cJSON_AddStringToObject(values, it->string, it->valuestring);
		}
	}
	if (other)
		rc = write_all(state_dir, host, values, e);
	cJSON_Delete(values);
	return rc;
}

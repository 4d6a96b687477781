#include "tui/record.h"

#include <math.h>

#include "backends/host.h"
#include "runbook/store.h"

#define SKEW_RECORDED_MS 250 /* the clock is recorded again when it has moved by more */

static void record(struct store *store, const char *kind, cJSON *fields)
{
	if (store)
		store_record(store, kind, fields);
	else
		cJSON_Delete(fields);
}

void record_console(struct store *store, const struct host *host, bool read_only)
{
	cJSON *fields = cJSON_CreateObject();

	cJSON_AddBoolToObject(fields, "read_only", read_only);
	cJSON_AddStringToObject(fields, "peer", host->address ? host->address : host->name);
	record(store, "console", fields);
}

const char *record_link_name(enum link_state s)
{
	static const char *const names[] = {
		[LINK_IDLE] = "idle",
		[LINK_RESOLVING] = "resolving",
		[LINK_CONNECTING] = "connecting",
		[LINK_HOSTKEY] = "host-key",
		[LINK_AUTH] = "authenticating",
		[LINK_UP] = "up",
		[LINK_LOST] = "lost",
		[LINK_STOPPED] = "stopped",
	};

	return names[s];
}

void record_link(struct store *store, enum link_state state, const char *text)
{
	cJSON *fields;

	if (state != LINK_UP && state != LINK_LOST && state != LINK_STOPPED)
		return;
	fields = cJSON_CreateObject();
	cJSON_AddStringToObject(fields, "state", record_link_name(state));
	cJSON_AddStringToObject(fields, "text", text ? text : "");
	record(store, "link", fields);
}

void record_clock(struct store *store, double before_ms, double now_ms)
{
	cJSON *fields;

	if (isnan(now_ms) || (!isnan(before_ms) && fabs(before_ms - now_ms) < SKEW_RECORDED_MS))
		return;
	fields = cJSON_CreateObject();
	cJSON_AddNumberToObject(fields, "offset_ms", round(now_ms));
	record(store, "clock", fields);
}

void record_root(struct store *store, enum root_state state)
{
	static const char *const names[] = {
		[ROOT_NONE] = "none",
		[ROOT_OPENING] = "opening",
		[ROOT_PASSWORD] = "password",
		[ROOT_UP] = "up",
		[ROOT_REFUSED] = "refused",
		[ROOT_NEVER] = "never",
	};
	cJSON *fields;

	if (state == ROOT_OPENING || state == ROOT_PASSWORD)
		return;
	fields = cJSON_CreateObject();
	cJSON_AddStringToObject(fields, "state", names[state]);
	record(store, "root", fields);
}

void record_lock(struct store *store, const struct server_event *ev)
{
	cJSON *fields = cJSON_CreateObject();

	cJSON_AddBoolToObject(fields, "ours", ev->u.lock.ours);
	cJSON_AddBoolToObject(fields, "stale", ev->u.lock.stale);
	cJSON_AddStringToObject(fields, "holder", ev->u.lock.holder ? ev->u.lock.holder : "");
	record(store, "lock", fields);
}

#include "backends/facts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/units.h"

const struct fact_def fact_defs[] = {
	{"host.cpu.percent", UNIT_PERCENT, PANEL_HOST, BETTER_LOWER, N_("processor use")},
	{"host.cpus", UNIT_COUNT, PANEL_HOST, BETTER_NONE, N_("processors")},
	{"host.memory.percent", UNIT_PERCENT, PANEL_HOST, BETTER_LOWER, N_("memory use")},
	{"host.memory.total", UNIT_BYTES, PANEL_HOST, BETTER_NONE, N_("memory")},
	{"host.memory.available", UNIT_BYTES, PANEL_HOST, BETTER_HIGHER, N_("available memory")},
	{"host.swap.used", UNIT_BYTES, PANEL_HOST, BETTER_LOWER, N_("swap in use")},
	{"host.load1", UNIT_NUMBER, PANEL_HOST, BETTER_LOWER, N_("load, 1 minute")},
	{"host.load5", UNIT_NUMBER, PANEL_HOST, BETTER_LOWER, N_("load, 5 minutes")},
	{"host.load15", UNIT_NUMBER, PANEL_HOST, BETTER_LOWER, N_("load, 15 minutes")},
	{"host.uptime", UNIT_SECONDS, PANEL_HOST, BETTER_HIGHER, N_("uptime")},
	{"host.kernel", UNIT_TEXT, PANEL_HOST, BETTER_NONE, N_("kernel")},
	{"host.system", UNIT_TEXT, PANEL_HOST, BETTER_NONE, N_("system")},
	{"host.units.failed", UNIT_COUNT, PANEL_HOST, BETTER_LOWER, N_("failed units")},
	{"disk.root.size", UNIT_BYTES, PANEL_DISKS, BETTER_HIGHER, N_("size of /")},
	{"disk.root.used", UNIT_BYTES, PANEL_DISKS, BETTER_LOWER, N_("used on /")},
	{"disk.root.free", UNIT_BYTES, PANEL_DISKS, BETTER_HIGHER, N_("free on /")},
	{"disk.root.percent", UNIT_PERCENT, PANEL_DISKS, BETTER_LOWER, N_("use of /")},
	{"disk.root.inodes.percent", UNIT_PERCENT, PANEL_DISKS, BETTER_LOWER, N_("inodes used on /")},
	{"disk.unallocated", UNIT_BYTES, PANEL_DISKS, BETTER_NONE, N_("unallocated on disks and volume groups")},
	{"disk.logs", UNIT_BYTES, PANEL_DISKS, BETTER_LOWER, N_("size of /var/log")},
	{"disk.journal", UNIT_BYTES, PANEL_DISKS, BETTER_LOWER, N_("size of the journal")},
	{"lvm.root.size", UNIT_BYTES, PANEL_LVM, BETTER_HIGHER, N_("size of the root volume")},
	{"lvm.vg.size", UNIT_BYTES, PANEL_LVM, BETTER_HIGHER, N_("size of the root's volume group")},
	{"lvm.vg.free", UNIT_BYTES, PANEL_LVM, BETTER_NONE, N_("free in the root's volume group")},
	{"pods.total", UNIT_COUNT, PANEL_PODS, BETTER_NONE, N_("pods that should run")},
	{"pods.running", UNIT_COUNT, PANEL_PODS, BETTER_HIGHER, N_("pods running")},
	{"pods.ready", UNIT_COUNT, PANEL_PODS, BETTER_HIGHER, N_("pods ready")},
	{"pods.evicted", UNIT_COUNT, PANEL_PODS, BETTER_LOWER, N_("evicted pods")},
	{"pods.failed", UNIT_COUNT, PANEL_PODS, BETTER_LOWER, N_("failed pods")},
	{"pods.crashing", UNIT_COUNT, PANEL_PODS, BETTER_LOWER, N_("crash-looping pods")},
	{"pods.restarts.max", UNIT_COUNT, PANEL_PODS, BETTER_LOWER, N_("most restarts of a pod")},
	{"pods.replicasets.empty", UNIT_COUNT, PANEL_PODS, BETTER_LOWER, N_("empty ReplicaSets")},
	{"node.ready", UNIT_BOOL, PANEL_PODS, BETTER_HIGHER, N_("node ready")},
	{"node.diskpressure", UNIT_BOOL, PANEL_PODS, BETTER_LOWER, N_("DiskPressure")},
	{"docker.active", UNIT_BOOL, PANEL_DOCKER, BETTER_HIGHER, N_("Docker answers")},
	{"docker.version", UNIT_TEXT, PANEL_DOCKER, BETTER_NONE, N_("Docker version")},
	{"docker.containers.running", UNIT_COUNT, PANEL_DOCKER, BETTER_HIGHER, N_("containers running")},
	{"docker.containers.total", UNIT_COUNT, PANEL_DOCKER, BETTER_NONE, N_("containers")},
	{"docker.images", UNIT_COUNT, PANEL_DOCKER, BETTER_NONE, N_("images")},
	{"docker.reclaimable", UNIT_BYTES, PANEL_DOCKER, BETTER_LOWER, N_("reclaimable Docker space")},
	{"docker.driver", UNIT_TEXT, PANEL_DOCKER, BETTER_NONE, N_("storage driver")},
	{"docker.log.driver", UNIT_TEXT, PANEL_DOCKER, BETTER_NONE, N_("log driver")},
	{"docker.log.limited", UNIT_BOOL, PANEL_DOCKER, BETTER_HIGHER, N_("container logs are limited")},
	{"docker.configured", UNIT_BOOL, PANEL_DOCKER, BETTER_HIGHER, N_("daemon.json is there")},
	{"backup.postgres.age", UNIT_SECONDS, PANEL_BACKUPS, BETTER_LOWER, N_("age of the PostgreSQL backup")},
	{"backup.postgres.size", UNIT_BYTES, PANEL_BACKUPS, BETTER_NONE, N_("size of the PostgreSQL backup")},
	{"backup.postgres.count", UNIT_COUNT, PANEL_BACKUPS, BETTER_NONE, N_("PostgreSQL backups kept")},
	{"backup.redis.age", UNIT_SECONDS, PANEL_BACKUPS, BETTER_LOWER, N_("age of the Redis backup")},
	{"backup.redis.size", UNIT_BYTES, PANEL_BACKUPS, BETTER_NONE, N_("size of the Redis backup")},
	{"backup.redis.count", UNIT_COUNT, PANEL_BACKUPS, BETTER_NONE, N_("Redis backups kept")},
	{"backup.scheduled", UNIT_BOOL, PANEL_BACKUPS, BETTER_HIGHER, N_("backups are scheduled")},
	{NULL, UNIT_COUNT, PANEL_HOST, BETTER_NONE, NULL},
};

const struct fact_def *fact_def_find(const char *name)
{
	for (const struct fact_def *d = fact_defs; d->name; d++)
		if (strcmp(d->name, name) == 0)
			return d;
	return NULL;
}

const char *unit_name(enum unit u)
{
	static const char *const names[] = {
		[UNIT_COUNT] = "count", [UNIT_BYTES] = "bytes", [UNIT_PERCENT] = "percent",
		[UNIT_SECONDS] = "seconds", [UNIT_BYTES_S] = "bytes/s", [UNIT_BOOL] = "bool",
		[UNIT_TEXT] = "text", [UNIT_NUMBER] = "number",
	};
	return names[u];
}

char *fact_format(enum unit u, double value, const char *text, char out[FACT_TEXT_SIZE])
{
	char figure[UNITS_SIZE];

	if (u == UNIT_TEXT)
		snprintf(out, FACT_TEXT_SIZE, "%s", text ? text : "?");
	else if (isnan(value))
		snprintf(out, FACT_TEXT_SIZE, "?");
	else if (u == UNIT_BYTES)
		snprintf(out, FACT_TEXT_SIZE, "%s", units_bytes(value, figure));
	else if (u == UNIT_BYTES_S)
		snprintf(out, FACT_TEXT_SIZE, "%s/s", units_bytes(value, figure));
	else if (u == UNIT_PERCENT)
		snprintf(out, FACT_TEXT_SIZE, "%.0f %%", value);
	else if (u == UNIT_SECONDS)
		snprintf(out, FACT_TEXT_SIZE, "%s", units_duration(value, figure));
	else if (u == UNIT_BOOL)
		snprintf(out, FACT_TEXT_SIZE, "%s", value != 0 ? _("yes") : _("no"));
	else if (u == UNIT_NUMBER)
		snprintf(out, FACT_TEXT_SIZE, "%.2f", value);
	else
		snprintf(out, FACT_TEXT_SIZE, "%.0f", value);
	return out;
}

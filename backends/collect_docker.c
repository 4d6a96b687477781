/* The Docker daemon, its configuration, containers, images, and what they take. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "backends/collect_kube.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/units.h"

static const struct column daemon_columns[] = {
	{"name", N_("Docker"), CELL_TEXT, 20, 0},
	{"value", N_("value"), CELL_TEXT, 0, 0},
};

static const struct column container_columns[] = {
	{"name", N_("container"), CELL_TEXT, 0, 0},
	{"image", N_("image"), CELL_TEXT, 24, 1},
	{"state", N_("state"), CELL_TEXT, 10, 0},
	{"status", N_("status"), CELL_TEXT, 22, 0},
	{"policy", N_("restart policy"), CELL_TEXT, 14, 1},
	{"restarts", N_("restarts"), CELL_COUNT, 8, 2},
	{"logs", N_("log limit"), CELL_TEXT, 10, 2},
	{"started", N_("started"), CELL_AGE, 7, 3},
};

static const struct column image_columns[] = {
	{"name", N_("image"), CELL_TEXT, 0, 0},
	{"size", N_("size"), CELL_BYTES, 8, 0},
	{"created", N_("created"), CELL_TEXT, 16, 1},
	{"id", N_("ID"), CELL_TEXT, 14, 2},
};

static const struct column usage_columns[] = {
	{"type", N_("what"), CELL_TEXT, 0, 0},
	{"total", N_("number"), CELL_COUNT, 7, 0},
	{"active", N_("in use"), CELL_COUNT, 7, 1},
	{"size", N_("size"), CELL_BYTES, 8, 0},
	{"reclaimable", N_("reclaimable"), CELL_BYTES, 11, 0},
};

struct docker {
	const struct collect_job *job;
	struct table *daemon;
	cJSON *info;   /* of docker info, or NULL */
	cJSON *config; /* daemon.json, or NULL */
	cJSON **inspected;
	size_t ninspected;
	double configured; /* daemon.json: 1 there, 0 not, NAN it cannot be known */
	int unlimited;     /* containers that write logs without a limit */
	struct buf unlimited_names;
};

/* docker counts in thousands: "4.049MB", "28.3kB", "0B", "1.2GB (40%)". NAN when it is none. */
static double docker_bytes(const char *s)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = {{"B", 1}, {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
		{"PB", 1e15}};
	char *end;
	double number;
	size_t n;

	if (!s || *s < '0' || *s > '9')
		return NAN;
	number = strtod(s, &end);
	n = strcspn(end, " ");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].unit) == n && memcmp(units[i].unit, end, n) == 0)
			return number * units[i].factor;
	return NAN;
}

static void daemon_row(struct docker *d, const char *name, const char *value, enum level level)
{
	struct row *r = table_row(d->daemon, name);

	cell_text(&r->cells[0], _(name), LEVEL_NONE);
	cell_text(&r->cells[1], value && *value ? value : "-", level);
}

/* Value of a line "NAME=VALUE" of systemctl show, raw in out; "" when it is not there. */
static const char *unit_value(const struct docker *d, const char *name, char *out, size_t size)
{
	const struct section *s = sections_find(d->job->answer, "unit");
	const char *line;
	size_t at = 0, len, n = strlen(name);

	*out = 0;
	while (s && section_line(s, &at, &line, &len)) {
		if (len > n && memcmp(line, name, n) == 0 && line[n] == '=') {
			struct field value = {line + n + 1, len - n - 1};

			field_copy(&value, out, size);
		}
	}
	return out;
}

/* What systemd says of the service: a daemon may answer that was started by hand, or be down on
 * purpose. */
static void parse_unit(struct docker *d)
{
	char active[64], sub[64], result[64], line[200];

	unit_value(d, "ActiveState", active, sizeof(active));
	unit_value(d, "SubState", sub, sizeof(sub));
	unit_value(d, "Result", result, sizeof(result));
	if (!*active)
		return;
	snprintf(line, sizeof(line), "%s (%s)%s%s", active, sub,
		strcmp(result, "success") == 0 ? "" : ", ",
		strcmp(result, "success") == 0 ? "" : result);
	daemon_row(d, N_("service"), line, strcmp(active, "failed") == 0 ? LEVEL_BAD : LEVEL_NONE);
}

/* JSON objects, one a line, as --format '{{json .}}' prints them. */
typedef void object_fn(struct docker *d, struct table *t, const cJSON *object);

static int each_object(struct docker *d, const char *name, struct table *t, object_fn *fn)
{
	const struct section *s = sections_find(d->job->answer, name);
	const char *line;
	size_t at = 0, len;
	int n = 0;

	while (s && section_line(s, &at, &line, &len)) {
		cJSON *object = len ? json_parse(line, len, name, NULL) : NULL;

		if (cJSON_IsObject(object)) {
			fn(d, t, object);
			n++;
		}
		cJSON_Delete(object);
	}
	return n;
}

/* daemon.json: its text as the row's detail, and what is wrong with it. */
static void parse_config(struct docker *d)
{
	const struct section *s = sections_find(d->job->answer, "config");
	char *words = sections_words(d->job->answer, "config");
	struct row *r = table_row(d->daemon, "daemon.json");
	struct err e = {0};
	double there = NAN;
	char *text;

	cell_text(&r->cells[0], "daemon.json", LEVEL_NONE);
	if (!s || s->status != 0) {
		bool none = s && words && strstr(words, "No such file");

		there = none ? 0 : NAN;
		cell_text(&r->cells[1],
			none ? _("there is none: Docker's own defaults") : _("it cannot be read"),
			none ? LEVEL_NONE : LEVEL_UNKNOWN);
	} else {
		there = 1;
		d->config = json_parse(s->bytes, s->len, "daemon.json", &e);
		if (cJSON_IsObject(d->config)) {
			char line[64];
			int n = cJSON_GetArraySize(d->config);

			snprintf(line, sizeof(line), P_("%d setting", "%d settings", n), n);
			cell_text(&r->cells[1], line, LEVEL_OK);
		} else {
			cell_text(&r->cells[1], d->config ? _("not a JSON object") : e.text,
				LEVEL_BAD);
			panel_note(d->job->panel, LEVEL_BAD, "%s",
				d->config ? _("daemon.json is not a JSON object") : e.text);
		}
		text = xstrndup(s->bytes, s->len);
		row_detail(r, text);
		free(text);
	}
	d->configured = there;
	panel_fact(d->job->panel, "docker.configured", there);
	free(words);
}

/* Only json-file fills the disk: local rotates by itself, the others write elsewhere. */
static bool driver_limited(const char *driver, const char *max_size)
{
	if (!driver || strcmp(driver, "json-file") != 0)
		return driver != NULL;
	return max_size && *max_size && strcmp(max_size, "-1") != 0;
}

static void parse_daemon(struct docker *d)
{
	struct panel *p = d->job->panel;
	const char *driver = json_str(d->info, "LoggingDriver");
	const char *wanted = json_str(d->config, "log-driver");
	const char *max_size = json_str(d->config, "log-opts/max-size");
	const char *max_file = json_str(d->config, "log-opts/max-file");
	bool known = driver && *driver && (d->config || d->configured == 0);
	bool limited = driver_limited(driver, max_size);
	char limits[96];

	panel_fact_text(p, "docker.version", json_str(d->info, "ServerVersion"));
	panel_fact_text(p, "docker.driver", json_str(d->info, "Driver"));
	panel_fact_text(p, "docker.log.driver", driver);
	panel_fact(p, "docker.log.limited", known ? limited : NAN);
	daemon_row(d, N_("version"), json_str(d->info, "ServerVersion"), LEVEL_NONE);
	daemon_row(d, N_("storage driver"), json_str(d->info, "Driver"), LEVEL_NONE);
	daemon_row(d, N_("log driver"), driver, LEVEL_NONE);
	if (max_size)
		snprintf(limits, sizeof(limits), "%.40s x %.20s", max_size,
			max_file ? max_file : "1");
	else
		snprintf(limits, sizeof(limits), "%s", limited ? _("by its driver") : _("none"));
	daemon_row(d, N_("log limit"), known ? limits : "?",
		known && !limited ? LEVEL_WARN : LEVEL_NONE);
	daemon_row(d, N_("folder"), json_str(d->info, "DockerRootDir"), LEVEL_NONE);
	daemon_row(d, N_("cgroups"), json_str(d->info, "CgroupDriver"), LEVEL_NONE);
	if (wanted && driver && strcmp(wanted, driver) != 0)
		panel_note(p, LEVEL_WARN,
			_("daemon.json asks for the log driver %s, but Docker uses %s: restart it"),
			wanted, driver);
	if (known && !limited)
		panel_note(p, LEVEL_WARN,
			_("Docker does not limit its containers' logs (driver %s, no max-size)"),
			driver);
}

static void inspected_add(struct docker *d, struct table *t, const cJSON *object)
{
	(void)t;
	if ((d->ninspected & (d->ninspected - 1)) == 0)
		d->inspected = xrealloc(
			d->inspected, d->ninspected ? 2 * d->ninspected : 1, sizeof(*d->inspected));
	d->inspected[d->ninspected++] = cJSON_Duplicate(object, true);
}

/* What docker inspect says of a container: its long ID begins with the short one. */
static const cJSON *inspected_find(const struct docker *d, const char *id)
{
	for (size_t i = 0; id && *id && i < d->ninspected; i++) {
		const char *is = json_str(d->inspected[i], "Id");

		if (is && strncmp(is, id, strlen(id)) == 0)
			return d->inspected[i];
	}
	return NULL;
}

/* Seconds since an RFC 3339 time; NAN for Docker's "0001-01-01T00:00:00Z", never. */
static double since(const struct collect_job *job, const char *when)
{
	int64_t ms = when ? clock_parse_rfc3339(when) : -1;

	return ms <= 0 ? NAN : fmax(0, collect_now(job) - (double)ms / 1000);
}

static enum level container_level(
	const char *state, const char *status, const char *policy, double code)
{
	bool kept =
		policy && (strcmp(policy, "always") == 0 || strcmp(policy, "unless-stopped") == 0);

	if (strcmp(state, "running") == 0)
		return strstr(status, "(unhealthy)") ? LEVEL_BAD : LEVEL_OK;
	if (strcmp(state, "restarting") == 0 || strcmp(state, "dead") == 0)
		return LEVEL_BAD;
	return kept || code > 0 ? LEVEL_WARN : LEVEL_NONE;
}

/* "10m x 3", "local", "none": how the container's log is kept small. */
static void container_logs(struct docker *d, struct cell *c, const cJSON *details, const char *name)
{
	const char *driver = json_str(details, "Log/Type");
	const char *max_size = json_str(details, "Log/Config/max-size");
	const char *max_file = json_str(details, "Log/Config/max-file");
	char limits[96];

	if (!driver) {
		cell_text(c, NULL, LEVEL_UNKNOWN);
	} else if (!driver_limited(driver, max_size)) {
		cell_text(c, _("none"), LEVEL_WARN);
		buf_addf(&d->unlimited_names, "%s%s", d->unlimited++ ? ", " : "", name);
	} else if (max_size) {
		snprintf(limits, sizeof(limits), "%.40s x %.20s", max_size,
			max_file ? max_file : "1");
		cell_text(c, limits, LEVEL_NONE);
	} else {
		cell_text(c, driver, LEVEL_NONE);
	}
}

static void container_detail(struct row *r, const cJSON *object, const cJSON *details)
{
	static const char *const members[] = {"ID", "Image", "Command", "CreatedAt", "Status",
		"Ports", "Mounts", "Networks", "Size"};
	const char *error = json_str(details, "Error");
	struct buf b;

	buf_init(&b, 32768);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *value = json_str(object, members[i]);

		if (value && *value)
			buf_addf(&b, "%s  %s\n", members[i], value);
	}
	if (error && *error)
		buf_addf(&b, "%s  %s\n", _("error"), error);
	if (json_bool(details, "OOMKilled", false))
		buf_addf(&b, "%s\n", _("it was killed for want of memory"));
	row_detail(r, buf_str(&b));
	buf_clear(&b);
}

static void container_row(struct docker *d, struct table *t, const cJSON *object)
{
	const char *name = json_str(object, "Names"), *state = json_str(object, "State");
	const char *status = json_str(object, "Status");
	const cJSON *details = inspected_find(d, json_str(object, "ID"));
	const char *policy = json_str(details, "Restart/Name");
	double code = json_num(details, "ExitCode");
	struct row *r = name ? table_row(t, name) : NULL;
	enum level level;

	if (!r)
		return;
	state = state ? state : json_str(details, "Status");
	state = state ? state : "?";
	status = status ? status : "";
	level = container_level(state, status, policy, code);
	cell_text(&r->cells[0], name, LEVEL_NONE);
	cell_text(&r->cells[1], json_str(object, "Image"), LEVEL_NONE);
	cell_text(&r->cells[2], state, level);
	cell_text(&r->cells[3], status, level == LEVEL_OK ? LEVEL_NONE : level);
	cell_text(&r->cells[4], policy, LEVEL_NONE);
	cell_number(&r->cells[5], CELL_COUNT, json_num(details, "RestartCount"), LEVEL_NONE);
	container_logs(d, &r->cells[6], details, name);
	cell_number(
		&r->cells[7], CELL_AGE, since(d->job, json_str(details, "StartedAt")), LEVEL_NONE);
	container_detail(r, object, details);
	if (level == LEVEL_BAD || (level == LEVEL_WARN && policy && strcmp(policy, "no") != 0))
		panel_note(d->job->panel, level, _("container %s: %s"), name,
			*status ? status : state);
}

static void image_row(struct docker *d, struct table *t, const cJSON *object)
{
	const char *repository = json_str(object, "Repository"), *tag = json_str(object, "Tag");
	const char *id = json_str(object, "ID");
	char name[512], row_tag[600];
	struct row *r;

	(void)d;
	snprintf(name, sizeof(name), "%s:%s", repository ? repository : "?", tag ? tag : "?");
	/* Several may be <none>:<none>. */
	snprintf(row_tag, sizeof(row_tag), "%s %.64s", name, id ? id : "");
	r = table_row(t, row_tag);
	if (!r)
		return;
	cell_text(&r->cells[0], name, LEVEL_NONE);
	cell_number(&r->cells[1], CELL_BYTES, docker_bytes(json_str(object, "Size")), LEVEL_NONE);
	cell_text(&r->cells[2], json_str(object, "CreatedSince"), LEVEL_NONE);
	cell_text(&r->cells[3], id, LEVEL_NONE);
}

static int ids_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Several names may be one image: counted as docker info and docker system df count them. */
static double images_count(const struct table *images)
{
	const char **ids = xcalloc(images->nrows + 1, sizeof(*ids));
	size_t n = images->nrows;

	for (size_t i = 0; i < images->nrows; i++)
		ids[i] = images->rows[i].cells[3].text ? images->rows[i].cells[3].text : "";
	qsort(ids, images->nrows, sizeof(*ids), ids_compare);
	for (size_t i = 1; i < images->nrows; i++)
		n -= strcmp(ids[i - 1], ids[i]) == 0;
	free(ids);
	return (double)(n + images->dropped);
}

static void usage_row(struct docker *d, struct table *t, const cJSON *object)
{
	const char *type = json_str(object, "Type");
	struct row *r = type ? table_row(t, type) : NULL;

	(void)d;
	if (!r)
		return;
	cell_text(&r->cells[0], type, LEVEL_NONE);
	cell_number(&r->cells[1], CELL_COUNT, json_num(object, "TotalCount"), LEVEL_NONE);
	cell_number(&r->cells[2], CELL_COUNT, json_num(object, "Active"), LEVEL_NONE);
	cell_number(&r->cells[3], CELL_BYTES, docker_bytes(json_str(object, "Size")), LEVEL_NONE);
	cell_number(&r->cells[4], CELL_BYTES, docker_bytes(json_str(object, "Reclaimable")),
		LEVEL_NONE);
}

static void parse_containers(struct docker *d)
{
	struct table *t =
		panel_table(d->job->panel, "containers", N_("Containers"), container_columns, 8);
	const struct section *s = sections_find(d->job->answer, "containers");
	double running = 0;

	each_object(d, "inspect", NULL, inspected_add);
	each_object(d, "containers", t, container_row);
	for (size_t i = 0; i < t->nrows; i++)
		running += strcmp(t->rows[i].cells[2].text, "running") == 0;
	if (s && s->status == 0) {
		panel_fact(d->job->panel, "docker.containers.running", running);
		panel_fact(
			d->job->panel, "docker.containers.total", (double)(t->nrows + t->dropped));
	}
	if (d->unlimited)
		panel_note(d->job->panel, LEVEL_WARN,
			P_("%d container writes logs without a limit: %s",
				"%d containers write logs without a limit: %s", d->unlimited),
			d->unlimited, buf_str(&d->unlimited_names));
}

static void parse_usage(struct docker *d)
{
	struct table *images = panel_table(d->job->panel, "images", N_("Images"), image_columns, 4);
	struct table *usage =
		panel_table(d->job->panel, "usage", N_("Disk usage"), usage_columns, 5);
	const struct section *s = sections_find(d->job->answer, "images");
	double reclaimable = 0;

	each_object(d, "images", images, image_row);
	if (s && s->status == 0)
		panel_fact(d->job->panel, "docker.images", images_count(images));
	if (each_object(d, "usage", usage, usage_row) == 0)
		return;
	for (size_t i = 0; i < usage->nrows; i++)
		if (!isnan(usage->rows[i].cells[4].number))
			reclaimable += usage->rows[i].cells[4].number;
	panel_fact(d->job->panel, "docker.reclaimable", reclaimable);
}

/* The client is there and has no daemon to speak of: that is an answer, or a refusal. */
static void parse_no_daemon(struct docker *d)
{
	const struct section *version = sections_find(d->job->answer, "version");
	char *words = sections_words(d->job->answer, "version");
	struct panel *p = d->job->panel;

	if (!version || version->status < 0) {
		panel_fail(p, PANEL_FAILED, _("the server's answer was cut short"));
	} else if (version->status == 124 || version->status == 143) {
		panel_fail(p, PANEL_HUNG, _("the Docker daemon does not answer"));
	} else if (collect_says_denied(words)) {
		if (d->job->in->as_root)
			panel_fail(p, PANEL_FAILED, _("docker says: %s"), words);
		else
			panel_fail(p, PANEL_DENIED,
				_("only root and the group docker may ask Docker: press S"));
	} else {
		panel_fact(p, "docker.active", 0);
		panel_note(
			p, LEVEL_BAD, _("the Docker daemon does not run: %s"), words ? words : "?");
		daemon_row(d, N_("state"), _("does not run"), LEVEL_BAD);
	}
	free(words);
}

static void docker_clear(struct docker *d)
{
	for (size_t i = 0; i < d->ninspected; i++)
		cJSON_Delete(d->inspected[i]);
	free(d->inspected);
	cJSON_Delete(d->info);
	cJSON_Delete(d->config);
	buf_clear(&d->unlimited_names);
}

void collect_parse_docker(const struct collect_job *job)
{
	const struct section *version = sections_find(job->answer, "version");
	struct docker d = {.job = job};

	if (sections_missing(job->answer, "info")) {
		panel_fail(job->panel, PANEL_MISSING, _("docker is not on this server"));
		return;
	}
	buf_init(&d.unlimited_names, 300);
	d.daemon = panel_table(job->panel, "daemon", N_("Daemon"), daemon_columns, 2);
	d.info = section_json(sections_find(job->answer, "info"));
	if (version && version->status == 0) {
		panel_fact(job->panel, "docker.active", 1);
		daemon_row(&d, N_("state"), _("running"), LEVEL_OK);
		parse_unit(&d);
		parse_config(&d);
		parse_daemon(&d);
		parse_containers(&d);
		parse_usage(&d);
	} else {
		parse_no_daemon(&d);
		parse_unit(&d);
		parse_config(&d);
	}
	docker_clear(&d);
}

/* What kubectl's figures and words mean. */
#include "backends/collect_kube.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "base/i18n.h"
#include "base/units.h"

double collect_now(const struct collect_job *job)
{
	double now = job->panel->server_time;

	return isnan(now) ? (double)job->in->wall_ms / 1000 : now;
}

double kube_bytes(const char *quantity)
{
	return quantity ? units_parse_bytes(quantity) : NAN;
}

double kube_age(const struct field *f)
{
	double seconds = 0, number = 0;
	bool digits = false;

	for (size_t i = 0; i < f->len; i++) {
		static const struct {
			char unit;
			double seconds;
		} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'y', 365 * 86400.0}};
		size_t u;

		if (f->at[i] >= '0' && f->at[i] <= '9') {
			number = 10 * number + (f->at[i] - '0');
			digits = true;
			continue;
		}
		for (u = 0; u < 5 && units[u].unit != f->at[i]; u++)
			;
		if (u == 5 || !digits)
			return NAN;
		seconds += number * units[u].seconds;
		number = 0;
		digits = false;
	}
	return f->len && !digits ? seconds : NAN;
}

static bool one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

enum pod_class pod_classify(const char *status, double restarts)
{
	static const char *const failed[] = {"Failed", "NodeShutdown", "Shutdown", "Terminated",
		"NodeAffinity", "NodeLost", "UnexpectedAdmissionError", "Preempting", "Preempted",
		"ContainerStatusUnknown", "DeadlineExceeded", "NodePorts", "HostPortConflict",
		"StartError", "ContainerCannotRun", NULL};
	static const char *const fallen[] = {"Error", "OOMKilled", NULL};

	if (strcmp(status, "Running") == 0)
		return POD_RUNNING;
	if (strcmp(status, "Completed") == 0 || strcmp(status, "Succeeded") == 0)
		return POD_COMPLETED;
	if (strcmp(status, "Evicted") == 0)
		return POD_EVICTED;
	if (strcmp(status, "Terminating") == 0)
		return POD_LEAVING;
	if (strstr(status, "CrashLoopBackOff"))
		return POD_CRASHING;
	if (one_of(status, fallen))
		return restarts > 0 ? POD_CRASHING : POD_FAILED;
	if (one_of(status, failed) || strncmp(status, "OutOf", 5) == 0)
		return POD_FAILED;
	return POD_STARTING;
}

void kube_refused(const struct collect_job *job)
{
	const struct section *s = sections_find(job->answer, "pods");
	const struct section *config = sections_find(job->answer, "kubeconfig");
	struct field state = {config ? config->bytes : "", config ? config->len : 0};
	char *words = sections_words(job->answer, "pods");
	bool forbidden = words && (strstr(words, "Forbidden") || strstr(words, "Unauthorized"));

	if (s && s->status == 127)
		panel_fail(job->panel, PANEL_MISSING, _("kubectl is not on this server"));
	else if (field_is(&state, "denied") && !job->in->as_root)
		panel_fail(job->panel, PANEL_DENIED,
			_("only root may read the settings of the cluster (k3s.yaml): press S"));
	else if (field_is(&state, "none"))
		panel_fail(job->panel, PANEL_MISSING,
			_("kubectl knows no cluster here: no kubeconfig and no k3s were found"));
	else if (s && (s->status == 124 || s->status == 143))
		panel_fail(job->panel, PANEL_HUNG, _("the cluster does not answer"));
	else if ((forbidden || collect_says_denied(words)) && !job->in->as_root)
		panel_fail(job->panel, PANEL_DENIED, _("kubectl says: %s (press S to ask as root)"),
			words);
	else if (!s || s->status < 0)
		panel_fail(job->panel, PANEL_FAILED, _("the server's answer was cut short"));
	else
		panel_fail(job->panel, PANEL_FAILED, _("kubectl says: %s"), words ? words : "?");
	free(words);
}

bool kube_answered(const struct collect_job *job)
{
	const struct section *s = sections_find(job->answer, "pods");
	char name[40];

	if (s && s->status == 0)
		return true;
	for (int i = 0; i < KUBE_NAMESPACES; i++) {
		snprintf(name, sizeof(name), "pods.%d", i);
		s = sections_find(job->answer, name);
		if (s && s->status == 0)
			return true;
	}
	return false;
}

/* The section KIND for i < 0, else KIND.i; NULL when it is not there. name is what it is called. */
static const struct section *section_of(
	const struct collect_job *job, const char *kind, int i, char name[40])
{
	if (i < 0)
		snprintf(name, 40, "%s", kind);
	else
		snprintf(name, 40, "%s.%d", kind, i);
	return sections_find(job->answer, name);
}

bool kube_whole(const struct collect_job *job, const char *kind)
{
	char name[40];
	const struct section *s;
	bool any = false;

	for (int i = 0; i < KUBE_NAMESPACES; i++) {
		s = section_of(job, kind, i, name);
		if (s && s->status != 0)
			return false;
		any = any || s;
	}
	/* Those of all namespaces may be refused where each one may be asked for. */
	s = section_of(job, kind, -1, name);
	return any || (s && s->status == 0);
}

static void note_gap(const struct collect_job *job, const char *kind, int i)
{
	char name[40];
	const struct section *s = section_of(job, kind, i, name);
	char *words;

	if (!s || s->status == 0)
		return;
	words = sections_words(job->answer, name);
	if (s->status == 124 || s->status == 143)
		panel_note(job->panel, LEVEL_UNKNOWN, _("kubectl get %s: no answer in time"), kind);
	else
		panel_note(job->panel, LEVEL_UNKNOWN, _("kubectl get %s: %s"), kind,
			words ? words : "?");
	free(words);
}

void kube_note_gaps(const struct collect_job *job)
{
	static const char *const kinds[] = {"nodes", "pods", "replicasets", "deployments"};
	char name[40];

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		if (!section_of(job, kinds[k], 0, name))
			note_gap(job, kinds[k], -1);
		for (int i = 0; i < KUBE_NAMESPACES; i++)
			note_gap(job, kinds[k], i);
	}
}

/* collect_kube: what the parsers of nodes and of pods share. */
#ifndef BACKENDS_COLLECT_KUBE_H
#define BACKENDS_COLLECT_KUBE_H

#include <stdbool.h>

struct collect_job;
struct field;

/* How many namespaces are asked one by one, at most: pods.sh. */
#define KUBE_NAMESPACES 10

/* Seconds since 1970 on the server; on this workstation when the server did not say. */
double collect_now(const struct collect_job *job);
/* "65843168Ki", "64Gi", "128000000" to bytes; NAN for NULL and for what is none. */
double kube_bytes(const char *quantity);
/* kubectl's ages, "5m48s" "2d3h" "3y20d", in seconds; NAN for "<unknown>". */
double kube_age(const struct field *f);
/* What a pod's STATUS means for the counts. */
enum pod_class {
	POD_RUNNING,
	POD_STARTING,  /* should run, does not yet */
	POD_CRASHING,  /* should run, falls over and over again */
	POD_COMPLETED, /* has done its work */
	POD_EVICTED,   /* a leftover of disk or memory pressure */
	POD_FAILED,    /* a leftover of something else */
	POD_LEAVING,
};

/*
 * The table's STATUS, not the phase: a crash-looping pod's phase is Running. "Error" and
 * "OOMKilled" are a pod between two falls when it was restarted before, and a job's leftover when
 * it was not.
 */
enum pod_class pod_classify(const char *status, double restarts);

/* kubectl gave a list of pods; asked by namespace, at least one. */
bool kube_answered(const struct collect_job *job);
/* The section KIND is whole or, when asked by namespace, each of KIND.0 …; false also when there is none. */
bool kube_whole(const struct collect_job *job, const char *kind);
/* A note for each kind that kubectl did not give although it gave pods: those figures are unknown, not 0. */
void kube_note_gaps(const struct collect_job *job);
/* Sets the panel's state and reason: why there is no list of pods. */
void kube_refused(const struct collect_job *job);

/* Table "nodes", facts node.*. */
void collect_parse_nodes(const struct collect_job *job);

#endif

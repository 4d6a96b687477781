/* server_event: what the server tells the console. */
#include <stdlib.h>
#include <string.h>

#include "backends/job.h"
#include "backends/server_private.h"
#include "base/alloc.h"

struct event_item {
	struct queue_item item;
	struct server_event ev;
};

struct server_event *event_new(enum server_event_type type)
{
	struct event_item *i = xcalloc(1, sizeof(*i));

	i->ev.type = type;
	return &i->ev;
}

static struct event_item *item_of(struct server_event *ev)
{
	return (struct event_item *)((char *)ev - offsetof(struct event_item, ev));
}

struct server_event *event_of(struct queue_item *item)
{
	return &((struct event_item *)item)->ev;
}

void event_put(struct server *s, struct server_event *ev, size_t weight)
{
	struct event_item *i = item_of(ev);

	i->item.weight = sizeof(*i) + weight;
	queue_put(s->events, &i->item);
}

static void question_free(struct link_question *q)
{
	if (!q)
		return;
	free(q->title);
	free(q->text);
	free(q);
}

static void probe_answer_free(struct probe_answer *a)
{
	if (!a)
		return;
	free(a->output);
	mark_list_free(a->marks, a->nmarks);
	free(a);
}

static void out_free(struct job_out *o)
{
	if (!o)
		return;
	free(o->id);
	free(o->data);
	free(o);
}

void run_info_clear(struct run_info *r)
{
	free(r->id);
	free(r->phase);
	free(r->state);
	free(r->meta);
	for (size_t i = 0; i < r->njobs; i++) {
		struct job_status *st = &r->jobs[i];

		free(st->id);
		free(st->refused);
		free(st->meta);
		free(st->journal_head);
		mark_list_free(st->marks, st->nmarks);
	}
	free(r->jobs);
	memset(r, 0, sizeof(*r));
}

void server_event_free(struct server_event *ev)
{
	if (!ev)
		return;
	switch (ev->type) {
	case SERVER_LINK:
		free(ev->u.link.text);
		break;
	case SERVER_QUESTION:
		question_free(ev->u.question);
		break;
	case SERVER_PANEL:
		panel_unref(ev->u.panel);
		break;
	case SERVER_ROOT:
		free(ev->u.root.text);
		break;
	case SERVER_LOCK:
		free(ev->u.lock.holder);
		break;
	case SERVER_PROBE:
		probe_answer_free(ev->u.probe);
		break;
	case SERVER_JOB:
		job_status_free(ev->u.job);
		break;
	case SERVER_JOB_OUT:
		out_free(ev->u.out);
		break;
	case SERVER_RUNS:
		for (size_t i = 0; i < ev->u.runs.nruns; i++)
			run_info_clear(&ev->u.runs.runs[i]);
		free(ev->u.runs.runs);
		break;
	case SERVER_RUN:
		free(ev->u.run.id);
		free(ev->u.run.text);
		break;
	case SERVER_RTT:
	case SERVER_SILENT:
		break;
	}
	free(item_of(ev));
}

struct server_event *server_next(struct server *s)
{
	struct event_item *i = (struct event_item *)queue_take(s->events);

	return i ? &i->ev : NULL;
}

int server_fd(const struct server *s)
{
	return queue_fd(s->events);
}

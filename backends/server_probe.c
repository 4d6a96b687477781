/* server_probe: the parts of a step that change nothing, asked outside jobs. */
#include <stdlib.h>
#include <string.h>

#include "backends/server_private.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"

#define OUTPUT_MAX ((size_t)4 << 20)
#define GRACE_MS 10000 /* beyond the server's own limit, for TERM, KILL and the way back */

struct probe {
	struct probe *next;
	struct server *s;
	unsigned id;
	char *text; /* owned; wiped: it holds the parameters */
	bool root;
	int timeout_s;
	bool cancelled;
};

struct probe *probe_new(const struct probe_spec *spec)
{
	struct probe *p = xcalloc(1, sizeof(*p));
	char *params = shell_quote(spec->params ? spec->params : "");
	char *step = shell_quote(spec->step), *arg = shell_quote(spec->arg ? spec->arg : "");
	char *call = xasprintf("%s%s%s", spec->part, spec->arg ? " " : "", spec->arg ? arg : "");
	char *quoted = shell_quote(call);

	p->id = spec->id;
	p->root = spec->root;
	p->timeout_s = spec->timeout_s > 0 ? spec->timeout_s : 60;
	p->text = xasprintf("tw_probe %d %s %s %s", p->timeout_s, params, step, quoted);
	explicit_bzero(params, strlen(params));
	free(params);
	free(step);
	free(arg);
	free(call);
	free(quoted);
	return p;
}

void probe_free(struct probe *p)
{
	if (!p)
		return;
	if (p->text)
		explicit_bzero(p->text, strlen(p->text));
	free(p->text);
	free(p);
}

void probes_free(struct server *s)
{
	while (s->probes) {
		struct probe *p = s->probes;

		s->probes = p->next;
		probe_free(p);
	}
}

static void unlink_probe(struct server *s, struct probe *p)
{
	for (struct probe **q = &s->probes; *q; q = &(*q)->next) {
		if (*q == p) {
			*q = p->next;
			return;
		}
	}
}

static void say(struct server *s, struct probe_answer *a)
{
	struct server_event *ev = event_new(SERVER_PROBE);

	if (!a->output)
		a->output = xstrdup("");
	digest_hex(a->output, a->len, a->digest);
	ev->u.probe = a;
	event_put(s, ev, a->len);
}

static void say_status(struct server *s, unsigned id, int status)
{
	struct probe_answer *a = xcalloc(1, sizeof(*a));

	a->id = id;
	a->status = status;
	say(s, a);
}

static void answered(void *ctx, const struct shell_answer *answer)
{
	struct probe *p = ctx;
	struct probe_answer *a = xcalloc(1, sizeof(*a));
	struct marks marks = {0};
	struct buf out;

	a->id = p->id;
	a->status = answer->status;
	a->took_ms = answer->took_ms;
	a->cut = answer->cut;
	if (answer->status == 124 && answer->took_ms >= (int64_t)p->timeout_s * 1000)
		a->status = SHELL_TIMEOUT;
	buf_init(&out, 0);
	marks_split(answer->body, answer->len, answer->mark, &out, &marks);
	a->len = out.len;
	a->output = buf_take(&out);
	a->marks = marks.list;
	a->nmarks = marks.n;
	unlink_probe(p->s, p);
	if (p->cancelled) {
		free(a->output);
		mark_list_free(a->marks, a->nmarks);
		free(a);
	} else {
		say(p->s, a);
	}
	probe_free(p);
}

/*
 * The login user is root, or the step needs none: the work shell. Watching only, nothing goes
 * through sudo.
 */
void probe_start(struct server *s, struct probe *p)
{
	struct shell_request q = {
		.max_body = OUTPUT_MAX + ((size_t)1 << 20),
		.timeout_ms = (int64_t)p->timeout_s * 1000 + server_ms(s, GRACE_MS),
		.done = answered,
		.ctx = p,
		.owner = p,
	};
	int where = remote_for_root(s, p->root && !s->user_is_root);
	int refused = s->read_only ? -4 : -3;

	if (p->root && s->user_is_root && remote_up(s, REMOTE_ROOT))
		where = REMOTE_ROOT;
	if (!s->link_up || where < 0) {
		say_status(s, p->id, s->link_up ? refused : SHELL_LOST);
		probe_free(p);
		return;
	}
	p->s = s;
	p->next = s->probes;
	s->probes = p;
	q.text = p->text;
	remote_ask(remote_for(s, (enum remote_id)where), &q, false);
}

/* Its shell is told to end it: it may stand behind others, or with another shell than asked first. */
void probe_cancel(struct server *s, unsigned id)
{
	for (struct probe *p = s->probes; p; p = p->next) {
		if (p->id != id)
			continue;
		p->cancelled = true;
		for (int i = 0; i < REMOTE_COUNT; i++)
			if (shell_stop(s->remotes[i].shell, p))
				return;
		return;
	}
}

/*
 * server_ask: what the console may ask of a server. Each call puts a command into the thread's
 * queue, and returns.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/secret.h"
#include "backends/server_private.h"
#include "base/alloc.h"

struct command *command_new(enum command_type type)
{
	struct command *c = xcalloc(1, sizeof(*c));

	c->type = type;
	return c;
}

void command_put(struct server *s, struct command *c)
{
	queue_put(s->commands, &c->item);
}

void server_start(struct server *s)
{
	command_put(s, command_new(COMMAND_START));
}

void server_retry(struct server *s)
{
	command_put(s, command_new(COMMAND_RETRY));
}

void server_answer(struct server *s, unsigned question_id, const char *answer)
{
	struct command *c = command_new(COMMAND_ANSWER);

	c->id = question_id;
	if (answer) {
		c->secret_len = strlen(answer);
		c->secret = secret_dup(answer, c->secret_len);
	}
	command_put(s, c);
}

static void put_id(struct server *s, enum command_type type, unsigned id)
{
	struct command *c = command_new(type);

	c->id = id;
	command_put(s, c);
}

void server_refresh(struct server *s, enum panel_id id)
{
	put_id(s, COMMAND_REFRESH, (unsigned)id);
}

void server_look(struct server *s, enum panel_id id)
{
	put_id(s, COMMAND_LOOK, (unsigned)id);
}

void server_root_open(struct server *s)
{
	command_put(s, command_new(COMMAND_ROOT));
}

void server_root_password(struct server *s, const char *password)
{
	struct command *c = command_new(COMMAND_ROOT_PASSWORD);

	c->secret_len = strlen(password);
	c->secret = secret_dup(password, c->secret_len);
	command_put(s, c);
}

void server_lock_take(struct server *s, bool force)
{
	struct command *c = command_new(COMMAND_LOCK);

	c->flag = force;
	command_put(s, c);
}

void server_lock_release(struct server *s)
{
	command_put(s, command_new(COMMAND_UNLOCK));
}

void server_probe(struct server *s, const struct probe_spec *spec)
{
	struct command *c = command_new(COMMAND_PROBE);

	c->probe = probe_new(spec);
	command_put(s, c);
}

void server_probe_cancel(struct server *s, unsigned id)
{
	put_id(s, COMMAND_PROBE_CANCEL, id);
}

void server_runs(struct server *s)
{
	command_put(s, command_new(COMMAND_RUNS));
}

void server_run_open(struct server *s, const char *phase, const char *meta)
{
	struct command *c = command_new(COMMAND_RUN_OPEN);

	c->a = xstrdup(phase);
	c->b = xstrdup(meta ? meta : "");
	command_put(s, c);
}

void server_run_close(struct server *s, const char *run, const char *state, const char *meta)
{
	struct command *c = command_new(COMMAND_RUN_CLOSE);

	c->a = xstrdup(run);
	c->b = xstrdup(state);
	c->c = xstrdup(meta ? meta : "");
	command_put(s, c);
}

void server_job_start(struct server *s, const struct job_spec *spec)
{
	struct command *c = command_new(COMMAND_JOB);

	c->follow = follow_new(spec->id, spec->root, 0);
	c->c = job_start_text(spec, s->session);
	command_put(s, c);
}

void server_job_follow(struct server *s, const char *id, bool root, int64_t raw_offset)
{
	struct command *c = command_new(COMMAND_JOB);

	c->follow = follow_new(id, root, raw_offset);
	command_put(s, c);
}

void server_job_cancel(struct server *s, const char *id, bool root)
{
	struct command *c = command_new(COMMAND_JOB_CANCEL);

	c->a = xstrdup(id);
	c->flag = root;
	command_put(s, c);
}

#include "tui/connect.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/demo.h"
#include "backends/host.h"
#include "backends/link.h"
#include "backends/server.h"
#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "base/text.h"
#include "tui/options.h"

#define PASSWORD_MAX 1024

int connect_host(const struct options *o, struct host **out, struct err *e)
{
	*out = NULL;
	if (o->demo) {
		*out = host_new_demo(o->demo);
		return 0;
	}
	return host_find(o->host, o->ssh_config, out, e);
}

char *connect_who(void)
{
	struct passwd *pw = getpwuid(getuid());
	char name[256] = "?", *raw, *clean;

	gethostname(name, sizeof name - 1);
	raw = xasprintf("%s@%s", pw ? pw->pw_name : "?", name);
	clean = text_dup(raw);
	free(raw);
	return clean;
}

static struct link *link_make(const struct host *h, struct connection *c, struct err *e)
{
	if (h->kind != HOST_DEMO)
		return link_new_ssh(h, e);
	if (demo_create(data_dir(NULL), h->demo, 0, &c->demo, e) != 0)
		return NULL;
	return link_new_local(demo_env(c->demo), demo_cwd(c->demo), e);
}

int connect_open(const struct options *o, const struct host *h, const char *session, bool once,
	struct connection *out, struct err *e)
{
	struct server_options so = {
		.host = h,
		.datadir = data_dir(NULL),
		.session = session,
		.read_only = o->read_only,
		.once = once,
	};
	char *who = connect_who();
	struct err problem = {.code = ERR_FAILED};

	*out = (struct connection){NULL, NULL};
	so.who = who;
	so.link = link_make(h, out, &problem);
	if (so.link)
		out->server = server_new(&so, &problem);
	free(who);
	if (out->server)
		return 0;
	connect_close(out);
	if (e)
		*e = problem;
	return problem.code;
}

void connect_close(struct connection *c)
{
	if (c->server)
		server_free(c->server);
	demo_free(c->demo);
	*c = (struct connection){NULL, NULL};
}

int connect_password(const struct options *o, struct server *s, struct mask *m, struct err *e)
{
	char password[PASSWORD_MAX + 1];
	size_t have = 0;
	ssize_t n = 0;

	if (o->sudo_password_fd < 0)
		return 0;
	while (have < PASSWORD_MAX &&
		(n = read(o->sudo_password_fd, password + have, PASSWORD_MAX - have)) > 0)
		have += (size_t)n;
	if (n < 0)
		return err_set(e, ERR_IO, "--sudo-password-fd %d: %s", o->sudo_password_fd,
			strerror(errno));
	password[have] = '\0';
	have = strcspn(password, "\r\n");
	password[have] = '\0';
	if (have >= MASK_MIN && m)
		mask_add(m, password, have);
	server_root_password(s, password);
	explicit_bzero(password, sizeof password);
	return 0;
}

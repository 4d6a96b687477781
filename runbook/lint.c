#include "runbook/lint.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/spawn.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "runbook/lint_script.h"
#include "runbook/phase.h"
#include "runbook/phase_read.h"

struct lint {
	struct buf *out;
	int problems;
	int code;   /* ERR_REFUSED or ERR_IO once something could not be looked at */
	char *json; /* text of phase.json, for the lines of what is missing in it */
	size_t json_len;
	char *json_path;
};

static void problem(struct lint *l, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static void problem(struct lint *l, const char *file, int line, const char *fmt, ...)
{
	char what[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	text_clean(l->out, file, strlen(file), TEXT_FIELD_MAX);
	buf_addf(l->out, ":%d: ", line);
	text_clean(l->out, what, strlen(what), TEXT_FIELD_MAX);
	buf_addc(l->out, '\n');
	l->problems++;
}

static void from_reader(void *ctx, int code, const char *what)
{
	struct lint *l = ctx;

	buf_addf(l->out, "%s\n", what);
	l->problems++;
	if (code == ERR_REFUSED || (code == ERR_IO && l->code == 0))
		l->code = code;
}

static int json_line_of(const struct lint *l, const char *path)
{
	return l->json ? phase_json_line(l->json, l->json_len, path) : 1;
}

/* -- texts ----------------------------------------------------------------------------------- */

/* Bit n for each {n} in s; that of a {n:…} counts for nothing: a language may do without. */
static unsigned places_in(const char *s)
{
	const char *one, *many;
	unsigned places = 0;
	int arg;

	for (; *s; s++)
		if (say_place(s, &arg, &one, &many) > 0 && !one)
			places |= 2U << arg;
	return places;
}

/* A {n: that never becomes {n:one|many}. */
static bool has_half_place(const char *s)
{
	const char *one, *many;
	int arg;

	for (; *s; s++)
		if (s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == ':' &&
			say_place(s, &arg, &one, &many) == 0)
			return true;
	return false;
}

static void lint_words(struct lint *l, const struct words *w, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void lint_words(struct lint *l, const struct words *w, const char *fmt, ...)
{
	char path[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	if (!w->en)
		return; /* not there at all, or said already */
	if (!w->fr || !*w->fr)
		problem(l, l->json_path, json_line_of(l, path),
			_("\"%s\" has no French text; add \"fr\""), path);
	else if (places_in(w->en) != places_in(w->fr))
		problem(l, l->json_path, json_line_of(l, path),
			_("\"%s\": English and French do not have the same {1}…{9}"), path);
	else if (has_half_place(w->en) || has_half_place(w->fr))
		problem(l, l->json_path, json_line_of(l, path),
			_("\"%s\": after {1: comes what is said of one, |, what is said of "
			  "many, }"),
			path);
}

static void lint_step_words(struct lint *l, const struct step *s, size_t i)
{
	lint_words(l, &s->title, "steps/%zu/title", i);
	lint_words(l, &s->why, "steps/%zu/why", i);
	lint_words(l, &s->undo, "steps/%zu/undo", i);
	lint_words(l, &s->undo_why, "steps/%zu/undo_why", i);
	for (size_t k = 0; k < s->nparams; k++) {
		lint_words(l, &s->params[k].title, "steps/%zu/params/%zu/title", i, k);
		lint_words(l, &s->params[k].help, "steps/%zu/params/%zu/help", i, k);
	}
	for (size_t k = 0; k < s->nrefusals; k++)
		lint_words(l, &s->refusals[k].why, "steps/%zu/not_offered/%zu/why", i, k);
	for (size_t k = 0; k < s->nsays; k++)
		lint_words(l, &s->says[k].text, "steps/%zu/says/%s", i, s->says[k].id);
}

static void lint_texts(struct lint *l, const struct phase *p)
{
	lint_words(l, &p->title, "title");
	lint_words(l, &p->goal, "goal");
	for (size_t i = 0; i < p->nsteps; i++)
		lint_step_words(l, &p->steps[i], i);
	for (size_t i = 0; i < p->nfacts; i++)
		lint_words(l, &p->facts[i].label, "facts/%s/label", p->facts[i].name);
	for (size_t i = 0; i < p->ncriteria; i++) {
		lint_words(l, &p->criteria[i].title, "criteria/%zu/title", i);
		lint_words(l, &p->criteria[i].attest, "criteria/%zu/attest", i);
	}
}

/* -- scripts --------------------------------------------------------------------------------- */

/*
 * What `SHELL -n FILE` says on its standard error, owned; NULL when that shell is not there.
 * *status: its exit status.
 */
static char *shell_check(const char *shell, const char *file, int *status)
{
	const char *const argv[] = {shell, "-n", file, NULL};
	const char *const env[] = {"LC_ALL=C", NULL};
	int mine = -1, childs = -1, code = 0;
	struct buf b;
	char bytes[512];
	pid_t pid;

	if (spawn_pipe(&mine, &childs, 0) != 0)
		return NULL;
	if (spawn_start(
		    &(struct spawn){.argv = argv, .env = env, .in = -1, .out = -1, .err = childs},
		    &pid) != 0) {
		close(mine);
		close(childs);
		return NULL;
	}
	close(childs);
	buf_init(&b, 4096);
	for (;;) {
		struct pollfd p = {.fd = mine, .events = POLLIN};
		ssize_t n;

		if (poll(&p, 1, 5000) <= 0)
			break;
		n = read(mine, bytes, sizeof(bytes));
		if (n <= 0)
			break;
		buf_add(&b, bytes, (size_t)n);
	}
	close(mine);
	while (waitpid(pid, &code, 0) < 0 && errno == EINTR)
		;
	*status = WIFEXITED(code) ? WEXITSTATUS(code) : 128;
	return buf_take(&b);
}

/*
 * "FILE: 12: Syntax error: …" (dash) or "FILE: line 12: syntax error …" (bash): the line, and
 * *what past it.
 */
static int shell_line(const char *said, const char *file, const char **what)
{
	const char *s = said;
	char *end;
	long line;

	if (strncmp(s, file, strlen(file)) == 0)
		s += strlen(file);
	s += strcspn(s, "0123456789\n");
	line = strtol(s, &end, 10);
	if (end == s || *end != ':')
		return *what = said, 1;
	*what = end + 1 + strspn(end + 1, " ");
	return (int)line;
}

static void lint_syntax(struct lint *l, const char *file)
{
	int status = 0, line;
	const char *what;
	char *said = shell_check("dash", file, &status);

	if (!said)
		said = shell_check("sh", file, &status);
	if (!said || status != 0) {
		line = shell_line(said ? said : "", file, &what);
		problem(l, file, line, _("the shell cannot read it: %.*s"),
			(int)strcspn(what, "\n"), *what ? what : _("no sh here to ask"));
	}
	free(said);
}

static bool has_choices(const struct step *s)
{
	for (size_t i = 0; i < s->nparams; i++)
		if (s->params[i].type == PARAM_CHOICE || s->params[i].type == PARAM_CHOICES)
			return true;
	return false;
}

static void lint_functions(
	struct lint *l, const struct step *s, const struct script *sc, const char *file)
{
	static const char *const needed[] = {"preflight", "check", "plan", "apply", "verify", NULL};

	for (int i = 0; needed[i]; i++)
		if (!script_function(sc, needed[i]))
			problem(l, file, 1, _("%s() is missing; every step has it"), needed[i]);
	if (s->undoable && !script_function(sc, "undo"))
		problem(l, file, 1,
			_("undo() is missing; write it, or let phase.json say \"undo\": false"));
	if (!s->undoable && script_function(sc, "undo"))
		problem(l, file, script_function(sc, "undo"),
			_("undo() is here, but phase.json says that there is none"));
	if (has_choices(s) && !script_function(sc, "choices"))
		problem(l, file, 1,
			_("choices() is missing; a parameter of type choice asks for it"));
	for (size_t i = 0; i < sc->functions.n; i++)
		if (strncmp(sc->functions.list[i].name, "tw_", 3) == 0)
			problem(l, file, sc->functions.list[i].line,
				_("%s(): names with tw_ are the console's; rename it"),
				sc->functions.list[i].name);
}

static const struct say *find_say(const struct step *s, const char *id)
{
	for (size_t i = 0; i < s->nsays; i++)
		if (strcmp(s->says[i].id, id) == 0)
			return &s->says[i];
	return NULL;
}

static bool says_it(const struct script *sc, const char *id)
{
	for (size_t i = 0; i < sc->says.n; i++)
		if (strcmp(sc->says.list[i].name, id) == 0)
			return true;
	return false;
}

static void lint_says(struct lint *l, const struct step *s, size_t step, const struct script *sc,
	const char *file)
{
	for (size_t i = 0; i < sc->says.n; i++) {
		const struct script_word *w = &sc->says.list[i];

		if (!*w->name)
			problem(l, file, w->line,
				_("say with a computed ID cannot be checked; write the ID"));
		else if (!find_say(s, w->name))
			problem(l, file, w->line,
				_("say %s has no words; add it under \"says\" in phase.json"),
				w->name);
	}
	for (size_t i = 0; i < s->nsays; i++) {
		char path[160];

		if (says_it(sc, s->says[i].id))
			continue;
		snprintf(path, sizeof(path), "steps/%zu/says/%s", step, s->says[i].id);
		problem(l, l->json_path, json_line_of(l, path),
			_("\"%s\" is never said by %s.sh; take it out"), s->says[i].id, s->script_of);
	}
}

/* "phase.speed.*" as cut at an expansion is known when a family begins so. */
static bool fact_known(const struct phase *p, const char *name)
{
	size_t n = strlen(name);

	if (fact_def_find(name) || phase_fact_find(p, name))
		return true;
	for (size_t i = 0; n && name[n - 1] == '*' && i < p->nfacts; i++) {
		size_t m = strlen(p->facts[i].name);

		if (m && p->facts[i].name[m - 1] == '*' && n >= m &&
			strncmp(p->facts[i].name, name, m - 1) == 0)
			return true;
	}
	return false;
}

static void lint_facts(
	struct lint *l, const struct phase *p, const struct script *sc, const char *file)
{
	for (size_t i = 0; i < sc->facts.n; i++) {
		const struct script_word *w = &sc->facts.list[i];

		if (!fact_known(p, w->name))
			problem(l, file, w->line,
				_("fact %s is not known; declare it under \"facts\" in phase.json"),
				*w->name ? w->name : "$…");
	}
}

static void lint_params(struct lint *l, const struct step *s, size_t step, const struct script *sc)
{
	const char *word = s->confirm == CONFIRM_TYPE && s->confirm_word ? s->confirm_word : "";
	char path[160];

	for (size_t i = 0; i < s->nparams; i++) {
		if (script_uses(sc, s->params[i].name))
			continue;
		snprintf(path, sizeof(path), "steps/%zu/params/%zu/name", step, i);
		problem(l, l->json_path, json_line_of(l, path),
			_("parameter \"%s\" is never used by %s.sh; take it out"),
			s->params[i].name, s->script_of);
	}
	for (const char *p = strchr(word, '{'); p; p = strchr(p + 1, '{')) {
		size_t n = strcspn(p + 1, "}"), i = 0;

		while (i < s->nparams && (strlen(s->params[i].name) != n ||
						 strncmp(s->params[i].name, p + 1, n) != 0))
			i++;
		snprintf(path, sizeof(path), "steps/%zu/confirm", step);
		if (i == s->nparams)
			problem(l, l->json_path, json_line_of(l, path),
				_("confirm: there is no parameter {%.*s}"), (int)n, p + 1);
		else if (s->params[i].type == PARAM_SECRET)
			problem(l, l->json_path, json_line_of(l, path),
				_("confirm: {%.*s} is a secret; it cannot be shown to be typed"),
				(int)n, p + 1);
	}
}

static void lint_script(struct lint *l, const struct phase *p, size_t i)
{
	const struct step *s = &p->steps[i];
	struct script *sc;
	char *file;

	if (!s->script)
		return; /* said already */
	sc = script_read(s->script);
	file = xasprintf("%s/%s.sh", p->dir, s->script_of);
	lint_syntax(l, file);
	lint_functions(l, s, sc, file);
	for (size_t k = 0; k < sc->outside.n; k++)
		problem(l, file, sc->outside.list[k].line,
			_("\"%s\" stands outside of any function; a step's script is functions and "
			  "plain assignments"),
			sc->outside.list[k].name);
	for (size_t k = 0; k < sc->paths.n; k++)
		problem(l, file, sc->paths.list[k].line,
			_("%s is a bare absolute path; write \"$root\"%s"), sc->paths.list[k].name,
			sc->paths.list[k].name);
	for (size_t k = 0; k < sc->settings.n; k++)
		problem(l, file, sc->settings.list[k].line,
			_("PATH is set; the console sets it, take this out"));
	if (strcmp(s->script_of, s->id) == 0) /* else they are the other's, and were looked at */
		lint_says(l, s, i, sc, file);
	lint_facts(l, p, sc, file);
	lint_params(l, s, i, sc);
	script_free(sc);
	free(file);
}

/* -- folders --------------------------------------------------------------------------------- */

/* Scripts that belong to no step are forgotten ones. */
static void lint_strays(struct lint *l, const struct phase *p)
{
	DIR *d = opendir(p->dir);
	struct dirent *de;

	while (d && (de = readdir(d))) {
		size_t n = strlen(de->d_name);
		char *id, *file;

		if (n < 4 || strcmp(de->d_name + n - 3, ".sh") != 0)
			continue;
		id = xstrndup(de->d_name, n - 3);
		file = xasprintf("%s/%s", p->dir, de->d_name);
		if (!phase_step(p, id))
			problem(l, file, 1,
				_("no step of phase.json is called so; list it or take it away"));
		free(id);
		free(file);
	}
	if (d)
		closedir(d);
}

static void lint_phase(struct lint *l, const char *dir)
{
	struct phase *p = NULL;

	l->json_path = xasprintf("%s/phase.json", dir);
	phase_read(dir, from_reader, l, &p);
	if (p) {
		l->json = data_read(l->json_path, PHASE_JSON_MAX, &l->json_len, NULL);
		lint_texts(l, p);
		for (size_t i = 0; i < p->nsteps; i++)
			lint_script(l, p, i);
		lint_strays(l, p);
	}
	phase_free(p);
	FREE(l->json);
	FREE(l->json_path);
}

static bool is_phase(const char *dir)
{
	char *file = xasprintf("%s/phase.json", dir);
	struct stat st;
	bool is = stat(file, &st) == 0;

	free(file);
	return is;
}

static int not_hidden(const struct dirent *de)
{
	return de->d_name[0] != '.';
}

/* The phases of a folder in the order of their names; how many there were. */
static int lint_children(struct lint *l, const char *dir)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, not_hidden, alphasort), found = 0;

	for (int i = 0; i < n; i++) {
		char *child = xasprintf("%s/%s", dir, names[i]->d_name);

		if (is_phase(child)) {
			lint_phase(l, child);
			found++;
		}
		free(child);
		free(names[i]);
	}
	free(names);
	return found;
}

int lint_dir(const char *dir, struct buf *out, int *problems)
{
	struct lint l = {.out = out};
	char *path = xstrdup(dir);

	for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
		path[n - 1] = '\0';
	if (is_phase(path) || lint_children(&l, path) == 0)
		lint_phase(&l, path);
	*problems += l.problems;
	free(path);
	return l.code;
}

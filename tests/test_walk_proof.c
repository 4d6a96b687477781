/*
 * What the demo promises: that nothing outside its folder is ever opened for writing, made, renamed or removed, and no
 * process of others is signalled, even as root. Every step is walked under strace -f, and each of those system calls of
 * the console and of all that it starts is read, whether it succeeded or not. Beside the demo's folder only the console's
 * own state folder, its terminal and /dev/null may be written to.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/walk.h"

#define PATH_BYTES 8192
#define ARGS_MAX 8

static const char traced[] =
	"trace=open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,"
	"rmdir,link,linkat,"
	"symlink,symlinkat,truncate,mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,fchownat,"
	"lchown,utimensat,"
	"futimesat,utime,utimes,setxattr,lsetxattr,fsetxattr,mount,umount2,swapon,connect,bind,"
	"kill,tkill,tgkill,"
	"chdir,fchdir,reboot,sethostname,settimeofday,clock_settime,init_module,finit_module";

/* One process of the trace. */
struct process {
	long pid;
	char *cwd;    /* as seen last, or NULL */
	bool writing; /* its unfinished open is for writing */
};

struct trace {
	const char *root, *state; /* may be written below */
	struct process *processes;
	size_t nprocesses;
	int writes, outside; /* calls that write; those of them that may not */
	int renamed, direct; /* results of jobs: put there by rename; written where readers look */
	bool quiet;
};

/* NULL: none of this trace. */
static struct process *process_find(const struct trace *t, long pid)
{
	for (size_t i = t->nprocesses; i-- > 0;)
		if (t->processes[i].pid == pid)
			return &t->processes[i];
	return NULL;
}

static bool below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* Takes "." and ".." and doubled slashes out, in place. */
static void normalise(char *path)
{
	char *out = path;

	for (char *at = path; *at;) {
		size_t n = strcspn(at + 1, "/");

		if (n == 2 && strncmp(at + 1, "..", 2) == 0) {
			while (out > path && *--out != '/')
				;
		} else if (n > 0 && !(n == 1 && at[1] == '.')) {
			memmove(out, at, n + 1);
			out += n + 1;
		}
		at += n + 1;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

/* "…/jobs/ID/result": there whole or not at all, whenever somebody looks. */
static void note_result(struct trace *t, const char *name, const char *path)
{
	const char *file = strrchr(path, '/');

	if (!strstr(path, "/jobs/") || strcmp(file, "/result") != 0)
		return;
	if (strncmp(name, "rename", 6) == 0)
		t->renamed++;
	else if (strncmp(name, "open", 4) == 0)
		t->direct++;
}

static bool may_write(const struct trace *t, const char *path, const char *name)
{
	static const char *const devices[] = {"/dev/null", "/dev/tty", "/dev/ptmx"};

	if (below(path, t->root) || below(path, t->state) || below(path, "/dev/pts"))
		return true;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (strcmp(path, devices[i]) == 0)
			return true;
	/* mkdir -p asks for what is above, which is there */
	return strncmp(name, "mkdir", 5) == 0 &&
	       (below(t->root, path) || below(t->state, path) || strcmp(path, "/") == 0);
}

static void wrote(struct trace *t, const char *name, const char *folder, const char *path)
{
	char whole[PATH_BYTES];

	t->writes++;
	if (path[0] == '/')
		snprintf(whole, sizeof(whole), "%s", path);
	else
		snprintf(whole, sizeof(whole), "%s/%s", folder ? folder : "?unknown folder?", path);
	if (whole[0] == '/')
		normalise(whole);
	if (whole[0] == '/')
		note_result(t, name, whole);
	if (may_write(t, whole, name))
		return;
	t->outside++;
	if (!t->quiet)
		fprintf(stderr, "%s %s\n", name, whole);
}

/* Splits a call's arguments at the commas outside of quotes, braces and <>; in place. */
static size_t split(char *text, char *args[ARGS_MAX])
{
	size_t n = 0;
	int depth = 0;
	bool quoted = false;

	args[n++] = text;
	for (char *p = text; *p; p++) {
		if (quoted && *p == '\\' && p[1])
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (strchr("{[<(", *p))
			depth++;
		else if (strchr("}]>", *p) || (*p == ')' && depth > 0))
			depth--;
		else if (*p == ')' || (*p == ' ' && strncmp(p, " <unfinished", 12) == 0)) {
			*p = '\0';
			break;
		} else if (*p == ',' && depth == 0 && n < ARGS_MAX) {
			*p++ = '\0';
			args[n++] = p + (*p == ' ');
		}
	}
	return n;
}

/* "\"/etc/x\"" without its quotes, or "5</etc/x>" what is between; "" when it is neither. In place. */
static char *inner(char *arg)
{
	char *from = strpbrk(arg, "\"<"), *to;

	if (!from)
		return arg + strlen(arg);
	to = strrchr(from + 1, *from == '"' ? '"' : '>');
	if (to)
		*to = '\0';
	return from + 1;
}

static void set_cwd(struct process *p, const char *path)
{
	char *whole = path[0] == '/' || !p->cwd ? xstrdup(path) : xasprintf("%s/%s", p->cwd, path);

	free(p->cwd);
	p->cwd = whole[0] == '/' ? whole : NULL;
	if (p->cwd)
		normalise(p->cwd);
	else
		free(whole);
}

/* The folder that a call's descriptor stands for; AT_FDCWD tells where the process is. */
static const char *folder_of(struct process *p, char *arg)
{
	bool cwd = strncmp(arg, "AT_FDCWD", 8) == 0;
	char *path = inner(arg);

	if (cwd && *path == '/')
		set_cwd(p, path);
	return cwd ? p->cwd : path;
}

static bool for_writing(const char *flags)
{
	return strstr(flags, "O_WRONLY") || strstr(flags, "O_RDWR") || strstr(flags, "O_CREAT") ||
	       strstr(flags, "O_TRUNC") || strstr(flags, "O_TMPFILE");
}

static bool is_one_of(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

static void forbidden(struct trace *t, const char *name, const char *what)
{
	t->writes++;
	t->outside++;
	if (!t->quiet)
		fprintf(stderr, "%s %s\n", name, what);
}

/* Signals go to processes of this trace only (0: a group of one's own). */
static void check_kill(struct trace *t, const char *name, const char *arg)
{
	long pid = strtol(arg, NULL, 10);

	if (pid < -1)
		pid = -pid;
	if (pid < 0 || (pid > 0 && !process_find(t, pid)))
		forbidden(t, name, arg);
}

static void check_socket(struct trace *t, const char *name, char *address)
{
	char *path = strstr(address, "sun_path=");

	if (path && strcmp(inner(path), "/var/run/nscd/socket") == 0)
		return; /* getpwuid asks for it */
	forbidden(t, name, address);
}

static void check_open(
	struct trace *t, struct process *p, const char *name, char *args[ARGS_MAX], bool at)
{
	const char *folder = at ? folder_of(p, args[0]) : p->cwd;
	const char *flags = args[at ? 2 : 1];

	p->writing = strcmp(name, "creat") == 0 || (flags && for_writing(flags));
	if (p->writing)
		wrote(t, name, folder, inner(args[at ? 1 : 0]));
}

static void check_call(
	struct trace *t, struct process *p, const char *name, char *args[ARGS_MAX], size_t n)
{
	static const char *const one[] = {"unlink", "rmdir", "mkdir", "truncate", "mknod", "chmod",
		"chown", "lchown", "utime", "utimes", "setxattr", "lsetxattr", NULL};
	static const char *const one_at[] = {"unlinkat", "mkdirat", "mknodat", "fchmodat",
		"fchownat", "utimensat", "futimesat", NULL};
	static const char *const by_fd[] = {"fchmod", "fchown", "fsetxattr", NULL};

	if (strcmp(name, "open") == 0 || strcmp(name, "creat") == 0) {
		check_open(t, p, name, args, false);
	} else if (strcmp(name, "openat") == 0 || strcmp(name, "openat2") == 0) {
		check_open(t, p, name, args, true);
	} else if (strcmp(name, "chdir") == 0 || strcmp(name, "fchdir") == 0) {
		set_cwd(p, inner(args[0]));
	} else if (is_one_of(name, one)) {
		wrote(t, name, p->cwd, inner(args[0]));
	} else if (is_one_of(name, by_fd)) {
		wrote(t, name, NULL, inner(args[0]));
	} else if (is_one_of(name, one_at) && n > 1) {
		const char *folder = folder_of(p, args[0]);

		wrote(t, name, folder, strcmp(args[1], "NULL") == 0 ? folder : inner(args[1]));
	} else if ((strcmp(name, "rename") == 0 || strcmp(name, "link") == 0) && n > 1) {
		wrote(t, name, p->cwd, inner(args[0]));
		wrote(t, name, p->cwd, inner(args[1]));
	} else if ((strncmp(name, "renameat", 8) == 0 || strcmp(name, "linkat") == 0) && n > 3) {
		wrote(t, name, folder_of(p, args[0]), inner(args[1]));
		wrote(t, name, folder_of(p, args[2]), inner(args[3]));
	} else if (strcmp(name, "symlink") == 0 && n > 1) {
		wrote(t, name, p->cwd, inner(args[1]));
	} else if (strcmp(name, "symlinkat") == 0 && n > 2) {
		wrote(t, name, folder_of(p, args[1]), inner(args[2]));
	} else if (strcmp(name, "kill") == 0 || strcmp(name, "tkill") == 0 ||
		   strcmp(name, "tgkill") == 0) {
		check_kill(t, name, args[0]);
	} else if ((strcmp(name, "connect") == 0 || strcmp(name, "bind") == 0) && n > 1) {
		check_socket(t, name, args[1]);
	} else {
		forbidden(t, name, args[0]);
	}
}

/* Where an open that is for writing really led, over symbolic links. */
static void check_result(struct trace *t, struct process *p, char *result)
{
	char *path;

	if (!p->writing || !isdigit((unsigned char)*result))
		return;
	path = inner(result);
	if (*path == '/' && !may_write(t, path, "open"))
		forbidden(t, "opened", path);
	p->writing = false;
}

/* "1234 openat(AT_FDCWD</>, "x", O_RDONLY) = 3</x>", or its halves. */
static void read_line(struct trace *t, char *line)
{
	char *at, *args[ARGS_MAX] = {NULL}, *result = NULL;
	long pid = strtol(line, &at, 10);
	struct process *p;
	size_t n;

	p = process_find(t, pid);
	assert_non_null(p);
	at += strspn(at, " ");
	if (strncmp(at, "---", 3) == 0 || strncmp(at, "+++", 3) == 0)
		return;
	for (char *r = at; (r = strstr(r, " = ")); r += 3)
		result = r + 3;
	if (strncmp(at, "<...", 4) == 0) {
		if (result)
			check_result(t, p, result);
		return;
	}
	n = strcspn(at, "(");
	if (at[n] != '(')
		return;
	at[n] = '\0';
	if (result)
		result = xstrdup(result);
	p->writing = false;
	check_call(t, p, at, args, split(at + n + 1, args));
	if (result)
		check_result(t, p, result);
	free(result);
}

/* A process is one of ours when it has a line; where it is it tells with the first file it opens. */
static void meet(struct trace *t, const char *text)
{
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		long pid = strtol(line, NULL, 10);

		assert_true(pid > 0);
		if (process_find(t, pid))
			continue;
		t->processes = xrealloc(t->processes, t->nprocesses + 1, sizeof(*t->processes));
		t->processes[t->nprocesses++] = (struct process){.pid = pid};
	}
}

static void read_trace(struct trace *t, char *text)
{
	char *rest;

	meet(t, text);
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		read_line(t, line);
	for (size_t i = 0; i < t->nprocesses; i++)
		free(t->processes[i].cwd);
	free(t->processes);
}

/* --- what is looked for is found --------------------------------------------------------------------------- */

static int outside_in(const char *lines)
{
	struct trace t = {.root = "/tmp/demo", .state = "/home/me/state", .quiet = true};
	char *text = xstrdup(lines);

	read_trace(&t, text);
	free(text);
	return t.outside;
}

static void test_reader(void **state)
{
	static const struct {
		const char *lines;
		int outside;
	} cases[] = {
		{"7 openat(AT_FDCWD</>, \"/etc/passwd\", O_RDONLY|O_CLOEXEC) = 3</etc/passwd>\n",
			0},
		{"7 openat(AT_FDCWD</>, \"/etc/passwd\", O_WRONLY|O_CREAT, 0644) = -1 EACCES (x)\n",
			1},
		{"7 openat(AT_FDCWD</>, \"/tmp/demo/a\", O_WRONLY <unfinished ...>\n"
		 "8 unlink(\"/tmp/demo/b\") = 0\n7 <... openat resumed>) = 3</etc/a>\n",
			1},
		{"7 openat(AT_FDCWD</>, \"/tmp/demo/../x\", O_RDWR) = 3</tmp/x>\n", 2},
		{"7 openat(AT_FDCWD</tmp/demo>, \"x\", O_RDWR) = 3</tmp/demo/x>\n7 mkdir(\"y\", "
		 "0777) = 0\n",
			0},
		{"7 chdir(\"/etc\") = 0\n7 mkdir(\"y\", 0777) = 0\n", 1},
		{"7 mkdir(\"y\", 0777) = 0\n", 1},
		{"7 chdir(\"/tmp/demo\") = 0\n7 rename(\"a, b\", \"/etc/a\") = 0\n", 1},
		{"7 symlinkat(\"/etc/passwd\", 4</tmp/demo>, \"x\") = 0\n", 0},
		{"7 renameat2(4</tmp/demo>, \"a\", 5</etc>, \"b\", 0) = 0\n", 1},
		{"7 unlinkat(4</tmp/demon>, \"a\", 0) = 0\n", 1},
		{"7 utimensat(3</etc/x>, NULL, NULL, 0) = 0\n7 fchmod(3</tmp/demo/x>, 0600) = 0\n",
			1},
		{"7 mkdir(\"/tmp\", 0777) = -1 EEXIST (File exists)\n7 mkdir(\"/tmp/demo\", 0777) "
		 "= 0\n",
			0},
		{"7 kill(8, SIGTERM) = 0\n8 chdir(\"/\") = 0\n7 kill(-8, SIG_0) = 0\n7 kill(9, "
		 "SIGTERM) = 0\n",
			1},
		{"7 kill(-1, SIGKILL) = 0\n", 1},
		{"7 connect(3<socket:[1]>, {sa_family=AF_INET, sin_port=htons(53)}, 16) = 0\n", 1},
		{"7 openat(AT_FDCWD</>, \"/home/me/state/j\", O_WRONLY|O_APPEND) = "
		 "3</home/me/state/j>\n",
			0},
		{"7 mount(\"a\", \"/tmp/demo/b\", \"ext4\", 0, NULL) = 0\n", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (outside_in(cases[i].lines) != cases[i].outside)
			fail_msg("%d instead of %d in:\n%s", outside_in(cases[i].lines),
				cases[i].outside, cases[i].lines);
}

/* --- the walk ---------------------------------------------------------------------------------------------- */

static void start_traced(struct walk *w, const char *output)
{
	const char *const under[] = {"/usr/bin/strace", "-f", "--seccomp-bpf", "-y", "-qq", "-s",
		"4096", "-o", output, "-e", traced, NULL};
	const char *const env[] = {
		"ASAN_OPTIONS=detect_leaks=0", NULL}; /* LeakSanitizer cannot be traced */

	w->under = under;
	walk_demo(w, WALK_ROWS, WALK_COLS, NULL, env);
	w->under = NULL;
	w->traced = true;
}

static void run_docker(struct walk *w, const char *end)
{
	walk_prepare(w, 1);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Cancel");
	vt_keys(w->v, "y");
	vt_wait(w->v, end);
}

/* An undo, a step that fails and is put back, one that is cancelled. */
static void walk_badly(struct walk *w)
{
	run_docker(w, "disks: done");
	vt_keys(w->v, "u");
	vt_wait(w->v, "Cancel");
	vt_keys(w->v, "y");
	vt_wait(w->v, "disks: to do");
	walk_put(w, "demo/fail/container-config.once", "");
	run_docker(w, "disks: failed, put back");
	walk_put(w, "demo/fail/progress", "600");
	walk_confirm_extend(w);
	vt_wait(w->v, "extending");
	vt_keys(w->v, CTRL_C);
	vt_wait(w->v, "Keep it running");
	vt_keys(w->v, DOWN ENTER);
	vt_wait(w->v, "volume: failed");
	free(walk_sh(w, "rm \"$root\"/demo/fail/progress"));
}

/* Every step, and the end of the run. */
static void walk_well(struct walk *w)
{
	walk_confirm_extend(w);
	vt_wait(w->v, "volume: done");
	run_docker(w, "disks: done");
	walk_prepare(w, 2);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Run it");
	vt_keys(w->v, "\t" ENTER);
	vt_wait(w->v, "Measure the disks: done");
	vt_keys(w->v, ":finish" ENTER);
	vt_wait(w->v, "Finish this run");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "the run is closed");
	vt_keys(w->v, "9");
	vt_wait(w->v, "1 session");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Summary");
}

static void prove(struct walk *w, bool badly_first)
{
	char *output = xasprintf("%s/trace", w->dir), *state = xasprintf("%s/state", w->dir), *text;
	struct trace t = {.root = w->root, .state = state};
	FILE *f;
	long size;

	start_traced(w, output);
	walk_root(w);
	walk_phase(w);
	if (badly_first)
		walk_badly(w);
	walk_well(w);
	walk_quit(w);
	f = fopen(output, "r");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	text = xcalloc(1, (size_t)size + 1);
	assert_int_equal(fread(text, 1, (size_t)size, f), size);
	fclose(f);
	read_trace(&t, text);
	printf("%s as %s: %d calls that write, %d outside\n", w->which,
		geteuid() == 0 ? "root" : "an ordinary user", t.writes, t.outside);
	assert_true(t.writes > 1000); /* it did see the server's files being made and changed */
	assert_int_equal(t.outside, 0);
	assert_int_equal(t.direct, 0);
	assert_true(t.renamed >= 3);
	free(text);
	free(output);
	free(state);
}

static void test_phase_1(void **state)
{
	prove(*state, true);
}

static void test_phase_0(void **state)
{
	struct walk *w = *state;

	w->which = "--demo";
	w->ready = "17/22";
	prove(w, false);
}

/* strace is there, and may trace. */
static bool can_trace(void)
{
	int status;
	pid_t pid;

	if (access("/usr/bin/strace", X_OK) != 0)
		return false;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		execl("/usr/bin/strace", "strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null",
			"true", (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reader),
		walk_test(test_phase_1),
		walk_test(test_phase_0),
	};

	if (!can_trace()) {
		fprintf(stderr, "skipped: there is no strace here, or it may not trace (ptrace is "
				"forbidden)\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

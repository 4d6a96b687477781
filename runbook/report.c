#include "runbook/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "runbook/journal.h"
#include "runbook/report_private.h"
#include "runbook/store_file.h"

int report_format_parse(const char *name, enum report_format *out, struct err *e)
{
	if (strcmp(name, "md") == 0 || strcmp(name, "markdown") == 0)
		*out = REPORT_MARKDOWN;
	else if (strcmp(name, "json") == 0)
		*out = REPORT_JSON;
	else
		return err_set(e, ERR_USAGE, _("no report format “%s”: md or json"), name);
	return 0;
}

int report_make(struct journal *const *journals, size_t n, const char *run,
	enum report_format format, struct buf *out, struct err *e)
{
	if (n == 0)
		return err_set(e, ERR_USAGE, "%s", _("there is nothing to report"));
	struct rep *r = rep_new(journals, n, run);
	int rc = 0;
	if (run && r->nruns == 0 && r->nactions == 0 && r->intact)
		rc = err_set(e, ERR_USAGE, _("no run “%s” in these sessions"), run);
	else if (format == REPORT_MARKDOWN)
		report_markdown(r, run, out);
	else
		report_json(r, run, out);
	if (rc == 0 && out->cut)
		rc = err_set(e, ERR_LIMIT, "%s", _("the report is too large"));
	rep_free(r);
	return rc;
}

int report_find(const char *state_dir, const char *what, enum report_format format, struct buf *out,
	bool *intact, struct err *e)
{
	struct session_info *list = NULL;
	struct journal **journals;
	size_t n = 0, read = 0;
	int rc = session_find(state_dir, what, &list, &n, e);
	if (rc != 0)
		return rc;
	/* "HOST/RUN": what is found is not called so */
	const char *name = what ? strchr(what, '/') : NULL;
	const char *run = name && strcmp(list[0].session, name + 1) != 0 ? name + 1 : NULL;
	journals = xcalloc(n, sizeof(struct journal *));
	for (size_t i = n; i-- > 0 && rc == 0; read++) /* oldest first */
		rc = journal_read(state_dir, list[i].host, list[i].session, &journals[read], e);
	if (rc == 0)
		rc = report_make(journals, read, run, format, out, e);
	for (size_t i = 0; intact && i < read; i++)
		*intact = (i == 0 || *intact) && journals[i] && journals[i]->chain != CHAIN_BROKEN;
	for (size_t i = 0; i < n; i++)
		journal_free(journals[i]);
	free(journals);
	session_list_free(list, n);
	return rc;
}

int report_save(const char *path, const char *text, size_t n, struct err *e)
{
	struct stat st;
	int rc = 0, saved;
	/* a device or a pipe is written to; a file is replaced by rename, so a full disk spoils nothing */
	bool plain = stat(path, &st) != 0 || S_ISREG(st.st_mode);
	char *part = plain ? xasprintf("%s.part", path) : xstrdup(path);
	int fd = open(
		part, O_WRONLY | O_CREAT | O_CLOEXEC | (plain ? O_TRUNC | O_NOFOLLOW : 0), 0644);
	if (fd < 0 || store_write_all(fd, text, n) != 0 || (plain && fsync(fd) != 0))
		rc = -1;
	saved = errno;
	if (fd >= 0 && close(fd) != 0 && rc == 0) {
		saved = errno;
		rc = -1;
	}
	if (rc == 0 && plain && rename(part, path) != 0) {
		saved = errno;
		rc = -1;
	}
	if (rc != 0) {
		if (plain && fd >= 0)
			unlink(part);
		rc = err_set(e, ERR_IO, _("cannot write %s: %s"), path, strerror(saved));
	}
	free(part);
	return rc;
}

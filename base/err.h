/* err: what went wrong, as a code for the program and a sentence for a person. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* Codes are negative; 0 is success. The program's exit status comes from err_exit_status(). */
enum err_code {
	ERR_FAILED = -1,  /* it was tried and did not work (exit 1) */
	ERR_USAGE = -2,   /* the caller's words or a user's file are wrong (exit 2) */
	ERR_LINK = -3,    /* the server cannot be reached, or was lost (exit 3) */
	ERR_REFUSED = -4, /* refused on purpose: host key, writable phase, lock (exit 4) */
	ERR_LIMIT = -5,   /* larger, longer or deeper than we accept (exit 1) */
	ERR_IO = -6,      /* a local file or device failed (exit 1) */
	ERR_CANCELLED = -7,
};

struct err {
	int code;
	char text[512]; /* one line for a person: what, where, what to do; already gettext'ed */
};

/*
 * Fills *e (which may be NULL) and returns code, so that a function can end with
 * `return err_set(e, ERR_IO, _("cannot read %s: %s"), path, strerror(errno));`
 * Text longer than the field is cut at a character boundary.
 */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text of *e. */
void err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The program's exit status for a code: 0, 1, 2, 3 or 4. */
int err_exit_status(int code);

#endif

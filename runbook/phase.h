/*
 * phase: a phase as it stands in its folder: phase.json and one .sh a step. Data only; nothing runs here.
 *
 * phase.json (example; every text for people is {"en": "...", "fr": "..."}; format documented in doc/phase.md):
 * { "format": 1, "title": {…}, "goal": {…},
 *   "steps": [ { "id": "extend-lvm", "title": {…}, "why": {…}, "risk": "high", "minutes": 10, "timeout": "15m",
 *       "root": true, "confirm": "type:{volume}" | "yes" | "enter" | "none" (default by risk: none none, low enter,
 *       medium and high y, destructive type the step's id), "undo": {…what undo does} | "undo": false with "undo_why": {…},
 *       "undo_on_failure": true, "dead_man": 0, "deferrable": true,
 *       "params": [ {"name": "add", "type": "size|integer|text|choice|choices|secret|bool", "pattern": "PCRE2", "default": "50G", "profile": "KEY", "title": {…}, "help": {…}} ],
 *       "says": { "too-little": {"en": "Only {1} free, {2} wanted", "fr": …} },
 *       "not_offered": [ {"command": "e2fsck -f -D …", "why": {…}} ],
 *       "facts": ["disk.root.size", "phase.read-speed"] (measured before and after) } ],
 *   "facts": { "phase.NAME": {"unit": "bytes/s", "better": "higher", "label": {…}} },
 *   "criteria": [ {"id": "space", "title": {…}, "test": "disk.root.size > 140G" | "attest": {…question} , "for": …in the test} ] }
 */
#ifndef RUNBOOK_PHASE_H
#define RUNBOOK_PHASE_H

#include <stdbool.h>
#include <stddef.h>

#include "backends/facts.h"

struct err;

struct words { char *en, *fr; };
/* The text in the language in use (setlocale's, or --lang); en when fr is missing. Borrowed. */
const char *words_get(const struct words *w);
void words_set_language(const char *lang); /* "fr" or "en": set once at start, from --lang or the locale */

enum risk { RISK_NONE, RISK_LOW, RISK_MEDIUM, RISK_HIGH, RISK_DESTRUCTIVE };
enum confirm { CONFIRM_NONE, CONFIRM_ENTER, CONFIRM_YES, CONFIRM_TYPE };
/* PARAM_CHOICES: several of a list, joined by single spaces; "" is none of them. */
enum param_type {
	PARAM_TEXT,
	PARAM_SIZE,
	PARAM_INTEGER,
	PARAM_CHOICE,
	PARAM_CHOICES,
	PARAM_SECRET,
	PARAM_BOOL
};

struct param {
	char *name;
	enum param_type type;
	char *pattern;   /* or NULL */
	char *fallback;  /* default value */
	char *profile;   /* key of the host's profile that gives another default, or NULL */
	struct words title, help;
};

struct say { char *id; struct words text; };

/* What somebody may think of instead of the step, and why it is not offered. */
struct refusal { char *command; struct words why; };

struct step {
	char *id;
	struct words title, why, undo, undo_why;
	enum risk risk;
	int minutes;
	int timeout_s;
	int look_s;  /* preflight, check, plan; 0: the usual */
	int grace_s; /* between TERM and KILL; 0: the usual */
	bool root, undoable, undo_on_failure, deferrable;
	int dead_man_s;
	enum confirm confirm;
	char *confirm_word; /* CONFIRM_TYPE: may hold {param} */
	struct param *params; size_t nparams;
	struct say *says; size_t nsays;
	struct refusal *refusals; size_t nrefusals;
	char **facts; size_t nfacts;
	char *script_of;    /* step whose script this one runs, itself as a rule */
	char *script;       /* text of that one's ID.sh */
	char script_digest[65];
};

/* "phase.read-speed", or a family "phase.read-speed.*" whose members the script names ("phase.read-speed.sdb"). */
struct phase_fact { char *name; enum unit unit; enum better better; struct words label; };

struct criterion {
	char *id;
	struct words title;
	char *test;            /* "disk.root.size > 140G", or NULL when attested */
	struct words attest;   /* what the operator vouches for */
};

struct phase {
	char *id;       /* folder's name */
	char *dir;
	char digest[65]; /* over phase.json and all scripts, in order */
	struct words title, goal;
	struct step *steps; size_t nsteps;
	struct phase_fact *facts; size_t nfacts;
	struct criterion *criteria; size_t ncriteria;
};

/* Reads one folder. Errors name file and line. ERR_REFUSED when it or its files may be written by others. */
int phase_load(const char *dir, struct phase **out, struct err *e);
void phase_free(struct phase *p);
const struct step *phase_step(const struct phase *p, const char *id);
/* Its own fact of that name, or the family that the name belongs to; NULL: neither. */
const struct phase_fact *phase_fact_find(const struct phase *p, const char *name);

struct phase_entry { char *id, *dir; struct words title; char *problem; /* NULL: loads */ };
/* All phases of datadir/phases, /etc/twistertui/phases, the user's; a later one of the same id wins; sorted. */
int phase_list(struct phase_entry **out, size_t *n);
void phase_entries_free(struct phase_entry *entries, size_t n);
/* By id, by its beginning up to a "-" when only one has that, or by any unique beginning. */
int phase_find(const char *id, struct phase **out, struct err *e);

/* Value against type and pattern: 0, or ERR_USAGE with a line for a person. */
int param_check(const struct param *p, const char *value, struct err *e);

/* May it be one of the values of a PARAM_CHOICES? */
bool param_word(const char *value);

/*
 * A place for an argument at t: {n}, or {n:ONE|MANY}, words that depend on how many it is. Returns its length, 0 for none;
 * *arg is n - 1; *one and *many point into t, each up to the | or }, NULL for the first form.
 */
size_t say_place(const char *t, int *arg, const char **one, const char **many);

/*
 * A say's words with {1}…{9} replaced by args (clean text), {n:ONE|MANY} by ONE where args say 1 (in French also 0). Unknown
 * id: the id and args themselves. Owned.
 */
char *step_say(const struct step *s, const char *id, char *const *args, int nargs);

#endif

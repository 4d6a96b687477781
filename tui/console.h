/* console: the full screen, from the terminal's first cell to its last. */
#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

struct options;

/* The exit status. */
int console_run(const struct options *o);

#endif

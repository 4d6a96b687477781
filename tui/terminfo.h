/* terminfo: what can be asked of the terminal's description before curses starts. */
#ifndef TUI_TERMINFO_H
#define TUI_TERMINFO_H

#include <stdbool.h>

/* Is there a description of $TERM? newterm() says so, too, but keeps memory when there is none. */
bool terminfo_known(void);

#endif

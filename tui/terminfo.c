/* terminfo: is the terminal known? By itself, because <term.h> makes macros of ordinary words
 * ("columns"). */
#include <unistd.h>

#include <curses.h>
#include <term.h>

#include "tui/terminfo.h"

bool terminfo_known(void)
{
	int status = 0;

	if (setupterm(NULL, STDOUT_FILENO, &status) != OK)
		return false;
	del_curterm(cur_term);
	return true;
}

/* proc: keeps the simulated server's /proc moving, in a thread that dies with the program. */
#ifndef BACKENDS_DEMO_PROC_H
#define BACKENDS_DEMO_PROC_H

struct proc;

/* rootfd: the server's folder, borrowed until proc_stop. seed: which course the load takes. NULL when
 * no thread can be had. */
struct proc *proc_start(int rootfd, unsigned seed);
void proc_stop(struct proc *p); /* NULL is fine */

#endif

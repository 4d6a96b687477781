/* bench_sshd: the tests' sshd on 127.0.0.1, with the demo's tools on its PATH; and a slow road to it. */
#ifndef TESTS_BENCH_SSHD_H
#define TESTS_BENCH_SSHD_H

#include <stdbool.h>

struct bench_sshd;

/* Starts one. NULL when there is no demo or no folder; it says why. Without sshd the program ends. */
struct bench_sshd *bench_sshd_start(void);
void bench_sshd_stop(struct bench_sshd *s); /* NULL is fine */

/* An ssh_config file in which the server is called "bench", and "far" when bench_sshd_far() was called. */
const char *bench_sshd_config(const struct bench_sshd *s);
/* Two more ways to it, both through itself: "hopped" by ProxyJump, "piped" by a ProxyCommand of `ssh -W`. */
bool bench_sshd_hops(struct bench_sshd *s);
/* Makes the road "far", which takes ms each way. False when it could not. */
bool bench_sshd_far(struct bench_sshd *s, int ms);

#endif

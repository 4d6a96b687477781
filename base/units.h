/* units: figures as people read them, and back. */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_SIZE 48

/* As `df -h` prints (coreutils human_ceiling, powers of 1024): "98G", "1.5T", "512M", "0". NAN: "?" */
char *units_bytes(double bytes, char out[UNITS_SIZE]);
/* With two decimals and IEC names, as LVM users read it: "100.00 GiB". NAN: "?" */
char *units_bytes_exact(double bytes, char out[UNITS_SIZE]);
/* "3 s", "2 min 12 s", "35 h", "12 d" - two largest units. Seconds; negative or NAN: "?" */
char *units_duration(double seconds, char out[UNITS_SIZE]);
/* Age for a narrow column: "3s", "2m", "35h", "12d". */
char *units_age(double seconds, char out[UNITS_SIZE]);
/* df's own percentage: used / (used + available), rounded up; NAN when nothing is known. */
double units_percent(double used, double available);
/* "10K", "1.5G", "500M", "42" (K M G T P = 1024^n, an "iB" or "B" may follow) to bytes; NAN when it
 * is not one. Also Kubernetes and LVM spellings "100.00g", "512Mi". */
double units_parse_bytes(const char *s);
/* "90s" "15m" "26h" "7d" or plain seconds, to seconds; NAN when it is not one. */
double units_parse_duration(const char *s);

#endif

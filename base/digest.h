/* digest: SHA-256 and random tokens, from libcrypto and the kernel. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_HEX 65 /* 64 hex digits and the 0 */
#define TOKEN_HEX 33  /* 128 random bits and the 0 */

struct digest;
struct digest *digest_new(void);
void digest_add(struct digest *d, const void *bytes, size_t n);
/* Writes the hex digest and frees d. */
void digest_end(struct digest *d, char out[DIGEST_HEX]);
/* All at once. */
void digest_hex(const void *bytes, size_t n, char out[DIGEST_HEX]);
/* 128 bits from getrandom() as lower-case hex. */
void digest_token(char out[TOKEN_HEX]);

#endif

#include "base/digest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/evp.h>

#include "base/alloc.h"

struct digest {
	EVP_MD_CTX *ctx;
};

static void hex(const unsigned char *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

/* libcrypto without SHA-256, or without memory: nothing that is signed or verified could be trusted. */
static void need(int ok)
{
	if (!ok)
		abort();
}

struct digest *digest_new(void)
{
	struct digest *d = xcalloc(1, sizeof *d);

	d->ctx = EVP_MD_CTX_new();
	need(d->ctx != NULL);
	need(EVP_DigestInit_ex(d->ctx, EVP_sha256(), NULL));
	return d;
}

void digest_add(struct digest *d, const void *bytes, size_t n)
{
	need(EVP_DigestUpdate(d->ctx, bytes, n));
}

void digest_end(struct digest *d, char out[DIGEST_HEX])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	need(EVP_DigestFinal_ex(d->ctx, md, &n));
	hex(md, n, out);
	EVP_MD_CTX_free(d->ctx);
	free(d);
}

void digest_hex(const void *bytes, size_t n, char out[DIGEST_HEX])
{
	struct digest *d = digest_new();

	digest_add(d, bytes, n);
	digest_end(d, out);
}

void digest_token(char out[TOKEN_HEX])
{
	unsigned char bits[(TOKEN_HEX - 1) / 2];

	need(getrandom(bits, sizeof bits, 0) == (ssize_t)sizeof bits);
	hex(bits, sizeof bits, out);
}

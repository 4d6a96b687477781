#include "backends/secret.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t secret_pages(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (n + 1 + page - 1) / page * page;
}

char *secret_dup(const void *bytes, size_t n)
{
	size_t size;
	char *s;

	size = secret_pages(n);
	s = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED)
		abort();
	/* Best effort: an ordinary user may lock a few pages only, and a password must work anyway. */
	(void)mlock(s, size);
	(void)madvise(s, size, MADV_DONTDUMP);
	(void)madvise(s, size, MADV_DONTFORK);
	if (n)
		memcpy(s, bytes, n);
	s[n] = '\0';
	return s;
}

void secret_free(char *secret, size_t n)
{
	if (!secret)
		return;
	OPENSSL_cleanse(secret, n);
	munmap(secret, secret_pages(n));
}

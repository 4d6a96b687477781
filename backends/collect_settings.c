/* What of a profile travels to the server: where to look. */
#include <stdlib.h>

#include "backends/collect.h"
#include "backends/host.h"
#include "backends/server.h"
#include "base/buf.h"

int collect_settings(const struct host *host, struct buf *out)
{
	static const struct {
		const char *key, *variable;
	} carried[] = {
		{"kubeconfig", "tw_kubeconfig"},
		{"namespaces", "tw_namespaces"},
		{"backup.postgres.dir", "tw_backup_postgres_dir"},
		{"backup.redis.dir", "tw_backup_redis_dir"},
		{"backup.log", "tw_backup_log"},
	};
	int rc = 0;

	for (size_t i = 0; i < sizeof(carried) / sizeof(carried[0]) && rc == 0; i++) {
		const char *value = host ? host_get(host, carried[i].key, "") : "";
		char *quoted = shell_quote(value);

		rc = buf_addf(out, "%s=%s\n", carried[i].variable, quoted);
		free(quoted);
	}
	return rc;
}

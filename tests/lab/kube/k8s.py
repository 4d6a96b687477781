"""A small Kubernetes client: standard library only, one kept-open connection per thread.

As a program: `k8s.py ready DIR` says by its exit status whether the API of DIR answers.
"""
import http.client, json, os, ssl, sys, threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

MERGE = 'application/merge-patch+json'


class Error(Exception):
    def __init__(self, code, body):
        super().__init__('%d %s' % (code, body[:300]))
        self.code = code


class Api:
    def __init__(self, directory):
        env = dict(l.strip().split('=', 1) for l in open(os.path.join(directory, 'env')))
        u = urlsplit(env['API'])
        self.host, self.port, self.token = u.hostname, u.port, env['TOKEN']
        self.tls = ssl.create_default_context(cafile=env['CA'])
        self.local = threading.local()

    def connect(self):
        return http.client.HTTPSConnection(self.host, self.port, context=self.tls)

    def call(self, method, path, body=None, kind='application/json'):
        headers = {'Authorization': 'Bearer ' + self.token, 'Content-Type': kind}
        data = None if body is None else json.dumps(body)
        for again in (True, False):
            c = getattr(self.local, 'c', None)
            if c is None:
                c = self.local.c = self.connect()
            try:
                c.request(method, path, data, headers)
                r = c.getresponse()
                text = r.read()
                break
            except (http.client.HTTPException, OSError):
                c.close()
                self.local.c = None
                if not again:
                    raise
        if r.status >= 300:
            raise Error(r.status, text.decode())
        return json.loads(text) if text else None

    def get(self, path):
        return self.call('GET', path)

    def post(self, path, body):
        return self.call('POST', path, body)

    def patch(self, path, body):
        return self.call('PATCH', path, body, MERGE)

    def watch(self, path, version):
        """Yields (type, object) until the server ends the stream."""
        c = self.connect()
        c.request('GET', '%s%swatch=1&resourceVersion=%s' % (path, '&' if '?' in path else '?', version),
                  headers={'Authorization': 'Bearer ' + self.token})
        r = c.getresponse()
        if r.status != 200:
            raise Error(r.status, r.read().decode())
        for line in r:
            e = json.loads(line)
            yield e['type'], e['object']


def each(work, items, threads=4):
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


def ready(directory):
    api = Api(directory)
    c = api.connect()
    c.request('GET', '/readyz', headers={'Authorization': 'Bearer ' + api.token})
    return c.getresponse().read() == b'ok'


if __name__ == '__main__':
    try:
        sys.exit(0 if ready(sys.argv[2]) else 1)
    except (OSError, ssl.SSLError, http.client.HTTPException):
        sys.exit(1)

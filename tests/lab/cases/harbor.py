#!/usr/bin/env python3
"""harbor.py PORT PASSWORD-FILE DATA: stands in for Harbor's own programs, for Docker, containerd and the steps to talk to.

It answers as Harbor does where they ask: /api/v2.0/health; /v2/ with a bearer token from /service/token (a right password
makes it admin's; without one, anybody's, who may pull); blobs and manifests, checked against their digest and kept below DATA.
As with Harbor, the password of admin is taken when DATA is new, and never again.
DATA/sick: it says that its database is unhealthy. DATA/forgetful: it says yes to a manifest and keeps none.
"""
import base64, hashlib, json, os, re, sys, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, password_file, data = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def path(*parts):
    return os.path.join(data, *parts)


def flag(name):
    return os.path.exists(path(name))


def keep(name, content):
    with open(path(name), 'wb') as f:
        f.write(content)


def kept(name):
    with open(path(name), 'rb') as f:
        return f.read()


class Harbor(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *words):
        pass

    def body(self):
        if self.headers.get('Transfer-Encoding') != 'chunked':
            return self.rfile.read(int(self.headers.get('Content-Length') or 0))
        text = b''
        while True:
            n = int(self.rfile.readline().split(b';')[0], 16)
            text += self.rfile.read(n)
            self.rfile.readline()
            if n == 0:
                return text

    def say(self, code, text=b'', kind='application/json', **headers):
        self.send_response(code)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(text)))
        self.send_header('Docker-Distribution-Api-Version', 'registry/2.0')
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(text)

    def no(self, code, word):
        self.say(code, json.dumps({'errors': [{'code': word, 'message': word.lower().replace('_', ' ')}]}).encode())

    def token(self):
        """Who asks: admin with the right password, anybody without one."""
        who = 'anybody'
        given = self.headers.get('Authorization', '')
        if given.startswith('Basic '):
            name, _, word = base64.b64decode(given[6:]).decode().partition(':')
            if name != 'admin' or word.encode() != kept('password'):
                return self.no(401, 'UNAUTHORIZED')
            who = 'admin'
        self.say(200, json.dumps({'token': who, 'expires_in': 1800}).encode())

    def health(self):
        word = 'unhealthy' if flag('sick') else 'healthy'
        self.say(200, json.dumps({'status': word, 'components': [
            {'name': 'core', 'status': 'healthy'}, {'name': 'database', 'status': word}]}, indent=1).encode())

    def answer(self):
        url = urllib.parse.urlsplit(self.path)
        text = self.body()
        if url.path == '/api/v2.0/health':
            return self.health()
        if url.path == '/service/token':
            return self.token()
        if not url.path.startswith('/v2/'):
            return self.no(404, 'NOT_FOUND')
        who = self.headers.get('Authorization', '')
        if not who.startswith('Bearer ') or self.command in ('POST', 'PATCH', 'PUT') and who != 'Bearer admin':
            return self.say(401, b'{"errors":[{"code":"UNAUTHORIZED","message":"unauthorized"}]}', WWW_Authenticate=
                            'Bearer realm="http://%s/service/token",service="harbor-registry"' % self.headers['Host'])
        if url.path == '/v2/':
            return self.say(200, b'{}')
        m = re.fullmatch(r'/v2/(.+)/(blobs|manifests)/(uploads/)?([A-Za-z0-9:._-]*)', url.path)
        if not m:
            return self.no(404, 'NOT_FOUND')
        if m[3]:
            return self.upload(m[1], m[4], text, urllib.parse.parse_qs(url.query))
        if self.command == 'PUT':
            return self.manifest(m[4], text)
        try:
            self.say(200, kept(m[4]), kept(m[4] + '.type').decode() if m[2] == 'manifests' else 'application/octet-stream',
                     Docker_Content_Digest='sha256:' + hashlib.sha256(kept(m[4])).hexdigest())
        except OSError:
            self.no(404, 'MANIFEST_UNKNOWN' if m[2] == 'manifests' else 'BLOB_UNKNOWN')

    def upload(self, name, upload, text, query):
        upload = upload or base64.b16encode(os.urandom(8)).decode()
        with open(path('upload.' + upload), 'ab') as f:
            f.write(text)
        place = '/v2/%s/blobs/uploads/%s' % (name, upload)
        if self.command != 'PUT':
            return self.say(202, Location=place, Range='0-%d' % max(os.path.getsize(path('upload.' + upload)) - 1, 0),
                            Docker_Upload_UUID=upload)
        digest = query['digest'][0]
        if 'sha256:' + hashlib.sha256(kept('upload.' + upload)).hexdigest() != digest:
            return self.no(400, 'DIGEST_INVALID')
        os.rename(path('upload.' + upload), path(digest))
        self.say(201, Location='/v2/%s/blobs/%s' % (name, digest), Docker_Content_Digest=digest)

    def manifest(self, tag, text):
        digest = 'sha256:' + hashlib.sha256(text).hexdigest()
        if not flag('forgetful'):
            for name in (digest, tag):
                keep(name, text)
                keep(name + '.type', self.headers['Content-Type'].encode())
        self.say(201, Location='/v2/x/manifests/' + digest, Docker_Content_Digest=digest)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = answer


os.makedirs(data, exist_ok=True)
if not flag('password'):
    with open(password_file, 'rb') as f:
        os.umask(0o077)
        keep('password', f.read().strip())
ThreadingHTTPServer(('', port), Harbor).serve_forever()

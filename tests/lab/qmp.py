#!/usr/bin/env python3
"""qmp.py SOCKET WHAT...: talks to a running qemu.

WHAT is `save FILE` (the machine stops, its state goes to FILE, compressed), `cont` (goes on as soon as what it was started
from has been read), or `quit` (its power is cut)."""
import json
import shlex
import socket
import sys
import time


class Qemu:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rw")
        self.read()
        self.run("qmp_capabilities")

    def read(self):
        while True:
            line = self.file.readline()
            if not line:
                raise SystemExit("qmp.py: qemu has ended")
            answer = json.loads(line)
            if "event" not in answer:
                return answer

    def run(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        answer = self.read()
        if "error" in answer:
            raise SystemExit(f"qmp.py: {command}: {answer['error']['desc']}")
        return answer["return"]

    def save(self, path):
        self.run("stop")
        self.run("migrate-set-parameters", **{"max-bandwidth": 8 << 30})
        self.run("migrate", uri="exec:zstd -q -1 -T0 >" + shlex.quote(path))
        while True:
            status = self.run("query-migrate").get("status")
            if status == "completed":
                return
            if status == "failed":
                raise SystemExit("qmp.py: the state could not be saved")
            time.sleep(0.05)

    def cont(self):
        while self.run("query-status")["status"] == "inmigrate":
            time.sleep(0.02)
        self.run("cont")

    def quit(self):
        try:
            self.run("quit")
        except (SystemExit, ConnectionError):
            pass  # it may be gone before it has answered


def main():
    qemu = Qemu(sys.argv[1])
    words = sys.argv[2:]
    while words:
        word = words.pop(0)
        if word == "save":
            qemu.save(words.pop(0))
        elif word == "cont":
            qemu.cont()
        elif word == "quit":
            qemu.quit()
        else:
            raise SystemExit(f"qmp.py: {word}: unknown")


main()

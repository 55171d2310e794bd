"""A browser without a window that is asked, over a pipe, what a page does."""

import fcntl
import json
import os
import subprocess
from contextlib import contextmanager


class Page:
    """A tab, driven by the DevTools protocol: JSON messages that end with a zero byte."""

    def __init__(self, send, receive):
        self._send, self._receive, self._number, self.events = send, receive, 0, []
        self._session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = session["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **params):
        """Send a command and wait for its answer; what happens meanwhile is kept in ``events``."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._send.write(json.dumps(message).encode() + b"\0")
        self._send.flush()
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self.events.append(answer)

    def _read(self):
        text = b""
        while not text.endswith(b"\0"):
            byte = self._receive.read(1)
            assert byte, "the browser has gone"
            text += byte
        return json.loads(text[:-1])

    def open(self, address):
        """Open a page and wait until it is loaded."""
        self.events.clear()
        self.ask("Page.navigate", url=address)
        while not self.of("Page.loadEventFired"):
            self.events.append(self._read())

    def run(self, script):
        """The value of an expression in the page."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def of(self, method):
        """What happened so far of one kind."""
        return [event["params"] for event in self.events if event.get("method") == method]


@contextmanager
def page(browser, folder):
    """A page of a browser that is closed at the end."""
    to_read, to_write = os.pipe(), os.pipe()  # what it reads, and what it writes

    def as_3_and_4():
        # from numbers above, since either may be 3 or 4 already
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read[0], to_write[1])]
        os.dup2(ends[0], 3)
        os.dup2(ends[1], 4)

    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--remote-debugging-pipe",
        f"--user-data-dir={folder / 'profile'}",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        preexec_fn=as_3_and_4,
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read[0])
    os.close(to_write[1])
    with os.fdopen(to_read[1], "wb") as send, os.fdopen(to_write[0], "rb") as receive:
        try:
            yield Page(send, receive)
        finally:
            process.kill()
            process.wait()

"""Drives Debian's chromium over the pipe of its debugging protocol: no port is opened, and it ends with the `with` block.

As a program it takes a page's address and a file of JavaScript expressions, one a line, and prints what each gives, what the
console told, and how long the page took, as JSON.
"""
import base64, json, os, subprocess, sys, tempfile, time


class Browser:
    def __init__(self, width=1280, height=900, dark=False):
        self.size, self.dark, self.count, self.console, self.buffer = (width, height), dark, 0, [], b""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="errata-browser-", ignore_cleanup_errors=True)
        to_read, self.writer = os.pipe()
        self.reader, to_write = os.pipe()
        # The protocol's ends are 3 and 4 in the child.
        def ends():
            first, second = os.dup(to_read), os.dup(to_write)
            os.dup2(first, 3), os.dup2(second, 4)
        arguments = ["chromium", "--headless=new", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
                     "--disable-dev-shm-usage", "--disable-background-networking", f"--user-data-dir={self.profile.name}"]
        if os.getuid() == 0:
            arguments.append("--no-sandbox")  # chromium has no sandbox for root
        self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=ends)
        os.close(to_read), os.close(to_write)
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Log"):
            self.ask(part + ".enable")
        width, height = self.size
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        scheme = "dark" if self.dark else "light"
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()

    def ask(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def next(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.reader, 1 << 16)
            if not piece:
                raise RuntimeError("chromium ended")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(line)
        kind, parameters = message.get("method"), message.get("params", {})
        if kind == "Runtime.consoleAPICalled":
            self.console.append(" ".join(str(part.get("value", part.get("description"))) for part in parameters["args"]))
        elif kind == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.console.append(details.get("exception", {}).get("description", details["text"]))
        elif kind == "Log.entryAdded":
            self.console.append(parameters["entry"]["text"])
        elif kind == "Page.javascriptDialogOpening":
            self.console.append("dialog: " + parameters["message"])
            self.count += 1
            answer = {"id": self.count, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            os.write(self.writer, json.dumps(answer | {"sessionId": self.session}).encode() + b"\0")
        return message

    def open(self, address):
        """Opens a page and waits for it; gives the milliseconds that the browser took until it was drawn."""
        self.ask("Page.navigate", url=address)
        deadline = time.monotonic() + 30
        while self.evaluate("document.readyState === 'complete' && performance.timing.loadEventEnd > 0") is not True:
            if time.monotonic() > deadline:
                raise RuntimeError("the page did not load in 30 s")
            time.sleep(0.01)
        return self.evaluate(
            "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(Math.max(performance.timing.loadEventEnd"
            " - performance.timing.navigationStart, ...performance.getEntriesByType('paint').map((e) => e.startTime))))))")

    def evaluate(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def screenshot(self, path, whole=True):
        image = base64.b64decode(self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"])
        with open(path, "wb") as file:
            file.write(image)
        return len(image)


if __name__ == "__main__":
    address, expressions, width = sys.argv[1], open(sys.argv[2]).read().splitlines(), int(sys.argv[3])
    with Browser(width=width, dark=len(sys.argv) > 4) as browser:
        took = browser.open(address)
        values = [browser.evaluate(line) for line in expressions]
        with tempfile.NamedTemporaryFile(suffix=".png") as image:
            size = browser.screenshot(image.name)
        json.dump({"values": values, "console": browser.console, "milliseconds": took, "screenshot": size}, sys.stdout)

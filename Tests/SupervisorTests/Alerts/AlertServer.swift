import Foundation

/// A receiver of webhooks on a free port of this machine.
final class AlertServer: Sendable {
  let address: String
  private let folder: String
  private let process: Process
  /// The server ends when this closes, which it does even when the tests crash.
  private let lifeline = Pipe()

  /// A request that came in.
  struct Request: Decodable {
    let headers: [String: String]
    let body: String
  }

  /// - Parameter answers: The statuses of its answers in turn, the last one for ever; 0 gives none.
  init(_ answers: [Int] = [200]) throws {
    folder = NSTemporaryDirectory() + "errata-alerts-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-u", "-c", Self.program, folder] + answers.map(String.init)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = lifeline
    try process.run()
    let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    address = "http://127.0.0.1:" + port.trimmingCharacters(in: .whitespacesAndNewlines) + "/hook"
  }

  deinit {
    // A child started from a pool's thread has SIGTERM blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// What came in, in its order.
  func requests() throws -> [Request] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      try JSONDecoder().decode(Request.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }
  }

  private static let program = """
    import http.server, json, os, sys, threading, time
    folder, answers, count = sys.argv[1], [int(a) for a in sys.argv[2:]], [0]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            number, count[0] = count[0], count[0] + 1
            name = os.path.join(folder, "%04d.json" % number)
            with open(name + ".part", "w") as file:
                json.dump({"headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}, file)
            os.rename(name + ".part", name)
            status = answers[min(number, len(answers) - 1)]
            if status == 0: time.sleep(30)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments): pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(server.server_address[1])
    server.serve_forever()
    """
}

import Foundation
import Testing

/// A server for the bare repositories below a folder: `git http-backend` behind a small web server, or an ssh daemon. It listens
/// on a free loopback port, and ends with the value.
final class GitServer: Sendable {
  /// What stands before a repository's path below the folder.
  let address: String
  /// Settings that a clone needs to reach it, as git's `key=value`.
  let settings: [String]
  private let folder: String
  private let process: Process
  /// The server ends when this closes, which it does even when the tests crash.
  private let lifeline = Pipe()

  /// Serves http to those who have a token.
  ///
  /// - Parameter token: Looked for in the command lines of all processes at every request, too.
  init(http root: String, token: String) throws {
    folder = try Workbench("git-http").root
    (process, address) = try GitServer.start(
      GitServer.web, [root, folder + "/shown"], ["GIT_SERVER_TOKEN": token], lifeline, scheme: "http://127.0.0.1:")
    settings = []
  }

  /// Serves ssh to whoever has a key that is made here; the address is an alias in a file of ssh settings, as people have them.
  init(ssh root: String) async throws {
    let bench = try Workbench("git-ssh")
    folder = bench.root
    for name in ["host", "key"] {
      let made = try await bench.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(name)"])
      try #require(made.code == 0, "\(made.errors)")
    }
    try FileManager.default.copyItem(atPath: folder + "/key.pub", toPath: folder + "/known")
    try """
    HostKey \(folder)/host
    AuthorizedKeysFile \(folder)/known
    StrictModes no
    UsePAM no
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    PidFile none

    """.write(toFile: folder + "/sshd", atomically: true, encoding: .utf8)
    let (process, port) = try GitServer.start(GitServer.daemon, [folder + "/sshd"], [:], lifeline, scheme: "")
    self.process = process
    let host = try String(contentsOfFile: folder + "/host.pub", encoding: .utf8)
    try "the-forge \(host)".write(toFile: folder + "/hosts", atomically: true, encoding: .utf8)
    try """
    Host the-forge
      HostName 127.0.0.1
      Port \(port)
      User \(NSUserName())
      HostKeyAlias the-forge
      IdentityFile \(folder)/key
      IdentitiesOnly yes
      UserKnownHostsFile \(folder)/hosts

    """.write(toFile: folder + "/client", atomically: true, encoding: .utf8)
    address = "ssh://the-forge" + root
    settings = ["core.sshCommand=ssh -F \(folder)/client"]
  }

  deinit {
    // A child started from a pool's thread has SIGTERM blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Command lines that showed the token.
  var shown: String { (try? String(contentsOfFile: folder + "/shown", encoding: .utf8)) ?? "" }

  private static func start(
    _ program: String, _ arguments: [String], _ variables: [String: String], _ lifeline: Pipe, scheme: String
  ) throws -> (Process, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-u", "-c", program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { _, new in new }
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = lifeline
    try process.run()
    let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    try #require(Int(port) != nil, "the server did not start")
    return (process, scheme + port)
  }

  private static let web = """
    import base64, glob, http.server, os, subprocess, sys, threading
    root, report = sys.argv[1:]
    token = os.environ.pop('GIT_SERVER_TOKEN')
    forms = [token.encode()] + [base64.b64encode(f'{user}:{token}'.encode()) for user in ('x-access-token', 'bot')]
    class Handler(http.server.BaseHTTPRequestHandler):
      protocol_version = 'HTTP/1.1'
      def log_message(self, *arguments): pass
      def look(self):
        for name in glob.glob('/proc/[0-9]*/cmdline'):
          try: line = open(name, 'rb').read()
          except OSError: continue
          if any(form in line for form in forms):
            with open(report, 'ab') as file: file.write(line.replace(b'\\0', b' ') + b'\\n')
      def answer(self):
        self.look()
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        told = base64.b64decode(self.headers.get('Authorization', '').partition(' ')[2]).decode()
        if told.partition(':')[2] != token:
          self.send_response(401)
          self.send_header('WWW-Authenticate', 'Basic realm="git"')
          self.send_header('Content-Length', '0')
          return self.end_headers()
        path, _, query = self.path.partition('?')
        variables = dict(os.environ, GIT_PROJECT_ROOT=root, GIT_HTTP_EXPORT_ALL='1', PATH_INFO=path, QUERY_STRING=query,
          REQUEST_METHOD=self.command, REMOTE_USER='bot', REMOTE_ADDR='127.0.0.1', CONTENT_LENGTH=str(len(body)),
          CONTENT_TYPE=self.headers.get('Content-Type', ''),
          HTTP_CONTENT_ENCODING=self.headers.get('Content-Encoding', ''),
          GIT_PROTOCOL=self.headers.get('Git-Protocol', ''))
        done = subprocess.run(['git', 'http-backend'], input=body, stdout=subprocess.PIPE, env=variables)
        head, _, rest = done.stdout.partition(b'\\r\\n\\r\\n')
        fields = dict(line.split(': ', 1) for line in head.decode().split('\\r\\n') if ': ' in line)
        self.send_response(int(fields.pop('Status', '200').split()[0]))
        for name, value in fields.items(): self.send_header(name, value)
        self.send_header('Content-Length', str(len(rest)))
        self.end_headers()
        self.wfile.write(rest)
      do_GET = do_POST = answer
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1])
    sys.stdin.read()
    """

  /// One sshd a connection, on a port that is this program's already: sshd itself cannot be told to take a free one.
  private static let daemon = """
    import os, socket, subprocess, sys, threading
    # Where sshd never ran as a service, the folder that it gives its rights away in is missing.
    if os.getuid() == 0: os.makedirs('/run/sshd', mode=0o755, exist_ok=True)
    listener = socket.create_server(('127.0.0.1', 0))
    def serve():
      while True:
        connection, _ = listener.accept()
        subprocess.Popen(['/usr/sbin/sshd', '-i', '-f', sys.argv[1]], stdin=connection, stdout=connection,
          stderr=subprocess.DEVNULL)
        connection.close()
    threading.Thread(target=serve, daemon=True).start()
    print(listener.getsockname()[1])
    sys.stdin.read()
    """
}

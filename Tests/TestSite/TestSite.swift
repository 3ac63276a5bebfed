public import Foundation

/// A web site on a free port of this machine, served by python3 from a folder that is removed with it.
///
/// Some paths answer by themselves: `/status/<n>`, `/truncated/<name>` (half of what it announces), `/silent` (nothing),
/// `/trickle` (a byte now and then), `/moved/<path>` (a redirect), `/circle` (a redirect to itself), `/local` (a redirect to a file URL),
/// `/heals/<name>` (an HTML page the first time, the file after that), `/tagged/<name>` (the file with an `ETag` and no time), and
/// `/plain/<name>` (the file and nothing by which it could be asked for again).
public final class TestSite: Sendable {
  /// The folder that is served.
  public let folder: URL
  /// `http://127.0.0.1:<port>`.
  public let address: String
  private let process: Process
  /// The server ends when this closes, which it does even when the tests crash.
  private let lifeline = Pipe()

  /// Starts the site with some files.
  public init(_ files: [String: String] = [:]) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("site-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-u", "-c", TestSite.program]
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = lifeline
    try process.run()
    let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    address = "http://127.0.0.1:" + port.trimmingCharacters(in: .whitespacesAndNewlines)
    for (name, contents) in files { try write(name, contents) }
  }

  deinit {
    // A child started from a pool's thread has SIGTERM blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  /// The address of a path of the site.
  public func url(_ path: String) -> String { "\(address)/\(path)" }

  /// Where a file of the site lies.
  public func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Puts a text file onto the site.
  public func write(_ name: String, _ contents: String) throws { try write(name, Data(contents.utf8)) }

  /// Puts a file onto the site.
  public func write(_ name: String, _ contents: Data) throws {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try contents.write(to: file)
  }

  /// Puts a workbook onto the site; its cells are texts, numbers or nil.
  public func write(workbook name: String, _ sheets: [Sheet]) throws {
    try Python.run(workbookProgram, input: JSONEncoder().encode(sheets), arguments: [path(name)])
  }

  /// Puts a ZIP of texts and of files that the site has already onto the site.
  public func write(archive name: String, _ members: [String: String]) throws {
    let program = """
      import json, sys, zipfile, os
      members = json.load(sys.stdin)
      with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
        for member, contents in sorted(members.items()):
          if contents.startswith('@'):
            archive.write(os.path.join(os.path.dirname(sys.argv[1]), contents[1:]), member)
          else:
            archive.writestr(member, contents)
      """
    try Python.run(program, input: JSONEncoder().encode(members), arguments: [path(name)])
  }

  /// One sheet of a workbook to write.
  public struct Sheet: Codable, Sendable {
    var name: String
    var rows: [[String?]]
    var hidden: Bool
    var merged: [String]
    var dimension: String?

    /// Describes a sheet; a cell that reads as a number is written as one.
    public init(
      _ name: String, _ rows: [[String?]], hidden: Bool = false, merged: [String] = [], dimension: String? = nil
    ) {
      self.name = name
      self.rows = rows
      self.hidden = hidden
      self.merged = merged
      self.dimension = dimension
    }
  }

  private static let program = """
    import hashlib, http.server, os, sys, threading, time, urllib.parse
    seen = set()
    class Handler(http.server.SimpleHTTPRequestHandler):
      protocol_version = 'HTTP/1.1'
      def log_message(self, *arguments): pass
      def answer(self, status, body=b'', headers={}):
        self.send_response(status)
        for name, value in headers.items(): self.send_header(name, value)
        if 'Content-Length' not in headers: self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
      def do_GET(self):
        head, _, rest = self.path.lstrip('/').partition('/')
        if head == 'status': return self.answer(int(rest), b'no')
        if head == 'truncated':
          self.answer(200, b'a,b\\n1,2\\n', {'Content-Length': '5000'})
          self.close_connection = True
          return
        if head == 'trickle':
          self.send_response(200)
          self.send_header('Content-Length', '60')
          self.end_headers()
          for _ in range(60):
            self.wfile.write(b' ')
            time.sleep(0.3)
          return
        if head == 'silent': return time.sleep(30)
        if head == 'moved': return self.answer(302, b'', {'Location': '/' + rest})
        if head == 'circle': return self.answer(302, b'', {'Location': '/circle'})
        if head == 'local': return self.answer(302, b'', {'Location': 'file:///etc/hostname'})
        if head == 'heals':
          if rest not in seen:
            seen.add(rest)
            return self.answer(200, b'<!DOCTYPE html><html><body>Busy</body></html>')
          self.path = '/' + rest
        if head in ('tagged', 'plain'):
          body = open(urllib.parse.unquote(rest), 'rb').read()
          if head == 'plain': return self.answer(200, body)
          tag = '"%s"' % hashlib.md5(body).hexdigest()
          same = self.headers.get('If-None-Match') == tag
          return self.answer(304 if same else 200, b'' if same else body, {'ETag': tag})
        return super().do_GET()
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(server.server_address[1])
    server.serve_forever()
    """
}

/// Runs small Python programs that make fixtures.
enum Python {
  static func run(_ program: String, input: Data, arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    let pipe = Pipe()
    process.standardInput = pipe
    try process.run()
    try pipe.fileHandleForWriting.write(contentsOf: input)
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}

/// Writes the few parts that make a workbook, by hand.
private let workbookProgram = """
  import json, sys, zipfile
  from xml.sax.saxutils import escape, quoteattr
  sheets = json.load(sys.stdin)
  def letters(column):
    text = ''
    while column: column, rest = divmod(column - 1, 26); text = chr(65 + rest) + text
    return text
  def cell(row, column, value):
    name = f'{letters(column)}{row}'
    if value is None: return f'<c r="{name}"/>'
    try:
      float(value)
      return f'<c r="{name}"><v>{value}</v></c>'
    except ValueError:
      return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
  kind = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  package = 'http://schemas.openxmlformats.org/package/2006'
  with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
    overrides = ''.join(f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-'
      f'officedocument.spreadsheetml.worksheet+xml"/>' for i in range(1, len(sheets) + 1))
    archive.writestr('[Content_Types].xml', f'<?xml version="1.0"?><Types xmlns="{package}/content-types"><Default '
      'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
      'Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
      f'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{overrides}</Types>')
    archive.writestr('_rels/.rels', f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships"><Relationship '
      f'Id="rId1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    listed = ''.join('<sheet name=%s sheetId="%d"%s r:id="rId%d"/>' % (quoteattr(s['name']), i,
      ' state="hidden"' if s['hidden'] else '', i) for i, s in enumerate(sheets, 1))
    archive.writestr('xl/workbook.xml',
      f'<?xml version="1.0"?><workbook xmlns="{main}" xmlns:r="{kind}"><sheets>{listed}</sheets></workbook>')
    targets = ''.join(f'<Relationship Id="rId{i}" Type="{kind}/worksheet" Target="worksheets/sheet{i}.xml"/>'
      for i in range(1, len(sheets) + 1))
    archive.writestr('xl/_rels/workbook.xml.rels',
      f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">{targets}</Relationships>')
    for i, sheet in enumerate(sheets, 1):
      rows = ''.join(f'<row r="{r}">' + ''.join(cell(r, c, v) for c, v in enumerate(row, 1)) + '</row>'
        for r, row in enumerate(sheet['rows'], 1))
      dimension = f'<dimension ref="{sheet["dimension"]}"/>' if sheet.get('dimension') else ''
      cells = ''.join(f'<mergeCell ref="{m}"/>' for m in sheet['merged'])
      merged = f'<mergeCells>{cells}</mergeCells>' if cells else ''
      archive.writestr(f'xl/worksheets/sheet{i}.xml', f'<?xml version="1.0"?><worksheet xmlns="{main}">{dimension}'
        f'<sheetData>{rows}</sheetData>{merged}</worksheet>')
  """

/// A folder of its own for a test, removed with it.
public final class TestFolder: Sendable {
  /// Where it is.
  public let url: URL

  /// Makes the folder.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("folder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in it.
  public func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

import Foundation

// The least that a supervisor of stages must do: `spawn-benchmark COUNT FILE PROGRAM [ARGUMENT…]` starts a program COUNT times, waits for
// its end, and appends a line of its outcome to FILE that is on the disk before the next one starts. Prints the seconds that took.

let arguments = CommandLine.arguments
guard arguments.count > 3, let count = Int(arguments[1]) else {
  FileHandle.standardError.write(Data("usage: spawn-benchmark COUNT FILE PROGRAM [ARGUMENT...]\n".utf8))
  exit(2)
}
let journal = open(arguments[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
guard journal >= 0 else {
  FileHandle.standardError.write(Data("spawn-benchmark: \(arguments[2]) cannot be written\n".utf8))
  exit(2)
}
var words: [UnsafeMutablePointer<CChar>?] = arguments[3...].map { strdup($0) }
words.append(nil)

let clock = ContinuousClock()
let start = clock.now
for number in 0..<count {
  var child: pid_t = 0
  var status: Int32 = 0
  guard posix_spawnp(&child, arguments[3], nil, nil, words, environ) == 0, waitpid(child, &status, 0) == child else {
    FileHandle.standardError.write(Data("spawn-benchmark: \(arguments[3]) cannot be run\n".utf8))
    exit(2)
  }
  let line = Data(#"{"stage":\#(number),"pid":\#(child),"status":\#(status)}"#.utf8 + [UInt8(ascii: "\n")])
  _ = line.withUnsafeBytes { write(journal, $0.baseAddress, $0.count) }
  fsync(journal)
}
let time = start.duration(to: clock.now)
print(Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18)

import Foundation
import Testing

@Suite("Files, folders and pipes")
struct FileSystemTests {
  private let line = #"{"id": "x", "ids": [5, 6, 7, 8, 9, 10]}"# + "\n"

  @Test("a folder without permission takes its place as an error, and the run goes on")
  func unreadableFolder() throws {
    let bench = try Bench()
    let root = bench.scratch.path + "/tree"
    let manager = FileManager.default
    for folder in ["a", "closed", "z"] {
      try manager.createDirectory(atPath: root + "/" + folder, withIntermediateDirectories: true)
      try bench.scratch.file("tree/\(folder)/in.jsonl", line)
    }
    try manager.setAttributes([.posixPermissions: 0], ofItemAtPath: root + "/closed")
    defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root + "/closed") }
    let run: Tool.Run
    if geteuid() == 0 {
      // Modes do not bind root: a copy of the command runs as nobody, over files that nobody owns.
      let tool = bench.scratch.path + "/countermark"
      try manager.copyItem(atPath: Tool.path, toPath: tool)
      try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bench.scratch.path)
      for file in [bench.keys, bench.profile] { chown(file, 65534, 65534) }
      run = try Tool.launch(
        "/usr/bin/setpriv",
        ["--reuid=65534", "--regid=65534", "--clear-groups", tool, "scan", root, "--json"] + bench.known)
    } else {
      run = try bench.scan([root])
    }
    #expect(run.status == 3, "\(run.errors)")
    #expect(run.lines.map { $0["type"] as? String } == ["run", "result", "error", "result", "summary"])
    #expect(run.lines("error")[0]["code"] as? String == "permission-denied")
    #expect(run.count("seen") == 3 && run.count("failed") == 1)
  }

  @Test("missing files, patterns, links in a circle and names with newlines")
  func names() throws {
    let bench = try Bench()
    let root = bench.scratch.path + "/tree"
    try FileManager.default.createDirectory(atPath: root + "/inner", withIntermediateDirectories: true)
    try bench.scratch.file("tree/b.jsonl", line)
    try bench.scratch.file("tree/a\nb.jsonl", line)
    try bench.scratch.file("tree/inner/c.jsonl", line)
    try bench.scratch.file("tree/.hidden.jsonl", line)
    try FileManager.default.createSymbolicLink(atPath: root + "/inner/up", withDestinationPath: root)
    let folder = try bench.scan([root])
    #expect(folder.lines("result").count == 3)
    #expect(folder.output.contains(#"tree/a\\nb.jsonl"#))
    let pattern = try bench.scan([root + "/**/*.jsonl", root + "/[a-b]*.jsonl"])
    #expect(pattern.lines("result").count == 3 + 2)
    try FileManager.default.createDirectory(
      atPath: bench.scratch.path + "/deep/inner/more", withIntermediateDirectories: true)
    try bench.scratch.file("deep/inner/d.jsonl", line)
    try bench.scratch.file("deep/inner/more/e.jsonl", line)
    for pattern in ["**", "**/*", "**/**/*.jsonl", "*/**"] {
      let each = try bench.scan([bench.scratch.path + "/deep/" + pattern])
      #expect(each.count("seen") == 2, "each file once for \(pattern)")
    }
    // A pattern that fits a folder has found something, though there is nothing in it.
    try FileManager.default.createDirectory(
      atPath: bench.scratch.path + "/empty-folder", withIntermediateDirectories: true)
    let empty = try bench.scan([bench.scratch.path + "/empty-*"])
    #expect(empty.count("seen") == 0 && empty.status == 0)
    let missing = try bench.scan([root + "/none.jsonl", root + "/*.none", root + "/b.jsonl"])
    #expect(missing.lines("error").map { $0["code"] as? String } == ["not-found", "not-found"])
    #expect(missing.count("scanned") == 1 && missing.status == 3)
  }

  @Test(
    "a hundred thousand files of one folder: all are told, in the order of their names, within little memory")
  func manyFiles() throws {
    let bench = try Bench()
    let root = bench.scratch.path + "/many"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let count = 100_000
    // Made from the last to the first: what the folder gives is not the order that is wanted.
    for number in (0..<count).reversed() {
      let descriptor = open(
        root + "/a file whose name is not so short \(number + count).txt", O_CREAT | O_WRONLY, 0o644)
      try #require(descriptor >= 0)
      close(descriptor)
    }
    let out = bench.scratch.path + "/out.jsonl"
    let (status, peak) = try Tool.peak(
      ["scan", root, "-o", out, "--memory", "64", "--quiet"] + bench.known)
    #expect(status == 3)
    let run = Tool.Run(status: 3, output: try String(contentsOfFile: out, encoding: .utf8), errors: "")
    let names = run.lines.compactMap { $0["source"] as? String }
    #expect(names.count == count && names == names.sorted())
    #expect(run.count("seen") == count && run.count("failed") == count)
    if Tool.measuresMemory { #expect(peak > 0 && peak < 128 << 10, "\(peak) KiB") }
  }

  @Test("gzip is read through; a cut, damaged or swollen stream says so")
  func gzip() throws {
    let bench = try Bench()
    func compressed(_ name: String, _ text: String) throws -> Data {
      let file = try bench.scratch.file(name, text)
      _ = try Tool.launch("/bin/gzip", ["-n", file])
      return try Data(contentsOf: URL(fileURLWithPath: file + ".gz"))
    }
    let whole = try compressed("a.jsonl", String(repeating: line, count: 3))
    try bench.scratch.file("two.jsonl.gz", whole + whole)
    try bench.scratch.file(
      "cut.jsonl.gz",
      try compressed(
        "c.jsonl", (0..<9_000).map { _ in "{\"id\": \"\(UUID())\", \"ids\": [1, 2, 3]}\n" }.joined()
      ).prefix(60_000))
    try bench.scratch.file("tail.jsonl.gz", whole + Data("rubbish".utf8))
    try bench.scratch.file(
      "bomb.txt.gz", try compressed("bomb.txt", String(repeating: "a", count: 40_000_000)))
    let path = bench.scratch.path
    let good = try bench.scan([path + "/a.jsonl.gz", path + "/two.jsonl.gz"])
    #expect(good.count("scanned") == 9 && good.status == 0)
    let cut = try bench.scan([path + "/cut.jsonl.gz", path + "/tail.jsonl.gz"])
    #expect(cut.lines("error").map { $0["code"] as? String } == ["truncated-gzip", "trailing-garbage"])
    #expect(cut.count("scanned") > 100 && cut.status == 3)
    let bomb = try bench.scan([path + "/bomb.txt.gz"])
    #expect(bomb.lines("error").map { $0["code"] as? String } == ["decompression-limit"])
    #expect(bomb.count("skipped") == 1)
  }

  @Test("a reader that has seen enough ends the run quietly")
  func brokenPipe() throws {
    let bench = try Bench()
    let file = try bench.scratch.file("in.jsonl", String(repeating: line, count: 20_000))
    let script =
      "'\(Tool.path)' scan '\(file)' --json --keys '\(bench.keys)' --profile '\(bench.profile)' | head -n 1; exit ${PIPESTATUS[0]}"
    let run = try Tool.launch("/bin/bash", ["-c", script])
    #expect(run.status == 0)
    #expect(run.lines.count == 1 && run.errors.isEmpty, "\(run.errors)")
  }

  @Test("Ctrl-C in the middle: what was written is whole, and the file keeps its partial name")
  func interruption() throws {
    let bench = try Bench()
    let out = bench.scratch.path + "/out.jsonl"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Tool.path)
    process.arguments = ["scan", "-", "-o", out] + bench.known
    let pipe = Pipe()
    process.standardInput = pipe
    process.standardError = FileHandle(forWritingAtPath: "/dev/null")
    try process.run()
    // More than the chunks that may be open at once, so that results are under way; then the input stalls.
    pipe.fileHandleForWriting.write(Data(String(repeating: line, count: 200_000).utf8))
    func written() -> Int {
      (try? FileManager.default.attributesOfItem(atPath: out + ".partial")[.size] as? Int) ?? 0
    }
    for _ in 0..<3_000 {
      if written() >= 65_536 { break }
      usleep(10_000)
    }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(!FileManager.default.fileExists(atPath: out))
    let text = try String(contentsOfFile: out + ".partial", encoding: .utf8)
    #expect(text.hasSuffix("\n"))
    let lines = text.split(separator: "\n")
    #expect(lines.dropLast().allSatisfy { $0.hasPrefix("{\"type\":") && $0.hasSuffix("}") }, "a line is cut")
    let end = Tool.Run(status: 130, output: String(try #require(lines.last)), errors: "")
    #expect(end.summary["interrupted"] as? Bool == true)
    #expect(end.count("seen") == lines.count - 2)
  }

  @Test("-o gives the file its name only at the end, and says when it cannot be written")
  func outputFile() throws {
    let bench = try Bench()
    let file = try bench.scratch.file("in.jsonl", line)
    let out = bench.scratch.path + "/out.jsonl"
    let run = try Tool.run(["scan", file, "-o", out] + bench.known)
    #expect(run.status == 0 && run.output.isEmpty)
    #expect(try String(contentsOfFile: out, encoding: .utf8).contains("\"type\":\"summary\""))
    #expect(!FileManager.default.fileExists(atPath: out + ".partial"))
    let full = try Tool.launch(
      "/bin/bash",
      [
        "-c",
        "'\(Tool.path)' scan '\(file)' --json --keys '\(bench.keys)' --profile '\(bench.profile)' > /dev/full",
      ])
    #expect(full.status == 5 && full.errors.contains("space"))
    let nowhere = try Tool.run(["scan", file, "-o", bench.scratch.path + "/none/out.jsonl"] + bench.known)
    #expect(nowhere.status == 5 && nowhere.errors.contains("folder exists"))
  }
}

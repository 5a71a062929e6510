import FoundationEssentials
import Tabular
import TestSupport
import Testing

@Suite("Tables as CSV, TSV and JSON lines")
struct TableTests {
  private func read(
    _ text: String, _ columns: [TableColumn], pieceBytes: Int = 1 << 19, missing: [String] = ["NaN"]
  )
    throws -> (rows: [[String]], problems: [RowProblem])
  {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "table-\(UInt64.random(in: 0 ... .max))"
    ).path
    try Data(text.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try TableFile(path: path, pieceBytes: pieceBytes)
    try file.require(columns)
    let decoder = try TableDecoder(columns: columns, missing: missing, layout: file.layout)
    var rows: [[String]] = []
    var problems: [RowProblem] = []
    while let piece = try file.next() {
      decoder.decode(piece)
      problems += decoder.problems
      for row in 0..<decoder.chunk.rowCount {
        rows.append(
          columns.indices.map { column in
            if columns[column].content == .numbers { return String(decoder.chunk.numbers[column][row]) }
            let code = decoder.chunk.codes[column][row]
            return code == 0
              ? "-" : String(decoding: decoder.dictionaries[column].labels[Int(code) - 1], as: UTF8.self)
          })
      }
    }
    return (rows, problems)
  }

  private let wanted = [TableColumn("g"), TableColumn("s", .numbers)]

  @Test("Quotes, line feeds within them, CRLF, a byte order mark, columns in any order, no last line feed")
  func grammar() throws {
    let text = "\u{feff}s,other,g\r\n0.5,\"a,\nb\",\"x \"\"y\"\"\"\r\n1e-3,,plain longer than eight\r\n-2,z,"
    let (rows, problems) = try read(text, wanted)
    #expect(rows == [["x \"y\"", "0.5"], ["plain longer than eight", "0.001"], ["-", "-2.0"]])
    #expect(problems.isEmpty)
  }

  @Test("Tabs and JSON lines give the same rows")
  func layouts() throws {
    let tabs = try read("g\ts\na\t1\nb\tNaN\n", wanted)
    let lines = try read("{\"g\": \"a\", \"s\": 1}\n\n{\"s\": null, \"g\": \"b\"}\n", wanted)
    #expect(tabs.rows == [["a", "1.0"], ["b", "nan"]])
    #expect(lines.rows == tabs.rows)
  }

  @Test("Pieces of any size give the same rows and the same lines of errors")
  func pieces() throws {
    var text = "g,s\n"
    for index in 0..<300 {
      text +=
        index % 50 == 7
        ? "broken\n" : index % 50 == 9 ? "\"a\nb\",x\n" : "\"group \(index % 5)\",0.\(index)\n"
    }
    let whole = try read(text, wanted)
    #expect(whole.rows.count == 288)
    #expect(whole.problems.map(\.line).prefix(3) == [9, 11, 60])
    for size in [64, 65, 100, 777] {
      let parts = try read(text, wanted, pieceBytes: size)
      #expect(parts.rows == whole.rows)
      #expect(parts.problems.map(\.line) == whole.problems.map(\.line))
      #expect(parts.problems.map(\.error.code) == whole.problems.map(\.error.code))
    }
  }

  @Test("Each bad row has its line, its column and its reason; the others are read")
  func badRows() throws {
    let (rows, problems) = try read("g,s\na,1\nb\nc,x\nf,3,4\nd\"e\"f,2\ng,5\nh\"i,2\nj,1\n", wanted)
    #expect(rows == [["a", "1.0"], ["g", "5.0"]])
    #expect(problems.map(\.line) == [3, 4, 5, 6, 8])
    #expect(problems.map(\.error.code) == [.raggedRow, .notANumber, .raggedRow, .strayQuote, .strayQuote])
    #expect(problems.map(\.column) == [nil, "s", nil, "g", nil])
    #expect(problems.last?.error.message.contains("2 lines") == true)
  }

  @Test("A misspelt column is an error that names the nearest one")
  func misspelt() throws {
    #expect {
      _ = try read("gender,s\na,1\n", [TableColumn("gendr")])
    } throws: {
      ($0 as? TabularError)?.code == .noSuchColumn && "\($0)".contains("did you mean 'gender'")
    }
  }

  @Test(
    "Headers that are empty, repeated or binary are refused", arguments: ["", "\n\n", "a,a\n1,2\n", "a\0b\n"])
  func headers(_ text: String) {
    #expect(throws: TabularError.self) { _ = try read(text, []) }
  }

  @Test("Classes of numbers and texts")
  func classes() throws {
    let age = try TableColumn(definition: "age: <25|25-45|>45")
    let race = try TableColumn(definition: "race: White|Black,Asian|*")
    let (rows, _) = try read(
      "age,race\n24.9,White\n25,Black\n45,Asian\n46,Other\n45.5,\nold,White\n", [age, race])
    #expect(
      rows == [
        ["<25", "White"], ["25-45", "Black,Asian"], ["25-45", "Black,Asian"], [">45", "*"], [">45", "-"],
        ["-", "White"],
      ])
    #expect(throws: TabularError.self) { try TableColumn(definition: "age: 45-25|") }
  }

  @Test("Numbers are rounded as the C library rounds them")
  func numbers() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<20_000 {
      let digits = Int(random.next() % 22) + 1
      var text = random.next() % 2 == 0 ? "-" : ""
      for place in 0..<digits {
        if place == digits / 2, place > 0 { text += "." }
        text += String(random.next() % 10)
      }
      if random.next() % 3 == 0 { text += "e\(Int(random.next() % 60) - 30)" }
      let ours = Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.parse($0) }
      #expect(ours == Double(text), "\(text)")
    }
    for text in ["", "-", ".", "1e", "nan", "inf", "0x10", "1 2", "1e999"] {
      #expect(Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.parse($0) } == nil, "\(text)")
    }
  }

  @Test("The fuzzer's corpus is read to its end, whatever the size of pieces")
  func corpus() throws {
    let folder = Golden.packageRoot + "/Tests/TabularTests/TableCorpus"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let counts = try [64, 1 << 19].map { size in
        let file = try TableFile(path: folder + "/" + name, pieceBytes: size)
        try file.require(wanted)
        let decoder = try TableDecoder(columns: wanted, missing: [], layout: file.layout)
        var counts = [0, 0]
        while let piece = try file.next() {
          decoder.decode(piece)
          counts[0] += decoder.chunk.rowCount
          counts[1] += decoder.failed
        }
        return counts
      }
      #expect(counts[0] == counts[1], "\(name)")
      #expect(counts[0][0] + counts[0][1] > 0, "\(name)")
    }
  }

  #if os(Linux)
  @Test("A table that is refused is closed, so that any number of them can be looked at")
  func refusedFilesAreClosed() throws {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "refused-\(UInt64.random(in: 0 ... .max))"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let files: [[UInt8]] = [[], [0x1f, 0x8b]] + ["a\0b\n", "a,a\n1,2\n", "\"a\n"].map { Array($0.utf8) }
    for bytes in files {
      try Data(bytes).write(to: URL(filePath: path))
      #expect(throws: TabularError.self) { try TableFile(path: path) }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    let open = names.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
    }
    #expect(open.count > 2 && !open.contains { $0.hasPrefix(path) })
  }
  #endif
}

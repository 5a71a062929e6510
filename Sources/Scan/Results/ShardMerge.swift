import Randomness
import Tabular

/// Puts the results of all shards of a run together: the same bytes as those of the run without shards.
///
/// Every line of a part begins with its place (`order`), which is taken out again. What depends on the whole run, the counts and
/// the false discovery rate, is computed anew from the lines. Memory is constant; cost is reading each part twice.
public struct ShardMerge {
  private let paths: [String]

  /// Names the parts, in any order.
  public init(_ paths: [String]) { self.paths = paths }

  /// Checks that the parts make up one run, merges them and writes the result.
  ///
  /// - Parameter output: the file; nil for standard output.
  /// - Returns: the summary of the whole.
  public func run(output: String?) throws(ScanError) -> ScanSummary {
    let parts = try openInOrder()
    for path in paths { try check(path) }
    let header = try merged(header: parts[0])
    let sink: OutputSink
    if let output { sink = try OutputSink(file: output) } else { sink = OutputSink(descriptor: 1) }
    var digest = ContentDigest()
    digest.update(header)
    try sink.write(header)
    var discoveries = DiscoveryCount()
    var heads: [Line?] = []
    for part in parts { heads.append(try Self.line(of: part)) }
    var last: (order: [Int], part: Int)?
    while let index = Self.least(heads), let line = heads[index] {
      if let last, last.order == line.order, last.part != index {
        throw Self.misfit("\(parts[index].path) and \(parts[last.part].path) hold the same record")
      }
      last = (line.order, index)
      if let value = line.log10PValue { discoveries.add(log10PValue: value) }
      let bytes = line.bytes + [UInt8(ascii: "\n")]
      digest.update(bytes)
      try sink.write(bytes)
      heads[index] = try Self.line(of: parts[index])
      if let next = heads[index], next.order.lexicographicallyPrecedes(line.order) {
        throw Self.misfit("\(parts[index].path) is not in the order of its records")
      }
    }
    var tally = ScanTally()
    for part in parts {
      guard let counts = part.tally else { throw Self.misfit("\(part.path) has no summary") }
      if tally.detectedByProfile.isEmpty { tally = ScanTally(profiles: counts.detectedByProfile.count) }
      tally.add(counts)
    }
    let summary = ScanSummary(
      tally: tally, alpha: parts[0].alpha, discoveries: discoveries, digest: digest.text(),
      isInterrupted: false)
    var json = JSONWriter()
    summary.write(to: &json)
    try sink.write(json.bytes)
    try sink.commit()
    return summary
  }

  static func misfit(_ message: String) -> ScanError {
    ScanError(
      code: .partsDoNotFit, message: message,
      hint: "give each shard of one run once, all scanned by the same command")
  }

  /// Opens the parts in the order of their shards; refuses gaps, doubles and mixed runs.
  private func openInOrder() throws(ScanError) -> [ResultFile] {
    var parts: [ResultFile] = []
    for path in paths { parts.append(try ResultFile(path)) }
    guard let first = parts.first else { throw Self.misfit("no parts were given") }
    var byIndex: [Int: ResultFile] = [:]
    let header = String(decoding: first.header, as: UTF8.self)
    for part in parts {
      guard let shard = part.shard else { throw Self.misfit("\(part.path) is no shard but a whole run") }
      let differences = RunDifference.between(
        header, String(decoding: part.header, as: UTF8.self), leavingOutShard: true)
      if !differences.isEmpty {
        throw Self.misfit(
          "\(part.path) is of another run than \(first.path): "
            + differences.prefix(3).joined(separator: "; "))
      }
      guard shard.count == first.shard?.count else {
        throw Self.misfit(
          "\(part.path) is one of \(shard.count) shards, \(first.path) one of \(first.shard?.count ?? 0)")
      }
      if let other = byIndex[shard.index] {
        throw Self.misfit("\(part.path) and \(other.path) are both shard \(shard.index) of \(shard.count)")
      }
      byIndex[shard.index] = part
    }
    let count = first.shard?.count ?? 0
    let missing = (1...max(1, count)).filter { byIndex[$0] == nil }
    guard missing.isEmpty else {
      let names = missing.prefix(10).map(String.init).joined(separator: ", ")
      throw Self.misfit("of \(count) shards these are missing: \(names)\(missing.count > 10 ? ", …" : "")")
    }
    return (1...count).compactMap { byIndex[$0] }
  }

  /// Reads a part to its end: it must be complete and what its digest says.
  private func check(_ path: String) throws(ScanError) {
    let part = try ResultFile(path)
    while try part.next() != nil {}
    guard part.tally != nil else { throw Self.misfit("\(path) has no summary: the run is not finished") }
    guard !part.isInterrupted else { throw Self.misfit("\(path) was interrupted") }
    guard part.isIntact else { throw Self.misfit("\(path) was changed: its digest is not that of its lines") }
  }

  private func merged(header part: ResultFile) throws(ScanError) -> [UInt8] {
    guard let shard = part.shard else { throw Self.misfit("\(part.path) is no shard") }
    let mark = Array("\"shard\":{\"index\":\(shard.index),\"count\":\(shard.count)},".utf8)
    guard part.header.count > mark.count,
      let place = (0...(part.header.count - mark.count)).first(where: {
        part.header[$0..<($0 + mark.count)].elementsEqual(mark)
      })
    else { throw Self.misfit("\(part.path) has a header of another form") }
    return Array(part.header[..<place] + part.header[(place + mark.count)...]) + [UInt8(ascii: "\n")]
  }

  // MARK: - Lines

  private struct Line {
    var order: [Int]
    var bytes: [UInt8]
    var log10PValue: Double?
  }

  private static let mark = Array(#"{"order":["#.utf8)
  private static let scanner = JSONLineScanner(paths: ["type", "log10_p"].compactMap { try? FieldPath($0) })

  /// The next line of a part, its place taken out.
  private static func line(of part: ResultFile) throws(ScanError) -> Line? {
    guard let bytes = try part.next() else { return nil }
    guard bytes.starts(with: mark), let close = bytes.firstIndex(of: UInt8(ascii: "]")),
      close + 1 < bytes.count,
      bytes[close + 1] == UInt8(ascii: ",")
    else { throw misfit("\(part.path) holds a line without its place") }
    let order = bytes[mark.count..<close].split(separator: UInt8(ascii: ",")).compactMap {
      Int(String(decoding: $0, as: UTF8.self))
    }
    guard order.count == 3 else { throw misfit("\(part.path) holds a line without its place") }
    let rest = [UInt8(ascii: "{")] + bytes[(close + 2)...]
    return Line(order: order, bytes: rest, log10PValue: log10PValue(of: rest))
  }

  private static func log10PValue(of line: [UInt8]) -> Double? {
    var found: [JSONField?] = []
    return line.withUnsafeBufferPointer { line in
      guard (try? scanner.scan(line, into: &found)) != nil, found[0]?.label(in: line) == "result" else {
        return nil
      }
      return found[1]?.number(in: line)
    }
  }

  private static func least(_ heads: [Line?]) -> Int? {
    var least: Int?
    for (index, line) in heads.enumerated() {
      guard let line else { continue }
      if let best = least, let other = heads[best], !line.order.lexicographicallyPrecedes(other.order) {
        continue
      }
      least = index
    }
    return least
  }
}

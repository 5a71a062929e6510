import Randomness

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
    var counts: [ScanTally] = []
    for path in paths { counts.append(try check(path)) }
    var tally = ScanTally(profiles: counts.map(\.detectedByProfile.count).max() ?? 0)
    for part in counts { tally.add(part) }
    let header = try merged(header: parts[0].account)
    let sink: OutputSink
    if let output { sink = try OutputSink(file: output) } else { sink = OutputSink(descriptor: 1) }
    var digest = ContentDigest()
    digest.update(header)
    try sink.write(header)
    var discoveries = DiscoveryCount()
    var heads: [ResultReader.Entry?] = []
    for part in parts { heads.append(try part.nextEntry()) }
    var last: (order: [Int], part: Int)?
    while let index = Self.least(heads), let entry = heads[index] {
      if let last, last.order == entry.order, last.part != index {
        throw Self.misfit(
          "\(parts[index].account.path) and \(parts[last.part].account.path) hold the same record")
      }
      last = (entry.order, index)
      for finding in entry.record.findings { discoveries.add(log10PValue: finding.log10P) }
      for line in entry.lines {
        let bytes = line + [UInt8(ascii: "\n")]
        digest.update(bytes)
        try sink.write(bytes)
      }
      heads[index] = try parts[index].nextEntry()
      if let next = heads[index], next.order.lexicographicallyPrecedes(entry.order) {
        throw Self.misfit("\(parts[index].account.path) is not in the order of its records")
      }
    }
    let summary = ScanSummary(
      tally: tally, alpha: parts[0].account.alpha, discoveries: discoveries,
      digest: digest.text(), isInterrupted: false)
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
  private func openInOrder() throws(ScanError) -> [ResultReader] {
    var parts: [ResultReader] = []
    for path in paths { parts.append(try ResultReader(path, keepsLines: true)) }
    guard let first = parts.first?.account else { throw Self.misfit("no parts were given") }
    var byIndex: [Int: ResultReader] = [:]
    let header = String(decoding: first.header, as: UTF8.self)
    for part in parts {
      let path = part.account.path
      guard let shard = part.account.shard else { throw Self.misfit("\(path) is no shard but a whole run") }
      let differences = RunDifference.between(
        header, String(decoding: part.account.header, as: UTF8.self), leavingOutShard: true)
      if !differences.isEmpty {
        throw Self.misfit(
          "\(path) is of another run than \(first.path): " + differences.prefix(3).joined(separator: "; "))
      }
      guard shard.count == first.shard?.count else {
        throw Self.misfit(
          "\(path) is one of \(shard.count) shards, \(first.path) one of \(first.shard?.count ?? 0)")
      }
      if let other = byIndex[shard.index]?.account.path {
        throw Self.misfit("\(path) and \(other) are both shard \(shard.index) of \(shard.count)")
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

  /// Reads a part to its end, which must be complete and in accord with its summary, and gives what its lines come to.
  private func check(_ path: String) throws(ScanError) -> ScanTally {
    let part = try ResultReader(path)
    while try part.next() != nil {}
    if let lack = part.account.incompleteness {
      throw ScanError(
        code: .partsDoNotFit, message: lack,
        hint: "run the same scan again to its end, with its --checkpoint if it had one")
    }
    var counts = part.account.counts
    // A profile that nothing was detected of is in the summary only.
    let profiles = part.saidCounts?.detectedByProfile.count ?? 0
    while counts.detectedByProfile.count < profiles { counts.detectedByProfile.append(0) }
    return counts
  }

  private func merged(header part: ScanRunAccount) throws(ScanError) -> [UInt8] {
    guard let shard = part.shard else { throw Self.misfit("\(part.path) is no shard") }
    let mark = Array("\"shard\":{\"index\":\(shard.index),\"count\":\(shard.count)},".utf8)
    guard part.header.count > mark.count,
      let place = (0...(part.header.count - mark.count)).first(where: {
        part.header[$0..<($0 + mark.count)].elementsEqual(mark)
      })
    else { throw Self.misfit("\(part.path) has a header of another form") }
    return Array(part.header[..<place] + part.header[(place + mark.count)...]) + [UInt8(ascii: "\n")]
  }

  private static func least(_ heads: [ResultReader.Entry?]) -> Int? {
    var least: Int?
    for (index, head) in heads.enumerated() {
      guard let head else { continue }
      if let best = least, let other = heads[best], !head.order.lexicographicallyPrecedes(other.order) {
        continue
      }
      least = index
    }
    return least
  }
}

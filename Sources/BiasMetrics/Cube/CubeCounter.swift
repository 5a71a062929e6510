import Statistics
import Tabular

/// Counts the rows that one worker decodes.
///
/// Codes of a row lead through a trie, a level a dimension, to the number of its cell: some nanoseconds a level, and memory grows
/// with the cells that occur, not with all that could.
final class CubeCounter {
  let schema: CubeSchema
  private var decoders: [TableLayout: TableDecoder] = [:]
  private var tries: [TableLayout: Trie] = [:]
  private let missing: [String]
  private(set) var failed = 0
  private(set) var problems: [RowProblem] = []

  /// The way from codes to cells, for the codes of one decoder.
  fileprivate struct Trie {
    /// `children[level][node << shift[level] + code]` is a node of the next level, or 0 where none is yet.
    var children: [[UInt32]]
    var shifts: [Int]
    var nodeCounts: [Int]
    var codes: [[UInt32]] = []
    var counts: [Int] = []
    var weights: [ExactSum] = []
    var squaredWeights: [ExactSum] = []
    var scores: [ScoredRow] = []
    var scoreFloor = 0

    init(levels: Int) {
      children = Array(repeating: [UInt32](repeating: 0, count: 32), count: levels)
      shifts = Array(repeating: 4, count: levels)
      nodeCounts = Array(repeating: 2, count: levels)
    }
  }

  struct ScoredRow: Comparable {
    var cell: UInt32
    var count: UInt32
    var score: Double
    var weight: Double

    static func < (a: ScoredRow, b: ScoredRow) -> Bool {
      (a.cell, a.score.bitPattern, a.weight.bitPattern) < (b.cell, b.score.bitPattern, b.weight.bitPattern)
    }

    func isSame(_ other: ScoredRow) -> Bool {
      cell == other.cell && score.bitPattern == other.score.bitPattern
        && weight.bitPattern == other.weight.bitPattern
    }
  }

  private let limits: [String: Int]

  init(schema: CubeSchema, missing: [String], limits: [String: Int] = [:]) {
    (self.schema, self.missing, self.limits) = (schema, missing, limits)
  }

  func count(_ piece: TablePiece) throws(TabularError) {
    if decoders[piece.layout] == nil {
      decoders[piece.layout] = try TableDecoder(
        columns: schema.columns, missing: missing, layout: piece.layout, limits: limits)
      tries[piece.layout] = Trie(levels: schema.dimensions.count)
    }
    let decoder = decoders[piece.layout]!
    decoder.decode(piece)
    failed += decoder.failed
    if problems.count < TableDecoder.problemLimit { problems += decoder.problems }
    tries[piece.layout]!.add(decoder.chunk, schema)
  }

  /// Fails when a column of labels is no such column.
  func check() throws(TabularError) {
    for layout in decoders.keys { try decoders[layout]!.checkLabels() }
  }

  // MARK: - What was counted

  private func key(_ codes: [UInt32], _ decoder: TableDecoder) -> [String?] {
    codes.enumerated().map { place, code in
      guard code > 0 else { return nil }
      let label = decoder.dictionaries[place].labels[Int(code) - 1]
      return decoder.isMissing(label) ? nil : String(decoding: label, as: UTF8.self)
    }
  }

  func forEachCell(_ body: ([String?], Int, ExactSum?, ExactSum?) -> Void) {
    for (layout, trie) in tries {
      for (cell, codes) in trie.codes.enumerated() {
        let isWeighted = schema.weight != nil
        body(
          key(codes, decoders[layout]!), trie.counts[cell], isWeighted ? trie.weights[cell] : nil,
          isWeighted ? trie.squaredWeights[cell] : nil)
      }
    }
  }

  func forEachScore(_ body: ([String?], Double, Double, Int) -> Void) {
    for (layout, trie) in tries {
      let keys = trie.codes.map { key($0, decoders[layout]!) }
      for row in trie.scores { body(keys[Int(row.cell)], row.score, row.weight, Int(row.count)) }
    }
  }
}

extension CubeCounter.Trie {
  mutating func add(_ chunk: TableChunk, _ schema: CubeSchema) {
    let levels = schema.dimensions.count
    var cells = [UInt32](repeating: 1, count: chunk.rowCount)
    for level in 0..<levels { step(&cells, chunk.codes[level], level, chunk) }
    if schema.score == nil, schema.weight == nil {
      counts.withUnsafeMutableBufferPointer { counts in for cell in cells { counts[Int(cell)] &+= 1 } }
      return
    }
    let weightPlace = schema.weight == nil ? nil : chunk.numbers.count - 1
    let scorePlace = schema.score == nil ? nil : levels
    for row in 0..<chunk.rowCount {
      let cell = Int(cells[row])
      counts[cell] += 1
      var weight = weightPlace.map { chunk.numbers[$0][row] } ?? 1
      // A weight below zero would hide in its group's sum; not a number shows there.
      if weight < 0 { weight = .nan }
      if weightPlace != nil {
        weights[cell].add(weight)
        squaredWeights[cell].add(weight * weight)
      }
      if let scorePlace {
        scores.append(
          .init(cell: cells[row], count: 1, score: chunk.numbers[scorePlace][row], weight: weight))
      }
    }
    if scores.count > scoreLimit { compress() }
  }

  /// One level for all rows: the loads of different rows do not wait for each other.
  private mutating func step(_ cells: inout [UInt32], _ codes: [UInt32], _ level: Int, _ chunk: TableChunk) {
    let isLast = level == children.count - 1
    // Local while rows are walked: one check of uniqueness instead of one a row.
    var table: [UInt32] = []
    swap(&table, &children[level])
    defer { swap(&table, &children[level]) }
    var shift = shifts[level]
    for row in cells.indices {
      let code = Int(codes[row])
      var place = Int(cells[row]) << shift + code
      if code >> shift != 0 || place >= table.count || table[place] == 0 {
        swap(&table, &children[level])
        grow(level, for: code)
        shift = shifts[level]
        place = Int(cells[row]) << shift + code
        if children[level][place] == 0 {
          let child = isLast ? addCell(row, chunk) : addNode(level + 1)
          children[level][place] = child
        }
        swap(&table, &children[level])
      }
      // Cells count from 0, nodes from 1.
      cells[row] = isLast ? table[place] - 1 : table[place]
    }
  }

  /// Makes room for a code at every node of a level.
  private mutating func grow(_ level: Int, for code: Int) {
    if code >> shifts[level] != 0 { widen(level, for: code) }
    let needed = nodeCounts[level] << shifts[level]
    if children[level].count < needed {
      children[level] += [UInt32](
        repeating: 0, count: max(needed, 2 * children[level].count) - children[level].count)
    }
  }

  private mutating func addNode(_ level: Int) -> UInt32 {
    let node = nodeCounts[level]
    nodeCounts[level] += 1
    return UInt32(node)
  }

  private mutating func addCell(_ row: Int, _ chunk: TableChunk) -> UInt32 {
    codes.append((0..<children.count).map { chunk.codes[$0][row] })
    counts.append(0)
    weights.append(ExactSum())
    squaredWeights.append(ExactSum())
    return UInt32(counts.count)
  }

  private mutating func widen(_ level: Int, for code: Int) {
    let old = shifts[level]
    var new = old
    while code >> new != 0 { new += 1 }
    var wider = [UInt32](repeating: 0, count: nodeCounts[level] << new)
    for node in 0..<nodeCounts[level] {
      for code in 0..<(1 << old) { wider[node << new + code] = children[level][node << old + code] }
    }
    (children[level], shifts[level]) = (wider, new)
  }

  /// Rows kept before equal ones are put together; grows only when they are all different.
  private var scoreLimit: Int { max(1 << 20, scoreFloor * 2) }

  mutating func compress() {
    scores.sort()
    var kept = 0
    for index in scores.indices {
      if kept > 0, scores[kept - 1].isSame(scores[index]),
        scores[kept - 1].count <= UInt32.max - scores[index].count
      {
        scores[kept - 1].count += scores[index].count
      } else {
        scores[kept] = scores[index]
        kept += 1
      }
    }
    scores.removeLast(scores.count - kept)
    scoreFloor = kept
  }
}

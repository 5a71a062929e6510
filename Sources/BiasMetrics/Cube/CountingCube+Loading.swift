import Statistics
import Tabular

extension CountingCube {
  /// The largest file that is read as a cube.
  public static let largestFile = 1 << 28

  /// Whether a file begins like a saved cube; false for what cannot be read twice, such as a pipe.
  public static func isSaved(_ path: String) -> Bool {
    var head = FileBytes.head(path, count: 256)[...]
    if head.starts(with: [0xef, 0xbb, 0xbf]) { head = head.dropFirst(3) }
    func skipSpace() { head = head.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d } }
    skipSpace()
    guard head.first == UInt8(ascii: "{") else { return false }
    head = head.dropFirst()
    skipSpace()
    return head.starts(with: Array("\"\(mark)\"".utf8))
  }

  /// Reads a saved cube from a file.
  public init(contentsOfFile path: String) throws(BiasMetricsError) {
    do throws(TabularError) {
      self = try CountingCube(saved: FileBytes.read(path, limit: Self.largestFile), place: "cube \(path)")
    } catch { throw BiasMetricsError(error) }
  }

  /// Reads a saved cube; `place` names it in messages.
  ///
  /// Everything is checked: coordinates lie within the labels, counts are above zero and add up, weights and scores are numbers.
  public init(saved bytes: [UInt8], place: String) throws(TabularError) {
    var reader = try ObjectReader(parsing: bytes, place: place)
    guard let version = try reader.integer(Self.mark) else {
      throw reader.invalid(Self.mark, "is missing", hint: "this is no saved cube")
    }
    guard version == Self.formatVersion else {
      throw reader.invalid(
        Self.mark, "is \(version)", hint: "this version of the tool reads version \(Self.formatVersion)")
    }
    let schema = try Self.schema(&reader)
    let dimensions = try Self.dimensions(&reader, schema)
    let failed = try reader.integer("failed_rows") ?? 0
    let suppression = try Self.suppression(&reader, schema)
    guard (0...Self.mostRows).contains(failed) else {
      throw reader.invalid("failed_rows", "is \(failed)", hint: "it is a count")
    }
    var cells: [Cell] = []
    var (known, rows): (Set<[Int]>, Int) = ([], 0)
    for (index, value) in (try reader.array("cells") ?? []).enumerated() {
      var part = try ObjectReader(value, place: "\(place): cell \(index + 1)")
      let cell = try Self.cell(&part, schema, dimensions)
      guard known.insert(cell.coordinates).inserted else {
        throw part.invalid("at", "stands twice", hint: "the file was changed by hand")
      }
      rows += cell.count
      guard rows <= Self.mostRows else {
        throw part.invalid("n", "makes more than \(Self.mostRows) rows", hint: "the file is damaged")
      }
      cells.append(cell)
    }
    try reader.finish()
    let read = CountingCube(
      schema: schema, dimensions: dimensions, cells: cells, failedRows: failed, problems: [],
      suppression: suppression)
    // Brings labels and cells into the one order that equal counts have.
    var merger = CubeMerger(schema: schema)
    merger.add(read)
    self = merger.cube()
  }

  static let mostRows = 1 << 50

  private static func schema(_ reader: inout ObjectReader) throws(TabularError) -> CubeSchema {
    func column(_ value: JSONValue, _ name: String) throws(TabularError) -> TableColumn {
      var part = try ObjectReader(value, place: "\(reader.place): '\(name)'")
      let title = try part.requiredString("name")
      let classes = try part.strings("classes")
      try part.finish()
      return try classes.map { classes throws(TabularError) in try TableColumn(title, classes: classes) }
        ?? TableColumn(title)
    }
    func columns(_ name: String) throws(TabularError) -> [TableColumn] {
      var all: [TableColumn] = []
      for value in try reader.array(name) ?? [] { all.append(try column(value, name)) }
      return all
    }
    let (groups, controls) = (try columns("groups"), try columns("controls"))
    guard !groups.isEmpty else {
      throw reader.invalid("groups", "names no column", hint: "counts without groups cannot be compared")
    }
    let label = try reader.value("label").map { value throws(TabularError) in try column(value, "label") }
    let prediction = try reader.value("prediction").map { value throws(TabularError) in
      try column(value, "prediction")
    }
    return CubeSchema(
      groups: groups, controls: controls, label: label, prediction: prediction,
      score: try reader.string("score"), weight: try reader.string("weight"))
  }

  private static func dimensions(
    _ reader: inout ObjectReader, _ schema: CubeSchema
  ) throws(TabularError) -> [Dimension] {
    let lists = try reader.array("values") ?? []
    guard lists.count == schema.dimensions.count else {
      throw reader.invalid(
        "values", "has \(lists.count) lists for \(schema.dimensions.count) columns",
        hint: "the file is damaged")
    }
    var all: [Dimension] = []
    for (column, value) in zip(schema.dimensions, lists) {
      var labels: [String] = []
      guard case .array(let elements) = value else {
        throw reader.invalid("values", "holds \(value.kind)", hint: "it holds a list of texts a column")
      }
      for element in elements {
        guard case .string(let text) = element else {
          throw reader.invalid("values", "holds \(element.kind) in a list", hint: "values are texts")
        }
        labels.append(text)
      }
      guard labels.count <= LabelDictionary.largest else {
        throw LabelDictionary.tooMany(column: column.name, offset: 0)
      }
      var allowed: Set<String>?
      if case .classes(let classes) = column.content { allowed = Set(classes.map(\.label)) }
      guard Set(labels).count == labels.count, labels.allSatisfy({ allowed?.contains($0) ?? true }) else {
        throw reader.invalid(
          "values", "of '\(column.name)' name one twice, or one that is no class", hint: "the file is damaged"
        )
      }
      all.append(Dimension(name: column.name, labels: labels))
    }
    return all
  }

  private static func suppression(
    _ reader: inout ObjectReader, _ schema: CubeSchema
  ) throws(TabularError) -> Suppression? {
    guard var part = try reader.object("suppressed") else { return nil }
    guard let below = try part.integer("below"), let rows = try part.integer("rows"),
      (0...mostRows).contains(below), (0...mostRows).contains(rows)
    else { throw part.invalid("rows", "or 'below' is no count", hint: "the file is damaged") }
    var combinations: Set<[String?]> = []
    for element in try part.array("combinations") ?? [] {
      guard case .array(let values) = element, values.count == schema.groups.count + schema.controls.count
      else {
        throw part.invalid("combinations", "do not fit the columns", hint: "the file is damaged")
      }
      var combination: [String?] = []
      for value in values {
        switch value {
        case .null: combination.append(nil)
        case .string(let text): combination.append(text)
        default: throw part.invalid("combinations", "hold \(value.kind)", hint: "they hold texts")
        }
      }
      combinations.insert(combination)
    }
    try part.finish()
    return Suppression(below: below, rows: rows, combinations: combinations)
  }

  private static func cell(
    _ reader: inout ObjectReader, _ schema: CubeSchema, _ dimensions: [Dimension]
  ) throws(TabularError) -> Cell {
    var coordinates: [Int] = []
    for value in try reader.array("at") ?? [] {
      guard case .integer(let place) = value, coordinates.count < dimensions.count, place >= 0,
        place <= dimensions[coordinates.count].labels.count
      else { throw reader.invalid("at", "lies outside the values", hint: "the file is damaged") }
      coordinates.append(place)
    }
    guard coordinates.count == dimensions.count else {
      throw reader.invalid(
        "at", "has \(coordinates.count) places for \(dimensions.count) columns", hint: "the file is damaged")
    }
    let count = try reader.integer("n") ?? 0
    guard (1...mostRows).contains(count) else {
      throw reader.invalid("n", "is \(count)", hint: "a cell has at least one row")
    }
    var cell = Cell(
      coordinates: coordinates, count: count, weight: Double(count), squaredWeight: Double(count))
    if schema.weight != nil {
      let (weight, squares) = (try sums(&reader, "w"), try sums(&reader, "w2"))
      (cell.weight, cell.weightRest) = (weight[0], Array(weight.dropFirst()))
      (cell.squaredWeight, cell.squaredWeightRest) = (squares[0], Array(squares.dropFirst()))
    }
    if schema.score != nil { cell.scores = try scores(&reader, schema, cell) }
    try reader.finish()
    return cell
  }

  private static func sums(_ reader: inout ObjectReader, _ name: String) throws(TabularError) -> [Double] {
    var parts: [Double] = []
    for value in try reader.array(name) ?? [] { parts.append(try number(value, reader, name)) }
    // The parts may be below zero, their sum may not.
    guard let first = parts.first, first >= 0, parts.count <= 64, ExactSum(parts).value >= 0 else {
      throw reader.invalid(
        name, "is no sum of weights", hint: "it is a list of numbers, the first not below 0")
    }
    return parts
  }

  private static func number(
    _ value: JSONValue, _ reader: ObjectReader, _ name: String
  ) throws(TabularError) -> Double {
    switch value {
    case .integer(let whole): return Double(whole)
    case .number(let number): return number
    default: throw reader.invalid(name, "holds \(value.kind)", hint: "it holds numbers")
    }
  }

  private static func scores(
    _ reader: inout ObjectReader, _ schema: CubeSchema, _ cell: Cell
  ) throws(TabularError) -> [ScoreCount] {
    var scores: [ScoreCount] = []
    var (seen, weights) = (0, 0.0)
    for value in try reader.array("scores") ?? [] {
      guard case .array(let parts) = value, parts.count == (schema.weight == nil ? 2 : 3),
        case .integer(let times) = parts[1], times >= 1, times <= cell.count
      else { throw reader.invalid("scores", "holds no score and count", hint: "the file is damaged") }
      let score = parts[0] == .null ? Double.nan : try number(parts[0], reader, "scores")
      let weight = parts.count == 3 ? try number(parts[2], reader, "scores") : 1
      guard weight >= 0, weight.isFinite else {
        throw reader.invalid("scores", "hold the weight \(weight)", hint: "weights are not below 0")
      }
      weights += weight * Double(times)
      scores.append(ScoreCount(score: score, weight: weight, count: times))
      seen += times
      guard seen <= cell.count else { break }
    }
    guard seen == cell.count else {
      throw reader.invalid("scores", "do not add up to n", hint: "the file is damaged")
    }
    // Products are rounded, the sum of the weights is not.
    guard abs(weights - cell.weight) <= 1e-6 * cell.weight else {
      throw reader.invalid("scores", "have weights that do not add up to w", hint: "the file is damaged")
    }
    return scores
  }
}

import Tabular

extension CountingCube {
  /// The first member of a saved cube, by which files are told apart, and its value.
  static let mark = "countermark_cube"
  static let formatVersion = 1

  /// The cube as a file: JSON, one line a cell, the same bytes for equal counts.
  ///
  /// A site can count its own rows and hand on the counts; cubes add up exactly, sums of weights included. Scores are kept one by
  /// one, so a cube with scores is nearly the table: see ``suppressing(below:)``. Row errors are kept as their number only, since
  /// their texts quote cells. Throws when a weight is negative or missing, which no sum can show.
  public func saved() throws(BiasMetricsError) -> [UInt8] {
    for cell in cells where !(cell.weight.isFinite && cell.squaredWeight.isFinite) {
      throw BiasMetricsError(
        .invalidWeights, "a weight is negative, missing or beyond what can be added",
        hint: "give each row a weight above zero, or leave --weight out")
    }
    var members: [JSONValue.Member] = [.init(Self.mark, .integer(Self.formatVersion))]
    members.append(.init("groups", .array(schema.groups.map(Self.json))))
    members.append(.init("controls", .array(schema.controls.map(Self.json))))
    if let label = schema.label { members.append(.init("label", Self.json(label))) }
    if let prediction = schema.prediction { members.append(.init("prediction", Self.json(prediction))) }
    if let score = schema.score { members.append(.init("score", .string(score))) }
    if let weight = schema.weight { members.append(.init("weight", .string(weight))) }
    members.append(
      .init("values", .array(dimensions.map { .array($0.labels.map { .string($0) }) })))
    members.append(.init("failed_rows", .integer(failedRows)))
    if let suppression {
      let combinations = suppression.combinations.map { values -> JSONValue in
        .array(values.map { $0.map { .string($0) } ?? .null })
      }.sorted { $0.compact.lexicographicallyPrecedes($1.compact) }
      members.append(
        .init(
          "suppressed",
          .object([
            .init("below", .integer(suppression.below)), .init("rows", .integer(suppression.rows)),
            .init("combinations", .array(combinations)),
          ])))
    }
    var out = Array("{\n".utf8)
    for member in members {
      out +=
        JSONValue.string(member.name).compact + Array(": ".utf8) + member.value.compact + Array(",\n".utf8)
    }
    out += "\"cells\": [".utf8
    for (place, cell) in cells.enumerated() {
      out += (place == 0 ? "\n" : ",\n").utf8
      out += json(cell).compact
    }
    return out + Array("\n]\n}\n".utf8)
  }

  private static func json(_ column: TableColumn) -> JSONValue {
    var members: [JSONValue.Member] = [.init("name", .string(column.name))]
    if case .classes(let classes) = column.content {
      members.append(.init("classes", .array(classes.map { .string($0.label) })))
    }
    return .object(members)
  }

  private func json(_ cell: Cell) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("at", .array(cell.coordinates.map { .integer($0) })), .init("n", .integer(cell.count)),
    ]
    if schema.weight != nil {
      members.append(.init("w", .array(([cell.weight] + cell.weightRest).map { .number($0) })))
      members.append(
        .init("w2", .array(([cell.squaredWeight] + cell.squaredWeightRest).map { .number($0) })))
    }
    if schema.score != nil {
      let scores = cell.scores.map { entry -> JSONValue in
        var parts: [JSONValue] = [entry.score.isNaN ? .null : .number(entry.score), .integer(entry.count)]
        if schema.weight != nil { parts.append(.number(entry.weight)) }
        return .array(parts)
      }
      members.append(.init("scores", .array(scores)))
    }
    return .object(members)
  }
}

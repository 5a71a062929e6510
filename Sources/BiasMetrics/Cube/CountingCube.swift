import Tabular

/// Counts of rows by group, control, label and prediction: all that count metrics need of a table.
///
/// One pass over the rows fills it; every metric, intersection, stratum, bootstrap and permutation is then computed from some
/// hundred cells instead of millions of rows. Cubes of several files or sites add up.
public struct CountingCube: Hashable, Sendable {
  /// A dimension: a column and its labels.
  public struct Dimension: Hashable, Sendable {
    /// The column's name.
    public var name: String
    /// The labels, sorted by their bytes (classes in the order they were defined); coordinate k + 1 means `labels[k]`, 0 missing.
    public var labels: [String]
  }

  /// The rows with the same coordinates.
  public struct Cell: Hashable, Sendable {
    /// One coordinate a dimension.
    public var coordinates: [Int]
    /// How many rows.
    public var count: Int
    /// The sum of their weights; the count where there are none.
    public var weight: Double
    /// The sum of the squares of their weights.
    public var squaredWeight: Double
    /// What the exact sum of the weights has beyond ``weight``, so that cubes add up without rounding; empty for most.
    public var weightRest: [Double] = []
    /// The same of the squares.
    public var squaredWeightRest: [Double] = []
    /// The distinct scores, ascending; empty without a score column.
    public var scores: [ScoreCount] = []
  }

  /// Rows of a cell that share a score and a weight.
  public struct ScoreCount: Hashable, Sendable {
    /// The score; NaN where it is missing.
    public var score: Double
    /// The weight of each row.
    public var weight: Double
    /// How many rows.
    public var count: Int
  }

  /// The columns it was made of.
  public var schema: CubeSchema
  /// The dimensions: groups, controls, label, prediction.
  public var dimensions: [Dimension]
  /// The cells that have rows, sorted by coordinates.
  public var cells: [Cell]
  /// How many rows the cells hold.
  public var rows: Int { cells.reduce(0) { $0 + $1.count } }
  /// Rows that could not be read, and are in no cell.
  public var failedRows: Int
  /// The first of them, in the order of files and lines.
  public var problems: [RowProblem]
  /// What was taken out before the cube was saved.
  public var suppression: Suppression?

  /// Combinations of groups and controls that were taken out of a cube, since a cell of them was small.
  public struct Suppression: Hashable, Sendable {
    /// Combinations with a cell of fewer rows were taken out, and others that would have given them away.
    public var below: Int
    /// How many rows they held.
    public var rows: Int
    /// Their values of groups and controls, nil where missing, in order.
    public var combinations: Set<[String?]>
  }

  /// The rows that were read: those in cells, those that failed, and those of cells that were taken out.
  public var rowsRead: Int { rows + failedRows + (suppression?.rows ?? 0) }

  /// The place of the label's dimension.
  public var labelDimension: Int? { schema.label == nil ? nil : schema.groups.count + schema.controls.count }
  /// The place of the prediction's dimension.
  public var predictionDimension: Int? {
    schema.prediction == nil
      ? nil : schema.groups.count + schema.controls.count + (schema.label == nil ? 0 : 1)
  }
}

extension CountingCube {
  /// Adds up cubes of the same schema; the result does not depend on their order.
  public static func merging(_ cubes: [CountingCube]) throws(BiasMetricsError) -> CountingCube {
    guard let first = cubes.first else {
      throw BiasMetricsError(.noRows, "there is nothing to merge", hint: "give at least one cube")
    }
    guard cubes.allSatisfy({ $0.schema == first.schema }) else {
      throw BiasMetricsError(
        .incompatible, "the cubes were made with different columns", hint: "make all with the same plan")
    }
    var merger = CubeMerger(schema: first.schema)
    for cube in cubes { merger.add(cube) }
    return merger.cube()
  }
}

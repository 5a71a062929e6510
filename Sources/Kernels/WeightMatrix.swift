import CKernels

/// How weights are stored, in blocks of 32: the formats of GGUF that models of a few hundred million weights come in.
public enum WeightFormat: Int, CaseIterable, Sendable {
  /// Single precision.
  case f32
  /// Half precision.
  case f16
  /// The upper half of single precision.
  case bf16
  /// Eight bits and a half-precision step a block.
  case q8_0
  /// Four bits around 8 and a step a block.
  case q4_0
  /// Four bits, a step and a minimum a block.
  case q4_1

  /// Weights of a block.
  public static let blockCount = Int(CM_WEIGHT_BLOCK)

  /// Bytes of a block.
  public var blockBytes: Int {
    switch self {
    case .f32: 128
    case .f16, .bf16: 64
    case .q8_0: 34
    case .q4_0: 18
    case .q4_1: 20
    }
  }
}

/// A matrix of weights as a file stores it, and its products with vectors in single precision.
///
/// Weights are spread to floats as the makers define, and every product sums in the same sixteen lanes, so a vector's product is the
/// same bit for bit alone or beside others, and at every ``CPULevel``. Activations stay in single precision: llama.cpp rounds
/// them to eight bits here, which moves logits of a small model by some tenths.
///
/// Cost at v4: one vector about 2.7 ns a block of Q4_1; sixteen at once some 95 to 110 billion operations a
/// second on a core that could do 115 (no fused multiplication and addition: levels would differ).
public struct WeightMatrix: @unchecked Sendable {
  /// The format.
  public let format: WeightFormat
  /// The number of results.
  public let rows: Int
  /// The number of weights a row, a multiple of 32.
  public let columns: Int
  private let bytes: UnsafeRawBufferPointer
  private let owner: AnyObject

  /// Takes bytes, which `owner` keeps alive and unchanged; nil where their number does not fit, or rows are no whole blocks.
  public init?(
    _ bytes: UnsafeRawBufferPointer, format: WeightFormat, rows: Int, columns: Int, owner: AnyObject
  ) {
    guard rows > 0, columns > 0, columns % WeightFormat.blockCount == 0 else { return nil }
    let blocks = (columns / WeightFormat.blockCount).multipliedReportingOverflow(by: rows)
    guard !blocks.overflow else { return nil }
    let size = blocks.partialValue.multipliedReportingOverflow(by: format.blockBytes)
    guard !size.overflow, bytes.count == size.partialValue, bytes.baseAddress != nil else { return nil }
    (self.bytes, self.format, self.rows, self.columns, self.owner) = (bytes, format, rows, columns, owner)
  }

  private var rowBytes: Int { columns / WeightFormat.blockCount * format.blockBytes }

  private func start(ofRow row: Int) -> UnsafePointer<UInt8> {
    bytes.baseAddress!.assumingMemoryBound(to: UInt8.self) + row * rowBytes
  }

  /// Floats that ``products(_:vectors:into:scratch:level:)`` needs as scratch.
  public var scratchCount: Int { Int(CM_MATRIX_TILE) * columns }

  /// Writes one row as floats.
  public func spread(row: Int, into out: FloatSlice, level: CPULevel = .active) {
    precondition(row >= 0 && row < rows && out.count >= columns, "a row of the matrix")
    withExtendedLifetime((owner, out)) {
      level.modelTable.spread(format)(start(ofRow: row), columns, out.pointer)
    }
  }

  /// The product with each of several vectors of `columns` floats one after another; results of `rows` floats likewise.
  ///
  /// - Parameter scratch: at least ``scratchCount`` floats; not read for one vector.
  public func products(
    _ x: FloatSlice, vectors: Int, into out: FloatSlice,
    scratch: FloatSlice, level: CPULevel = .active
  ) {
    precondition(
      vectors > 0 && x.count >= vectors * columns && out.count >= vectors * rows, "room for the vectors")
    let table = level.modelTable
    withExtendedLifetime((owner, x, out, scratch)) {
      guard vectors > 1 else {
        table.product(format)(start(ofRow: 0), rowBytes, rows, columns, x.pointer, out.pointer)
        return
      }
      precondition(scratch.count >= scratchCount, "room for a tile of weights")
      let spread = table.spread(format)
      var row = 0
      while row < rows {
        let count = min(Int(CM_MATRIX_TILE), rows - row)
        spread(start(ofRow: row), count * columns, scratch.pointer)
        table.products(
          scratch.pointer, count, columns, x.pointer, vectors, out.pointer + row, rows,
          start(ofRow: row + count), count * rowBytes)
        row += count
      }
    }
  }
}

extension cm_model_kernels {
  /// The function that spreads weights of a format.
  func spread(
    _ format: WeightFormat
  ) -> @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Float>?) -> Void {
    let functions = [spread.0, spread.1, spread.2, spread.3, spread.4, spread.5]
    return functions[format.rawValue]!
  }

  /// The function that multiplies weights of a format by one vector.
  func product(
    _ format: WeightFormat
  )
    -> @convention(c) (
      UnsafePointer<UInt8>?, Int, Int, Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void
  {
    let functions = [product.0, product.1, product.2, product.3, product.4, product.5]
    return functions[format.rawValue]!
  }
}

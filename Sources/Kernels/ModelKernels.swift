import CKernels

/// What lies between the products of a layer: norms, gates, rotations and attention, in single precision.
///
/// Equal bit for bit at every ``CPULevel``; e^x is our own, so that no C library's version shows in a text.
public struct ModelKernels: Sendable {
  /// The level that runs.
  public let level: CPULevel
  private let table: cm_model_kernels

  /// Chooses a level.
  public init(level: CPULevel = .active) { (self.level, table) = (level, level.modelTable) }

  /// Sizes of vectors that are multiplied with each other are multiples of it.
  public static let lanes = Int(CM_DOT_LANES)

  /// out = x ⁄ √(mean(x²) + ε) · scale.
  ///
  /// Source: Zhang and Sennrich, "Root mean square layer normalization", 2019.
  public func normalize(
    _ x: FloatSlice, scale: FloatSlice, epsilon: Float,
    into out: FloatSlice
  ) {
    precondition(
      x.count == scale.count && out.count == x.count && !x.isEmpty && x.count % Self.lanes == 0,
      "vectors of one size")
    withExtendedLifetime((x, scale, out)) {
      table.normalize(x.pointer, scale.pointer, x.count, epsilon, out.pointer)
    }
  }

  /// gate = gate ⁄ (1 + e^−gate) · up.
  ///
  /// Source: Shazeer, "GLU variants improve transformer", 2020 (SwiGLU).
  public func gate(_ gate: FloatSlice, up: FloatSlice) {
    precondition(gate.count == up.count, "vectors of one size")
    guard !gate.isEmpty else { return }
    withExtendedLifetime((gate, up)) { table.gated(gate.pointer, up.pointer, gate.count) }
  }

  /// Adds a vector to another.
  public func add(_ x: FloatSlice, to out: FloatSlice) {
    precondition(x.count == out.count, "vectors of one size")
    guard !x.isEmpty else { return }
    withExtendedLifetime((x, out)) { table.add(out.pointer, x.pointer, x.count) }
  }

  /// Turns pairs of elements of each head by the angles of a position.
  ///
  /// - Parameters:
  ///   - x: heads of `size` floats one after another.
  ///   - turns: cosines of half the rotated size, then as many sines.
  ///   - isSplit: whether a pair is (i, i + half), else (2i, 2i + 1).
  ///
  /// Source: Su et al., "RoFormer", 2021.
  public func rotate(
    _ x: FloatSlice, size: Int, turns: FloatSlice, isSplit: Bool
  ) {
    precondition(
      size > 0 && x.count % size == 0 && turns.count <= size && turns.count % 2 == 0, "whole heads")
    guard !x.isEmpty, !turns.isEmpty else { return }
    withExtendedLifetime((x, turns)) {
      table.rotate(
        x.pointer, x.count / size, size, turns.count, turns.pointer, turns.pointer + turns.count / 2,
        isSplit ? 1 : 0)
    }
  }

  /// What one query of attention reads: values weighed by e^(scale · query · key).
  ///
  /// - Parameters:
  ///   - keys: `count` keys, `stride` floats from one to the next.
  ///   - values: likewise.
  ///   - scores: room for `count` floats.
  public func attend(
    _ query: FloatSlice, keys: FloatSlice,
    values: FloatSlice, stride: Int, count: Int, scale: Float,
    scores: FloatSlice, into out: FloatSlice
  ) {
    let size = query.count
    precondition(size > 0 && size % Self.lanes == 0 && out.count == size && size <= stride, "whole heads")
    let needed = (count - 1) * stride + size
    precondition(
      count > 0 && keys.count >= needed && values.count >= needed && scores.count >= count, "whole keys")
    withExtendedLifetime((query, keys, values, scores, out)) {
      table.attend(
        query.pointer, keys.pointer, values.pointer, stride, count, size, scale, scores.pointer, out.pointer)
    }
  }
}

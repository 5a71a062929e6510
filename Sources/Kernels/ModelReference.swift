/// What ``WeightMatrix`` and ``ModelKernels`` compute, written plainly: the tests hold every level to it.
public enum ModelReference {
  /// The value of a half-precision number.
  public static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 0x3ff) * 0x1p-10
    switch exponent {
    case 31: return bits & 0x3ff == 0 ? sign * .infinity : .nan
    case 0: return sign * fraction * 0x1p-14
    default: return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
    }
  }

  private static func word(_ bytes: [UInt8], _ place: Int) -> UInt16 {
    UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8
  }

  /// The weights of a block of bytes.
  public static func spread(_ block: [UInt8], format: WeightFormat) -> [Float] {
    func nibble(_ index: Int, from start: Int) -> Float {
      let byte = block[start + index % 16]
      return Float(index < 16 ? byte & 15 : byte >> 4)
    }
    return (0..<32).map { index in
      switch format {
      case .f32:
        return Float(bitPattern: UInt32(word(block, 4 * index)) | UInt32(word(block, 4 * index + 2)) << 16)
      case .f16: return half(word(block, 2 * index))
      case .bf16: return Float(bitPattern: UInt32(word(block, 2 * index)) << 16)
      case .q8_0: return Float(Int8(bitPattern: block[2 + index])) * half(word(block, 0))
      case .q4_0: return (nibble(index, from: 2) - 8) * half(word(block, 0))
      case .q4_1: return nibble(index, from: 4) * half(word(block, 0)) + half(word(block, 2))
      }
    }
  }

  private static func tree(_ lanes: [Float]) -> Float {
    var lanes = lanes
    var half = lanes.count / 2
    while half > 0 {
      for lane in 0..<half { lanes[lane] += lanes[lane + half] }
      half /= 2
    }
    return lanes[0]
  }

  /// The product of two vectors in sixteen lanes.
  public static func product(_ a: [Float], _ b: [Float]) -> Float {
    var lanes = [Float](repeating: 0, count: 16)
    for index in a.indices { lanes[index % 16] += a[index] * b[index] }
    return tree(lanes)
  }

  /// e^x.
  public static func exponential(_ value: Float) -> Float {
    let x = value < -87 ? -87 : value > 88 ? 88 : value
    let n = (x * 1.44269504 + 12582912) - 12582912
    let r = (x - n * 0.693359375) - n * -2.12194440e-4
    var y: Float = r * 1.9875691500e-4 + 1.3981999507e-3
    for c: Float in [8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1] { y = y * r + c }
    y = (y * (r * r) + r) + 1
    return Float(bitPattern: y.bitPattern &+ UInt32(bitPattern: Int32(n)) << 23)
  }

  /// As ``ModelKernels/normalize(_:scale:epsilon:into:)``.
  public static func normalize(_ x: [Float], scale: [Float], epsilon: Float) -> [Float] {
    let factor = 1 / (product(x, x) / Float(x.count) + epsilon).squareRoot()
    return zip(x, scale).map { $1 * ($0 * factor) }
  }

  /// As ``ModelKernels/gate(_:up:)``.
  public static func gate(_ gate: [Float], up: [Float]) -> [Float] {
    zip(gate, up).map { $0 / (1 + exponential(-$0)) * $1 }
  }

  /// As ``ModelKernels/rotate(_:size:turns:isSplit:)``, of one head.
  public static func rotate(_ x: [Float], cosines: [Float], sines: [Float], isSplit: Bool) -> [Float] {
    var out = x
    for pair in cosines.indices {
      let (i, j) = isSplit ? (pair, pair + cosines.count) : (2 * pair, 2 * pair + 1)
      out[i] = x[i] * cosines[pair] - x[j] * sines[pair]
      out[j] = x[i] * sines[pair] + x[j] * cosines[pair]
    }
    return out
  }

  /// As ``ModelKernels/attend(_:keys:values:stride:count:scale:scores:into:)``.
  public static func attend(_ query: [Float], keys: [[Float]], values: [[Float]], scale: Float) -> [Float] {
    let scores = keys.map { product(query, $0) * scale }
    let most = scores.max() ?? 0
    let weights = scores.map { exponential($0 - most) }
    let sum = product(weights, weights.map { _ in 1 })
    return query.indices.map { index in
      var total: Float = 0
      for (weight, value) in zip(weights, values) { total += value[index] * weight }
      return total / sum
    }
  }
}

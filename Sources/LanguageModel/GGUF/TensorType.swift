import Kernels

/// ggml's numbers for how a tensor is stored.
struct TensorType: Hashable, Sendable {
  let rawValue: UInt32

  /// The format, where this build reads it.
  var format: WeightFormat? {
    switch rawValue {
    case 0: .f32
    case 1: .f16
    case 2: .q4_0
    case 3: .q4_1
    case 8: .q8_0
    case 30: .bf16
    default: nil
    }
  }

  /// ggml's name, or the number.
  var name: String {
    let names: [UInt32: String] = [
      0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K",
      11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS",
      18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16",
      26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 30: "BF16",
    ]
    return names[rawValue] ?? "number \(rawValue)"
  }
}

/// A tensor of a GGUF file.
public struct GGUFTensor: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The sizes, the one whose elements lie one after another first.
  public let shape: [Int]
  /// How the weights are stored.
  public let format: WeightFormat
  /// Where its bytes lie in the file.
  public let range: Range<Int>
}

import Kernels

/// A GGUF file: metadata by key and tensors by name, over bytes that are mapped and not copied.
///
/// Versions 2 and 3, little-endian. Everything that the file states is checked against its size before it is believed. Memory: the
/// vocabulary; weights stay in the page cache.
///
/// Source: ggml's docs/gguf.md.
public struct GGUFFile: Sendable {
  /// The version of the format.
  public let version: UInt32
  /// The metadata.
  public let metadata: [String: GGUFValue]
  /// The tensors.
  public let tensors: [String: GGUFTensor]
  let source: ModelBytes

  /// Maps and reads a file.
  public init(contentsOfFile path: String) throws(LanguageModelError) {
    let source = try ModelBytes(contentsOfFile: path)
    do {
      try self.init(source)
    } catch {
      var error = error
      error.message = "\(path): \(error.message)"
      throw error
    }
  }

  /// Reads bytes in memory.
  public init(bytes: [UInt8]) throws(LanguageModelError) { try self.init(ModelBytes(bytes)) }

  private init(_ source: ModelBytes) throws(LanguageModelError) {
    var reader = GGUFReader(source.bytes)
    let magic = try reader.integer(UInt32.self, "its first four bytes")
    guard magic == 0x4655_4747 else {
      throw LanguageModelError(
        code: .invalidFile, message: "the file does not begin with GGUF", hint: "give a model's GGUF file")
    }
    version = try reader.integer(UInt32.self, "its version")
    guard version == 2 || version == 3 else {
      let isSwapped = version.byteSwapped == 2 || version.byteSwapped == 3
      throw LanguageModelError(
        code: .unsupportedModel,
        message: isSwapped ? "the GGUF file is big-endian" : "the GGUF file has version \(version)",
        hint: "little-endian files of versions 2 and 3 are read")
    }
    let tensorCount = try reader.count(24, "tensors")
    let valueCount = try reader.count(13, "values")
    var metadata: [String: GGUFValue] = [:]
    for index in 0..<valueCount {
      let key = try reader.name("key \(index)")
      let type = try reader.integer(UInt32.self, "the type of \(key)")
      let value = try reader.value(type: type, key)
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw GGUFReader.invalid("the key \(key) stands twice")
      }
    }
    self.metadata = metadata
    tensors = try Self.tensors(tensorCount, metadata, &reader)
    self.source = source
  }

  private static func tensors(
    _ count: Int, _ metadata: [String: GGUFValue], _ reader: inout GGUFReader
  ) throws(LanguageModelError) -> [String: GGUFTensor] {
    var entries: [(name: String, shape: [Int], format: WeightFormat, offset: UInt64, size: Int)] = []
    for index in 0..<count {
      let name = try reader.name("the name of tensor \(index)")
      let what = "the tensor \(name)"
      let dimensions = try reader.integer(UInt32.self, what)
      guard (1...4).contains(dimensions) else {
        throw GGUFReader.invalid("\(what) has \(dimensions) dimensions")
      }
      var shape: [Int] = []
      var elements = 1
      for _ in 0..<dimensions {
        let size = try reader.integer(UInt64.self, what)
        guard let length = Int(exactly: size), length > 0 else {
          throw GGUFReader.invalid("\(what) has a size of \(size)")
        }
        let product = elements.multipliedReportingOverflow(by: length)
        guard !product.overflow else { throw GGUFReader.invalid("\(what) is larger than any memory") }
        elements = product.partialValue
        shape.append(length)
      }
      let type = TensorType(rawValue: try reader.integer(UInt32.self, what))
      guard let format = type.format else {
        throw LanguageModelError(
          code: .unsupportedModel, message: "\(what) is stored as \(type.name), which is not supported",
          hint: "F32, F16, BF16, Q8_0, Q4_0 and Q4_1 are read; convert the model to one of them")
      }
      guard shape[0] % WeightFormat.blockCount == 0 else {
        throw LanguageModelError(
          code: .unsupportedModel, message: "\(what) has rows of \(shape[0]) weights",
          hint: "rows of a multiple of \(WeightFormat.blockCount) weights are read")
      }
      let size = (elements / WeightFormat.blockCount).multipliedReportingOverflow(by: format.blockBytes)
      guard !size.overflow else { throw GGUFReader.invalid("\(what) is larger than any memory") }
      entries.append((name, shape, format, try reader.integer(UInt64.self, what), size.partialValue))
    }
    let alignment = metadata["general.alignment"].map { $0.integer ?? -1 } ?? 32
    guard alignment > 0, alignment <= 1 << 20, alignment & (alignment - 1) == 0 else {
      throw GGUFReader.invalid("general.alignment is no power of two up to \(1 << 20)")
    }
    let padding = (Int(alignment) - reader.position % Int(alignment)) % Int(alignment)
    // Tensors begin after the padding; a file without tensors may end before it.
    let start = reader.position + padding
    var tensors: [String: GGUFTensor] = [:]
    for entry in entries {
      guard entry.offset % UInt64(alignment) == 0 else {
        throw GGUFReader.invalid(
          "the tensor \(entry.name) lies at \(entry.offset), off the alignment of \(alignment)")
      }
      let room = reader.bytes.count - start
      guard room >= 0, entry.offset <= UInt64(room), entry.size <= room - Int(entry.offset) else {
        throw GGUFReader.invalid("it ends within the tensor \(entry.name)")
      }
      let first = start + Int(entry.offset)
      let tensor = GGUFTensor(
        name: entry.name, shape: entry.shape, format: entry.format, range: first..<(first + entry.size))
      guard tensors.updateValue(tensor, forKey: entry.name) == nil else {
        throw GGUFReader.invalid("the tensor \(entry.name) stands twice")
      }
    }
    return tensors
  }

  /// A tensor as a matrix of `rows` rows of `columns` weights; throws where it is missing or has another shape.
  func matrix(_ name: String, rows: Int, columns: Int) throws(LanguageModelError) -> WeightMatrix {
    guard let tensor = tensors[name] else { throw Self.missing("the tensor \(name)") }
    let shape = rows == 1 && tensor.shape.count == 1 ? [columns] : [columns, rows]
    guard tensor.shape == shape,
      let matrix = WeightMatrix(
        UnsafeRawBufferPointer(rebasing: source.bytes[tensor.range]), format: tensor.format, rows: rows,
        columns: columns, owner: source)
    else {
      throw GGUFReader.invalid("the tensor \(name) has the shape \(tensor.shape); \(shape) is needed")
    }
    return matrix
  }

  static func missing(_ what: String) -> LanguageModelError {
    LanguageModelError(
      code: .invalidFile, message: "the GGUF file lacks \(what)",
      hint: "fetch the model's file again, or convert the model anew")
  }
}

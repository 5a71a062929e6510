import Kernels
import TestSupport
import Testing
import TextWatermark

private struct LMWatermarking: Decodable {
  struct Table: Decodable {
    var first32: [UInt32]
    var sha256_le_i64: String
  }
  struct Item: Decodable {
    var scheme: String
    var prf: String
    var context_width: Int
    var self_salt: Bool
    var hash_key: Int64
    var vocab: Int
    var gamma: Double
    var context: [UInt32]
    var prf_key: String
    var seed: String
    var green_size: Int
    var green_first32: [UInt32]
    var green_sorted_sha256_le_i64: String
    var green_order_sha256_le_i64: String
  }
  var hashint_table: Table
  var items: [Item]
}

private struct Transformers: Decodable {
  struct Table: Decodable {
    var hashing_key: UInt64
    var fixed_table_first32: [UInt32]
    var sha256_le_i64: String
  }
  struct Item: Decodable {
    var kind: String?
    var hashing_key: Int64
    var scheme: String
    var context_width: Int
    var vocab: Int
    var gamma: Double
    var input: [UInt32]
    var seed: String?
    var green_size: Int?
    var green_first32: [UInt32]?
    var green_order_sha256_le_i64: String?
    var bias: Float?
    var biased_ids: [UInt32]?
  }
  var tables: [Table]
  var items: [Item]
}

@Suite("Green lists, Golden")
struct GreenListGoldenTests {
  @Test("lm-watermarking: tables, contexts' integers, seeds and lists")
  func lmWatermarking() throws {
    let vectors = try Golden.load(LMWatermarking.self, from: "text/kgw_greenlists.json")
    let table = HashPermutation.seeded(HashPermutation.lmWatermarkingSeed).permutation
    #expect(Array(table.prefix(vectors.hashint_table.first32.count)) == vectors.hashint_table.first32)
    #expect(Golden.digest(table) == vectors.hashint_table.sha256_le_i64)

    for item in vectors.items {
      // The maker's free form may end in a key; profiles and schemes take it separately.
      let parts = item.scheme.split(separator: "-")
      let name = parts.count == 5 ? parts.dropLast().joined(separator: "-") : item.scheme
      let seeding = try GreenListScheme.LMWatermarkingSeeding(named: name)
      #expect(seeding.function.rawValue == item.prf, "\(item.scheme)")
      #expect(seeding.contextWidth == item.context_width, "\(item.scheme)")
      #expect(seeding.selfSalted == item.self_salt, "\(item.scheme)")
      let scheme = try GreenListScheme.lmWatermarking(
        vocabularySize: item.vocab, gamma: item.gamma, hashKey: Int128(item.hash_key), seeding: seeding)
      let integer = scheme.contextInteger(item.context, end: item.context.count)
      #expect(String(integer) == item.prf_key, "\(item.scheme) \(item.context)")
      let seed = GreenListScheme.seed(fromContextInteger: integer)
      #expect(String(seed) == item.seed, "\(item.scheme) \(item.context)")
      let list = scheme.greenlist(seed: seed)
      #expect(list.count == item.green_size)
      #expect(Array(list.prefix(item.green_first32.count)) == item.green_first32)
      #expect(Golden.digest(list) == item.green_order_sha256_le_i64)
      #expect(Golden.digest(list.sorted()) == item.green_sorted_sha256_le_i64)
    }
  }

  @Test("transformers: tables, seeds, lists and processed logits", arguments: CPULevel.available)
  func transformers(level: CPULevel) throws {
    let vectors = try Golden.load(Transformers.self, from: "text/hf_watermark.json")
    for table in vectors.tables {
      let permutation = HashPermutation.seeded(UInt32(truncatingIfNeeded: table.hashing_key)).permutation
      #expect(Array(permutation.prefix(table.fixed_table_first32.count)) == table.fixed_table_first32)
      #expect(Golden.digest(permutation) == table.sha256_le_i64)
    }
    for item in vectors.items {
      let scheme = try GreenListScheme.transformers(
        vocabularySize: item.vocab, greenlistRatio: item.gamma, hashingKey: Int128(item.hashing_key),
        seedingScheme: try #require(.init(rawValue: item.scheme)), contextWidth: item.context_width,
        level: level)
      if item.kind == "processor" {
        let logits = (0..<item.vocab).map { Float(Double(($0 * 7919) % 1009) / 100) }
        let bias = try #require(item.bias)
        let biased = GreenListProcessor(scheme: scheme, bias: bias).biased(logits, context: item.input)
        let expected = Set(try #require(item.biased_ids))
        for (index, pair) in zip(logits, biased).enumerated() {
          let wanted = expected.contains(UInt32(index)) ? pair.0 + bias : pair.0
          #expect(pair.1.bitPattern == wanted.bitPattern, "\(item.scheme), id \(index)")
        }
      } else {
        let integer = scheme.contextInteger(item.input, end: item.input.count)
        let seed = GreenListScheme.seed(fromContextInteger: integer)
        #expect(String(seed) == item.seed, "\(item.scheme) \(item.input)")
        let list = scheme.greenlist(seed: seed)
        #expect(list.count == item.green_size)
        #expect(Array(list.prefix(item.green_first32?.count ?? 0)) == item.green_first32)
        #expect(Golden.digest(list) == item.green_order_sha256_le_i64)
      }
    }
  }
}

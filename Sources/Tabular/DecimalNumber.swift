#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads decimal numbers from bytes, rounded correctly.
public enum DecimalNumber {
  private static let powers: [Double] = (0...22).map { pow(10, Double($0)) }

  /// The number that the whole of `bytes` spells, or nil; spaces around it are allowed, infinities and NaN are not.
  ///
  /// Up to 15 digits and small exponents take the fast way, which is exact (Clinger, "How to read floating point numbers
  /// accurately", PLDI 1990); others go through `strtod`.
  public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    var (index, end) = (0, bytes.count)
    while index < end, bytes[index] == 0x20 { index += 1 }
    while end > index, bytes[end - 1] == 0x20 { end -= 1 }
    let start = index
    guard index < end else { return nil }
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    var (digits, places, significand) = (0, 0, UInt64(0))
    var significant = 0
    while index < end, bytes[index] &- 0x30 < 10 {
      if significant > 0 || bytes[index] != 0x30 { significant += 1 }
      if significant <= 18 { significand = significand * 10 + UInt64(bytes[index] - 0x30) }
      digits += 1
      index += 1
    }
    if index < end, bytes[index] == UInt8(ascii: ".") {
      index += 1
      while index < end, bytes[index] &- 0x30 < 10 {
        if significant > 0 || bytes[index] != 0x30 { significant += 1 }
        if significant <= 18 { significand = significand * 10 + UInt64(bytes[index] - 0x30) }
        digits += 1
        places += 1
        index += 1
      }
    }
    guard digits > 0 else { return nil }
    var exponent = 0
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      let falls = index < end && bytes[index] == UInt8(ascii: "-")
      if index < end, falls || bytes[index] == UInt8(ascii: "+") { index += 1 }
      guard index < end else { return nil }
      while index < end, bytes[index] &- 0x30 < 10 {
        exponent = min(exponent * 10 + Int(bytes[index] - 0x30), 100_000)
        index += 1
      }
      if falls { exponent = -exponent }
    }
    guard index == end else { return nil }
    let scale = exponent - places
    if significant <= 15, abs(scale) <= 22 {
      let value = scale < 0 ? Double(significand) / powers[-scale] : Double(significand) * powers[scale]
      return isNegative ? -value : value
    }
    var text = bytes[start..<end].map { CChar(bitPattern: $0) }
    text.append(0)
    let value = strtod(text, nil)
    return value.isFinite ? value : nil
  }
}

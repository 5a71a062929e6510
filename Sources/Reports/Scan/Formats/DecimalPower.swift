#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// 10 to a power, at most 1: a p-value from its decimal logarithm.
func decimalPower(_ log10: Double) -> Double { min(1, pow(10, log10)) }

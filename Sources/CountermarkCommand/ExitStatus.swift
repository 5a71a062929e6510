import ArgumentParser

/// How the command ends.
///
/// Scripts rely on the numbers.
enum ExitStatus: Int32, Error {
  case done = 0
  case flagged = 1
  case usage = 2
  case incomplete = 3
  case keys = 4
  case internalError = 5
  case interrupted = 130

  /// The one that wins when several apply: 5 > 4 > 2 > 3 > 1 > 0.
  static func worst(_ statuses: [ExitStatus]) -> ExitStatus {
    let order: [ExitStatus] = [.internalError, .keys, .usage, .incomplete, .flagged]
    return order.first(where: statuses.contains) ?? .done
  }

  var code: ExitCode { ExitCode(rawValue) }
}

/// A message for the user, with what to do and how the command ends.
struct CommandError: Error, CustomStringConvertible {
  var status: ExitStatus
  var code: String
  var message: String
  var hint: String

  var description: String { "\(message)\n  hint: \(hint)" }
}

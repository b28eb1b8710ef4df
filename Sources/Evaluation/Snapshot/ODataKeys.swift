/// The few words of the envelope: OData JSON Format 4.01, https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html
///
/// Section 4.6 has the control information, 13 the collection's `value`, 21 the error body. In lower case: keys are compared without regard
/// to ASCII case. OData 4.01 lets `odata.` away.
enum ODataKeys {
  static let value = bytes("value")
  static let nextLinks = [bytes("@odata.nextlink"), bytes("@nextlink")]
  static let counts = [bytes("@odata.count"), bytes("@count")]
  static let error = bytes("error")
  static let code = bytes("code")
  static let message = bytes("message")

  /// Windows PowerShell wraps an array as `{"value":[…],"Count":n}`; here it counts the array, not the collection.
  static let arrayCount = bytes("count")

  /// Control information and instance annotations have this in their names; names of properties do not.
  static let annotation: UInt8 = 0x40

  private static func bytes(_ text: StaticString) -> [UInt8] { Array(text.description.utf8) }
}

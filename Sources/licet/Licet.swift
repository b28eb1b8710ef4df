@main
struct Licet {
  static func main() {}
}

/// A small policy set and snapshots for it, one for each way a run can end.
struct World {
  let folder: TemporaryFolder
  var policies: String { folder.path + "/policies" }

  func snapshot(_ name: String) -> String { folder.path + "/snapshots/" + name }

  init() throws {
    folder = try TemporaryFolder([
      "policies/shapes.licet": """
      module desk
      entity person in people key id label name { id: id, name: text, works: bool, lamp: bool?, hours: int }
      fact strict: bool "Lamps are demanded"
      fact limit: int = 40 "The hours allowed"
      fact mood: one of "good", "bad" "The mood"
      fact start: date = 2020-01-01 "The first day"
      """,
      "policies/rules.licet": """
      module desk
      violation no_lamp {
        title    "Works without a lamp"
        for each someone in people
        when     someone.works
        require  someone.lamp is true
        message  "{someone.name} has no lamp."
      }
      notice long_hours {
        for each someone in people
        require  someone.hours <= limit
        message  "{someone.name} works long."
      }
      warning unstated {
        for each someone in people
        when     someone.works
        require  someone.lamp is true or strict
        message  "{someone.name} is at risk."
      }
      test "a lamp is needed" {
        as of   2024-01-01
        given   person { id: "1", name: "A", works: true, lamp: false, hours: 1 }
        expect  fail no_lamp for person "A"
      }
      """,
      "broken/rules.licet": "module desk\nviolation {\n",
      "failing/rules.licet": """
      module desk
      entity person in people key id label name { id: id, name: text }
      violation nameless {
        for each someone in people
        require  someone.name is not ""
        message  "no name"
      }
      test "the wrong way round" {
        as of   2024-01-01
        given   person { id: "1", name: "A" }
        expect  fail nameless for person "A"
      }
      test "the right way round" {
        as of   2024-01-01
        given   person { id: "1", name: "A" }
        expect  pass nameless for person "A"
      }
      """,
      "untested/rules.licet": "module desk\nentity person in people key id { id: id }\n",
      "unruled/notes.txt": "nothing here",
      "snapshots/fine/people.json": #"{"value": [{"id": "1", "name": "Ann", "works": true, "lamp": true, "hours": 8}]}"#,
      "snapshots/failing/people.json":
        #"{"value": [{"id": "1", "name": "Ann", "works": true, "lamp": false, "hours": 8}, {"id": "2", "name": "Bob", "works": true, "lamp": true, "hours": 8}]}"#,
      "snapshots/untold/people.json": #"{"value": [{"id": "1", "name": "Ann", "works": true, "hours": 8}]}"#,
      "snapshots/noticed/people.json": #"{"value": [{"id": "1", "name": "Ann", "works": true, "lamp": true, "hours": 80}]}"#,
      "snapshots/bare/people.json": #"{"value": []}"#,
      "snapshots/malformed/people.json": #"{"value": [{"id": "1", "name": "Ann", "#,
      "snapshots/packed/people.json.gz": "\u{1F}",
      "snapshots/misnamed/people.json": "\u{1F}\u{8}",
      "snapshots/hostile/people.json":
        #"{"value": [{"id": "1\u001b[2J", "name": "\u001b]0;owned\u0007\u202egnp.exe\r\n::error::x", "works": true, "lamp": false, "hours": 8}]}"#,
    ])
  }
}

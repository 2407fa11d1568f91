"""Running scenario files."""

from pathlib import Path

from vmsemu.scenario.document import parse_scenario
from vmsemu.scenario.run import replay_file, run_scenario

STORY = """---
nodes:
  ALPHA1: {users: [SMITH]}
---
```dcl ALPHA1 SMITH
$ SHOW TIME
  14-MAY-2001 10:00:00
$ CREATE A.TXT
hello
^Z
$ SHOW DEFAULT
  SYS$SYSDEVICE:[SMITH]
```
```advance 30 minutes
```
```dcl ALPHA1 SMITH
$ SHOW TIME
  14-MAY-2001 10:30:00
$ SHOW SYSTEM
...
```
```expect ALPHA1 SYS$SYSDEVICE:[SMITH]A.TXT
hello
```
"""


def test_a_green_story_reports_nothing():
    assert all(result.passed for result in run_scenario(parse_scenario(STORY, "x.md")))


def test_the_same_story_gives_the_same_screens_every_time():
    first, second = (run_scenario(parse_scenario(STORY, "x.md")) for _ in range(2))
    assert [r.actual for r in first] == [r.actual for r in second]


def test_a_wrong_expectation_is_reported_with_place_and_lines(tmp_path: Path):
    file = tmp_path / "x.md"
    file.write_text(STORY.replace("10:30:00", "11:00:00"))
    (report,) = replay_file(file)
    assert report.startswith("x.md:17: dcl ALPHA1 SMITH")
    assert "-   14-MAY-2001 11:00:00\n+   14-MAY-2001 10:30:00" in report


def test_update_writes_what_happened_and_nothing_else(tmp_path: Path):
    file = tmp_path / "x.md"
    file.write_text(STORY.replace("SYS$SYSDEVICE:[SMITH]\n```", "DKA9:[NOWHERE]\n```"))
    replay_file(file, rewrite=True)
    assert file.read_text() == STORY


def test_a_block_that_cannot_run_fails_with_the_reason_and_the_rest_goes_on():
    story = "```dcl BETA1 SMITH\n$ LOGOUT\n```\n```dcl ALPHA1 NOBODY\n```\n```dcl\n$ SHOW TIME\n  14-MAY-2001 10:00:00\n```\n"
    missing, unknown, rest = run_scenario(parse_scenario(story, "x.md"))
    assert missing.failure == "there is no node BETA1"
    assert "NOBODY cannot log in" in unknown.failure
    assert rest.passed


def test_what_is_typed_without_echo_stands_in_braces_and_is_not_part_of_the_screen_otherwise():
    story = "```dcl\n$ SET PASSWORD\nOld password: {WRONG}\nNew password: {SECRET1}\nVerification: {SECRET1}\n...\n```\n"
    (result,) = run_scenario(parse_scenario(story, "x.md"))
    assert result.actual[1:4] == ("Old password: {WRONG}", "New password: {SECRET1}", "Verification: {SECRET1}")
    assert "PWDNOTVAL" in result.actual[4]


def test_commands_are_not_typed_as_data_of_the_block_before():
    text = STORY.replace("hello\n^Z\n$ SHOW DEFAULT\n  SYS$SYSDEVICE:[SMITH]\n", "hello\n")
    second = [result for result in run_scenario(parse_scenario(text, "x.md")) if result.actual and "waits for data" in result.actual[0]]
    assert second and not second[0].passed


def test_the_clock_advances_by_the_sum_of_the_units():
    text = STORY.replace("advance 30 minutes", "advance 1 hour 20 minutes 5 seconds").replace("10:30:00", "11:20:05")
    assert all(result.passed for result in run_scenario(parse_scenario(text, "x.md")))

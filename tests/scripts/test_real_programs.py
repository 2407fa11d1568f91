"""The runner of public procedures, with small procedures of our own."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

SCRIPT = Path(__file__).parents[2] / "scripts" / "real_programs.py"

GREETER = ['$ INQUIRE NAME "Who are you"', '$ READ/PROMPT="Age: "/END_OF_FILE=OUT SYS$COMMAND AGE', "$ WRITE SYS$OUTPUT NAME,\" is \",AGE + 0", "$OUT: EXIT 3"]  # fmt: skip


@pytest.fixture(scope="module")
def runner():
    spec = importlib.util.spec_from_file_location("real_programs", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["real_programs"] = module
    spec.loader.exec_module(module)
    return module


def raw(records):
    return b"".join(len(record).to_bytes(2, "little") + record + b"\0" * (len(record) % 2) for record in records)


ALWAYS = {"files: [sample.com: SAMPLE.COM]": "files:", "start: '@SAMPLE'": "start:"}


@pytest.fixture
def play(runner, tmp_path):
    """Run one procedure of our own under a manifest entry; the outcome."""

    def run(procedure, entry, data=None):
        folder = tmp_path / "sample"
        folder.mkdir(exist_ok=True)
        (folder / "sample.com").write_bytes(data or "".join(line + "\n" for line in procedure).encode())
        manifest = tmp_path / "manifest.yaml"
        text = "programs:\n- name: sample\n  kind: sample\n  repository: example/sample\n"
        text += "".join(f"  {key}\n" for key, word in ALWAYS.items() if not any(line.startswith(word) for line in entry))
        manifest.write_text(text + "".join(f"  {line}\n" for line in entry))
        (program,) = runner.read_manifest(manifest)
        return runner.run_program(program, tmp_path)

    return run


ANSWERS = ["dialogue:", "- 'Who are you:': Smith", "- 'Age:': '43'"]


def test_a_program_is_answered_and_judged_by_its_lines_and_status(play):
    outcome = play(GREETER, [*ANSWERS, "expect: ['Who are you: Smith', SMITH is 43]", "status: '%X00000003'"])
    assert (outcome.failure, outcome.lines, outcome.statements) == ("", 4, 4)


def test_a_program_in_raw_records_runs_like_one_in_lines(play):
    outcome = play(GREETER, [*ANSWERS, "expect: [SMITH is 43]"], raw([line.encode() for line in GREETER]))
    assert (outcome.failure, outcome.lines) == ("", 4)


def test_what_is_wrong_with_a_run_is_said(play):
    assert play(GREETER, [*ANSWERS, "expect: [JONES is 43]"]).failure == "did not show 'JONES is 43'"
    assert play(GREETER, [*ANSWERS, "status: '%X00000001'"]).failure == "ended with %X00000003, not %X00000001"
    assert play(GREETER, ANSWERS[:2]).failure == "asked 'Age:'"
    assert play(GREETER, [*ANSWERS, "- 'More:': x"]).failure == "ended before it asked 'More:'"
    assert play(["$ NONSENSE"], []).failure.startswith("unexpected message %DCL-W-IVVERB")


def test_allowed_messages_do_not_fail_a_run(play):
    assert play(["$ NONSENSE"], ["messages: ['%DCL-W-IVVERB[..]']"]).passed


def test_other_prompts_get_the_answer_for_all_others(play):
    assert play(GREETER, ["dialogue: ['Age:': ^Z]", "otherwise: Anybody", "expect: ['Who are you: Anybody', 'Age: ^Z']"]).passed


def test_a_program_that_waits_too_long_is_stopped(play):
    assert play(["$ WAIT 2:00"], ["virtual: '0 01:00'"]).failure == "still waiting after 0 01:00 of virtual time"


def test_setup_and_after_are_commands_around_the_program(play):
    entry = ["setup: ['WORD == \"before\"']", "after: [TYPE OUT.TXT]", "expect: ['TYPE OUT.TXT', before]"]
    outcome = play(["$ OPEN/WRITE F OUT.TXT", "$ WRITE F WORD", "$ CLOSE F"], entry)
    assert outcome.failure == "did not show 'TYPE OUT.TXT'"
    entry[-1] = "expect: ['$ TYPE OUT.TXT', before]"
    assert play(["$ OPEN/WRITE F OUT.TXT", "$ WRITE F WORD", "$ CLOSE F"], entry).passed


def test_a_file_may_hold_several_programs(play):
    lines = ["Here are two", "$ WRITE SYS$OUTPUT 1", "$ EXIT", "$ WRITE SYS$OUTPUT 2"]
    entry = ["files: [sample.com#2-3: A.COM, sample.com#4-4: B.COM]", "start: ['@A', '@B']", "expect: ['$ @A', '1', '$ @B', '2']"]
    outcome = play(lines, entry)
    assert (outcome.failure, outcome.lines) == ("", 3)


def test_stand_ins_are_files_of_our_own(play):
    entry = ["stand_ins:", "  DATA.TXT: |", "    one", "    two", '  "[.SUB]X.TXT": three', "expect: [one, two, three]"]
    assert play(["$ TYPE DATA.TXT", "$ TYPE [.SUB]X.TXT"], entry).passed


def test_the_terminal_and_the_prompt_at_the_end_may_be_others(play):
    procedure = ["$ SET TERMINAL/INQUIRE", '$ WRITE SYS$OUTPUT F$GETDVI("SYS$COMMAND","TT_DECCRT2")', '$ SET PROMPT="(0)ready> "']
    assert play(procedure, ["terminal: VT200", "prompt: '(0)ready>'", "expect: ['TRUE']"]).failure == ""
    assert play(procedure, ["prompt: '(0)ready>'", "expect: ['FALSE']"]).failure == ""
    assert play(procedure, []).failure == "asked '(0)ready>'"


def test_unknown_keys_of_the_manifest_are_refused(runner, play):
    with pytest.raises(runner.ManifestError, match="unknown key 'answers'"):
        play(GREETER, ["answers: []"])


@given(records=st.lists(st.binary(max_size=80).filter(lambda record: b"\n" not in record), max_size=20))
def test_raw_records_are_unpacked_as_they_were_packed(runner, records):
    records = [b"$ A", *records, b"$ EXIT"]  # empty records at the end could as well be padding
    assert runner.records_of(raw(records)) == records


def test_ends_of_blocks_and_padding_are_no_records(runner):
    first = raw([b"$ A", b"B"]) + b"\xff\xff"
    data = first.ljust(512, b"\0") + raw([b"$ C"]).ljust(512, b"\0")
    assert runner.records_of(data) == [b"$ A", b"B", b"$ C"]


def test_lines_are_taken_as_lines(runner):
    assert runner.records_of(b"$ A\r\n\r\n$ B\r\n") == [b"$ A", b"", b"$ B"]
    assert runner.records_of(b"$ A\n$ B") == [b"$ A", b"$ B"]


def test_gathering_takes_files_out_of_repositories_and_names_what_is_missing(runner, tmp_path):
    repository = tmp_path / "mirrors" / "example" / "sample"
    repository.mkdir(parents=True)
    git = ["git", "-C", str(repository), "-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    (repository / "one.com").write_text("$ EXIT\n")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "One"], check=True)
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(
        "programs:\n- {name: s, kind: k, repository: example/sample, files: [one.com: A.COM, two.com: B.COM], start: '@A'}\n"
        "- {name: t, kind: k, repository: example/sample, commit: HEAD~1, files: [one.com: A.COM], start: '@A'}\n"
    )
    programs = runner.read_manifest(manifest)
    assert runner.gather(programs, tmp_path / "mirrors", tmp_path / "folder") == ["s: example/sample two.com", "t: example/sample one.com"]
    assert (tmp_path / "folder" / "s" / "one.com").read_text() == "$ EXIT\n"


def test_the_report_has_a_row_for_each_program(runner, play):
    outcome = play(GREETER, [*ANSWERS, "expect: [JONES is 43]"])
    page = runner.report([outcome])
    assert "0 of 1 ran to the end" in page
    assert "| sample | sample | example/sample | sample.com | 4 | stopped: did not show 'JONES is 43' | 4 |" in page


def test_the_manifest_is_well_formed(runner):
    programs = runner.read_manifest()
    assert len({program.name for program in programs}) == len(programs)
    assert all(program.expect and program.files for program in programs)

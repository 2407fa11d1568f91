"""Reading scenario files."""

import pytest

from vmsemu.scenario.document import ScenarioError, parse_scenario

STORY = """---
clock: 14-MAY-2001 10:00:00.00
nodes:
  ALPHA1: {users: [SMITH]}
---
Prose.

```dcl ALPHA1 SMITH
$ SHOW TIME
  14-MAY-2001 10:00:00
```

```python
not run
```

```advance 30 minutes
```
"""


def test_front_matter_describes_the_world_and_fences_act_in_order():
    scenario = parse_scenario(STORY, "x.md")
    assert scenario.world["nodes"] == {"ALPHA1": {"users": ["SMITH"]}}
    assert [(b.action, b.arguments) for b in scenario.blocks] == [("dcl", ("ALPHA1", "SMITH")), ("advance", ("30", "minutes"))]
    assert scenario.blocks[0].lines == ("$ SHOW TIME", "  14-MAY-2001 10:00:00")


def test_a_block_knows_its_first_line_in_the_file():
    block = parse_scenario(STORY, "x.md").blocks[0]
    assert STORY.splitlines()[block.at - 1] == block.lines[0]


def test_a_file_without_front_matter_runs_in_the_default_world():
    scenario = parse_scenario("```dcl\n$ LOGOUT\n```\n", "x.md")
    assert scenario.world == {} and len(scenario.blocks) == 1


def test_values_of_the_front_matter_stay_text():
    assert parse_scenario("---\nseed: 0017\n---\n", "x.md").world["seed"] == "0017"


def test_a_longer_fence_may_hold_a_shorter_one():
    scenario = parse_scenario("````file ALPHA1 X.MD\n```dcl\n```\n````\n", "x.md")
    assert scenario.blocks[0].lines == ("```dcl", "```")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\nclock: now\n", "not closed with ---"),
        ("```dcl ALPHA1\n$ SHOW TIME\n", "line 1: the block is not closed"),
        ("---\nclok: now\n---\n", "unknown key 'clok'"),
        ("---\n- a\n---\n", "must be a mapping"),
        ("---\na: [\n---\n", "not YAML"),
        ("```solve\n```\n", "`solve` blocks cannot be run yet"),
    ],
)
def test_a_file_that_cannot_be_run_says_where_and_why(text: str, reason: str):
    with pytest.raises(ScenarioError, match=r"x\.md") as error:
        parse_scenario(text, "x.md")
    assert reason in str(error.value)

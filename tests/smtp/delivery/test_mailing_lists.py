"""The expansion of distribution lists, whatever they hold."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smtp.control_file.control_file import Recipient, RecipientState
from smtp.delivery.lists import MailingList, expand
from smtp.message.address import Address

PEOPLE, LISTS = ("ann", "bob", "cid"), ("one", "two", "three", "four")
UNSENT, SENT, FAILED = RecipientState.UNSENT, RecipientState.SENT, RecipientState.FAILED


def deliver(lists: dict[str, list[str]], *names: str) -> tuple[list[str], list[str], int]:
    """Send to these names: who got it, which lists failed, how many control files it took."""
    got: list[str] = []
    failed: list[str] = []
    queue = [[Recipient(Address(name)) for name in dict.fromkeys(names)]]
    files = 0
    while queue:
        recipients = queue.pop(0)
        files += 1
        assert files <= len(lists) + 1, "no end"
        found = []
        for recipient in recipients:
            if recipient.state is not UNSENT:
                continue
            name = recipient.address.local
            if name in lists:
                found.append((recipient, MailingList(tuple(Address(member) for member in lists[name]))))
            else:
                got.append(name)
                recipient.state = SENT
        if copied := expand(recipients, found):
            queue.append(copied)
        failed += [r.address.local for r, _ in found if r.state is FAILED]
        assert all(r.state is not UNSENT for r in recipients)
    return got, failed, files


def reached(lists: dict[str, list[str]], *names: str) -> set[str]:
    """Everybody the names lead to."""
    seen: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += lists.get(name, [])
    return seen - set(lists)


@settings(deadline=None)
@given(
    st.fixed_dictionaries({name: st.lists(st.sampled_from((*PEOPLE, *LISTS)), max_size=6, unique=True) for name in LISTS}),
    st.lists(st.sampled_from((*PEOPLE, *LISTS)), min_size=1, max_size=4),
)
def test_each_person_gets_one_message_and_every_circle_ends(lists: dict[str, list[str]], names: list[str]) -> None:
    got, failed, _ = deliver(lists, *names)
    assert len(set(got)) == len(got)
    assert set(got) == reached(lists, *names)
    assert got or failed


def test_a_list_of_its_own_and_one_of_nobody_have_failed() -> None:
    assert deliver({"one": ["one"]}, "one") == ([], ["one"], 1)
    assert deliver({"one": []}, "one") == ([], ["one"], 1)
    assert deliver({"one": ["two"], "two": ["one"]}, "one") == ([], ["two"], 2)


def test_lists_that_hold_each_other_and_a_person_reach_the_person_once() -> None:
    assert deliver({"one": ["two", "ann"], "two": ["one", "ann"]}, "one", "ann") == (["ann"], [], 2)


def test_lists_that_name_each_other_over_and_over_do_not_multiply() -> None:
    lists = {name: [*LISTS, "ann"] for name in LISTS}
    assert deliver(lists, "one") == (["ann"], [], 2)

"""The text of access control list entries, and what lists become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.security.acl import (
    OBJECT_ACCESS,
    OPTIONS,
    Ace,
    AceError,
    aces_of,
    add_entries,
    delete_entries,
    inherited_by_file,
    propagated,
    replace_entries,
    texts_of,
    unprotected_removed,
)
from vmsemu.tables.facilities import SS

identifiers = st.one_of(
    st.from_regex(r"[A-Z$_][A-Z0-9$_]{0,30}", fullmatch=True),
    st.builds("[{:o},{:o}]".format, st.integers(1, 0o37776), st.integers(0, 0o177776)),
    st.sampled_from(["*", "[*,*]", "[200,*]", "[SMITH]", "[USERS,SMITH]"]),
)
options = st.sets(st.sampled_from(OPTIONS)).map(lambda chosen: tuple(o for o in OPTIONS if o in chosen))
masks = st.integers(0, 15)
names = st.lists(identifiers, min_size=1, max_size=3, unique=True).map(tuple)
entries = st.one_of(
    st.builds(Ace, st.just("IDENTIFIER"), names, options, st.integers(0, 31)),
    st.builds(Ace, st.just("CREATOR"), st.just(()), options, st.integers(0, 31)),
    st.builds(Ace, st.sampled_from(["ALARM", "AUDIT"]), st.just(()), options, st.integers(0, 127)),
    st.builds(Ace, st.just("DEFAULT_PROTECTION"), options=options, protection=st.builds(Protection, masks, masks, masks, masks)),
    names.flatmap(
        lambda n: st.builds(
            Ace, st.just("SUBSYSTEM"), st.just(n), options, resources=st.lists(st.booleans(), min_size=len(n), max_size=len(n)).map(tuple)
        )
    ),
)
lists = st.lists(entries, max_size=6, unique_by=lambda ace: ace.key)


@given(entries, st.sampled_from(sorted(OBJECT_ACCESS)))
def test_the_text_of_an_entry_reads_as_that_entry(ace, object_class):
    access = OBJECT_ACCESS[object_class]
    assert Ace.from_text(ace.to_text(access), access) == ace


@given(st.text(alphabet="(),=+[]*IDACCESREADWOPTIONS1:x ", max_size=60))
def test_any_text_is_an_entry_or_is_refused_at_a_place_within_it(text):
    try:
        ace = Ace.from_text(text)
    except AceError as error:
        assert text.strip().endswith(error.rest)
    else:
        assert Ace.from_text(ace.to_text()) == ace


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("(ident=[1,4],acc=r+w)", "(IDENTIFIER=[1,4],ACCESS=READ+WRITE)"),
        ("( IDENTIFIER = A + B , OPT = nopro + def , ACCESS = none )", "(IDENTIFIER=A+B,OPTIONS=DEFAULT+NOPROPAGATE,ACCESS=NONE)"),
        ("(ID=A,OPTIONS=NONE,ACCESS=CONTROL+DELETE+READ)", "(IDENTIFIER=A,ACCESS=READ+DELETE+CONTROL)"),
        ("(DEFAULT_PROTECTION,S:RWED,O:DEWR,G)", "(DEFAULT_PROTECTION,SYSTEM:RWED,OWNER:RWED,GROUP:,WORLD:)"),
        ("(ALARM=SEC,ACCESS=WRITE+FAIL+SUCC)", "(ALARM=SECURITY,ACCESS=WRITE+SUCCESS+FAILURE)"),
        ("(CREATOR,ACCESS=READ)", "(CREATOR,ACCESS=READ)"),
        ("(SUBSYSTEM,ID=A,ATTR=RES,ID=B)", "(SUBSYSTEM,IDENTIFIER=A,ATTRIBUTES=RESOURCE,IDENTIFIER=B,ATTRIBUTES=NONE)"),
    ],
)
def test_what_is_typed_is_kept_in_full(typed, shown):
    assert Ace.from_text(typed).to_text() == shown


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("(IDENTIFIER=[1,4],ACCESS=BOGUS)", "ACCESS=BOGUS)"),
        ("(IDENTIFIER=A,OPTIONS=MAYBE,ACCESS=READ)", "OPTIONS=MAYBE,ACCESS=READ)"),
        ("(IDENTIFIER=A)", ")"),
        ("(IDENTIFIER=A,ACCESS=SUCCESS)", "ACCESS=SUCCESS)"),
        ("(SOMEBODY,ACCESS=READ)", "SOMEBODY,ACCESS=READ)"),
        ("(DEFAULT_PROTECTION,S:RWED,X:R)", "X:R)"),
        ("IDENTIFIER=A", "IDENTIFIER=A"),
    ],
)
def test_the_part_that_cannot_be_read_is_told(typed, rest):
    with pytest.raises(AceError) as caught:
        Ace.from_text(typed)
    assert caught.value.rest == rest


def acl(*texts):
    return aces_of(texts)


A_READ, A_WRITE, B_READ, B_DEFAULT = acl(
    "(ID=A,ACCESS=READ)", "(ID=A,ACCESS=WRITE)", "(ID=B,ACCESS=READ)", "(ID=B,OPTIONS=DEFAULT,ACCESS=READ)"
)  # fmt: skip


def test_a_new_entry_goes_first_and_takes_the_place_of_its_like():
    assert add_entries((B_READ, A_READ), (A_WRITE,)) == (A_WRITE, B_READ)
    assert add_entries((B_READ, A_READ), (A_WRITE,), after=B_READ) == (B_READ, A_WRITE)
    assert add_entries((B_READ,), (B_DEFAULT,)) == (B_DEFAULT, B_READ)
    with pytest.raises(VmsError) as caught:
        add_entries((B_READ,), (A_READ,), after=A_READ)
    assert caught.value.matches(SS.NOENTRY)


def test_replaced_entries_leave_their_place_to_the_new_ones():
    assert replace_entries((B_READ, A_READ, B_DEFAULT), (A_READ,), (A_WRITE,)) == ((B_READ, A_WRITE, B_DEFAULT), [])
    assert replace_entries((B_READ,), (A_READ,), (B_DEFAULT,)) == ((B_DEFAULT, B_READ), [A_READ])


@given(lists, lists)
def test_an_object_has_one_entry_of_each_kind(old, new):
    result = add_entries(old, new)
    assert result[: len(new)] == tuple(new)
    assert len({ace.key for ace in result}) == len(result)
    assert {ace.key for ace in result} == {ace.key for ace in old} | {ace.key for ace in new}


@given(lists, lists)
def test_deleting_takes_out_what_was_added(old, new):
    left, missing = delete_entries(add_entries(old, new), new)
    assert not missing
    assert left == tuple(ace for ace in old if ace.key not in {n.key for n in new})


@given(lists)
def test_options_decide_what_is_handed_on(entries):
    assert all("DEFAULT" not in ace.options for ace in inherited_by_file(entries))
    assert len(inherited_by_file(entries)) == sum("DEFAULT" in ace.options for ace in entries)
    assert all("NOPROPAGATE" not in ace.options for ace in propagated(entries))
    assert all("PROTECTED" in ace.options for ace in unprotected_removed(entries))
    assert aces_of(texts_of(entries)) == tuple(entries)

"""The parser of `git log`: any bytes, however they are cut."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.git import records
from bot.adapters.git.records import MAX_BODY, MAX_PATHS, RecordReader
from bot.domain.activity import Commit
from bot.errors import NotAssessedError

SHA = b"a" * 40
READER = RecordReader(mark="m" * 32)


def record(
    message=b"subject\n", paths=(), name=b"Ada", seconds=b"1700000000", parents=b""
) -> bytes:
    head = b"\0".join((SHA, parents, seconds, name, b"ada@example.org", message, b""))
    listed = b"\0\n" + b"".join(path + b"\0" for path in paths) if paths else b"\0"
    return READER.mark.encode() + head + listed


def commits(raw: bytes, size: int = 1 << 16) -> list[Commit]:
    return list(READER.commits(raw[place : place + size] for place in range(0, len(raw), size)))


def one(raw: bytes) -> Commit:
    [commit] = commits(raw)
    return commit


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.binary(max_size=60).map(lambda raw: raw.replace(b"\0", b"")),
            st.lists(st.binary(min_size=1, max_size=9).map(lambda raw: raw.replace(b"\0", b"x"))),
        ),
        max_size=4,
    ),
    st.integers(1, 200),
)
def test_however_the_output_is_cut_the_commits_are_the_same(given_records, size):
    raw = b"".join(record(message, paths) for message, paths in given_records)

    assert commits(raw, size) == commits(raw)
    assert [len(commit.paths) for commit in commits(raw)] == [len(p) for _, p in given_records]


@given(st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8"), max_size=80))
def test_the_quick_way_and_the_careful_way_agree(text):
    raw = record(text.encode(), (text.encode() or b"x",), name=text.encode())

    assert one(raw) == records._odd(raw.removeprefix(READER.mark.encode()))


def test_what_git_prints_for_a_plain_commit_is_read_in_full():
    raw = record(b"Add it\n\nWhy.\n\nStage: 1.5\n", (b"a", b"b/c"), parents=b"b" * 40)

    assert one(raw) == Commit(
        sha="a" * 40,
        author_name="Ada",
        author_email="ada@example.org",
        authored_at=datetime.fromtimestamp(1700000000, UTC),
        subject="Add it",
        body="Why.\n\nStage: 1.5",
        parents=("b" * 40,),
        paths=("a", "b/c"),
    )


@pytest.mark.parametrize(
    ("seconds", "year"), [(b"0", 1970), (b"-1", 1969), (b"253402214400", 9999), (b"", 1970),
                          (b"9" * 30, 9999), (b"x", 1970)],
)  # fmt: skip
def test_dates_at_the_ends_of_time_are_read(seconds, year):
    assert one(record(seconds=seconds)).authored_at.year == year


def test_names_of_files_that_hold_line_feeds_tabs_and_other_bytes_stay_apart():
    names = (b"\nfirst", b"a\tb", b'"q"', b"\xff\xfe", b"x\x1b[31m", "ü".encode())

    assert one(record(paths=names)).paths == ("�first", "a�b", '"q"', "��", "x�[31m", "ü")


def test_markup_in_a_message_stays_as_it_is():
    text = "<!channel> *bold* `code` [link](http://x) <@U123> \x1e\x1f\x1d | a | b |"

    commit = one(record(text.encode()))

    assert commit.subject == text.replace("\x1e\x1f\x1d", "���")


def test_windows_line_ends_are_line_ends():
    commit = one(record(b"subject\r\n\r\nfirst\r\nsecond\r\n"))

    assert (commit.subject, commit.body) == ("subject", "first\nsecond")


def test_a_message_of_a_megabyte_is_cut_whatever_it_is_written_in():
    for sign in ("b", "ü", "\x1b"):
        body = one(record(f"subject\n\n{sign * 1_000_000}".encode())).body
        assert len(body) == MAX_BODY
        assert body.endswith("…")


def test_a_commit_of_very_many_files_keeps_the_first():
    assert len(one(record(paths=[b"%d" % n for n in range(MAX_PATHS + 9)])).paths) == MAX_PATHS


def test_a_record_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(records, "MAX_RECORD_BYTES", 1000)

    with pytest.raises(NotAssessedError, match="larger than"):
        commits(record(b"x" * 2000), 100)


def test_a_message_cannot_forge_a_record():
    forged = b"subject\n\n" + b"f" * 40 + b"\nm" + b"m" * 30

    assert len(commits(record(forged) + record(forged))) == 2

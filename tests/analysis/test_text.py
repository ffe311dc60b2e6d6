import numpy as np
import pytest

from bot.analysis.text import MAX_CHARS, Tokeniser, Vocabulary, idf, tf_idf


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("parseHTTPResponse", ["parsehttprespons", "pars", "http", "respons"]),
        ("snake_case_name", ["snake_case_nam", "snake", "case", "name"]),
        ("Fixing the fixes", ["fix", "fix"]),
        ("v2 of Utf8Reader", ["v2", "utf8read", "utf", "reader"]),
        ("größere Übersicht", ["größere", "übersicht"]),
        ("", []),
        ("\x00\x1b[31m...", ["31m", "31"]),
    ],
)
def test_identifiers_give_themselves_and_their_parts(text, stems):
    assert Tokeniser().stems(text) == tuple(stems)


def test_every_script_has_words_and_character_runs():
    tokeniser = Tokeniser()

    assert tokeniser.stems("修复 登录 問題") == ("修复", "登录", "問題")
    assert " ис" in tokeniser.grams("исправить")


def test_a_text_is_read_up_to_its_limit():
    assert len(Tokeniser().stems("word " * 1_000_000)) == MAX_CHARS // 5


def test_character_runs_stay_inside_words():
    assert Tokeniser().grams("ab c") == [" ab", "ab ", " ab ", " c "]


def test_terms_outside_the_plan_are_counted_apart():
    counts = Vocabulary([["a", "b"], ["b"]]).count([["b", "b", "x"], []])

    assert counts.matrix.toarray().tolist() == [[0, 2], [0, 0]]
    assert counts.unknown.tolist() == [1, 0]


def test_weighted_rows_have_length_one_and_empty_ones_stay_empty():
    counts = Vocabulary([["a", "b"], ["b"]]).count([["a", "b", "b"], ["b"], []]).matrix

    rows = tf_idf(counts, idf(counts)).toarray()

    assert np.linalg.norm(rows, axis=1).round(6).tolist() == [1, 1, 0]
    assert rows[0, 0] * (1 + np.log(2)) > rows[0, 1]  # the rarer term weighs more

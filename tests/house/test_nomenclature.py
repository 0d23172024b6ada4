"""NOMENCLATURE.md gives each word one meaning, and none to words that the field does not use."""

from __future__ import annotations

import re
from collections import Counter

from tests.house.test_layers import ROOT


def test_no_word_is_defined_twice():
    """Each word is in one row of the tables before those of names."""
    text, _ = (ROOT / "NOMENCLATURE.md").read_text(encoding="utf-8").split("## Public names")
    entries = re.findall(r"^\| (.+?) \| .+ \|$", text, re.MULTILINE)
    words = Counter(word.strip(" `") for entry in entries if entry != "word" for word in entry.split(","))
    assert len(words) > 100
    assert [word for word, count in words.items() if count > 1] == []
    assert not {"told", "made up", "freedom", "chance", "reading"} & set(words)

from dataclasses import replace

import pytest

from tagship.domain.change import FileChange


def test_a_file_that_is_neither_before_nor_after_is_no_change() -> None:
    made = FileChange("uv.lock", None, b"version = 1\n")

    with pytest.raises(ValueError, match=r"uv\.lock"):
        replace(made, after=None)
